//! What an engine is asked to count, and what it gives back.
//!
//! Every distinct value of a column is coded once, by a pure function, to a small integer on an *axis*. The pass over the
//! rows only looks codes up and counts combinations of them. Whatever needs several fields (states of the indicators, rules)
//! is an axis combined from others by a table that was worked out beforehand.

use std::sync::Arc;

use evenly_cube::{Counts, RowsEquation};

use crate::readers::{ColumnRequest, Raw, ReadError, Unit};

/// What to count.
#[derive(Clone)]
pub struct Plan {
    /// The columns to read.
    pub columns: Vec<ColumnRequest>,
    /// The axes; an axis may only combine axes before it.
    pub axes: Vec<Axis>,
    /// Rows that are rejected or left out, in the order of precedence: the first that applies takes the row.
    pub checks: Vec<Check>,
    /// The tables of cells to count.
    pub tallies: Vec<Tally>,
    /// Fields whose not-known states are counted by group.
    pub quality: Vec<QualityTally>,
    /// How much a row counts.
    pub weight: Weight,
    /// People who are followed from row to row, if it is known who is who.
    pub followed: Option<Followed>,
}

/// Something rows are coded by.
#[derive(Clone)]
pub struct Axis {
    /// Name, for messages.
    pub name: String,
    /// Number of codes; codes are `0..size`.
    pub size: u32,
    /// How a row gets its code.
    pub coder: Coder,
}

/// How a row gets its code on an axis.
#[derive(Clone)]
pub enum Coder {
    /// From one column: a pure function of the distinct value.
    Value {
        /// Position in [`Plan::columns`].
        column: usize,
        /// The code of a value.
        code: Arc<dyn Fn(&Raw) -> u32 + Send + Sync>,
    },
    /// From the days between two date columns (`to` − `from`), `None` where one of them is not a day.
    DaysBetween {
        /// Position of the earlier column in [`Plan::columns`].
        from: usize,
        /// Position of the later column in [`Plan::columns`].
        to: usize,
        /// The code of a number of days.
        code: Arc<dyn Fn(Option<i32>) -> u32 + Send + Sync>,
    },
    /// From axes before it: `table[((c0 * n1 + c1) * n2 + c2) …]`.
    Combined {
        /// Positions in [`Plan::axes`].
        axes: Vec<usize>,
        /// The code for every combination.
        table: Arc<[u32]>,
    },
}

/// A test that takes rows away before they are counted.
#[derive(Clone)]
pub struct Check {
    /// The axis it looks at.
    pub axis: usize,
    /// `hit[code]` says that the row is taken.
    pub hit: Arc<[bool]>,
    /// What becomes of it.
    pub kind: CheckKind,
}

/// What becomes of a row that a check takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CheckKind {
    /// Rejected: the field could not be used.
    Reject {
        /// The field.
        field: String,
        /// Position in [`Plan::columns`] whose value class goes to the rejects file.
        column: usize,
        /// Why, in words.
        reason: String,
    },
    /// Left out by a named rule of the profile.
    Exclude {
        /// The rule's name.
        rule: String,
    },
}

/// A table of cells: the axes it is crossed by, the reading axis last, and what its cells add up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// Positions in [`Plan::axes`].
    pub axes: Vec<usize>,
    /// What a row adds to its cell.
    pub adds: Amount,
}

/// What a row adds to a cell, once for each that it counts by [`Plan::weight`]. Numbers that are missing, unreadable or
/// negative add nothing. All of them are additive, so cells roll up exactly.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Amount {
    /// One: the cell counts rows.
    Rows,
    /// A number of the row: the cell holds its sum.
    Number(usize),
    /// The product of two numbers of the row, which may be the same: what variances are worked out of.
    Product(usize, usize),
}

impl Amount {
    /// The columns it looks at, as positions in [`Plan::columns`].
    pub fn columns(self) -> impl Iterator<Item = usize> {
        let (first, second) = match self {
            Self::Rows => (None, None),
            Self::Number(column) => (Some(column), None),
            Self::Product(one, other) => (Some(one), Some(other)),
        };
        first.into_iter().chain(second)
    }
}

/// Not-known states of one field, counted in all and by the codes of other axes. Only rows whose state is not 0 (known) are
/// touched, so clean data costs nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QualityTally {
    /// Axis of the field's state: 0 known, 1 not stated, 2 not known, 3 missing, 4 invalid.
    pub state: usize,
    /// Axes to break down by.
    pub by: Vec<usize>,
}

/// People followed from row to row, to learn how the rows of one person go together. A sample of them, chosen by a hash of
/// whatever tells them apart, so that memory does not grow with people and who counted what changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Followed {
    /// Position in [`Plan::columns`] of what tells people apart.
    pub column: usize,
    /// Tables of cells to count for each of them: positions in [`Plan::axes`].
    pub by: Vec<Vec<usize>>,
}

/// One person's cells of one table: keys as in [`Counts`], and counts.
pub type OfPerson = Vec<(u64, u64)>;

/// How much a row counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Weight {
    /// Every row is one.
    One,
    /// A column of whole numbers says how many (repeated keys add up). Rows where it is missing, unreadable or negative
    /// must be taken by a check.
    Column(usize),
}

/// What came of the counting.
#[derive(Clone)]
pub struct Counted {
    /// For each tally of the plan, its counts.
    pub tallies: Vec<Counts>,
    /// For each quality tally, for each axis in `by` after one entry for all rows: counts by `code * 5 + state`
    /// (for all rows: by `state`). Only counted rows, by their weights; entries of state 0 (known) stay 0, because the
    /// tallies already hold them.
    pub quality: Vec<Vec<Vec<u64>>>,
    /// Every row accounted for: rows, not weights. Every rule is named, even if it took no row; of the rejected only what
    /// occurred; broken rows as field `row`.
    pub rows: RowsEquation,
    /// For each table of [`Followed::by`], the people of the sample, in no order that tells who they are.
    pub followed: Vec<Vec<OfPerson>>,
    /// Rows read from each file, by the name that its units gave.
    pub file_rows: Vec<(String, u64)>,
}

/// A rejected row, as it goes to the rejects file: no value of the row, only its class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reject<'a> {
    /// The file.
    pub file: &'a str,
    /// The line.
    pub line: u64,
    /// The field.
    pub field: &'a str,
    /// Why.
    pub reason: &'a str,
    /// What kind of value stood there: "empty", "text, 7 characters", "number below 0".
    pub value_class: String,
}

/// Where rejected rows go.
pub trait RejectSink: Sync {
    /// Takes one rejected row; called from several threads.
    fn reject(&self, reject: Reject<'_>) -> Result<(), EngineError>;
}

/// Told how far the work is, and asked whether to stop.
pub trait Progress: Sync {
    /// Rows done since the last call.
    fn rows(&self, rows: u64);

    /// Whether to stop (Ctrl-C).
    fn cancelled(&self) -> bool;
}

/// Whatever can count combinations of codes: files in process here; a warehouse or a cluster elsewhere.
pub trait Engine {
    /// Counts.
    fn count(
        &self,
        plan: &Plan,
        units: &[Box<dyn Unit>],
        rejects: &dyn RejectSink,
        progress: &dyn Progress,
    ) -> Result<Counted, EngineError>;
}

/// Why an engine gave up.
#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    /// A file could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The rejects file could not be written.
    #[error("the rejects file cannot be written: {0}")]
    Rejects(String),
    /// There are more combinations than memory was granted for.
    #[error(
        "{cells} combinations of groups were found, more than the {limit} that memory was granted for; choose fewer dimensions with --by"
    )]
    TooManyCells {
        /// Combinations found.
        cells: u64,
        /// The limit.
        limit: u64,
    },
    /// The plan contradicts itself: an error of the program, not of the data.
    #[error("the counting plan contradicts itself: {0}. This is an error of Evenly; please report it")]
    Plan(String),
    /// Stopped on request.
    #[error("stopped on request; nothing was written")]
    Cancelled,
}
