//! The map: an indicator by place.

pub mod show;
