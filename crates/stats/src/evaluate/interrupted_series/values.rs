//! Counts turned into points on the scale of analysis, each with its variance of counting.

use super::Point;
use crate::compare::{Count, Kind};
use crate::method::{OptionSpec, Options};
use crate::refusal::Refusal;

/// The scale on which lines are straight and effects add.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// Shares or rates as they are: effects are differences.
    Points,
    /// Logarithms of shares or rates: effects are ratios.
    Log,
}

/// The option that chooses the scale.
pub const SCALE: OptionSpec = OptionSpec {
    name: "scale",
    default: "",
    doc: "`points` (effects are differences; of proportions, if not given) or `log` (effects are ratios; of rates).",
};

impl Scale {
    /// From the option `scale`: by the kind of counts when it is not given.
    pub(super) fn from_options(options: &Options, kind: Kind) -> Result<Self, Refusal> {
        match (options.text(SCALE.name), kind) {
            (Some("points"), _) | (None | Some(""), Kind::Proportion) => Ok(Self::Points),
            (Some("log"), _) | (None | Some(""), Kind::Rate) => Ok(Self::Log),
            (Some(_), _) => Err(Refusal::option(SCALE.name, "points or log")),
        }
    }

    /// A value as a reader wants it: the share or rate.
    pub fn shown(self, value: f64) -> f64 {
        match self {
            Self::Points => value,
            Self::Log => value.exp(),
        }
    }

    /// How fast [`Self::shown`] grows with the value.
    pub(super) fn steepness(self, value: f64) -> f64 {
        match self {
            Self::Points => 1.0,
            Self::Log => value.exp(),
        }
    }
}

/// Points of a series of counts in order of time: one side, or two whose difference is the gap; `None` where unknown.
///
/// On the logarithmic scale half an event is added, so that a period without events has a value; the bias of the
/// logarithm of a count is then of second order (J. B. S. Haldane, *Annals of Human Genetics* 20 (1956), p. 309–311).
/// Variances are binomial or Poisson at the line through each side of the change, not at the single period's own count,
/// which would give periods that came out low by chance too much weight.
pub fn points(
    periods: &[Option<Vec<Count>>],
    split: usize,
    kind: Kind,
    scale: Scale,
) -> Result<Vec<Option<Point>>, Refusal> {
    let sides = periods.iter().flatten().map(Vec::len).max().unwrap_or(0);
    let mut points: Vec<Option<Point>> = vec![None; periods.len()];
    for side in 0..sides {
        let own: Vec<Option<Count>> =
            periods.iter().map(|counts| counts.as_ref().and_then(|counts| counts.get(side).copied())).collect();
        let expected = expected(&own, split);
        for (place, count) in own.iter().enumerate() {
            let (Some(count), Some(expected)) = (count, expected[place]) else { continue };
            let added = one(*count, expected, kind, scale);
            points[place] = Some(match points[place] {
                None => Point { denominator: (sides == 1).then_some(count.denominator), ..added },
                Some(first) => Point {
                    value: first.value - added.value,
                    variance: first.variance + added.variance,
                    denominator: None,
                },
            });
        }
    }
    Ok(points)
}

fn one(count: Count, expected: f64, kind: Kind, scale: Scale) -> Point {
    let spread = match kind {
        Kind::Proportion => expected * (1.0 - expected),
        Kind::Rate => expected,
    };
    let variance = spread / count.denominator;
    let (value, variance) = match scale {
        Scale::Points => (count.numerator / count.denominator, variance),
        Scale::Log => (((count.numerator + 0.5) / count.denominator).ln(), variance / (expected * expected)),
    };
    Point { value, variance, denominator: None }
}

/// The line through the periods before, and that through those after, within the range of the single values.
fn expected(counts: &[Option<Count>], split: usize) -> Vec<Option<f64>> {
    let mut expected = vec![None; counts.len()];
    for part in [0..split.min(counts.len()), split.min(counts.len())..counts.len()] {
        let own: Vec<(f64, f64, f64)> = part
            .clone()
            .filter_map(|time| counts[time].map(|own| (time as f64, smoothed(own), own.denominator)))
            .collect();
        let (low, high) =
            own.iter().fold((f64::INFINITY, 0.0_f64), |(low, high), (_, share, _)| (low.min(*share), high.max(*share)));
        let line = line(&own);
        for time in part {
            expected[time] = counts[time].map(|_| line(time as f64).clamp(low, high));
        }
    }
    expected
}

/// Half an event and one more of those who could have had it: never 0, never 1.
fn smoothed(count: Count) -> f64 {
    (count.numerator + 0.5) / (count.denominator + 1.0)
}

/// Straight line by weighted least squares through time, value and weight; level where time does not vary.
fn line(points: &[(f64, f64, f64)]) -> impl Fn(f64) -> f64 {
    let heaviest = points.iter().map(|own| own.2).fold(f64::MIN_POSITIVE, f64::max);
    let total: f64 = points.iter().map(|own| own.2 / heaviest).sum();
    let mean =
        |of: &dyn Fn(&(f64, f64, f64)) -> f64| points.iter().map(|own| own.2 / heaviest * of(own)).sum::<f64>() / total;
    let (centre, level) = (mean(&|own| own.0), mean(&|own| own.1));
    let across = mean(&|own| (own.0 - centre) * (own.1 - level));
    let spread = mean(&|own| (own.0 - centre).powi(2));
    let slope = if spread > 0.0 { across / spread } else { 0.0 };
    move |time| level + slope * (time - centre)
}
