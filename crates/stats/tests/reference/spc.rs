//! Adapters for run charts and control charts.

use crate::outcome::Adapter;

/// The reference's function names and what answers them.
pub const ADAPTERS: &[(&str, Adapter)] = &[];
