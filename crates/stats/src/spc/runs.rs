//! Runs analysis by Anhøj: unusually long runs and unusually few crossings of the centre line.
//!
//! SOURCE: Anhøj and Olesen, "Run charts revisited: a simulation study of run chart rules for detection of non-random
//! variation in health care processes", PLOS ONE 9 (2014), e113825.

use std::cmp::Ordering;

/// What the runs analysis found in one part of a chart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Runs {
    /// Points looked at, missing ones too.
    pub points: usize,
    /// Recorded points that are not on the centre line.
    pub useful: usize,
    /// What they say; absent without a useful point.
    pub verdict: Option<RunsVerdict>,
}

/// Runs and crossings against what chance allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RunsVerdict {
    /// Most neighbouring useful points on one side.
    pub longest: usize,
    /// The longest run that chance allows.
    pub longest_allowed: usize,
    /// How often neighbouring useful points lie on different sides.
    pub crossings: usize,
    /// The fewest crossings that chance allows.
    pub crossings_needed: usize,
}

impl Runs {
    /// Runs of values around a centre line. Missing values and values on the line are passed over.
    pub fn around(values: &[Option<f64>], centre: f64) -> Self {
        let sides: Vec<bool> = values
            .iter()
            .flatten()
            .filter_map(|value| match value.total_cmp(&centre) {
                Ordering::Less => Some(false),
                Ordering::Equal => None,
                Ordering::Greater => Some(true),
            })
            .collect();
        let verdict = (!sides.is_empty()).then(|| RunsVerdict {
            longest: longest(&sides),
            longest_allowed: longest_allowed(sides.len()),
            crossings: sides.windows(2).filter(|pair| pair[0] != pair[1]).count(),
            crossings_needed: crossings_needed(sides.len()),
        });
        Self { points: values.len(), useful: sides.len(), verdict }
    }

    /// Whether the longest run is too long or the crossings are too few for chance.
    pub fn signal(&self) -> bool {
        self.verdict.is_some_and(|verdict| {
            verdict.longest > verdict.longest_allowed || verdict.crossings < verdict.crossings_needed
        })
    }
}

fn longest(sides: &[bool]) -> usize {
    sides.chunk_by(|before, after| before == after).map(<[bool]>::len).max().unwrap_or(0)
}

/// Longest run that chance allows among `useful` points: log₂ of their number, rounded, plus 3.
pub fn longest_allowed(useful: usize) -> usize {
    // Half-way between two whole numbers lies 2^(power + ½), which no whole number is: rounding up or down cannot matter.
    let square = (useful.max(1) as f64).powi(2);
    let (mut power, mut rounded) = (0, 0);
    while square > 2.0_f64.powi(2 * power + 1) {
        power += 1;
        rounded += 1;
    }
    rounded + 3
}

/// Fewest crossings that chance allows among `useful` points: the lower 5 % point of a binomial variable of
/// `useful` − 1 trials at even chances.
pub fn crossings_needed(useful: usize) -> usize {
    let trials = useful.saturating_sub(1) as f64;
    let (mut crossings, mut below) = (0_usize, 0.0);
    loop {
        let k = crossings as f64;
        let ways = libm::lgamma(trials + 1.0) - libm::lgamma(k + 1.0) - libm::lgamma(trials - k + 1.0);
        below += (ways - trials * std::f64::consts::LN_2).exp();
        if below >= 0.05 || k >= trials {
            return crossings;
        }
        crossings += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::{Runs, crossings_needed, longest_allowed};

    #[test]
    fn limits_are_those_of_the_reference_table() {
        assert_eq!([10, 24, 60].map(longest_allowed), [6, 8, 9]);
        assert_eq!([10, 24, 60].map(crossings_needed), [2, 8, 23]);
    }

    #[test]
    fn a_step_is_a_long_run_with_few_crossings() {
        let values: Vec<Option<f64>> = (0..24).map(|i| Some(if i < 12 { 1.0 } else { 3.0 })).collect();
        let runs = Runs::around(&values, 2.0);
        let verdict = runs.verdict.expect("useful points");
        assert_eq!((verdict.longest, verdict.crossings, runs.signal()), (12, 1, true));
    }

    #[test]
    fn a_series_on_its_centre_line_says_nothing() {
        let runs = Runs::around(&[Some(3.0); 15], 3.0);
        assert_eq!((runs.useful, runs.verdict, runs.signal()), (0, None, false));
    }
}
