//! How well chances of an event rank, and whether they are true: AUROC, average precision, reach at a capacity, Brier score,
//! log-loss, calibration; with intervals by resampling people.
//!
//! There is no share of right guesses here: where one in twelve appointments is missed, guessing "attended" every time is right
//! eleven times of twelve and helps nobody.

mod bootstrap;
mod judged;
mod probability;
mod ranking;

pub use bootstrap::{Resampler, percentile_interval};
pub use judged::{Figures, Judged};
pub use probability::{Calibration, brier, calibration, log_loss};
pub use ranking::{Ranking, Reach};
