//! The database: opened, brought to the current schema, read.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use sqlx::any::{AnyArguments, AnyPoolOptions, AnyRow};
use sqlx::query::Query;
use sqlx::{Any, AnyConnection, AnyPool, Connection as _};
use tokio::sync::Mutex;

use crate::error::{Result, StoreError};
use crate::schema;

/// A statement with its values.
pub(crate) type Statement<'q> = Query<'q, Any, AnyArguments>;

/// Where the records are kept.
#[derive(Clone, PartialEq, Eq)]
pub enum Place {
    /// One SQLite file, made where it is not there, in a folder that only its owner can open.
    File(PathBuf),
    /// A PostgreSQL database: `postgres://user:password@host/name`.
    Server(String),
}

/// Which database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Database {
    /// SQLite.
    Sqlite,
    /// PostgreSQL.
    Postgres,
}

/// The platform's records. Cheap to clone; all clones share connections.
#[derive(Clone)]
pub struct Store {
    pub(crate) pool: AnyPool,
    pub(crate) database: Database,
    /// Writers of this process stand in line here, fairly, before they ask the database.
    pub(crate) writing: Arc<Mutex<()>>,
}

/// Name of the SQLite file in a data folder.
pub const FILE_NAME: &str = "evenly.db";
/// Most connections of one process.
const CONNECTIONS_MAX: u32 = 8;
/// Longest wait for other processes that write, in milliseconds.
const BUSY_MS: u64 = 30_000;

impl Place {
    /// The SQLite file of a data folder.
    pub fn in_folder(folder: &Path) -> Self {
        Self::File(folder.join(FILE_NAME))
    }

    /// A `postgres://` address, or the path of an SQLite file.
    pub fn parse(text: &str) -> Self {
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            Self::Server(text.to_owned())
        } else {
            Self::File(PathBuf::from(text))
        }
    }
}

/// The password of an address is never told.
impl fmt::Display for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => write!(out, "{}", path.display()),
            Self::Server(address) => {
                let rest = address.split_once("://").map_or("", |(_, rest)| rest);
                write!(out, "postgres://{}", rest.rsplit_once('@').map_or(rest, |(_, host)| host))
            }
        }
    }
}

impl fmt::Debug for Place {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl Store {
    /// Opens the records and brings their schema up to this program's. Records of a newer program are refused.
    pub async fn open(place: &Place) -> Result<Self> {
        let store = Self::connect(place).await?;
        schema::migrate(&store, place, None).await?;
        Ok(store)
    }

    /// Opens records that are there, and makes none where there are none: for whoever only wants to look.
    pub async fn open_existing(place: &Place) -> Result<Self> {
        let none = || StoreError::Unusable(format!("{place}: there are no records of Evenly; name where they are"));
        if matches!(place, Place::File(path) if !path.is_file()) {
            return Err(none());
        }
        let store = Self::connect(place).await?;
        // Where the list of applied steps cannot be read, nothing of ours has been there.
        if schema::applied(&store).await.unwrap_or(0) == 0 {
            return Err(none());
        }
        schema::migrate(&store, place, None).await?;
        Ok(store)
    }

    /// Opens without touching the schema.
    pub(crate) async fn connect(place: &Place) -> Result<Self> {
        sqlx::any::install_default_drivers();
        let (address, database) = match place {
            Place::File(path) => (file_address(path)?, Database::Sqlite),
            Place::Server(address) => (address.clone(), Database::Postgres),
        };
        let options = AnyPoolOptions::new().max_connections(CONNECTIONS_MAX);
        let options = options.acquire_timeout(Duration::from_millis(BUSY_MS)).after_connect(move |connection, _| {
            Box::pin(async move {
                for pragma in settings(database) {
                    sqlx::query(*pragma).execute(&mut *connection).await?;
                }
                Ok(())
            })
        });
        // A pool goes on trying; an address that nobody answers at is to be told at once.
        let first = AnyConnection::connect(&address).await.map_err(|error| unreachable(place, &error))?;
        first.close().await.map_err(|error| unreachable(place, &error))?;
        let pool = options.connect(&address).await.map_err(|error| unreachable(place, &error))?;
        Ok(Self { pool, database, writing: Arc::new(Mutex::new(())) })
    }

    /// Which database this is.
    pub fn database(&self) -> Database {
        self.database
    }

    /// Whether the database answers: for health checks.
    pub async fn ping(&self) -> Result<()> {
        self.find(sqlx::query("SELECT sequence FROM audit_head WHERE one = 1"), |_| Ok(())).await.map(|_| ())
    }

    /// Closes the connections once what runs on them has ended.
    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// Reads rows.
    pub(crate) async fn all<T>(&self, statement: Statement<'_>, read: fn(&AnyRow) -> Result<T>) -> Result<Vec<T>> {
        statement.fetch_all(&self.pool).await?.iter().map(read).collect()
    }

    /// Reads one row, or none.
    pub(crate) async fn find<T>(&self, statement: Statement<'_>, read: fn(&AnyRow) -> Result<T>) -> Result<Option<T>> {
        statement.fetch_optional(&self.pool).await?.as_ref().map(read).transpose()
    }

    /// Writes what is no change to the record: that a session was seen, how far a run has come. Everything else is a
    /// [`crate::Change`].
    pub(crate) async fn touch(&self, statement: Statement<'_>) -> Result<u64> {
        // PostgreSQL locks rows; SQLite locks the file, and its waiting is not fair.
        let _line = match self.database {
            Database::Sqlite => Some(self.writing.lock().await),
            Database::Postgres => None,
        };
        Ok(statement.execute(&self.pool).await?.rows_affected())
    }
}

/// What a connection is told first. A commit that is acknowledged is on the disk (`synchronous = FULL`).
fn settings(database: Database) -> &'static [&'static str] {
    match database {
        Database::Sqlite => &[
            "PRAGMA busy_timeout = 30000",
            "PRAGMA journal_mode = WAL",
            "PRAGMA synchronous = FULL",
            "PRAGMA foreign_keys = ON",
        ],
        Database::Postgres => &["SET lock_timeout = '30s'", "SET client_min_messages = warning"],
    }
}

/// The address of an SQLite file, whose folder is made with mode 0700 where it is not there.
fn file_address(path: &Path) -> Result<String> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let failed = |error: std::io::Error| StoreError::Unusable(format!("{}: {error}", folder.display()));
    closed_folder(folder).map_err(failed)?;
    let path = std::path::absolute(path).map_err(failed)?;
    let text = path.to_str().ok_or_else(|| StoreError::Unusable(format!("{}: use a plain name", path.display())))?;
    // The address is a URL: what means something in one is written by its code.
    let text = text.replace('%', "%25").replace('?', "%3F").replace('#', "%23").replace(' ', "%20");
    Ok(format!("sqlite://{text}?mode=rwc"))
}

/// Makes a folder that only its owner can open, or closes one that is there.
#[cfg(unix)]
pub fn closed_folder(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
    /// What a group and others may do.
    const OTHERS: u32 = 0o077;
    match fs::metadata(folder) {
        Ok(found) if found.permissions().mode() & OTHERS == 0 => Ok(()),
        Ok(_) => Err(std::io::Error::other(
            "others can open this folder; name a new one for the data, or close this one (chmod 700)",
        )),
        Err(_) => fs::DirBuilder::new().recursive(true).mode(0o700).create(folder),
    }
}

/// Where there are no Unix modes, the folder's own access rules hold.
#[cfg(not(unix))]
pub fn closed_folder(folder: &Path) -> std::io::Result<()> {
    fs::create_dir_all(folder)
}

fn unreachable(place: &Place, error: &sqlx::Error) -> StoreError {
    StoreError::Unusable(format!("{place}: the database cannot be opened: {error}"))
}
