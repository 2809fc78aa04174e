//! Measures of inequality between groups.

mod counts;
pub mod sii;

use crate::method::Method;

/// The methods of this family, in the order of the reference.
pub const METHODS: &[&Method] = &[&sii::METHOD];
