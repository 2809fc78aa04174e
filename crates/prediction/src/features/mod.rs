//! Features: what was known of an appointment at a moment before it, as columns of numbers.

mod build;
mod definition;
mod history;
mod place;
mod unseen;

pub use build::{Matrix, build};
pub use definition::{
    Barrier, Direction, Feature, FeatureSet, Kind, Moment, OutcomeRules, shipped_set, shipped_set_ids, shipped_set_text,
};
pub use unseen::{Unseen, unseen, unseen_text};
