//! Person-level extracts: profiles, readers, checks, derived fields, and counting people into a cube.
//!
//! Invariant: the only reader of person-level files. What leaves is counts ([`evenly_cube::Exact`]), the rows equation and
//! rejects that carry no person's values. To the crates on the people's side it also gives rows ([`rows`]), in which people
//! are numbers and identifiers stay behind.

pub mod checks;
pub mod codes;
pub mod count;
pub mod derive;
pub mod engine;
pub mod ethnicity;
pub mod grouped;
pub mod groups;
pub mod profile;
pub mod readers;
pub mod rows;
