//! The gap in one period: difference, ratio or slope index, and the scale on which gaps are compared.

use crate::compare::{Count, Kind, difference, ratio};
use crate::inequality::sii::{self, Group, SiiOptions, ValueType, slope_index};
use crate::interval::{Confidence, Estimate};
use crate::method::{OptionSpec, Options};
use crate::refusal::Refusal;

/// How the gap is put into a number. No gap is 0, or 1 for a ratio.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum GapMeasure {
    /// Group minus reference (Newcombe's interval; exact or Byar limits for rates).
    #[default]
    Difference,
    /// Group over reference (score interval); compared and charted by its logarithm.
    Ratio,
    /// Slope index over groups in order, worst-off end minus best-off end, so that its sign is that of a difference.
    Slope,
}

impl GapMeasure {
    /// From the option `measure`.
    pub(super) fn from_options(options: &Options) -> Result<Self, Refusal> {
        match options.text(MEASURE.name) {
            None | Some("difference") => Ok(Self::Difference),
            Some("ratio") => Ok(Self::Ratio),
            Some("sii") => Ok(Self::Slope),
            Some(_) => Err(Refusal::option(MEASURE.name, "difference, ratio or sii")),
        }
    }

    /// Name in tables and on the command line.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Difference => "difference",
            Self::Ratio => "ratio",
            Self::Slope => "sii",
        }
    }

    /// On the scale of comparison, where no gap is 0; `None` where a ratio or its limit is 0.
    pub fn compared(self, gap: Estimate) -> Option<Estimate> {
        let turn = |value: f64| if self == Self::Ratio { value.ln() } else { value };
        let gap = Estimate { value: turn(gap.value), lower: turn(gap.lower), upper: turn(gap.upper) };
        [gap.value, gap.lower, gap.upper].iter().all(|value| value.is_finite()).then_some(gap)
    }

    /// Back from the scale of comparison.
    pub fn shown(self, value: f64) -> f64 {
        if self == Self::Ratio { value.exp() } else { value }
    }

    /// As [`Self::shown`], of an estimate.
    pub fn shown_estimate(self, own: Estimate) -> Estimate {
        Estimate { value: self.shown(own.value), lower: self.shown(own.lower), upper: self.shown(own.upper) }
    }
}

/// The gap of one period: of two groups, the group first and the reference second; of a slope, of at least five groups
/// from the worst-off to the best-off.
pub fn gap(measure: GapMeasure, kind: Kind, groups: &[Count], confidence: Confidence) -> Result<Estimate, Refusal> {
    let estimate = match (measure, groups) {
        (GapMeasure::Difference, [group, reference]) => difference(kind, *group, *reference, confidence.level())?,
        (GapMeasure::Ratio, [group, reference]) => ratio(kind, *group, *reference, confidence.level())?,
        (GapMeasure::Slope, groups) => slope(kind, groups, confidence)?,
        (_, groups) => return Err(Refusal::TooFew { what: "groups of a gap", found: groups.len(), needed: 2 }),
    };
    finite(estimate)
}

fn slope(kind: Kind, groups: &[Count], confidence: Confidence) -> Result<Estimate, Refusal> {
    if groups.len() < sii::FEWEST_GROUPS {
        return Err(Refusal::TooFew { what: "groups in order", found: groups.len(), needed: sii::FEWEST_GROUPS });
    }
    let value_type = match kind {
        Kind::Proportion => ValueType::Proportion,
        Kind::Rate => ValueType::Rate,
    };
    let rows = groups.iter().enumerate();
    let groups = rows
        .map(|(row, own)| Group::from_counts(own.numerator, own.denominator, value_type, 1.0, row + 1))
        .collect::<Result<Vec<_>, _>>()?;
    let options = SiiOptions {
        value_type,
        multiplier: -1.0,
        confidence: confidence.level(),
        repetitions: 20_000,
        ..SiiOptions::default()
    };
    slope_index(&groups, &options).map(|index| index.sii)
}

/// Refuses an estimate that no number can hold.
pub(super) fn finite(own: Estimate) -> Result<Estimate, Refusal> {
    if own.value.is_finite() && own.lower.is_finite() && own.upper.is_finite() {
        return Ok(own);
    }
    Err(Refusal::Undefined("these counts give no finite gap or interval; check their size".to_owned()))
}

/// The option that chooses the measure.
pub(super) const MEASURE: OptionSpec = OptionSpec {
    name: "measure",
    default: "difference",
    doc: "`difference`, `ratio` or `sii` (five or more groups in the order of `rank`).",
};

/// The option that says what the counts are.
pub(crate) const KIND: OptionSpec = OptionSpec {
    name: "kind",
    default: "proportion",
    doc: "`proportion` (each unit has the event or not) or `rate` (events per person-time).",
};

/// What the counts are, from the option `kind`.
pub(crate) fn kind(options: &Options) -> Result<Kind, Refusal> {
    match options.text(KIND.name) {
        None | Some("proportion") => Ok(Kind::Proportion),
        Some("rate") => Ok(Kind::Rate),
        Some(_) => Err(Refusal::option(KIND.name, "proportion or rate")),
    }
}

#[cfg(test)]
mod tests {
    use super::{GapMeasure, gap};
    use crate::compare::{Count, Kind};
    use crate::interval::Confidence;

    #[test]
    fn a_straight_gradient_has_the_sign_of_a_difference_and_its_size() {
        let count = |numerator: f64| Count { numerator, denominator: 10_000.0 };
        let groups: Vec<Count> = [1500.0, 1400.0, 1300.0, 1200.0, 1100.0].into_iter().map(count).collect();
        let level = Confidence::new(0.95).unwrap();
        let own = gap(GapMeasure::Slope, Kind::Proportion, &groups, level).unwrap();
        assert!((own.value - 0.05).abs() < 1e-9 && own.lower > 0.0 && own.holds(0.05), "{own:?}");
        assert!(gap(GapMeasure::Slope, Kind::Proportion, &groups[..4], level).is_err());
        assert!(gap(GapMeasure::Ratio, Kind::Proportion, &groups[..1], level).is_err());
    }
}
