//! What a report says, before it has a form: values with intervals, charts, measures and findings.

use evenly_cube::{Dimension, Group, Indicator, Release, ReleasedCount, Sharing};
use evenly_stats::Estimate;
use evenly_stats::spc::chart::Chart;

/// Everything worked out of one release.
#[derive(Clone, Debug)]
pub struct Analysis {
    /// What stands at the head of the documents.
    pub heading: Heading,
    /// The counts that all of it is worked out of.
    pub release: Release,
    /// Each indicator, in the order of the release.
    pub indicators: Vec<IndicatorAnalysis>,
    /// What the statistics support, the most people affected first; data quality last.
    pub findings: Vec<Finding>,
    /// How many answers were looked at for them, by question, and at what rate of false ones.
    pub looked_at: Vec<LookedAt>,
}

/// A question that was put to every group and every indicator, and how many of the answers are told as findings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LookedAt {
    /// The question.
    pub question: Question,
    /// Answers looked at.
    pub answers: usize,
    /// Of which so many are findings.
    pub told: usize,
    /// Share of false ones among those told that is held (0–1).
    pub rate: f64,
}

/// What is asked of every group, dimension and indicator; the answers to one question are judged together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Question {
    /// Do two groups differ?
    Gaps,
    /// Does a combination of two groups do worse than either explains?
    Combinations,
    /// Does a group, or everybody, lately do worse, and did a gap move?
    Changes,
    /// Is a gap a matter of mix?
    Mix,
}

impl Question {
    /// All of them, in the order of a report.
    pub const ALL: [Self; 4] = [Self::Gaps, Self::Combinations, Self::Changes, Self::Mix];

    /// Identifier in documents.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Gaps => "gaps",
            Self::Combinations => "combinations",
            Self::Changes => "changes",
            Self::Mix => "mix",
        }
    }
}

pub use crate::findings::funnel::Funnel;

/// What stands at the head of the documents; all of it may be left out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heading {
    /// Name of the trust or other organisation.
    pub organisation: Option<String>,
    /// Title of the report.
    pub title: Option<String>,
    /// Day the report was made, ISO (`2025-04-01`); the library looks at no clock.
    pub date: Option<String>,
}

/// One indicator.
#[derive(Clone, Debug)]
pub struct IndicatorAnalysis {
    /// What it means.
    pub definition: Indicator,
    /// Everybody together.
    pub overall: Reading,
    /// Everybody over time, where there is a period.
    pub series: Option<Series>,
    /// By each dimension.
    pub breakdowns: Vec<Breakdown>,
    /// Combinations of two groups that stand out beyond both groups.
    pub strata: Vec<Stratum>,
    /// For every combination that was looked at: how likely it is to stand out as far by chance.
    pub strata_p_values: Vec<f64>,
    /// Pairs of dimensions of people as one.
    pub intersections: Vec<Intersection>,
    /// Whether everybody shared in the whole's change, where it was asked for.
    pub sharing: Option<Sharing>,
}

/// An indicator's value for some people in some period: a proportion (0–1), or weeks waited (the median).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reading {
    /// The value with its 95 % interval; absent where a count is withheld or nobody is in it.
    pub value: Option<Estimate>,
    /// The 90th percentile of waits, weeks.
    pub p90: Option<Estimate>,
    /// Waits beyond 52 weeks.
    pub over_52_weeks: Option<ReleasedCount>,
    /// Events; for waits, those beyond 18 weeks.
    pub numerator: ReleasedCount,
    /// Out of how many.
    pub denominator: ReleasedCount,
    /// How many units of a sum tell as much as one independent event; 1 where rows are counted.
    pub design_effect: f64,
}

impl Reading {
    /// Whether anything about it is withheld.
    pub fn suppressed(&self) -> bool {
        self.numerator == ReleasedCount::Suppressed || self.denominator == ReleasedCount::Suppressed
    }

    /// Both counts, where both are shown and somebody is in it. Sums are given as the independent counts that tell as much.
    pub fn counts(&self) -> Option<evenly_stats::compare::Count> {
        let [numerator, denominator] =
            [self.numerator.shown()?, self.denominator.shown()?].map(|count| count as f64 / self.design_effect);
        (denominator > 0.0).then_some(evenly_stats::compare::Count { numerator, denominator })
    }

    /// A number of independent counts, as [`Reading::counts`] gives them, in the units that a reader is told of.
    pub fn units(&self, counts: f64) -> f64 {
        counts * self.design_effect
    }
}

/// Readings over time.
#[derive(Clone, Debug)]
pub struct Series {
    /// One reading for each period, in order; `None` where nobody was counted.
    pub readings: Vec<Option<Reading>>,
    /// The process chart, where one can be drawn.
    pub chart: Option<ProcessChart>,
    /// The latest periods against those before them, looked at for the worse.
    pub recent: Option<crate::findings::recent::Recent>,
}

/// A process chart and which one it is.
#[derive(Clone, Debug)]
pub struct ProcessChart {
    /// How its limits are found.
    pub kind: ChartKind,
    /// The chart.
    pub chart: Chart,
}

/// How a process chart's limits are found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChartKind {
    /// From the denominators (P).
    P,
    /// From the denominators, widened by the variation between periods (P′).
    PPrime,
    /// From the moving ranges (`XmR`).
    Xmr,
}

/// An indicator by one dimension.
#[derive(Clone, Debug)]
pub struct Breakdown {
    /// Position of the dimension in the release.
    pub dimension: usize,
    /// Its groups that occur, in order, unknown ones included.
    pub groups: Vec<GroupAnalysis>,
    /// The two groups that are compared.
    pub comparison: Option<Comparison>,
    /// Measures of inequality, refused ones included.
    pub measures: Vec<Measure>,
    /// The gap between the two groups over time.
    pub gap: Option<GapSeries>,
    /// What is left of the gap within the same group of other dimensions, the least left first.
    pub explained: Vec<Explained>,
    /// Groups whose gap to everybody else is a matter of mix, and how many groups were looked at.
    pub mixed: (Vec<MixedGroup>, usize),
    /// What the whole's change is made of, where the gap moved.
    pub movement: Option<Movement>,
    /// Sites or services around all of them together.
    pub funnel: Option<Funnel>,
}

impl Breakdown {
    /// A group by its position in the dimension.
    pub fn group(&self, group: usize) -> Option<&GroupAnalysis> {
        self.groups.iter().find(|own| own.group == group)
    }
}

/// One group.
#[derive(Clone, Debug)]
pub struct GroupAnalysis {
    /// Position of the group in its dimension.
    pub group: usize,
    /// Its value.
    pub reading: Reading,
    /// Its value over time.
    pub series: Option<Series>,
}

/// Two groups side by side.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Comparison {
    /// The group that does worse (in a ranked dimension: the worst-off).
    pub group: usize,
    /// The group it is compared with (in a ranked dimension: the best-off).
    pub reference: usize,
    /// `group − reference`, in the indicator's unit.
    pub difference: Estimate,
    /// Out of how many pairs the two were chosen; the interval allows for the choice (Bonferroni).
    pub pairs: usize,
    /// Events (or people) by which all groups together fall behind the best-off; absent for waits.
    pub excess: Option<Estimate>,
    /// How likely a difference as far beyond chance would be if there were none; the choice of the pair is allowed for.
    pub p_value: f64,
}

/// What is left of a gap where both groups are set side by side within the same group of another dimension.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Explained {
    /// Position of the other dimension.
    pub within: usize,
    /// The gap as it is among the people who can be set side by side: group less reference, as a proportion.
    pub gap: f64,
    /// What is left of it; the rest is mix.
    pub left: Estimate,
    /// Standard error of what is left.
    pub error: f64,
}

/// A group whose gap to everybody else is a matter of mix.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MixedGroup {
    /// Position of the group in its dimension.
    pub group: usize,
    /// Its value, and that of everybody else of whom the dimension is known.
    pub values: (f64, f64),
    /// What explains it.
    pub explained: Explained,
    /// How likely so much would be by chance: a gap at all, and so little (or the opposite) left of it.
    pub p_value: f64,
}

/// What the change of the whole from the first to the second half of the time is made of.
#[derive(Clone, Debug, PartialEq)]
pub struct Movement {
    /// Value of the whole in the first half.
    pub before: f64,
    /// And in the second.
    pub after: f64,
    /// Part of the change through the groups' own values.
    pub rate: Estimate,
    /// Part through who is counted.
    pub composition: Estimate,
    /// Both parts by group; they add up.
    pub groups: Vec<GroupMovement>,
}

/// A group's part in a change of the whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GroupMovement {
    /// Position of the group in its dimension.
    pub group: usize,
    /// Through its own value.
    pub rate: f64,
    /// Through its share of all that is counted.
    pub composition: f64,
}

/// Two dimensions as one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Intersection {
    /// Positions of the dimensions.
    pub dimensions: [usize; 2],
    /// Combinations that are known and shown.
    pub combinations: usize,
    /// Share of all differences between single events that lies between combinations (VPC, 0–1).
    pub between: f64,
    /// How many times as high the odds typically are in the worse of two combinations taken at random (median odds ratio).
    pub odds_ratio: f64,
    /// Share of the differences between combinations that the two dimensions added up explain (PCV, 0–1).
    pub added_up: f64,
}

/// One way to put a number on inequality.
#[derive(Clone, Debug, PartialEq)]
pub struct Measure {
    /// `difference`, `ratio`, `gap-count`, `sii`, `rii`.
    pub method: &'static str,
    /// Its value with its interval; absent where it is refused.
    pub value: Option<Estimate>,
    /// The two groups compared, where it compares two: group, reference.
    pub groups: Option<(usize, usize)>,
    /// Why there is no answer.
    pub refused: Option<String>,
    /// Why to read it with care.
    pub caution: Option<String>,
}

/// A gap over time.
#[derive(Clone, Debug)]
pub struct GapSeries {
    /// The group that does worse over the whole time, and the one that does better. The gap is the first's disadvantage.
    pub groups: (usize, usize),
    /// One gap for each period; `None` where it cannot be worked out.
    pub values: Vec<Option<Estimate>>,
    /// The gap itself on an `XmR` chart; lower is better.
    pub chart: Option<ProcessChart>,
    /// From the first to the second half of the time.
    pub change: Option<GapChange>,
    /// Which way it goes.
    pub direction: GapDirection,
}

/// How a gap changed between the first and the second half of the time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GapChange {
    /// Gap in the first half.
    pub before: f64,
    /// Gap in the second half.
    pub after: f64,
    /// Second half minus first; positive: it widened.
    pub change: Estimate,
    /// The worse group's denominator in the second half.
    pub people: f64,
    /// How likely a change as far beyond chance would be if there were none.
    pub p_value: f64,
}

/// Which way a gap goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum GapDirection {
    /// Smaller than before, beyond chance.
    Narrowing,
    /// Larger than before, beyond chance.
    Widening,
    /// No change that chance does not explain.
    NoClearChange,
    /// Too few periods to say.
    TooShort,
}

/// A combination of two groups that stands out.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Stratum {
    /// Dimension (position in the release) and group (position in the dimension), twice.
    pub groups: [(usize, usize); 2],
    /// Its value.
    pub reading: Reading,
    /// Its value less that of everybody else, with an interval that allows for the number of combinations looked at.
    pub difference: Estimate,
    /// Its position among all that were looked at ([`IndicatorAnalysis::strata_p_values`]).
    pub place: usize,
}

/// What a finding is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FindingKind {
    /// A difference between groups.
    Gap,
    /// A gap that widened or narrowed.
    GapChange,
    /// A group (or the whole) that lately does worse than before.
    Worse,
    /// The whole improves and a group does not.
    Masked,
    /// A change in who is counted.
    Mix,
    /// What the data do not say, or say unevenly.
    DataQuality,
}

impl FindingKind {
    /// Identifier in documents.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Gap => "gap",
            Self::GapChange => "gap_change",
            Self::Worse => "worse",
            Self::Masked => "masked",
            Self::Mix => "mix",
            Self::DataQuality => "data_quality",
        }
    }
}

/// A statement that the statistics support, with its evidence.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// What it is about.
    pub kind: FindingKind,
    /// Position of the indicator; absent for data quality.
    pub indicator: Option<usize>,
    /// Groups it is about, as dimension and group by position: none, one, or more for a stratum. A group of `None`
    /// stands for the whole dimension.
    pub groups: Vec<(usize, Option<usize>)>,
    /// Whether it comes of the test of who shared in the whole's change.
    pub of_sharing: bool,
    /// The sentence for a reader.
    pub sentence: String,
    /// The size it states, in the indicator's unit: for a gap, positive where the group does worse; for a change of gap,
    /// positive where it widened; for data quality, the share not known.
    pub estimate: f64,
    /// Lower limit.
    pub lower: Option<f64>,
    /// Upper limit.
    pub upper: Option<f64>,
    /// Dimension (its position) within which hardly anything is left of it, for a matter of mix.
    pub explained_by: Option<usize>,
    /// Probability, for kinds that have one.
    pub probability: Option<f64>,
    /// How many people or events it is about: findings are ordered by it.
    pub people: f64,
}

impl Analysis {
    /// Sets what stands at the head of the documents.
    #[must_use]
    pub fn with_heading(mut self, heading: Heading) -> Self {
        self.heading = heading;
        self
    }

    /// A dimension by position.
    pub fn dimension(&self, position: usize) -> &Dimension {
        &self.release.dimensions[position]
    }

    /// A group by positions.
    pub fn group(&self, dimension: usize, group: usize) -> &Group {
        &self.release.dimensions[dimension].groups[group]
    }
}
