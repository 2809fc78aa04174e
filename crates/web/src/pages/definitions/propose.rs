//! Proposing another version of a definition: checked as it is sent, and waiting then for a second person.

use axum::Form;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use evenly_store::definitions::{self, NewDefinition};
use maud::{Markup, html};
use serde::Deserialize;

use super::{above, show};
use crate::app::{App, Platform};
use crate::components::forms::{Area, Errors, Input, button, post, summary};
use crate::components::frame::{Frame, Page};
use crate::definitions::Kind;
use crate::error::Fault;
use crate::guard::Signed;

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
            (button("Propose"))
        };
        html! {
            (summary(&self.errors))
            p { "It takes effect from the next run on, once a second person has approved it." }
            (post(&format!("/definitions/{}/{}/propose", self.kind.id(), self.name), &frame.token, &fields))
        }
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
        errors: Errors::default(),
    }))
}

async fn begin_from(app: &Platform, kind: Kind, name: &str, signed: &Signed) -> Result<String, Fault> {
    if name == NEW {
        return Ok(kind.to_begin_from());
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
    let id = judge(kind, &name, &text, &before, &mut errors);
    errors.text("why", &sent.why, 2_000, Some("Enter why"));
    errors.text("agreed_with", &sent.agreed_with, 300, None);
    let Some(id) = id.filter(|_| errors.none()) else {
        let page = Propose { kind, name, text, why: sent.why, agreed_with: sent.agreed_with, errors };
        return Ok(frame.again(&page));
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

/// The id of a definition that may be proposed under a name.
fn judge(kind: Kind, name: &str, text: &str, before: &str, errors: &mut Errors) -> Option<String> {
    if text.len() > LONGEST {
        errors.add("text", "Enter a definition of at most 100,000 characters");
        return None;
    }
    match kind.read(text) {
        Err(words) => errors.add("text", words),
        Ok(named) if named.id == NEW => errors.add("text", "Choose another id than “new”"),
        Ok(named) if name != NEW && named.id != name => {
            errors.add("text", format!("The id must stay `{name}`; propose another definition for another id"));
        }
        Ok(named) if name == NEW && kind.shipped_text(&named.id).is_some() => {
            errors.add("text", format!("There is a definition `{}` already: choose another id", named.id));
        }
        Ok(_) if name != NEW && text.trim() == before.trim() => errors.add("text", "Nothing has changed yet"),
        Ok(named) => return Some(named.id),
    }
    None
}
