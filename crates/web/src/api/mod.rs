//! The programming interface: the same things as the pages, for programs with a token, under the same permissions.

pub mod findings;
pub mod openapi;
pub mod releases;
pub mod runs;
