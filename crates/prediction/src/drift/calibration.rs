//! Missed against expected by month on a U′ chart around one, and the calibration slope by month on an individuals chart.
//!
//! What is expected comes from the days of calibration, which hold only so many missed appointments: their doubt widens the limits, and a
//! run on one side of 1 says something only where its months together differ from 1 by more than that and chance.

use std::ops::Range;

use evenly_stats::discrimination::calibration;
use evenly_stats::spc::control::{ControlChart, ControlOptions};
use evenly_stats::spc::{i, u};
use serde::Serialize;

use super::Visit;
use crate::{Estimates, PredictError};

/// Months from which on limits are widened by what goes on between months (Laney); of fewer nothing can be said of it.
const PRIME_FROM: usize = 6;
/// Fewest missed and fewest attended appointments of a month with a slope.
const FEWEST_FOR_SLOPE: usize = 50;

/// One month of missed against expected.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Month {
    /// The month.
    pub month: String,
    /// Appointments.
    pub appointments: usize,
    /// Of which missed.
    pub missed: usize,
    /// Missed as expected: the sum of the chances.
    pub expected: f64,
    /// Missed over expected; 1 is right.
    pub ratio: Option<f64>,
    /// Lower control limit.
    pub lower: Option<f64>,
    /// Upper control limit.
    pub upper: Option<f64>,
    /// Whether it lies outside its limits.
    pub outside: bool,
}

/// Standard errors from the centre to a control limit.
const LIMIT: f64 = 3.0;
/// Standard errors to either end of a 95 % interval.
const INTERVAL: f64 = 1.96;

/// Missed against expected over the months.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Series {
    /// The months.
    pub months: Vec<Month>,
    /// Missed over expected of all months together.
    pub ratio: f64,
    /// Whether runs on one side of 1 are longer, or crossings fewer, than chance makes them (Anhøj), and the longest run differs from 1 by
    /// more than is in doubt.
    pub runs: bool,
}

impl Series {
    pub(super) fn new(visits: &[Visit], months: &[String], estimates: &Estimates) -> Result<Self, PredictError> {
        let mut sums = vec![(0_usize, 0_usize, 0.0); months.len()];
        for own in visits {
            let sum = &mut sums[own.month];
            sum.0 += 1;
            sum.1 += usize::from(own.missed);
            sum.2 += own.chance;
        }
        let missed: Vec<f64> = sums.iter().map(|sum| sum.1 as f64).collect();
        let expected: Vec<f64> = sums.iter().map(|sum| sum.2).collect();
        let chart = u::chart(&missed, &expected, months.len() >= PRIME_FROM, &around_one())?;
        let mut places: Vec<Vec<usize>> = vec![Vec::new(); months.len()];
        for own in visits {
            places[own.month].push(own.place);
        }
        let month = |(place, sum): (usize, &(usize, usize, f64))| {
            let point = &chart.points[place];
            // What the days of calibration leave in doubt; months' own ups and downs are in the chart.
            let error = estimates.error_of_expected(&places[place]) / sum.2.max(f64::MIN_POSITIVE);
            let beside = LIMIT * error;
            let lower = point.lines.limits.map(|own| (1.0 - (1.0 - own.lower).hypot(beside)).max(0.0));
            let upper = point.lines.limits.map(|own| 1.0 + (own.upper - 1.0).hypot(beside));
            let beyond = |value: f64| lower.is_some_and(|own| value < own) || upper.is_some_and(|own| value > own);
            Month {
                month: months[place].clone(),
                appointments: sum.0,
                missed: sum.1,
                expected: sum.2,
                ratio: point.value,
                lower,
                upper,
                outside: point.value.is_some_and(beyond),
            }
        };
        let ratio = missed.iter().sum::<f64>() / expected.iter().sum::<f64>().max(f64::MIN_POSITIVE);
        let run = longest_run(chart.points.iter().map(|point| point.value));
        let (of_run, inside) = (expected[run.clone()].iter().sum::<f64>(), places[run.clone()].concat());
        // Of counts around what is expected the variance is about the mean.
        let error = (estimates.doubt(&inside).mean * inside.len() as f64 / of_run).hypot(of_run.sqrt().recip());
        let off = missed[run].iter().sum::<f64>() / of_run - 1.0;
        let runs = runs(&chart) && off.abs() > INTERVAL * error;
        Ok(Self { months: sums.iter().enumerate().map(month).collect(), ratio, runs })
    }

    /// Whether something stands out.
    pub fn stands_out(&self) -> bool {
        self.runs || self.months.iter().any(|own| own.outside)
    }
}

/// The calibration slope over the months.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Slope {
    /// Slope by month; absent for months with too few missed or attended appointments.
    pub months: Vec<Option<f64>>,
    /// Control limits.
    pub limits: Option<[f64; 2]>,
    /// Months outside them.
    pub outside: Vec<String>,
    /// Whether runs on one side of 1 are longer, or crossings fewer, than chance makes them.
    pub runs: bool,
}

impl Slope {
    pub(super) fn new(visits: &[Visit], months: &[String]) -> Self {
        let mut by_month: Vec<(Vec<f64>, Vec<bool>)> = vec![(Vec::new(), Vec::new()); months.len()];
        for own in visits {
            by_month[own.month].0.push(own.chance);
            by_month[own.month].1.push(own.missed);
        }
        let slope = |(chances, missed): &(Vec<f64>, Vec<bool>)| {
            let events = missed.iter().filter(|own| **own).count();
            if events.min(missed.len() - events) < FEWEST_FOR_SLOPE {
                return None;
            }
            calibration(chances, missed, None).ok().map(|own| own.slope)
        };
        let slopes: Vec<Option<f64>> = by_month.iter().map(slope).collect();
        // Without two months there is no chart, and no drift to see.
        let Ok(chart) = i::chart(&slopes, &around_one()) else {
            return Self { months: slopes, limits: None, outside: Vec::new(), runs: false };
        };
        let outside =
            chart.points.iter().zip(months).filter(|(point, _)| point.outside).map(|(_, month)| month.clone());
        Self {
            limits: chart.points.first().and_then(|point| point.lines.limits).map(|own| [own.lower, own.upper]),
            outside: outside.collect(),
            runs: runs(&chart),
            months: slopes,
        }
    }
}

/// The longest run of months on one side of 1; months on it, or without a value, are in none.
fn longest_run(ratios: impl Iterator<Item = Option<f64>>) -> Range<usize> {
    let (mut longest, mut own, mut last) = (0..0, 0..0, None);
    for (place, ratio) in ratios.enumerate() {
        let side = ratio.filter(|ratio| (ratio - 1.0).abs() > 0.0).map(|ratio| ratio > 1.0);
        own = if side.is_some() && side == last {
            own.start..place + 1
        } else {
            place..place + usize::from(side.is_some())
        };
        last = side;
        if own.len() >= longest.len() {
            longest = own.clone();
        }
    }
    longest
}

fn around_one() -> ControlOptions {
    ControlOptions { centre: Some(1.0), ..ControlOptions::default() }
}

fn runs(chart: &ControlChart) -> bool {
    chart.parts.iter().any(|part| part.runs.signal())
}

#[cfg(test)]
mod tests {
    use super::longest_run;

    #[test]
    fn the_longest_run_is_the_later_of_equals_and_ends_at_the_centre() {
        let found = |ratios: &[f64]| longest_run(ratios.iter().map(|own| (*own > 0.0).then_some(*own)));
        assert_eq!(found(&[1.1, 1.2, 0.9, 0.8, 0.7, 1.1]), 2..5);
        assert_eq!(found(&[0.9, 0.9, 1.0, 0.9, 0.9]), 3..5);
        assert_eq!(found(&[1.1, 0.0, 1.1]), 2..3);
        assert_eq!(found(&[]), 0..0);
    }
}
