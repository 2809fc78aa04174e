//! Control limits of a funnel at a unit's size, at 95 % and 99.8 %.

use statrs::function::gamma::{checked_gamma_lr, checked_gamma_ur};

use crate::interval::{Confidence, Estimate};
use crate::numeric::{chi_squared_quantile, normal_quantile};
use crate::rate::{EXACT_BELOW, byar_limits};

/// Chance beyond each of the inner (95 %) limits.
pub(super) const INNER_TAIL: f64 = 0.025;
/// Chance beyond each of the outer (99.8 %) limits.
pub(super) const OUTER_TAIL: f64 = 0.001;

/// Lower and upper limits at 95 % and at 99.8 %.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ControlLimits {
    /// Lower limit at 95 %.
    pub lower95: f64,
    /// Upper limit at 95 %.
    pub upper95: f64,
    /// Lower limit at 99.8 %.
    pub lower998: f64,
    /// Upper limit at 99.8 %.
    pub upper998: f64,
}

impl ControlLimits {
    /// Inner and outer limits from a function of the chance beyond each.
    pub(super) fn from_tails(limits: impl Fn(f64) -> (f64, f64)) -> Self {
        let ((lower95, upper95), (lower998, upper998)) = (limits(INNER_TAIL), limits(OUTER_TAIL));
        Self { lower95, upper95, lower998, upper998 }
    }

    /// The same limits in another unit.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        Self {
            lower95: self.lower95 * factor,
            upper95: self.upper95 * factor,
            lower998: self.lower998 * factor,
            upper998: self.upper998 * factor,
        }
    }
}

/// Limits of a share among `size` people when the average is `average`: the shares whose Wilson interval just touches
/// the average. Within 0 and 1.
pub fn proportion_limits(average: f64, size: f64) -> ControlLimits {
    ControlLimits::from_tails(|tail| {
        let z = normal_quantile(1.0 - tail);
        let square = z * z;
        // Wilson's equation solved for the count x: a·x² − 2b·x + c = 0.
        let a = 1.0 / square + 1.0 / size;
        let b = average * (size / square + 1.0);
        let c = average * (size * (average * (size / square + 2.0) - 1.0) + square * (average - 1.0));
        let half = (b * b - a * c).max(0.0).sqrt();
        (((b - half) / a / size).clamp(0.0, 1.0), ((b + half) / a / size).clamp(0.0, 1.0))
    })
}

/// Limits of observed over expected events when `expected` are expected: the ratios whose Poisson interval (exact below
/// ten events, Byar's from ten) just touches 1.
pub fn count_ratio_limits(expected: f64) -> ControlLimits {
    ControlLimits::from_tails(|tail| {
        let Ok(confidence) = Confidence::new(1.0 - 2.0 * tail) else { return (0.0, f64::INFINITY) };
        // An exact limit is below the expected count where the tail at the expected count says so: no quantile is needed.
        let upper_is_below = |events: f64| {
            if events < EXACT_BELOW {
                checked_gamma_ur(events + 1.0, expected).unwrap_or(0.0) < tail
            } else {
                byar_limits(events, confidence).upper < expected
            }
        };
        let lower_is_below = |events: f64| {
            if events < EXACT_BELOW {
                events <= 0.0 || checked_gamma_lr(events, expected).unwrap_or(1.0) > tail
            } else {
                byar_limits(events, confidence).lower < expected
            }
        };
        (turn(expected, upper_is_below) / expected, turn(expected, lower_is_below) / expected)
    })
}

/// The number of events up to which a rising limit is below the expected count; 0 where it never is.
fn turn(expected: f64, is_below: impl Fn(f64) -> bool) -> f64 {
    if !is_below(0.0) {
        return 0.0;
    }
    let (mut low, mut high) = (0.0, 2.0 * expected + 40.0);
    // Most turns lie where Byar's limits hold, which cost little.
    if is_below(EXACT_BELOW) {
        low = EXACT_BELOW;
    } else {
        high = EXACT_BELOW;
    }
    for _ in 0..100 {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if is_below(middle) { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// Expected events at which so many observed events (above zero) lie just on each exact Poisson limit.
///
/// Drawn against expected events, `observed / expected` traces the curves of the funnel.
/// Order: the estimates' `lower` and `upper` are expected events on the lower and the upper curve, inner then outer.
pub fn ratio_at_events(observed: f64) -> (Estimate, Estimate) {
    let at = |tail: f64| Estimate {
        value: observed,
        lower: chi_squared_quantile(1.0 - tail, 2.0f64.mul_add(observed, 2.0)) / 2.0,
        upper: chi_squared_quantile(tail, 2.0 * observed) / 2.0,
    };
    (at(INNER_TAIL), at(OUTER_TAIL))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{count_ratio_limits, proportion_limits};
    use crate::interval::Confidence;
    use crate::proportion::wilson_at;
    use crate::rate::count_limits;

    proptest! {
        #[test]
        fn a_share_on_the_limit_has_an_interval_that_touches_the_average(average in 0.05..0.95_f64, size in 200.0..1e5_f64) {
            let limits = proportion_limits(average, size);
            let confidence = Confidence::new(0.95).unwrap();
            let low = wilson_at(limits.lower95 * size, size, confidence).unwrap();
            let high = wilson_at(limits.upper95 * size, size, confidence).unwrap();
            prop_assert!((low.upper - average).abs() < 1e-9 && (high.lower - average).abs() < 1e-9);
            prop_assert!(limits.lower998 < limits.lower95 && limits.upper95 < limits.upper998);
        }

        #[test]
        fn a_count_on_the_limit_has_an_interval_that_touches_the_expected(expected in 40.0..1e4_f64) {
            let limits = count_ratio_limits(expected);
            let confidence = Confidence::new(0.998).unwrap();
            let high = count_limits(limits.upper998 * expected, confidence).lower;
            prop_assert!((high / expected - 1.0).abs() < 1e-9);
            prop_assert!(limits.lower998 < limits.lower95 && limits.lower95 < 1.0);
        }
    }
}
