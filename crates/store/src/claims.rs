//! A worker's hold on a run: claimed, kept by saying that it is alive, lost when it does not.
//!
//! Each claim carries a number that counts up (the fence). Whatever a worker writes, it writes only where the number is still
//! its own; so a worker that was thought dead and was not cannot end a run that another has taken up.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use sqlx::any::AnyRow;

use crate::audit::{Actor, number};
use crate::change::Change;
use crate::error::{Result, StoreError};
use crate::id::Id;
use crate::row::{Columns, Word, time_text};
use crate::runs::{Level, Run, State};
use crate::store::Store;

/// A worker's hold on a run.
#[derive(Clone, Debug)]
pub struct Claim {
    /// The run as it was when it was claimed.
    pub run: Run,
    /// The number of this claim.
    fence: u64,
    /// The worker.
    worker: String,
}

/// What a worker is told when it says that it is alive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// Carry on.
    Continue,
    /// Stop: somebody asked for it.
    Cancel,
}

/// How a run ends.
#[derive(Clone, Debug, PartialEq)]
pub enum Ending {
    /// Its results are stored in the same change.
    Done(Value),
    /// It came to nothing; why, for a reader.
    Failed(String),
    /// It was stopped on request.
    Cancelled,
}

/// Key of a run's outcome under which stands the name of the claim whose folder belongs to it.
pub const FOLDER: &str = "exact";
/// A run whose workers have died so often is not begun again: it may be what kills them.
pub const STARTS_MAX: u64 = 3;

/// What can be claimed at a moment: waiting, or left by a worker that no longer says that it is alive.
const CLAIMABLE: &str = "SELECT * FROM runs WHERE state = 'waiting' OR (state = 'running' AND lease_until < $1) \
     ORDER BY requested_at, id LIMIT 1";

/// Claims the run that has waited longest, if there is one, until `now + lease`.
pub async fn claim(store: &Store, worker: &str, now: Timestamp, lease: SignedDuration) -> Result<Option<Claim>> {
    // Looking first costs no writer's lock while there is nothing to do.
    if store.find(sqlx::query(CLAIMABLE).bind(time_text(now)), Run::of).await?.is_none() {
        return Ok(None);
    }
    let mut change = store.change(Actor::Worker(worker.to_owned()), now).await?;
    let now_text = time_text(now);
    while let Some(run) = change.find(sqlx::query(CLAIMABLE).bind(now_text.clone()), Run::of).await? {
        if run.cancel_requested_at.is_some() {
            end(&mut change, run.id, &Ending::Cancelled).await?;
        } else if run.starts >= STARTS_MAX {
            let reason = format!("its worker ended {STARTS_MAX} times while it ran; it is not tried again by itself");
            end(&mut change, run.id, &Ending::Failed(reason)).await?;
        } else {
            let claim = take(&mut change, run, worker, lease).await?;
            change.commit().await?;
            return Ok(Some(claim));
        }
    }
    change.commit().await?;
    Ok(None)
}

async fn take(change: &mut Change, run: Run, worker: &str, lease: SignedDuration) -> Result<Claim> {
    let statement = sqlx::query(
        "UPDATE runs SET state = 'running', starts = starts + 1, fence = fence + 1, worker = $1, lease_until = $2, \
         started_at = $3, step = '', rows_done = 0 WHERE id = $4",
    );
    let statement = statement.bind(worker.to_owned()).bind(time_text(change.now() + lease));
    let statement = statement.bind(time_text(change.now())).bind(run.id.to_string());
    let details = json!({"start": run.starts + 1});
    change.event("run started", ("run", &run.id), details).must(statement, || StoreError::NotFound("run")).await?;
    let statement = sqlx::query("SELECT * FROM runs WHERE id = $1").bind(run.id.to_string());
    let read = |row: &AnyRow| Ok((Run::of(row)?, row.count("fence")?));
    let (run, fence) = change.find(statement, read).await?.ok_or(StoreError::NotFound("run"))?;
    Ok(Claim { run, fence, worker: worker.to_owned() })
}

/// Says that the worker is alive and how far it is; keeps the run until `now + lease`.
pub async fn heartbeat(
    store: &Store,
    claim: &Claim,
    now: Timestamp,
    lease: SignedDuration,
    step: &str,
    rows_done: u64,
) -> Result<Signal> {
    let statement = sqlx::query(
        "UPDATE runs SET lease_until = $1, step = $2, rows_done = $3 WHERE id = $4 AND fence = $5 AND state = 'running'",
    );
    let statement = statement.bind(time_text(now + lease)).bind(step.to_owned()).bind(number(rows_done));
    if store.touch(statement.bind(claim.run.id.to_string()).bind(number(claim.fence))).await? == 0 {
        return Err(StoreError::LeaseLost);
    }
    let statement = sqlx::query("SELECT cancel_requested_at FROM runs WHERE id = $1").bind(claim.run.id.to_string());
    let asked = store.find(statement, |row| row.time_if_any("cancel_requested_at")).await?.flatten();
    Ok(if asked.is_some() { Signal::Cancel } else { Signal::Continue })
}

/// Adds a line to the run's log. No value of a patient belongs here.
pub async fn say(store: &Store, claim: &Claim, now: Timestamp, level: Level, text: &str) -> Result<()> {
    let statement = sqlx::query(
        "INSERT INTO run_log (run, line, at, level, text) SELECT id, \
         (SELECT COALESCE(MAX(line), 0) + 1 FROM run_log WHERE run = $1), $2, $3, $4 FROM runs \
         WHERE id = $1 AND fence = $5 AND state = 'running'",
    );
    let statement = statement.bind(claim.run.id.to_string()).bind(time_text(now)).bind(level.word());
    if store.touch(statement.bind(text.to_owned()).bind(number(claim.fence))).await? == 0 {
        return Err(StoreError::LeaseLost);
    }
    Ok(())
}

/// Ends a run, only while it is still this worker's. Results are stored in the same change: all of it is there, or nothing.
pub async fn finish(change: &mut Change, claim: &Claim, ending: &Ending) -> Result<()> {
    hold(change, claim).await?;
    end(change, claim.run.id, ending).await
}

/// Gives a run back unfinished, because the worker stops; another begins it anew, and this start does not count.
pub async fn give_back(change: &mut Change, claim: &Claim) -> Result<()> {
    hold(change, claim).await?;
    let statement = sqlx::query(
        "UPDATE runs SET state = 'waiting', starts = starts - 1, fence = fence + 1, lease_until = NULL, step = '', \
         rows_done = 0 WHERE id = $1",
    );
    let mut write = change.event("run given back", ("run", &claim.run.id), json!({}));
    write.must(statement.bind(claim.run.id.to_string()), || StoreError::LeaseLost).await
}

/// Refuses where the run is no longer this worker's. Whoever is not refused has it until the change is made.
pub async fn hold(change: &mut Change, claim: &Claim) -> Result<()> {
    let statement = sqlx::query("SELECT id FROM runs WHERE id = $1 AND fence = $2 AND state = 'running'");
    let statement = statement.bind(claim.run.id.to_string()).bind(number(claim.fence));
    change.find(statement, |_| Ok(())).await?.ok_or(StoreError::LeaseLost)
}

/// Whether the folder that a claim of this name wrote is of use: the claim has its run now, or what came of the run names it.
pub async fn is_of_use(store: &Store, name: &str) -> Result<bool> {
    let parts =
        name.rsplit_once('-').and_then(|(run, fence)| Some((run.parse::<Id<Run>>().ok()?, fence.parse().ok()?)));
    let Some((run, fence)): Option<(_, u64)> = parts else { return Ok(false) };
    let statement = sqlx::query("SELECT * FROM runs WHERE id = $1").bind(run.to_string());
    let read = |row: &AnyRow| Ok((Run::of(row)?, row.count("fence")?));
    let Some((run, newest)) = store.find(statement, read).await? else { return Ok(false) };
    let named = run.outcome.as_ref().and_then(|outcome| outcome.get(FOLDER)?.as_str());
    Ok(match run.state {
        State::Running => fence == newest,
        State::Done => named == Some(name),
        State::Waiting | State::Failed | State::Cancelled => false,
    })
}

async fn end(change: &mut Change, id: Id<Run>, ending: &Ending) -> Result<()> {
    let (state, action, outcome) = match ending {
        Ending::Done(outcome) => ("done", "run done", Some(outcome.clone())),
        Ending::Failed(reason) => ("failed", "run failed", Some(json!({"reason": reason}))),
        Ending::Cancelled => ("cancelled", "run cancelled", None),
    };
    let statement =
        sqlx::query("UPDATE runs SET state = $1, finished_at = $2, lease_until = NULL, outcome = $3 WHERE id = $4");
    let statement = statement.bind(state).bind(time_text(change.now()));
    let statement = statement.bind(outcome.map(|outcome| outcome.to_string())).bind(id.to_string());
    change.event(action, ("run", &id), json!({})).must(statement, || StoreError::NotFound("run")).await
}

impl Claim {
    /// A name that no other claim of any run has: for a folder that only this claim writes.
    pub fn name(&self) -> String {
        format!("{}-{}", self.run.id, self.fence)
    }

    /// The worker, as the audit log names it.
    pub fn actor(&self) -> Actor {
        Actor::Worker(self.worker.clone())
    }
}
