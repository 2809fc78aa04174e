//! Adapters for estimates, standardisation, life expectancy and funnel plots.

use crate::outcome::Adapter;

/// The reference's function names and what answers them.
pub const ADAPTERS: &[(&str, Adapter)] = &[];
