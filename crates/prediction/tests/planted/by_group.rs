//! Calibration by group finds a group that misses more than its features say, and makes nothing of what is not known.

use evenly_prediction::appointments::Reading;
use evenly_prediction::audit::AuditOptions;
use evenly_prediction::features::CalibrateBy;
use evenly_prediction::fit::{FitOptions, fit, prepare};
use evenly_prediction::model::ModelKind;

use super::world::{Quiet, profile, read_as, set, world};

#[test]
fn a_group_that_misses_more_is_put_right_and_the_unknown_is_left_alone() {
    // One in four attended appointments of the hill is missed instead, which no feature shows; of some the side is not known.
    let line = |(number, text): (usize, &str)| match number % 8 {
        0 | 4 if text.contains(",hill,") => text.replacen(",5,", ",3,", 1),
        3 => text.replace(",hill,", ",,").replace(",harbour,", ",,"),
        _ => text.to_owned(),
    };
    let text: Vec<String> = world(6000, false).lines().enumerate().map(line).collect();
    let mut set = set(None);
    set.calibrate_by = vec![
        CalibrateBy { dimension: "side".to_owned(), protected: false, why: None },
        CalibrateBy { dimension: "sex".to_owned(), protected: true, why: None },
    ];
    let appointments = read_as(&(text.join("\n") + "\n"), &set, &Reading::default()).unwrap();
    let prepared = prepare(&appointments, &set, 3, &Quiet).unwrap();
    let audit = AuditOptions { samples: 20, ..AuditOptions::default() };
    let options = FitOptions { kind: ModelKind::Logistic, seed: 3, audit, version: "0.0.0" };
    let saved = fit(&appointments, &set, &profile(), &prepared, &options, &Quiet).unwrap();
    let found = &saved.calibration.by_group;
    // A protected characteristic without a reason is only for audit.
    assert!(found.dimensions.len() == 1 && found.dimensions[0].dimension == "side", "{found:?}");
    let adds = |id: &str| found.dimensions[0].groups.iter().find(|(group, _)| group == id).unwrap().1;
    // The odds of the hill are about 2.5 times as high; the prior draws them a little together.
    let apart = adds("hill") - adds("harbour");
    assert!((0.4..1.3).contains(&apart), "{found:?}");
    // Of one in eight the side is not known: nothing of their own is added for them.
    let ids: Vec<&str> = found.dimensions[0].groups.iter().map(|(group, _)| group.as_str()).collect();
    assert_eq!(ids, ["hill", "harbour", "isle"]);
    assert!(appointments.rows.groups.iter().any(|own| own.dimension.groups.iter().any(|group| group.id == "missing")));
}
