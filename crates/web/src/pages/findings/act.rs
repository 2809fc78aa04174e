//! Agreeing on actions, and saying what came of them.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use evenly_store::Id;
use evenly_store::actions::{self, Action, ActionChange, ActionStatus, NewAction};
use evenly_store::people::{self, Person, Status};
use jiff::Timestamp;
use serde::Deserialize;

use super::decide::day;
use super::show::{self, Typed};
use crate::app::{App, Platform};
use crate::components::forms::Errors;
use crate::components::frame::Frame;
use crate::error::Fault;
use crate::guard::Signed;

/// What is sent to add one.
#[derive(Deserialize)]
pub struct Sent {
    #[serde(default)]
    what: String,
    #[serde(default)]
    owner: String,
    #[serde(default)]
    due: String,
}

/// Adds one, or says what is wrong.
pub async fn save(
    State(app): State<App>,
    frame: Frame,
    signed: Signed,
    Path(id): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, Fault> {
    let finding = super::named(&app, &id).await?;
    let mut errors = Errors::default();
    errors.text("what", &sent.what, 2_000, Some("Enter what will be done"));
    let owner = colleague(&app, &sent.owner).await?;
    if owner.is_none() {
        errors.add("owner", "Choose who does it");
    }
    let due_on = day("due", &sent.due, &mut errors);
    let Some(owner) = owner.filter(|_| errors.none()) else {
        let mut page = show::page(&app, &frame, &finding).await?;
        page.errors = errors;
        page.typed = Typed { what: sent.what, owner: sent.owner, due: sent.due, ..Typed::default() };
        return Ok(frame.again(&page));
    };
    let new = NewAction {
        finding: finding.id,
        decision: None,
        what: sent.what,
        owner,
        due_on,
        project: String::new(),
        made_by: signed.person.id,
    };
    let mut change = app.store.change(signed.actor(), app.now()).await?;
    actions::add(&mut change, &new).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/findings/{}?done=action-added#actions", finding.id)).into_response())
}

async fn colleague(app: &Platform, id: &str) -> Result<Option<Id<Person>>, Fault> {
    let Ok(id) = id.parse::<Id<Person>>() else { return Ok(None) };
    let everybody = people::list(&app.store).await?;
    Ok(everybody.iter().find(|own| own.id == id && own.status == Status::Active).map(|own| own.id))
}

/// What is sent to change one.
#[derive(Deserialize)]
pub struct Changed {
    #[serde(default)]
    status: String,
    #[serde(default)]
    outcome: String,
    #[serde(default)]
    seen: String,
}

/// Marks one done, or drops it.
pub async fn change(
    State(app): State<App>,
    signed: Signed,
    Path(id): Path<String>,
    Form(sent): Form<Changed>,
) -> Result<Response, Fault> {
    let id: Id<Action> = id.parse().map_err(|_| Fault::NotFound)?;
    let action = actions::get(&app.store, id).await?;
    let status = match sent.status.as_str() {
        "done" => ActionStatus::Done,
        "dropped" => ActionStatus::Dropped,
        _ => return Err(Fault::Unreadable("Say whether the action is done or dropped.")),
    };
    let seen: Timestamp = sent.seen.parse().map_err(|_| Fault::Unreadable("Load the page anew and try again."))?;
    if sent.outcome.chars().count() > 2_000 {
        return Err(Fault::Unreadable("What came of it may have at most 2,000 characters."));
    }
    let new = ActionChange {
        what: action.what,
        owner: action.owner,
        due_on: action.due_on,
        status,
        outcome: sent.outcome,
        project: action.project,
    };
    let mut change = app.store.change(signed.actor(), app.now()).await?;
    actions::update(&mut change, id, seen, &new).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/findings/{}?done=action-done#actions", action.finding)).into_response())
}
