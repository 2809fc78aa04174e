//! Decisions about a finding: to act, not to act because, or to look for more evidence. A later one stands beside the earlier.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde_json::json;
use sqlx::any::AnyRow;

use crate::change::Change;
use crate::error::{Result, StoreError};
use crate::findings::Finding;
use crate::id::Id;
use crate::people::Person;
use crate::row::{Columns, Word, time_text};
use crate::store::Store;

/// A decision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// Its id.
    pub id: Id<Decision>,
    /// What it is about.
    pub finding: Id<Finding>,
    /// What was decided.
    pub choice: Choice,
    /// Why.
    pub reason: String,
    /// Who was in the room, in words.
    pub present: String,
    /// Day to look again.
    pub review_on: Option<Date>,
    /// Who wrote it down.
    pub decided_by: Id<Person>,
    /// When.
    pub decided_at: Timestamp,
}

/// What can be decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Choice {
    /// Something will be done.
    Act,
    /// We looked, and will not act, because.
    NotAct,
    /// More evidence is needed first.
    MoreEvidence,
}

impl Word for Choice {
    const WORDS: &'static [(&'static str, Self)] =
        &[("act", Self::Act), ("not-act", Self::NotAct), ("more-evidence", Self::MoreEvidence)];
}

/// A decision to write down.
#[derive(Clone, Debug)]
pub struct NewDecision {
    /// What it is about.
    pub finding: Id<Finding>,
    /// What was decided.
    pub choice: Choice,
    /// Why; without a reason there is no decision.
    pub reason: String,
    /// Who was in the room, in words.
    pub present: String,
    /// Day to look again.
    pub review_on: Option<Date>,
    /// Who writes it down.
    pub decided_by: Id<Person>,
}

/// Writes a decision down.
pub async fn decide(change: &mut Change, new: &NewDecision) -> Result<Id<Decision>> {
    if new.reason.trim().is_empty() {
        return Err(StoreError::Refused("a decision needs its reason".to_owned()));
    }
    let id: Id<Decision> = change.new_id();
    let statement = sqlx::query(
        "INSERT INTO decisions (id, finding, choice, reason, present, review_on, decided_by, decided_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    );
    let statement = statement.bind(id.to_string()).bind(new.finding.to_string()).bind(new.choice.word());
    let statement = statement.bind(new.reason.trim()).bind(new.present.trim());
    let statement = statement.bind(new.review_on.map(|day| day.to_string())).bind(new.decided_by.to_string());
    let statement = statement.bind(time_text(change.now()));
    let details = json!({"finding": new.finding, "choice": new.choice.word()});
    let mut write = change.event("decision made", ("decision", &id), details);
    write.run(statement).await?;
    Ok(id)
}

/// The decisions about a finding, the newest first: that one holds.
pub async fn of_finding(store: &Store, finding: Id<Finding>) -> Result<Vec<Decision>> {
    let statement = sqlx::query("SELECT * FROM decisions WHERE finding = $1 ORDER BY decided_at DESC, id DESC");
    store.all(statement.bind(finding.to_string()), Decision::of).await
}

/// The newest decisions on anything.
pub async fn list(store: &Store, limit: u32) -> Result<Vec<Decision>> {
    let statement = sqlx::query("SELECT * FROM decisions ORDER BY decided_at DESC, id DESC LIMIT $1");
    store.all(statement.bind(i64::from(limit)), Decision::of).await
}

impl Decision {
    fn of(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.id("id")?,
            finding: row.id("finding")?,
            choice: row.word("choice")?,
            reason: row.text("reason")?,
            present: row.text("present")?,
            review_on: row.date_if_any("review_on")?,
            decided_by: row.id("decided_by")?,
            decided_at: row.time("decided_at")?,
        })
    }
}
