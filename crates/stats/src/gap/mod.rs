//! The gap itself over time: its series with a control chart and a trend, and its change between two periods.

pub mod change;
pub(crate) mod frame;
pub mod measure;
pub mod movement;
pub mod series;
pub mod trend;

use crate::method::Method;

/// The methods of this family, in the order of the reference.
pub const METHODS: &[&Method] = &[&series::METHOD, &change::METHOD];
