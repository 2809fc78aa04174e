//! Findings, followed from release to release: the same statement about the same people keeps its id while its numbers move.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use sqlx::any::AnyRow;

use crate::audit::{hexadecimal, number};
use crate::change::Change;
use crate::decisions::Choice;
use crate::error::{Result, StoreError};
use crate::id::Id;
use crate::releases::ReleaseInfo;
use crate::row::{Columns, time_text};
use crate::store::Store;

/// A finding as one release supports it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Finding {
    /// Its id, the same in every release that supports it.
    pub id: Id<Finding>,
    /// The release.
    pub release: Id<ReleaseInfo>,
    /// `gap`, `gap_change`, `masked`, `worse`, `data_quality`, `mix` …
    pub kind: String,
    /// Id of the indicator; absent for data quality.
    pub indicator: Option<String>,
    /// Id of the dimension, where it is about one.
    pub dimension: Option<String>,
    /// Its place in the release: 0 stands first.
    pub position: u64,
    /// The sentence for a reader.
    pub sentence: String,
    /// How many people or events it is about.
    pub people: Option<f64>,
    /// Groups, estimate, limits, probability, as `report.json` has them.
    pub evidence: Value,
    /// When it was first found.
    pub found_at: Timestamp,
}

/// A finding of a release to keep.
#[derive(Clone, Debug, PartialEq)]
pub struct NewFinding {
    /// What it is about.
    pub kind: String,
    /// Id of the indicator.
    pub indicator: Option<String>,
    /// Id of the dimension.
    pub dimension: Option<String>,
    /// Whom it is about, so that the same people are known again: groups by dimension, in words that stay.
    pub about: Vec<(String, String)>,
    /// The sentence for a reader.
    pub sentence: String,
    /// How many people or events it is about.
    pub people: Option<f64>,
    /// Groups, estimate, limits, probability.
    pub evidence: Value,
}

const SELECT: &str = "SELECT f.id, f.kind, f.indicator, f.dimension, f.found_at, s.release, s.position, s.sentence, s.people, \
     s.evidence FROM findings f JOIN finding_snapshots s ON s.finding = f.id ";

/// Keeps the findings of a release, in order; gives back their ids.
pub async fn keep(change: &mut Change, release: Id<ReleaseInfo>, found: &[NewFinding]) -> Result<Vec<Id<Finding>>> {
    let now = time_text(change.now());
    let mut ids = Vec::with_capacity(found.len());
    let mut keys: Vec<String> = Vec::with_capacity(found.len());
    for finding in found {
        // The second of two that say the same of the same people is another finding.
        let same = |nth: &usize| !keys.contains(&finding.key(*nth));
        let key = (0..).find(same).map(|nth| finding.key(nth)).unwrap_or_default();
        let known = sqlx::query("SELECT id FROM findings WHERE finding_key = $1").bind(key.clone());
        let known = change.find(known, |row| row.id("id")).await?;
        ids.push((known.unwrap_or_else(|| change.new_id()), known.is_none()));
        keys.push(key);
    }
    let fresh = ids.iter().filter(|(_, is_new)| *is_new).count();
    let details = json!({"findings": found.len(), "new": fresh});
    let mut write = change.event("findings kept", ("release", &release), details);
    for (position, ((finding, key), (id, is_new))) in found.iter().zip(&keys).zip(&ids).enumerate() {
        if *is_new {
            let statement = sqlx::query(
                "INSERT INTO findings (id, finding_key, kind, indicator, dimension, found_at) VALUES ($1, $2, $3, $4, $5, $6)",
            );
            let statement = statement.bind(id.to_string()).bind(key).bind(&finding.kind);
            write.run(statement.bind(&finding.indicator).bind(&finding.dimension).bind(&now)).await?;
        }
        let statement = sqlx::query(
            "INSERT INTO finding_snapshots (finding, release, position, sentence, people, evidence) \
             VALUES ($1, $2, $3, $4, $5, $6)",
        );
        let statement = statement.bind(id.to_string()).bind(release.to_string()).bind(number(position as u64));
        write.run(statement.bind(&finding.sentence).bind(finding.people).bind(finding.evidence.to_string())).await?;
    }
    Ok(ids.into_iter().map(|(id, _)| id).collect())
}

/// The findings of a release, in its order.
pub async fn of_release(store: &Store, release: Id<ReleaseInfo>) -> Result<Vec<Finding>> {
    let text = format!("{SELECT} WHERE s.release = $1 ORDER BY s.position");
    store.all(sqlx::query(sqlx::AssertSqlSafe(text)).bind(release.to_string()), Finding::of).await
}

/// A finding as the newest release that supports it has it, the withdrawn left out where another supports it.
pub async fn get(store: &Store, id: Id<Finding>) -> Result<Finding> {
    history(store, id).await?.into_iter().next().ok_or(StoreError::NotFound("finding"))
}

/// A finding in every release that supports it: those in use first, the newest first.
pub async fn history(store: &Store, id: Id<Finding>) -> Result<Vec<Finding>> {
    let text = format!(
        "{SELECT} JOIN releases r ON r.id = s.release WHERE f.id = $1 \
         ORDER BY CASE WHEN r.withdrawn_at IS NULL THEN 0 ELSE 1 END, r.made_at DESC, r.id DESC"
    );
    store.all(sqlx::query(sqlx::AssertSqlSafe(text)).bind(id.to_string()), Finding::of).await
}

/// How many comments a finding has, how many actions are open, and what was decided last: for lists of many findings.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Standing {
    /// The finding.
    pub finding: Id<Finding>,
    /// How many comments it has.
    pub comments: u64,
    /// How many of its actions are open.
    pub open_actions: u64,
    /// The newest decision.
    pub decided: Option<Choice>,
}

/// Where the findings of a release stand, in its order.
pub async fn standing(store: &Store, release: Id<ReleaseInfo>) -> Result<Vec<Standing>> {
    let statement = sqlx::query(
        "SELECT s.finding, \
         (SELECT COUNT(*) FROM comments c WHERE c.subject_kind = 'finding' AND c.subject = s.finding) AS comments, \
         (SELECT COUNT(*) FROM actions a WHERE a.finding = s.finding AND a.status = 'open') AS open_actions, \
         (SELECT d.choice FROM decisions d WHERE d.finding = s.finding ORDER BY d.decided_at DESC, d.id DESC LIMIT 1) AS decided \
         FROM finding_snapshots s WHERE s.release = $1 ORDER BY s.position",
    );
    let read = |row: &AnyRow| {
        let decided: Option<String> = row.get("decided")?;
        Ok(Standing {
            finding: row.id("finding")?,
            comments: row.count("comments")?,
            open_actions: row.count("open_actions")?,
            decided: decided.map(|_| row.word("decided")).transpose()?,
        })
    };
    store.all(statement.bind(release.to_string()), read).await
}

impl NewFinding {
    /// What makes it the same finding in another release; `nth` tells apart those of one release that are alike.
    fn key(&self, nth: usize) -> String {
        let mut about = self.about.clone();
        about.sort();
        let text = json!([self.kind, self.indicator, self.dimension, about, nth]).to_string();
        hexadecimal(&Sha256::digest(text))
    }
}

impl Finding {
    fn of(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            id: row.id("id")?,
            release: row.id("release")?,
            kind: row.text("kind")?,
            indicator: row.get("indicator")?,
            dimension: row.get("dimension")?,
            position: row.count("position")?,
            sentence: row.text("sentence")?,
            people: row.get("people")?,
            evidence: row.json("evidence")?,
            found_at: row.time("found_at")?,
        })
    }
}
