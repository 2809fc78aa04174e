//! Run charts and control charts.
//!
//! Two traditions, kept apart: [`xmr`] and [`p`] speak Making Data Count (rules, icons, rebasing with a reason); the other
//! charts speak Shewhart and Anhøj (three-sigma limits, runs analysis, freeze, split, exclude).

pub mod chart;
pub mod icons;
mod moving_range;
pub mod p;
pub mod rules;
mod table_input;
pub mod xmr;

use crate::method::Method;

/// The methods of this family, in the order of the reference.
pub const METHODS: &[&Method] = &[&xmr::METHOD, &p::METHOD];
