//! Which rows count: the required fields and the profile's rules, in the same order as in counting.

use evenly_cube::{Excluded, GroupState, Rejected, RowsEquation};

use super::{Rows, empty_equation};
use crate::count::Fields;
use crate::profile::Profile;

/// Which rows no check takes, and every row accounted for.
pub(super) fn take(
    profile: &Profile,
    fields: &Fields,
    may_be_empty: &[&str],
    rows: &Rows,
) -> (Vec<bool>, RowsEquation) {
    let mut keep = vec![true; rows.count];
    let mut equation = empty_equation(rows.count);
    for (name, column) in &rows.columns {
        if !column.reader.field().required || may_be_empty.contains(&name.as_str()) {
            continue;
        }
        for (state, reason) in [
            (GroupState::Missing, "nothing recorded".to_owned()),
            (GroupState::Invalid, column.reader.invalid_reason()),
        ] {
            let hit: Vec<bool> = column.values.iter().map(|value| value.state() == state).collect();
            let taken = strike(&mut keep, column.ids.iter().map(|id| hit[*id as usize]));
            if taken > 0 {
                equation.rejected.push(Rejected { field: name.clone(), reason, rows: taken });
            }
        }
    }
    for rule in &profile.exclude {
        let looks_at = rule.when.fields();
        let there = looks_at.iter().all(|field| fields.reader(field).is_some());
        if !there || looks_at.iter().any(|field| may_be_empty.contains(field)) {
            continue;
        }
        let answers = rows.ask(&rule.when);
        let taken = strike(&mut keep, answers.iter().map(|answer| *answer == Some(true)));
        equation.excluded.push(Excluded { rule: rule.name.clone(), rows: taken });
    }
    equation.counted = keep.iter().filter(|keep| **keep).count() as u64;
    (keep, equation)
}

/// Takes rows that are still there.
fn strike(keep: &mut [bool], hit: impl Iterator<Item = bool>) -> u64 {
    let mut taken = 0;
    for (keep, hit) in keep.iter_mut().zip(hit) {
        if *keep && hit {
            *keep = false;
            taken += 1;
        }
    }
    taken
}

/// Adds the rows that could not be read as rows.
pub(super) fn broken(equation: &mut RowsEquation, broken: &[(&'static str, u64)]) {
    for (reason, rows) in broken {
        equation.read += rows;
        equation.rejected.push(Rejected { field: "row".to_owned(), reason: (*reason).to_owned(), rows: *rows });
    }
}
