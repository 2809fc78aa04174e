//! `Exact`: a value that must not leave before the disclosure gate has seen it.

use crate::cube::Cube;
use crate::dimension::Dimension;
use crate::provenance::Provenance;

/// A value made of exact counts. It has no way out of this crate: no `Debug`, `Display`, `Serialize` or `Deref`.
///
/// ```compile_fail
/// fn show(cube: evenly_cube::Exact<evenly_cube::Cube>) { println!("{cube:?}"); }
/// ```
/// ```compile_fail
/// fn open(cube: evenly_cube::Exact<evenly_cube::Cube>) -> evenly_cube::Cube { cube.0 }
/// ```
#[derive(Clone)]
pub struct Exact<T>(pub(crate) T);

impl<T> Exact<T> {
    /// Locks a value in.
    pub fn new(value: T) -> Self {
        Self(value)
    }
}

impl Exact<Cube> {
    /// What people are grouped by. Names of groups are no counts; every release carries them too.
    pub fn dimensions(&self) -> &[Dimension] {
        &self.0.dimensions
    }

    /// Ids of the indicators that it holds.
    pub fn indicator_ids(&self) -> Vec<&str> {
        self.0.indicators.iter().map(|own| own.definition.id.as_str()).collect()
    }

    /// Where it comes from; every release carries it too.
    pub fn provenance(&self) -> &Provenance {
        &self.0.provenance
    }
}
