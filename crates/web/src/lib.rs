//! The platform's pages and programming interface. The only HTTP, and it cannot name a person's row.
//!
//! Invariants: every route says who may use it ([`routes`]), in terms of the one table of [`roles`]; every form is bound to the
//! session of whoever sends it ([`guard`](mod@guard)); everything shown comes from releases that passed the disclosure gate
//! ([`analyses`](mod@analyses)). Work on rows is a run in the store, which a worker takes up.
//!
//! # How to add a page
//!
//! 1. One file `pages/<noun>/<verb>.rs`: a struct with what the page shows, its words as [`Page`](components::frame::Page), the
//!    handler that fills it.
//! 2. One line in `routes.rs`, with who may use it.
//! 3. A snapshot in `tests/pages.rs`; what it must refuse in `tests/`.

mod analyses;
mod api;
mod app;
mod assets;
mod components;
mod definitions;
mod elsewhere;
mod error;
mod files;
mod found;
mod guard;
mod links;
mod look;
mod metrics;
mod pages;
mod roles;
mod routes;
mod rows;
mod security;
mod serve;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod upload;

pub use api::openapi::text as openapi;
pub use app::{App, Clock, OpenAccount, Options, Platform};
pub use definitions::Named;
pub use elsewhere::Provider;
pub use found::found;
pub use roles::Role;
pub use rows::{Registered, RowKind, RowSide};
pub use security::passwords::Passwords;
pub use serve::serve;
