//! The discussion: what people wrote about a finding, a statement or a definition. What was edited stays readable as it was.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use sqlx::any::AnyRow;

use crate::audit::number;
use crate::change::Change;
use crate::error::{Result, StoreError};
use crate::id::Id;
use crate::people::Person;
use crate::row::{Columns, time_text};
use crate::store::Store;

/// A comment as it reads now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Comment {
    /// Its id.
    pub id: Id<Comment>,
    /// The comment that it answers.
    pub answers: Option<Id<Comment>>,
    /// Who wrote it.
    pub author: Id<Person>,
    /// In what role: `matron`, `health economist` …
    pub author_role: String,
    /// Whether it is a dissent, which stays beside the decision.
    pub dissent: bool,
    /// What it says.
    pub text: String,
    /// How often it was written: 1 where it was never edited.
    pub version: u64,
    /// When it was first written.
    pub written_at: Timestamp,
    /// When it was written as it reads now.
    pub edited_at: Timestamp,
}

/// A comment to write.
#[derive(Clone, Debug)]
pub struct NewComment {
    /// What it is about: `finding`, `statement`, `definition` …
    pub subject_kind: &'static str,
    /// Its id.
    pub subject: String,
    /// The comment that it answers.
    pub answers: Option<Id<Comment>>,
    /// Who writes.
    pub author: Id<Person>,
    /// In what role.
    pub author_role: String,
    /// Whether it is a dissent.
    pub dissent: bool,
    /// What it says.
    pub text: String,
}

/// One version of a comment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct CommentVersion {
    /// 1, 2, 3 …
    pub version: u64,
    /// What it said.
    pub text: String,
    /// When it was written.
    pub written_at: Timestamp,
}

const SELECT: &str = "SELECT c.id, c.answers, c.author, c.author_role, c.dissent, c.written_at, v.text, v.version, \
     v.written_at AS edited_at FROM comments c JOIN comment_versions v ON v.comment = c.id \
     AND v.version = (SELECT MAX(version) FROM comment_versions WHERE comment = c.id) ";

/// Writes a comment. One that answers another must be about the same thing.
pub async fn write(change: &mut Change, new: &NewComment) -> Result<Id<Comment>> {
    if let Some(answered) = new.answers {
        let statement = sqlx::query("SELECT id FROM comments WHERE id = $1 AND subject_kind = $2 AND subject = $3");
        let statement = statement.bind(answered.to_string()).bind(new.subject_kind).bind(&new.subject);
        change.find(statement, |_| Ok(())).await?.ok_or(StoreError::NotFound("comment"))?;
    }
    let id: Id<Comment> = change.new_id();
    let now = time_text(change.now());
    let statement = sqlx::query(
        "INSERT INTO comments (id, subject_kind, subject, answers, author, author_role, dissent, written_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    );
    let statement = statement.bind(id.to_string()).bind(new.subject_kind).bind(&new.subject);
    let statement = statement.bind(new.answers.map(|id| id.to_string())).bind(new.author.to_string());
    let statement = statement.bind(&new.author_role).bind(i64::from(new.dissent)).bind(&now);
    let details = json!({"about": new.subject_kind, "of": new.subject, "dissent": new.dissent});
    let mut write = change.event("comment written", ("comment", &id), details);
    write.run(statement).await?;
    write.run(version(id, 1, &new.text, &now)).await?;
    Ok(id)
}

/// Writes a comment anew; only its author can, and what it said stays.
pub async fn edit(change: &mut Change, id: Id<Comment>, author: Id<Person>, text: &str) -> Result<()> {
    let statement = sqlx::query(
        "SELECT MAX(v.version) AS version FROM comments c JOIN comment_versions v ON v.comment = c.id \
         WHERE c.id = $1 AND c.author = $2 GROUP BY c.id",
    );
    let statement = statement.bind(id.to_string()).bind(author.to_string());
    let last = change.find(statement, |row| row.count("version")).await?.ok_or(StoreError::NotFound("comment"))?;
    let now = time_text(change.now());
    let mut write = change.event("comment edited", ("comment", &id), json!({"version": last + 1}));
    write.run(version(id, last + 1, text, &now)).await.map(|_| ())
}

/// The discussion of one thing, the oldest comment first.
pub async fn list(store: &Store, subject_kind: &str, subject: &str) -> Result<Vec<Comment>> {
    let text = format!("{SELECT} WHERE c.subject_kind = $1 AND c.subject = $2 ORDER BY c.written_at, c.id");
    let statement = sqlx::query(sqlx::AssertSqlSafe(text)).bind(subject_kind.to_owned()).bind(subject.to_owned());
    store.all(statement, Comment::of).await
}

/// Every version of a comment, the oldest first.
pub async fn versions(store: &Store, id: Id<Comment>) -> Result<Vec<CommentVersion>> {
    let read = |row: &AnyRow| {
        Ok(CommentVersion {
            version: row.count("version")?,
            text: row.text("text")?,
            written_at: row.time("written_at")?,
        })
    };
    let statement = sqlx::query("SELECT * FROM comment_versions WHERE comment = $1 ORDER BY version");
    store.all(statement.bind(id.to_string()), read).await
}

fn version<'q>(id: Id<Comment>, version: u64, text: &str, now: &str) -> crate::store::Statement<'q> {
    let statement =
        sqlx::query("INSERT INTO comment_versions (comment, version, text, written_at) VALUES ($1, $2, $3, $4)");
    statement.bind(id.to_string()).bind(number(version)).bind(text.trim().to_owned()).bind(now.to_owned())
}

impl Comment {
    fn of(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.id("id")?,
            answers: row.id_if_any("answers")?,
            author: row.id("author")?,
            author_role: row.text("author_role")?,
            dissent: row.flag("dissent")?,
            text: row.text("text")?,
            version: row.count("version")?,
            written_at: row.time("written_at")?,
            edited_at: row.time("edited_at")?,
        })
    }
}
