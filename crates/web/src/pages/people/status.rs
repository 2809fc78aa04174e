//! Closing an account, or opening it again.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::Redirect;
use evenly_store::people::{self, Status};
use serde::Deserialize;

use crate::app::App;
use crate::error::Fault;
use crate::guard::Signed;
use crate::roles::Role;

/// What is sent.
#[derive(Deserialize)]
pub struct Sent {
    #[serde(default)]
    status: String,
}

/// Does it. Closing ends sessions and tokens; the last administrator cannot be closed.
pub async fn save(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Redirect, Fault> {
    let person = super::named(&app, &id).await?;
    let status = match sent.status.as_str() {
        "active" => Status::Active,
        "disabled" => Status::Disabled,
        _ => return Err(Fault::Unreadable("Say whether the account is to be open or closed.")),
    };
    let mut change = app.store.change(signed.actor(), app.now()).await?;
    people::set_status(&mut change, person.id, status, Some(Role::Administrator.id())).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/people/{}?done=person-changed", person.id)))
}
