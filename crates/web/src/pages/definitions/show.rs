//! One definition: its text in use, a version that waits set against it, and all that came before.

use std::collections::HashMap;

use axum::extract::{Path, State};
use evenly_store::definitions::{self, Definition, DefinitionState};
use evenly_store::people;
use maud::{Markup, html};

use super::{above, is_id};
use crate::app::{App, Platform};
use crate::components::forms::{Area, Errors, hidden, summary};
use crate::components::frame::{Frame, Page};
use crate::components::times;
use crate::definitions::{Kind, Line, compare, in_use};
use crate::error::Fault;
use crate::roles::Permission;

/// The page.
pub struct DefinitionPage {
    /// Its kind.
    pub kind: Kind,
    /// Its id.
    pub name: String,
    /// The text in use; absent where none is yet.
    pub in_use: Option<String>,
    /// Every version of the trust's own, the newest first.
    pub versions: Vec<Definition>,
    /// Names of people by id.
    pub names: HashMap<String, String>,
    /// Id of the person who looks.
    pub own: String,
    /// What is wrong with a judgement.
    pub errors: Errors,
}

impl Page for DefinitionPage {
    fn title(&self) -> String {
        self.name.clone()
    }

    fn above(&self) -> Vec<(String, String)> {
        above()
    }

    fn has_errors(&self) -> bool {
        !self.errors.none()
    }

    fn body(&self, frame: &Frame) -> Markup {
        let waiting = self.versions.iter().filter(|own| own.state == DefinitionState::Proposed);
        html! {
            (summary(&self.errors))
            @for own in waiting { (self.waits(own, frame)) }
            @if let Some(text) = &self.in_use {
                section.plain aria-labelledby="text" {
                    h2.nhsuk-heading-l #text { "In use" }
                    pre.source tabindex="0" aria-labelledby="text" { (text) }
                }
            } @else { p { "No version is in use yet." } }
            @if frame.may(Permission::ProposeDefinitions) {
                p { a.nhsuk-button.nhsuk-button--secondary href=(format!("/definitions/{}/{}/propose", self.kind.id(), self.name)) { "Propose a change" } }
            }
            @if !self.versions.is_empty() {
                section aria-labelledby="versions" {
                    h2.nhsuk-heading-l #versions { "The trust’s own versions" }
                    ol.things { @for own in &self.versions { (self.version(own)) } }
                }
            }
        }
    }
}

/// What would change, line by line.
pub fn difference(older: &str, newer: &str) -> Markup {
    html! {
        pre.source tabindex="0" aria-label="What would change" {
            @for line in compare(older, newer) {
                @match line {
                    Line::Same(text) => { "  " (text) "\n" }
                    Line::Gone(text) => { del { "− " (text) } "\n" }
                    Line::New(text) => { ins { "+ " (text) } "\n" }
                }
            }
        }
    }
}

impl DefinitionPage {
    fn waits(&self, own: &Definition, frame: &Frame) -> Markup {
        let may = frame.may(Permission::ApproveDefinitions);
        let words = Area { name: "words", label: "Your reason", hint: Some("Needed to refuse"), value: "", rows: 2 };
        html! {
            section.plain aria-labelledby="waits" {
                h2.nhsuk-heading-l #waits { "Version " (own.version) " waits for a second person" }
                p.said-text { (own.why) }
                p.thing__facts { (self.name_of(&own.proposed_by.to_string())) ", " (times::moment(own.proposed_at)) @if !own.agreed_with.is_empty() { ". Agreed with: " (own.agreed_with) } }
                (difference(self.in_use.as_deref().unwrap_or_default(), &own.text))
                @if may && own.proposed_by.to_string() == self.own {
                    p.aside { "You proposed it, so that somebody else must judge it." }
                } @else if may {
                    form.narrow method="post" action=(format!("/definitions/versions/{}/judge", own.id)) {
                        (hidden(&frame.token))
                        (words.markup(&self.errors))
                        div.buttons {
                            button.nhsuk-button type="submit" name="verdict" value="approve" { "Approve" }
                            button.nhsuk-button.nhsuk-button--secondary type="submit" name="verdict" value="refuse" { "Refuse" }
                        }
                    }
                }
            }
        }
    }

    fn version(&self, own: &Definition) -> Markup {
        let state = match own.state {
            DefinitionState::Proposed => "waits",
            DefinitionState::Approved => "in use",
            DefinitionState::Refused => "refused",
            DefinitionState::Replaced => "was in use",
        };
        html! {
            li.thing {
                p.thing__title { "Version " (own.version) ": " (state) }
                p.said-text { (own.why) }
                p.thing__facts {
                    "Proposed by " (self.name_of(&own.proposed_by.to_string())) ", " (times::moment(own.proposed_at))
                    @if let (Some(by), Some(at)) = (own.judged_by, own.judged_at) { ". Judged by " (self.name_of(&by.to_string())) ", " (times::moment(at)) }
                }
                @if !own.judgement.is_empty() { p.said-text { "“" (own.judgement) "”" } }
            }
        }
    }

    fn name_of(&self, id: &str) -> &str {
        self.names.get(id).map_or("somebody", String::as_str)
    }
}

/// Shows it.
pub async fn show(
    State(app): State<App>,
    frame: Frame,
    signed: crate::guard::Signed,
    Path((kind, name)): Path<(String, String)>,
) -> Result<Markup, Fault> {
    let kind = Kind::of(&kind).ok_or(Fault::NotFound)?;
    Ok(frame.page(&page(&app, kind, &name, signed.person.id.to_string()).await?))
}

/// The page of a definition; one that is neither shipped nor proposed is not found.
pub async fn page(app: &Platform, kind: Kind, name: &str, own: String) -> Result<DefinitionPage, Fault> {
    if !is_id(name) {
        return Err(Fault::NotFound);
    }
    let versions = definitions::versions(&app.store, kind.id(), name).await?;
    let in_use = in_use::of(kind, name, &versions, &*app.options.rows).map(|own| own.text);
    if in_use.is_none() && versions.is_empty() {
        return Err(Fault::NotFound);
    }
    let everybody = people::list(&app.store).await?;
    Ok(DefinitionPage {
        kind,
        name: name.to_owned(),
        in_use,
        versions,
        names: everybody.into_iter().map(|own| (own.id.to_string(), own.name)).collect(),
        own,
        errors: Errors::default(),
    })
}
