//! Calibration by group finds a group that misses more than its features say, and makes nothing of what is not known.

use evenly_prediction::appointments::{Appointments, Reading};
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
        CalibrateBy { dimension: "side".to_owned(), protected: false, why: None, of_person: false },
        CalibrateBy { dimension: "sex".to_owned(), protected: true, why: None, of_person: false },
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

/// The side is asked on arrival: of those who did not come it is not recorded.
#[test]
fn what_is_asked_on_arrival_is_taken_from_another_appointment_of_the_person() {
    let line = |text: &str| {
        if text.contains(",3,") { text.replace(",hill,", ",,").replace(",harbour,", ",,") } else { text.to_owned() }
    };
    let text = world(3000, false).lines().map(line).collect::<Vec<String>>().join("\n") + "\n";
    let truth = read_as(&world(3000, false), &set(None), &Reading::default()).unwrap();
    let share_missed = |of_person: bool| {
        let mut set = set(None);
        set.calibrate_by = vec![CalibrateBy { dimension: "side".to_owned(), protected: false, why: None, of_person }];
        let found = read_as(&text, &set, &Reading::default()).unwrap();
        assert_eq!(found.of_person.iter().map(|(dimension, _)| dimension.as_str()).eq(["side"]), of_person);
        let share = share_missed_on(&found, "hill");
        let wrong =
            |row: &usize| found.rows.groups[side(&found)].codes[*row] != truth.rows.groups[side(&truth)].codes[*row];
        ((0..found.len()).filter(wrong).count(), share)
    };
    let planted = share_missed_on(&truth, "hill");
    let ((unknown, seems), (left, found)) = (share_missed(false), share_missed(true));
    assert!(seems < 0.05 * planted, "{seems} of {planted}");
    // Nothing tells the side of people who never came.
    assert!(left * 4 < unknown && (found - planted).abs() < 0.1 * planted, "{left} of {unknown}, {found} {planted}");
}

fn side(appointments: &Appointments) -> usize {
    appointments.rows.groups.iter().position(|own| own.dimension.id == "side").unwrap()
}

fn share_missed_on(appointments: &Appointments, side_id: &str) -> f64 {
    let groups = &appointments.rows.groups[side(appointments)];
    let code = groups.dimension.groups.iter().position(|group| group.id == side_id).unwrap();
    let inside: Vec<usize> = appointments.judged().filter(|row| groups.codes[*row] as usize == code).collect();
    inside.iter().filter(|row| appointments.missed(**row)).count() as f64 / inside.len() as f64
}
