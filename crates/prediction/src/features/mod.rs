//! Features: what was known of an appointment at a moment before it, as columns of numbers.

mod build;
mod definition;
mod history;
mod place;
mod too_short;
mod unseen;

pub use build::{Matrix, build};
pub use definition::{
    Barrier, CalibrateBy, Direction, Feature, FeatureSet, Kind, Moment, OutcomeRules, Says, shipped_set,
    shipped_set_ids, shipped_set_text,
};
pub use too_short::{LeftOut, leave_out};
pub use unseen::{Unseen, unseen, unseen_text};
