-- The platform's own records. Portable DDL: TEXT, BIGINT, DOUBLE PRECISION; {bytes} is the database's word for bytes.
-- Times are RFC 3339 text in UTC with six decimals, so that they sort as text. Ids are made by the program.

-- Whoever can sign in. No patient is ever in here.
CREATE TABLE people (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL,
    email TEXT NOT NULL UNIQUE,
    roles TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('active', 'disabled')),
    password_hash TEXT,
    must_reset BIGINT NOT NULL CHECK (must_reset IN (0, 1)),
    failed_sign_ins BIGINT NOT NULL,
    locked_until TEXT,
    oidc_issuer TEXT,
    oidc_subject TEXT,
    created_at TEXT NOT NULL,
    last_sign_in_at TEXT,
    CHECK ((oidc_issuer IS NULL) = (oidc_subject IS NULL)),
    UNIQUE (oidc_issuer, oidc_subject)
);

-- Links that work once: the first administrator's set-up, an invitation, a reset.
CREATE TABLE one_time_links (
    id TEXT NOT NULL PRIMARY KEY,
    purpose TEXT NOT NULL CHECK (purpose IN ('setup', 'invitation', 'reset')),
    token_hash TEXT NOT NULL UNIQUE,
    person TEXT REFERENCES people (id),
    made_by TEXT NOT NULL,
    made_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    used_at TEXT,
    CHECK ((purpose = 'setup') = (person IS NULL))
);

CREATE TABLE sessions (
    id TEXT NOT NULL PRIMARY KEY,
    token_hash TEXT NOT NULL UNIQUE,
    person TEXT NOT NULL REFERENCES people (id),
    user_agent TEXT NOT NULL,
    started_at TEXT NOT NULL,
    last_seen_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    ended_at TEXT
);
CREATE INDEX sessions_by_person ON sessions (person);

-- What a sign-in through another provider must bring back.
CREATE TABLE sign_in_flows (
    id TEXT NOT NULL PRIMARY KEY,
    state_hash TEXT NOT NULL UNIQUE,
    nonce TEXT NOT NULL,
    verifier TEXT NOT NULL,
    return_to TEXT NOT NULL,
    started_at TEXT NOT NULL,
    expires_at TEXT NOT NULL
);

CREATE TABLE api_tokens (
    id TEXT NOT NULL PRIMARY KEY,
    person TEXT NOT NULL REFERENCES people (id),
    name TEXT NOT NULL,
    token_hash TEXT NOT NULL UNIQUE,
    scopes TEXT NOT NULL,
    made_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    last_used_at TEXT,
    revoked_at TEXT
);
CREATE INDEX api_tokens_by_person ON api_tokens (person);

-- Folders that are looked into every so often.
CREATE TABLE schedules (
    id TEXT NOT NULL PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    parameters TEXT NOT NULL,
    take TEXT NOT NULL CHECK (take IN ('all', 'new')),
    every_minutes BIGINT NOT NULL CHECK (every_minutes > 0),
    due_at TEXT NOT NULL,
    looked_at TEXT,
    enabled BIGINT NOT NULL CHECK (enabled IN (0, 1)),
    made_by TEXT NOT NULL REFERENCES people (id),
    made_at TEXT NOT NULL
);

-- One piece of work asked of the worker.
CREATE TABLE runs (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    parameters TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'done', 'failed', 'cancelled')),
    requested_by TEXT NOT NULL,
    requested_at TEXT NOT NULL,
    retry_of TEXT REFERENCES runs (id) DEFERRABLE INITIALLY DEFERRED,
    schedule TEXT REFERENCES schedules (id),
    cancel_requested_at TEXT,
    starts BIGINT NOT NULL,
    fence BIGINT NOT NULL,
    worker TEXT,
    lease_until TEXT,
    started_at TEXT,
    finished_at TEXT,
    step TEXT NOT NULL,
    rows_done BIGINT NOT NULL,
    outcome TEXT,
    CHECK ((state = 'running') = (lease_until IS NOT NULL)),
    CHECK ((state IN ('done', 'failed', 'cancelled')) = (finished_at IS NOT NULL))
);
CREATE INDEX runs_by_state ON runs (state, requested_at);

CREATE TABLE run_log (
    run TEXT NOT NULL REFERENCES runs (id),
    line BIGINT NOT NULL,
    at TEXT NOT NULL,
    level TEXT NOT NULL CHECK (level IN ('info', 'warning', 'error')),
    text TEXT NOT NULL,
    PRIMARY KEY (run, line)
);

-- Files that a schedule has taken, by what is in them.
CREATE TABLE seen_files (
    schedule TEXT NOT NULL REFERENCES schedules (id),
    sha256 TEXT NOT NULL,
    file TEXT NOT NULL,
    run TEXT NOT NULL REFERENCES runs (id),
    seen_at TEXT NOT NULL,
    PRIMARY KEY (schedule, sha256)
);

-- What was read: how many rows, from which files, under which profile. No rows.
CREATE TABLE extracts (
    id TEXT NOT NULL PRIMARY KEY,
    run TEXT NOT NULL UNIQUE REFERENCES runs (id),
    name TEXT NOT NULL,
    purpose TEXT NOT NULL,
    profile TEXT NOT NULL,
    period_from TEXT,
    period_to TEXT,
    rows_read BIGINT NOT NULL,
    rows_counted BIGINT NOT NULL,
    rows_equation TEXT NOT NULL,
    opt_out TEXT,
    read_at TEXT NOT NULL,
    CHECK (rows_counted <= rows_read)
);

CREATE TABLE extract_files (
    extract TEXT NOT NULL REFERENCES extracts (id),
    position BIGINT NOT NULL,
    file TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    bytes BIGINT NOT NULL,
    rows_read BIGINT NOT NULL,
    PRIMARY KEY (extract, position)
);
CREATE INDEX extract_files_by_sha256 ON extract_files (sha256);

-- Counts past the disclosure gate.
CREATE TABLE releases (
    id TEXT NOT NULL PRIMARY KEY,
    run TEXT NOT NULL REFERENCES runs (id),
    extract TEXT NOT NULL REFERENCES extracts (id),
    purpose TEXT NOT NULL,
    title TEXT NOT NULL,
    policy TEXT NOT NULL,
    suppressed BIGINT NOT NULL,
    context TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    body {bytes} NOT NULL,
    made_at TEXT NOT NULL,
    withdrawn_at TEXT,
    withdrawn_by TEXT,
    withdrawn_because TEXT,
    CHECK ((withdrawn_at IS NULL) = (withdrawn_because IS NULL)),
    CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL))
);
CREATE INDEX releases_by_run ON releases (run);

CREATE TABLE release_indicators (
    release TEXT NOT NULL REFERENCES releases (id),
    position BIGINT NOT NULL,
    indicator TEXT NOT NULL,
    version BIGINT NOT NULL,
    title TEXT NOT NULL,
    PRIMARY KEY (release, position)
);
CREATE INDEX release_indicators_by_indicator ON release_indicators (indicator);

-- What the statistics support, followed from release to release under one key.
CREATE TABLE findings (
    id TEXT NOT NULL PRIMARY KEY,
    finding_key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,
    indicator TEXT,
    dimension TEXT,
    found_at TEXT NOT NULL
);

CREATE TABLE finding_snapshots (
    finding TEXT NOT NULL REFERENCES findings (id),
    release TEXT NOT NULL REFERENCES releases (id),
    position BIGINT NOT NULL,
    sentence TEXT NOT NULL,
    people DOUBLE PRECISION,
    evidence TEXT NOT NULL,
    PRIMARY KEY (finding, release)
);
CREATE INDEX finding_snapshots_by_release ON finding_snapshots (release, position);

-- The discussion. A text that is edited stays readable as it was.
CREATE TABLE comments (
    id TEXT NOT NULL PRIMARY KEY,
    subject_kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    answers TEXT REFERENCES comments (id) DEFERRABLE INITIALLY DEFERRED,
    author TEXT NOT NULL REFERENCES people (id),
    author_role TEXT NOT NULL,
    dissent BIGINT NOT NULL CHECK (dissent IN (0, 1)),
    written_at TEXT NOT NULL
);
CREATE INDEX comments_by_subject ON comments (subject_kind, subject);

CREATE TABLE comment_versions (
    comment TEXT NOT NULL REFERENCES comments (id),
    version BIGINT NOT NULL,
    text TEXT NOT NULL,
    written_at TEXT NOT NULL,
    PRIMARY KEY (comment, version)
);

CREATE TABLE decisions (
    id TEXT NOT NULL PRIMARY KEY,
    finding TEXT NOT NULL REFERENCES findings (id),
    choice TEXT NOT NULL CHECK (choice IN ('act', 'not-act', 'more-evidence')),
    reason TEXT NOT NULL,
    present TEXT NOT NULL,
    review_on TEXT,
    decided_by TEXT NOT NULL REFERENCES people (id),
    decided_at TEXT NOT NULL
);
CREATE INDEX decisions_by_finding ON decisions (finding);

CREATE TABLE actions (
    id TEXT NOT NULL PRIMARY KEY,
    finding TEXT NOT NULL REFERENCES findings (id),
    decision TEXT REFERENCES decisions (id),
    what TEXT NOT NULL,
    owner TEXT NOT NULL REFERENCES people (id),
    due_on TEXT,
    status TEXT NOT NULL CHECK (status IN ('open', 'done', 'dropped')),
    outcome TEXT NOT NULL,
    project TEXT NOT NULL,
    made_by TEXT NOT NULL REFERENCES people (id),
    made_at TEXT NOT NULL,
    changed_at TEXT NOT NULL
);
CREATE INDEX actions_by_finding ON actions (finding);
CREATE INDEX actions_by_owner ON actions (owner, status);

-- Indicators, groups, scores, policies and profiles of the trust's own: every version stays.
CREATE TABLE definitions (
    id TEXT NOT NULL PRIMARY KEY,
    kind TEXT NOT NULL,
    name TEXT NOT NULL,
    version BIGINT NOT NULL,
    text TEXT NOT NULL,
    why TEXT NOT NULL,
    agreed_with TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('proposed', 'approved', 'refused', 'replaced')),
    proposed_by TEXT NOT NULL REFERENCES people (id),
    proposed_at TEXT NOT NULL,
    judged_by TEXT REFERENCES people (id),
    judged_at TEXT,
    judgement TEXT NOT NULL,
    CHECK ((judged_by IS NULL) = (judged_at IS NULL)),
    CHECK (judged_by IS NULL OR judged_by <> proposed_by),
    CHECK ((state = 'proposed') = (judged_by IS NULL)),
    UNIQUE (kind, name, version)
);

-- The annual statement.
CREATE TABLE statements (
    id TEXT NOT NULL PRIMARY KEY,
    title TEXT NOT NULL,
    period TEXT NOT NULL,
    organisation TEXT NOT NULL,
    run TEXT REFERENCES runs (id),
    state TEXT NOT NULL CHECK (state IN ('draft', 'approved', 'published')),
    revision BIGINT NOT NULL,
    author TEXT NOT NULL REFERENCES people (id),
    made_at TEXT NOT NULL,
    approved_by TEXT REFERENCES people (id),
    approved_at TEXT,
    published_at TEXT,
    CHECK ((approved_by IS NULL) = (approved_at IS NULL)),
    CHECK ((state = 'draft') = (approved_by IS NULL)),
    CHECK ((state = 'published') = (published_at IS NOT NULL))
);

CREATE TABLE statement_texts (
    statement TEXT NOT NULL REFERENCES statements (id),
    block TEXT NOT NULL,
    version BIGINT NOT NULL,
    text TEXT NOT NULL,
    author TEXT NOT NULL REFERENCES people (id),
    written_at TEXT NOT NULL,
    PRIMARY KEY (statement, block, version)
);

CREATE TABLE settings (
    name TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at TEXT NOT NULL
);

CREATE TABLE pictures (
    name TEXT NOT NULL PRIMARY KEY,
    media_type TEXT NOT NULL,
    body {bytes} NOT NULL,
    changed_by TEXT NOT NULL,
    changed_at TEXT NOT NULL
);

-- What happened, each event sealed by the hash of the one before it.
CREATE TABLE audit_events (
    sequence BIGINT NOT NULL PRIMARY KEY,
    at TEXT NOT NULL,
    actor TEXT NOT NULL,
    action TEXT NOT NULL,
    subject_kind TEXT NOT NULL,
    subject TEXT NOT NULL,
    details TEXT NOT NULL,
    previous_hash TEXT NOT NULL,
    hash TEXT NOT NULL UNIQUE
);
CREATE INDEX audit_events_by_subject ON audit_events (subject_kind, subject);

-- The end of the chain. Whoever changes anything holds this row until the change is durable.
CREATE TABLE audit_head (
    one BIGINT NOT NULL PRIMARY KEY CHECK (one = 1),
    sequence BIGINT NOT NULL,
    hash TEXT NOT NULL
);
INSERT INTO audit_head (one, sequence, hash) VALUES (1, 0, 'evenly');
