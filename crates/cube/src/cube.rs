//! The cube: dimensions, indicators, tables of cells, data quality and provenance.

use serde::{Deserialize, Serialize};

use crate::counts::CellTable;
use crate::dimension::Dimension;
use crate::disclosure::EIGHTEEN_WEEKS;
use crate::indicator::Indicator;
use crate::provenance::{Provenance, QualityCount};
use crate::repeats::Repeats;

/// Everything that is left of an extract once its rows have been counted.
///
/// It is only ever handled inside [`crate::Exact`].
///
/// A cube of two groups, counted by hand and released:
///
/// ```
/// use evenly_cube::{
///     About, CellTable, CountedIndicator, Counts, Cube, Dimension, Exact, Group, Membership, Order, Policy, Provenance, Reading,
///     RowsEquation, Views, shipped_indicator,
/// };
/// let cube = Cube {
///     dimensions: vec![Dimension {
///         id: "sex".into(),
///         title: "Sex".into(),
///         about: About::Person,
///         order: Order::Nominal,
///         groups: vec![Group::known("1", "Male"), Group::known("2", "Female")],
///         vintage: None,
///         note: None,
///     }],
///     indicators: vec![CountedIndicator {
///         definition: shipped_indicator("did-not-attend")?,
///         tables: vec![0],
///         reading: Reading::Membership(vec![Membership::Outside, Membership::Denominator, Membership::Numerator]),
///         sums: None,
///         repeats: None,
///     }],
///     // By group, then by reading: outside, attended, missed.
///     tables: vec![CellTable { dimensions: vec![0], readings: 3, counts: Counts::Dense(vec![4, 90, 10, 2, 80, 20]) }],
///     quality: vec![],
///     provenance: Provenance {
///         evenly: "0.1.0".into(),
///         sources: vec![],
///         definitions: vec![],
///         rows: RowsEquation { read: 206, counted: 206, ..RowsEquation::default() },
///         notes: vec![],
///     },
/// };
/// let views = Views { period: None, by: vec!["sex".into()], pairs: vec![], change: None };
/// let release = Exact::new(cube).release(&Policy::shipped("none-synthetic")?, &views)?;
/// let men = &release.indicators[0].table(&["sex"]).unwrap().cells[0];
/// assert_eq!((men.numerator.shown(), men.denominator.shown()), (Some(10), Some(100)));
/// # Ok::<(), evenly_cube::CubeError>(())
/// ```
#[derive(Clone)]
pub struct Cube {
    /// Every dimension of every table, the period included.
    pub dimensions: Vec<Dimension>,
    /// The indicators that the tables hold.
    pub indicators: Vec<CountedIndicator>,
    /// The tables of cells. Person-level extracts give one table that crosses all dimensions for each reading axis;
    /// published tables give one table for each dimension that they break down by.
    pub tables: Vec<CellTable>,
    /// Data quality by field and group.
    pub quality: Vec<QualityCount>,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// An indicator and where to find its counts.
#[derive(Clone)]
pub struct CountedIndicator {
    /// What it means.
    pub definition: Indicator,
    /// Positions in [`Cube::tables`]; the first that has all dimensions asked for is used.
    pub tables: Vec<usize>,
    /// What each code of the reading axis means to this indicator.
    pub reading: Reading,
    /// Where its sums are found, if it adds up numbers rather than rows.
    pub sums: Option<Sums>,
    /// People who are counted more than once, where it is known who is who.
    pub repeats: Option<Repeats>,
}

/// Where the sums of an indicator are found, all as positions in [`Cube::tables`]. They are in hundredths of the unit, with
/// the reading axis of the indicator's own tables.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sums {
    /// Sums of the numerator, one table for each of [`CountedIndicator::tables`], crossed by the same dimensions.
    pub numerator: Vec<usize>,
    /// Sums of the denominator, likewise.
    pub denominator: Vec<usize>,
    /// Sums over all rows of the squared numerator, the product, and the squared denominator, in hundredths squared, crossed
    /// by nothing but the reading.
    pub squares: [usize; 3],
}

/// What the codes of a table's reading axis mean to an indicator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// Each state lies outside, in the denominator only, or in the numerator.
    Membership(Vec<Membership>),
    /// Each code is a number of whole weeks waited, or outside the indicator; the last week is open-ended.
    Weeks(Vec<Option<u32>>),
}

/// Where a state stands for an indicator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Membership {
    /// Not counted at all.
    Outside,
    /// Counted in the denominator only.
    Denominator,
    /// Counted in numerator and denominator.
    Numerator,
}

impl Reading {
    /// Number of codes of the reading axis.
    pub fn codes(&self) -> usize {
        match self {
            Self::Membership(states) => states.len(),
            Self::Weeks(weeks) => weeks.len(),
        }
    }

    /// Whether rows of a code are in the denominator, and in the numerator (of waits: 18 whole weeks or more).
    pub fn stands(&self, code: usize) -> [bool; 2] {
        match self {
            Self::Membership(states) => match states.get(code) {
                Some(Membership::Numerator) => [true, true],
                Some(Membership::Denominator) => [true, false],
                Some(Membership::Outside) | None => [false, false],
            },
            Self::Weeks(weeks) => match weeks.get(code) {
                Some(Some(week)) => [true, *week >= EIGHTEEN_WEEKS],
                Some(None) | None => [false, false],
            },
        }
    }
}
