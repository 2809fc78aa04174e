//! Data quality past the gate: rows in which a field is not known, in all and by group.
//!
//! Where the field is a dimension of the views, its unknown rows are cells of the same tables as the indicators (their
//! *universe*), and are protected with them. Other fields make small tables of their own: rows by group, beside their whole.

use super::block::Block;
use super::policy::Policy;
use crate::cube::Cube;
use crate::dimension::GroupState;
use crate::provenance::QualityCount;
use crate::release::{FieldQuality, QualityCell, ReleasedCount};

/// Marks the cells of each block whose universe the quality tables and the rows equation publish.
pub(super) fn publish_universe(cube: &Cube, blocks: &mut [Block]) {
    for block in blocks {
        for view in &mut block.views {
            if view.dimensions.is_empty() {
                view.universe.fill(true);
            }
        }
        for count in &cube.quality {
            for (dimensions, groups) in [rows_place(cube, count), out_of_place(cube, count)].into_iter().flatten() {
                if let Some((view, cell)) = find(block, &dimensions, &groups) {
                    block.views[view].universe[cell] = true;
                }
            }
        }
    }
}

/// The quality counts of each field, in the cube's order.
pub(super) fn release(cube: &Cube, policy: &Policy, blocks: &[Block]) -> Vec<FieldQuality> {
    let hidden = hidden(cube, policy, blocks);
    let mut fields: Vec<FieldQuality> = Vec::new();
    for (count, (rows, out_of)) in cube.quality.iter().zip(hidden) {
        let out_of = policy.release(count.out_of, out_of);
        let rows = policy.release(count.rows, rows || out_of == ReleasedCount::Suppressed);
        let cell = QualityCell { group: count.group.clone(), state: count.state, rows, out_of };
        match fields.iter_mut().find(|field| field.field == count.field) {
            Some(field) => field.cells.push(cell),
            None => fields.push(FieldQuality { field: count.field.clone(), cells: vec![cell] }),
        }
    }
    fields
}

/// How many of them are withheld.
pub(super) fn withheld(fields: &[FieldQuality]) -> u64 {
    let counts = fields.iter().flat_map(|field| &field.cells).flat_map(|cell| [cell.rows, cell.out_of]);
    counts.map(|count| u64::from(count == ReleasedCount::Suppressed)).sum()
}

/// For each quality count: whether its rows and what they are out of are withheld.
fn hidden(cube: &Cube, policy: &Policy, blocks: &[Block]) -> Vec<(bool, bool)> {
    let in_blocks = |place: Option<(Vec<usize>, Vec<usize>)>, rows: u64| {
        let (dimensions, groups) = place?;
        let mut found = None;
        for block in blocks {
            if let Some((view, cell)) = find(block, &dimensions, &groups) {
                let universe = block.universe();
                if block.count(view, cell, universe) == rows {
                    found = Some(found.unwrap_or(false) || block.is_withheld(view, cell, universe));
                }
            }
        }
        found
    };
    let mut hidden: Vec<(bool, bool)> = Vec::new();
    let mut own_tables: Vec<usize> = Vec::new();
    for (position, count) in cube.quality.iter().enumerate() {
        let rows = in_blocks(rows_place(cube, count), count.rows);
        let out_of =
            in_blocks(out_of_place(cube, count), count.out_of).unwrap_or(false) || policy.withholds(count.out_of);
        if rows.is_none() {
            own_tables.push(position);
        }
        hidden.push((rows.unwrap_or(false) || policy.withholds(count.rows) || out_of, out_of));
    }
    if policy.withholds_anything() {
        for position in own_tables {
            protect_table(cube, policy, position, &mut hidden);
        }
    }
    hidden
}

/// In the table of a field, a way of not knowing and a dimension: where a withheld count stands alone, or with too little
/// beside it, the whole table of that field and state is withheld but for its noughts.
fn protect_table(cube: &Cube, policy: &Policy, position: usize, hidden: &mut [(bool, bool)]) {
    let count = &cube.quality[position];
    let Some((dimension, _)) = &count.group else { return };
    if !policy.withholds(count.rows) {
        return;
    }
    let beside: Vec<usize> = (0..cube.quality.len())
        .filter(|other| *other != position)
        .filter(|other| {
            let other = &cube.quality[*other];
            let same = other.group.as_ref().is_some_and(|(own, _)| own == dimension);
            same && other.field == count.field && other.state == count.state
        })
        .collect();
    // Rows that withheld neighbours could give or take without a reader noticing.
    let room = |hidden: &[(bool, bool)]| {
        let mut give = 0;
        let mut take = 0_u64;
        for other in &beside {
            let other_count = &cube.quality[*other];
            let (low, high) =
                if hidden[*other].0 { (0, other_count.out_of) } else { policy.interval(other_count.rows) };
            give += other_count.rows - low.min(other_count.rows);
            take = take.saturating_add(high.saturating_sub(other_count.rows));
        }
        (give, take)
    };
    let needed = (policy.suppress_to - count.rows, count.rows - policy.suppress_from);
    let mut order: Vec<usize> = beside.iter().copied().filter(|other| cube.quality[*other].rows > 0).collect();
    order.sort_by_key(|other| cube.quality[*other].rows);
    for other in order {
        let (give, take) = room(hidden);
        if give >= needed.0 && take >= needed.1 {
            return;
        }
        hidden[other].0 = true;
    }
    let (give, take) = room(hidden);
    if give < needed.0 || take < needed.1 {
        for (other, hidden) in cube.quality.iter().zip(hidden.iter_mut()) {
            if other.field == count.field && other.state == count.state && other.rows > 0 {
                hidden.0 = true;
            }
        }
    }
}

/// Where a quality count's rows stand in the views: the unknown group of the field, crossed with the group if there is one.
fn rows_place(cube: &Cube, count: &QualityCount) -> Option<(Vec<usize>, Vec<usize>)> {
    let field = cube.dimensions.iter().position(|dimension| dimension.id == count.field)?;
    let unknown = unknown_group(cube, field, count.state)?;
    match &count.group {
        None => Some((vec![field], vec![unknown])),
        Some((dimension, group)) => {
            let dimension = cube.dimensions.iter().position(|own| own.id == *dimension)?;
            (dimension != field).then(|| (vec![field, dimension], vec![unknown, *group]))
        }
    }
}

fn unknown_group(cube: &Cube, dimension: usize, state: GroupState) -> Option<usize> {
    let mut groups = cube.dimensions[dimension].groups.iter().enumerate().filter(|(_, group)| group.state == state);
    let first = groups.next().map(|(position, _)| position);
    if groups.next().is_some() { None } else { first }
}

/// Where what they are out of stands: the whole, or the group.
fn out_of_place(cube: &Cube, count: &QualityCount) -> Option<(Vec<usize>, Vec<usize>)> {
    match &count.group {
        None => Some((Vec::new(), Vec::new())),
        Some((dimension, group)) => {
            let dimension = cube.dimensions.iter().position(|own| own.id == *dimension)?;
            Some((vec![dimension], vec![*group]))
        }
    }
}

fn find(block: &Block, dimensions: &[usize], groups: &[usize]) -> Option<(usize, usize)> {
    let view = block.view(dimensions)?;
    let own = &block.views[view];
    let mut arranged = Vec::new();
    for (dimension, size) in own.dimensions.iter().zip(&own.sizes) {
        let place = dimensions.iter().position(|wanted| wanted == dimension)?;
        arranged.push(*groups.get(place).filter(|group| *group < size)?);
    }
    Some((view, own.cell(&arranged)))
}
