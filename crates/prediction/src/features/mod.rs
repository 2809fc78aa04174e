//! Features: what was known of an appointment at a moment before it, as columns of numbers.

mod build;
mod definition;
mod history;
mod place;
mod season;
mod unseen;

pub use build::{Matrix, build};
pub use definition::{
    Barrier, CalibrateBy, Direction, Feature, FeatureSet, Kind, Moment, OutcomeRules, Says, shipped_set,
    shipped_set_ids, shipped_set_text,
};
pub use season::{LeftOut, leave_out_seasons};
pub use unseen::{Unseen, unseen, unseen_text};
