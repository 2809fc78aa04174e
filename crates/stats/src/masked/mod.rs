//! The test for inequality that an improving average hides.

use crate::method::Method;

/// The methods of this family, in the order of the reference.
pub const METHODS: &[&Method] = &[];
