//! Weighted linear and logistic regression on a small design matrix.

use nalgebra::{DMatrix, DVector};

use super::Model;

const MOST_STEPS: usize = 60;

/// Rows of a design matrix, one after the other, each of `width` numbers.
#[derive(Clone, Copy)]
pub struct Matrix<'a> {
    /// All numbers.
    pub values: &'a [f64],
    /// Numbers in a row.
    pub width: usize,
}

impl<'a> Matrix<'a> {
    /// The rows in order.
    pub fn rows(&self) -> std::slice::ChunksExact<'a, f64> {
        self.values.chunks_exact(self.width)
    }
}

/// Expected outcome on a line.
pub fn mean(model: Model, line: f64) -> f64 {
    match model {
        Model::Linear => line,
        Model::Logit => 1.0 / (1.0 + (-line).exp()),
    }
}

/// The product of a row and coefficients.
pub fn line(row: &[f64], coefficients: &[f64]) -> f64 {
    row.iter().zip(coefficients).map(|(one, other)| one * other).sum()
}

/// Coefficients by weighted least squares or maximum likelihood; `None` when columns depend on one another, or outcomes
/// separate fully.
pub fn fit(model: Model, x: Matrix<'_>, outcomes: &[f64], weights: &[f64]) -> Option<Vec<f64>> {
    let width = x.width;
    let mut coefficients = vec![0.0; width];
    for _ in 0..MOST_STEPS {
        let mut information = DMatrix::<f64>::zeros(width, width);
        let mut score = DVector::<f64>::zeros(width);
        for ((row, outcome), weight) in x.rows().zip(outcomes).zip(weights) {
            if *weight == 0.0 {
                continue;
            }
            let mean = mean(model, line(row, &coefficients));
            let steep = weight * if model == Model::Logit { mean * (1.0 - mean) } else { 1.0 };
            let off = weight * (outcome - mean);
            for one in 0..width {
                score[one] += off * row[one];
                for other in 0..=one {
                    information[(one, other)] += steep * row[one] * row[other];
                }
            }
        }
        let step = solve(information, &score)?;
        let mut change = 0.0_f64;
        for (coefficient, step) in coefficients.iter_mut().zip(&step) {
            *coefficient += step;
            change = change.max(step.abs() / (1.0 + coefficient.abs()));
        }
        if !change.is_finite() || coefficients.iter().any(|own| own.abs() > 1e6 && model == Model::Logit) {
            return None;
        }
        if model == Model::Linear || change <= 1e-12 {
            return Some(coefficients);
        }
    }
    None
}

/// Solves with the lower triangle of a positive definite matrix, scaled to a unit diagonal; `None` when it is singular.
fn solve(mut information: DMatrix<f64>, score: &DVector<f64>) -> Option<Vec<f64>> {
    let width = score.len();
    let scale: Vec<f64> = (0..width).map(|place| information[(place, place)].sqrt()).collect();
    if scale.iter().any(|scale| !scale.is_finite() || *scale <= 0.0) {
        return None;
    }
    for one in 0..width {
        for other in 0..=one {
            let value = information[(one, other)] / (scale[one] * scale[other]);
            information[(one, other)] = value;
            information[(other, one)] = value;
        }
    }
    let factor = information.cholesky()?;
    let weakest = factor.l_dirty().diagonal().iter().copied().fold(f64::INFINITY, f64::min);
    if weakest < 1e-7 {
        return None;
    }
    let right = DVector::from_iterator(width, score.iter().zip(&scale).map(|(score, scale)| score / scale));
    let solution = factor.solve(&right);
    Some(solution.iter().zip(&scale).map(|(value, scale)| value / scale).collect())
}
