//! Drift: chances that are true raise no signal, a planted change does, and so does a column that comes in otherwise.

use evenly_prediction::PredictError;
use evenly_prediction::drift::{drift, drift_text};
use evenly_prediction::model::ModelKind;

use super::world::{FIRST_DAY, Fitted, fitted, world};

#[test]
fn a_planted_change_is_seen_and_nothing_where_nothing_changed() {
    let mut world = fitted(&world(5000, false), ModelKind::Logistic);
    let quiet = look(&world).unwrap();
    assert!(
        !quiet.signals.iter().any(|own| own.kind == "calibration" && own.about == "everybody"),
        "{:?}",
        quiet.signals
    );
    assert_eq!(quiet.months, ["2025-04"]);
    let missed: usize = quiet.calibration.months.iter().map(|own| own.missed).sum();
    assert!(missed > 400 && (quiet.calibration.ratio - 1.0).abs() < 0.1, "{missed} {}", quiet.calibration.ratio);
    assert!(quiet.by_group.iter().any(|own| own.group == "isle" && own.withheld.is_some()));

    // A column that stops coming in: not known for anybody later on.
    let lead = world.prepared.matrix.features.iter().position(|own| own == "lead_days").unwrap();
    let kept = world.prepared.matrix.columns[lead].clone();
    for row in 0..world.appointments.len() {
        if world.appointments.day[row] >= FIRST_DAY + 95 {
            world.prepared.matrix.columns[lead][row] = f64::NAN;
        }
    }
    let lost = look(&world).unwrap();
    let about = |kind: &str| {
        lost.signals.iter().filter(|own| own.kind == kind).map(|own| own.about.clone()).collect::<Vec<_>>()
    };
    assert!(about("inputs").contains(&"Days from booking to appointment".to_owned()), "{:?}", lost.signals);
    world.prepared.matrix.columns[lead] = kept;

    // A third of the missed ones is attended from the hundredth day on: something helps.
    for row in (0..world.appointments.len()).step_by(3) {
        if world.appointments.day[row] >= FIRST_DAY + 91 && world.appointments.missed(row) {
            world.appointments.outcome[row] = Some(evenly_prediction::appointments::Outcome::Attended);
        }
    }
    let changed = look(&world).unwrap();
    let told = drift_text(&changed);
    assert!(changed.signals.iter().any(|own| own.kind == "calibration" && own.about == "everybody"), "{told}");
    assert!(told.contains("fewer appointments were missed than expected") && told.contains("What to do"), "{told}");

    for row in 0..world.appointments.len() {
        world.appointments.usable[row] &= world.appointments.day[row] < FIRST_DAY + 80;
    }
    assert!(matches!(look(&world), Err(PredictError::NothingLater { .. })));
}

fn look(world: &Fitted) -> Result<evenly_prediction::drift::Drift, PredictError> {
    drift(&world.saved, &world.appointments, &world.prepared.matrix)
}
