//! Asking a worker for the evidence of a statement.

use axum::extract::{Path, State};
use axum::response::Redirect;
use evenly_store::runs::{self, Run};
use evenly_store::statements::{Statement, StatementState};
use evenly_store::work::{Stating, Work};
use evenly_store::{Change, Id, StoreError};

use super::{address, named};
use crate::app::{App, Platform};
use crate::error::Fault;
use crate::guard::Signed;

/// How many runs are looked through for the newest of a statement.
const LOOKED_AT: u32 = 200;

/// Asks for a run. When it is done, the statement shows its releases; what it showed before stays until then.
pub(super) async fn request(change: &mut Change, id: Id<Statement>, period: &str) -> Result<(), StoreError> {
    let work = Work::Statement(Stating { statement: id, period: period.to_owned(), policy: None });
    runs::request(change, &work.as_run()).await.map(|_| ())
}

/// The newest run that was asked for.
pub(super) async fn newest_run(app: &Platform, id: Id<Statement>) -> Result<Option<Run>, Fault> {
    let is_for = |run: &Run| matches!(Work::of_run(run), Ok(Work::Statement(own)) if own.statement == id);
    Ok(runs::list(&app.store, None, LOOKED_AT).await?.into_iter().find(is_for))
}

/// Asks for it anew, out of the data as they are now.
pub async fn ask(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Result<Redirect, Fault> {
    let statement = named(&app, &signed, &id).await?;
    if statement.state == StatementState::Published {
        return Err(Fault::Conflict("this statement is published; it does not change any more".to_owned()));
    }
    let mut change = app.store.change(signed.actor(), app.now()).await?;
    request(&mut change, statement.id, &statement.period).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("{}?done=evidence-asked", address(statement.id))))
}
