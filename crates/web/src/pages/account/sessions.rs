//! Ending one's own sessions.

use axum::extract::{Path, State};
use axum::response::Redirect;
use evenly_store::Id;
use evenly_store::sessions::{self, Session};

use crate::app::App;
use crate::error::Fault;
use crate::guard::Signed;

/// Ends one; another person's is not found.
pub async fn end(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Result<Redirect, Fault> {
    let id: Id<Session> = id.parse().map_err(|_| Fault::NotFound)?;
    let mut change = app.store.change(signed.actor(), app.now()).await?;
    sessions::end(&mut change, id, signed.person.id).await?;
    change.commit().await?;
    Ok(Redirect::to("/account?done=sessions-ended"))
}

/// Ends all but the one that asks.
pub async fn end_others(State(app): State<App>, signed: Signed) -> Result<Redirect, Fault> {
    let mut change = app.store.change(signed.actor(), app.now()).await?;
    sessions::end_all(&mut change, signed.person.id, signed.session()).await?;
    change.commit().await?;
    Ok(Redirect::to("/account?done=sessions-ended"))
}
