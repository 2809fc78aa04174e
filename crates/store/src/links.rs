//! Links that work once: the first administrator's set-up, an invitation, a reset.

use jiff::Timestamp;
use serde_json::json;
use sqlx::any::AnyRow;

use crate::change::Change;
use crate::error::{Result, StoreError};
use crate::id::Id;
use crate::people::Person;
use crate::row::{Columns, Word, time_text};
use crate::secret::SecretHash;
use crate::store::Store;

/// A link.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    /// Its id.
    pub id: Id<Link>,
    /// What it is for.
    pub purpose: Purpose,
    /// Whose account it opens; nobody's for a set-up.
    pub person: Option<Id<Person>>,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// What a link is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Making the first account, an administrator's.
    Setup,
    /// Setting the first password of an account.
    Invitation,
    /// Setting another password.
    Reset,
}

impl Word for Purpose {
    const WORDS: &'static [(&'static str, Self)] =
        &[("setup", Self::Setup), ("invitation", Self::Invitation), ("reset", Self::Reset)];
}

/// Makes a link; earlier ones for the same purpose and person stop working.
pub async fn make(
    change: &mut Change,
    purpose: Purpose,
    person: Option<Id<Person>>,
    secret: &SecretHash,
    expires_at: Timestamp,
) -> Result<Id<Link>> {
    let id: Id<Link> = change.new_id();
    let now = time_text(change.now());
    let actor = change.actor().to_string();
    let person = person.map(|person| person.to_string());
    let earlier = sqlx::query(
        "UPDATE one_time_links SET used_at = $1 WHERE purpose = $2 AND used_at IS NULL \
         AND (person = $3 OR (person IS NULL AND CAST($3 AS TEXT) IS NULL))",
    );
    let earlier = earlier.bind(now.clone()).bind(purpose.word()).bind(person.clone());
    let statement = sqlx::query(
        "INSERT INTO one_time_links (id, purpose, token_hash, person, made_by, made_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    );
    let statement = statement.bind(id.to_string()).bind(purpose.word()).bind(secret.text()).bind(person.clone());
    let statement = statement.bind(actor).bind(now).bind(time_text(expires_at));
    let mut write = change.event("link made", ("link", &id), json!({"purpose": purpose.word(), "person": person}));
    write.run(earlier).await?;
    write.run(statement).await?;
    Ok(id)
}

/// The link of a secret, while it works.
pub async fn find(store: &Store, secret: &SecretHash, now: Timestamp) -> Result<Option<Link>> {
    let statement =
        sqlx::query("SELECT * FROM one_time_links WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2");
    store.find(statement.bind(secret.text()).bind(time_text(now)), Link::of).await
}

/// Uses a link up. Of two who come at once, one is told that there is no such link.
pub async fn use_up(change: &mut Change, secret: &SecretHash) -> Result<Link> {
    let now = time_text(change.now());
    let statement =
        sqlx::query("SELECT * FROM one_time_links WHERE token_hash = $1 AND used_at IS NULL AND expires_at > $2");
    let found = change.find(statement.bind(secret.text()).bind(now.clone()), Link::of).await?;
    let link = found.ok_or(StoreError::NotFound("link"))?;
    let statement = sqlx::query("UPDATE one_time_links SET used_at = $1 WHERE id = $2 AND used_at IS NULL");
    let mut write = change.event("link used", ("link", &link.id), json!({"purpose": link.purpose.word()}));
    let statement = statement.bind(now).bind(link.id.to_string());
    write.must(statement, || StoreError::NotFound("link")).await?;
    Ok(link)
}

impl Link {
    fn of(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.id("id")?,
            purpose: row.word("purpose")?,
            person: row.id_if_any("person")?,
            expires_at: row.time("expires_at")?,
        })
    }
}
