//! The privacy class of every column. A test reads the schema that is there and fails where a column has none.
//!
//! No class is for values of patients: there is no place for them. What [`Class::Releasable`] holds has passed the disclosure
//! gate; what [`Class::Words`] holds a person typed, and the pages ask them to name no patient.

/// Who may see what a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Ids, numbers, times and states that say nothing about anybody.
    Technical,
    /// Of a member of staff or volunteer: name, e-mail address, who did what. Administrators, and colleagues where work needs it.
    Account,
    /// A hash or half of a secret: nobody, not even an administrator's page.
    Secret,
    /// Counts and statistics past the disclosure gate: whoever may sign in.
    Releasable,
    /// What members of staff wrote: whoever may take part in the discussion.
    Words,
    /// How the platform is set up, files and folders: analysts and administrators.
    Setup,
}

use Class::{Account, Releasable, Secret, Setup, Technical, Words};

/// Tables with their columns' classes.
pub const CLASSES: [(&str, &[(&str, Class)]); 26] = [
    (
        "people",
        &[
            ("id", Technical),
            ("name", Account),
            ("email", Account),
            ("roles", Account),
            ("status", Account),
            ("password_hash", Secret),
            ("must_reset", Account),
            ("failed_sign_ins", Account),
            ("locked_until", Account),
            ("oidc_issuer", Account),
            ("oidc_subject", Account),
            ("created_at", Account),
            ("last_sign_in_at", Account),
        ],
    ),
    (
        "one_time_links",
        &[
            ("id", Technical),
            ("purpose", Technical),
            ("token_hash", Secret),
            ("person", Account),
            ("made_by", Account),
            ("made_at", Technical),
            ("expires_at", Technical),
            ("used_at", Account),
        ],
    ),
    (
        "sessions",
        &[
            ("id", Technical),
            ("token_hash", Secret),
            ("person", Account),
            ("user_agent", Account),
            ("started_at", Account),
            ("last_seen_at", Account),
            ("expires_at", Technical),
            ("ended_at", Account),
        ],
    ),
    (
        "sign_in_flows",
        &[
            ("id", Technical),
            ("state_hash", Secret),
            ("nonce", Secret),
            ("verifier", Secret),
            ("return_to", Technical),
            ("started_at", Technical),
            ("expires_at", Technical),
        ],
    ),
    (
        "api_tokens",
        &[
            ("id", Technical),
            ("person", Account),
            ("name", Account),
            ("token_hash", Secret),
            ("scopes", Account),
            ("made_at", Account),
            ("expires_at", Account),
            ("last_used_at", Account),
            ("revoked_at", Account),
        ],
    ),
    (
        "schedules",
        &[
            ("id", Technical),
            ("name", Setup),
            ("kind", Setup),
            ("parameters", Setup),
            ("take", Setup),
            ("every_minutes", Setup),
            ("due_at", Technical),
            ("looked_at", Technical),
            ("enabled", Setup),
            ("made_by", Account),
            ("made_at", Technical),
        ],
    ),
    (
        "runs",
        &[
            ("id", Technical),
            ("kind", Technical),
            ("parameters", Setup),
            ("state", Technical),
            ("requested_by", Account),
            ("requested_at", Technical),
            ("retry_of", Technical),
            ("schedule", Technical),
            ("cancel_requested_at", Technical),
            ("starts", Technical),
            ("fence", Technical),
            ("worker", Setup),
            ("lease_until", Technical),
            ("started_at", Technical),
            ("finished_at", Technical),
            ("step", Technical),
            ("rows_done", Technical),
            ("outcome", Setup),
        ],
    ),
    ("run_log", &[("run", Technical), ("line", Technical), ("at", Technical), ("level", Technical), ("text", Setup)]),
    (
        "seen_files",
        &[("schedule", Technical), ("sha256", Setup), ("file", Setup), ("run", Technical), ("seen_at", Technical)],
    ),
    (
        "extracts",
        &[
            ("id", Technical),
            ("run", Technical),
            ("name", Setup),
            ("purpose", Technical),
            ("profile", Setup),
            ("period_from", Setup),
            ("period_to", Setup),
            ("rows_read", Setup),
            ("rows_counted", Setup),
            ("rows_equation", Setup),
            ("opt_out", Setup),
            ("read_at", Technical),
        ],
    ),
    (
        "extract_files",
        &[
            ("extract", Technical),
            ("position", Technical),
            ("file", Setup),
            ("sha256", Setup),
            ("bytes", Setup),
            ("rows_read", Setup),
        ],
    ),
    (
        "releases",
        &[
            ("id", Technical),
            ("run", Technical),
            ("extract", Technical),
            ("purpose", Technical),
            ("title", Releasable),
            ("policy", Releasable),
            ("suppressed", Releasable),
            ("context", Releasable),
            ("sha256", Technical),
            ("body", Releasable),
            ("made_at", Technical),
            ("withdrawn_at", Technical),
            ("withdrawn_by", Account),
            ("withdrawn_because", Words),
        ],
    ),
    (
        "release_indicators",
        &[
            ("release", Technical),
            ("position", Technical),
            ("indicator", Releasable),
            ("version", Releasable),
            ("title", Releasable),
        ],
    ),
    (
        "findings",
        &[
            ("id", Technical),
            ("finding_key", Releasable),
            ("kind", Releasable),
            ("indicator", Releasable),
            ("dimension", Releasable),
            ("found_at", Technical),
        ],
    ),
    (
        "finding_snapshots",
        &[
            ("finding", Technical),
            ("release", Technical),
            ("position", Releasable),
            ("sentence", Releasable),
            ("people", Releasable),
            ("evidence", Releasable),
        ],
    ),
    (
        "comments",
        &[
            ("id", Technical),
            ("subject_kind", Technical),
            ("subject", Technical),
            ("answers", Technical),
            ("author", Account),
            ("author_role", Account),
            ("dissent", Words),
            ("written_at", Technical),
        ],
    ),
    ("comment_versions", &[("comment", Technical), ("version", Technical), ("text", Words), ("written_at", Technical)]),
    (
        "decisions",
        &[
            ("id", Technical),
            ("finding", Technical),
            ("choice", Words),
            ("reason", Words),
            ("present", Words),
            ("review_on", Words),
            ("decided_by", Account),
            ("decided_at", Technical),
        ],
    ),
    (
        "actions",
        &[
            ("id", Technical),
            ("finding", Technical),
            ("decision", Technical),
            ("what", Words),
            ("owner", Account),
            ("due_on", Words),
            ("status", Words),
            ("outcome", Words),
            ("project", Words),
            ("made_by", Account),
            ("made_at", Technical),
            ("changed_at", Technical),
        ],
    ),
    (
        "definitions",
        &[
            ("id", Technical),
            ("kind", Setup),
            ("name", Setup),
            ("version", Setup),
            ("text", Setup),
            ("why", Words),
            ("agreed_with", Words),
            ("state", Setup),
            ("proposed_by", Account),
            ("proposed_at", Technical),
            ("judged_by", Account),
            ("judged_at", Technical),
            ("judgement", Words),
        ],
    ),
    (
        "statements",
        &[
            ("id", Technical),
            ("title", Words),
            ("period", Setup),
            ("organisation", Setup),
            ("run", Technical),
            ("state", Setup),
            ("revision", Technical),
            ("author", Account),
            ("made_at", Technical),
            ("approved_by", Account),
            ("approved_at", Technical),
            ("published_at", Technical),
        ],
    ),
    (
        "statement_texts",
        &[
            ("statement", Technical),
            ("block", Technical),
            ("version", Technical),
            ("text", Words),
            ("author", Account),
            ("written_at", Technical),
        ],
    ),
    ("settings", &[("name", Setup), ("value", Setup), ("changed_by", Account), ("changed_at", Technical)]),
    (
        "pictures",
        &[("name", Setup), ("media_type", Setup), ("body", Setup), ("changed_by", Account), ("changed_at", Technical)],
    ),
    (
        "audit_events",
        &[
            ("sequence", Technical),
            ("at", Technical),
            ("actor", Account),
            ("action", Account),
            ("subject_kind", Account),
            ("subject", Account),
            ("details", Account),
            ("previous_hash", Technical),
            ("hash", Technical),
        ],
    ),
    ("audit_head", &[("one", Technical), ("sequence", Technical), ("hash", Technical)]),
];

/// The class of a column, if it has one.
pub fn class(table: &str, column: &str) -> Option<Class> {
    let (_, columns) = CLASSES.iter().find(|(own, _)| *own == table)?;
    columns.iter().find(|(own, _)| *own == column).map(|(_, class)| *class)
}
