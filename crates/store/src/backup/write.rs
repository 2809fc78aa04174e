//! Taking a backup.

use std::fs;
use std::io::{self, Write as _};
use std::path::Path;

use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::TryStreamExt as _;
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::{Any, AssertSqlSafe, Transaction};

use super::{Ending, Heading, LAYOUT, Summary, TableLine, value};
use crate::audit::{self, End, hexadecimal};
use crate::error::{Result, StoreError};
use crate::row::time_text;
use crate::schema::{self, Column, TABLES};
use crate::store::{Database, Store};

/// Writes all records to a new file that only its owner can read. Others may read and write meanwhile.
pub async fn write(store: &Store, file: &Path, now: Timestamp, evenly: &str) -> Result<Summary> {
    let failed = |error: io::Error| StoreError::Unusable(format!("{}: {error}", file.display()));
    if file.exists() {
        return Err(StoreError::Unusable(format!("{}: is there already; name another file", file.display())));
    }
    let mut partial = file.as_os_str().to_owned();
    partial.push(".partial");
    let partial = Path::new(&partial);
    let sink = new_file(partial).map_err(failed)?;
    let written = everything(store, sink, now, evenly).await;
    let placed = written.and_then(|summary| fs::rename(partial, file).map(|()| summary).map_err(failed));
    if placed.is_err() {
        // Nothing is to be said of a failure to remove what is left: the first error is the one that matters.
        let _ = fs::remove_file(partial);
    }
    placed
}

async fn everything(store: &Store, sink: fs::File, now: Timestamp, evenly: &str) -> Result<Summary> {
    let columns = schema::columns(store).await?;
    let mut moment = store.pool.begin_with(moment(store.database)).await?;
    // The first look fixes the moment.
    let end = sqlx::query("SELECT sequence, hash FROM audit_head WHERE one = 1").fetch_optional(&mut *moment).await?;
    let audit = End::of(&end.ok_or_else(audit::missing_end)?)?;
    let heading = Heading {
        layout: LAYOUT,
        schema: schema::version(),
        taken_at: time_text(now),
        evenly: evenly.to_owned(),
        audit,
    };
    let mut lines = Lines::new(sink);
    lines.put(&heading)?;
    let mut rows = 0;
    for table in TABLES {
        let own: Vec<&Column> = columns.iter().filter(|column| column.table == table).collect();
        rows += one_table(&mut moment, &mut lines, table, &own).await?;
    }
    let sha256 = lines.end(rows)?;
    moment.rollback().await?;
    Ok(Summary { rows, sha256, heading })
}

/// How a transaction begins that sees the records as they stand, whatever others write.
fn moment(database: Database) -> &'static str {
    match database {
        Database::Sqlite => "BEGIN",
        Database::Postgres => "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
    }
}

async fn one_table(
    moment: &mut Transaction<'static, Any>,
    lines: &mut Lines,
    table: &str,
    columns: &[&Column],
) -> Result<u64> {
    let names: Vec<String> = columns.iter().map(|column| column.name.clone()).collect();
    let list = names.join(", ");
    lines.put(&TableLine { table: table.to_owned(), columns: names })?;
    let statement = sqlx::query(AssertSqlSafe(format!("SELECT {list} FROM {table} ORDER BY 1, 2")));
    let mut rows = statement.fetch(&mut **moment);
    let mut count = 0;
    while let Some(row) = rows.try_next().await? {
        let values: Result<Vec<Value>> = (0..columns.len()).map(|position| value::out(&row, position)).collect();
        lines.put(&values?)?;
        count += 1;
    }
    Ok(count)
}

/// Lines on their way into the file, and their hash.
struct Lines {
    packed: GzEncoder<io::BufWriter<fs::File>>,
    hash: Sha256,
}

impl Lines {
    fn new(sink: fs::File) -> Self {
        Self { packed: GzEncoder::new(io::BufWriter::new(sink), Compression::default()), hash: Sha256::new() }
    }

    fn put(&mut self, line: &impl Serialize) -> Result<()> {
        let mut text = serde_json::to_string(line).map_err(|error| StoreError::Unusable(error.to_string()))?;
        text.push('\n');
        self.hash.update(&text);
        self.packed.write_all(text.as_bytes()).map_err(|error| StoreError::Unusable(error.to_string()))
    }

    /// Writes the last line and sees everything onto the disk.
    fn end(mut self, rows: u64) -> Result<String> {
        let sha256 = hexadecimal(&self.hash.clone().finalize());
        self.put(&Ending { rows, sha256: sha256.clone() })?;
        let whole = || {
            let file = self.packed.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
            file.sync_all()
        };
        whole().map_err(|error: io::Error| StoreError::Unusable(error.to_string()))?;
        Ok(sha256)
    }
}

#[cfg(unix)]
fn new_file(path: &Path) -> io::Result<fs::File> {
    use std::os::unix::fs::OpenOptionsExt as _;
    fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)
}

#[cfg(not(unix))]
fn new_file(path: &Path) -> io::Result<fs::File> {
    fs::File::create(path)
}
