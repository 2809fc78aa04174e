//! Schedules: folders on the server that are looked into every so often, and the files already taken from them.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::json;
use sqlx::any::AnyRow;

use crate::audit::number;
use crate::change::Change;
use crate::error::{Result, StoreError};
use crate::id::Id;
use crate::people::Person;
use crate::row::{Columns, Word, time_text};
use crate::runs::{self, NewRun, Run};
use crate::store::Store;
use crate::work::Work;

/// A schedule.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Schedule {
    /// Its id.
    pub id: Id<Schedule>,
    /// What people call it.
    pub name: String,
    /// What is asked for when there are new files; its folder is the one that is looked into.
    pub work: Work,
    /// Which files of the folder it is asked for.
    pub take: Take,
    /// Minutes between two looks.
    pub every_minutes: u64,
    /// When it is looked into next.
    pub due_at: Timestamp,
    /// When it was looked into last.
    pub looked_at: Option<Timestamp>,
    /// Whether it is looked into at all.
    pub enabled: bool,
    /// Who made it.
    pub made_by: Id<Person>,
}

/// Which files of a folder make an extract.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Take {
    /// All that lie there, old and new: each holds another part.
    All,
    /// The new ones alone: each holds everything anew.
    New,
}

impl Word for Take {
    const WORDS: &'static [(&'static str, Self)] = &[("all", Self::All), ("new", Self::New)];
}

/// A schedule to make.
#[derive(Clone, Debug)]
pub struct NewSchedule {
    /// What people call it.
    pub name: String,
    /// What is asked for when there are new files: a check or an analysis.
    pub work: Work,
    /// Which files of the folder it is asked for.
    pub take: Take,
    /// Minutes between two looks.
    pub every_minutes: u64,
    /// When to look first.
    pub first_at: Timestamp,
    /// Who makes it.
    pub made_by: Id<Person>,
}

/// A file that lies in a schedule's folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FoundFile {
    /// Its name.
    pub file: String,
    /// SHA-256 of its bytes.
    pub sha256: String,
}

/// Makes a schedule.
pub async fn make(change: &mut Change, new: &NewSchedule) -> Result<Id<Schedule>> {
    if !matches!(new.work, Work::Check(_) | Work::Analyse(_)) {
        return Err(StoreError::Refused("a schedule checks or analyses the files of a folder".to_owned()));
    }
    let id: Id<Schedule> = change.new_id();
    let run = new.work.as_run();
    let statement = sqlx::query(
        "INSERT INTO schedules (id, name, kind, parameters, take, every_minutes, due_at, enabled, made_by, made_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, 1, $8, $9)",
    );
    let statement = statement.bind(id.to_string()).bind(new.name.trim()).bind(run.kind.clone());
    let statement = statement.bind(run.parameters.to_string()).bind(new.take.word()).bind(number(new.every_minutes));
    let statement = statement.bind(time_text(new.first_at)).bind(new.made_by.to_string()).bind(time_text(change.now()));
    let details = json!({"kind": run.kind, "every_minutes": new.every_minutes});
    let mut write = change.event("schedule made", ("schedule", &id), details);
    write.run(statement).await.map_err(|error| error.or_taken("there is a schedule of this name already"))?;
    Ok(id)
}

/// Turns a schedule on or off.
pub async fn enable(change: &mut Change, id: Id<Schedule>, enabled: bool) -> Result<()> {
    let statement = sqlx::query("UPDATE schedules SET enabled = $1 WHERE id = $2");
    let action = if enabled { "schedule turned on" } else { "schedule turned off" };
    let mut write = change.event(action, ("schedule", &id), json!({}));
    let statement = statement.bind(i64::from(enabled)).bind(id.to_string());
    write.must(statement, || StoreError::NotFound("schedule")).await
}

/// Makes a schedule due at once, without waiting for its time.
pub async fn look_now(change: &mut Change, id: Id<Schedule>) -> Result<()> {
    let statement = sqlx::query("UPDATE schedules SET due_at = $1 WHERE id = $2");
    let statement = statement.bind(time_text(change.now())).bind(id.to_string());
    let mut write = change.event("schedule made due", ("schedule", &id), json!({}));
    write.must(statement, || StoreError::NotFound("schedule")).await
}

/// Every schedule, by name.
pub async fn list(store: &Store) -> Result<Vec<Schedule>> {
    store.all(sqlx::query("SELECT * FROM schedules ORDER BY name"), Schedule::of).await
}

/// A schedule by id.
pub async fn get(store: &Store, id: Id<Schedule>) -> Result<Schedule> {
    let statement = sqlx::query("SELECT * FROM schedules WHERE id = $1").bind(id.to_string());
    store.find(statement, Schedule::of).await?.ok_or(StoreError::NotFound("schedule"))
}

/// Schedules that are due at a moment.
pub async fn due(store: &Store, now: Timestamp) -> Result<Vec<Schedule>> {
    let statement = sqlx::query("SELECT * FROM schedules WHERE enabled = 1 AND due_at <= $1 ORDER BY due_at, id");
    store.all(statement.bind(time_text(now)), Schedule::of).await
}

/// Keeps that a schedule was looked into, and asks for a run if there are files that were not there before. A file of which
/// there is a copy beside it is taken once. Of two workers that look at once, one finds that the other has done it.
pub async fn looked(change: &mut Change, schedule: &Schedule, found: &[FoundFile]) -> Result<Option<Id<Run>>> {
    let id = schedule.id.to_string();
    let now = change.now();
    let seen = sqlx::query("SELECT sha256 FROM seen_files WHERE schedule = $1").bind(id.clone());
    let seen = change.all(seen, |row| row.text("sha256")).await?;
    let mut distinct: Vec<&FoundFile> = Vec::new();
    for file in found {
        if !distinct.iter().any(|own| own.sha256 == file.sha256) {
            distinct.push(file);
        }
    }
    let is_new = |file: &&&FoundFile| !seen.contains(&file.sha256);
    let fresh: Vec<&FoundFile> = distinct.iter().filter(is_new).copied().collect();
    let minutes = i64::try_from(schedule.every_minutes).unwrap_or(i64::from(u32::MAX));
    let next = now + SignedDuration::from_mins(minutes);
    let statement =
        sqlx::query("UPDATE schedules SET looked_at = $1, due_at = $2 WHERE id = $3 AND due_at = $4 AND enabled = 1");
    let statement = statement.bind(time_text(now)).bind(time_text(next)).bind(id.clone());
    let details = json!({"found": found.len(), "new": fresh.len()});
    let mut write = change.event("schedule looked into", ("schedule", &schedule.id), details);
    let elsewhere = || StoreError::Conflict("another worker has looked into this schedule".to_owned());
    write.must(statement.bind(time_text(schedule.due_at)), elsewhere).await?;
    if fresh.is_empty() {
        return Ok(None);
    }
    let taken = if schedule.take == Take::All { &distinct } else { &fresh };
    let files = taken.iter().map(|file| file.file.clone()).collect();
    let new = NewRun { schedule: Some(schedule.id), ..schedule.work.with_files(files).as_run() };
    let run = runs::request(change, &new).await?;
    let mut write = change.event("files taken", ("schedule", &schedule.id), json!({"run": run}));
    for file in fresh {
        let statement =
            sqlx::query("INSERT INTO seen_files (schedule, sha256, file, run, seen_at) VALUES ($1, $2, $3, $4, $5)");
        let statement = statement.bind(id.clone()).bind(&file.sha256).bind(&file.file);
        write.run(statement.bind(run.to_string()).bind(time_text(now))).await?;
    }
    Ok(Some(run))
}

impl Schedule {
    fn of(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.id("id")?,
            name: row.text("name")?,
            work: Work::of(&row.text("kind")?, row.json("parameters")?)?,
            take: row.word("take")?,
            every_minutes: row.count("every_minutes")?,
            due_at: row.time("due_at")?,
            looked_at: row.time_if_any("looked_at")?,
            enabled: row.flag("enabled")?,
            made_by: row.id("made_by")?,
        })
    }
}
