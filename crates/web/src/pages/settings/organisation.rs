//! The organisation's name and code.

use axum::Form;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use evenly_store::settings;
use serde::Deserialize;

use super::show;
use crate::app::App;
use crate::components::forms::Errors;
use crate::components::frame::Frame;
use crate::error::Fault;
use crate::guard::Signed;

/// What is sent.
#[derive(Deserialize)]
pub struct Sent {
    #[serde(default)]
    organisation: String,
    #[serde(default)]
    code: String,
}

/// Keeps both, or says what is wrong.
pub async fn save(
    State(app): State<App>,
    frame: Frame,
    signed: Signed,
    Form(sent): Form<Sent>,
) -> Result<Response, Fault> {
    let (name, code) = (sent.organisation.trim(), sent.code.trim().to_ascii_uppercase());
    let mut errors = Errors::default();
    errors.line("organisation", name, 100, "Enter a name of at most 100 characters");
    if code.len() > 10 || !code.chars().all(|own| own.is_ascii_alphanumeric()) {
        errors.add("code", "Enter a code of letters and digits, such as RX1, or leave it empty");
    }
    if !errors.none() {
        let mut page = show::page(&app).await?;
        (page.organisation, page.code, page.errors) = (sent.organisation, sent.code, errors);
        return Ok(frame.again(&page));
    }
    let mut change = app.store.change(signed.actor(), app.now()).await?;
    settings::set(&mut change, settings::ORGANISATION, name).await?;
    settings::set(&mut change, settings::ORGANISATION_CODE, &code).await?;
    change.commit().await?;
    app.looks.forget().await;
    // Documents carry the name at their head.
    app.analyses.forget().await;
    Ok(Redirect::to("/settings?done=settings-saved").into_response())
}
