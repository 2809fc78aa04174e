//! Ethnic categories: the local second character, the five groups in either style, and the four ways of not knowing.

use evenly_extract::derive::ethnic_group::EthnicStyle;

use crate::support::{counted, options, try_count};

const TABLE: &str = "
    apptdate   | attended | ethnos
    2024-04-01 | 3        | A
    2024-04-01 | 5        | A1
    2024-04-01 | 5        | C3
    2024-04-01 | 3        | R
    2024-04-01 | 5        | S
    2024-04-01 | 5        | H
    2024-04-01 | 5        | Z
    2024-04-01 | 3        | 99
    2024-04-01 | 5        | X
    2024-04-01 | 5        | T
    2024-04-01 | 5        |
";

#[test]
fn categories_are_national_and_unknowns_are_kept_apart() {
    let answer = counted("hes-outpatient", TABLE, &["ethnicity"], &["did-not-attend"]);
    let expected = [
        ("A", (1, 2)),
        ("C", (0, 1)),
        ("H", (0, 1)),
        ("R", (1, 1)),
        ("S", (0, 1)),
        ("not-stated", (0, 1)),
        ("not-known", (1, 2)),
        ("missing", (0, 1)),
        ("invalid", (0, 1)),
    ];
    let cells = answer.cells("did-not-attend", &["ethnicity"]);
    let expected: Vec<_> = expected.map(|(group, cell)| (vec![group.to_owned()], cell)).into();
    assert_eq!(cells, expected);
}

#[test]
fn chinese_people_move_between_the_styles_and_the_report_says_so() {
    let mut options = options(&["ethnic_group"], &["did-not-attend"]);
    let new = try_count("hes-outpatient", TABLE, &options).unwrap();
    options.ethnic_style = EthnicStyle::Census2001;
    let old = try_count("hes-outpatient", TABLE, &options).unwrap();
    let group = |answer: &crate::support::Answer, group| answer.group("did-not-attend", "ethnic_group", group);
    assert_eq!((group(&new, "asian"), group(&new, "other")), ((1, 2), (0, 1)));
    assert_eq!((group(&old, "asian"), group(&old, "other")), ((0, 1), (1, 2)));
    assert!(new.notes.iter().any(|note| note.contains("Chinese people are counted under Asian")), "{:?}", new.notes);
    assert!(old.notes.iter().any(|note| note.contains("Chinese people are counted under Other")), "{:?}", old.notes);
}
