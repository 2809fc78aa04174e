//! The schema: migrations for both databases, and the tables and columns that are there.

use std::borrow::Cow;
use std::fs;
use std::path::Path;

use sqlx::migrate::{Migration, MigrationType, Migrator};
use sqlx::{AssertSqlSafe, SqlSafeStr};

use crate::error::{Result, StoreError};
use crate::row::Columns;
use crate::store::{Database, Place, Store};

/// A step of the schema: name, its words for SQLite, its words for PostgreSQL.
const STEPS: [(&str, &str, &str); 2] = [
    ("platform", include_str!("../migrations/0001_platform.sql"), include_str!("../migrations/0001_platform.sql")),
    (
        "append only",
        include_str!("../migrations/0002_append_only_sqlite.sql"),
        include_str!("../migrations/0002_append_only_postgres.sql"),
    ),
];

/// Every table in an order in which rows can be written: what is pointed at comes first.
pub const TABLES: [&str; 26] = [
    "people",
    "one_time_links",
    "sessions",
    "sign_in_flows",
    "api_tokens",
    "schedules",
    "runs",
    "run_log",
    "seen_files",
    "extracts",
    "extract_files",
    "releases",
    "release_indicators",
    "findings",
    "finding_snapshots",
    "comments",
    "comment_versions",
    "decisions",
    "actions",
    "definitions",
    "statements",
    "statement_texts",
    "settings",
    "pictures",
    "audit_events",
    "audit_head",
];

/// The schema's version that this program writes.
pub fn version() -> u64 {
    STEPS.len() as u64
}

/// The schema's version of the records that are there.
pub(crate) async fn applied(store: &Store) -> Result<u64> {
    let statement = sqlx::query("SELECT COALESCE(MAX(version), 0) AS version FROM _sqlx_migrations");
    Ok(store.find(statement, |row| row.count("version")).await?.unwrap_or(0))
}

/// Brings the schema up to a version, or to this program's. Two processes that start at once do it once.
pub(crate) async fn migrate(store: &Store, place: &Place, target: Option<u64>) -> Result<()> {
    let _alone = match place {
        Place::File(path) => Some(alone(path)?),
        Place::Server(_) => None,
    };
    let migrator = Migrator::with_migrations(migrations(store.database));
    let done = match target.and_then(|target| i64::try_from(target).ok()) {
        None => migrator.run(&store.pool).await,
        Some(target) => migrator.run_to(target, &store.pool).await,
    };
    done.map_err(|error| {
        StoreError::Unusable(format!(
            "{place}: the records do not fit this version of Evenly ({error}); use the version that wrote them, or a newer one"
        ))
    })
}

/// PostgreSQL has a lock for this; SQLite needs a file beside it.
fn alone(database: &Path) -> Result<fs::File> {
    let path = database.with_extension("lock");
    let failed = |error: std::io::Error| StoreError::Unusable(format!("{}: {error}", path.display()));
    let file = fs::OpenOptions::new().create(true).truncate(false).write(true).open(&path).map_err(failed)?;
    file.lock().map_err(failed)?;
    Ok(file)
}

fn migrations(database: Database) -> Vec<Migration> {
    let steps = STEPS.iter().zip(1..);
    steps
        .map(|((name, sqlite, postgres), version)| {
            let (text, bytes) = match database {
                Database::Sqlite => (sqlite, "BLOB"),
                Database::Postgres => (postgres, "BYTEA"),
            };
            let sql = AssertSqlSafe(text.replace("{bytes}", bytes)).into_sql_str();
            Migration::new(version, Cow::Borrowed(name), MigrationType::Simple, sql, false)
        })
        .collect()
}

/// A column that is there.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Column {
    /// Its table.
    pub table: String,
    /// Its name.
    pub name: String,
    /// Its type in the database's words.
    pub kind: String,
}

/// Every column that is there, of every table of the platform, in the order of the tables.
pub async fn columns(store: &Store) -> Result<Vec<Column>> {
    let statement = match store.database {
        Database::Sqlite => {
            "SELECT m.name AS table_name, c.name AS column_name, c.type AS kind FROM sqlite_master m \
             JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' \
             AND m.name <> '_sqlx_migrations' ORDER BY m.name, c.cid"
        }
        Database::Postgres => {
            "SELECT CAST(table_name AS TEXT) AS table_name, CAST(column_name AS TEXT) AS column_name, \
             CAST(data_type AS TEXT) AS kind FROM information_schema.columns WHERE table_schema = current_schema() \
             AND table_name <> '_sqlx_migrations' ORDER BY table_name, ordinal_position"
        }
    };
    let column = |row: &sqlx::any::AnyRow| {
        Ok(Column { table: row.text("table_name")?, name: row.text("column_name")?, kind: row.text("kind")? })
    };
    store.all(sqlx::query(statement), column).await
}
