//! What the days of calibration leave in doubt: they too hold only so many missed appointments, so that the level of chances has an
//! error of its own, which no sample of later appointments shows.
//!
//! The weights of a calibration (three of beta calibration, one for each group) have the covariance of a penalised likelihood at
//! its maximum, multiplied by how much more missed appointments vary between people than single ones would. What follows for
//! mean, intercept and slope is of the first order (delta method). What fitting itself left in doubt is not in it.
//!
//! Sources: normal approximation at the maximum, Gelman et al., Bayesian Data Analysis, 3rd edition, 2013, 83–84; dispersion,
//! `McCullagh` and Nelder, Generalized Linear Models, 2nd edition, 1989, 124–128.

use std::collections::HashMap;

use nalgebra::{DMatrix, DVector};
use serde::{Deserialize, Serialize};

use super::ByGroup;
use super::by_group::{Known, SPREAD};
use super::calibrate::logarithms;
use crate::PredictError;
use crate::appointments::Appointments;

/// Weights of beta calibration, which stand before those of the groups.
const BETA: usize = 3;
/// Penalty of weights that were left out: they are what they are.
const FIXED: f64 = 1e12;

/// Covariance of the weights of a calibration.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Covariance {
    /// Its lower triangle, row after row.
    lower: Vec<f64>,
}

/// For each of some rows, what its calibrated log-odds are made of.
pub(crate) struct Terms {
    /// `ln p` and `−ln(1 − p)` of the model's own chance.
    of_chance: Vec<[f64; 2]>,
    /// For each dimension, the place of each row's group among the weights.
    places: Vec<Vec<Option<usize>>>,
    months: Vec<i32>,
    width: usize,
}

impl Terms {
    pub(super) fn new(by_group: &ByGroup, appointments: &Appointments, rows: &[usize], log_odds: &[f64]) -> Self {
        let of_chance = log_odds.iter().map(|own| logarithms(*own)).map(|(ln_p, ln_not)| [ln_p, -ln_not]).collect();
        let (mut places, mut width) = (Vec::new(), BETA);
        for (own, codes) in by_group.in_order(appointments) {
            if let Some(Known { groups, places: by_code }) = codes {
                let of_row = |row: &usize| by_code[groups.codes[*row] as usize].map(|place| width + place);
                places.push(rows.iter().map(of_row).collect());
            }
            width += own.groups.len();
        }
        let months = rows.iter().map(|row| appointments.month(*row)).collect();
        Self { of_chance, places, months, width }
    }

    /// The places and values of a row's terms.
    fn of_row(&self, row: usize) -> impl Iterator<Item = (usize, f64)> + Clone {
        let [a, b] = self.of_chance[row];
        let groups = self.places.iter().filter_map(move |places| places[row]).map(|place| (place, 1.0));
        [(0, a), (1, b), (2, 1.0)].into_iter().chain(groups)
    }

    pub(crate) fn month(&self, row: usize) -> i32 {
        self.months[row]
    }

    /// The terms of some rows added up, each times its weight.
    pub(crate) fn sum(&self, rows: impl Iterator<Item = (usize, f64)>) -> DVector<f64> {
        let mut sum = DVector::zeros(self.width);
        for (row, weight) in rows {
            for (place, value) in self.of_row(row) {
                sum[place] += weight * value;
            }
        }
        sum
    }
}

impl Covariance {
    /// Of weights that were fitted to some rows: for each its person, its calibrated chance and whether it was missed. `fixed` says which
    /// of beta calibration's first two weights were left out.
    pub(super) fn fit(
        terms: &Terms,
        rows: impl Iterator<Item = (u32, f64, bool)>,
        fixed: [bool; 2],
    ) -> Result<Self, PredictError> {
        let mut second = DMatrix::<f64>::zeros(terms.width, terms.width);
        let mut by_person: HashMap<u32, f64> = HashMap::new();
        let mut expected_variance = 0.0;
        for (row, (person, p, missed)) in rows.enumerate() {
            let weight = p * (1.0 - p);
            for (one, value) in terms.of_row(row) {
                for (other, with) in terms.of_row(row) {
                    second[(one, other)] += weight * value * with;
                }
            }
            expected_variance += weight;
            *by_person.entry(person).or_default() += f64::from(u8::from(missed)) - p;
        }
        let penalties = fixed.map(|fixed| if fixed { FIXED } else { 1e-6 }).into_iter().chain([1e-9]);
        for (place, penalty) in
            penalties.chain(std::iter::repeat(1.0 / (SPREAD * SPREAD))).take(terms.width).enumerate()
        {
            second[(place, place)] += penalty;
        }
        let Some(factor) = second.cholesky() else {
            return Err(PredictError::Fit("what chances are put right by depends on each other entirely".to_owned()));
        };
        // Sums that do not depend on the order of a map.
        let mut squares: Vec<f64> = by_person.into_values().map(|off| off * off).collect();
        squares.sort_unstable_by(f64::total_cmp);
        let dispersion = (squares.iter().sum::<f64>() / expected_variance).max(1.0);
        let whole = factor.inverse() * dispersion;
        let lower = (0..terms.width).flat_map(|row| (0..=row).map(move |column| (row, column)));
        Ok(Self { lower: lower.map(|place| whole[place]).collect() })
    }

    /// Variance of a weighted sum of the weights.
    pub(crate) fn variance(&self, of: &DVector<f64>) -> f64 {
        let (mut sum, mut place) = (0.0, 0);
        for row in 0..of.len() {
            for column in 0..=row {
                let twice = if row == column { 1.0 } else { 2.0 };
                sum += twice * self.lower.get(place).copied().unwrap_or(0.0) * of[row] * of[column];
                place += 1;
            }
        }
        sum.max(0.0)
    }
}

#[cfg(test)]
mod tests {
    use super::{Covariance, Terms};
    use crate::model::BetweenMonths;
    use crate::{Chances, Estimates};

    /// Appointments of two groups with chances that are true by construction, `times` of each person.
    fn estimates(times: u32) -> (Estimates, f64) {
        let (mut of_chance, mut groups, mut rows, mut variance) = (Vec::new(), Vec::new(), Vec::new(), 0.0);
        for number in 0..4000_u32 {
            let p = 0.1 + 0.05 * f64::from(number / times % 8);
            variance += p * (1.0 - p);
            of_chance.push([p.ln(), -(1.0 - p).ln()]);
            groups.push((number % 5 != 0).then_some(3 + (number % 2) as usize));
            // A person misses all or nothing.
            rows.push((number / times, p, f64::from(number / times * 7919 % 1000) < p * 1000.0));
        }
        let terms = |of_chance: &[[f64; 2]]| Terms {
            of_chance: of_chance.to_vec(),
            places: vec![groups.clone()],
            months: vec![0; of_chance.len()],
            width: 5,
        };
        let covariance = Covariance::fit(&terms(&of_chance), rows.iter().copied(), [false; 2]).unwrap();
        let chances = Chances::new(rows.iter().map(|(_, p, _)| *p).collect());
        (Estimates::new(chances, terms(&of_chance), covariance, BetweenMonths::default()), variance)
    }

    /// At the maximum as many are expected as were missed, so the number expected on the days of calibration is as uncertain as the number
    /// missed.
    #[test]
    fn what_is_expected_is_as_uncertain_as_what_happened() {
        let all: Vec<usize> = (0..4000).collect();
        let (single, variance) = estimates(1);
        let error = single.error_of_expected(&all);
        assert!((error / variance.sqrt() - 1.0).abs() < 0.05, "{error} {variance}");
        let doubt = single.doubt(&all);
        assert!((doubt.mean - error / 4000.0).abs() < 1e-12 && (doubt.intercept - error / variance).abs() < 1e-12);
        // People who miss all or nothing tell less than as many single appointments.
        let (together, variance) = estimates(8);
        let error = together.error_of_expected(&all);
        assert!((2.3..3.3).contains(&(error / variance.sqrt())), "{error} {variance}");
        assert!(together.doubt(&all).slope > 2.0 * doubt.slope);
    }

    /// A half is known less well than the whole, and less well than by itself: the other half helps.
    #[test]
    fn a_group_is_known_by_what_it_shares_with_others() {
        let (single, _) = estimates(1);
        let half: Vec<usize> = (0..4000).filter(|place| place % 5 != 0 && place % 2 == 1).collect();
        let alone: f64 = half.iter().map(|place| single.values()[*place]).map(|p| p * (1.0 - p)).sum();
        let error = single.error_of_expected(&half);
        assert!(error < alone.sqrt(), "{error} {alone}");
        assert!(single.doubt(&half).mean > single.doubt(&(0..4000).collect::<Vec<usize>>()).mean);
    }
}
