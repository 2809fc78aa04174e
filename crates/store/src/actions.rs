//! Actions: what is to be done about a finding, by whom, by when, and what came of it.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::json;
use sqlx::any::AnyRow;

use crate::change::Change;
use crate::decisions::Decision;
use crate::error::{Result, StoreError};
use crate::findings::Finding;
use crate::id::Id;
use crate::people::Person;
use crate::row::{Columns, Word, time_text};
use crate::store::Store;

/// An action.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Action {
    /// Its id.
    pub id: Id<Action>,
    /// The finding that it answers.
    pub finding: Id<Finding>,
    /// The decision that it carries out.
    pub decision: Option<Id<Decision>>,
    /// What is to be done.
    pub what: String,
    /// Who does it.
    pub owner: Id<Person>,
    /// By when.
    pub due_on: Option<Date>,
    /// How far it is.
    pub status: ActionStatus,
    /// What came of it.
    pub outcome: String,
    /// The project that it belongs to: a name or an address.
    pub project: String,
    /// Who asked for it.
    pub made_by: Id<Person>,
    /// When.
    pub made_at: Timestamp,
    /// When it last changed.
    pub changed_at: Timestamp,
}

/// How far an action is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ActionStatus {
    /// To be done.
    Open,
    /// Done.
    Done,
    /// Not to be done any more.
    Dropped,
}

impl Word for ActionStatus {
    const WORDS: &'static [(&'static str, Self)] =
        &[("open", Self::Open), ("done", Self::Done), ("dropped", Self::Dropped)];
}

/// An action to ask for.
#[derive(Clone, Debug)]
pub struct NewAction {
    /// The finding that it answers.
    pub finding: Id<Finding>,
    /// The decision that it carries out.
    pub decision: Option<Id<Decision>>,
    /// What is to be done.
    pub what: String,
    /// Who does it.
    pub owner: Id<Person>,
    /// By when.
    pub due_on: Option<Date>,
    /// The project that it belongs to.
    pub project: String,
    /// Who asks for it.
    pub made_by: Id<Person>,
}

/// What can change about an action; all of it is written.
#[derive(Clone, Debug)]
pub struct ActionChange {
    /// What is to be done.
    pub what: String,
    /// Who does it.
    pub owner: Id<Person>,
    /// By when.
    pub due_on: Option<Date>,
    /// How far it is.
    pub status: ActionStatus,
    /// What came of it.
    pub outcome: String,
    /// The project that it belongs to.
    pub project: String,
}

/// Asks for an action.
pub async fn add(change: &mut Change, new: &NewAction) -> Result<Id<Action>> {
    let id: Id<Action> = change.new_id();
    let statement = sqlx::query(
        "INSERT INTO actions (id, finding, decision, what, owner, due_on, status, outcome, project, made_by, made_at, \
         changed_at) VALUES ($1, $2, $3, $4, $5, $6, 'open', '', $7, $8, $9, $9)",
    );
    let statement = statement.bind(id.to_string()).bind(new.finding.to_string());
    let statement = statement.bind(new.decision.map(|id| id.to_string())).bind(new.what.trim());
    let statement = statement.bind(new.owner.to_string()).bind(new.due_on.map(|day| day.to_string()));
    let statement = statement.bind(new.project.trim()).bind(new.made_by.to_string()).bind(time_text(change.now()));
    let details = json!({"finding": new.finding, "owner": new.owner});
    let mut write = change.event("action added", ("action", &id), details);
    write.run(statement).await?;
    Ok(id)
}

/// Changes an action that nobody else has changed since `seen` (its [`Action::changed_at`]).
pub async fn update(change: &mut Change, id: Id<Action>, seen: Timestamp, new: &ActionChange) -> Result<()> {
    let statement = sqlx::query(
        "UPDATE actions SET what = $1, owner = $2, due_on = $3, status = $4, outcome = $5, project = $6, changed_at = $7 \
         WHERE id = $8 AND changed_at = $9",
    );
    let statement = statement.bind(new.what.trim()).bind(new.owner.to_string());
    let statement = statement.bind(new.due_on.map(|day| day.to_string())).bind(new.status.word());
    let statement = statement.bind(new.outcome.trim()).bind(new.project.trim()).bind(time_text(change.now()));
    let statement = statement.bind(id.to_string()).bind(time_text(seen));
    let details = json!({"status": new.status.word(), "owner": new.owner});
    let mut write = change.event("action changed", ("action", &id), details);
    write
        .must(statement, || StoreError::Conflict("somebody else has changed this action; look at it again".to_owned()))
        .await
}

/// An action by id.
pub async fn get(store: &Store, id: Id<Action>) -> Result<Action> {
    let statement = sqlx::query("SELECT * FROM actions WHERE id = $1").bind(id.to_string());
    store.find(statement, Action::of).await?.ok_or(StoreError::NotFound("action"))
}

/// The actions that answer a finding, the oldest first.
pub async fn of_finding(store: &Store, finding: Id<Finding>) -> Result<Vec<Action>> {
    let statement = sqlx::query("SELECT * FROM actions WHERE finding = $1 ORDER BY made_at, id");
    store.all(statement.bind(finding.to_string()), Action::of).await
}

/// Every open action, the first due first, those without a day last; of one person or of all.
pub async fn open(store: &Store, owner: Option<Id<Person>>) -> Result<Vec<Action>> {
    let statement = sqlx::query(
        "SELECT * FROM actions WHERE status = 'open' AND (CAST($1 AS TEXT) IS NULL OR owner = $1) \
         ORDER BY CASE WHEN due_on IS NULL THEN 1 ELSE 0 END, due_on, id",
    );
    store.all(statement.bind(owner.map(|id| id.to_string())), Action::of).await
}

impl Action {
    fn of(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.id("id")?,
            finding: row.id("finding")?,
            decision: row.id_if_any("decision")?,
            what: row.text("what")?,
            owner: row.id("owner")?,
            due_on: row.date_if_any("due_on")?,
            status: row.word("status")?,
            outcome: row.text("outcome")?,
            project: row.text("project")?,
            made_by: row.id("made_by")?,
            made_at: row.time("made_at")?,
            changed_at: row.time("changed_at")?,
        })
    }
}
