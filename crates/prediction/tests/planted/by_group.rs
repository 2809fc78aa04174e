//! Calibration by group finds which groups miss more and fewer than their chances say, and makes nothing of what is not known.

use evenly_prediction::model::ByGroup;

use super::world::{read, set, world};

#[test]
fn groups_are_put_right_against_each_other_and_the_unknown_is_left_alone() {
    // The side is not known of every seventh appointment, and every one of those is missed: an artefact.
    let text: Vec<String> = world(3000, false)
        .lines()
        .enumerate()
        .map(
            |(line, text)| {
                if line % 7 == 3 { text.replace(",hill,", ",,").replace(",harbour,", ",,") } else { text.to_owned() }
            },
        )
        .collect();
    let set = set(None);
    let appointments = read(&(text.join("\n") + "\n"), &set).unwrap();
    let rows: Vec<usize> = appointments.judged().collect();
    let side = appointments.rows.groups.iter().find(|own| own.dimension.id == "side").unwrap();
    let group = |row: &usize| side.dimension.groups[side.codes[*row] as usize].id.as_str();
    let mut counts = [0_usize; 2];
    let missed: Vec<bool> = rows
        .iter()
        .map(|row| {
            let (place, of_ten) = match group(row) {
                "hill" => (0, 3),
                "harbour" => (1, 1),
                "isle" => return row.is_multiple_of(5),
                _ => return true,
            };
            counts[place] += 1;
            counts[place] % 10 < of_ten
        })
        .collect();
    let log_odds = vec![(0.2_f64 / 0.8).ln(); rows.len()];
    let found = ByGroup::fit(&appointments, &rows, &log_odds, &missed, &["side", "no-such-dimension"]);
    let own = &found.dimensions[0];
    assert!(found.dimensions.len() == 1 && own.dimension == "side");
    let adds = |id: &str| own.groups.iter().find(|(group, _)| group == id).unwrap().1;
    let truth = |share: f64| (share / (1.0 - share)).ln();
    // Nearly all of the difference; a group of a few hundred is moved little.
    let apart = (adds("hill") - adds("harbour")) / (truth(0.3) - truth(0.1));
    assert!((0.85..1.0).contains(&apart), "{apart}");
    assert!(adds("isle").abs() < 0.1, "{own:?}");
    let added = found.adds(&appointments, &rows);
    let unknown: Vec<f64> =
        rows.iter().zip(&added).filter(|(row, _)| group(row) == "missing").map(|(_, own)| *own).collect();
    assert!(unknown.len() > 500 && unknown.iter().all(|own| own.to_bits() == found.level.to_bits()));
    let expected: f64 = added.iter().zip(&log_odds).map(|(adds, own)| 1.0 / (1.0 + (-adds - own).exp())).sum();
    let count = missed.iter().filter(|missed| **missed).count() as f64;
    assert!((expected - count).abs() < 1e-6 * count, "{expected} {count}");
    let none = ByGroup::fit(&appointments, &rows, &log_odds, &missed, &[]);
    assert!(none.adds(&appointments, &rows).iter().all(|own| own.to_bits() == 0));
}
