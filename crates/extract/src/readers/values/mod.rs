//! Values: what a text means for the kind of its column, and the table of distinct values of a column.

mod column;
mod date;
mod meaning;
mod whole;

pub(crate) use column::{Column, Fault};

pub use meaning::Meaning;
