//! What was changed, when, by whom.

pub mod list;
