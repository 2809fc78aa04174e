//! The platform through its real router.

mod attacks;
mod map;
mod pages;
mod permissions;
mod programs;
mod scores;
mod settings;
mod sign_in;
mod statements;
mod story;
mod uploads;
