//! The platform's own records: people, runs, releases, decisions, audit; on SQLite and PostgreSQL.
//!
//! Invariant: the only SQL, and nothing exact and nothing personal of patients in it. Reading takes a [`Store`]; writing takes
//! a [`Change`], which only an audit event can write through and which is durable, with its events, when
//! [`Change::commit`] returns:
//!
//! ```no_run
//! # use evenly_store::{Actor, Place, Result, Store, people};
//! # async fn example(now: jiff::Timestamp, new: people::NewPerson) -> Result<()> {
//! let store = Store::open(&Place::parse("data/evenly.db")).await?;
//! let mut change = store.change(Actor::CommandLine, now).await?;
//! let id = people::add(&mut change, &new).await?;
//! change.commit().await?;
//! assert_eq!(people::get(&store, id).await?.email, new.email);
//! # Ok(())
//! # }
//! ```
//!
//! # How to add a table
//!
//! 1. A step in `migrations/` and in `schema.rs`; TEXT, BIGINT, DOUBLE PRECISION and `{bytes}` only. A step that has been released
//!    is never edited.
//! 2. Its name in [`schema::TABLES`], the privacy class of each column in [`privacy`].
//! 3. One file for its noun: types, then functions; each writing function says its event first.
//! 4. Its part in the story (`tests/story.rs`), which runs on both databases.

pub mod actions;
pub mod audit;
pub mod backup;
mod change;
pub mod claims;
pub mod comments;
pub mod decisions;
pub mod definitions;
mod error;
pub mod extracts;
pub mod findings;
pub mod flows;
mod id;
pub mod links;
pub mod people;
pub mod privacy;
pub mod releases;
mod row;
pub mod runs;
pub mod schedules;
pub mod schema;
mod secret;
pub mod sessions;
pub mod settings;
pub mod statements;
mod store;
pub mod tokens;
pub mod work;

pub use audit::Actor;
pub use change::Change;
pub use error::{Result, StoreError};
pub use id::{Id, NotAnId};
pub use row::Word;
pub use secret::{Secret, SecretHash};
pub use store::{Database, FILE_NAME, Place, Store, closed_folder};
