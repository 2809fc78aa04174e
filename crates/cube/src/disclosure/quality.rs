//! Data quality past the gate: rows in which a field is not known, in all and by group.

use super::policy::Policy;
use crate::cube::Cube;
use crate::provenance::QualityCount;
use crate::release::{FieldQuality, QualityCell, ReleasedCount};

/// The quality counts of each field, in the cube's order.
pub(super) fn release(cube: &Cube, policy: &Policy) -> Vec<FieldQuality> {
    let mut fields: Vec<FieldQuality> = Vec::new();
    for count in &cube.quality {
        let cell = cell(policy, count);
        match fields.iter_mut().find(|field| field.field == count.field) {
            Some(field) => field.cells.push(cell),
            None => fields.push(FieldQuality { field: count.field.clone(), cells: vec![cell] }),
        }
    }
    fields
}

fn cell(policy: &Policy, count: &QualityCount) -> QualityCell {
    let out_of = policy.release(count.out_of, false);
    let rows = policy.release(count.rows, out_of == ReleasedCount::Suppressed);
    QualityCell { group: count.group.clone(), state: count.state, rows, out_of }
}

/// How many of them are withheld.
pub(super) fn withheld(fields: &[FieldQuality]) -> u64 {
    let counts = fields.iter().flat_map(|field| &field.cells).flat_map(|cell| [cell.rows, cell.out_of]);
    counts.map(|count| u64::from(count == ReleasedCount::Suppressed)).sum()
}
