//! Derived dimensions: pure look-ups from the meaning of a field to a group.

pub mod age;
pub mod area;
pub mod coded;
pub mod deprivation;
pub mod distance;
pub mod ethnic_group;
mod groups;
pub mod lead;
pub mod period;
pub mod place;
pub mod transition;
pub mod ward;

use std::sync::Arc;

use evenly_cube::Dimension;

use crate::profile::Meaning;

pub use groups::{Groups, Unknowns};
pub use period::Grain;

/// A dimension and how the value of one field falls into its groups.
#[derive(Clone)]
pub struct Derived {
    /// The dimension.
    pub dimension: Dimension,
    /// Position of a value's group.
    pub code: Arc<dyn Fn(&Meaning) -> usize + Send + Sync>,
    /// Code lists and lookups it rests on: kind, id, title, source.
    pub rests_on: Option<RestsOn>,
}

/// A lookup that a derived dimension rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RestsOn {
    /// Its id.
    pub id: String,
    /// Title for a reader.
    pub title: String,
    /// Where it comes from, with its licence.
    pub source: String,
}
