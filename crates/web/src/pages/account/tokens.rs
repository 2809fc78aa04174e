//! Tokens for programs: made, shown once, revoked.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use evenly_store::tokens::{self, ApiToken, NewToken};
use evenly_store::{Id, Secret};
use jiff::SignedDuration;

use super::show;
use crate::app::App;
use crate::components::frame::Frame;
use crate::error::Fault;
use crate::guard::Signed;
use crate::pages::people::Fields;

/// Makes one, or says what is wrong. It may do no more than its owner.
pub async fn make(State(app): State<App>, frame: Frame, signed: Signed, body: Bytes) -> Result<Response, Fault> {
    let fields = Fields::read(&body);
    let (name, ticked) = (fields.one("token_name").trim().to_owned(), fields.all("scopes"));
    let mut page = show::page(&app, &signed).await?;
    let scopes: Vec<String> =
        page.scopes.iter().map(|(id, _)| (*id).to_owned()).filter(|id| ticked.contains(id)).collect();
    page.errors.line("token_name", &name, 100, "Enter what it is for, in at most 100 characters");
    if scopes.is_empty() {
        page.errors.add("scopes", "Choose what it may do");
    }
    let days = [30, 90, 365].into_iter().find(|days| fields.one("days") == days.to_string());
    if days.is_none() {
        page.errors.add("days", "Choose how long it works");
    }
    let Some(days) = days.filter(|_| page.errors.none()) else {
        page.typed = (name, ticked);
        return Ok(frame.again(&page));
    };
    let secret = Secret::new();
    let expires_at = app.now() + SignedDuration::from_hours(24 * days);
    let new = NewToken { person: signed.person.id, name, secret: secret.hash(), scopes, expires_at };
    let mut change = app.store.change(signed.actor(), app.now()).await?;
    tokens::make(&mut change, &new).await?;
    change.commit().await?;
    let mut page = show::page(&app, &signed).await?;
    page.made = Some(secret.reveal().to_owned());
    Ok(frame.page(&page).into_response())
}

/// Revokes one; another person's is not found.
pub async fn revoke(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Result<Redirect, Fault> {
    let id: Id<ApiToken> = id.parse().map_err(|_| Fault::NotFound)?;
    let mut change = app.store.change(signed.actor(), app.now()).await?;
    tokens::revoke(&mut change, id, signed.person.id).await?;
    change.commit().await?;
    Ok(Redirect::to("/account?done=token-revoked"))
}
