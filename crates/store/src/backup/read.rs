//! Restoring a backup into records that hold nothing.

use std::fs;
use std::io::{self, BufRead as _};
use std::path::Path;

use flate2::read::GzDecoder;
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::{Any, AssertSqlSafe, Transaction};

use super::value::{self, Kind};
use super::{Ending, Heading, LAYOUT, Summary, TableLine};
use crate::audit::{self, Actor, Chain, hexadecimal};
use crate::change::Event;
use crate::error::{Result, StoreError};
use crate::schema::{self, Column, TABLES};
use crate::store::{Database, Place, Store};

/// Restores a backup. The records at `place` must hold nothing: restoring over what is there is refused. All of it is there
/// afterwards, with the audit chain whole, or nothing.
pub async fn restore(place: &Place, file: &Path, now: Timestamp) -> Result<Summary> {
    let (heading, ending) = look_over(file)?;
    let store = Store::connect(place).await?;
    schema::migrate(&store, place, Some(heading.schema)).await?;
    if schema::applied(&store).await? != heading.schema {
        return Err(StoreError::Refused(format!("{place}: is not empty; restore into a new data folder or database")));
    }
    let columns = schema::columns(&store).await?;
    let begin = match store.database {
        Database::Sqlite => "BEGIN IMMEDIATE",
        Database::Postgres => "BEGIN",
    };
    let mut transaction = store.pool.begin_with(begin).await?;
    refuse_unless_empty(&mut transaction, place).await?;
    fill(&mut transaction, file, &columns).await?;
    let details = json!({"taken_at": heading.taken_at, "rows": ending.rows, "sha256": ending.sha256});
    let event = Event { action: "records restored", subject_kind: "records", subject: "backup".to_owned(), details };
    let sealed = audit::seal(&heading.audit, &Actor::CommandLine, now, &[event]);
    audit::append(&mut transaction, &sealed).await?;
    transaction.commit().await?;
    schema::migrate(&store, place, None).await?;
    store.close().await;
    Ok(Summary { rows: ending.rows, sha256: ending.sha256, heading })
}

/// Lines of a backup.
struct Lines {
    source: io::BufReader<GzDecoder<fs::File>>,
    line: String,
    name: String,
}

impl Lines {
    fn open(path: &Path) -> Result<Self> {
        let name = path.display().to_string();
        let file = fs::File::open(path).map_err(|error| StoreError::Unusable(format!("{name}: {error}")))?;
        Ok(Self { source: io::BufReader::new(GzDecoder::new(file)), line: String::new(), name })
    }

    /// The next line, with its end; `None` at the end of the file.
    fn next(&mut self) -> Result<Option<&str>> {
        self.line.clear();
        let read = self.source.read_line(&mut self.line);
        let read = read.map_err(|_| self.damaged())?;
        Ok((read > 0).then_some(&*self.line))
    }

    fn damaged(&self) -> StoreError {
        StoreError::Damaged(format!("{}: this is not a whole backup of Evenly; take another copy of it", self.name))
    }

    fn parse<T: DeserializeOwned>(&self, line: &str) -> Result<T> {
        serde_json::from_str(line).map_err(|_| self.damaged())
    }
}

/// Reads the whole file once, before anything is written: what it says of itself, and whether it is whole.
fn look_over(file: &Path) -> Result<(Heading, Ending)> {
    let mut lines = Lines::open(file)?;
    let mut hash = Sha256::new();
    let mut before = lines.next()?.map(str::to_owned).ok_or_else(|| lines.damaged())?;
    let heading: Heading = lines.parse(&before)?;
    if heading.layout != LAYOUT || heading.schema > schema::version() {
        let words =
            format!("{}: a newer Evenly ({}) took this backup; restore it with that", lines.name, heading.evenly);
        return Err(StoreError::Unusable(words));
    }
    // The last line is the one that is not hashed.
    while let Some(line) = lines.next()? {
        hash.update(&before);
        before.clear();
        before.push_str(line);
    }
    let ending: Ending = lines.parse(&before)?;
    if ending.sha256 != hexadecimal(&hash.finalize()) {
        return Err(lines.damaged());
    }
    Ok((heading, ending))
}

/// A table holds a row, apart from the end of a chain that has not begun.
async fn refuse_unless_empty(transaction: &mut Transaction<'static, Any>, place: &Place) -> Result<()> {
    for table in TABLES.iter().filter(|table| **table != "audit_head") {
        let statement = sqlx::query(AssertSqlSafe(format!("SELECT 1 AS one FROM {table} LIMIT 1")));
        if statement.fetch_optional(&mut **transaction).await?.is_some() {
            return Err(StoreError::Refused(format!(
                "{place}: holds records already, and restoring over them would lose them; restore into a new data folder or database"
            )));
        }
    }
    Ok(())
}

/// Writes every row, and walks the audit chain as it comes.
async fn fill(transaction: &mut Transaction<'static, Any>, file: &Path, columns: &[Column]) -> Result<()> {
    let mut lines = Lines::open(file)?;
    let first = lines.next()?.map(str::to_owned).ok_or_else(|| lines.damaged())?;
    let heading: Heading = lines.parse(&first)?;
    let mut walk = audit::Walk::new(heading.audit);
    let mut table: Option<Table> = None;
    while let Some(line) = lines.next()?.map(str::to_owned) {
        if line.starts_with('[') {
            let values: Vec<Value> = lines.parse(&line)?;
            let table = table.as_ref().filter(|table| table.kinds.len() == values.len());
            let table = table.ok_or_else(|| lines.damaged())?;
            if let Some(Chain::Broken { sequence, reason }) = table.event(&values).and_then(|event| walk.step(event)) {
                return Err(StoreError::Damaged(format!("{}: audit event {sequence}: {reason}", lines.name)));
            }
            let mut statement = sqlx::query(AssertSqlSafe(table.insert.clone()));
            for (value, kind) in values.iter().zip(&table.kinds) {
                statement = value::bind(statement, value, *kind)?;
            }
            statement.execute(&mut **transaction).await?;
        } else if let Ok(next) = serde_json::from_str::<TableLine>(&line) {
            table = Some(Table::new(&next, columns).ok_or_else(|| lines.damaged())?);
            if next.table == "audit_head" {
                sqlx::query("DELETE FROM audit_head").execute(&mut **transaction).await?;
            }
        }
    }
    match walk.end() {
        Chain::Whole(_) => Ok(()),
        Chain::Broken { sequence, reason } => {
            Err(StoreError::Damaged(format!("{}: audit event {sequence}: {reason}", lines.name)))
        }
    }
}

/// A table that rows are written to.
struct Table {
    insert: String,
    kinds: Vec<Kind>,
    /// Columns by name, for audit events.
    names: Option<Vec<String>>,
}

impl Table {
    /// `None` where it is no table of ours, or has other columns.
    fn new(line: &TableLine, columns: &[Column]) -> Option<Self> {
        let own: Vec<&Column> = columns.iter().filter(|column| column.table == line.table).collect();
        let kind = |name: &String| Kind::of(&own.iter().find(|column| column.name == *name)?.kind);
        let kinds: Vec<Kind> = line.columns.iter().map(kind).collect::<Option<_>>()?;
        let places: Vec<String> = (1..=kinds.len()).map(|place| format!("${place}")).collect();
        let insert = format!("INSERT INTO {} ({}) VALUES ({})", line.table, line.columns.join(", "), places.join(", "));
        let names = (line.table == "audit_events").then(|| line.columns.clone());
        (kinds.len() == own.len() && !kinds.is_empty()).then_some(Self { insert, kinds, names })
    }

    /// The row as an audit event, where it is one.
    fn event(&self, values: &[Value]) -> Option<audit::AuditEvent> {
        let names = self.names.as_ref()?;
        let value = |name: &str| values.get(names.iter().position(|own| own == name)?);
        let text = |name: &str| value(name).and_then(Value::as_str).unwrap_or_default().to_owned();
        Some(audit::AuditEvent {
            sequence: value("sequence").and_then(Value::as_u64).unwrap_or(0),
            at: text("at"),
            actor: text("actor"),
            action: text("action"),
            subject_kind: text("subject_kind"),
            subject: text("subject"),
            details: text("details"),
            previous_hash: text("previous_hash"),
            hash: text("hash"),
        })
    }
}
