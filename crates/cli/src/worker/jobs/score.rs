//! A score of the groups of one dimension of a release, as `evenly score rank` works it out; the outcome holds the answer.

use anyhow::{Context, bail};
use evenly_report::score::{self, Values};
use evenly_store::work::Scoring;
use evenly_store::{Store, releases};

use super::{Job, definitions};
use crate::commands;
use crate::worker::meter::Meter;
use crate::worker::results::Results;

/// Reads of the store what it needs.
pub async fn prepare(store: &Store, scoring: Scoring) -> anyhow::Result<Job> {
    let info = releases::get(store, scoring.release).await?;
    if info.withdrawn.is_some() {
        bail!("this release is out of use; choose the newest of “{}”", info.title);
    }
    let release = releases::load(store, scoring.release).await?;
    let definition = definitions::score(store, &scoring.score).await?;
    Ok(Box::new(move |meter: &Meter| {
        meter.step("Working out the score.")?;
        let values = Values::of(&evenly_report::analyse(&release));
        let ranking = score::rank(&values, &definition, &scoring.of, scoring.seed)?;
        let outcome = commands::score::answer(&ranking).as_object().cloned().context("an answer is an object")?;
        Ok(Results { outcome, ..Results::default() })
    }))
}
