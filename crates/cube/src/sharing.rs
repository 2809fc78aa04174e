//! Who shared in the whole's change: what the gate lets through of the test for inequality that an average hides.

use serde::{Deserialize, Serialize};

use crate::release::ReleasedCount;

/// Which change is looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Split {
    /// The latest year against the year before, by the same months; where there are not two years, the second half of the
    /// time against the first.
    #[default]
    LatestYear,
    /// From this period on (its id, such as `2025-04`), up to a year; against as many periods before it, of the same months
    /// where there are such.
    From(String),
}

/// Whether everybody shared in the whole's change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sharing {
    /// It was tested.
    Tested(SharingTest),
    /// It could not be tested, for this reason.
    NotTested(String),
}

/// The test's answer. Worked out of exact counts; strata carry their counts as far as the policy lets them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SharingTest {
    /// Positions of the period's groups before the split, in order.
    pub before: Vec<usize>,
    /// And from the split on.
    pub after: Vec<usize>,
    /// Positions of the dimensions that strata combine.
    pub dimensions: Vec<usize>,
    /// Change of the whole on the log-odds scale with its 95 % interval: `[value, lower, upper]`.
    pub whole: [f64; 3],
    /// Counts of the whole.
    pub counts: BeforeAfter,
    /// Whether the whole improved beyond chance.
    pub improved: bool,
    /// Share of false findings among findings that was held.
    #[serde(default = "usual_rate")]
    pub rate: f64,
    /// The strata that did not share, nested ones told once, the least shared first.
    pub strata: Vec<NotShared>,
    /// How far the test could see, by the number of dimensions that strata combine.
    pub reach: Vec<Reach>,
}

fn usual_rate() -> f64 {
    0.05
}

impl SharingTest {
    /// Strata large enough to be looked at.
    pub fn looked_at(&self) -> usize {
        self.reach.iter().map(|own| own.looked_at).sum()
    }
}

/// How far the test could see among strata that combine as many dimensions.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Reach {
    /// How many dimensions they combine.
    pub dimensions: usize,
    /// Strata looked at.
    pub looked_at: usize,
    /// Strata with too few events to look at.
    pub too_small: usize,
    /// Share (0–1) of the denominator that is in strata too small, or in which a group that gained nothing of the whole's
    /// gain would likely have been missed (less than 80 % power).
    pub unseen: f64,
}

/// A stratum that did not share in the whole's change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NotShared {
    /// Dimension and group by position.
    pub stratum: Vec<(usize, usize)>,
    /// What it amounts to.
    pub verdict: Verdict,
    /// Its counts; withheld where they would tell of few others.
    pub counts: BeforeAfter,
    /// Change beyond that of the rest on the log-odds scale, shrunken: `[value, lower, upper]`; positive: worse.
    pub log_odds: [f64; 3],
    /// The same as a difference of proportions (0–1) after the split.
    pub points: [f64; 3],
    /// Probability that it did not share.
    pub probability: f64,
    /// Strata within it, or around it, that were flagged too and are told with it.
    pub others: usize,
}

/// What a stratum's change amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// Flat or worse, while the whole improved.
    Masked,
    /// Worse, while the whole did not improve.
    Worse,
    /// Improved, but clearly less than the rest; or fell further behind.
    LeftBehind,
}

/// Counts on both sides of the split.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BeforeAfter {
    /// Numerator and denominator before.
    pub before: [ReleasedCount; 2],
    /// And from the split on.
    pub after: [ReleasedCount; 2],
}
