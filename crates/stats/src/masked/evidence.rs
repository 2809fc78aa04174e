//! What each leaf's counts say about its change beyond the whole's, and how uncertain months make it.
//!
//! A leaf's log-odds are those of the whole in every period, moved by the leaf's own constant; its change beyond the
//! whole's is measured by the score and information of one more constant after the split (Peto's one-step estimate), so
//! that common months, seasons and the whole's own change drop out, and leaves with few events carry little weight
//! instead of a wild estimate. Scores and informations of leaves add up to those of coarser strata.
//!
//! SOURCE: Yusuf, Peto, Lewis, Collins and Sleight, "Beta blockade during and after myocardial infarction: an overview of
//! the randomized trials", Progress in Cardiovascular Diseases 27 (1985), p. 335–371 (the one-step estimate).

use super::cells::{Cells, Level};
use crate::multilevel::Count;

/// Evidence of one leaf.
#[derive(Clone, Debug)]
pub(super) struct Evidence {
    /// Estimated change of the log-odds beyond the whole's.
    pub change: f64,
    /// Its information (inverse variance, counts only); 0 where the leaf says nothing.
    pub information: f64,
    /// Information of each period about the leaf's log-odds.
    pub by_period: Vec<f64>,
    /// Events beyond those expected in each period, the leaf's own levels before and after taken out.
    pub residuals: Vec<f64>,
}

/// Log-odds of the whole in each period.
pub(super) fn whole(cells: &Cells) -> Vec<f64> {
    (0..cells.periods())
        .map(|period| {
            let own = cells.leaves.iter().map(|leaf| leaf.counts[period]);
            let (x, n) = own.fold((0.5, 1.0), |sum, count| (sum.0 + count.events, sum.1 + count.trials));
            (x / (n - x)).ln()
        })
        .collect()
}

/// Evidence of every leaf.
pub(super) fn of_leaves(cells: &Cells) -> Vec<Evidence> {
    let whole = whole(cells);
    cells.leaves.iter().map(|leaf| of_leaf(&leaf.counts, &whole, cells.split)).collect()
}

fn of_leaf(counts: &[Count], whole: &[f64], split: usize) -> Evidence {
    let periods = counts.len();
    let silent =
        Evidence { change: 0.0, information: 0.0, by_period: vec![0.0; periods], residuals: vec![0.0; periods] };
    let Some(level) = level(counts, whole) else { return silent };
    let chance = |period: usize, level: f64| 1.0 / (1.0 + (-(whole[period] + level)).exp());
    let by_period: Vec<f64> = (0..periods)
        .map(|period| {
            let p = chance(period, level);
            counts[period].trials * p * (1.0 - p)
        })
        .collect();
    let (before, after) = (by_period[..split].iter().sum::<f64>(), by_period[split..].iter().sum::<f64>());
    if before <= 0.0 || after <= 0.0 {
        return silent;
    }
    let score: f64 =
        (split..periods).map(|period| counts[period].events - counts[period].trials * chance(period, level)).sum();
    let information = before * after / (before + after);
    let mut residuals = vec![0.0; periods];
    for span in [0..split, split..periods] {
        if let Some(own) = self::level(&counts[span.clone()], &whole[span.clone()]) {
            for period in span {
                residuals[period] = counts[period].events - counts[period].trials * chance(period, own);
            }
        }
    }
    Evidence { change: score / information, information, by_period, residuals }
}

/// The constant at which as many events are expected as happened; `None` without events or with nothing but events.
fn level(counts: &[Count], whole: &[f64]) -> Option<f64> {
    let events: f64 = counts.iter().map(|count| count.events).sum();
    let trials: f64 = counts.iter().map(|count| count.trials).sum();
    if events <= 0.0 || events >= trials {
        return None;
    }
    let (mut low, mut high, mut level) = (-30.0, 30.0, 0.0);
    for _ in 0..100 {
        let (mut expected, mut slope) = (0.0, 0.0);
        for (count, whole) in counts.iter().zip(whole) {
            let p = 1.0 / (1.0 + (-(whole + level)).exp());
            expected += count.trials * p;
            slope += count.trials * p * (1.0 - p);
        }
        if expected > events {
            high = level;
        } else {
            low = level;
        }
        let newton = level + (events - expected) / slope;
        let next = if newton > low && newton < high { newton } else { f64::midpoint(low, high) };
        if (next - level).abs() < 1e-10 {
            return Some(next);
        }
        level = next;
    }
    Some(level)
}

/// Variance that the variation of months beyond chance adds to the change of each stratum of a level: the variance of
/// a month's log-odds times the share of the change that a month carries, squared and summed.
pub(super) fn noise(evidence: &[Evidence], level: &Level, split: usize, month_variance: f64) -> Vec<f64> {
    let mut periods = vec![vec![0.0; evidence.first().map_or(0, |own| own.by_period.len())]; level.strata.len()];
    for (own, stratum) in evidence.iter().zip(&level.of_leaf) {
        periods[*stratum].iter_mut().zip(&own.by_period).for_each(|(sum, value)| *sum += value);
    }
    let part = |own: &[f64]| {
        let total: f64 = own.iter().sum();
        if total > 0.0 { own.iter().map(|value| (value / total).powi(2)).sum() } else { 0.0 }
    };
    periods.iter().map(|own| month_variance * (part(&own[..split]) + part(&own[split..]))).collect()
}
