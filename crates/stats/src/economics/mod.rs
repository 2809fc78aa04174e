//! Health economics: the cost of a gap and distributional cost-effectiveness.

use crate::method::Method;

/// The methods of this family, in the order of the reference.
pub const METHODS: &[&Method] = &[];
