//! Made-up appointments with a known truth: what was planted is found, leaks are caught, bad input is refused.

mod bad_input;
mod features;
mod fitting;
mod leaks;
mod world;
