//! Approving a statement as it stands, by somebody else than its authors; publishing what was approved.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Redirect;
use evenly_store::statements;
use serde::Deserialize;

use super::{address, named, pack};
use crate::app::App;
use crate::error::Fault;
use crate::guard::Signed;

/// What is sent.
#[derive(Deserialize)]
pub struct Sent {
    #[serde(default)]
    revision: String,
}

/// Approves the revision that was looked at. The store refuses its authors, and a revision that is not the newest.
pub async fn approve(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Redirect, Fault> {
    let statement = named(&app, &signed, &id).await?;
    let revision = sent.revision.parse().map_err(|_| Fault::Unreadable("Load the page anew and try again."))?;
    if pack::of(&app, &statement).await?.is_none() {
        return Err(Fault::Conflict("a statement without evidence is not approved".to_owned()));
    }
    let mut change = app.store.change(signed.actor(), app.now()).await?;
    statements::approve(&mut change, statement.id, revision, signed.person.id).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("{}?done=statement-approved", address(statement.id))))
}

/// Publishes it.
pub async fn publish(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Result<Redirect, Fault> {
    let statement = named(&app, &signed, &id).await?;
    let mut change = app.store.change(signed.actor(), app.now()).await?;
    statements::publish(&mut change, statement.id).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("{}?done=statement-published", address(statement.id))))
}
