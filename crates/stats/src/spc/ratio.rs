//! What P and U charts have in common: a ratio whose sigma follows its denominator, with or without Laney's widening.

use super::chart as lines;
use super::control::{self, ControlChart, ControlOptions};
use super::moving_range::{SCREEN_AT, average_moving_range};
use super::p::D2;
use crate::numeric::compensated_sum;
use crate::refusal::Refusal;

/// Numerators over denominators, with the sigma of a ratio by centre and denominator and the range it can lie in.
pub(super) struct Ratio<'a> {
    pub numerators: &'a [f64],
    pub denominators: &'a [f64],
    pub sigma: fn(f64, f64) -> f64,
    pub within: (f64, f64),
}

/// A chart of a ratio; `prime` multiplies sigma by the variation between periods.
pub(super) fn chart(data: &Ratio, prime: bool, options: &ControlOptions) -> Result<ControlChart, Refusal> {
    let values = values(data.numerators, data.denominators);
    control::build(&values, options, |part, baseline| {
        let sum = |column: &[f64]| compensated_sum(baseline.iter().map(|index| column[*index]));
        let centre = control::given_centre(options).unwrap_or_else(|| sum(data.numerators) / sum(data.denominators));
        if !(data.within.0..=data.within.1).contains(&centre) {
            return Err(Refusal::option("centre", "a value that the ratio can take"));
        }
        let score = |index: usize| Some((values[index]? - centre) / (data.sigma)(centre, data.denominators[index]));
        let between = if prime {
            let scores: Vec<Option<f64>> =
                baseline.iter().map(|index| score(*index).filter(|score| score.is_finite())).collect();
            let screen = options.screen_outliers.then_some(SCREEN_AT);
            average_moving_range(&scores, screen).map(|average| average / D2)
        } else {
            Some(1.0)
        };
        Ok(part
            .map(|index| {
                let n = data.denominators[index];
                let reach = between.filter(|_| n > 0.0).map(|between| 3.0 * between * (data.sigma)(centre, n));
                lines::lines_around(centre, reach, data.within)
            })
            .collect())
    })
}

/// Numerator over denominator; `None` where the denominator is 0.
pub(super) fn values(numerators: &[f64], denominators: &[f64]) -> Vec<Option<f64>> {
    numerators.iter().zip(denominators).map(|(x, n)| (*n > 0.0).then(|| x / n)).collect()
}

/// Refuses what no ratio of numbers of 0 or more can be.
pub(super) fn check(numerators: &[f64], denominators: &[f64]) -> Result<(), Refusal> {
    if numerators.len() != denominators.len() {
        return Err(Refusal::UnequalLengths { column: "denominator".into() });
    }
    for (column, numbers) in [("numerator", numerators), ("denominator", denominators)] {
        if let Some(row) = numbers.iter().position(|number| !(number.is_finite() && *number >= 0.0)) {
            let must = "must be a finite number of 0 or more";
            return Err(Refusal::OutOfRange { column: column.into(), row: row + 1, must });
        }
    }
    match numerators.iter().zip(denominators).position(|(x, n)| *x > 0.0 && *n <= 0.0) {
        Some(row) => {
            let must = "must be above 0 where the numerator is";
            Err(Refusal::OutOfRange { column: "denominator".into(), row: row + 1, must })
        }
        None => Ok(()),
    }
}
