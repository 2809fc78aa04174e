//! From an extract to findings, as `evenly analyse` does it.

use anyhow::anyhow;
use evenly_cube::CubeError;
use evenly_store::Store;
use evenly_store::claims::Claim;
use evenly_store::work::Analysing;
use serde_json::json;

use super::Job;
use super::reading::Prepared;
use crate::counting;
use crate::worker::meter::Meter;
use crate::worker::options::Options;
use crate::worker::results::{Released, Results};

/// What the release is kept for.
const PURPOSE: &str = "analysis";

/// Reads of the store what it needs.
pub async fn prepare(store: &Store, options: &Options, claim: &Claim, work: Analysing) -> anyhow::Result<Job> {
    let prepared = Prepared::gather(store, options, claim, work.reading).await?;
    Ok(Box::new(move |meter| analyse(&prepared, work.split.as_deref(), meter)))
}

fn analyse(prepared: &Prepared, split: Option<&str>, meter: &Meter) -> anyhow::Result<Results> {
    meter.step("Reading rows.")?;
    let counting = prepared.open()?;
    let counted = counting::count_for_report(&counting, &prepared.folder.join("rejects.csv"), meter)?;
    counted.cube.save(&prepared.folder.join("cube.parquet")).map_err(|error| match error {
        CubeError::File { reason, .. } => anyhow!("the exact counts cannot be kept in the data folder: {reason}"),
        other => other.into(),
    })?;
    meter.step("Taking the counts through the disclosure gate.")?;
    let release = counting::release(&counted, &prepared.policy, split)?;
    meter.step("Working out what stands out.")?;
    let found = evenly_web::found(&evenly_report::analyse(&release));
    meter.step("Keeping the results.")?;
    let findings = found.len();
    let released = Released {
        extract: None,
        purpose: PURPOSE,
        title: prepared.reading.name.clone(),
        context: json!({ "split": split }),
        release,
        found,
    };
    let mut results = prepared.results(&counting, &counted.cube, released);
    results.outcome.insert("findings".to_owned(), json!(findings));
    Ok(results)
}
