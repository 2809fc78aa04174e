//! Made-up appointments with a known truth: what was planted is found, leaks are caught, bad input is refused.

mod bad_input;
mod by_group;
mod drifting;
mod explaining;
mod features;
mod fitting;
mod leaks;
mod lock;
mod offers;
mod trials;
mod world;
