//! The kinds of work, one file each: what is read of the store first, then what a thread does with it.
//!
//! # How to add a kind
//!
//! 1. Its parameters in `evenly_store::work`.
//! 2. A file here: `prepare` reads of the store what is needed, and gives back the work as a function of the meter. It calls what the
//!    command of the same name calls, so that the two cannot disagree.
//! 3. One line in [`prepare`], and its story in `tests/platform/`.

mod analyse;
mod check;
mod definitions;
mod reading;
mod score;
mod statement;

use evenly_store::Store;
use evenly_store::claims::Claim;
use evenly_store::work::Work;

use super::meter::Meter;
use super::options::Options;
use super::results::Results;

/// A piece of work that needs nothing more of the store.
pub type Job = Box<dyn FnOnce(&Meter) -> anyhow::Result<Results> + Send>;

/// Reads of the store what the work of a claim needs.
pub async fn prepare(store: &Store, options: &Options, claim: &Claim) -> anyhow::Result<Job> {
    match Work::of_run(&claim.run)? {
        Work::Check(reading) => check::prepare(store, options, claim, reading).await,
        Work::Analyse(analysing) => analyse::prepare(store, options, claim, analysing).await,
        Work::Statement(stating) => statement::prepare(store, options, stating).await,
        Work::Score(scoring) => score::prepare(store, scoring).await,
    }
}
