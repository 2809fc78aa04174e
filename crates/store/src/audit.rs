//! The audit log: what happened, by whom, each event sealed by the hash of the one before it.
//!
//! The hash of an event is SHA-256 over its parts, each written as its length in bytes, a colon and its bytes, in this order:
//! the words `evenly audit 1`, sequence, time, actor, action, kind of subject, subject, details, hash of the event before. The
//! first event follows on `evenly`. Whoever alters, drops, adds or moves an event must rewrite every later one, and the last
//! hash, which the platform shows and whoever wants can write down elsewhere, no longer is what it was.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use sqlx::any::AnyRow;
use sqlx::{Any, Transaction};

use crate::change::Event;
use crate::error::{Result, StoreError};
use crate::id::Id;
use crate::people::Person;
use crate::row::{Columns, time_text};
use crate::store::Store;

/// Who does something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A person who is signed in.
    Person(Id<Person>),
    /// A program with a person's API token.
    Token(Id<crate::tokens::ApiToken>, Id<Person>),
    /// A worker, by its name.
    Worker(String),
    /// Whoever has a shell on the server.
    CommandLine,
    /// The platform itself.
    System,
    /// Somebody who is not signed in.
    Nobody,
}

impl fmt::Display for Actor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Person(id) => write!(out, "person {id}"),
            Self::Token(token, person) => write!(out, "token {token} of person {person}"),
            Self::Worker(name) => write!(out, "worker {name}"),
            Self::CommandLine => out.write_str("command line"),
            Self::System => out.write_str("platform"),
            Self::Nobody => out.write_str("nobody"),
        }
    }
}

/// An event of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct AuditEvent {
    /// Its number: 1, 2, 3 … without a gap.
    pub sequence: u64,
    /// When.
    pub at: String,
    /// Who, as [`Actor`] is written.
    pub actor: String,
    /// What was done: `person added`, `run finished` …
    pub action: String,
    /// What it was done to: `person`, `run` …
    pub subject_kind: String,
    /// Its id or name.
    pub subject: String,
    /// More, as JSON.
    pub details: String,
    /// Hash of the event before.
    pub previous_hash: String,
    /// Hash of this one.
    pub hash: String,
}

/// The end of the chain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// How many events there are.
    pub sequence: u64,
    /// Hash of the last one.
    pub hash: String,
}

/// What the chain is like.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum Chain {
    /// Every event is as it was written, up to this one.
    Whole(End),
    /// The first place where it is not.
    Broken {
        /// Number of the event at fault.
        sequence: u64,
        /// What is wrong with it.
        reason: String,
    },
}

/// What to list of the log.
#[derive(Clone, Debug, Default)]
pub struct Filter {
    /// Only events on this kind of subject.
    pub subject_kind: Option<String>,
    /// Only events on this subject.
    pub subject: Option<String>,
    /// Only events by this actor, as it is written.
    pub actor: Option<String>,
    /// Only events before this one.
    pub before: Option<u64>,
    /// At most so many.
    pub limit: u32,
}

/// What the first event follows on.
const BEGINNING: &str = "evenly";
/// Events read at a time while the chain is walked.
const PAGE: i64 = 1_000;

/// Gives events their places at the end of the chain.
pub(crate) fn seal(end: &End, actor: &Actor, now: Timestamp, events: &[Event]) -> Vec<AuditEvent> {
    let mut end = end.clone();
    let mut sealed = Vec::with_capacity(events.len());
    for event in events {
        let mut own = AuditEvent {
            sequence: end.sequence + 1,
            at: time_text(now),
            actor: actor.to_string(),
            action: event.action.to_owned(),
            subject_kind: event.subject_kind.to_owned(),
            subject: event.subject.clone(),
            details: event.details.to_string(),
            previous_hash: end.hash,
            hash: String::new(),
        };
        own.hash = own.worked_out_hash();
        end = End { sequence: own.sequence, hash: own.hash.clone() };
        sealed.push(own);
    }
    sealed
}

/// Writes sealed events and the new end of the chain.
pub(crate) async fn append(transaction: &mut Transaction<'static, Any>, events: &[AuditEvent]) -> Result<()> {
    for event in events {
        insert(event).execute(&mut **transaction).await?;
    }
    if let Some(last) = events.last() {
        let statement = sqlx::query("UPDATE audit_head SET sequence = $1, hash = $2 WHERE one = 1");
        statement.bind(number(last.sequence)).bind(&last.hash).execute(&mut **transaction).await?;
    }
    Ok(())
}

fn insert(event: &AuditEvent) -> crate::store::Statement<'_> {
    sqlx::query(
        "INSERT INTO audit_events (sequence, at, actor, action, subject_kind, subject, details, previous_hash, hash) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(number(event.sequence))
    .bind(&event.at)
    .bind(&event.actor)
    .bind(&event.action)
    .bind(&event.subject_kind)
    .bind(&event.subject)
    .bind(&event.details)
    .bind(&event.previous_hash)
    .bind(&event.hash)
}

/// A count as the databases have it.
pub(crate) fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

impl AuditEvent {
    /// The hash that the event must have.
    pub fn worked_out_hash(&self) -> String {
        let sequence = self.sequence.to_string();
        let parts = [
            "evenly audit 1",
            &sequence,
            &self.at,
            &self.actor,
            &self.action,
            &self.subject_kind,
            &self.subject,
            &self.details,
            &self.previous_hash,
        ];
        let mut hash = Sha256::new();
        for part in parts {
            hash.update(part.len().to_string());
            hash.update(":");
            hash.update(part);
        }
        hexadecimal(&hash.finalize())
    }

    fn of(row: &AnyRow) -> Result<Self> {
        Ok(Self {
            sequence: row.count("sequence")?,
            at: row.text("at")?,
            actor: row.text("actor")?,
            action: row.text("action")?,
            subject_kind: row.text("subject_kind")?,
            subject: row.text("subject")?,
            details: row.text("details")?,
            previous_hash: row.text("previous_hash")?,
            hash: row.text("hash")?,
        })
    }
}

/// Bytes as text.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The end of the chain as it stands.
pub async fn end(store: &Store) -> Result<End> {
    let end = store.find(sqlx::query("SELECT sequence, hash FROM audit_head WHERE one = 1"), End::of).await?;
    end.ok_or_else(missing_end)
}

/// Events, the newest first.
pub async fn list(store: &Store, filter: &Filter) -> Result<Vec<AuditEvent>> {
    let statement = sqlx::query(
        "SELECT * FROM audit_events WHERE ($1 IS NULL OR subject_kind = $1) AND ($2 IS NULL OR subject = $2) \
         AND ($3 IS NULL OR actor = $3) AND sequence < $4 ORDER BY sequence DESC LIMIT $5",
    );
    let statement = statement.bind(&filter.subject_kind).bind(&filter.subject).bind(&filter.actor);
    let statement = statement.bind(filter.before.map_or(i64::MAX, number)).bind(i64::from(filter.limit));
    store.all(statement, AuditEvent::of).await
}

/// Walks the whole chain, while the log may grow: it must pass the end that stood when the walk began, and must not go past
/// the end that stands when it is over.
pub async fn verify(store: &Store) -> Result<Chain> {
    let mut walk = Walk::new(end(store).await?);
    let early = sqlx::query("SELECT sequence FROM audit_events WHERE sequence < 1");
    if store.find(early, |_| Ok(())).await?.is_some() {
        return Ok(Chain::broken(0, "there is an event before the first"));
    }
    loop {
        let statement = sqlx::query("SELECT * FROM audit_events WHERE sequence > $1 ORDER BY sequence LIMIT $2");
        let statement = statement.bind(number(walk.last.sequence)).bind(PAGE);
        let events = store.all(statement, AuditEvent::of).await?;
        if events.is_empty() {
            break;
        }
        for event in events {
            if let Some(broken) = walk.step(event) {
                return Ok(broken);
            }
        }
    }
    let end = end(store).await?;
    Ok(match walk.end() {
        Chain::Whole(last) if last.sequence > end.sequence => {
            Chain::broken(end.sequence + 1, "it was added past the end of the log")
        }
        chain => chain,
    })
}

/// A walk along the chain, event by event.
pub(crate) struct Walk {
    last: End,
    /// The end that must be passed.
    expected: End,
    passed: bool,
}

impl Walk {
    /// A walk from the beginning that must pass an end.
    pub(crate) fn new(expected: End) -> Self {
        let last = End { sequence: 0, hash: BEGINNING.to_owned() };
        Self { passed: last == expected, last, expected }
    }

    /// The next event; gives back where the chain is broken, if it is.
    pub(crate) fn step(&mut self, event: AuditEvent) -> Option<Chain> {
        if let Some(reason) = fault(&self.last, &event) {
            return Some(Chain::broken(self.last.sequence + 1, reason));
        }
        self.last = End { sequence: event.sequence, hash: event.hash };
        self.passed |= self.last == self.expected;
        None
    }

    /// What the chain is like, once there are no more events.
    pub(crate) fn end(self) -> Chain {
        if self.last.sequence < self.expected.sequence {
            let reason = format!("it is missing; the log ended at {}", self.expected.sequence);
            return Chain::broken(self.last.sequence + 1, reason);
        }
        if !self.passed {
            return Chain::broken(self.expected.sequence, "it is not the event that the log ended with");
        }
        Chain::Whole(self.last)
    }
}

impl End {
    pub(crate) fn of(row: &AnyRow) -> Result<Self> {
        Ok(Self { sequence: row.count("sequence")?, hash: row.text("hash")? })
    }
}

/// The one row of the chain's end is not there.
pub(crate) fn missing_end() -> StoreError {
    StoreError::Damaged("the end of the audit chain is missing".to_owned())
}

impl Chain {
    fn broken(sequence: u64, reason: impl Into<String>) -> Self {
        Self::Broken { sequence, reason: reason.into() }
    }
}

/// What is wrong with an event that should follow on another.
fn fault(last: &End, event: &AuditEvent) -> Option<String> {
    if event.sequence != last.sequence + 1 {
        return Some(format!("it is missing; the next is {}", event.sequence));
    }
    if event.previous_hash != last.hash {
        return Some("it does not follow on the event before it".to_owned());
    }
    (event.worked_out_hash() != event.hash).then(|| "it is not as it was written".to_owned())
}
