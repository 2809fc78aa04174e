//! Signing somebody out everywhere.

use axum::extract::{Path, State};
use axum::response::Redirect;
use evenly_store::sessions;

use crate::app::App;
use crate::error::Fault;
use crate::guard::Signed;

/// Ends every session of an account.
pub async fn end(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Result<Redirect, Fault> {
    let person = super::named(&app, &id).await?;
    let mut change = app.store.change(signed.actor(), app.now()).await?;
    sessions::end_all(&mut change, person.id, None).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/people/{}?done=sessions-ended", person.id)))
}
