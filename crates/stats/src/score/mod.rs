//! The local inequalities score: named inputs and open weights in one number from 0 to 100, never without its uncertainty.

pub mod definition;
pub mod local;
mod method;
pub mod stability;

use crate::method::Method;

pub use method::rows;

/// The methods of this family, in the order of the reference.
pub const METHODS: &[&Method] = &[&method::METHOD];
