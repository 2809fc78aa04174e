//! Limits by seeded parametric bootstrap, for measures whose distribution has no simple form.

use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::groups::Groups;
use crate::interval::Confidence;

/// A value outside its range is drawn again at most so often, then held at the end of the range.
const MOST_DRAWS: usize = 200;

/// How to draw.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sampling {
    /// Level of the limits.
    pub confidence: Confidence,
    /// Number of draws of all groups.
    pub repetitions: usize,
    /// Seed; the same seed gives the same limits.
    pub seed: u64,
}

/// The range of what is drawn: not below 0 where no value is, not above 100 where percentages are given, nor above 1 where
/// fractions are.
fn range(groups: &Groups) -> (f64, f64) {
    let values = groups.values();
    let floor = if values.iter().all(|value| *value >= 0.0) { 0.0 } else { f64::NEG_INFINITY };
    let bounded = groups.scale() <= 100.0 && values.iter().all(|value| *value <= groups.scale());
    (floor, if bounded { groups.scale() } else { f64::INFINITY })
}

/// Percentile limits of a statistic of the groups' values, each drawn from a normal distribution around its estimate.
///
/// `None` when a group has no standard error or a draw has no value. The limits are widened to hold the estimate, which
/// a percentile interval of a measure that cannot be negative need not do.
pub fn limits(groups: &Groups, sampling: &Sampling, statistic: impl Fn(&[f64]) -> f64) -> Option<[f64; 2]> {
    let errors = groups.errors()?;
    let (floor, ceiling) = range(groups);
    let mut random = Xoshiro256PlusPlus::seed_from_u64(sampling.seed);
    let mut drawn = vec![0.0; errors.len()];
    let mut statistics = Vec::with_capacity(sampling.repetitions);
    for _ in 0..sampling.repetitions {
        for ((slot, value), error) in drawn.iter_mut().zip(groups.values()).zip(&errors) {
            *slot = draw(*value, *error, floor, ceiling, &mut random);
        }
        let value = statistic(&drawn);
        if !value.is_finite() {
            return None;
        }
        statistics.push(value);
    }
    let estimate = statistic(groups.values());
    let lower = quantile(&mut statistics, sampling.confidence.tail());
    let upper = quantile(&mut statistics, 1.0 - sampling.confidence.tail());
    Some([lower.min(estimate), upper.max(estimate)])
}

fn draw(value: f64, error: f64, floor: f64, ceiling: f64, random: &mut Xoshiro256PlusPlus) -> f64 {
    for _ in 0..MOST_DRAWS {
        let normal: f64 = StandardNormal.sample(random);
        let drawn = value + error * normal;
        if (floor..=ceiling).contains(&drawn) {
            return drawn;
        }
    }
    value.clamp(floor, ceiling)
}

/// Sample quantile by linear interpolation (Hyndman and Fan's type 7, The American Statistician 50, 1996, p. 361).
fn quantile(values: &mut [f64], share: f64) -> f64 {
    let place = (values.len() - 1) as f64 * share;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place within the values")]
    let below = (place.floor() as usize).min(values.len() - 1);
    let (_, low, above) = values.select_nth_unstable_by(below, f64::total_cmp);
    let low = *low;
    let high = above.iter().copied().reduce(f64::min).unwrap_or(low);
    low + (place - place.floor()) * (high - low)
}
