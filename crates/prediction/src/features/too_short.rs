//! What a short record cannot teach is no feature there: the time of year before every month was met in two years, and the share missed
//! at a place before there are 90 days of it.

use std::collections::{BTreeMap, BTreeSet};

use evenly_extract::profile::date_of;
use serde::{Deserialize, Serialize};

use super::Matrix;
use super::definition::{Feature, FeatureSet, Kind};

/// Years in which every month must have been seen, so that it can be told from what was special about one of them.
const YEARS: usize = 2;
/// Days that a record must span for the shares missed at places: those of a few days are mostly chance, and their spread changes as the
/// record grows, so that what was learnt from early ones does not hold for later ones.
const DAYS: i32 = 90;

/// A feature that is not used though the extract has it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// Plain name.
    pub title: String,
    /// Why.
    pub reason: String,
}

/// Takes features out of a matrix that these days, the ones fitted on, cannot teach.
pub fn leave_out(set: &FeatureSet, matrix: Matrix, days: impl Iterator<Item = i32> + Clone) -> (Matrix, Vec<LeftOut>) {
    let ends = (days.clone().min(), days.clone().max());
    let has_days = matches!(ends, (Some(first), Some(last)) if last - first >= DAYS);
    let has_years = seen_in_years(days);
    let reason = |feature: &Feature| match feature.kind {
        Kind::Month { .. } if !has_years => Some("the days of fitting do not hold every month in two years".to_owned()),
        Kind::ServiceShare { .. } if !has_days => Some(format!("there are fewer than {DAYS} days of fitting")),
        _ => None,
    };
    let (mut kept, mut left_out) = (Matrix { features: Vec::new(), columns: Vec::new() }, Vec::new());
    for (id, column) in matrix.features.into_iter().zip(matrix.columns) {
        let feature = set.feature.iter().find(|own| own.id == id);
        match feature.and_then(|own| Some((own, reason(own)?))) {
            Some((feature, reason)) => left_out.push(LeftOut { title: feature.title.clone(), reason }),
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
    use super::{leave_out, seen_in_years};
    use crate::features::{Matrix, shipped_set};

    #[test]
    fn a_month_counts_from_two_years_on() {
        let first = 19_723;
        assert!(!seen_in_years(first..first + 700));
        assert!(seen_in_years(first..first + 731));
    }

    #[test]
    fn what_a_short_record_cannot_teach_is_left_out_and_the_reason_is_said() {
        let set = shipped_set("missed-appointments").unwrap();
        let out = |days: i32| {
            let features = ["weekday", "month", "service_share_missed", "age"].map(str::to_owned).to_vec();
            let matrix = Matrix { features, columns: vec![vec![1.0], vec![2.0], vec![3.0], vec![4.0]] };
            let (kept, left_out) = leave_out(&set, matrix, 19_723..19_723 + days);
            assert!(kept.features.len() == kept.columns.len() && left_out.iter().all(|own| !own.reason.is_empty()));
            (kept.features, kept.columns.len(), left_out.len())
        };
        assert_eq!(out(20), (["weekday", "age"].map(str::to_owned).to_vec(), 2, 2));
        assert_eq!(out(200), (["weekday", "service_share_missed", "age"].map(str::to_owned).to_vec(), 3, 1));
        assert_eq!(out(800).2, 0);
    }
}
