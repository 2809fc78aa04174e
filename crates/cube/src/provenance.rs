//! Where a cube comes from: files and their hashes, definitions and versions, and the rows equation.

use serde::{Deserialize, Serialize};

use crate::dimension::GroupState;

/// Where a cube comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// Version of Evenly that counted it.
    pub evenly: String,
    /// The files read.
    pub sources: Vec<SourceFile>,
    /// The profile, the indicators, code lists and lookups used.
    pub definitions: Vec<Definition>,
    /// Every row accounted for.
    pub rows: RowsEquation,
    /// What the reader must know of how values were derived, a sentence each.
    pub notes: Vec<String>,
}

/// A file that was read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceFile {
    /// File name without its folder; a member of an archive as `archive.zip/member.csv`.
    pub file: String,
    /// SHA-256 of the file's bytes, in hexadecimal.
    pub sha256: String,
    /// Size in bytes.
    pub bytes: u64,
    /// Rows read from it.
    pub rows: u64,
}

/// A definition that was used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Definition {
    /// `profile`, `indicator`, `code-list`, `lookup`, `policy`.
    pub kind: String,
    /// Its id.
    pub id: String,
    /// Its version.
    pub version: u32,
    /// Title for a reader.
    pub title: String,
    /// Where it comes from, with licence where it is data.
    pub source: String,
}

/// `read = counted + excluded + rejected`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowsEquation {
    /// Rows read.
    pub read: u64,
    /// Rows counted.
    pub counted: u64,
    /// Rows left out by a rule of the profile.
    pub excluded: Vec<Excluded>,
    /// Rows that could not be used, by field and reason.
    pub rejected: Vec<Rejected>,
}

/// Rows left out by a named rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Excluded {
    /// The rule's name.
    pub rule: String,
    /// How many rows.
    pub rows: u64,
}

/// Rows that could not be used.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rejected {
    /// The field that was at fault.
    pub field: String,
    /// Why, in words.
    pub reason: String,
    /// How many rows.
    pub rows: u64,
}

impl RowsEquation {
    /// Rows that could not be used, in all.
    pub fn rejected_rows(&self) -> u64 {
        self.rejected.iter().map(|rejected| rejected.rows).sum()
    }

    /// Rows left out by rules, in all.
    pub fn excluded_rows(&self) -> u64 {
        self.excluded.iter().map(|excluded| excluded.rows).sum()
    }

    /// Whether every row is accounted for.
    pub fn balances(&self) -> bool {
        self.read == self.counted + self.excluded_rows() + self.rejected_rows()
    }
}

/// Counted rows in which a field is not known, in one of the four ways, in all or in one group.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct QualityCount {
    /// The field.
    pub field: String,
    /// The group, as dimension and position of the group in it; `None` for all rows.
    pub group: Option<(String, usize)>,
    /// In which way it is not known.
    pub state: GroupState,
    /// How many rows.
    pub rows: u64,
    /// Out of how many counted rows.
    pub out_of: u64,
}
