//! The one shape that every reader delivers: chunks of rows in which each column is a list of ids into a table of its
//! distinct values.

use std::sync::Arc;

/// A distinct value as it was read, in the form its column asked for.
///
/// Values never reach a log or an error text; [`Raw::Unreadable`] keeps only the class of what stood there.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Raw {
    /// Nothing there: an empty cell, a null, or one of the profile's missing-value tokens.
    Missing,
    /// Text, trimmed, decoded to UTF-8.
    Text(Box<str>),
    /// A whole number.
    Whole(i64),
    /// A day, counted from 1970-01-01.
    Day(i32),
    /// Something that is not of the column's kind, described by its class ("text", "number with decimals", "date in
    /// another order"), never by itself.
    Unreadable(&'static str),
}

/// What a column holds, which decides how its values are read.
#[derive(Clone, Debug)]
pub enum ColumnKind {
    /// Codes and other text with a bounded number of distinct values.
    Text,
    /// Whole numbers (ages, counts). `12`, `12.0` and typed integers are the same.
    Whole,
    /// Numbers with decimals (days, hours), kept as [`Raw::Whole`] hundredths, so that sums of them are exact. Further
    /// decimals are rounded.
    Hundredths,
    /// Dates or date-times, of which the day is kept; formats in `strptime` notation, tried in order.
    Date(Arc<[String]>),
    /// Identifiers: never kept. Distinct values are only `Missing`, `Text("usual")` and `Text("unusual")`, by whether the
    /// text as written (never through a number) matches the pattern.
    Identifier(Arc<regex::Regex>),
}

/// A column asked of a reader.
#[derive(Clone, Debug)]
pub struct ColumnRequest {
    /// Header in the file.
    pub header: String,
    /// What it holds.
    pub kind: ColumnKind,
    /// Texts that mean "nothing recorded" (compared after trimming, without regard to case).
    pub missing: Arc<[String]>,
}

/// Distinct values of one column, by id. Ids are given in order of first sight and never change within one reader.
pub type ValueTable = Vec<Raw>;

/// Rows, each column as ids into the reader's [`ValueTable`] of that column.
#[derive(Clone, Debug, Default)]
pub struct Chunk {
    /// Number of rows.
    pub rows: usize,
    /// For each requested column, `rows` ids.
    pub columns: Vec<Vec<u32>>,
    /// Line of each row where lines do not simply follow each other (quoted newlines); empty when row `i` is on line
    /// `first_line + i`.
    pub lines: Vec<u64>,
    /// Line in the file (text) or row number (Parquet, sheets; header = 1) of the first row.
    pub first_line: u64,
    /// Rows that could not be read as rows (wrong number of fields, undecodable bytes): line and reason. They are part of
    /// the rows read, and rejected.
    pub broken: Vec<(u64, &'static str)>,
}

impl Chunk {
    /// Line of a row in the file.
    pub fn line(&self, row: usize) -> u64 {
        self.lines.get(row).copied().unwrap_or(self.first_line + row as u64)
    }
}

/// Reads one unit of work, chunk by chunk, with memory bounded by the chunk and the distinct values.
pub trait ChunkReader: Send {
    /// Fills `chunk` with the next rows (at most some ten thousand); `false` at the end.
    fn next_chunk(&mut self, chunk: &mut Chunk) -> Result<bool, ReadError>;

    /// The distinct values of a requested column seen so far.
    fn values(&self, column: usize) -> &ValueTable;
}

/// A piece of a file that can be read by itself, so that both cores have work: a row group, a range of bytes, a sheet.
pub trait Unit: Send + Sync {
    /// Name of the file it belongs to, without folders.
    fn file(&self) -> &str;

    /// Opens it.
    fn open(&self, columns: &[ColumnRequest]) -> Result<Box<dyn ChunkReader + '_>, ReadError>;
}

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The operating system said no.
    #[error("{file}: {reason}")]
    Io {
        /// The file.
        file: String,
        /// What happened.
        reason: String,
    },
    /// A column of the profile is not in the file.
    #[error(
        "{file}: there is no column `{column}`; its columns are {found}. Check the profile, or give the column under `columns` there"
    )]
    MissingColumn {
        /// The file.
        file: String,
        /// The column.
        column: String,
        /// The columns that are there.
        found: String,
    },
    /// The file is damaged or not what its name says.
    #[error("{file}{}: {reason}", place(*.line))]
    Damaged {
        /// The file.
        file: String,
        /// The line, where it is known.
        line: Option<u64>,
        /// What is wrong and what to do.
        reason: String,
    },
    /// Several files cannot be read; all are named.
    #[error("{} problems in the files:\n{}", errors.len(), each(errors))]
    Several {
        /// What is wrong, one for each.
        errors: Vec<ReadError>,
    },
    /// A limit that protects the machine was reached.
    #[error("{file}{}: {reason}", place(*.line))]
    Limit {
        /// The file.
        file: String,
        /// The line, where it is known.
        line: Option<u64>,
        /// Which limit, and what to do.
        reason: String,
    },
}

fn place(line: Option<u64>) -> String {
    line.map_or_else(String::new, |line| format!(", line {line}"))
}

fn each(errors: &[ReadError]) -> String {
    errors.iter().map(|error| format!("- {error}")).collect::<Vec<_>>().join("\n")
}
