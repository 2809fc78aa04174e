//! What each attendance code counts as, and that either name of the column is read.

use crate::support::counted;

const ROWS: &str = "
    2024-04-01 | 5
    2024-04-01 | 6
    2024-04-01 | 7
    2024-04-02 | 3
    2024-04-02 | 2
    2024-04-03 | 4
    2024-04-03 | 0
    2024-04-03 | 9
    2024-04-03 | 8
    2024-04-03 |
";

#[test]
fn each_code_counts_where_it_belongs() {
    for (profile, header) in [
        ("sus-outpatient", "Appointment_Date | Attendance_Status"),
        ("sus-outpatient", "APPOINTMENT DATE | ATTENDANCE STATUS"),
        ("sus-outpatient", "Appointment_Date | ATTENDED"),
        ("hes-outpatient", "apptdate | attended"),
    ] {
        let indicators = ["did-not-attend", "late-and-not-seen", "cancelled-by-patient", "cancelled-by-hospital"];
        let answer = counted(profile, &format!("{header}{ROWS}"), &[], &indicators);
        assert_eq!(
            answer.equation(),
            "10 = 7 counted + 1 appointment in the future + 1 attendance: nothing recorded + 1 attendance: not a code of the list `attendance`",
            "{header}"
        );
        assert_eq!(answer.whole("did-not-attend"), (2, 4));
        assert_eq!(answer.whole("late-and-not-seen"), (1, 4));
        assert_eq!(answer.whole("cancelled-by-patient"), (1, 6));
        assert_eq!(answer.whole("cancelled-by-hospital"), (1, 6));
        assert_eq!(
            answer.rejects,
            [
                "table.csv,10,attendance,not a code of the list `attendance`,\"text, 1 character\"",
                "table.csv,11,attendance,nothing recorded,empty",
            ]
        );
    }
}

#[test]
fn clock_stops_are_left_out_and_the_future_rule_takes_a_row_first() {
    let table = "
        Appointment_Date | ATTENDED | First_Attendance | Outcome_of_Attendance
        2024-04-01       | 5        | 1                | 2
        2024-04-01       | 5        | 5                | 1
        2024-04-01       | 0        | 5                |
        2024-04-01       | 5        | 3                | 2
        2024-04-01       | 3        | 2                | 1
        2024-04-01       | 3        | 2                | 3
        2024-04-01       | 7        | 2                | 1
    ";
    let indicators = ["did-not-attend", "virtual-share", "discharged-after-did-not-attend"];
    let answer = counted("sus-outpatient", table, &[], &indicators);
    assert_eq!(answer.equation(), "7 = 5 counted + 1 appointment in the future + 1 clock-stop administrative event");
    assert_eq!(answer.whole("did-not-attend"), (3, 5));
    assert_eq!(answer.whole("virtual-share"), (1, 2));
    assert_eq!(answer.whole("discharged-after-did-not-attend"), (1, 2));
}
