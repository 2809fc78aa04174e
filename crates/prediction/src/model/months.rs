//! How far the level of missed appointments goes up and down from month to month beyond chance. What the months of calibration had of it is
//! in every chance; what later months have of it is in what happened; neither can be known beforehand.
//!
//! Source: variance between months by the moment estimator of `DerSimonian` and Laird, Controlled Clinical Trials 7 (1986) 177–188, of
//! each month's log-odds against those of its chances.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// Fewest months that tell anything of what goes on between them.
const FEWEST: usize = 6;

/// What goes on between months.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct BetweenMonths {
    /// Variance of the months' levels, in log-odds; 0 where it is not beyond chance, or not known of fewer than six months.
    pub variance: f64,
    /// How many months of one size tell as much as those of calibration.
    pub calibrated_on: f64,
}

/// Missed less expected, and the variance of that by chance, of one month.
#[derive(Clone, Copy, Default)]
struct Month {
    off: f64,
    variance: f64,
}

impl BetweenMonths {
    /// Of appointments of fitting and calibration: for each its month, its chance, whether it was missed, and whether it is of calibration.
    pub(super) fn fit(rows: impl Iterator<Item = (i32, f64, bool, bool)>) -> Self {
        let (mut all, mut calibration) = (BTreeMap::<i32, Month>::new(), BTreeMap::<i32, f64>::new());
        for (month, p, missed, calibrates) in rows {
            let own = all.entry(month).or_default();
            own.off += f64::from(u8::from(missed)) - p;
            own.variance += p * (1.0 - p);
            if calibrates {
                *calibration.entry(month).or_default() += p * (1.0 - p);
            }
        }
        Self {
            variance: between(&all.into_values().collect::<Vec<_>>()),
            calibrated_on: as_many_as(calibration.into_values()),
        }
    }

    /// Variance of the difference in level between the days of calibration and others, given the weight of each of their months; or, without
    /// months, what the days of calibration alone have of it.
    pub(crate) fn of_level(&self, months: Option<&BTreeMap<i32, f64>>) -> f64 {
        let part = |months: f64| if months > 0.0 { self.variance / months } else { 0.0 };
        part(self.calibrated_on) + months.map_or(0.0, |own| part(as_many_as(own.values().copied())))
    }
}

fn between(months: &[Month]) -> f64 {
    let months: Vec<&Month> = months.iter().filter(|own| own.variance > 0.0).collect();
    if months.len() < FEWEST {
        return 0.0;
    }
    let weight: f64 = months.iter().map(|own| own.variance).sum();
    let middle = months.iter().map(|own| own.off).sum::<f64>() / weight;
    let spread: f64 = months.iter().map(|own| (own.off - middle * own.variance).powi(2) / own.variance).sum();
    let squares: f64 = months.iter().map(|own| own.variance.powi(2)).sum();
    ((spread - (months.len() - 1) as f64) / (weight - squares / weight)).max(0.0)
}

/// How many parts of one size tell as much as parts of these weights.
fn as_many_as(weights: impl Iterator<Item = f64>) -> f64 {
    let (sum, squares) = weights.fold((0.0, 0.0), |(sum, squares), own| (sum + own, squares + own * own));
    if squares > 0.0 { sum * sum / squares } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_xoshiro::Xoshiro256PlusPlus;

    use super::BetweenMonths;
    use crate::model::chance;

    /// Two years of 4,000 appointments a month with a chance of a tenth, moved by `spread` from month to month.
    fn found(spread: f64) -> BetweenMonths {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(5);
        let mut rows = Vec::new();
        for month in 0..24 {
            // Twelve numbers between 0 and 1 add up to nearly a normal one.
            let moved = spread * ((0..12).map(|_| random.random::<f64>()).sum::<f64>() - 6.0);
            for _ in 0..4000 {
                rows.push((month, 0.1, random.random::<f64>() < chance((0.1_f64 / 0.9).ln() + moved), month >= 20));
            }
        }
        BetweenMonths::fit(rows.into_iter())
    }

    #[test]
    fn what_goes_on_between_months_is_found_and_nothing_where_nothing_does() {
        let planted = found(0.2);
        assert!((0.12..0.3).contains(&planted.variance.sqrt()), "{planted:?}");
        assert!((planted.calibrated_on - 4.0).abs() < 1e-9);
        assert!(found(0.0).variance.sqrt() < 0.04);
        let later = (0..6).map(|month| (month, 2.0)).collect();
        assert!((planted.of_level(Some(&later)) - planted.variance * (1.0 / 4.0 + 1.0 / 6.0)).abs() < 1e-12);
        assert!((planted.of_level(None) - planted.variance / 4.0).abs() < 1e-12);
    }

    #[test]
    fn a_few_months_say_nothing() {
        let rows = (0..5).flat_map(|month| (0..100).map(move |row| (month, 0.1, row < 10 * month, true)));
        assert!(BetweenMonths::fit(rows).variance.abs() < f64::EPSILON);
    }
}
