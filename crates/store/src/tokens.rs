//! API tokens: a person's programs, with scopes and an end.

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

/// A token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ApiToken {
    /// Its id, which is no secret.
    pub id: Id<ApiToken>,
    /// Whose.
    pub person: Id<Person>,
    /// What its owner calls it.
    pub name: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// When it was made.
    pub made_at: Timestamp,
    /// Until when it works.
    pub expires_at: Timestamp,
    /// When it was last used, to the minute or so.
    pub last_used_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

/// A token to make.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// Whose.
    pub person: Id<Person>,
    /// What its owner calls it.
    pub name: String,
    /// Hash of what the program presents.
    pub secret: SecretHash,
    /// What it may do: words without spaces.
    pub scopes: Vec<String>,
    /// Until when it works.
    pub expires_at: Timestamp,
}

/// Makes a token.
pub async fn make(change: &mut Change, new: &NewToken) -> Result<Id<ApiToken>> {
    let id: Id<ApiToken> = change.new_id();
    let statement = sqlx::query(
        "INSERT INTO api_tokens (id, person, name, token_hash, scopes, made_at, expires_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    );
    let statement = statement.bind(id.to_string()).bind(new.person.to_string()).bind(new.name.trim());
    let statement = statement.bind(new.secret.text()).bind(new.scopes.join(" "));
    let statement = statement.bind(time_text(change.now())).bind(time_text(new.expires_at));
    let details = json!({"person": new.person, "scopes": new.scopes});
    let mut write = change.event("token made", ("token", &id), details);
    write.run(statement).await?;
    Ok(id)
}

/// The token of a secret and its person: neither revoked nor expired, of an active account.
pub async fn find(store: &Store, secret: &SecretHash, now: Timestamp) -> Result<Option<(ApiToken, Person)>> {
    let statement =
        sqlx::query("SELECT * FROM api_tokens WHERE token_hash = $1 AND revoked_at IS NULL AND expires_at > $2");
    let found = store.find(statement.bind(secret.text()).bind(time_text(now)), ApiToken::of).await?;
    let Some(token) = found else { return Ok(None) };
    let person = people::get(store, token.person).await?;
    Ok((person.status == people::Status::Active).then_some((token, person)))
}

/// Keeps that a token was used. No event: what it was used for has its own.
pub async fn used(store: &Store, id: Id<ApiToken>, now: Timestamp) -> Result<()> {
    let statement = sqlx::query("UPDATE api_tokens SET last_used_at = $1 WHERE id = $2");
    store.touch(statement.bind(time_text(now)).bind(id.to_string())).await.map(|_| ())
}

/// A person's tokens, the newest first, the revoked and expired too.
pub async fn list(store: &Store, person: Id<Person>) -> Result<Vec<ApiToken>> {
    let statement = sqlx::query("SELECT * FROM api_tokens WHERE person = $1 ORDER BY made_at DESC, id");
    store.all(statement.bind(person.to_string()), ApiToken::of).await
}

/// Revokes a token of a person. Another person's is no such token.
pub async fn revoke(change: &mut Change, id: Id<ApiToken>, person: Id<Person>) -> Result<()> {
    let statement =
        sqlx::query("UPDATE api_tokens SET revoked_at = $1 WHERE id = $2 AND person = $3 AND revoked_at IS NULL");
    let statement = statement.bind(time_text(change.now())).bind(id.to_string()).bind(person.to_string());
    let mut write = change.event("token revoked", ("token", &id), json!({"person": person}));
    write.must(statement, || StoreError::NotFound("token")).await
}

impl ApiToken {
    fn of(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.id("id")?,
            person: row.id("person")?,
            name: row.text("name")?,
            scopes: row.words("scopes")?,
            made_at: row.time("made_at")?,
            expires_at: row.time("expires_at")?,
            last_used_at: row.time_if_any("last_used_at")?,
            revoked_at: row.time_if_any("revoked_at")?,
        })
    }
}
