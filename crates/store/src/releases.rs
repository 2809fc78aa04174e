//! Releases: counts past the disclosure gate, kept whole and given back as they were.

use std::io::{Read as _, Write as _};

use evenly_cube::{Releasable, Release};
use flate2::Compression;
use flate2::read::DeflateDecoder;
use flate2::write::DeflateEncoder;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::any::AnyRow;

use crate::audit::{hexadecimal, number};
use crate::change::Change;
use crate::error::{Result, StoreError};
use crate::extracts::Extract;
use crate::id::Id;
use crate::row::{Columns, time_text};
use crate::runs::Run;
use crate::store::Store;

/// What is known of a release without opening it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ReleaseInfo {
    /// Its id.
    pub id: Id<ReleaseInfo>,
    /// The run that made it.
    pub run: Id<Run>,
    /// The extract that it is counted from.
    pub extract: Id<Extract>,
    /// What it is for: `analysis`, `statement`.
    pub purpose: String,
    /// Title for a reader.
    pub title: String,
    /// Id and version of the disclosure policy.
    pub policy: String,
    /// How many counts the policy withheld.
    pub suppressed: u64,
    /// More of what its purpose needs, such as the periods that a statement took.
    pub context: Value,
    /// SHA-256 of the release as it is saved.
    pub sha256: String,
    /// When it was made.
    pub made_at: Timestamp,
    /// Since when, by whom and why it is no longer to be used.
    pub withdrawn: Option<Withdrawn>,
}

/// Why a release is no longer to be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Withdrawn {
    /// Since when.
    pub at: Timestamp,
    /// By whom, as [`crate::Actor`] is written.
    pub by: String,
    /// Why.
    pub because: String,
}

/// A release to keep.
#[derive(Clone, Debug)]
pub struct NewRelease {
    /// The run that made it.
    pub run: Id<Run>,
    /// The extract that it is counted from.
    pub extract: Id<Extract>,
    /// What it is for: `analysis`, `statement`.
    pub purpose: String,
    /// Title for a reader.
    pub title: String,
    /// More of what its purpose needs.
    pub context: Value,
}

/// An indicator of a release.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReleaseIndicator {
    /// Its id.
    pub indicator: String,
    /// Version of its definition.
    pub version: u64,
    /// Title for a reader.
    pub title: String,
}

/// Everything of a release but its body, which may be large.
const INFO: &str = "id, run, extract, purpose, title, policy, suppressed, context, sha256, made_at, withdrawn_at, \
     withdrawn_by, withdrawn_because";

/// Keeps a release. Only what the disclosure gate let out has this type.
pub async fn add(change: &mut Change, new: &NewRelease, release: &Releasable<Release>) -> Result<Id<ReleaseInfo>> {
    let id: Id<ReleaseInfo> = change.new_id();
    let saved = release.to_saved().map_err(|error| StoreError::Unusable(error.to_string()))?;
    let sha256 = hexadecimal(&Sha256::digest(&saved));
    let policy = format!("{} {}", release.policy.id, release.policy.version);
    let statement = sqlx::query(
        "INSERT INTO releases (id, run, extract, purpose, title, policy, suppressed, context, sha256, body, made_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    );
    let statement = statement.bind(id.to_string()).bind(new.run.to_string()).bind(new.extract.to_string());
    let statement = statement.bind(&new.purpose).bind(&new.title).bind(&policy).bind(number(release.suppressed));
    let statement = statement.bind(new.context.to_string()).bind(sha256.clone()).bind(pack(&saved)?);
    let statement = statement.bind(time_text(change.now()));
    let details = json!({"run": new.run, "purpose": new.purpose, "policy": policy, "sha256": sha256});
    let mut write = change.event("release stored", ("release", &id), details);
    write.run(statement).await?;
    for (position, own) in release.indicators.iter().enumerate() {
        let statement = sqlx::query(
            "INSERT INTO release_indicators (release, position, indicator, version, title) VALUES ($1, $2, $3, $4, $5)",
        );
        let statement = statement.bind(id.to_string()).bind(number(position as u64)).bind(&own.definition.id);
        write.run(statement.bind(i64::from(own.definition.version)).bind(&own.definition.title)).await?;
    }
    Ok(id)
}

/// Opens a release; one that is not as it was stored is refused.
pub async fn load(store: &Store, id: Id<ReleaseInfo>) -> Result<Releasable<Release>> {
    let statement = sqlx::query("SELECT sha256, body FROM releases WHERE id = $1").bind(id.to_string());
    let read = |row: &AnyRow| Ok((row.text("sha256")?, row.get::<Vec<u8>>("body")?));
    let (sha256, body) = store.find(statement, read).await?.ok_or(StoreError::NotFound("release"))?;
    let damaged = || StoreError::Damaged(format!("release {id} is not as it was stored"));
    let saved = unpack(&body).map_err(|_| damaged())?;
    if hexadecimal(&Sha256::digest(&saved)) != sha256 {
        return Err(damaged());
    }
    Releasable::reopen(&saved).map_err(|error| StoreError::Damaged(format!("release {id}: {error}")))
}

/// What is known of a release.
pub async fn get(store: &Store, id: Id<ReleaseInfo>) -> Result<ReleaseInfo> {
    let statement = sqlx::query(sqlx::AssertSqlSafe(format!("SELECT {INFO} FROM releases WHERE id = $1")));
    store.find(statement.bind(id.to_string()), ReleaseInfo::of).await?.ok_or(StoreError::NotFound("release"))
}

/// Releases of a purpose, the newest first; the withdrawn too.
pub async fn list(store: &Store, purpose: &str, limit: u32) -> Result<Vec<ReleaseInfo>> {
    let text = format!("SELECT {INFO} FROM releases WHERE purpose = $1 ORDER BY made_at DESC, id DESC LIMIT $2");
    let statement = sqlx::query(sqlx::AssertSqlSafe(text)).bind(purpose.to_owned()).bind(i64::from(limit));
    store.all(statement, ReleaseInfo::of).await
}

/// The newest release of a purpose of each extract (by its name), without the withdrawn: what pages show.
pub async fn current(store: &Store, purpose: &str) -> Result<Vec<ReleaseInfo>> {
    let text = format!(
        "SELECT {INFO} FROM releases WHERE id IN (SELECT MAX(r.id) FROM releases r JOIN extracts e ON e.id = r.extract \
         WHERE r.purpose = $1 AND r.withdrawn_at IS NULL GROUP BY e.name) ORDER BY made_at DESC, id DESC"
    );
    store.all(sqlx::query(sqlx::AssertSqlSafe(text)).bind(purpose.to_owned()), ReleaseInfo::of).await
}

/// The releases of a run.
pub async fn of_run(store: &Store, run: Id<Run>) -> Result<Vec<ReleaseInfo>> {
    let statement = sqlx::query(sqlx::AssertSqlSafe(format!("SELECT {INFO} FROM releases WHERE run = $1 ORDER BY id")));
    store.all(statement.bind(run.to_string()), ReleaseInfo::of).await
}

/// The indicators of a release, in its order.
pub async fn indicators(store: &Store, id: Id<ReleaseInfo>) -> Result<Vec<ReleaseIndicator>> {
    let statement = sqlx::query("SELECT * FROM release_indicators WHERE release = $1 ORDER BY position");
    let read = |row: &AnyRow| {
        Ok(ReleaseIndicator {
            indicator: row.text("indicator")?,
            version: row.count("version")?,
            title: row.text("title")?,
        })
    };
    store.all(statement.bind(id.to_string()), read).await
}

/// Takes a release out of use, with the reason; it stays, so that what was once said can be looked up.
pub async fn withdraw(change: &mut Change, id: Id<ReleaseInfo>, because: &str) -> Result<()> {
    let statement = sqlx::query(
        "UPDATE releases SET withdrawn_at = $1, withdrawn_by = $2, withdrawn_because = $3 WHERE id = $4 AND withdrawn_at IS NULL",
    );
    let statement = statement.bind(time_text(change.now())).bind(change.actor().to_string());
    let statement = statement.bind(because.trim().to_owned()).bind(id.to_string());
    let mut write = change.event("release withdrawn", ("release", &id), json!({"because": because.trim()}));
    write.must(statement, || StoreError::NotFound("release")).await
}

impl ReleaseInfo {
    fn of(row: &AnyRow) -> Result<Self> {
        let at = row.time_if_any("withdrawn_at")?;
        let withdrawn = at.map(|at| {
            Ok::<_, StoreError>(Withdrawn {
                at,
                by: row.text("withdrawn_by")?,
                because: row.text("withdrawn_because")?,
            })
        });
        Ok(Self {
            id: row.id("id")?,
            run: row.id("run")?,
            extract: row.id("extract")?,
            purpose: row.text("purpose")?,
            title: row.text("title")?,
            policy: row.text("policy")?,
            suppressed: row.count("suppressed")?,
            context: row.json("context")?,
            sha256: row.text("sha256")?,
            made_at: row.time("made_at")?,
            withdrawn: withdrawn.transpose()?,
        })
    }
}

fn pack(text: &str) -> Result<Vec<u8>> {
    let mut packed = DeflateEncoder::new(Vec::new(), Compression::default());
    let done = packed.write_all(text.as_bytes()).and_then(|()| packed.finish());
    done.map_err(|error| StoreError::Unusable(error.to_string()))
}

fn unpack(bytes: &[u8]) -> std::io::Result<String> {
    let mut text = String::new();
    DeflateDecoder::new(bytes).read_to_string(&mut text)?;
    Ok(text)
}
