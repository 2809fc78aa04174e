//! Approving or refusing a version that another person proposed.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use evenly_store::Id;
use evenly_store::definitions::{self, Definition};
use serde::Deserialize;

use super::show;
use crate::app::App;
use crate::components::forms::Errors;
use crate::components::frame::Frame;
use crate::definitions::Kind;
use crate::error::Fault;
use crate::guard::Signed;

/// What is sent.
#[derive(Deserialize)]
pub struct Sent {
    #[serde(default)]
    verdict: String,
    #[serde(default)]
    words: String,
}

/// Judges it. The store refuses whoever proposed it.
pub async fn save(
    State(app): State<App>,
    frame: Frame,
    signed: Signed,
    Path(version): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, Fault> {
    let id: Id<Definition> = version.parse().map_err(|_| Fault::NotFound)?;
    let definition = definitions::get(&app.store, id).await?;
    let kind = Kind::of(&definition.kind).ok_or(Fault::NotFound)?;
    let approve = match sent.verdict.as_str() {
        "approve" => true,
        "refuse" => false,
        _ => return Err(Fault::Unreadable("Say whether it is approved or refused.")),
    };
    let mut errors = Errors::default();
    errors.text("words", &sent.words, 2_000, (!approve).then_some("Enter why it is refused"));
    if !errors.none() {
        let mut page = show::page(&app, kind, &definition.name, signed.person.id.to_string()).await?;
        page.errors = errors;
        return Ok(frame.again(&page));
    }
    let mut change = app.store.change(signed.actor(), app.now()).await?;
    definitions::judge(&mut change, id, signed.person.id, approve, &sent.words).await?;
    change.commit().await?;
    let done = if approve { "approved" } else { "refused" };
    Ok(Redirect::to(&format!("/definitions/{}/{}?done={done}", kind.id(), definition.name)).into_response())
}
