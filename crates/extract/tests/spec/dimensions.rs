//! Dimensions: those of texts and long lists, periods, and the many at once.

use std::fmt::Write as _;

use evenly_extract::profile::Grain;

use crate::support::{counted, options, try_count};

#[test]
fn texts_and_long_lists_get_the_groups_that_occur() {
    let table = "
        apptdate   | attended | procode3 | tretspef
        2024-04-01 | 3        | RXX      | 130
        2024-04-01 | 5        | RAA      | 100
        2024-04-01 | 5        | RAA      | 7Z9
        2024-06-01 | 5        |          | &
    ";
    let answer = counted("hes-outpatient", table, &["provider", "treatment_function"], &["did-not-attend"]);
    let groups = |id: &str| -> Vec<String> {
        answer.release.dimension(id).unwrap().groups.iter().map(|group| group.id.clone()).collect()
    };
    assert_eq!(groups("provider"), ["RAA", "RXX", "missing", "invalid"]);
    assert_eq!(groups("treatment_function"), ["100", "130", "not-known", "missing", "invalid"]);
    assert_eq!(answer.group("did-not-attend", "treatment_function", "invalid"), (0, 1));
    // May is between two months that occur, and is shown.
    assert_eq!(groups("month"), ["2024-04", "2024-05", "2024-06"]);
}

#[test]
fn values_that_turn_up_late_are_not_lost() {
    // The beginnings of the file show one month and one provider only.
    let mut table = "apptdate|attended|procode3\n".to_owned();
    for _ in 0..60_000 {
        table.push_str("2024-04-01|5|RAA\n");
    }
    table.push_str("2025-01-31|3|RZZ\n2023-12-31|3|RBB\n2024-04-01||RCC");
    let answer = counted("hes-outpatient", &table, &["provider"], &["did-not-attend"]);
    assert_eq!(answer.whole("did-not-attend"), (2, 60_002));
    assert_eq!(answer.group("did-not-attend", "provider", "RZZ"), (1, 1));
    assert_eq!(answer.group("did-not-attend", "month", "2023-12"), (1, 1));
    assert_eq!(answer.group("did-not-attend", "month", "2025-01"), (1, 1));
    assert_eq!(answer.rejects.len(), 1, "rejected rows are written once, though the file was read twice");
}

#[test]
fn other_periods_may_be_asked_for() {
    let table = "
        apptdate   | attended
        2024-03-31 | 3
        2024-04-01 | 5
        2024-12-31 | 5
    ";
    let mut options = options(&[], &["did-not-attend"]);
    for (grain, first) in [(Grain::Quarter, "2024-01-01"), (Grain::Year, "2024-01-01"), (Grain::Week, "2024-03-25")] {
        options.period = Some(grain);
        let answer = try_count("hes-outpatient", table, &options).unwrap();
        let cells = answer.cells("did-not-attend", &[grain.id()]);
        assert_eq!(cells[0].0, [first]);
        assert_eq!(cells.iter().map(|(_, cell)| cell.1).sum::<u64>(), 3);
    }
}

/// With too many cells to cross everything at once, the smaller tables must say the same.
#[test]
fn many_dimensions_fall_back_to_smaller_tables() {
    let mut table = "apptdate|attended|apptage|sex|ethnos|imd_decile|tretspef|procode3|sitetret\n".to_owned();
    for row in 0..2_000_u32 {
        let month = row % 12 + 1;
        let (age, sex, ethnos) = (row % 100, row % 2 + 1, ["A", "C", "H", "M", "Z"][row as usize % 5]);
        let (function, provider, site) = (100 + row % 7 * 10, row % 9, row % 37);
        let attended = if row % 7 == 0 { 3 } else { 5 };
        let decile = row % 10 + 1;
        writeln!(table, "2024-{month:02}-03|{attended}|{age}|{sex}|{ethnos}|{decile}|{function}|R{provider}|S{site}")
            .unwrap();
    }
    let by = ["deprivation", "ethnicity", "sex", "age_band_5", "treatment_function", "provider", "site"];
    let all = counted("hes-outpatient", &table, &by, &["did-not-attend", "cancelled-by-patient"]);
    for dimensions in [&["sex"][..], &["sex", "provider"], &["month", "sex"], &["provider", "sex"]] {
        let by: Vec<&str> = dimensions.iter().copied().filter(|dimension| *dimension != "month").collect();
        let few = counted("hes-outpatient", &table, &by, &["did-not-attend"]);
        if dimensions == ["provider", "sex"] {
            let swap = |(mut groups, cell): (Vec<String>, _)| {
                groups.reverse();
                (groups, cell)
            };
            let mut cells: Vec<_> = all.cells("did-not-attend", &["sex", "provider"]).into_iter().map(swap).collect();
            cells.sort();
            assert_eq!(few.cells("did-not-attend", dimensions), cells);
        } else {
            assert_eq!(
                few.cells("did-not-attend", dimensions),
                all.cells("did-not-attend", dimensions),
                "{dimensions:?}"
            );
        }
    }
    assert_eq!(all.whole("did-not-attend").1, 2_000);
}
