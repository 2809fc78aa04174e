//! Adapters for multilevel models.

use crate::outcome::Adapter;

/// The reference's function names and what answers them.
pub const ADAPTERS: &[(&str, Adapter)] = &[];
