//! Funnel plots: is a unit further from the whole than chance allows, given its size?

mod axis;
mod limits;
mod overdispersed;
mod significance;
mod transform;

pub use axis::{RatePoints, proportion_axis, rate_axis, ratio_axis};
pub use limits::{ControlLimits, count_ratio_limits, proportion_limits, ratio_at_events};
pub use overdispersed::{Funnel, FunnelUnit, METHOD as OVERDISPERSED, OverdispersedOptions, overdispersed};
pub use significance::{METHOD as SIGNIFICANCE, Significance, proportion_significance, ratio_significance};
pub use transform::Transform;

use crate::method::Method;

/// The methods of this family, in the order of the reference.
pub const METHODS: &[&Method] = &[&SIGNIFICANCE, &OVERDISPERSED];
