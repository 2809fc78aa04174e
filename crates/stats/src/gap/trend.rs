//! The straight trend of a gap: weighted by how sure each period is, widened where periods vary more than chance.

use super::movement::Movement;
use crate::interval::{Confidence, Estimate};
use crate::numeric::{compensated_sum, t_quantile};
use crate::refusal::Refusal;

/// Fewest periods through which a trend is drawn.
pub const FEWEST_PERIODS: usize = 4;

/// A straight line through the gaps, on a scale on which no gap is 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Trend {
    /// The line at the first period with a gap.
    pub start: Estimate,
    /// The line at the last period with a gap.
    pub end: Estimate,
    /// End minus start.
    pub change: Estimate,
    /// Variation of the periods about the line over what chance explains; the intervals are widened where it exceeds 1.
    pub dispersion: f64,
    /// What it means.
    pub movement: Movement,
}

/// Fits the line to gaps in order of time, made at the same confidence; `None` where a period has no gap.
///
/// Weights 1/se², se = width of the interval / 2z; standard errors times √max(1, χ²/(n − 2)); quantile of t with n − 2.
/// SOURCE: P. `McCullagh` and J. A. Nelder, *Generalized Linear Models*, 2nd edition (1989), section 4.5 (dispersion).
pub fn trend(gaps: &[Option<Estimate>], confidence: Confidence) -> Result<Trend, Refusal> {
    let points: Vec<(f64, Estimate)> =
        gaps.iter().enumerate().filter_map(|(place, gap)| gap.map(|gap| (place as f64, gap))).collect();
    if points.len() < FEWEST_PERIODS {
        return Err(Refusal::TooFew {
            what: "periods with a gap for a trend",
            found: points.len(),
            needed: FEWEST_PERIODS,
        });
    }
    let weight = |own: &Estimate| (2.0 * confidence.z() / (own.upper - own.lower)).powi(2);
    let weights: Vec<f64> = points.iter().map(|(_, own)| weight(own)).collect();
    let total = compensated_sum(weights.iter().copied());
    let unusable =
        || Refusal::Undefined("a gap of no width, or of no finite width, has no weight in a trend".to_owned());
    if !total.is_finite() || weights.iter().any(|weight| weight.is_nan() || *weight <= 0.0) {
        return Err(unusable());
    }
    let mean = |of: &dyn Fn(&(f64, Estimate)) -> f64| {
        compensated_sum(points.iter().zip(&weights).map(|(point, weight)| of(point) * weight)) / total
    };
    let (centre, level) = (mean(&|(time, _)| *time), mean(&|(_, own)| own.value));
    let spread = total * mean(&|(time, _)| (time - centre).powi(2));
    let slope = total * mean(&|(time, own)| (time - centre) * (own.value - level)) / spread;
    let at = |time: f64| level + slope * (time - centre);
    let freedom = (points.len() - 2) as f64;
    let dispersion = total * mean(&|(time, own)| (own.value - at(*time)).powi(2)) / freedom;
    let reach = t_quantile(1.0 - confidence.tail(), freedom) * dispersion.max(1.0).sqrt();
    let estimate = |value: f64, variance: f64| {
        let half = reach * variance.sqrt();
        Estimate { value, lower: value - half, upper: value + half }
    };
    let line = |time: f64| estimate(at(time), 1.0 / total + (time - centre).powi(2) / spread);
    let (first, last) = (points[0].0, points[points.len() - 1].0);
    let (start, end) = (line(first), line(last));
    let change = estimate(slope * (last - first), (last - first).powi(2) / spread);
    if ![start, end, change].iter().all(|own| own.lower.is_finite() && own.upper.is_finite()) {
        return Err(unusable());
    }
    Ok(Trend { start, end, change, dispersion, movement: Movement::of(start, end, change) })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::trend;
    use crate::gap::movement::Movement;
    use crate::interval::{Confidence, Estimate};

    fn gap(value: f64, half: f64) -> Estimate {
        Estimate { value, lower: value - half, upper: value + half }
    }

    #[test]
    fn a_line_without_noise_is_found_whatever_the_weights_and_the_holes() {
        let level = Confidence::new(0.95).unwrap();
        let mut gaps: Vec<_> =
            (0..12).map(|t| Some(gap(6.0 - 0.4 * f64::from(t), 0.3 + 0.1 * f64::from(t % 3)))).collect();
        gaps[5] = None;
        let own = trend(&gaps, level).unwrap();
        assert!((own.change.value + 4.4).abs() < 1e-12 && (own.start.value - 6.0).abs() < 1e-12);
        assert_eq!(own.movement, Movement::Narrowed);
        assert!(own.dispersion < 1e-20);
        assert!(trend(&gaps[..3], level).is_err());
        assert!(trend(&[Some(gap(1.0, 0.0)); 6], level).is_err());
    }

    proptest! {
        #[test]
        fn turning_time_round_turns_the_change(values in proptest::collection::vec((-50_i16..50, 1_u8..20), 4..30)) {
            let level = Confidence::new(0.95).unwrap();
            let mut gaps: Vec<_> = values.iter().map(|(value, half)| Some(gap((*value).into(), (*half).into()))).collect();
            let forth = trend(&gaps, level).unwrap();
            gaps.reverse();
            let back = trend(&gaps, level).unwrap();
            prop_assert!((forth.change.value + back.change.value).abs() < 1e-9);
            prop_assert!((forth.change.lower + back.change.upper).abs() < 1e-9);
            prop_assert!(forth.change.holds(forth.change.value));
        }
    }
}
