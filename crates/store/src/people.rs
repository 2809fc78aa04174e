//! People who can sign in: accounts, roles, passwords as opaque hashes, lock-out.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use sqlx::any::AnyRow;

use crate::change::Change;
use crate::error::{Result, StoreError};
use crate::id::Id;
use crate::row::{Columns, Word, time_text};
use crate::store::Store;

/// An account. The hash of its password is not in here, so that it cannot come to a page by mistake.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Person {
    /// Its id.
    pub id: Id<Person>,
    /// Name as colleagues know it.
    pub name: String,
    /// E-mail address, in small letters: what one signs in with.
    pub email: String,
    /// Roles, by the names that `web` gives them.
    pub roles: Vec<String>,
    /// Whether it may sign in.
    pub status: Status,
    /// Whether there is a password.
    pub has_password: bool,
    /// Whether the password must be set anew at the next sign-in.
    pub must_reset: bool,
    /// Failed sign-ins since the last that worked.
    pub failed_sign_ins: u64,
    /// Until when no sign-in is accepted.
    pub locked_until: Option<Timestamp>,
    /// Issuer and subject of an account at an OIDC provider.
    pub oidc: Option<(String, String)>,
    /// When it was made.
    pub created_at: Timestamp,
    /// When its owner last signed in.
    pub last_sign_in_at: Option<Timestamp>,
}

/// Whether an account may sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Status {
    /// It may.
    Active,
    /// It may not; what it did stays under its name.
    Disabled,
}

impl Word for Status {
    const WORDS: &'static [(&'static str, Self)] = &[("active", Self::Active), ("disabled", Self::Disabled)];
}

/// An account to add.
#[derive(Clone, Debug)]
pub struct NewPerson {
    /// Name as colleagues know it.
    pub name: String,
    /// E-mail address; kept in small letters.
    pub email: String,
    /// Roles: words without spaces.
    pub roles: Vec<String>,
    /// Hash of the password, where there is one already.
    pub password_hash: Option<String>,
    /// Issuer and subject at an OIDC provider.
    pub oidc: Option<(String, String)>,
}

const EMAIL_TAKEN: &str = "there is an account with this e-mail address already";

/// Adds an account.
pub async fn add(change: &mut Change, new: &NewPerson) -> Result<Id<Person>> {
    let id: Id<Person> = change.new_id();
    let (issuer, subject) = new.oidc.clone().unzip();
    let statement = sqlx::query(
        "INSERT INTO people (id, name, email, roles, status, password_hash, must_reset, failed_sign_ins, oidc_issuer, \
         oidc_subject, created_at) VALUES ($1, $2, $3, $4, 'active', $5, 0, 0, $6, $7, $8)",
    );
    let statement = statement.bind(id.to_string()).bind(new.name.trim()).bind(small(&new.email));
    let statement = statement.bind(roles_text(&new.roles)?).bind(&new.password_hash).bind(issuer).bind(subject);
    let statement = statement.bind(time_text(change.now()));
    let mut write = change.event("person added", ("person", &id), json!({"roles": new.roles}));
    write.run(statement).await.map_err(|error| error.or_taken(EMAIL_TAKEN))?;
    Ok(id)
}

/// Adds the first account. Where there is one already it is refused: of two who come at once, one is first.
pub async fn add_first(change: &mut Change, new: &NewPerson) -> Result<Id<Person>> {
    if change.find(sqlx::query("SELECT id FROM people LIMIT 1"), |_| Ok(())).await?.is_some() {
        return Err(StoreError::Refused("there is an account already; sign in, or ask an administrator".to_owned()));
    }
    add(change, new).await
}

/// An account by id.
pub async fn get(store: &Store, id: Id<Person>) -> Result<Person> {
    let statement = sqlx::query("SELECT * FROM people WHERE id = $1").bind(id.to_string());
    store.find(statement, Person::of).await?.ok_or(StoreError::NotFound("person"))
}

/// An account by e-mail address, in any letters.
pub async fn by_email(store: &Store, email: &str) -> Result<Option<Person>> {
    store.find(sqlx::query("SELECT * FROM people WHERE email = $1").bind(small(email)), Person::of).await
}

/// An account by issuer and subject of an OIDC provider.
pub async fn by_oidc(store: &Store, issuer: &str, subject: &str) -> Result<Option<Person>> {
    let statement = sqlx::query("SELECT * FROM people WHERE oidc_issuer = $1 AND oidc_subject = $2");
    store.find(statement.bind(issuer).bind(subject), Person::of).await
}

/// Every account, by name.
pub async fn list(store: &Store) -> Result<Vec<Person>> {
    store.all(sqlx::query("SELECT * FROM people ORDER BY name, id"), Person::of).await
}

/// Whether there is any account: the first one is made by the set-up link.
pub async fn any(store: &Store) -> Result<bool> {
    Ok(store.find(sqlx::query("SELECT id FROM people LIMIT 1"), |_| Ok(())).await?.is_some())
}

/// The hash of an account's password, for checking one.
pub async fn password_hash(store: &Store, id: Id<Person>) -> Result<Option<String>> {
    let statement = sqlx::query("SELECT password_hash FROM people WHERE id = $1").bind(id.to_string());
    let hash = store.find(statement, |row| row.get::<Option<String>>("password_hash")).await?;
    hash.ok_or(StoreError::NotFound("person"))
}

/// Changes name and e-mail address.
pub async fn rename(change: &mut Change, id: Id<Person>, name: &str, email: &str) -> Result<()> {
    let statement = sqlx::query("UPDATE people SET name = $1, email = $2 WHERE id = $3");
    let statement = statement.bind(name.trim()).bind(small(email)).bind(id.to_string());
    let mut write = change.event("person renamed", ("person", &id), json!({}));
    write.must(statement, || StoreError::NotFound("person")).await.map_err(|error| error.or_taken(EMAIL_TAKEN))
}

/// Gives an account these roles and no others. The last active account that has `keep`, where one is named, keeps it.
pub async fn set_roles(change: &mut Change, id: Id<Person>, roles: &[String], keep: Option<&str>) -> Result<()> {
    if let Some(keep) = keep.filter(|keep| !roles.iter().any(|role| role == keep)) {
        refuse_if_last(change, id, keep).await?;
    }
    let statement = sqlx::query("UPDATE people SET roles = $1 WHERE id = $2");
    let statement = statement.bind(roles_text(roles)?).bind(id.to_string());
    let mut write = change.event("roles changed", ("person", &id), json!({"roles": roles}));
    write.must(statement, || StoreError::NotFound("person")).await
}

/// Lets an account sign in, or not any more; then its sessions end and its tokens are revoked. The last active account that
/// has `keep`, where one is named, stays active.
pub async fn set_status(change: &mut Change, id: Id<Person>, status: Status, keep: Option<&str>) -> Result<()> {
    let disabled = status == Status::Disabled;
    if let Some(keep) = keep.filter(|_| disabled) {
        refuse_if_last(change, id, keep).await?;
    }
    let now = time_text(change.now());
    let statement = sqlx::query("UPDATE people SET status = $1 WHERE id = $2");
    let action = if disabled { "person disabled" } else { "person enabled" };
    let mut write = change.event(action, ("person", &id), json!({}));
    let statement = statement.bind(status.word()).bind(id.to_string());
    write.must(statement, || StoreError::NotFound("person")).await?;
    if disabled {
        let sessions = sqlx::query("UPDATE sessions SET ended_at = $1 WHERE person = $2 AND ended_at IS NULL");
        write.run(sessions.bind(&now).bind(id.to_string())).await?;
        let tokens = sqlx::query("UPDATE api_tokens SET revoked_at = $1 WHERE person = $2 AND revoked_at IS NULL");
        write.run(tokens.bind(&now).bind(id.to_string())).await?;
    }
    Ok(())
}

/// Sets the hash of a password, and lifts a lock-out.
pub async fn set_password(change: &mut Change, id: Id<Person>, hash: &str, must_reset: bool) -> Result<()> {
    let statement = sqlx::query(
        "UPDATE people SET password_hash = $1, must_reset = $2, failed_sign_ins = 0, locked_until = NULL WHERE id = $3",
    );
    let statement = statement.bind(hash).bind(i64::from(must_reset)).bind(id.to_string());
    let mut write = change.event("password set", ("person", &id), json!({"must_reset": must_reset}));
    write.must(statement, || StoreError::NotFound("person")).await
}

/// Asks that the password be set anew before anything else is done with the account.
pub async fn require_reset(change: &mut Change, id: Id<Person>) -> Result<()> {
    let statement = sqlx::query("UPDATE people SET must_reset = 1 WHERE id = $1").bind(id.to_string());
    let mut write = change.event("password reset required", ("person", &id), json!({}));
    write.must(statement, || StoreError::NotFound("person")).await
}

/// Ties an account to one at an OIDC provider.
pub async fn set_oidc(change: &mut Change, id: Id<Person>, issuer: &str, subject: &str) -> Result<()> {
    let statement = sqlx::query("UPDATE people SET oidc_issuer = $1, oidc_subject = $2 WHERE id = $3");
    let statement = statement.bind(issuer).bind(subject).bind(id.to_string());
    let mut write = change.event("sign-in provider set", ("person", &id), json!({"issuer": issuer}));
    let taken = "another account is tied to this one of the sign-in provider";
    write.must(statement, || StoreError::NotFound("person")).await.map_err(|error| error.or_taken(taken))
}

/// Keeps a failed sign-in, and until when the account is locked for it; gives back how many have failed in a row.
pub async fn sign_in_failed(change: &mut Change, id: Id<Person>, locked_until: Option<Timestamp>) -> Result<u64> {
    let statement =
        sqlx::query("UPDATE people SET failed_sign_ins = failed_sign_ins + 1, locked_until = $1 WHERE id = $2");
    let statement = statement.bind(locked_until.map(time_text)).bind(id.to_string());
    let mut write = change.event("sign-in failed", ("person", &id), json!({"locked": locked_until.is_some()}));
    write.must(statement, || StoreError::NotFound("person")).await?;
    let statement = sqlx::query("SELECT failed_sign_ins FROM people WHERE id = $1").bind(id.to_string());
    Ok(change.find(statement, |row| row.count("failed_sign_ins")).await?.unwrap_or(0))
}

/// Keeps a sign-in that worked: the count of failures starts anew.
pub async fn signed_in(change: &mut Change, id: Id<Person>, way: &'static str) -> Result<()> {
    let statement = sqlx::query(
        "UPDATE people SET failed_sign_ins = 0, locked_until = NULL, last_sign_in_at = $1 WHERE id = $2 AND status = 'active'",
    );
    let statement = statement.bind(time_text(change.now())).bind(id.to_string());
    let mut write = change.event("signed in", ("person", &id), json!({"way": way}));
    write.must(statement, || StoreError::NotFound("person")).await
}

/// Refuses where no other active account has the role.
async fn refuse_if_last(change: &mut Change, id: Id<Person>, role: &str) -> Result<()> {
    let others = sqlx::query("SELECT * FROM people WHERE status = 'active' AND id <> $1").bind(id.to_string());
    let others = change.all(others, Person::of).await?;
    if others.iter().any(|other| other.has_role(role)) {
        return Ok(());
    }
    Err(StoreError::Refused(format!("this is the last account with the role {role}; give it to another one first")))
}

impl Person {
    /// Whether it has a role.
    pub fn has_role(&self, role: &str) -> bool {
        self.roles.iter().any(|own| own == role)
    }

    /// Whether no sign-in is accepted at a moment because too many have failed.
    pub fn is_locked(&self, now: Timestamp) -> bool {
        self.locked_until.is_some_and(|until| now < until)
    }

    pub(crate) fn of(row: &AnyRow) -> Result<Self> {
        let issuer: Option<String> = row.get("oidc_issuer")?;
        Ok(Self {
            id: row.id("id")?,
            name: row.text("name")?,
            email: row.text("email")?,
            roles: row.words("roles")?,
            status: row.word("status")?,
            has_password: row.get::<Option<String>>("password_hash")?.is_some(),
            must_reset: row.flag("must_reset")?,
            failed_sign_ins: row.count("failed_sign_ins")?,
            locked_until: row.time_if_any("locked_until")?,
            oidc: issuer.zip(row.get("oidc_subject")?),
            created_at: row.time("created_at")?,
            last_sign_in_at: row.time_if_any("last_sign_in_at")?,
        })
    }
}

/// Names with a space between them.
fn roles_text(roles: &[String]) -> Result<String> {
    let plain = |role: &String| !role.is_empty() && role.chars().all(|own| own.is_ascii_lowercase() || own == '-');
    if !roles.iter().all(plain) {
        return Err(StoreError::Refused("a role is a word of small letters and hyphens".to_owned()));
    }
    Ok(roles.join(" "))
}

/// An e-mail address as it is compared.
fn small(email: &str) -> String {
    email.trim().to_lowercase()
}
