//! Chances to be judged: with what the days of calibration leave in doubt about them.

use std::collections::BTreeMap;

use nalgebra::DVector;

use crate::Chances;
use crate::model::{BetweenMonths, Covariance, Terms};

/// Chances of some appointments and how well their level is known. Locked as [`Chances`] are.
pub struct Estimates {
    chances: Chances,
    terms: Terms,
    covariance: Covariance,
    between: BetweenMonths,
}

/// Standard errors that come from the days of calibration, and from what goes on between months.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Doubt {
    /// Of the mean chance.
    pub(crate) mean: f64,
    /// Of calibration in the large.
    pub(crate) intercept: f64,
    /// Of the calibration slope.
    pub(crate) slope: f64,
}

impl Estimates {
    pub(crate) fn new(chances: Chances, terms: Terms, covariance: Covariance, between: BetweenMonths) -> Self {
        Self { chances, terms, covariance, between }
    }

    /// The chances alone.
    pub fn chances(&self) -> &Chances {
        &self.chances
    }

    pub(crate) fn values(&self) -> &[f64] {
        self.chances.values()
    }

    /// How the number expected among some of them moves with each weight of the calibration.
    pub(crate) fn pull(&self, places: &[usize]) -> DVector<f64> {
        self.terms.sum(places.iter().map(|place| (*place, self.weight(*place))))
    }

    /// Variance of what moves so with the weights.
    pub(crate) fn variance(&self, pull: &DVector<f64>) -> f64 {
        self.covariance.variance(pull)
    }

    /// Standard error of the number expected among some of them: what the days of calibration leave in doubt, their months included.
    pub(crate) fn error_of_expected(&self, places: &[usize]) -> f64 {
        self.error(places, self.between.of_level(None))
    }

    fn error(&self, places: &[usize], level: f64) -> f64 {
        let of_all: f64 = places.iter().map(|place| self.weight(*place)).sum();
        (self.variance(&self.pull(places)) + level * of_all * of_all).sqrt()
    }

    /// What is in doubt about some of them.
    pub(crate) fn doubt(&self, places: &[usize]) -> Doubt {
        let of_all: f64 = places.iter().map(|place| self.weight(*place)).sum();
        let mut months = BTreeMap::<i32, f64>::new();
        for place in places {
            *months.entry(self.terms.month(*place)).or_default() += self.weight(*place);
        }
        let error = self.error(places, self.between.of_level(Some(&months)));
        let log_odds = |place: &usize| logit(self.values()[*place]);
        let middle = places.iter().map(|place| self.weight(*place) * log_odds(place)).sum::<f64>() / of_all;
        let from_middle = |place: &usize| self.weight(*place) * (log_odds(place) - middle);
        let spread: f64 = places.iter().map(|place| from_middle(place) * (log_odds(place) - middle)).sum();
        let tilt = self.terms.sum(places.iter().map(|place| (*place, from_middle(place))));
        Doubt {
            mean: error / places.len() as f64,
            intercept: error / of_all,
            slope: if spread > 0.0 { self.variance(&tilt).sqrt() / spread } else { 0.0 },
        }
    }

    fn weight(&self, place: usize) -> f64 {
        let p = self.values()[place];
        p * (1.0 - p)
    }
}

/// Log-odds; chances that are 0 or 1 to the last digit weigh nothing and must not make what they are multiplied by unknown.
fn logit(p: f64) -> f64 {
    let p = p.clamp(1e-12, 1.0 - 1e-12);
    (p / (1.0 - p)).ln()
}
