//! Regularised logistic regression: the readable baseline, by Newton's method with a ridge penalty.
//!
//! Every feature is put on one scale (mean 0, standard deviation 1, logarithm first where the feature set says so). A value that
//! is not known stands at the mean, and whether it is known is a feature of its own.
//!
//! Source: le Cessie and van Houwelingen, Applied Statistics 41 (1992) 191–201.

use nalgebra::DVector;
use rayon::prelude::*;
use serde::{Deserialize, Serialize};

use super::newton::{Design, newton};
use crate::PredictError;
use crate::features::Matrix;

/// Rows that are worked on together.
const BLOCK: usize = 1024;

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
    /// Fits on some rows; `penalty` is the ridge on each weight, `start` a model of the same features to begin at.
    pub fn fit(
        matrix: &Matrix,
        log: &[bool],
        rows: &[usize],
        missed: &[bool],
        penalty: f64,
        start: Option<&Self>,
    ) -> Result<Self, PredictError> {
        let columns: Vec<(Shape, Vec<f64>)> = matrix
            .columns
            .par_iter()
            .zip(log)
            .map(|(column, log)| {
                let mut values: Vec<f64> = rows.iter().map(|row| column[*row]).collect();
                let shape = Shape::of(&values, *log);
                for value in &mut values {
                    *value = shape.scaled(*value).unwrap_or(f64::NAN);
                }
                (shape, values)
            })
            .collect();
        // Intercept, then for each feature its scaled value and, where that can be, whether it is not known.
        let mut places = Vec::with_capacity(columns.len());
        let mut width = 1;
        for (_, values) in &columns {
            let sometimes_unknown = values.iter().any(|value| value.is_nan());
            places.push((width, sometimes_unknown.then_some(width + 1)));
            width += 1 + usize::from(sometimes_unknown);
        }
        let fill = |line: usize, x: &mut [f64]| {
            x[0] = 1.0;
            for ((_, values), (known, unknown)) in columns.iter().zip(&places) {
                let value = values[line];
                x[*known] = if value.is_nan() { 0.0 } else { value };
                if let Some(unknown) = unknown {
                    x[*unknown] = f64::from(u8::from(value.is_nan()));
                }
            }
        };
        let mut from = DVector::zeros(width);
        if let Some(start) = start {
            from[0] = start.intercept;
            for (own, (known, unknown)) in start.coefficients.iter().zip(&places) {
                from[*known] = own.weight;
                if let Some(unknown) = unknown {
                    from[*unknown] = own.unknown;
                }
            }
        }
        let weights = newton(&Design { width, fill: &fill }, missed, penalty, from)?;
        let all = matrix.features.iter().zip(&columns).zip(&places);
        let coefficients = all.map(|((feature, (shape, _)), (known, unknown))| Coefficient {
            feature: feature.clone(),
            shape: *shape,
            weight: weights[*known],
            unknown: unknown.map_or(0.0, |unknown| weights[unknown]),
        });
        Ok(Self { intercept: weights[0], coefficients: coefficients.collect() })
    }

    /// Share of the size of all weights that each feature has.
    pub fn importance(&self) -> Vec<f64> {
        let all: f64 = self.coefficients.iter().map(|own| own.weight.abs()).sum();
        self.coefficients.iter().map(|own| own.weight.abs() / all.max(f64::MIN_POSITIVE)).collect()
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
        sums.par_chunks_mut(BLOCK).zip(rows.par_chunks(BLOCK)).for_each(|(sums, rows)| {
            for (coefficient, column) in self.coefficients.iter().zip(&matrix.columns) {
                for (sum, row) in sums.iter_mut().zip(rows) {
                    *sum += coefficient.adds(column[*row]);
                }
            }
        });
        sums
    }
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
        let model = Logistic::fit(&matrix, &[false, false], &rows, &missed, 1e-6, None).unwrap();
        let slope = |position: usize| model.coefficients[position].weight / model.coefficients[position].shape.spread;
        assert!((slope(0) - 0.8).abs() < 0.01 && (slope(1) + 0.5).abs() < 0.01, "{model:?}");
        let log_odds = model.log_odds(&matrix, &[0]);
        assert!((log_odds[0] - (-1.0 - 0.8 + 0.6)).abs() < 0.02);
        let ridged = Logistic::fit(&matrix, &[false, false], &rows, &missed, 1e5, None).unwrap();
        assert!(ridged.coefficients[0].weight.abs() < model.coefficients[0].weight.abs() / 2.0);
        // Beginning elsewhere ends at the same place.
        let again = Logistic::fit(&matrix, &[false, false], &rows, &missed, 1e-6, Some(&ridged)).unwrap();
        assert!((again.intercept - model.intercept).abs() < 1e-8);
    }
}
