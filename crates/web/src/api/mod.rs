//! The programming interface: the same things as the pages, for programs with a token, under the same permissions.

pub mod audit;
pub mod definitions;
pub mod findings;
pub mod groups;
pub mod openapi;
pub mod people;
pub mod releases;
pub mod runs;
pub mod scores;
pub mod statements;
