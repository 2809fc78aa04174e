//! What is wrong is said with what to do about it.

use std::fmt::Write as _;

use crate::support::{options, try_count};

const SUS: &str = "
    Appointment_Date | Attendance_Status | Sex
    2024-04-01       | 5                 | 1
";

fn message(profile: &str, table: &str, by: &[&str], indicators: &[&str]) -> String {
    match try_count(profile, table, &options(by, indicators)) {
        Ok(_) => panic!("it was counted"),
        Err(error) => error.to_string(),
    }
}

#[test]
fn a_wrong_profile_says_what_is_missing_and_which_fits() {
    let said = message("vitoria-noshow", SUS, &[], &[]);
    for part in ["table.csv", "`vitoria-noshow`", "`attendance`", "No-show", "Appointment_Date", "`sus-outpatient`"] {
        assert!(said.contains(part), "{said}\nlacks {part}");
    }
    let said = message("grouped-table", SUS, &[], &[]);
    assert!(said.contains("the numerator") && said.contains("`sus-outpatient`"), "{said}");
    let said = message("gp-appointments", "a | b\n1 | 2", &[], &[]);
    assert!(said.contains("evenly profile new"), "{said}");
}

#[test]
fn dimensions_and_indicators_that_cannot_be_had_are_named_with_those_that_can() {
    let said = message("sus-outpatient", SUS, &["colour"], &["did-not-attend"]);
    assert!(said.contains("`colour`") && said.contains("sex"), "{said}");
    let said = message("sus-outpatient", SUS, &["age"], &["did-not-attend"]);
    assert!(said.contains("`age`") && said.contains("no column"), "{said}");
    let said = message("sus-outpatient", SUS, &[], &["dna"]);
    assert!(said.contains("`dna`") && said.contains("did-not-attend"), "{said}");
    let said = message("sus-outpatient", SUS, &[], &["was-not-brought"]);
    assert!(said.contains("`was-not-brought`") && said.contains("age"), "{said}");
}

#[test]
fn what_the_profile_would_count_but_cannot_is_noted() {
    let answer = try_count("sus-outpatient", SUS, &options(&[], &[])).unwrap();
    for part in ["There is no breakdown by deprivation", "\"Was not brought (under 18)\" was not counted", "clock-stop"]
    {
        assert!(answer.notes.iter().any(|note| note.contains(part)), "{:?}\nlacks {part}", answer.notes);
    }
    assert_eq!(answer.whole("did-not-attend"), (0, 1));
}

#[test]
fn too_many_groups_are_refused_by_name_and_left_out_by_default() {
    let mut table = "apptdate|attended|sitetret\n".to_owned();
    for row in 0..500 {
        writeln!(table, "2024-04-01|5|S{row}").unwrap();
    }
    let said = message("hes-outpatient", &table, &["site"], &["did-not-attend"]);
    assert!(said.contains("`site`") && said.contains("400"), "{said}");
}

#[test]
fn a_file_without_headers_is_told_so_and_its_first_row_is_not_shown() {
    let said = message("sus-outpatient", "2024-04-01|5|1|SECRET\n2024-04-02|3|2|SECRET\n", &[], &[]);
    assert!(said.contains("Put a line of headers before it") && !said.contains("SECRET"), "{said}");
}
