//! What a person is recorded as on another appointment, where one does not say.
//!
//! Ethnicity is often asked on arrival, so that it is known of those who came. Groups would then hold the attended appointments of their
//! people and lose missed ones, and seem to miss less than they do. On any appointment of the same person it is known whether this one
//! was missed or not.

use evenly_cube::GroupState;
use evenly_extract::rows::{Groups, Rows};

/// Gives each row that has no known group of a dimension that of the person's latest appointment which has one; says how many rows
/// were given one.
pub(crate) fn fill(rows: &mut Rows, person: &[u32], day: &[Option<i32>], dimension: &str) -> u64 {
    let own = rows.groups.iter_mut().find(|groups| groups.dimension.id == dimension);
    own.map_or(0, |groups| fill_groups(groups, person, day))
}

fn fill_groups(groups: &mut Groups, person: &[u32], day: &[Option<i32>]) -> u64 {
    let is_known: Vec<bool> = groups.dimension.groups.iter().map(|group| group.state == GroupState::Known).collect();
    let people = person.iter().max().map_or(0, |most| *most as usize + 1);
    let mut latest: Vec<Option<(Option<i32>, u32)>> = vec![None; people];
    for ((code, person), day) in groups.codes.iter().zip(person).zip(day) {
        let own = &mut latest[*person as usize];
        if is_known[*code as usize] && own.is_none_or(|(last, _)| last <= *day) {
            *own = Some((*day, *code));
        }
    }
    let mut filled = 0;
    for (code, person) in groups.codes.iter_mut().zip(person) {
        if let (false, Some((_, known))) = (is_known[*code as usize], latest[*person as usize]) {
            *code = known;
            filled += 1;
        }
    }
    filled
}
