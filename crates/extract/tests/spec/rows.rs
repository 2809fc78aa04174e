//! Every row is counted, left out by a named rule, or rejected with its line and the class of its value.

use crate::support::{checked, counted, equation};

const TABLE: &str = "
    AppointmentDay       | ScheduledDay         | No-show | Age | Gender | PatientId      | Scholarship
    2016-05-02T00:00:00Z | 2016-04-29T18:00:00Z | No      | 40  | F      | 29872499824296 | 0
    2016-05-03T00:00:00Z | 2016-05-03T18:00:00Z | Yes     | 0   | M      | 93779.52927    | 1
    2016-05-10T00:00:00Z | 2016-05-11T06:00:00Z | Yes     | 40  | F      | 1              | 0
    2016-05-10T00:00:00Z | 2016-05-10T06:00:00Z | No      | -1  | F      | 2              | 0
    2016-05-10T00:00:00Z | 2016-05-10T06:00:00Z | Perhaps | 40  | F      | 3              | 0
    10/05/2016           | 2016-05-10T06:00:00Z | No      | 40  | F      | 4              | 0
    2016-05-10T00:00:00Z |                      | No      | -1  | F      | 5              | 0
";

#[test]
fn excluded_and_rejected_are_told_apart() {
    let answer = counted("vitoria-noshow", TABLE, &["sex", "bolsa_familia"], &["did-not-attend"]);
    assert_eq!(answer.rows.read, 7);
    assert_eq!(answer.rows.counted, 2);
    let excluded: Vec<(&str, u64)> = answer.rows.excluded.iter().map(|own| (own.rule.as_str(), own.rows)).collect();
    assert_eq!(excluded, [("age below zero", 1), ("appointment before it was booked", 1)]);
    let mut rejected: Vec<(&str, &str, u64)> =
        answer.rows.rejected.iter().map(|own| (own.field.as_str(), own.reason.as_str(), own.rows)).collect();
    rejected.sort_unstable();
    assert_eq!(
        rejected,
        [
            ("appointment_date", "not in the format %Y-%m-%dT%H:%M:%SZ", 1),
            ("attendance", "not a code of the list `attendance`", 1),
            ("booking_date", "nothing recorded", 1),
        ]
    );
    assert_eq!(answer.rejects.len(), 3);
    assert!(answer.rejects.iter().all(|line| line.starts_with("table.csv,")), "{:?}", answer.rejects);
    assert!(
        !answer.rejects.iter().any(|line| line.contains("Perhaps") || line.contains("10/05")),
        "{:?}",
        answer.rejects
    );
    assert_eq!(answer.whole("did-not-attend"), (1, 2));
    // Weeks begin on Monday; both rows are in one.
    assert_eq!(answer.cells("did-not-attend", &["week"]), [(vec!["2016-05-02".to_owned()], (1, 2))]);
}

#[test]
fn a_check_looks_at_every_field_and_at_the_form_of_identifiers() {
    let report = checked("vitoria-noshow", TABLE);
    assert!(report.rows.balances() && report.rows.counted == 2, "{}", equation(&report.rows));
    let person = report.fields.iter().find(|field| field.field == "person").unwrap();
    assert_eq!((person.states, person.unusual), ([2, 0, 0, 0, 0], Some(1)));
    assert!(report.absent.contains(&"sms".to_owned()), "{:?}", report.absent);
    assert!(report.unused.is_empty(), "{:?}", report.unused);
    assert!(report.dimensions.contains(&"lead_band".to_owned()));
}
