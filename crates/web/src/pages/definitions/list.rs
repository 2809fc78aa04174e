//! All definitions in use, and what waits for a second person.

use axum::extract::State;
use evenly_store::definitions::{self, Definition};
use maud::{Markup, html};

use crate::app::App;
use crate::components::frame::{Frame, Page};
use crate::components::table;
use crate::definitions::Kind;
use crate::definitions::in_use::{self, InUse};
use crate::error::Fault;
use crate::roles::Permission;

/// The page.
#[derive(Default)]
pub struct Definitions {
    /// Versions that wait.
    pub waiting: Vec<Definition>,
    /// Definitions of each kind: address, title, which version is in use.
    pub of: Vec<(Kind, Vec<InUse>)>,
}

impl Page for Definitions {
    fn title(&self) -> String {
        "Definitions".to_owned()
    }

    fn body(&self, frame: &Frame) -> Markup {
        html! {
            p.page-lede { "What is counted, who belongs to a group, what columns mean, how small counts are withheld, what a score weighs. The trust’s own versions take the place of those that come with Evenly, once a second person has approved them." }
            @if !self.waiting.is_empty() {
                section.plain aria-labelledby="waiting" {
                    h2.nhsuk-heading-l #waiting { "Waiting for a second person" }
                    ul.things {
                        @for own in &self.waiting {
                            li.thing {
                                p.thing__title { a href=(format!("/definitions/{}/{}", own.kind, own.name)) { (own.kind) " " (own.name) ", version " (own.version) } }
                                p.said-text { (own.why) }
                            }
                        }
                    }
                }
            }
            @for (kind, definitions) in &self.of {
                section aria-labelledby=(kind.id()) {
                    h2.nhsuk-heading-l #(kind.id()) { (kind.title()) }
                    @let rows: Vec<Vec<Markup>> = definitions.iter().map(|own| row(*kind, own)).collect();
                    @if rows.is_empty() { p { "None yet." } }
                    @else { (table(kind.title(), &["Id", "Title", "In use"], &rows)) }
                    @if frame.may(Permission::ProposeDefinitions) {
                        p { a href=(format!("/definitions/{}/new/propose", kind.id())) { "Propose another" span.nhsuk-u-visually-hidden { " of: " (kind.title()) } } }
                    }
                }
            }
        }
    }
}

fn row(kind: Kind, own: &InUse) -> Vec<Markup> {
    vec![
        html! { a href=(format!("/definitions/{}/{}", kind.id(), own.id)) { (own.id) } },
        html! { (own.title) },
        html! { (own.version) },
    ]
}

/// Shows it.
pub async fn show(State(app): State<App>, frame: Frame) -> Result<Markup, Fault> {
    let mut page = Definitions { waiting: definitions::waiting(&app.store).await?, of: Vec::new() };
    for kind in Kind::ALL {
        page.of.push((kind, in_use::all(&app, kind).await?));
    }
    Ok(frame.page(&page))
}
