//! Runs: work asked of the worker, from asking to the end, with cancel and retry. Claiming is in [`crate::claims`].

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use sqlx::any::AnyRow;

use crate::change::Change;
use crate::error::{Result, StoreError};
use crate::id::Id;
use crate::row::{Columns, Word, time_text};
use crate::schedules::Schedule;
use crate::store::Store;
use crate::work::{Folder, Work};

/// A run.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Run {
    /// Its id.
    pub id: Id<Run>,
    /// What is to be done: `check`, `analyse`, `score`, `statement`.
    pub kind: String,
    /// What it is done to, as the worker's function for this kind takes it.
    pub parameters: Value,
    /// How far it is.
    pub state: State,
    /// Who asked, as [`crate::Actor`] is written.
    pub requested_by: String,
    /// When.
    pub requested_at: Timestamp,
    /// The run that this one does again.
    pub retry_of: Option<Id<Run>>,
    /// The schedule that asked.
    pub schedule: Option<Id<Schedule>>,
    /// Since when it is to stop.
    pub cancel_requested_at: Option<Timestamp>,
    /// How often a worker began it.
    pub starts: u64,
    /// The worker that has it, or had it last.
    pub worker: Option<String>,
    /// Until when the worker has it, unless it says that it is alive.
    pub lease_until: Option<Timestamp>,
    /// When the worker began.
    pub started_at: Option<Timestamp>,
    /// When it ended.
    pub finished_at: Option<Timestamp>,
    /// What is being done, in words.
    pub step: String,
    /// Rows read so far.
    pub rows_done: u64,
    /// What came of it: of one that failed `{"reason": …}`, of one that is done what its kind says.
    pub outcome: Option<Value>,
}

/// How far a run is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// No worker has it yet.
    Waiting,
    /// A worker has it.
    Running,
    /// Its results are stored.
    Done,
    /// It came to nothing, and says why.
    Failed,
    /// It was stopped on request.
    Cancelled,
}

impl Word for State {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("waiting", Self::Waiting),
        ("running", Self::Running),
        ("done", Self::Done),
        ("failed", Self::Failed),
        ("cancelled", Self::Cancelled),
    ];
}

/// A run to ask for.
#[derive(Clone, Debug)]
pub struct NewRun {
    /// What is to be done.
    pub kind: String,
    /// What it is done to. No value of a patient belongs here.
    pub parameters: Value,
    /// The schedule that asks.
    pub schedule: Option<Id<Schedule>>,
}

/// A line of a run's log. No value of a patient belongs here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct LogLine {
    /// When.
    pub at: Timestamp,
    /// How much it matters.
    pub level: Level,
    /// What it says.
    pub text: String,
}

/// How much a line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// Good to know.
    Info,
    /// Something to look at.
    Warning,
    /// Something went wrong.
    Error,
}

impl Word for Level {
    const WORDS: &'static [(&'static str, Self)] =
        &[("info", Self::Info), ("warning", Self::Warning), ("error", Self::Error)];
}

/// Asks for a run.
pub async fn request(change: &mut Change, new: &NewRun) -> Result<Id<Run>> {
    insert(change, &new.kind, &new.parameters, new.schedule, None).await
}

/// Asks for a failed or cancelled run again, as another run.
pub async fn retry(change: &mut Change, id: Id<Run>) -> Result<Id<Run>> {
    let statement = sqlx::query("SELECT * FROM runs WHERE id = $1").bind(id.to_string());
    let run = change.find(statement, Run::of).await?.ok_or(StoreError::NotFound("run"))?;
    if !matches!(run.state, State::Failed | State::Cancelled) {
        let words = format!("this run is {}; only one that failed or was cancelled is done again", run.state.word());
        return Err(StoreError::Conflict(words));
    }
    insert(change, &run.kind, &run.parameters, run.schedule, Some(id)).await
}

async fn insert(
    change: &mut Change,
    kind: &str,
    parameters: &Value,
    schedule: Option<Id<Schedule>>,
    retry_of: Option<Id<Run>>,
) -> Result<Id<Run>> {
    let id: Id<Run> = change.new_id();
    let statement = sqlx::query(
        "INSERT INTO runs (id, kind, parameters, state, requested_by, requested_at, retry_of, schedule, starts, fence, step, \
         rows_done) VALUES ($1, $2, $3, 'waiting', $4, $5, $6, $7, 0, 0, '', 0)",
    );
    let statement = statement.bind(id.to_string()).bind(kind.to_owned()).bind(parameters.to_string());
    let statement = statement.bind(change.actor().to_string()).bind(time_text(change.now()));
    let statement = statement.bind(retry_of.map(|id| id.to_string())).bind(schedule.map(|id| id.to_string()));
    let details = json!({"kind": kind, "retry_of": retry_of, "schedule": schedule});
    let mut write = change.event("run requested", ("run", &id), details);
    write.run(statement).await?;
    Ok(id)
}

/// Asks a run to stop: a waiting one is cancelled at once, a running one by its worker soon.
pub async fn cancel(change: &mut Change, id: Id<Run>) -> Result<()> {
    let now = time_text(change.now());
    let statement = sqlx::query("SELECT * FROM runs WHERE id = $1").bind(id.to_string());
    let run = change.find(statement, Run::of).await?.ok_or(StoreError::NotFound("run"))?;
    let statement = match run.state {
        State::Waiting => sqlx::query(
            "UPDATE runs SET state = 'cancelled', cancel_requested_at = $1, finished_at = $1 WHERE id = $2 AND state = 'waiting'",
        ),
        State::Running => sqlx::query("UPDATE runs SET cancel_requested_at = $1 WHERE id = $2 AND state = 'running'"),
        ended => return Err(StoreError::Conflict(format!("this run is {} already", ended.word()))),
    };
    let mut write = change.event("run cancel requested", ("run", &id), json!({}));
    let statement = statement.bind(now).bind(id.to_string());
    write.must(statement, || StoreError::Conflict("this run has ended meanwhile".to_owned())).await
}

/// A run by id.
pub async fn get(store: &Store, id: Id<Run>) -> Result<Run> {
    let statement = sqlx::query("SELECT * FROM runs WHERE id = $1").bind(id.to_string());
    store.find(statement, Run::of).await?.ok_or(StoreError::NotFound("run"))
}

/// Runs, the newest first, in one state or in any.
pub async fn list(store: &Store, state: Option<State>, limit: u32) -> Result<Vec<Run>> {
    let statement = sqlx::query(
        "SELECT * FROM runs WHERE (CAST($1 AS TEXT) IS NULL OR state = $1) ORDER BY requested_at DESC, id DESC LIMIT $2",
    );
    store.all(statement.bind(state.map(State::word)).bind(i64::from(limit)), Run::of).await
}

/// The runs on an upload.
pub async fn on_upload(store: &Store, upload: &str) -> Result<Vec<Run>> {
    let statement = sqlx::query("SELECT * FROM runs WHERE parameters LIKE $1 ORDER BY requested_at, id");
    let runs = store.all(statement.bind(format!("%{}%", json!({"upload": upload}))), Run::of).await?;
    // A `_` in a name means any letter to LIKE: the work itself says which upload it is on.
    let is_on = |run: &Run| {
        let work = Work::of_run(run).ok();
        work.as_ref().and_then(Work::reading).is_some_and(|own| own.folder == Folder::Upload(upload.to_owned()))
    };
    Ok(runs.into_iter().filter(is_on).collect())
}

/// How many runs are in each state: for metrics.
pub async fn counts(store: &Store) -> Result<Vec<(State, u64)>> {
    let statement = sqlx::query("SELECT state, COUNT(*) AS runs FROM runs GROUP BY state ORDER BY state");
    store.all(statement, |row| Ok((row.word("state")?, row.count("runs")?))).await
}

/// A run's log, the oldest line first.
pub async fn log(store: &Store, id: Id<Run>) -> Result<Vec<LogLine>> {
    let statement = sqlx::query("SELECT * FROM run_log WHERE run = $1 ORDER BY line").bind(id.to_string());
    let line = |row: &AnyRow| Ok(LogLine { at: row.time("at")?, level: row.word("level")?, text: row.text("text")? });
    store.all(statement, line).await
}

impl State {
    /// Whether nothing more happens to a run.
    pub fn is_end(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

impl Run {
    pub(crate) fn of(row: &AnyRow) -> Result<Self> {
        let outcome: Option<String> = row.get("outcome")?;
        Ok(Self {
            id: row.id("id")?,
            kind: row.text("kind")?,
            parameters: row.json("parameters")?,
            state: row.word("state")?,
            requested_by: row.text("requested_by")?,
            requested_at: row.time("requested_at")?,
            retry_of: row.id_if_any("retry_of")?,
            schedule: row.id_if_any("schedule")?,
            cancel_requested_at: row.time_if_any("cancel_requested_at")?,
            starts: row.count("starts")?,
            worker: row.get("worker")?,
            lease_until: row.time_if_any("lease_until")?,
            started_at: row.time_if_any("started_at")?,
            finished_at: row.time_if_any("finished_at")?,
            step: row.text("step")?,
            rows_done: row.count("rows_done")?,
            outcome: outcome.map(|_| row.json("outcome")).transpose()?,
        })
    }
}
