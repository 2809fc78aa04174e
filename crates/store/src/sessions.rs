//! Sessions: who is signed in where, and signing out.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use sqlx::any::AnyRow;

use crate::change::Change;
use crate::error::{Result, StoreError};
use crate::id::Id;
use crate::people::{self, Person};
use crate::row::{Columns, time_text};
use crate::secret::SecretHash;
use crate::store::Store;

/// A session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Session {
    /// Its id, which is no secret.
    pub id: Id<Session>,
    /// Whose.
    pub person: Id<Person>,
    /// The browser, in a few words.
    pub user_agent: String,
    /// When it began.
    pub started_at: Timestamp,
    /// When it was last seen, to the minute or so.
    pub last_seen_at: Timestamp,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}

/// A session to begin.
#[derive(Clone, Debug)]
pub struct NewSession {
    /// Whose.
    pub person: Id<Person>,
    /// Hash of what the browser's cookie holds.
    pub secret: SecretHash,
    /// The browser, in a few words.
    pub user_agent: String,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}

/// Begins a session.
pub async fn start(change: &mut Change, new: &NewSession) -> Result<Id<Session>> {
    let id: Id<Session> = change.new_id();
    let now = time_text(change.now());
    let statement = sqlx::query(
        "INSERT INTO sessions (id, token_hash, person, user_agent, started_at, last_seen_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $5, $6)",
    );
    let statement = statement.bind(id.to_string()).bind(new.secret.text()).bind(new.person.to_string());
    let statement = statement.bind(&new.user_agent).bind(now).bind(time_text(new.expires_at));
    let mut write = change.event("session started", ("session", &id), json!({"person": new.person}));
    write.run(statement).await?;
    Ok(id)
}

/// The session of a secret and its person: neither ended nor expired, seen after `idle_since`, of an active account.
pub async fn find(
    store: &Store,
    secret: &SecretHash,
    now: Timestamp,
    idle_since: Timestamp,
) -> Result<Option<(Session, Person)>> {
    let statement = sqlx::query(
        "SELECT * FROM sessions WHERE token_hash = $1 AND ended_at IS NULL AND expires_at > $2 AND last_seen_at > $3",
    );
    let statement = statement.bind(secret.text()).bind(time_text(now)).bind(time_text(idle_since));
    let Some(session) = store.find(statement, Session::of).await? else { return Ok(None) };
    let person = people::get(store, session.person).await?;
    Ok((person.status == people::Status::Active).then_some((session, person)))
}

/// Keeps that a session was seen. No event: it says nothing that the person did.
pub async fn seen(store: &Store, id: Id<Session>, now: Timestamp) -> Result<()> {
    let statement = sqlx::query("UPDATE sessions SET last_seen_at = $1 WHERE id = $2 AND last_seen_at < $1");
    store.touch(statement.bind(time_text(now)).bind(id.to_string())).await.map(|_| ())
}

/// A person's sessions that have neither ended nor expired, the last seen first.
pub async fn list(store: &Store, person: Id<Person>, now: Timestamp) -> Result<Vec<Session>> {
    let statement = sqlx::query(
        "SELECT * FROM sessions WHERE person = $1 AND ended_at IS NULL AND expires_at > $2 ORDER BY last_seen_at DESC, id",
    );
    store.all(statement.bind(person.to_string()).bind(time_text(now)), Session::of).await
}

/// Ends one session of a person. Another person's is no such session.
pub async fn end(change: &mut Change, id: Id<Session>, person: Id<Person>) -> Result<()> {
    let statement = sqlx::query("UPDATE sessions SET ended_at = $1 WHERE id = $2 AND person = $3 AND ended_at IS NULL");
    let statement = statement.bind(time_text(change.now())).bind(id.to_string()).bind(person.to_string());
    let mut write = change.event("session ended", ("session", &id), json!({"person": person}));
    write.must(statement, || StoreError::NotFound("session")).await
}

/// Ends all sessions of a person but one, or all; says how many.
pub async fn end_all(change: &mut Change, person: Id<Person>, except: Option<Id<Session>>) -> Result<u64> {
    let statement =
        sqlx::query("UPDATE sessions SET ended_at = $1 WHERE person = $2 AND ended_at IS NULL AND id <> $3");
    let kept = except.map_or_else(String::new, |id| id.to_string());
    let statement = statement.bind(time_text(change.now())).bind(person.to_string()).bind(kept);
    let mut write = change.event("sessions ended", ("person", &person), json!({"but": except}));
    write.run(statement).await
}

impl Session {
    fn of(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.id("id")?,
            person: row.id("person")?,
            user_agent: row.text("user_agent")?,
            started_at: row.time("started_at")?,
            last_seen_at: row.time("last_seen_at")?,
            expires_at: row.time("expires_at")?,
        })
    }
}
