//! The subcommands, one file each.

pub mod analyse;
pub mod audit;
pub mod backup;
pub mod check;
pub mod demo;
pub mod groups;
pub mod indicator;
pub mod measure;
pub mod predict;
pub mod profile;
pub mod restore;
pub mod score;
pub mod serve;
pub mod statement;
pub mod truth;
pub mod worker;
