//! Regularised logistic regression: the readable baseline, by Newton's method with a ridge penalty.
//!
//! Every feature is put on one scale (mean 0, standard deviation 1, logarithm first where the feature set says so). A value that
//! is not known stands at the mean, and whether it is known is a feature of its own.
//!
//! Source: le Cessie and van Houwelingen, Applied Statistics 41 (1992) 191–201.

use nalgebra::{DMatrix, DVector};
use serde::{Deserialize, Serialize};

use super::chance;
use crate::PredictError;
use crate::features::Matrix;

/// Most Newton steps.
const STEPS: usize = 60;
/// Log-odds change smaller than this ends the fit.
const CLOSE: f64 = 1e-9;

/// A fitted linear model.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Logistic {
    /// Log-odds of somebody average.
    pub intercept: f64,
    /// The features, in the order of the matrix.
    pub coefficients: Vec<Coefficient>,
}

/// What one feature adds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Coefficient {
    /// The feature.
    pub feature: String,
    /// How its values are put on one scale.
    pub shape: Shape,
    /// Log-odds for each standard deviation above the mean.
    pub weight: f64,
    /// Log-odds where it is not known.
    pub unknown: f64,
}

/// How values are put on one scale.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Shape {
    /// Whether the logarithm (of one more) is taken first.
    pub log: bool,
    /// Mean of the known values.
    pub mean: f64,
    /// Standard deviation of the known values; 1 where there is none.
    pub spread: f64,
}

impl Shape {
    fn of(values: &[f64], log: bool) -> Self {
        let known: Vec<f64> = values
            .iter()
            .filter(|value| !value.is_nan())
            .map(|value| if log { value.max(0.0).ln_1p() } else { *value })
            .collect();
        if known.is_empty() {
            return Self { log, mean: 0.0, spread: 1.0 };
        }
        let mean = known.iter().sum::<f64>() / known.len() as f64;
        let spread = (known.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / known.len() as f64).sqrt();
        Self { log, mean, spread: if spread > 1e-12 { spread } else { 1.0 } }
    }

    /// A value on one scale; `None` where it is not known.
    pub fn scaled(&self, value: f64) -> Option<f64> {
        if value.is_nan() {
            return None;
        }
        let value = if self.log { value.max(0.0).ln_1p() } else { value };
        Some((value - self.mean) / self.spread)
    }
}

impl Coefficient {
    /// Log-odds that a value adds.
    pub fn adds(&self, value: f64) -> f64 {
        self.shape.scaled(value).map_or(self.unknown, |scaled| self.weight * scaled)
    }
}

impl Logistic {
    /// Fits on some rows; `penalty` is the ridge on each weight.
    pub fn fit(
        matrix: &Matrix,
        log: &[bool],
        rows: &[usize],
        missed: &[bool],
        penalty: f64,
    ) -> Result<Self, PredictError> {
        let count = matrix.features.len();
        let shapes: Vec<Shape> = matrix
            .columns
            .iter()
            .zip(log)
            .map(|(column, log)| Shape::of(&rows.iter().map(|row| column[*row]).collect::<Vec<_>>(), *log))
            .collect();
        // Intercept, then for each feature its scaled value and whether it is not known.
        let width = 1 + 2 * count;
        let mut x = DMatrix::<f64>::zeros(rows.len(), width);
        for (line, row) in rows.iter().enumerate() {
            x[(line, 0)] = 1.0;
            for (feature, shape) in shapes.iter().enumerate() {
                match shape.scaled(matrix.columns[feature][*row]) {
                    Some(scaled) => x[(line, 1 + 2 * feature)] = scaled,
                    None => x[(line, 2 + 2 * feature)] = 1.0,
                }
            }
        }
        let weights = newton(&x, missed, penalty)?;
        let coefficient = |(feature, shape): (usize, &Shape)| Coefficient {
            feature: matrix.features[feature].clone(),
            shape: *shape,
            weight: weights[1 + 2 * feature],
            unknown: weights[2 + 2 * feature],
        };
        Ok(Self { intercept: weights[0], coefficients: shapes.iter().enumerate().map(coefficient).collect() })
    }

    /// What each feature adds to the log-odds of some rows, a row after another.
    pub(crate) fn contributions(&self, matrix: &Matrix, rows: &[usize]) -> Vec<f64> {
        let of_row = |row: &usize| {
            let adds = self.coefficients.iter().zip(&matrix.columns).map(|(own, column)| own.adds(column[*row]));
            adds.collect::<Vec<f64>>()
        };
        rows.iter().flat_map(of_row).collect()
    }

    /// Log-odds of some rows.
    pub(crate) fn log_odds(&self, matrix: &Matrix, rows: &[usize]) -> Vec<f64> {
        let mut sums = vec![self.intercept; rows.len()];
        for (coefficient, column) in self.coefficients.iter().zip(&matrix.columns) {
            for (sum, row) in sums.iter_mut().zip(rows) {
                *sum += coefficient.adds(column[*row]);
            }
        }
        sums
    }
}

/// Maximum of the penalised likelihood; the intercept is not penalised.
pub(super) fn newton(x: &DMatrix<f64>, missed: &[bool], penalty: f64) -> Result<DVector<f64>, PredictError> {
    let mut weights = DVector::<f64>::zeros(x.ncols());
    for _ in 0..STEPS {
        let log_odds = x * &weights;
        let mut residual = DVector::<f64>::zeros(x.nrows());
        let mut weighted = x.clone();
        for line in 0..x.nrows() {
            let p = chance(log_odds[line]);
            residual[line] = f64::from(u8::from(missed[line])) - p;
            let root = (p * (1.0 - p)).max(1e-12).sqrt();
            weighted.row_mut(line).scale_mut(root);
        }
        let mut gradient = x.tr_mul(&residual);
        let mut hessian = weighted.tr_mul(&weighted);
        for position in 0..x.ncols() {
            let ridge = if position == 0 { 1e-9 } else { penalty };
            gradient[position] -= ridge * weights[position];
            hessian[(position, position)] += ridge;
        }
        let Some(factor) = hessian.cholesky() else {
            return Err(PredictError::Fit("its features depend on each other entirely".to_owned()));
        };
        let mut step = factor.solve(&gradient);
        let length = step.amax();
        if !length.is_finite() {
            return Err(PredictError::Fit("the likelihood has no maximum".to_owned()));
        }
        // Long steps overshoot where the outcomes are nearly separated.
        if length > 3.0 {
            step *= 3.0 / length;
        }
        weights += step;
        if length < CLOSE {
            return Ok(weights);
        }
    }
    Err(PredictError::Fit("Newton's method does not settle: the outcomes may be separated entirely".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::Logistic;
    use crate::features::Matrix;

    /// Two features, one of them not known in places, with weights that are known.
    #[test]
    fn planted_weights_are_found() {
        let (mut a, mut b, mut missed) = (Vec::new(), Vec::new(), Vec::new());
        // A lattice of values, each repeated in proportion to its chance: the maximum is the truth but for rounding.
        for i in 0..9 {
            for j in 0..9 {
                let (u, v) = (f64::from(i) / 4.0 - 1.0, f64::from(j) / 4.0 - 1.0);
                let known = (i + j) % 3 != 0;
                let log_odds = -1.0 + 0.8 * u + if known { -0.5 * v } else { 0.6 };
                let hits = (400.0 / (1.0 + f64::exp(-log_odds))).round();
                for k in 0..400 {
                    a.push(u);
                    b.push(if known { v } else { f64::NAN });
                    missed.push(f64::from(k) < hits);
                }
            }
        }
        let rows: Vec<usize> = (0..a.len()).collect();
        let matrix = Matrix { features: vec!["a".into(), "b".into()], columns: vec![a, b] };
        let model = Logistic::fit(&matrix, &[false, false], &rows, &missed, 1e-6).unwrap();
        let slope = |position: usize| model.coefficients[position].weight / model.coefficients[position].shape.spread;
        assert!((slope(0) - 0.8).abs() < 0.01 && (slope(1) + 0.5).abs() < 0.01, "{model:?}");
        let log_odds = model.log_odds(&matrix, &[0]);
        assert!((log_odds[0] - (-1.0 - 0.8 + 0.6)).abs() < 0.02);
        let ridged = Logistic::fit(&matrix, &[false, false], &rows, &missed, 1e5).unwrap();
        assert!(ridged.coefficients[0].weight.abs() < model.coefficients[0].weight.abs() / 2.0);
    }
}
