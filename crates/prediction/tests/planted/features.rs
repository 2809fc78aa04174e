//! Features are what was known at the moment, by hand on a small table.

use evenly_prediction::features::{Matrix, build, unseen, unseen_text};

use super::world::{HEADER, read, set};

/// One person with four appointments, another with one, and one row without an identifier.
const ROWS: &str = "\
r1,p1,2025-01-10,2025-01-02T09:15,3,1,40,hill,0
r2,p1,2025-01-20,2025-01-08T09:15,5,1,40,hill,1
r3,p1,2025-01-30,2025-01-15T00:00,3,1,40,hill,1
r4,p1,2025-02-10,2025-01-20T13:00,5,1,40,hill,0
r5,p2,2025-02-10,2025-02-10T13:00,2,2,,harbour,0
r6,,2025-02-11,2025-02-01T13:00,5,2,30,hill,
r7,p2,2025-02-12,2025-02-14T13:00,5,2,30,hill,0
r8,p2,2025-02-12,,5,2,30,hill,0
";

fn column(matrix: &Matrix, feature: &str) -> Vec<Option<f64>> {
    let position = matrix.features.iter().position(|own| own == feature).unwrap_or_else(|| panic!("no {feature}"));
    matrix.columns[position].iter().take(6).map(|value| (!value.is_nan()).then_some(*value)).collect()
}

#[test]
fn at_booking_only_what_happened_before_that_day_is_known() {
    let set = set(None);
    let appointments = read(&format!("{HEADER}{ROWS}"), &set).unwrap();
    let matrix = build(&appointments, &set, &appointments.outcome).unwrap();
    let some = |values: [f64; 6]| values.map(Some).to_vec();
    // r3 was booked on the 15th, after the miss of the 10th; r4 on the day of r2, whose outcome is not known that morning.
    assert_eq!(column(&matrix, "missed_before"), some([0.0, 0.0, 1.0, 1.0, 0.0, 0.0]));
    assert_eq!(column(&matrix, "attended_before"), some([0.0; 6]));
    assert_eq!(column(&matrix, "days_since_missed"), [None, None, Some(5.0), Some(10.0), None, None]);
    assert_eq!(column(&matrix, "share_missed_before"), [None, None, Some(1.0), Some(1.0), None, None]);
    assert_eq!(column(&matrix, "lead_days"), some([8.0, 12.0, 15.0, 21.0, 0.0, 10.0]));
    // Booked before and still to come: r1 for r2; r2 for r3; r2 and r3 for r4.
    assert_eq!(column(&matrix, "booked_already"), some([0.0, 1.0, 1.0, 2.0, 0.0, 0.0]));
    assert_eq!(column(&matrix, "booking_hour"), [Some(9.0), Some(9.0), None, Some(13.0), Some(13.0), Some(13.0)]);
    assert_eq!(column(&matrix, "age"), [Some(40.0), Some(40.0), Some(40.0), Some(40.0), None, Some(30.0)]);
    let decayed = column(&matrix, "missed_recently")[3].unwrap();
    assert!((decayed - (-10.0_f64 / 90.0).exp2()).abs() < 1e-12);
    assert!(!matrix.features.iter().any(|own| own == "reminder_sent" || own == "deprivation"));
    // r7 was booked after it took place, r8 has no day of booking.
    assert_eq!(appointments.set_aside.iter().map(|(_, rows)| rows).sum::<u64>(), 2);
    assert_eq!(appointments.judged().count(), 5);
    assert_ne!(appointments.person[5], appointments.person[0]);
}

#[test]
fn days_before_the_appointment_more_is_known() {
    let set = set(Some(1));
    let appointments = read(&format!("{HEADER}{ROWS}"), &set).unwrap();
    let matrix = build(&appointments, &set, &appointments.outcome).unwrap();
    assert_eq!(column(&matrix, "missed_before"), [0.0, 1.0, 1.0, 2.0, 0.0, 0.0].map(Some));
    assert_eq!(column(&matrix, "attended_before"), [0.0, 0.0, 1.0, 1.0, 0.0, 0.0].map(Some));
    assert_eq!(column(&matrix, "reminder_sent"), [Some(0.0), Some(1.0), Some(1.0), Some(0.0), Some(0.0), None]);
}

#[test]
fn values_that_are_not_known_are_counted() {
    let set = set(Some(1));
    let appointments = read(&format!("{HEADER}{ROWS}"), &set).unwrap();
    let matrix = build(&appointments, &set, &appointments.outcome).unwrap();
    let found = unseen(&appointments, &set, &matrix, &[0, 4, 5], i32::MAX);
    let of = |feature: &str| found.iter().find(|own| own.feature == feature).map(|own| (own.not_known, own.new));
    assert_eq!((of("age"), of("reminder_sent"), of("lead_days")), (Some((1, 0)), Some((1, 0)), None));
    assert!(unseen_text(&found).contains("- Age: not known for 1\n"));
}
