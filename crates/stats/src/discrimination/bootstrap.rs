//! Intervals by resampling people: a person's appointments stay together, because they are alike.
//!
//! Source: Field and Welsh, JRSS B 69 (2007) 369–390 (cluster bootstrap); Efron and Tibshirani, *An Introduction to the
//! Bootstrap* (1993), chapter 13 (percentile interval).

use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// Draws as many clusters as there are, with replacement, again and again, in the same way for the same seed.
#[derive(Clone, Debug)]
pub struct Resampler {
    clusters: Vec<u32>,
    count: usize,
    random: Xoshiro256PlusPlus,
    drawn: Vec<f64>,
}

impl Resampler {
    /// For rows that belong to these clusters (any numbers).
    pub fn new(clusters: &[u32], seed: u64) -> Self {
        let mut order: Vec<u32> = clusters.to_vec();
        order.sort_unstable();
        order.dedup();
        let dense = clusters.iter().map(|cluster| {
            // Every cluster is in `order`, which was made of them.
            u32::try_from(order.partition_point(|own| own < cluster)).unwrap_or(0)
        });
        let clusters: Vec<u32> = dense.collect();
        let count = order.len();
        Self { clusters, count, random: Xoshiro256PlusPlus::seed_from_u64(seed), drawn: vec![0.0; count] }
    }

    /// Number of clusters.
    pub fn clusters(&self) -> usize {
        self.count
    }

    /// How often each row was drawn, for the next sample.
    pub fn next_weights(&mut self, weights: &mut Vec<f64>) {
        self.drawn.fill(0.0);
        for _ in 0..self.count {
            let cluster = self.random.random_range(0..self.count);
            self.drawn[cluster] += 1.0;
        }
        weights.clear();
        weights.extend(self.clusters.iter().map(|cluster| self.drawn[*cluster as usize]));
    }
}

/// Percentile interval of the values that the samples gave; `None` where fewer than half of them gave one.
pub fn percentile_interval(values: &[Option<f64>], confidence: f64) -> Option<(f64, f64)> {
    let mut found: Vec<f64> = values.iter().copied().flatten().filter(|value| value.is_finite()).collect();
    if found.len() < 2 || found.len() * 2 < values.len() {
        return None;
    }
    found.sort_by(f64::total_cmp);
    let tail = (1.0 - confidence) / 2.0;
    Some((of_sorted(&found, tail), of_sorted(&found, 1.0 - tail)))
}

/// Quantile of sorted values, between neighbours in a straight line (type 7 of Hyndman and Fan, The American Statistician 50
/// (1996) 361–365).
fn of_sorted(sorted: &[f64], share: f64) -> f64 {
    let place = share * (sorted.len() - 1) as f64;
    let part = place.fract();
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a position among the values")]
    let below = place as usize;
    let above = (below + 1).min(sorted.len() - 1);
    sorted[below] + part * (sorted[above] - sorted[below])
}

#[cfg(test)]
mod tests {
    use super::{Resampler, percentile_interval};

    #[test]
    fn rows_of_a_person_stay_together_and_a_seed_gives_the_same_samples() {
        let people = [7, 7, 3, 9, 9, 9];
        let (mut first, mut second) = (Resampler::new(&people, 5), Resampler::new(&people, 5));
        let (mut a, mut b) = (Vec::new(), Vec::new());
        for _ in 0..20 {
            first.next_weights(&mut a);
            second.next_weights(&mut b);
            assert_eq!(a, b);
            assert!((a[0] - a[1]).abs() < 1e-12 && (a[3] - a[5]).abs() < 1e-12);
            assert!((a[0] + a[2] + a[3] - 3.0).abs() < 1e-12);
        }
    }

    #[test]
    fn an_interval_needs_enough_samples() {
        let values: Vec<Option<f64>> = (0..=100).map(|value| Some(f64::from(value))).collect();
        let (lower, upper) = percentile_interval(&values, 0.9).unwrap();
        assert!((lower - 5.0).abs() < 1e-9 && (upper - 95.0).abs() < 1e-9);
        assert_eq!(percentile_interval(&[Some(1.0), None, None], 0.95), None);
    }
}
