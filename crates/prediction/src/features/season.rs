//! Time of year: a feature only where the days of fitting hold every month in two years, so that it can be told from what was
//! special about one of them.

use std::collections::{BTreeMap, BTreeSet};

use evenly_extract::profile::date_of;

use serde::{Deserialize, Serialize};

use super::Matrix;
use super::definition::{FeatureSet, Kind};

/// Years in which every month must have been seen.
const YEARS: usize = 2;

/// A feature that is not used though the extract has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Plain name.
    pub title: String,
    /// Why.
    pub reason: String,
}

/// Takes features of the time of year out of a matrix where these days, the ones fitted on, cannot tell seasons from years.
pub fn leave_out_seasons(set: &FeatureSet, matrix: Matrix, days: impl Iterator<Item = i32>) -> (Matrix, Vec<LeftOut>) {
    if seen_in_years(days) {
        return (matrix, Vec::new());
    }
    let of_season =
        |id: &String| set.feature.iter().find(|own| own.id == *id).filter(|own| matches!(own.kind, Kind::Month { .. }));
    let (mut kept, mut left_out) = (Matrix { features: Vec::new(), columns: Vec::new() }, Vec::new());
    for (id, column) in matrix.features.into_iter().zip(matrix.columns) {
        match of_season(&id) {
            Some(feature) => left_out.push(LeftOut {
                title: feature.title.clone(),
                reason: "the days of fitting do not hold every month in two years".to_owned(),
            }),
            None => {
                kept.features.push(id);
                kept.columns.push(column);
            }
        }
    }
    (kept, left_out)
}

/// Whether every month of the year is there in two years.
fn seen_in_years(days: impl Iterator<Item = i32>) -> bool {
    let mut years: BTreeMap<i8, BTreeSet<i16>> = BTreeMap::new();
    for date in days.filter_map(date_of) {
        years.entry(date.month()).or_default().insert(date.year());
    }
    years.len() == 12 && years.values().all(|own| own.len() >= YEARS)
}

#[cfg(test)]
mod tests {
    use super::{leave_out_seasons, seen_in_years};
    use crate::features::{Matrix, shipped_set};

    #[test]
    fn a_month_counts_from_two_years_on() {
        let first = 19_723;
        assert!(!seen_in_years(first..first + 700));
        assert!(seen_in_years(first..first + 731));
    }

    #[test]
    fn only_the_month_is_left_out_and_the_reason_is_said() {
        let set = shipped_set("missed-appointments").unwrap();
        let matrix = Matrix {
            features: ["weekday", "month", "age"].map(str::to_owned).to_vec(),
            columns: vec![vec![1.0], vec![2.0], vec![3.0]],
        };
        let (kept, left_out) = leave_out_seasons(&set, matrix, 0..200);
        assert_eq!(kept.features, ["weekday", "age"]);
        assert_eq!(kept.columns, [[1.0], [3.0]]);
        assert!(left_out.len() == 1 && left_out[0].title == "Month of the year" && !left_out[0].reason.is_empty());
    }
}
