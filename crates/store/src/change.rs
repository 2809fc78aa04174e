//! A change and its audit events: one transaction, or nothing.

use jiff::Timestamp;
use serde_json::Value;
use sqlx::any::AnyRow;
use sqlx::{Any, Transaction};
use tokio::sync::OwnedMutexGuard;

use crate::audit::{self, Actor};
use crate::error::{Result, StoreError};
use crate::id::{Id, IdOrder};
use crate::row::stored;
use crate::store::{Database, Statement, Store};

/// A change that is being made. Nothing of it is there until [`Change::commit`]; dropped, it never was.
///
/// The only way to write is through an event ([`Change::event`]), so that there is no change without one. One change is made
/// at a time, on both databases: a change reads what the one before it wrote, and no two can cross.
pub struct Change {
    transaction: Transaction<'static, Any>,
    actor: Actor,
    now: Timestamp,
    events: Vec<Event>,
    ids: IdOrder,
    /// Set when a statement failed: half a change is not committed even if a caller overlooks the error.
    failed: bool,
    end: audit::End,
    _line: OwnedMutexGuard<()>,
}

/// What happened, as it will stand in the audit log. No value of a patient, no password, no token.
pub(crate) struct Event {
    pub action: &'static str,
    pub subject_kind: &'static str,
    pub subject: String,
    pub details: Value,
}

/// The right to write what an event says.
pub(crate) struct Write<'c>(&'c mut Change);

impl Store {
    /// Begins a change by somebody at a moment. Waits until the changes before it have ended.
    pub async fn change(&self, actor: Actor, now: Timestamp) -> Result<Change> {
        let line = self.writing.clone().lock_owned().await;
        let begin = match self.database {
            Database::Sqlite => "BEGIN IMMEDIATE",
            Database::Postgres => "BEGIN",
        };
        let mut transaction = self.pool.begin_with(begin).await?;
        // Taking the end of the chain first makes writers stand in line on PostgreSQL as SQLite's lock does.
        let statement = sqlx::query("UPDATE audit_head SET one = one WHERE one = 1 RETURNING sequence, hash");
        let end = statement.fetch_optional(&mut *transaction).await?.ok_or_else(audit::missing_end)?;
        let end = audit::End::of(&end)?;
        Ok(Change {
            transaction,
            actor,
            now: stored(now),
            events: Vec::new(),
            ids: IdOrder::default(),
            failed: false,
            end,
            _line: line,
        })
    }
}

impl Change {
    /// When the change is made, in whole microseconds.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Who makes it.
    pub fn actor(&self) -> &Actor {
        &self.actor
    }

    /// Makes the change durable, with its events at the end of the audit chain. Once this returns, it is on the disk.
    pub async fn commit(mut self) -> Result<()> {
        if self.failed {
            return Err(StoreError::Conflict("a part of the change failed, so that none of it was made".to_owned()));
        }
        let sealed = audit::seal(&self.end, &self.actor, self.now, &self.events);
        audit::append(&mut self.transaction, &sealed).await?;
        Ok(self.transaction.commit().await?)
    }

    /// A new id as of the change; ids of one change sort in the order in which they were made.
    pub(crate) fn new_id<T>(&self) -> Id<T> {
        Id::new(self.now, &self.ids)
    }

    /// Says what happens, and gives the right to write it.
    pub(crate) fn event(
        &mut self,
        action: &'static str,
        subject: (&'static str, &dyn ToString),
        details: Value,
    ) -> Write<'_> {
        let (subject_kind, subject) = (subject.0, subject.1.to_string());
        self.events.push(Event { action, subject_kind, subject, details });
        Write(self)
    }

    /// Reads one row, or none, as the change sees it.
    pub(crate) async fn find<T>(
        &mut self,
        statement: Statement<'_>,
        read: fn(&AnyRow) -> Result<T>,
    ) -> Result<Option<T>> {
        statement.fetch_optional(&mut *self.transaction).await?.as_ref().map(read).transpose()
    }

    /// Reads rows as the change sees them.
    pub(crate) async fn all<T>(&mut self, statement: Statement<'_>, read: fn(&AnyRow) -> Result<T>) -> Result<Vec<T>> {
        statement.fetch_all(&mut *self.transaction).await?.iter().map(read).collect()
    }
}

impl Write<'_> {
    /// Runs a statement and says how many rows it wrote.
    pub(crate) async fn run(&mut self, statement: Statement<'_>) -> Result<u64> {
        let done = statement.execute(&mut *self.0.transaction).await;
        self.0.failed |= done.is_err();
        Ok(done?.rows_affected())
    }

    /// Runs a statement that must write a row, or else the change cannot be made for the reason given.
    pub(crate) async fn must(
        &mut self,
        statement: Statement<'_>,
        otherwise: impl FnOnce() -> StoreError,
    ) -> Result<()> {
        if self.run(statement).await? == 0 {
            self.0.failed = true;
            return Err(otherwise());
        }
        Ok(())
    }
}
