//! Run charts and control charts.

use crate::method::Method;

/// The methods of this family, in the order of the reference.
pub const METHODS: &[&Method] = &[];
