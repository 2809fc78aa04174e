//! What a short record cannot teach is no feature there: the month before every month was met, and the share missed at a place
//! before there are 90 days of it.

use std::collections::BTreeSet;

use evenly_extract::profile::date_of;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::Matrix;
use super::definition::{Feature, FeatureSet, Kind};

/// Months that must have been met: a straight line through their numbers goes on into those that never were.
const MONTHS: usize = 12;
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
    let has_months = days.filter_map(date_of).map(Date::month).collect::<BTreeSet<i8>>().len() == MONTHS;
    let reason = |feature: &Feature| match feature.kind {
        Kind::Month { .. } if !has_months => Some("the days of fitting do not hold every month".to_owned()),
        Kind::ServiceShare { .. } if !has_days => Some(format!("there are fewer than {DAYS} days of fitting")),
        _ => None,
    };
    let (mut kept, mut left_out) = (Matrix { features: Vec::new(), columns: Vec::new() }, Vec::new());
    for (id, column) in matrix.features.into_iter().zip(matrix.columns) {
        let feature = set.feature.iter().find(|own| own.id == id);
        if let Some((feature, reason)) = feature.and_then(|own| Some((own, reason(own)?))) {
            left_out.push(LeftOut { title: feature.title.clone(), reason });
        } else {
            kept.features.push(id);
            kept.columns.push(column);
        }
    }
    (kept, left_out)
}

#[cfg(test)]
mod tests {
    use super::leave_out;
    use crate::features::{Matrix, shipped_set};

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
        assert_eq!(out(366).2, 0);
    }
}
