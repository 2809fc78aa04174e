//! A link by which the owner of an account sets a new password.

use axum::extract::{Path, State};
use evenly_store::Secret;
use evenly_store::links::{self, Purpose};
use evenly_store::people::{self, Status};
use jiff::SignedDuration;
use maud::Markup;

use super::add::{LINK_DAYS, LinkPage, welcome};
use crate::app::App;
use crate::components::frame::Frame;
use crate::error::Fault;
use crate::guard::Signed;

/// Makes it and shows it once. Links made before stop working. The old password opens nothing any more but the page where another
/// one is set.
pub async fn save(
    State(app): State<App>,
    frame: Frame,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Markup, Fault> {
    let person = super::named(&app, &id).await?;
    if person.status != Status::Active {
        return Err(Fault::Conflict("this account is closed; open it first".to_owned()));
    }
    let purpose = if person.has_password { Purpose::Reset } else { Purpose::Invitation };
    let secret = Secret::new();
    let until = app.now() + SignedDuration::from_hours(24 * LINK_DAYS);
    let mut change = app.store.change(signed.actor(), app.now()).await?;
    if person.has_password {
        people::require_reset(&mut change, person.id).await?;
    }
    links::make(&mut change, purpose, Some(person.id), &secret.hash(), until).await?;
    change.commit().await?;
    Ok(frame.page(&LinkPage { name: person.name, link: welcome(&app, &secret) }))
}
