//! Backup and restore: all records as one file, the same for both databases, so that what SQLite wrote PostgreSQL can read.
//!
//! The file is JSON lines, packed with gzip. The first line says what it is ([`Heading`]); then for each table one line with its
//! name and columns, and one line for each row; the last line has the number of rows and the SHA-256 of all lines before it. It is taken
//! in one transaction, so that it is the records as they stood at one moment, while others go on writing.

mod read;
mod value;
mod write;

use serde::{Deserialize, Serialize};

use crate::audit::End;

pub use read::restore;
pub use write::write;

/// Version of the file's layout.
const LAYOUT: u32 = 1;

/// First line of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Heading {
    /// Version of the file's layout.
    #[serde(rename = "evenly.backup")]
    pub layout: u32,
    /// Version of the schema.
    pub schema: u64,
    /// When it was taken.
    pub taken_at: String,
    /// Version of Evenly that took it.
    pub evenly: String,
    /// The end of the audit chain.
    pub audit: End,
}

/// A table begins.
#[derive(Debug, Serialize, Deserialize)]
struct TableLine {
    table: String,
    columns: Vec<String>,
}

/// Last line of a backup.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Ending {
    rows: u64,
    sha256: String,
}

/// What was backed up or restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Summary {
    /// Rows of all tables.
    pub rows: u64,
    /// SHA-256 over the backup's lines.
    pub sha256: String,
    /// What the backup says of itself.
    pub heading: Heading,
}
