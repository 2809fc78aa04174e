//! Health economics: the cost of a gap and distributional cost-effectiveness.

pub mod cost_of_gap;
pub mod dcea;
pub mod equity_plane;
#[cfg(test)]
mod tests;
pub mod welfare;

use crate::method::Method;

/// The methods of this family, in the order of the reference.
pub const METHODS: &[&Method] = &[&cost_of_gap::METHOD, &dcea::METHOD, &equity_plane::METHOD];
