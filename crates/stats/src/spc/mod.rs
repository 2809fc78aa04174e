//! Run charts and control charts.
//!
//! Two traditions, kept apart: [`xmr`] and [`p`] speak Making Data Count (rules, icons, rebasing with a reason); the other
//! charts speak Shewhart and Anhøj (three-sigma limits, runs analysis, freeze, split, exclude).

pub mod c;
pub mod chart;
pub mod control;
pub mod g;
pub mod i;
pub mod i_prime;
pub mod icons;
mod moving_range;
pub mod mr;
pub mod p;
pub mod p_control;
mod ratio;
pub mod rules;
pub mod run;
pub mod runs;
pub mod s;
mod subgroups;
pub mod t;
mod table_input;
pub mod u;
pub mod xbar;
pub mod xmr;

use crate::method::Method;

/// The methods of this family, in the order of the reference.
pub const METHODS: &[&Method] = &[
    &xmr::METHOD,
    &p::METHOD,
    &run::METHOD,
    &i::METHOD,
    &mr::METHOD,
    &i_prime::METHOD,
    &p_control::METHOD,
    &u::METHOD,
    &c::METHOD,
    &g::METHOD,
    &t::METHOD,
    &xbar::METHOD,
    &s::METHOD,
];
