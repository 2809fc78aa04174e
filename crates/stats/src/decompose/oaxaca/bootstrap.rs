//! Limits of the parts by a seeded bootstrap in which every row counts a Poisson number of times.

use rand::SeedableRng;
use rand_distr::{Distribution, Poisson};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::{Data, Problem};

/// Of so many repetitions at least this share must have an answer.
const LEAST_ANSWERED: f64 = 0.9;

/// Percentile limits of the seven parts; `None` when none are asked for or too many repetitions cannot be fitted.
///
/// A row that stands for w people is drawn a Poisson(w) number of times: the bootstrap of people, without unfolding rows.
pub fn limits(problem: &Problem, data: &Data<'_>) -> Option<[[f64; 2]; 7]> {
    let repetitions = problem.settings.repetitions;
    if repetitions == 0 {
        return None;
    }
    let mut random = Xoshiro256PlusPlus::seed_from_u64(problem.settings.seed);
    let mut totals: [Vec<f64>; 7] = Default::default();
    let mut weights = vec![0.0; data.weights.len()];
    for _ in 0..repetitions {
        for (slot, weight) in weights.iter_mut().zip(data.weights) {
            *slot = Poisson::new(*weight).map_or(0.0, |poisson| poisson.sample(&mut random));
        }
        let Some(parts) = problem.parts(data.outcomes, &weights) else { continue };
        for (list, (total, _)) in totals.iter_mut().zip(&parts) {
            if total.is_finite() {
                list.push(*total);
            }
        }
    }
    if totals.iter().any(|list| (list.len() as f64) < LEAST_ANSWERED * repetitions as f64) {
        return None;
    }
    let tail = problem.settings.confidence.tail();
    Some(totals.map(|mut list| {
        list.sort_by(f64::total_cmp);
        [quantile(&list, tail), quantile(&list, 1.0 - tail)]
    }))
}

fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = (sorted.len() - 1) as f64 * share;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place within the list")]
    let below = place.floor() as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + (place - place.floor()) * (sorted[above] - sorted[below])
}
