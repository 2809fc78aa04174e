//! All definitions in use, and what waits for a second person.

use axum::extract::State;
use evenly_store::definitions::{self, Definition};
use maud::{Markup, html};

use crate::app::{App, Platform};
use crate::components::frame::{Frame, Page};
use crate::components::table;
use crate::definitions::Kind;
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

/// A definition in use.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InUse {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Which version.
    pub version: String,
}

impl Page for Definitions {
    fn title(&self) -> String {
        "Definitions".to_owned()
    }

    fn body(&self, frame: &Frame) -> Markup {
        html! {
            p.page-lede { "What is counted, how small counts are withheld, what a score weighs. The trust’s own versions take the place of those that come with Evenly, once a second person has approved them." }
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
                    (table(kind.title(), &["Id", "Title", "In use"], &rows))
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
        page.of.push((kind, in_use(&app, kind).await?));
    }
    Ok(frame.page(&page))
}

/// The definitions of a kind that runs use: the trust's own, then the shipped ones that none of them replaces.
async fn in_use(app: &Platform, kind: Kind) -> Result<Vec<InUse>, Fault> {
    let own = definitions::in_use(&app.store, kind.id()).await?;
    let mut all: Vec<InUse> = own
        .iter()
        .map(|definition| InUse {
            id: definition.name.clone(),
            title: kind.read(&definition.text).map_or_else(|_| definition.name.clone(), |named| named.title),
            version: format!("the trust’s own, version {}", definition.version),
        })
        .collect();
    for id in kind.shipped_ids() {
        if all.iter().any(|own| own.id == id) {
            continue;
        }
        let Some(Ok(named)) = kind.shipped_text(&id).map(|text| kind.read(text)) else { continue };
        all.push(InUse { id, title: named.title, version: format!("comes with Evenly, version {}", named.version) });
    }
    Ok(all)
}
