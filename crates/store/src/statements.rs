//! The annual statement: drafted with its commentary, approved by somebody else than its author, published.

use evenly_cube::Group;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use sqlx::any::AnyRow;

use crate::audit::number;
use crate::change::Change;
use crate::error::{Result, StoreError};
use crate::id::Id;
use crate::people::Person;
use crate::row::{Columns, Word, time_text};
use crate::runs::Run;
use crate::store::Store;

/// A statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Statement {
    /// Its id.
    pub id: Id<Statement>,
    /// Title for a reader.
    pub title: String,
    /// The time reported on, as `evenly statement --period` takes it.
    pub period: String,
    /// Name of the organisation.
    pub organisation: String,
    /// The run whose releases it shows.
    pub run: Option<Id<Run>>,
    /// How far it is.
    pub state: StatementState,
    /// Counts up with every change: an approval is of one revision.
    pub revision: u64,
    /// Who made it.
    pub author: Id<Person>,
    /// When.
    pub made_at: Timestamp,
    /// Who approved it.
    pub approved_by: Option<Id<Person>>,
    /// When.
    pub approved_at: Option<Timestamp>,
    /// When it was published.
    pub published_at: Option<Timestamp>,
}

/// How far a statement is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum StatementState {
    /// Being written.
    Draft,
    /// Approved as it stands; a change makes it a draft again.
    Approved,
    /// Out; it does not change any more.
    Published,
}

impl Word for StatementState {
    const WORDS: &'static [(&'static str, Self)] =
        &[("draft", Self::Draft), ("approved", Self::Approved), ("published", Self::Published)];
}

/// A statement to draft.
#[derive(Clone, Debug)]
pub struct NewStatement {
    /// Title for a reader.
    pub title: String,
    /// The time reported on.
    pub period: String,
    /// Name of the organisation.
    pub organisation: String,
    /// Who makes it.
    pub author: Id<Person>,
}

/// What a release of a statement was limited to: its context.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limited {
    /// What the extract is called.
    pub name: String,
    /// The periods that are counted.
    pub periods: Vec<Group>,
    /// Whether only the latest period counts.
    pub snapshot: bool,
    /// Whether nothing was cut off.
    pub whole: bool,
    /// Ids of indicators that could not be limited to the time.
    pub lost: Vec<String>,
}

/// Commentary on one block of a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Commentary {
    /// Which block, by the key that the pack gives it.
    pub block: String,
    /// 1, 2, 3 …
    pub version: u64,
    /// What it says.
    pub text: String,
    /// Who wrote it.
    pub author: Id<Person>,
    /// When.
    pub written_at: Timestamp,
}

/// Begins a draft.
pub async fn draft(change: &mut Change, new: &NewStatement) -> Result<Id<Statement>> {
    let id: Id<Statement> = change.new_id();
    let statement = sqlx::query(
        "INSERT INTO statements (id, title, period, organisation, state, revision, author, made_at) \
         VALUES ($1, $2, $3, $4, 'draft', 1, $5, $6)",
    );
    let statement = statement.bind(id.to_string()).bind(new.title.trim()).bind(&new.period);
    let statement = statement.bind(new.organisation.trim()).bind(new.author.to_string()).bind(time_text(change.now()));
    let mut write = change.event("statement drafted", ("statement", &id), json!({"period": new.period}));
    write.run(statement).await?;
    Ok(id)
}

/// Says which run's releases a statement shows. An approved one is a draft again.
pub async fn set_run(change: &mut Change, id: Id<Statement>, run: Id<Run>) -> Result<()> {
    let statement = sqlx::query(
        "UPDATE statements SET run = $1, state = 'draft', revision = revision + 1, approved_by = NULL, approved_at = NULL \
         WHERE id = $2 AND state <> 'published'",
    );
    let statement = statement.bind(run.to_string()).bind(id.to_string());
    let mut write = change.event("statement evidence set", ("statement", &id), json!({"run": run}));
    write.must(statement, out_already).await
}

/// Writes the commentary on a block anew; what it said stays. An approved statement is a draft again.
pub async fn write(change: &mut Change, id: Id<Statement>, block: &str, author: Id<Person>, text: &str) -> Result<()> {
    let last = sqlx::query(
        "SELECT COALESCE(MAX(version), 0) AS version FROM statement_texts WHERE statement = $1 AND block = $2",
    );
    let last = last.bind(id.to_string()).bind(block.to_owned());
    let version = change.find(last, |row| row.count("version")).await?.unwrap_or(0) + 1;
    let now = time_text(change.now());
    let reopen = sqlx::query(
        "UPDATE statements SET state = 'draft', revision = revision + 1, approved_by = NULL, approved_at = NULL \
         WHERE id = $1 AND state <> 'published'",
    );
    let statement = sqlx::query(
        "INSERT INTO statement_texts (statement, block, version, text, author, written_at) VALUES ($1, $2, $3, $4, $5, $6)",
    );
    let statement = statement.bind(id.to_string()).bind(block.to_owned()).bind(number(version));
    let statement = statement.bind(text.trim().to_owned()).bind(author.to_string()).bind(now);
    let details = json!({"block": block, "version": version});
    let mut write = change.event("statement text written", ("statement", &id), details);
    write.must(reopen.bind(id.to_string()), out_already).await?;
    write.run(statement).await.map(|_| ())
}

/// Approves the revision that was looked at. Nobody who wrote any of it can.
pub async fn approve(change: &mut Change, id: Id<Statement>, revision: u64, by: Id<Person>) -> Result<()> {
    let statement = sqlx::query(
        "SELECT author FROM statements WHERE id = $1 AND author = $2 \
         UNION SELECT author FROM statement_texts WHERE statement = $1 AND author = $2",
    );
    let statement = statement.bind(id.to_string()).bind(by.to_string());
    if change.find(statement, |_| Ok(())).await?.is_some() {
        let words = "somebody else than its authors approves a statement";
        return Err(StoreError::Refused(words.to_owned()));
    }
    let statement = sqlx::query(
        "UPDATE statements SET state = 'approved', approved_by = $1, approved_at = $2 \
         WHERE id = $3 AND state = 'draft' AND revision = $4",
    );
    let statement = statement.bind(by.to_string()).bind(time_text(change.now()));
    let mut write = change.event("statement approved", ("statement", &id), json!({"revision": revision}));
    let changed = || StoreError::Conflict("the statement has changed since; look at it again".to_owned());
    write.must(statement.bind(id.to_string()).bind(number(revision)), changed).await
}

/// Publishes an approved statement. From now on it does not change.
pub async fn publish(change: &mut Change, id: Id<Statement>) -> Result<()> {
    let statement = sqlx::query(
        "UPDATE statements SET state = 'published', published_at = $1 WHERE id = $2 AND state = 'approved'",
    );
    let statement = statement.bind(time_text(change.now())).bind(id.to_string());
    let mut write = change.event("statement published", ("statement", &id), json!({}));
    write.must(statement, || StoreError::Conflict("only an approved statement is published".to_owned())).await
}

/// A statement by id.
pub async fn get(store: &Store, id: Id<Statement>) -> Result<Statement> {
    let statement = sqlx::query("SELECT * FROM statements WHERE id = $1").bind(id.to_string());
    store.find(statement, Statement::of).await?.ok_or(StoreError::NotFound("statement"))
}

/// Every statement, the newest first.
pub async fn list(store: &Store) -> Result<Vec<Statement>> {
    store.all(sqlx::query("SELECT * FROM statements ORDER BY made_at DESC, id DESC"), Statement::of).await
}

/// The commentary on every block as it reads now.
pub async fn commentary(store: &Store, id: Id<Statement>) -> Result<Vec<Commentary>> {
    let statement = sqlx::query(
        "SELECT * FROM statement_texts t WHERE statement = $1 AND version = (SELECT MAX(version) FROM statement_texts \
         WHERE statement = t.statement AND block = t.block) ORDER BY block",
    );
    store.all(statement.bind(id.to_string()), Commentary::of).await
}

/// Every version of the commentary on a block, the newest first.
pub async fn versions(store: &Store, id: Id<Statement>, block: &str) -> Result<Vec<Commentary>> {
    let statement =
        sqlx::query("SELECT * FROM statement_texts WHERE statement = $1 AND block = $2 ORDER BY version DESC");
    store.all(statement.bind(id.to_string()).bind(block.to_owned()), Commentary::of).await
}

fn out_already() -> StoreError {
    StoreError::Conflict("this statement is published, or is not there; it does not change any more".to_owned())
}

impl Statement {
    fn of(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.id("id")?,
            title: row.text("title")?,
            period: row.text("period")?,
            organisation: row.text("organisation")?,
            run: row.id_if_any("run")?,
            state: row.word("state")?,
            revision: row.count("revision")?,
            author: row.id("author")?,
            made_at: row.time("made_at")?,
            approved_by: row.id_if_any("approved_by")?,
            approved_at: row.time_if_any("approved_at")?,
            published_at: row.time_if_any("published_at")?,
        })
    }
}

impl Commentary {
    fn of(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            block: row.text("block")?,
            version: row.count("version")?,
            text: row.text("text")?,
            author: row.id("author")?,
            written_at: row.time("written_at")?,
        })
    }
}
