//! How many changes a second the records take, and how fast the audit chain is walked: `bench_store PLACE [CHANGES]`.

use std::time::Instant;

use evenly_store::audit::{self, Chain};
use evenly_store::claims::{self, Ending};
use evenly_store::runs::{self, NewRun};
use evenly_store::{Actor, Place, Result, Store, StoreError};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use tokio::task::JoinSet;

/// Writers at a time in the second figure.
const WRITERS: u64 = 8;

fn main() -> Result<()> {
    let mut arguments = std::env::args().skip(1);
    let place = arguments.next().ok_or_else(|| StoreError::Unusable("name a file or a database".to_owned()))?;
    let changes: u64 = arguments.next().and_then(|own| own.parse().ok()).unwrap_or(1_000);
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|error| StoreError::Unusable(error.to_string()))?.block_on(figures(&Place::parse(&place), changes))
}

async fn figures(place: &Place, changes: u64) -> Result<()> {
    let store = Store::open(place).await?;
    let one = rate(changes, ask(&store, changes)).await?;
    println!("changes a second, one writer          {one:>10.0}");
    let many = rate(changes, crowd(&store, changes)).await?;
    println!("changes a second, {WRITERS} writers           {many:>10.0}");
    let ended = rate(changes, work_off(&store, changes)).await?;
    println!("runs claimed and ended a second       {ended:>10.0}");
    let events = audit::end(&store).await?.sequence;
    let walked = rate(events, async {
        match audit::verify(&store).await? {
            Chain::Whole(_) => Ok(()),
            Chain::Broken { reason, .. } => Err(StoreError::Damaged(reason)),
        }
    });
    println!("audit events walked a second          {:>10.0}   ({events} events)", walked.await?);
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "a benchmark measures")]
async fn rate(count: u64, work: impl Future<Output = Result<()>>) -> Result<f64> {
    let begun = Instant::now();
    work.await?;
    Ok(count as f64 / begun.elapsed().as_secs_f64())
}

async fn ask(store: &Store, changes: u64) -> Result<()> {
    for _ in 0..changes {
        let mut change = store.change(Actor::CommandLine, Timestamp::now()).await?;
        let new = NewRun { kind: "bench".to_owned(), parameters: json!({}), schedule: None };
        runs::request(&mut change, &new).await?;
        change.commit().await?;
    }
    Ok(())
}

async fn crowd(store: &Store, changes: u64) -> Result<()> {
    let mut writers = JoinSet::new();
    for _ in 0..WRITERS {
        let store = store.clone();
        writers.spawn(async move { ask(&store, changes / WRITERS).await });
    }
    writers.join_all().await.into_iter().collect()
}

async fn work_off(store: &Store, runs: u64) -> Result<()> {
    for _ in 0..runs {
        let now = Timestamp::now();
        let Some(claim) = claims::claim(store, "bench", now, SignedDuration::from_mins(1)).await? else { break };
        let mut change = store.change(claim.actor(), now).await?;
        claims::finish(&mut change, &claim, &Ending::Done(json!({}))).await?;
        change.commit().await?;
    }
    Ok(())
}
