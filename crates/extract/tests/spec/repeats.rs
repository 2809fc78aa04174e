//! People who come again: their rows tell less than as many people would.

use std::fmt::Write as _;

use crate::support::counted;

/// Two hundred people with four appointments each; one in four misses all of theirs. `person` says who is who.
fn table(person: impl Fn(usize, usize) -> String) -> String {
    let mut table = String::from("Appointment_Date | ATTENDED | Sex | Der_Pseudo_NHS_Number");
    for number in 0..200 {
        for visit in 0..4 {
            let status = if number % 4 == 0 { 3 } else { 5 };
            let (month, sex) = (visit * 3 + 1, number % 2 + 1);
            write!(table, "\n2024-{month:02}-05 | {status} | {sex} | {}", person(number, visit)).expect("text");
        }
    }
    table
}

#[test]
fn a_value_is_as_sure_as_the_people_and_a_change_as_those_who_are_on_one_side_only() {
    let answer = counted("sus-outpatient", &table(|number, _| format!("P{number}")), &["sex"], &["did-not-attend"]);
    let own = &answer.release.indicators[0];
    // Four rows of one person tell as much as one: 4 · 200 / 199, to two digits. Everybody stands on both sides of the year alike.
    let effect = own.repeats.expect("the extract says who is who");
    assert!((effect.of_value - 4.0).abs() < 1e-9 && (effect.of_change - 1.0).abs() < 1e-9, "{effect:?}");
    let effects = |dimensions: &[&str]| own.table(dimensions).expect("a table").cells[0].design_effect;
    assert!((effects(&["sex"]) - 4.0).abs() < 1e-9, "groups are as sure as their people");
    assert!((effects(&["month", "sex"]) - 1.0).abs() < 1e-9, "in a month everybody comes once");
}

#[test]
fn where_everybody_comes_once_or_nobody_is_named_rows_stand_for_themselves() {
    let once =
        counted("sus-outpatient", &table(|number, visit| format!("P{number}-{visit}")), &["sex"], &["did-not-attend"]);
    assert!((once.release.indicators[0].repeats.expect("named").of_value - 1.0).abs() < 1e-9);
    let unnamed = table(|_, _| String::new()).replace(" | Der_Pseudo_NHS_Number", "").replace(" | \n", "\n");
    let unnamed = counted("sus-outpatient", unnamed.trim_end_matches(" | "), &["sex"], &["did-not-attend"]);
    assert_eq!(unnamed.release.indicators[0].repeats, None);
}
