//! The maximum of a penalised logistic likelihood, by Newton's method over blocks of rows, so that no table of all rows by all
//! columns is ever made.

use nalgebra::{DMatrix, DVector};
use rayon::prelude::*;

use super::chance;
use crate::PredictError;

/// Most steps.
const STEPS: usize = 60;
/// Log-odds change smaller than this ends the fit.
const CLOSE: f64 = 1e-9;
/// Rows of a block; the sums do not depend on the number of cores, because blocks do not.
const BLOCK: usize = 1024;

/// Rows of predictors, written one at a time; the first is the intercept's 1.
pub(super) struct Design<'a> {
    /// Number of predictors.
    pub width: usize,
    /// Writes the predictors of a row.
    pub fill: &'a (dyn Fn(usize, &mut [f64]) + Sync),
}

/// Weights at the maximum; the intercept is not penalised.
pub(super) fn newton(
    design: &Design<'_>,
    missed: &[bool],
    penalty: f64,
    start: DVector<f64>,
) -> Result<DVector<f64>, PredictError> {
    let mut weights = start;
    for _ in 0..STEPS {
        let (mut gradient, mut hessian) = design.sums(missed, &weights);
        for position in 0..design.width {
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

impl Design<'_> {
    /// Gradient and negative second derivatives of the likelihood.
    fn sums(&self, missed: &[bool], weights: &DVector<f64>) -> (DVector<f64>, DMatrix<f64>) {
        let parts: Vec<(DVector<f64>, DMatrix<f64>)> = missed
            .par_chunks(BLOCK)
            .enumerate()
            .map(|(block, missed)| self.block(block * BLOCK, missed, weights))
            .collect();
        let zero = (DVector::zeros(self.width), DMatrix::zeros(self.width, self.width));
        parts.into_iter().fold(zero, |(gradient, hessian), (own, spread)| (gradient + own, hessian + spread))
    }

    fn block(&self, first: usize, missed: &[bool], weights: &DVector<f64>) -> (DVector<f64>, DMatrix<f64>) {
        let mut x = DMatrix::<f64>::zeros(self.width, missed.len());
        let mut gradient = DVector::<f64>::zeros(self.width);
        for (line, (mut row, missed)) in x.column_iter_mut().zip(missed).enumerate() {
            (self.fill)(first + line, row.as_mut_slice());
            let p = chance(row.dot(weights));
            gradient.axpy(f64::from(u8::from(*missed)) - p, &row, 1.0);
            row.scale_mut((p * (1.0 - p)).max(1e-12).sqrt());
        }
        let hessian = &x * x.transpose();
        (gradient, hessian)
    }
}
