//! An extract read and checked, as `evenly check` does it: its data quality, past the gate.

use evenly_extract::checks::RejectsFile;
use evenly_store::Store;
use evenly_store::claims::Claim;
use evenly_store::runs::Level;
use evenly_store::work::Reading;
use serde_json::json;

use super::Job;
use super::reading::Prepared;
use crate::counting;
use crate::worker::meter::Meter;
use crate::worker::options::Options;
use crate::worker::results::{Released, Results};

/// What the release is kept for.
const PURPOSE: &str = "check";

/// Reads of the store what it needs.
pub async fn prepare(store: &Store, options: &Options, claim: &Claim, reading: Reading) -> anyhow::Result<Job> {
    let prepared = Prepared::gather(store, options, claim, reading).await?;
    Ok(Box::new(move |meter| check(&prepared, meter)))
}

fn check(prepared: &Prepared, meter: &Meter) -> anyhow::Result<Results> {
    meter.step("Reading rows.")?;
    let counting = prepared.open()?;
    let rejects = RejectsFile::create(&prepared.folder.join("rejects.csv"))?;
    let checked = counting.check(&rejects, meter)?;
    rejects.finish()?;
    meter.step("Taking the counts through the disclosure gate.")?;
    let release = counting::release_of_check(&checked, &prepared.policy)?;
    meter.step("Keeping the results.")?;
    let released = Released {
        extract: None,
        purpose: PURPOSE,
        title: prepared.reading.name.clone(),
        context: json!({}),
        release,
        found: Vec::new(),
    };
    let mut results = prepared.results(&counting, &checked.cube, released);
    if !checked.absent.is_empty() {
        let absent = checked.absent.join(", ");
        results.say(Level::Info, format!("Fields of the profile that the extract does not have: {absent}"));
    }
    // Not their names: the first line of a file without headers holds somebody's values.
    results.outcome.insert("unused_columns".to_owned(), json!(checked.unused.len()));
    results.outcome.insert("dimensions".to_owned(), json!(checked.dimensions));
    results.outcome.insert("absent".to_owned(), json!(checked.absent));
    Ok(results)
}
