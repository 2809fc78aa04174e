//! Settings: the organisation's name, code and logo, and the folders that are looked into every so often.

pub mod logo;
pub mod organisation;
pub mod schedules;
pub mod show;
