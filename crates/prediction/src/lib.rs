//! Prediction that can only help: features as of a moment, models, calibration, audit by group, offers of help.
//!
//! Invariant: sees people, gives back models, figures and counts. A chance is never written beside an appointment or a person:
//! [`Chances`] and [`Estimates`] cannot be read outside; they leave as figures of many people ([`audit`]) or as an offer of help ([`worklist`]).
//! Nothing depends on this crate but the command line.

pub mod appointments;
pub mod audit;
pub mod card;
mod chances;
pub mod drift;
mod error;
mod estimates;
pub mod explain;
pub mod features;
pub mod fit;
pub mod guard;
pub mod model;
pub mod nearness;
mod of_person;
pub mod split;
pub mod trial;
pub mod worklist;

pub use chances::Chances;
pub use error::PredictError;
pub use estimates::Estimates;
