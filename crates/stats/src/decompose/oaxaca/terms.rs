//! Explanatory columns: numbers, and categories that become one column for each level but the first.

use std::ops::Range;

use super::fit::Matrix;
use crate::refusal::Refusal;

/// A characteristic that may explain a gap.
#[derive(Clone, Debug, PartialEq)]
pub enum Values {
    /// Numbers.
    Numbers(Vec<f64>),
    /// Names of levels.
    Levels(Vec<String>),
}

/// A named characteristic of every row.
#[derive(Clone, Debug, PartialEq)]
pub struct Term {
    /// Its name.
    pub name: String,
    /// Its values.
    pub values: Values,
}

/// The design matrix with what its columns mean.
pub struct Design {
    values: Vec<f64>,
    width: usize,
    names: Vec<String>,
    categories: Vec<Range<usize>>,
}

const INTERCEPT: &str = "(Intercept)";

impl Design {
    /// Columns in order: intercept, then each term; levels sorted by name, the first being the baseline.
    pub fn new(terms: &[Term], rows: usize) -> Result<Self, Refusal> {
        let mut names = vec![INTERCEPT.to_owned()];
        let mut columns: Vec<Vec<f64>> = vec![vec![1.0; rows]];
        let mut categories = Vec::new();
        for term in terms {
            match &term.values {
                Values::Numbers(numbers) => {
                    if let Some(row) = numbers.iter().position(|number| !number.is_finite()) {
                        let must = "must be a finite number";
                        return Err(Refusal::OutOfRange { column: term.name.clone(), row: row + 1, must });
                    }
                    names.push(term.name.clone());
                    columns.push(numbers.clone());
                }
                Values::Levels(levels) => {
                    let mut kinds = levels.clone();
                    kinds.sort();
                    kinds.dedup();
                    let first = columns.len();
                    for kind in kinds.iter().skip(1) {
                        names.push(format!("{}{kind}", term.name));
                        columns.push(levels.iter().map(|level| f64::from(u8::from(level == kind))).collect());
                    }
                    categories.push(first..columns.len());
                }
            }
            if columns.iter().any(|column| column.len() != rows) {
                return Err(Refusal::UnequalLengths { column: term.name.clone() });
            }
        }
        let width = columns.len();
        let mut values = vec![0.0; rows * width];
        for (place, column) in columns.iter().enumerate() {
            for (row, value) in column.iter().enumerate() {
                values[row * width + place] = *value;
            }
        }
        Ok(Self { values, width, names, categories })
    }

    /// The matrix.
    pub fn matrix(&self) -> Matrix<'_> {
        Matrix { values: &self.values, width: self.width }
    }

    /// Names of the contributions: with `normalised` categories have one for the baseline too.
    pub fn names(&self, normalised: bool, terms: &[Term]) -> Vec<String> {
        if !normalised {
            return self.names.clone();
        }
        let categories = terms.iter().filter(|term| matches!(term.values, Values::Levels(_)));
        let mut names = self.names.clone();
        for (category, range) in categories.zip(&self.categories).collect::<Vec<_>>().into_iter().rev() {
            names.insert(range.start, format!("{}.baseline", category.name));
        }
        names
    }

    /// Coefficients as if each category's levels were measured from their mean, so that the answer does not depend on
    /// which level is the baseline (Gardeazabal and Ugidos, Review of Economics and Statistics 86, 2004, p. 1034).
    pub fn normalised(&self, coefficients: &[f64]) -> Vec<f64> {
        let mut own = coefficients.to_vec();
        let mut baselines = Vec::with_capacity(self.categories.len());
        for range in &self.categories {
            let centre = own[range.clone()].iter().sum::<f64>() / (range.len() + 1) as f64;
            for coefficient in &mut own[range.clone()] {
                *coefficient -= centre;
            }
            own[0] += centre;
            baselines.push(-centre);
        }
        self.with_baselines(own, &baselines)
    }

    /// Means of the columns with the share of each category's baseline put in.
    pub fn means_with_baselines(&self, means: &[f64]) -> Vec<f64> {
        let shares: Vec<f64> =
            self.categories.iter().map(|range| 1.0 - means[range.clone()].iter().sum::<f64>()).collect();
        self.with_baselines(means.to_vec(), &shares)
    }

    fn with_baselines(&self, mut own: Vec<f64>, baselines: &[f64]) -> Vec<f64> {
        for (range, baseline) in self.categories.iter().zip(baselines).rev() {
            own.insert(range.start, *baseline);
        }
        own
    }
}
