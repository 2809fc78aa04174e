//! Settings that people make on a page: names and values, and the trust's picture.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use sqlx::any::AnyRow;

use crate::change::Change;
use crate::error::Result;
use crate::row::{Columns, time_text};
use crate::store::Store;

/// A setting that somebody made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Setting {
    /// Its name, such as [`ORGANISATION`].
    pub name: String,
    /// Its value.
    pub value: String,
    /// Who made it, as [`crate::Actor`] is written.
    pub changed_by: String,
    /// When.
    pub changed_at: Timestamp,
}

/// A picture, such as the trust's logo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// `image/png`, `image/svg+xml` …
    pub media_type: String,
    /// Its bytes.
    pub body: Vec<u8>,
}

/// Name of the setting that holds the organisation's name.
pub const ORGANISATION: &str = "organisation";
/// Name of the setting that holds the organisation's code (ODS).
pub const ORGANISATION_CODE: &str = "organisation-code";
/// Name of the picture that is the organisation's logo.
pub const LOGO: &str = "logo";

/// A setting's value, if somebody made it.
pub async fn get(store: &Store, name: &str) -> Result<Option<String>> {
    let statement = sqlx::query("SELECT value FROM settings WHERE name = $1").bind(name.to_owned());
    store.find(statement, |row| row.text("value")).await
}

/// Every setting that somebody made, by name.
pub async fn list(store: &Store) -> Result<Vec<Setting>> {
    let read = |row: &AnyRow| {
        Ok(Setting {
            name: row.text("name")?,
            value: row.text("value")?,
            changed_by: row.text("changed_by")?,
            changed_at: row.time("changed_at")?,
        })
    };
    store.all(sqlx::query("SELECT * FROM settings ORDER BY name"), read).await
}

/// Makes a setting.
pub async fn set(change: &mut Change, name: &str, value: &str) -> Result<()> {
    let statement = sqlx::query(
        "INSERT INTO settings (name, value, changed_by, changed_at) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (name) DO UPDATE SET value = excluded.value, changed_by = excluded.changed_by, \
         changed_at = excluded.changed_at",
    );
    let statement = statement.bind(name.to_owned()).bind(value.to_owned());
    let statement = statement.bind(change.actor().to_string()).bind(time_text(change.now()));
    let mut write = change.event("setting made", ("setting", &name), json!({"value": value}));
    write.run(statement).await.map(|_| ())
}

/// A picture, if there is one.
pub async fn picture(store: &Store, name: &str) -> Result<Option<Picture>> {
    let statement = sqlx::query("SELECT media_type, body FROM pictures WHERE name = $1").bind(name.to_owned());
    store.find(statement, |row| Ok(Picture { media_type: row.text("media_type")?, body: row.get("body")? })).await
}

/// Keeps a picture in the place of the one that was there, or takes it away.
pub async fn set_picture(change: &mut Change, name: &str, picture: Option<&Picture>) -> Result<()> {
    let (actor, now) = (change.actor().to_string(), time_text(change.now()));
    let details = json!({"bytes": picture.map_or(0, |picture| picture.body.len())});
    let mut write = change.event("picture set", ("picture", &name), details);
    write.run(sqlx::query("DELETE FROM pictures WHERE name = $1").bind(name.to_owned())).await?;
    let Some(picture) = picture else { return Ok(()) };
    let statement = sqlx::query(
        "INSERT INTO pictures (name, media_type, body, changed_by, changed_at) VALUES ($1, $2, $3, $4, $5)",
    );
    let statement = statement.bind(name.to_owned()).bind(&picture.media_type).bind(&picture.body);
    write.run(statement.bind(actor).bind(now)).await.map(|_| ())
}
