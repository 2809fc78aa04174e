//! Beta calibration: from a model's chances to chances that are true on later data.
//!
//! Source: Kull, Silva Filho and Flach, Proceedings of AISTATS, PMLR 54 (2017) 623–631: the log-odds of the outcome are
//! `a · ln p − b · ln(1 − p) + c`, and a negative `a` or `b`, which would turn the order round, is left out.

use nalgebra::DVector;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::by_group::ByGroup;
use super::chance;
use super::doubt::{Covariance, Terms};
use super::months::BetweenMonths;
use super::newton::{Design, newton};
use crate::appointments::Appointments;
use crate::{Chances, Estimates, PredictError};

/// Rows that are worked on at once.
const BLOCK: usize = 1024;

/// A fitted calibration; it never changes the order of chances.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BetaCalibration {
    /// Weight of `ln p`.
    pub a: f64,
    /// Weight of `−ln(1 − p)`.
    pub b: f64,
    /// Shift.
    pub c: f64,
}

impl BetaCalibration {
    /// Fits to log-odds and what happened.
    pub fn fit(log_odds: &[f64], missed: &[bool]) -> Result<Self, PredictError> {
        // Chances that hardly differ have no slope to be found: everybody gets the mean.
        let Ok(both) = solve(log_odds, missed, true, true) else {
            return solve(log_odds, missed, false, false);
        };
        if both.a >= 0.0 && both.b >= 0.0 {
            return Ok(both);
        }
        let one = solve(log_odds, missed, both.a >= 0.0, both.b >= 0.0)?;
        // A model that ranks the wrong way round on later data says nothing: everybody gets the mean.
        Ok(Self { a: one.a.max(0.0), b: one.b.max(0.0), c: one.c })
    }

    /// The calibrated chance of log-odds.
    pub(crate) fn chance(&self, log_odds: f64) -> f64 {
        chance(self.log_odds(log_odds))
    }

    /// Log-odds put right.
    fn log_odds(&self, log_odds: f64) -> f64 {
        let (ln_p, ln_not) = logarithms(log_odds);
        self.a * ln_p - self.b * ln_not + self.c
    }
}

/// All that makes chances of a model's log-odds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Calibration {
    /// For everybody alike.
    pub beta: BetaCalibration,
    /// By group.
    pub by_group: ByGroup,
    /// How well the weights of both are known.
    pub covariance: Covariance,
    /// What goes on between months.
    pub between_months: BetweenMonths,
}

/// Log-odds of some rows and what happened.
#[derive(Clone, Copy)]
pub(crate) struct Evidence<'a> {
    /// Where the rows are from.
    pub appointments: &'a Appointments,
    /// The rows.
    pub rows: &'a [usize],
    /// Log-odds of each.
    pub log_odds: &'a [f64],
    /// Whether each was missed.
    pub missed: &'a [bool],
}

impl<'a> Evidence<'a> {
    /// The first rows, and the others.
    pub(crate) fn split_at(&self, rows: usize) -> (Self, Self) {
        let ((first, others), (of_first, of_others)) = (self.rows.split_at(rows), self.log_odds.split_at(rows));
        let (missed, missed_of_others) = self.missed.split_at(rows);
        let part =
            |rows: &'a [usize], log_odds: &'a [f64], missed: &'a [bool]| Self { rows, log_odds, missed, ..*self };
        (part(first, of_first, missed), part(others, of_others, missed_of_others))
    }
}

impl Calibration {
    /// Fits to the log-odds and what happened on the days of calibration, by these dimensions where the extract has them; the earlier
    /// days, of fitting, only help to tell what goes on between months.
    pub(crate) fn fit(earlier: &Evidence<'_>, own: &Evidence<'_>, by: &[&str]) -> Result<Self, PredictError> {
        let beta = BetaCalibration::fit(own.log_odds, own.missed)?;
        let right: Vec<f64> = own.log_odds.iter().map(|log_odds| beta.log_odds(*log_odds)).collect();
        let by_group = ByGroup::fit(&Evidence { log_odds: &right, ..*own }, by);
        let terms = Terms::new(&by_group, own.appointments, own.rows, own.log_odds);
        let of = |part: &Evidence<'_>| chances(&beta, &by_group, part.appointments, part.rows, part.log_odds.to_vec());
        let (before, chances) = (of(earlier), of(own));
        let people = own.rows.iter().map(|row| own.appointments.person[*row]);
        let outcomes = people.zip(&chances).zip(own.missed).map(|((person, p), missed)| (person, *p, *missed));
        let covariance = Covariance::fit(&terms, outcomes, [beta.a, beta.b].map(|weight| weight <= 0.0))?;
        let between_months = BetweenMonths::fit(months(earlier, &before, false).chain(months(own, &chances, true)));
        Ok(Self { beta, by_group, covariance, between_months })
    }

    /// Chances of some rows with what is in doubt about them.
    pub(crate) fn estimates(&self, appointments: &Appointments, rows: &[usize], log_odds: Vec<f64>) -> Estimates {
        let terms = Terms::new(&self.by_group, appointments, rows, &log_odds);
        Estimates::new(self.chances(appointments, rows, log_odds), terms, self.covariance.clone(), self.between_months)
    }

    /// Chances of some rows from the model's log-odds.
    pub(crate) fn chances(&self, appointments: &Appointments, rows: &[usize], log_odds: Vec<f64>) -> Chances {
        Chances::new(chances(&self.beta, &self.by_group, appointments, rows, log_odds))
    }
}

fn chances(
    beta: &BetaCalibration,
    by_group: &ByGroup,
    appointments: &Appointments,
    rows: &[usize],
    log_odds: Vec<f64>,
) -> Vec<f64> {
    let mut chances = log_odds;
    let each = chances.par_iter_mut().with_min_len(BLOCK).zip(by_group.adds(appointments, rows));
    each.for_each(|(value, adds)| *value = chance(beta.log_odds(*value) + adds));
    chances
}

/// For each row its month, its chance, whether it was missed, and whether it is of calibration.
fn months(evidence: &Evidence<'_>, chances: &[f64], calibrates: bool) -> impl Iterator<Item = (i32, f64, bool, bool)> {
    let each = evidence.rows.iter().zip(chances).zip(evidence.missed);
    each.map(move |((row, p), missed)| (evidence.appointments.month(*row), *p, *missed, calibrates))
}

/// `ln p` and `ln(1 − p)` of log-odds, without loss for large ones.
pub(super) fn logarithms(log_odds: f64) -> (f64, f64) {
    let beyond = (-log_odds.abs()).exp().ln_1p();
    if log_odds > 0.0 { (-beyond, -log_odds - beyond) } else { (log_odds - beyond, -beyond) }
}

fn solve(log_odds: &[f64], missed: &[bool], with_a: bool, with_b: bool) -> Result<BetaCalibration, PredictError> {
    let width = 1 + usize::from(with_a) + usize::from(with_b);
    let fill = |line: usize, x: &mut [f64]| {
        let (ln_p, ln_not) = logarithms(log_odds[line]);
        x[0] = 1.0;
        if with_a {
            x[1] = ln_p;
        }
        if with_b {
            x[width - 1] = -ln_not;
        }
    };
    let weights = newton(&Design { width, fill: &fill }, missed, 1e-6, DVector::zeros(width))?;
    let a = if with_a { weights[1] } else { 0.0 };
    let b = if with_b { weights[width - 1] } else { 0.0 };
    Ok(BetaCalibration { a, b, c: weights[0] })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::BetaCalibration;

    fn sample(truth: impl Fn(f64) -> f64) -> (Vec<f64>, Vec<bool>) {
        let (mut log_odds, mut missed) = (Vec::new(), Vec::new());
        for step in 0..60 {
            let z = f64::from(step) / 15.0 - 3.0;
            let hits = (truth(z) * 500.0).round();
            for k in 0..500 {
                log_odds.push(z);
                missed.push(f64::from(k) < hits);
            }
        }
        (log_odds, missed)
    }

    #[test]
    fn chances_that_are_true_stay_and_others_are_put_right() {
        let honest = |z: f64| 1.0 / (1.0 + (-z).exp());
        let (log_odds, missed) = sample(honest);
        let calibration = BetaCalibration::fit(&log_odds, &missed).unwrap();
        let (off, times) = (|z: f64| 1.0 / (1.0 + (-(0.5 * z - 1.0)).exp()), [-2.0, 0.0, 1.5]);
        for z in times {
            assert!((calibration.chance(z) - honest(z)).abs() < 0.01);
        }
        let (log_odds, missed) = sample(off);
        let calibration = BetaCalibration::fit(&log_odds, &missed).unwrap();
        for z in times {
            assert!((calibration.chance(z) - off(z)).abs() < 0.01);
        }
    }

    #[test]
    fn a_model_that_ranks_the_wrong_way_round_says_nothing() {
        let (log_odds, missed) = sample(|z| 1.0 / (1.0 + z.exp()));
        let calibration = BetaCalibration::fit(&log_odds, &missed).unwrap();
        assert!((calibration.chance(-2.0) - calibration.chance(2.0)).abs() < 1e-9);
    }

    proptest! {
        #[test]
        fn the_order_never_changes(a in 0.0..3.0_f64, b in 0.0..3.0_f64, c in -3.0..3.0_f64, z in -30.0..30.0_f64, d in 0.0..5.0_f64) {
            let calibration = BetaCalibration { a, b, c };
            let (low, high) = (calibration.chance(z), calibration.chance(z + d));
            prop_assert!(low <= high + 1e-12 && (0.0..=1.0).contains(&low) && (0.0..=1.0).contains(&high));
        }
    }
}
