//! Derived fields: pure look-ups from the distinct values of a field to groups of a dimension.

pub mod deprivation;
