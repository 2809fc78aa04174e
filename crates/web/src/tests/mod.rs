//! The platform through its real router.

mod attacks;
mod pages;
mod permissions;
mod programs;
mod sign_in;
mod story;
mod uploads;
