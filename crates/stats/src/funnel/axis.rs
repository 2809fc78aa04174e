//! The hundred sizes at which the curves of a funnel plot are drawn, spaced evenly on a log scale.
//!
//! Source: `calculate_funnel_limits` of PHEindicatormethods 2.1.0, whose points these are.

use crate::numeric::compensated_sum;

/// Points on the axis of a funnel.
const POINTS: usize = 100;

/// The ends of an axis that shows sizes from `smallest` to `largest`.
fn ends(smallest: f64, largest: f64) -> (f64, f64) {
    let low = 0.95 * smallest;
    let start = if largest > 2.0 * smallest || low <= 0.0 {
        0.0
    } else {
        let unit = 10f64.powf(low.log10().floor());
        (low / unit).floor() * unit
    };
    // Rounded up in the second of its digits.
    let digits = (largest.trunc().max(1.0).log10().floor()) + 1.0;
    let unit = 10f64.powf(digits - 2.0);
    (start, (1.05 * largest / unit).ceil() * unit)
}

/// Whole numbers from `first`, each at least one above the last, that would reach `end` after `steps` steps.
fn spaced(first: f64, end: f64, steps: usize) -> Vec<f64> {
    let mut points = vec![first];
    let mut last = first;
    for left in (1..=steps).rev().take(POINTS - 1) {
        let next = ((end / last).powf(1.0 / left as f64) * last).round_ties_even();
        last = next.max(last + 1.0);
        points.push(last);
    }
    points
}

/// Populations for the curves of a funnel of proportions with units of these sizes (not empty, above zero).
pub fn proportion_axis(sizes: &[f64]) -> Vec<f64> {
    let (start, end) = ends_of(sizes);
    spaced(start.max(1.0), end, POINTS - 1)
}

/// Observed events for the curves of a funnel of ratios with units of these expected events (not empty, above zero).
pub fn ratio_axis(expected: &[f64]) -> Vec<f64> {
    let (start, end) = ends_of(expected);
    spaced(start.max(1.0).round_ties_even(), end, POINTS)
}

/// Events for the curves of a funnel of rates, with the average rate that they stand around.
#[derive(Clone, Debug, PartialEq)]
pub struct RatePoints {
    /// Events, rising.
    pub events: Vec<f64>,
    /// Events per person-time over all units.
    pub average: f64,
}

/// Events for the curves of a funnel of rates: `units` are events and person-time a year, over `years` years.
pub fn rate_axis(units: &[(f64, f64)], years: f64) -> RatePoints {
    let events = compensated_sum(units.iter().map(|(events, _)| *events));
    let average = events / (compensated_sum(units.iter().map(|(_, population)| *population)) * years);
    let sizes: Vec<f64> = units.iter().map(|(_, population)| *population).collect();
    let (start, end) = ends_of(&sizes);
    let first = (start * average * years).floor().max(1.0);
    RatePoints { events: spaced(first, (end * average * years).ceil(), POINTS - 1), average }
}

fn ends_of(sizes: &[f64]) -> (f64, f64) {
    let smallest = sizes.iter().copied().fold(f64::INFINITY, f64::min);
    let largest = sizes.iter().copied().fold(0.0, f64::max);
    ends(smallest, largest)
}

#[cfg(test)]
mod tests {
    use super::{POINTS, ends, proportion_axis};

    #[test]
    fn the_axis_is_rounded_outwards_and_starts_at_nothing_when_sizes_differ_much() {
        assert_eq!(ends(992.0, 1289.0), (900.0, 1400.0));
        assert_eq!(ends(55.0, 7154.0), (0.0, 7600.0));
    }

    #[test]
    fn points_rise_and_reach_the_end() {
        let axis = proportion_axis(&[55.0, 7154.0]);
        assert_eq!(axis.len(), POINTS);
        assert!(axis.windows(2).all(|pair| pair[0] < pair[1]));
        assert_eq!(axis.last(), Some(&7600.0));
    }
}
