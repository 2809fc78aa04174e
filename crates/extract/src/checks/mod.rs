//! Checks: where rejected rows go.

mod rejects;

pub use rejects::{NoRejects, RejectsFile};
