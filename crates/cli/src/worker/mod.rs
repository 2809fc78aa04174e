//! The worker: takes up runs of the store, does them by the functions of the commands, and keeps what they come to.
//!
//! A run is held by a lease (decision record 0016). Its work is done on a thread of its own, while the worker says that it is alive. It
//! ends together with its results, in one change. What a worker leaves behind when it dies is removed by the next one.

mod attend;
mod files;
mod jobs;
mod meter;
mod options;
mod reason;
mod results;
mod schedules;
mod tidy;

use std::pin::{Pin, pin};
use std::time::Duration;

use evenly_store::claims::{self, Claim, Ending};
use evenly_store::{Store, StoreError};
use jiff::{SignedDuration, Timestamp};
use tokio::time::sleep;

use self::attend::{Attended, attend};
use self::options::Options;
pub use self::options::UPLOADS;
use self::results::Results;
use crate::settings::Settings;

/// Time between two looks for uploads and exact counts that are of no use any more.
const TIDY_EVERY: SignedDuration = SignedDuration::from_hours(1);
/// How often the end of a run is written again where the database does not answer.
const TRIES: u32 = 5;

/// Works runs off until `stop` ends. A run that is under way then is given back. Any number of workers may run at once.
pub async fn run(store: Store, settings: Settings, stop: impl Future<Output = ()> + Send) -> anyhow::Result<()> {
    let mut stop = pin!(stop);
    let worker = Worker { store, options: Options::new(&settings) };
    let mut tidied = None;
    tracing::info!(worker = worker.options.name, "the worker is ready");
    loop {
        // Asked before each run, and first of all: a signal to stop is heard from here on.
        tokio::select! {
            biased;
            () = stop.as_mut() => return Ok(()),
            () = std::future::ready(()) => {}
        }
        let pause = match worker.round(&mut tidied, stop.as_mut()).await {
            Ok(Round::Worked) => continue,
            Ok(Round::Stopped) => return Ok(()),
            Ok(Round::Idle) => worker.options.poll,
            Err(error) => {
                tracing::error!(%error, "the records do not answer; trying again");
                worker.options.poll
            }
        };
        tokio::select! {
            () = sleep(pause) => {}
            () = stop.as_mut() => return Ok(()),
        }
    }
}

/// What came of one look for work.
enum Round {
    /// There was a run.
    Worked,
    /// There was none.
    Idle,
    /// The worker is to stop.
    Stopped,
}

struct Worker {
    store: Store,
    options: Options,
}

impl Worker {
    /// Looks into folders, then for a run, and does it.
    async fn round<S: Future<Output = ()> + Send>(
        &self,
        tidied: &mut Option<Timestamp>,
        stop: Pin<&mut S>,
    ) -> Result<Round, StoreError> {
        let now = Timestamp::now();
        if tidied.is_none_or(|last| now.duration_since(last) >= TIDY_EVERY) {
            tidy::exact(&self.store, &self.options, None).await?;
            tidy::uploads(&self.store, &self.options, now).await?;
            *tidied = Some(now);
        }
        schedules::look(&self.store, &self.options, now).await?;
        match claims::claim(&self.store, &self.options.name, Timestamp::now(), self.options.lease).await? {
            None => Ok(Round::Idle),
            Some(claim) => self.take_up(&claim, stop).await,
        }
    }

    async fn take_up<S: Future<Output = ()> + Send>(
        &self,
        claim: &Claim,
        stop: Pin<&mut S>,
    ) -> Result<Round, StoreError> {
        let id = claim.run.id;
        tracing::info!(run = %id, kind = claim.run.kind, start = claim.run.starts, "run begun");
        tidy::exact(&self.store, &self.options, Some(&claim.run)).await?;
        let attended = match jobs::prepare(&self.store, &self.options, claim).await {
            Ok(job) => attend(&self.store, &self.options, claim, job, stop).await,
            // The records may answer again: the run waits for that.
            Err(error) if error.downcast_ref().is_some_and(is_passing) => {
                tracing::warn!(run = %id, error = %format!("{error:#}"), "run given back");
                self.write(claim, &End::GivenBack).await?;
                return Ok(Round::Idle);
            }
            Err(error) => Attended::Worked(Err(error)),
        };
        let stopped = matches!(attended, Attended::Stopped);
        self.end(claim, attended).await?;
        tidy::exact(&self.store, &self.options, Some(&claim.run)).await?;
        tidy::upload_of(&self.store, &self.options, &claim.run, Timestamp::now()).await?;
        Ok(if stopped { Round::Stopped } else { Round::Worked })
    }

    /// Ends a run as its work ended.
    async fn end(&self, claim: &Claim, attended: Attended) -> Result<(), StoreError> {
        let id = claim.run.id;
        let end = match attended {
            Attended::Lost => {
                tracing::warn!(run = %id, "the lease ended; another worker has the run");
                return Ok(());
            }
            Attended::Stopped => End::GivenBack,
            Attended::Cancelled => End::As(Ending::Cancelled),
            Attended::Worked(Err(error)) => End::As(Ending::Failed(reason::reason(&error))),
            Attended::Worked(Ok(mut results)) => {
                self.tell(claim, &mut results).await?;
                End::With(results)
            }
        };
        match self.write(claim, &end).await {
            Err(StoreError::LeaseLost) => tracing::warn!(run = %id, "the lease ended; another worker has the run"),
            Err(error) if !is_passing(&error) => {
                tracing::error!(run = %id, %error, "the results could not be kept");
                self.write(claim, &End::As(Ending::Failed(error.to_string()))).await?;
            }
            other => {
                other?;
                tracing::info!(run = %id, "run ended: {}", end.words());
            }
        }
        Ok(())
    }

    /// Writes what the results say into the run's log.
    async fn tell(&self, claim: &Claim, results: &mut Results) -> Result<(), StoreError> {
        results.warn_of_rows_twice(&self.store).await?;
        for (level, text) in &results.log {
            match claims::say(&self.store, claim, Timestamp::now(), *level, text).await {
                Err(StoreError::LeaseLost) => break,
                other => other?,
            }
        }
        Ok(())
    }

    /// Writes an end in one change; again where the database does not answer.
    async fn write(&self, claim: &Claim, end: &End) -> Result<(), StoreError> {
        let mut tried = 0;
        loop {
            tried += 1;
            match self.write_once(claim, end).await {
                Err(error) if is_passing(&error) && tried < TRIES => {
                    tracing::warn!(run = %claim.run.id, %error, "the end of a run could not be written; trying again");
                    sleep(Duration::from_millis(500) * tried).await;
                }
                other => return other,
            }
        }
    }

    async fn write_once(&self, claim: &Claim, end: &End) -> Result<(), StoreError> {
        let mut change = self.store.change(claim.actor(), Timestamp::now()).await?;
        match end {
            End::With(results) => results.keep(&mut change, claim).await?,
            End::As(ending) => claims::finish(&mut change, claim, ending).await?,
            End::GivenBack => claims::give_back(&mut change, claim).await?,
        }
        change.commit().await
    }
}

/// How a run ends for this worker.
enum End {
    With(Box<Results>),
    As(Ending),
    GivenBack,
}

impl End {
    fn words(&self) -> &'static str {
        match self {
            Self::With(_) | Self::As(Ending::Done(_)) => "done",
            Self::As(Ending::Failed(_)) => "failed",
            Self::As(Ending::Cancelled) => "cancelled",
            Self::GivenBack => "given back",
        }
    }
}

/// Whether trying again may help.
fn is_passing(error: &StoreError) -> bool {
    matches!(error, StoreError::Busy | StoreError::Database(_))
}
