//! Putting a decision on record.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use evenly_store::Word as _;
use evenly_store::decisions::{self, Choice, NewDecision};
use jiff::civil::Date;
use serde::Deserialize;

use super::show::{self, Typed};
use crate::app::App;
use crate::components::forms::Errors;
use crate::components::frame::Frame;
use crate::error::Fault;
use crate::guard::Signed;

/// What is sent.
#[derive(Deserialize)]
pub struct Sent {
    #[serde(default)]
    choice: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    present: String,
    #[serde(default)]
    review: String,
}

/// Keeps it, or says what is wrong.
pub async fn save(
    State(app): State<App>,
    frame: Frame,
    signed: Signed,
    Path(id): Path<String>,
    Form(sent): Form<Sent>,
) -> Result<Response, Fault> {
    let finding = super::named(&app, &id).await?;
    let mut errors = Errors::default();
    let choice = Choice::WORDS.iter().find(|(word, _)| *word == sent.choice).map(|(_, choice)| *choice);
    if choice.is_none() {
        errors.add("choice", "Choose what was decided");
    }
    errors.text("reason", &sent.reason, 10_000, Some("Enter the reason"));
    errors.text("present", &sent.present, 500, None);
    let review_on = day("review", &sent.review, &mut errors);
    let Some(choice) = choice.filter(|_| errors.none()) else {
        let mut page = show::page(&app, &frame, &finding).await?;
        page.errors = errors;
        page.typed = Typed {
            choice: sent.choice,
            reason: sent.reason,
            present: sent.present,
            review: sent.review,
            ..Typed::default()
        };
        return Ok(frame.again(&page));
    };
    let new = NewDecision {
        finding: finding.id,
        choice,
        reason: sent.reason,
        present: sent.present,
        review_on,
        decided_by: signed.person.id,
    };
    let mut change = app.store.change(signed.actor(), app.now()).await?;
    decisions::decide(&mut change, &new).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/findings/{}?done=decided#decisions", finding.id)).into_response())
}

/// A day that may be left out, as browsers send it.
pub fn day(field: &'static str, text: &str, errors: &mut Errors) -> Option<Date> {
    if text.trim().is_empty() {
        return None;
    }
    let day = text.trim().parse::<Date>().ok().filter(|day| (2000..=2100).contains(&day.year()));
    if day.is_none() {
        errors.add(field, "Enter a day, such as 2027-03-31");
    }
    day
}
