//! Saying something of a finding.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use evenly_store::comments::{self, NewComment};
use evenly_store::decisions;
use serde::Deserialize;

use super::show::{self, Typed};
use crate::app::App;
use crate::components::forms::Errors;
use crate::components::frame::Frame;
use crate::error::Fault;
use crate::guard::Signed;
use crate::roles::Permission;

/// The longest comment, characters.
pub const LONGEST: usize = 10_000;

/// What is sent.
#[derive(Deserialize)]
pub struct Sent {
    #[serde(default)]
    comment: String,
    #[serde(default)]
    dissent: String,
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
    if let Err(words) = judge(&sent.comment) {
        let mut page = show::page(&app, &frame, &finding).await?;
        page.errors = Errors::one("comment", words);
        page.typed = Typed { comment: sent.comment, ..Typed::default() };
        return Ok(frame.again(&page));
    }
    // Dissent is from a decision, by whoever may decide.
    let decided = !decisions::of_finding(&app.store, finding.id).await?.is_empty();
    let dissent = sent.dissent == "yes" && decided && signed.may(Permission::Decide);
    let new = NewComment {
        subject_kind: "finding",
        subject: finding.id.to_string(),
        answers: None,
        author: signed.person.id,
        author_role: signed.role_words(),
        dissent,
        text: sent.comment,
    };
    let mut change = app.store.change(signed.actor(), app.now()).await?;
    comments::write(&mut change, &new).await?;
    change.commit().await?;
    let done = if dissent { "dissented" } else { "commented" };
    Ok(Redirect::to(&format!("/findings/{}?done={done}#discussion", finding.id)).into_response())
}

/// What is wrong with a comment.
pub fn judge(text: &str) -> Result<(), &'static str> {
    match text.trim().chars().count() {
        0 => Err("Enter a comment"),
        length if length > LONGEST => Err("Enter a comment of at most 10,000 characters"),
        _ => Ok(()),
    }
}
