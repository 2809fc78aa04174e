//! The test for inequality that an improving average hides.

mod dispersion;
mod evidence;
pub mod hidden;
mod leaves;
pub mod method;
mod model;
mod whole;

pub use leaves::Leaves;

use crate::method::Method;

/// The methods of this family, in the order of the reference.
pub const METHODS: &[&Method] = &[&method::METHOD];
