//! One part of a statement: what the data show, and the trust's own words about it.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use evenly_report::StatementPart;
use evenly_store::statements::{self, Statement};
use maud::{Markup, html};
use serde::Deserialize;

use super::{above, address, may_write, named, pack};
use crate::app::{App, Platform};
use crate::components::forms::{Area, Errors, button, post, summary};
use crate::components::frame::{Frame, Page};
use crate::error::Fault;
use crate::guard::Signed;

/// The longest commentary, characters.
const LONGEST: usize = 20_000;

/// The page.
pub struct PartPage {
    /// The statement.
    pub statement: Statement,
    /// The part.
    pub part: StatementPart,
    /// The words about it as they are being written.
    pub text: String,
    /// What is wrong with them.
    pub errors: Errors,
}

impl Page for PartPage {
    fn title(&self) -> String {
        self.part.title.clone()
    }

    fn above(&self) -> Vec<(String, String)> {
        let own = (address(self.statement.id), self.statement.title.clone());
        above().into_iter().chain([own]).collect()
    }

    fn has_errors(&self) -> bool {
        !self.errors.none()
    }

    fn body(&self, frame: &Frame) -> Markup {
        let place = format!("{}/parts/{}", address(self.statement.id), self.part.id);
        let text = Area {
            name: "text",
            label: "In our words",
            hint: Some(
                "It stands at the head of this part. An empty line begins a paragraph. Write nothing about a person who could be known by it.",
            ),
            value: &self.text,
            rows: 8,
        };
        let fields = html! { (text.markup(&self.errors)) (button("Save")) };
        html! {
            (summary(&self.errors))
            @if may_write(frame, &self.statement) { (post(&place, &frame.token, &fields)) }
            section.plain aria-label=(self.part.title) { (self.part.body) }
            p { a href=(address(self.statement.id)) { "Back to the statement" } }
        }
    }
}

/// Shows it.
pub async fn show(
    State(app): State<App>,
    frame: Frame,
    signed: Signed,
    Path((id, part)): Path<(String, String)>,
) -> Result<Markup, Fault> {
    let statement = named(&app, &signed, &id).await?;
    Ok(frame.page(&page(&app, statement, &part).await?))
}

async fn page(app: &Platform, statement: Statement, part: &str) -> Result<PartPage, Fault> {
    let pack = pack::of(app, &statement).await?.ok_or(Fault::NotFound)?;
    let part = pack.parts().into_iter().find(|own| own.id == part).ok_or(Fault::NotFound)?;
    let written = statements::commentary(&app.store, statement.id).await?;
    let text = written.into_iter().find(|own| own.block == part.id).map(|own| own.text).unwrap_or_default();
    Ok(PartPage { statement, part, text, errors: Errors::default() })
}

/// What is sent.
#[derive(Deserialize)]
pub struct Sent {
    #[serde(default)]
    text: String,
}

/// Keeps the words; what they were before stays.
pub async fn save(
    State(app): State<App>,
    frame: Frame,
    signed: Signed,
    Path((id, part)): Path<(String, String)>,
    Form(sent): Form<Sent>,
) -> Result<Response, Fault> {
    let mut page = page(&app, named(&app, &signed, &id).await?, &part).await?;
    let text = sent.text.replace("\r\n", "\n");
    page.errors.text("text", &text, LONGEST, None);
    if !page.errors.none() {
        page.text = text;
        return Ok(frame.again(&page));
    }
    let mut change = app.store.change(signed.actor(), app.now()).await?;
    statements::write(&mut change, page.statement.id, &page.part.id, signed.person.id, &text).await?;
    change.commit().await?;
    let place = address(page.statement.id);
    Ok(Redirect::to(&format!("{place}/parts/{}?done=commentary-written", page.part.id)).into_response())
}
