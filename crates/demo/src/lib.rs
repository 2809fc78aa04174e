//! A made-up trust with a known truth: people of a real place, what happens to them, what systems record of it.
//!
//! Invariant: the only code that knows the truth. Everything else sees the extracts alone, as it would a real trust's, and is
//! judged by what it finds in them. Nobody in them exists: only shares and rates are real, and each names its source.

mod answers;
mod barriers;
mod calendar;
mod chunk;
mod clinics;
mod dirt;
mod error;
mod generate;
mod names;
mod outpatients;
mod people;
mod place;
mod random;
mod risk;
mod scenario;
mod tables;
mod tallies;
mod truth;
mod write;

pub use answers::{Answer, CHANGES_NOTHING, RAISES, answers};
pub use error::DemoError;
pub use generate::{FEWEST_PEOPLE, MOST_PEOPLE, READ_BY, Settings, Unwatched, Watch, generate};
pub use scenario::{Planted as Switches, Scenario};
pub use truth::{BeforeAfter, DimensionGroup, FileRows, Planted, Rate, Truth};
