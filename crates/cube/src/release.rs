//! What may leave: counts past the disclosure gate, and all that is worked out of them.

use std::ops::Deref;

use serde::{Deserialize, Serialize};

use crate::dimension::{Dimension, GroupState};
use crate::indicator::Indicator;
use crate::provenance::{Definition, Provenance};
use crate::repeats::RepeatEffect;
use crate::sharing::Sharing;

/// A value past the disclosure gate. Only the gate makes one.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Releasable<T>(pub(crate) T);

impl<T> Deref for Releasable<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

/// Everything a report is made of. Every statistic is worked out of these counts, so that a reader can recompute it from
/// the tables printed beside it and nothing tells more than they do.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Release {
    /// The disclosure policy applied.
    pub policy: Definition,
    /// What the policy did, in one sentence for a reader.
    pub policy_sentence: String,
    /// How many counts the policy withheld, primary and secondary.
    pub suppressed: u64,
    /// Every dimension, the period included.
    pub dimensions: Vec<Dimension>,
    /// The indicators.
    pub indicators: Vec<ReleasedIndicator>,
    /// Data quality by field and group.
    pub quality: Vec<FieldQuality>,
    /// Where it comes from.
    pub provenance: Provenance,
}

/// An indicator's counts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReleasedIndicator {
    /// What it means.
    pub definition: Indicator,
    /// Its tables: `[]` (the whole, one cell), `[period]`, `[dimension]`, `[period, dimension]`, `[dimension, dimension]`.
    pub tables: Vec<ReleasedTable>,
    /// Whether everybody shared in the whole's change, where it was asked for.
    #[serde(default)]
    pub sharing: Option<Sharing>,
    /// How far people who are counted more than once widen its uncertainty; absent where it is not known who is who. Tables
    /// without the period have it in their cells' design effect already.
    #[serde(default)]
    pub repeats: Option<RepeatEffect>,
}

/// Counts crossed by some dimensions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReleasedTable {
    /// Ids of the dimensions; the period, where there is one, first.
    pub dimensions: Vec<String>,
    /// The cells in ascending order of their groups. Combinations that nobody is in are absent, unless the policy withholds
    /// noughts: then every combination is listed, and empty ones are withheld like other small counts.
    pub cells: Vec<ReleasedCell>,
}

/// One cell.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReleasedCell {
    /// Position of the group in each of the table's dimensions.
    pub groups: Vec<usize>,
    /// Rows in the numerator. For waits: rows of 18 whole weeks (126 days) or more. For sums: the sum, in whole units.
    pub numerator: ReleasedCount,
    /// Rows in the denominator. For sums: the sum, in whole units.
    pub denominator: ReleasedCount,
    /// How many times as wide, squared, the interval of the share is as that of as many independent units (design effect);
    /// 1 where rows are counted and nobody comes twice. People who come again are allowed for but in tables by period.
    #[serde(default = "no_effect")]
    pub design_effect: f64,
    /// For waits: median and 90th percentile; `None` for other indicators and where the count is withheld.
    pub quantiles: Option<ReleasedQuantiles>,
}

fn no_effect() -> f64 {
    1.0
}

/// Quantiles of a histogram by week, interpolated within the week and rounded to a tenth of a week.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReleasedQuantiles {
    /// Median, its 95 % limits, weeks.
    pub median: [f64; 3],
    /// 90th percentile, its 95 % limits, weeks.
    pub p90: [f64; 3],
    /// Rows of 52 whole weeks (364 days) or more.
    pub over_52_weeks: ReleasedCount,
}

/// A count that is shown (rounded, where the policy rounds) or withheld.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReleasedCount {
    /// The count to show.
    Shown(u64),
    /// Withheld to protect people in small groups.
    Suppressed,
}

impl ReleasedCount {
    /// The count, where it is shown.
    pub fn shown(self) -> Option<u64> {
        match self {
            Self::Shown(count) => Some(count),
            Self::Suppressed => None,
        }
    }
}

/// Data quality of one field.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct FieldQuality {
    /// The field.
    pub field: String,
    /// Counts in all (`group: None`) and by group.
    pub cells: Vec<QualityCell>,
}

/// Rows in which a field is not known.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct QualityCell {
    /// Dimension id and position of the group; `None` for all rows.
    pub group: Option<(String, usize)>,
    /// In which way it is not known.
    pub state: GroupState,
    /// How many rows.
    pub rows: ReleasedCount,
    /// Out of how many.
    pub out_of: ReleasedCount,
}

impl Release {
    /// A dimension by id.
    pub fn dimension(&self, id: &str) -> Option<&Dimension> {
        self.dimensions.iter().find(|dimension| dimension.id == id)
    }
}

impl ReleasedIndicator {
    /// How far people who are counted more than once widen the uncertainty of a change over time; at least 1.
    pub fn repeats_of_change(&self) -> f64 {
        self.repeats.unwrap_or(RepeatEffect::NONE).of_change
    }

    /// The table crossed by exactly these dimensions, in this order.
    pub fn table(&self, dimensions: &[&str]) -> Option<&ReleasedTable> {
        self.tables.iter().find(|table| table.dimensions == dimensions)
    }
}
