//! Strata and their dimensions, as a design matrix with treatment contrasts.

use nalgebra::{DMatrix, DVector};

use crate::refusal::Refusal;

/// A dimension of the strata.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dimension {
    /// Name, such as "ethnicity".
    pub name: String,
    /// Groups; the first is the reference.
    pub groups: Vec<String>,
    /// Each stratum's group, as an index into `groups`.
    pub of_stratum: Vec<usize>,
}

impl Dimension {
    /// A dimension from each stratum's label; groups are in order of their labels, numbers before text by size.
    pub fn from_labels(name: &str, labels: &[String]) -> Self {
        let mut groups: Vec<String> = labels.to_vec();
        groups.sort_by(|a, b| match (a.parse::<f64>(), b.parse::<f64>()) {
            (Ok(first), Ok(second)) => first.total_cmp(&second),
            (Ok(_), Err(_)) => std::cmp::Ordering::Less,
            (Err(_), Ok(_)) => std::cmp::Ordering::Greater,
            (Err(_), Err(_)) => a.cmp(b),
        });
        groups.dedup();
        let of_stratum = labels.iter().filter_map(|label| groups.iter().position(|group| group == label)).collect();
        Self { name: name.to_owned(), groups, of_stratum }
    }
}

/// The fixed part of a model: one row per stratum, one column per coefficient.
pub(super) struct Design {
    pub names: Vec<String>,
    pub rows: DMatrix<f64>,
}

impl Design {
    /// The intercept alone.
    pub fn null(strata: usize) -> Self {
        Self { names: vec!["(Intercept)".to_owned()], rows: DMatrix::from_element(strata, 1, 1.0) }
    }

    /// Intercept and an indicator for every group but the first of each dimension; refused where these do not tell the
    /// groups apart.
    pub fn main_effects(strata: usize, dimensions: &[Dimension]) -> Result<Self, Refusal> {
        let mut design = Self::null(strata);
        let mut columns = vec![DVector::from_element(strata, 1.0)];
        for dimension in dimensions {
            if dimension.of_stratum.len() != strata {
                return Err(Refusal::UnequalLengths { column: dimension.name.clone() });
            }
            if dimension.groups.len() < 2 {
                return Err(Refusal::TooFew {
                    what: "groups in a dimension",
                    found: dimension.groups.len(),
                    needed: 2,
                });
            }
            for (group, label) in dimension.groups.iter().enumerate().skip(1) {
                let own = dimension.of_stratum.iter().map(|own| if *own == group { 1.0 } else { 0.0 });
                columns.push(DVector::from_iterator(strata, own));
                design.names.push(format!("{}{label}", dimension.name));
            }
        }
        design.rows = DMatrix::from_columns(&columns);
        if columns.len() >= strata || design.rows.rank(1e-9) < columns.len() {
            return Err(Refusal::Undefined(
                "the strata cannot tell the dimensions apart: leave out a dimension, or merge groups, until there are \
                 more strata than main effects and no dimension follows from the others"
                    .to_owned(),
            ));
        }
        Ok(design)
    }

    /// The fixed part of each stratum.
    pub fn times(&self, coefficients: &DVector<f64>) -> DVector<f64> {
        &self.rows * coefficients
    }
}

/// Distinct combinations of labels, in order of first appearance, and each row's combination.
pub(crate) fn combinations(columns: &[Vec<String>], rows: usize) -> (Vec<Vec<String>>, Vec<usize>) {
    let mut positions = std::collections::HashMap::new();
    let mut distinct: Vec<Vec<String>> = Vec::new();
    let of_row = (0..rows)
        .map(|row| {
            let labels: Vec<String> = columns.iter().map(|column| column[row].clone()).collect();
            *positions.entry(labels).or_insert_with_key(|labels| {
                distinct.push(labels.clone());
                distinct.len() - 1
            })
        })
        .collect();
    (distinct, of_row)
}

#[cfg(test)]
mod tests {
    use super::{Design, Dimension};

    fn dimension(name: &str, labels: &[&str]) -> Dimension {
        Dimension::from_labels(name, &labels.iter().map(|label| (*label).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn numbers_are_ordered_by_size_and_the_first_group_is_the_reference() {
        let own = dimension("imd", &["10", "2", "1", "2"]);
        assert_eq!(own.groups, ["1", "2", "10"]);
        assert_eq!(own.of_stratum, [2, 1, 0, 1]);
    }

    #[test]
    fn a_dimension_that_follows_from_another_is_refused() {
        let (a, b) = (dimension("a", &["1", "1", "2", "2", "3"]), dimension("b", &["x", "x", "y", "y", "z"]));
        assert!(Design::main_effects(5, std::slice::from_ref(&a)).is_ok());
        assert!(Design::main_effects(5, &[a, b]).is_err());
    }
}
