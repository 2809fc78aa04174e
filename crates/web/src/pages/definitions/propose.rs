//! Proposing another version of a definition: checked as it is sent, and waiting then for a second person.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use evenly_cube::Indicator;
use evenly_report::parts;
use evenly_store::definitions::{self, NewDefinition};
use maud::{Markup, html};
use serde::Deserialize;

use super::show::difference;
use super::{above, show};
use crate::app::{App, Platform};
use crate::components::forms::{Area, Errors, Input, post, summary};
use crate::components::frame::{Frame, Page};
use crate::definitions::Kind;
use crate::error::Fault;
use crate::guard::Signed;
use crate::rows::RowSide;

/// Longest text, bytes.
const LONGEST: usize = 100_000;
/// What stands in the address of a definition that is not there yet.
const NEW: &str = "new";

/// The page.
pub struct Propose {
    /// Its kind.
    pub kind: Kind,
    /// Its id, or `new`.
    pub name: String,
    /// What was typed.
    pub text: String,
    /// What was typed.
    pub why: String,
    /// What was typed.
    pub agreed_with: String,
    /// The text in use, set against what was typed; only once a preview was asked for.
    pub before: Option<String>,
    /// What is wrong.
    pub errors: Errors,
}

impl Page for Propose {
    fn title(&self) -> String {
        if self.name == NEW { "Propose a definition".to_owned() } else { format!("Propose a change: {}", self.name) }
    }

    fn above(&self) -> Vec<(String, String)> {
        above()
    }

    fn has_errors(&self) -> bool {
        !self.errors.none()
    }

    fn body(&self, frame: &Frame) -> Markup {
        let text = Area {
            name: "text",
            label: "Definition (TOML)",
            hint: Some("It is checked when you send it; what is wrong is said here"),
            value: &self.text,
            rows: 24,
        };
        let why = Area {
            name: "why",
            label: "Why",
            hint: Some("For whoever approves it, and for a reader next year"),
            value: &self.why,
            rows: 3,
        };
        let agreed = Input {
            name: "agreed_with",
            label: "Agreed with",
            hint: Some("Optional: of a score’s weights, who agreed on them"),
            value: &self.agreed_with,
            kind: "text",
            autocomplete: Some("off"),
        };
        let fields = html! {
            (text.markup(&self.errors))
            (why.markup(&self.errors))
            (agreed.markup(&self.errors))
            div.buttons {
                button.nhsuk-button type="submit" { "Propose" }
                button.nhsuk-button.nhsuk-button--secondary type="submit" name="preview" value="yes" { "Preview" }
            }
        };
        html! {
            (summary(&self.errors))
            p { "It takes effect from the next run on, once a second person has approved it." }
            @if let Some(before) = self.before.as_ref().filter(|_| self.errors.none()) {
                section.plain aria-labelledby="preview" {
                    h2.nhsuk-heading-m #preview { "Preview: it can be read" }
                    (self.meaning())
                    (difference(before, &self.text))
                }
            }
            (post(&format!("/definitions/{}/{}/propose", self.kind.id(), self.name), &frame.token, &fields))
        }
    }
}

impl Propose {
    /// What an indicator would count, as its page would say it.
    fn meaning(&self) -> Markup {
        let indicator =
            (self.kind == Kind::Indicator).then(|| Indicator::parse("indicator", &self.text).ok()).flatten();
        html! { @if let Some(own) = indicator { (parts::meaning(&own)) } }
    }
}

/// Shows it, with the text in use to begin from.
pub async fn show(
    State(app): State<App>,
    frame: Frame,
    signed: Signed,
    Path((kind, name)): Path<(String, String)>,
) -> Result<Markup, Fault> {
    let kind = Kind::of(&kind).ok_or(Fault::NotFound)?;
    let text = begin_from(&app, kind, &name, &signed).await?;
    Ok(frame.page(&Propose {
        kind,
        name,
        text,
        why: String::new(),
        agreed_with: String::new(),
        before: None,
        errors: Errors::default(),
    }))
}

async fn begin_from(app: &Platform, kind: Kind, name: &str, signed: &Signed) -> Result<String, Fault> {
    if name == NEW {
        return Ok(kind.to_begin_from(&*app.options.rows));
    }
    Ok(show::page(app, kind, name, signed.person.id.to_string()).await?.in_use.unwrap_or_default())
}

/// What is sent.
#[derive(Deserialize)]
pub struct Sent {
    #[serde(default)]
    text: String,
    #[serde(default)]
    why: String,
    #[serde(default)]
    agreed_with: String,
    #[serde(default)]
    preview: String,
}

/// Keeps it, or says what is wrong.
pub async fn save(
    State(app): State<App>,
    frame: Frame,
    signed: Signed,
    Path((kind, name)): Path<(String, String)>,
    Form(sent): Form<Sent>,
) -> Result<Response, Fault> {
    let kind = Kind::of(&kind).ok_or(Fault::NotFound)?;
    let before = begin_from(&app, kind, &name, &signed).await?;
    let text = sent.text.replace("\r\n", "\n");
    let mut errors = Errors::default();
    let id = judge(&Proposed { kind, name: &name, text: &text, before: &before }, &*app.options.rows, &mut errors);
    let preview = !sent.preview.is_empty();
    // To look at it takes no reason yet.
    errors.text("why", &sent.why, 2_000, (!preview).then_some("Enter why"));
    errors.text("agreed_with", &sent.agreed_with, 300, None);
    let Some(id) = id.filter(|_| errors.none() && !preview) else {
        let looked = errors.none();
        let before = preview.then_some(if name == NEW { String::new() } else { before });
        let page = Propose { kind, name, text, why: sent.why, agreed_with: sent.agreed_with, before, errors };
        return Ok(if looked { frame.page(&page).into_response() } else { frame.again(&page) });
    };
    let new = NewDefinition {
        kind: kind.id().to_owned(),
        name: id.clone(),
        text,
        why: sent.why,
        agreed_with: sent.agreed_with,
        proposed_by: signed.person.id,
    };
    let mut change = app.store.change(signed.actor(), app.now()).await?;
    definitions::propose(&mut change, &new).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("/definitions/{}/{id}?done=proposed", kind.id())).into_response())
}

/// A text and the place it is proposed for.
struct Proposed<'a> {
    kind: Kind,
    name: &'a str,
    text: &'a str,
    before: &'a str,
}

/// The id of a definition that may be proposed under a name.
fn judge(proposed: &Proposed, rows: &dyn RowSide, errors: &mut Errors) -> Option<String> {
    let Proposed { kind, name, text, before } = *proposed;
    if text.len() > LONGEST {
        errors.add("text", "Enter a definition of at most 100,000 characters");
        return None;
    }
    match kind.read(text, rows) {
        Err(words) => errors.add("text", words),
        Ok(named) if named.id == NEW => errors.add("text", "Choose another id than “new”"),
        Ok(named) if name != NEW && named.id != name => {
            errors.add("text", format!("The id must stay `{name}`; propose another definition for another id"));
        }
        Ok(named) if name == NEW && kind.shipped_text(&named.id, rows).is_some() => {
            errors.add("text", format!("There is a definition `{}` already: choose another id", named.id));
        }
        Ok(_) if name != NEW && text.trim() == before.trim() => errors.add("text", "Nothing has changed yet"),
        Ok(named) => return Some(named.id),
    }
    None
}
