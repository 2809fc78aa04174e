//! One ethnic category for each person whose records hold several, by published rules; who has several, and what a rule
//! changes.
//!
//! A row's own code is what somebody recorded that day. The same person may be White British in outpatients, not stated in
//! emergency care and any other White as an inpatient, and a rule must say which of them counts. Evenly holds two published
//! ones and shows what each does to the groups; neither is better than asking people.
//!
//! People are known by their pseudonym alone, and only by a hash of it; what leaves is counts.

mod conflicts;
mod field;
mod people;
mod rule;

pub use conflicts::conflicts;
pub use field::{Choice, EthnicityField};
pub use people::{People, Source};
pub use rule::EthnicityRule;
