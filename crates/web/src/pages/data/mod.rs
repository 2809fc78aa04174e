//! Data: what was brought in, how its runs went, what could not be used.

pub mod download;
pub mod import;
pub mod list;
pub mod release;
pub mod run;
mod unseen;
