//! Extracts: what was read, from which files, under which profile, with every row accounted for. No rows.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use sqlx::any::AnyRow;

use evenly_cube::{Provenance, RowsEquation, SourceFile};

use crate::audit::number;
use crate::change::Change;
use crate::error::{Result, StoreError};
use crate::id::Id;
use crate::row::{Columns, time_text};
use crate::runs::Run;
use crate::store::Store;

/// An extract that was read.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Extract {
    /// Its id.
    pub id: Id<Extract>,
    /// The run that read it.
    pub run: Id<Run>,
    /// What people call it; the same name from import to import.
    pub name: String,
    /// What it was read for: `check`, `analysis`.
    pub purpose: String,
    /// Id of the profile.
    pub profile: String,
    /// First period in it, as the profile writes periods.
    pub period_from: Option<String>,
    /// Last period in it.
    pub period_to: Option<String>,
    /// Every row accounted for.
    pub rows: RowsEquation,
    /// What was done about patients who opted out of their data being used, in words; `None` where nobody has said.
    pub opt_out: Option<String>,
    /// When it was read.
    pub read_at: Timestamp,
}

/// An extract to keep.
#[derive(Clone, Debug)]
pub struct NewExtract {
    /// The run that read it.
    pub run: Id<Run>,
    /// What people call it.
    pub name: String,
    /// What it was read for: `check`, `analysis`.
    pub purpose: String,
    /// Id of the profile.
    pub profile: String,
    /// First and last period in it.
    pub periods: Option<(String, String)>,
    /// What was done about patients who opted out.
    pub opt_out: Option<String>,
    /// Its files and rows.
    pub provenance: Provenance,
}

/// Keeps what was read.
pub async fn add(change: &mut Change, new: &NewExtract) -> Result<Id<Extract>> {
    let id: Id<Extract> = change.new_id();
    let rows = &new.provenance.rows;
    let (from, to) = new.periods.clone().unzip();
    let statement = sqlx::query(
        "INSERT INTO extracts (id, run, name, purpose, profile, period_from, period_to, rows_read, rows_counted, rows_equation, \
         opt_out, read_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    );
    let statement = statement.bind(id.to_string()).bind(new.run.to_string()).bind(new.name.trim());
    let statement = statement.bind(&new.purpose).bind(&new.profile).bind(from).bind(to);
    let statement = statement.bind(number(rows.read)).bind(number(rows.counted)).bind(json!(rows).to_string());
    let statement = statement.bind(&new.opt_out).bind(time_text(change.now()));
    let details =
        json!({"run": new.run, "profile": new.profile, "files": new.provenance.sources.len(), "rows": rows.read});
    let mut write = change.event("extract read", ("extract", &id), details);
    write.run(statement).await?;
    for (position, file) in new.provenance.sources.iter().enumerate() {
        let statement = sqlx::query(
            "INSERT INTO extract_files (extract, position, file, sha256, bytes, rows_read) VALUES ($1, $2, $3, $4, $5, $6)",
        );
        let statement = statement.bind(id.to_string()).bind(number(position as u64)).bind(&file.file);
        write.run(statement.bind(&file.sha256).bind(number(file.bytes)).bind(number(file.rows))).await?;
    }
    Ok(id)
}

/// An extract by id.
pub async fn get(store: &Store, id: Id<Extract>) -> Result<Extract> {
    let statement = sqlx::query("SELECT * FROM extracts WHERE id = $1").bind(id.to_string());
    store.find(statement, Extract::of).await?.ok_or(StoreError::NotFound("extract"))
}

/// Extracts that were read for a purpose, the newest first.
pub async fn list(store: &Store, purpose: &str, limit: u32) -> Result<Vec<Extract>> {
    let statement = sqlx::query("SELECT * FROM extracts WHERE purpose = $1 ORDER BY read_at DESC, id DESC LIMIT $2");
    store.all(statement.bind(purpose.to_owned()).bind(i64::from(limit)), Extract::of).await
}

/// The files of an extract.
pub async fn files(store: &Store, id: Id<Extract>) -> Result<Vec<SourceFile>> {
    let statement = sqlx::query("SELECT * FROM extract_files WHERE extract = $1 ORDER BY position");
    store.all(statement.bind(id.to_string()), file).await
}

/// The extracts in which a file of these bytes was read before.
pub async fn with_file(store: &Store, sha256: &str) -> Result<Vec<Extract>> {
    let statement = sqlx::query(
        "SELECT * FROM extracts WHERE id IN (SELECT extract FROM extract_files WHERE sha256 = $1) ORDER BY read_at, id",
    );
    store.all(statement.bind(sha256.to_owned()), Extract::of).await
}

fn file(row: &AnyRow) -> Result<SourceFile> {
    Ok(SourceFile {
        file: row.text("file")?,
        sha256: row.text("sha256")?,
        bytes: row.count("bytes")?,
        rows: row.count("rows_read")?,
    })
}

impl Extract {
    fn of(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.id("id")?,
            run: row.id("run")?,
            name: row.text("name")?,
            purpose: row.text("purpose")?,
            profile: row.text("profile")?,
            period_from: row.get("period_from")?,
            period_to: row.get("period_to")?,
            rows: row.json("rows_equation")?,
            opt_out: row.get("opt_out")?,
            read_at: row.time("read_at")?,
        })
    }
}
