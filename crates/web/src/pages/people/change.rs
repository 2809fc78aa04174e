//! Changing an account's name, address and roles.

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use evenly_store::StoreError;
use evenly_store::people;

use super::{Fields, judge_roles, show};
use crate::app::App;
use crate::components::forms::Errors;
use crate::components::frame::Frame;
use crate::error::Fault;
use crate::guard::Signed;
use crate::pages::sign_in::judge_person;
use crate::roles::Role;

/// Saves it, or says what is wrong. The last administrator stays one.
pub async fn save(
    State(app): State<App>,
    frame: Frame,
    signed: Signed,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Fault> {
    let person = super::named(&app, &id).await?;
    let fields = Fields::read(&body);
    let (name, email, ticked) = (fields.one("name"), fields.one("email"), fields.all("roles"));
    let mut errors = Errors::default();
    judge_person(&mut errors, name, email);
    let roles = judge_roles(&ticked, &mut errors);
    if errors.none() {
        let mut change = app.store.change(signed.actor(), app.now()).await?;
        let changed = async {
            if (person.name.as_str(), person.email.as_str()) != (name.trim(), email.trim().to_lowercase().as_str()) {
                people::rename(&mut change, person.id, name, email).await?;
            }
            if person.roles != roles {
                people::set_roles(&mut change, person.id, &roles, Some(Role::Administrator.id())).await?;
            }
            Ok::<_, StoreError>(change)
        };
        match changed.await {
            Ok(change) => {
                change.commit().await?;
                return Ok(Redirect::to(&format!("/people/{}?done=person-changed", person.id)).into_response());
            }
            Err(StoreError::Taken(_)) => errors.add("email", "There is an account with this email address already"),
            Err(StoreError::Refused(_)) => {
                errors.add("roles", "This is the last administrator. Make somebody else one first");
            }
            Err(error) => return Err(error.into()),
        }
    }
    let mut page = show::page(&app, person).await?;
    page.typed = Some((name.to_owned(), email.to_owned(), ticked));
    page.errors = errors;
    Ok(frame.again(&page))
}
