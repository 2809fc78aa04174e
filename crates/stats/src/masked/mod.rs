//! The test for inequality that an improving average hides.
//!
//! [`find`] takes a slice of a cube ([`Cells`]) and answers with an [`Outcome`]; `evenly measure masked` does the same for a
//! table. What it does, and why, is said in `masked.md` beside this file.

mod candidates;
mod cells;
mod contrast;
mod decide;
mod dispersion;
mod evidence;
mod find;
pub mod method;
mod model;
mod outcome;
mod whole;

pub use cells::{Cells, Leaf};
pub use find::{MaskedOptions, find};
pub use outcome::{BeforeAfter, Kind, Outcome, Reach, StratumChange};

use crate::method::Method;

/// The methods of this family, in the order of the reference.
pub const METHODS: &[&Method] = &[&method::METHOD];
