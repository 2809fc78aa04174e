//! Missed against expected by month on a U′ chart around one, and the calibration slope by month on an individuals chart.

use evenly_stats::discrimination::calibration;
use evenly_stats::spc::control::{ControlChart, ControlOptions};
use evenly_stats::spc::{i, u};
use serde::Serialize;

use super::Visit;
use crate::PredictError;

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

/// Missed against expected over the months.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Series {
    /// The months.
    pub months: Vec<Month>,
    /// Missed over expected of all months together.
    pub ratio: f64,
    /// Whether runs on one side of 1 are longer, or crossings fewer, than chance makes them (Anhøj).
    pub runs: bool,
}

impl Series {
    pub(super) fn new(visits: &[Visit], months: &[String]) -> Result<Self, PredictError> {
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
        let month = |(place, sum): (usize, &(usize, usize, f64))| {
            let point = &chart.points[place];
            Month {
                month: months[place].clone(),
                appointments: sum.0,
                missed: sum.1,
                expected: sum.2,
                ratio: point.value,
                lower: point.lines.limits.map(|own| own.lower),
                upper: point.lines.limits.map(|own| own.upper),
                outside: point.outside,
            }
        };
        let ratio = missed.iter().sum::<f64>() / expected.iter().sum::<f64>().max(f64::MIN_POSITIVE);
        Ok(Self { months: sums.iter().enumerate().map(month).collect(), ratio, runs: runs(&chart) })
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

fn around_one() -> ControlOptions {
    ControlOptions { centre: Some(1.0), ..ControlOptions::default() }
}

fn runs(chart: &ControlChart) -> bool {
    chart.parts.iter().any(|part| part.runs.signal())
}
