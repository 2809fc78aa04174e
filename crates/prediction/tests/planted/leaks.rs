//! Planted leaks are caught.

use evenly_prediction::PredictError;
use evenly_prediction::appointments::Outcome;
use evenly_prediction::features::{Matrix, build};
use evenly_prediction::fit::prepare;
use evenly_prediction::guard::later_changes_nothing;

use super::world::{Quiet, read, set, world};

#[test]
fn no_shipped_feature_changes_with_what_happens_later() {
    for days_before in [None, Some(0), Some(14)] {
        let set = set(days_before);
        let appointments = read(&world(300, false), &set).unwrap();
        let matrix = build(&appointments, &set, &appointments.outcome).unwrap();
        later_changes_nothing(&appointments, &matrix, |outcomes| build(&appointments, &set, outcomes)).unwrap();
    }
}

#[test]
fn a_history_that_looks_ahead_is_caught() {
    let set = set(None);
    let appointments = read(&world(300, false), &set).unwrap();
    // A careless count: all that the person ever missed but this one, whenever it was.
    let careless = |outcomes: &[Option<Outcome>]| {
        let mut matrix = build(&appointments, &set, outcomes)?;
        let missed = |row: usize| outcomes[row] == Some(Outcome::Missed);
        let ever = |row: usize| {
            let same = |other: &usize| *other != row && appointments.person[*other] == appointments.person[row];
            (0..appointments.len()).filter(same).filter(|other| missed(*other)).count() as f64
        };
        matrix.features.push("missed_ever".to_owned());
        matrix.columns.push((0..appointments.len()).map(ever).collect());
        Ok::<Matrix, PredictError>(matrix)
    };
    let matrix = careless(&appointments.outcome).unwrap();
    match later_changes_nothing(&appointments, &matrix, careless) {
        Err(PredictError::Leak { feature, rows }) => assert!(feature == "missed_ever" && rows > 0),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_column_written_after_the_event_is_caught() {
    let set = set(Some(1));
    let appointments = read(&world(1500, true), &set).unwrap();
    match prepare(&appointments, &set, 1, &Quiet).map(|_| ()) {
        Err(PredictError::KnowsOutcome { feature, auroc }) => assert!(feature == "reminder_sent" && auroc > 0.99),
        other => panic!("{other:?}"),
    }
}
