//! Models: a readable linear one and boosted trees, each calibrated on later data, and their file.

mod boosted;
mod by_group;
mod calibrate;
mod doubt;
mod file;
mod flat;
mod logistic;
mod months;
mod newton;

use serde::{Deserialize, Serialize};

pub use boosted::{Boosted, Ground, Part, Settings};
pub use by_group::{ByGroup, OfDimension};
pub(crate) use calibrate::Evidence;
pub use calibrate::{BetaCalibration, Calibration};
pub use doubt::Covariance;
pub(crate) use doubt::Terms;
pub(crate) use file::checksum;
pub use file::{MODEL_VERSION, MadeOf, Saved, read_model, write_model};
pub use logistic::{Coefficient, Logistic, Shape};
pub use months::BetweenMonths;

use crate::appointments::Appointments;
use crate::features::Matrix;
use crate::{Chances, Estimates};

/// Which model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ModelKind {
    /// Regularised logistic regression.
    Logistic,
    /// Gradient-boosted trees, averaged with the same.
    Boosted,
}

/// A fitted model: log-odds from features.
#[derive(Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Model {
    /// Regularised logistic regression.
    Logistic(Logistic),
    /// Gradient-boosted trees, averaged with the same.
    Boosted(Box<Boosted>),
}

impl Model {
    /// Log-odds of missing, before calibration.
    pub(crate) fn log_odds(&self, matrix: &Matrix, rows: &[usize]) -> Vec<f64> {
        match self {
            Self::Logistic(model) => model.log_odds(matrix, rows),
            Self::Boosted(model) => model.log_odds(matrix, rows),
        }
    }

    /// What each feature adds to the log-odds of some rows, a row after another, against an average appointment of the fitting.
    pub(crate) fn contributions(&self, matrix: &Matrix, rows: &[usize]) -> Vec<f64> {
        match self {
            Self::Logistic(model) => model.contributions(matrix, rows),
            Self::Boosted(model) => {
                let width = matrix.columns.len();
                let with_base = model.contributions(matrix, rows);
                with_base.chunks(width + 1).flat_map(|row| row[..width].iter().copied()).collect()
            }
        }
    }

    /// Which one it is.
    pub fn kind(&self) -> ModelKind {
        match self {
            Self::Logistic(_) => ModelKind::Logistic,
            Self::Boosted(_) => ModelKind::Boosted,
        }
    }
}

impl ModelKind {
    /// Its name for a reader.
    pub fn title(self) -> &'static str {
        match self {
            Self::Logistic => "regularised logistic regression",
            Self::Boosted => "gradient-boosted trees averaged with a regularised logistic regression",
        }
    }
}

/// Chance of log-odds.
pub(crate) fn chance(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

/// Rows with outcomes.
pub(crate) fn part<'a>(rows: &'a [usize], missed: &'a [bool]) -> Part<'a> {
    Part { rows, missed }
}

impl Saved {
    /// Calibrated chances of missing for some rows of a matrix that has the model's features in any order.
    pub fn chances(&self, appointments: &Appointments, matrix: &Matrix, rows: &[usize]) -> Chances {
        self.calibration.chances(appointments, rows, self.log_odds(appointments, matrix, rows))
    }

    /// The same with what is in doubt about them, to be judged.
    pub fn estimates(&self, appointments: &Appointments, matrix: &Matrix, rows: &[usize]) -> Estimates {
        self.calibration.estimates(appointments, rows, self.log_odds(appointments, matrix, rows))
    }

    fn log_odds(&self, appointments: &Appointments, matrix: &Matrix, rows: &[usize]) -> Vec<f64> {
        if matrix.features == self.used {
            return self.model.log_odds(matrix, rows);
        }
        self.model.log_odds(&matrix.in_order(&self.used, appointments.len()), rows)
    }
}
