//! Definitions of the trust's own: indicators, groups, scores, policies, profiles. Every version stays; a second person approves.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use sqlx::any::AnyRow;

use crate::audit::{hexadecimal, number};
use crate::change::Change;
use crate::error::{Result, StoreError};
use crate::id::Id;
use crate::people::Person;
use crate::row::{Columns, Word, time_text};
use crate::store::Store;

/// One version of a definition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Definition {
    /// Its id.
    pub id: Id<Definition>,
    /// `indicator`, `group`, `score`, `policy`, `profile`.
    pub kind: String,
    /// The definition's own id, such as `missed-appointments`.
    pub name: String,
    /// 1, 2, 3 … as it was proposed here.
    pub version: u64,
    /// TOML.
    pub text: String,
    /// Why it is proposed.
    pub why: String,
    /// With whom it was agreed, in words: of a score's weights, who agreed them.
    pub agreed_with: String,
    /// How far it is.
    pub state: DefinitionState,
    /// Who proposed it.
    pub proposed_by: Id<Person>,
    /// When.
    pub proposed_at: Timestamp,
    /// Who approved or refused it: never who proposed it.
    pub judged_by: Option<Id<Person>>,
    /// When.
    pub judged_at: Option<Timestamp>,
    /// What they said.
    pub judgement: String,
}

/// How far a version of a definition is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DefinitionState {
    /// Waiting for a second person.
    Proposed,
    /// In use.
    Approved,
    /// Not to be used.
    Refused,
    /// It was in use, until a later version was.
    Replaced,
}

impl Word for DefinitionState {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("proposed", Self::Proposed),
        ("approved", Self::Approved),
        ("refused", Self::Refused),
        ("replaced", Self::Replaced),
    ];
}

/// A version to propose. The caller has read the text and found it right.
#[derive(Clone, Debug)]
pub struct NewDefinition {
    /// `indicator`, `group`, `score`, `policy`, `profile`.
    pub kind: String,
    /// The definition's own id.
    pub name: String,
    /// TOML.
    pub text: String,
    /// Why.
    pub why: String,
    /// With whom it was agreed.
    pub agreed_with: String,
    /// Who proposes it.
    pub proposed_by: Id<Person>,
}

/// Proposes a version; it gets the next number.
pub async fn propose(change: &mut Change, new: &NewDefinition) -> Result<Id<Definition>> {
    let last =
        sqlx::query("SELECT COALESCE(MAX(version), 0) AS version FROM definitions WHERE kind = $1 AND name = $2");
    let last = change.find(last.bind(&new.kind).bind(&new.name), |row| row.count("version")).await?.unwrap_or(0);
    let id: Id<Definition> = change.new_id();
    let statement = sqlx::query(
        "INSERT INTO definitions (id, kind, name, version, text, why, agreed_with, state, proposed_by, proposed_at, judgement) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 'proposed', $8, $9, '')",
    );
    let statement = statement.bind(id.to_string()).bind(&new.kind).bind(&new.name).bind(number(last + 1));
    let statement = statement.bind(&new.text).bind(new.why.trim()).bind(new.agreed_with.trim());
    let statement = statement.bind(new.proposed_by.to_string()).bind(time_text(change.now()));
    let sha256 = hexadecimal(&Sha256::digest(&new.text));
    let details = json!({"kind": new.kind, "name": new.name, "version": last + 1, "sha256": sha256});
    let mut write = change.event("definition proposed", ("definition", &id), details);
    write.run(statement).await?;
    Ok(id)
}

/// Approves a proposed version, which replaces the one in use, or refuses it. Nobody judges what they proposed.
pub async fn judge(change: &mut Change, id: Id<Definition>, by: Id<Person>, approve: bool, words: &str) -> Result<()> {
    let statement = sqlx::query("SELECT * FROM definitions WHERE id = $1").bind(id.to_string());
    let found = change.find(statement, Definition::of).await?.ok_or(StoreError::NotFound("definition"))?;
    if found.state != DefinitionState::Proposed {
        return Err(StoreError::Conflict(format!("this version is {} already", found.state.word())));
    }
    if found.proposed_by == by {
        return Err(StoreError::Refused("a second person approves a definition, not who proposed it".to_owned()));
    }
    let (state, action) = if approve { ("approved", "definition approved") } else { ("refused", "definition refused") };
    let replace =
        sqlx::query("UPDATE definitions SET state = 'replaced' WHERE kind = $1 AND name = $2 AND state = 'approved'");
    let judge = sqlx::query(
        "UPDATE definitions SET state = $1, judged_by = $2, judged_at = $3, judgement = $4 WHERE id = $5 AND state = 'proposed'",
    );
    let judge = judge.bind(state).bind(by.to_string()).bind(time_text(change.now()));
    let judge = judge.bind(words.trim().to_owned()).bind(id.to_string());
    let details = json!({"kind": found.kind, "name": found.name, "version": found.version});
    let mut write = change.event(action, ("definition", &id), details);
    if approve {
        write.run(replace.bind(found.kind).bind(found.name)).await?;
    }
    write.must(judge, || StoreError::NotFound("definition")).await
}

/// A version by id.
pub async fn get(store: &Store, id: Id<Definition>) -> Result<Definition> {
    let statement = sqlx::query("SELECT * FROM definitions WHERE id = $1").bind(id.to_string());
    store.find(statement, Definition::of).await?.ok_or(StoreError::NotFound("definition"))
}

/// The versions in use of a kind, by name.
pub async fn in_use(store: &Store, kind: &str) -> Result<Vec<Definition>> {
    let statement = sqlx::query("SELECT * FROM definitions WHERE kind = $1 AND state = 'approved' ORDER BY name");
    store.all(statement.bind(kind.to_owned()), Definition::of).await
}

/// Versions that wait for a second person, the oldest first.
pub async fn waiting(store: &Store) -> Result<Vec<Definition>> {
    let statement = sqlx::query("SELECT * FROM definitions WHERE state = 'proposed' ORDER BY proposed_at, id");
    store.all(statement, Definition::of).await
}

/// Every version of a definition, the newest first.
pub async fn versions(store: &Store, kind: &str, name: &str) -> Result<Vec<Definition>> {
    let statement = sqlx::query("SELECT * FROM definitions WHERE kind = $1 AND name = $2 ORDER BY version DESC");
    store.all(statement.bind(kind.to_owned()).bind(name.to_owned()), Definition::of).await
}

impl Definition {
    fn of(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.id("id")?,
            kind: row.text("kind")?,
            name: row.text("name")?,
            version: row.count("version")?,
            text: row.text("text")?,
            why: row.text("why")?,
            agreed_with: row.text("agreed_with")?,
            state: row.word("state")?,
            proposed_by: row.id("proposed_by")?,
            proposed_at: row.time("proposed_at")?,
            judged_by: row.id_if_any("judged_by")?,
            judged_at: row.time_if_any("judged_at")?,
            judgement: row.text("judgement")?,
        })
    }
}
