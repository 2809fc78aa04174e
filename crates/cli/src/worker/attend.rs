//! A run under way: its thread works, and meanwhile the worker says that it is alive and hears whether it is to stop.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::anyhow;
use evenly_store::claims::{self, Claim, Signal};
use evenly_store::{Store, StoreError};
use jiff::Timestamp;
use tokio::time::{MissedTickBehavior, interval, timeout};

use super::jobs::Job;
use super::meter::Meter;
use super::options::Options;
use super::results::Results;

/// Longest wait for a thread that was told to stop, when the program ends.
const GRACE: Duration = Duration::from_secs(5);
/// What a run says whose thread did not come to an end of its own.
const BROKEN: &str = "Evenly failed in the middle of this run, which is an error of Evenly; please report it, with what the server's \
     log says at this time";

/// How a run under way came to its end.
pub enum Attended {
    /// The work ended by itself.
    Worked(anyhow::Result<Box<Results>>),
    /// Somebody asked for it to stop.
    Cancelled,
    /// The lease ended, and another has the run.
    Lost,
    /// The worker stops.
    Stopped,
}

/// Does the work of a claim, until it ends or has to.
pub async fn attend<S: Future<Output = ()> + Send>(
    store: &Store,
    options: &Options,
    claim: &Claim,
    job: Job,
    mut stop: Pin<&mut S>,
) -> Attended {
    let meter = Arc::new(Meter::default());
    let thread_meter = meter.clone();
    let mut work = tokio::task::spawn_blocking(move || job(&thread_meter));
    let mut beat = interval(options.beat());
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tokio::select! {
            done = &mut work => {
                // So that the run says how many rows it read in the end; and whoever asked it to stop meanwhile is heard.
                if let Some(ended) = beat_once(store, options, claim, &meter).await {
                    return ended;
                }
                return Attended::Worked(done.unwrap_or_else(|_| Err(anyhow!(BROKEN))).map(Box::new));
            }
            () = &mut stop => {
                meter.stop();
                let _ = timeout(GRACE, work).await;
                return Attended::Stopped;
            }
            _ = beat.tick() => {
                let Some(ended) = beat_once(store, options, claim, &meter).await else { continue };
                meter.stop();
                // The thread ends at its next look: nothing is begun before it has let go of its memory.
                let _ = work.await;
                return ended;
            }
        }
    }
}

/// Says that the worker is alive, and how far it is; gives the end that the run has come to by that, if it has.
async fn beat_once(store: &Store, options: &Options, claim: &Claim, meter: &Meter) -> Option<Attended> {
    let (step, rows) = meter.reading();
    match claims::heartbeat(store, claim, Timestamp::now(), options.lease, step, rows).await {
        Ok(Signal::Continue) => None,
        Ok(Signal::Cancel) => Some(Attended::Cancelled),
        Err(StoreError::LeaseLost) => Some(Attended::Lost),
        Err(error) => {
            tracing::warn!(run = %claim.run.id, %error, "the run could not be kept; trying again");
            None
        }
    }
}
