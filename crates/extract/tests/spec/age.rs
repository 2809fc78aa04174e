//! Ages: recoded, banded, and used by conditions.

use evenly_cube::GroupState;

use crate::support::counted;

#[test]
fn ages_under_one_year_are_children_and_impossible_ages_are_invalid() {
    let table = "
        apptdate   | attended | apptage
        2024-04-01 | 3        | 7001
        2024-04-01 | 5        | 7007
        2024-04-01 | 5        | 17
        2024-04-01 | 5        | 18.0
        2024-04-01 | 3        | 119
        2024-04-01 | 5        | 125
        2024-04-01 | 5        | 131
        2024-04-01 | 5        |
        2024-04-01 | 5        | old
    ";
    let answer = counted("hes-outpatient", table, &["age_band", "age_band_5"], &["did-not-attend", "was-not-brought"]);
    assert_eq!(answer.equation(), "9 = 9 counted");
    assert_eq!(answer.whole("was-not-brought"), (1, 3));
    let band = |group| answer.group("did-not-attend", "age_band", group);
    assert_eq!(band("0-17"), (1, 3));
    assert_eq!(band("18-34"), (0, 1));
    assert_eq!(band("80+"), (1, 2));
    assert_eq!(band("missing"), (0, 1));
    assert_eq!(band("invalid"), (0, 2));
    assert_eq!(answer.group("did-not-attend", "age_band_5", "0-4"), (1, 2));
    assert_eq!(answer.group("did-not-attend", "age_band_5", "90+"), (1, 2));
    let quality = answer.release.quality.iter().find(|quality| quality.field == "age").unwrap();
    let in_all = |state| {
        let cell = quality.cells.iter().find(|cell| cell.group.is_none() && cell.state == state).unwrap();
        (cell.rows.shown().unwrap(), cell.out_of.shown().unwrap())
    };
    assert_eq!(in_all(GroupState::Missing), (1, 9));
    assert_eq!(in_all(GroupState::Invalid), (2, 9));
}
