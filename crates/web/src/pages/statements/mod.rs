//! The annual statement on health inequalities: drafted from live evidence, approved by somebody else, published.

mod actions;
pub mod download;
pub mod draft;
pub mod evidence;
pub mod judge;
pub mod list;
pub mod pack;
pub mod part;
pub mod show;

use evenly_store::Id;
use evenly_store::statements::{self, Statement, StatementState};
use maud::Markup;

use crate::app::Platform;
use crate::components::frame::Frame;
use crate::components::tag;
use crate::error::Fault;
use crate::guard::Signed;
use crate::roles::Permission;

/// The pages above those of a statement.
fn above() -> Vec<(String, String)> {
    vec![("/".to_owned(), "Home".to_owned()), ("/statements".to_owned(), "Statements".to_owned())]
}

/// The address of a statement.
fn address(id: Id<Statement>) -> String {
    format!("/statements/{id}")
}

/// Whether somebody with these permissions sees a statement: before it is out, only those who work on it.
pub fn visible(state: StatementState, may: impl Fn(Permission) -> bool) -> bool {
    state == StatementState::Published || may(Permission::DraftStatements) || may(Permission::ApproveStatements)
}

/// The statement of an address, if whoever asks may see it.
pub async fn named(app: &Platform, signed: &Signed, id: &str) -> Result<Statement, Fault> {
    let id: Id<Statement> = id.parse().map_err(|_| Fault::NotFound)?;
    let statement = statements::get(&app.store, id).await?;
    if visible(statement.state, |own| signed.may(own)) { Ok(statement) } else { Err(Fault::NotFound) }
}

/// How far a statement is, as a coloured word.
fn state_tag(state: StatementState) -> Markup {
    match state {
        StatementState::Draft => tag("grey", "Draft"),
        StatementState::Approved => tag("blue", "Approved"),
        StatementState::Published => tag("green", "Published"),
    }
}

/// Whether whoever looks may change a statement.
fn may_write(frame: &Frame, statement: &Statement) -> bool {
    statement.state != StatementState::Published && frame.may(Permission::DraftStatements)
}
