//! The register of groups that care is owed to: which data in use can show each, and which groups none can show.

use axum::extract::State;
use evenly_store::extracts;
use maud::{Markup, html};

use crate::analyses::PURPOSE;
use crate::app::{App, Platform};
use crate::components::frame::{Frame, Page};
use crate::components::table;
use crate::definitions::Kind;
use crate::definitions::in_use;
use crate::error::Fault;
use crate::rows::Registered;

/// The page.
#[derive(Default)]
pub struct Groups {
    /// Titles of the profiles of the data in use.
    pub connected: Vec<String>,
    /// Every group.
    pub all: Vec<Registered>,
}

impl Page for Groups {
    fn title(&self) -> String {
        "Groups that care is owed to".to_owned()
    }

    fn above(&self) -> Vec<(String, String)> {
        vec![("/".to_owned(), "Home".to_owned()), ("/data".to_owned(), "Data".to_owned())]
    }

    fn body(&self, _: &Frame) -> Markup {
        let (seen, unseen): (Vec<&Registered>, Vec<&Registered>) =
            self.all.iter().partition(|own| !own.shown_by.is_empty());
        html! {
            p.page-lede {
                "Core20, protected characteristics, inclusion health and the trust’s own groups. No data here can show "
                (unseen.len()) " of " (self.all.len()) ": that nothing is said of them does not mean that all is well with them."
            }
            @if self.connected.is_empty() { p { "No data have been brought in yet." } }
            @else { p { "Data in use: " (self.connected.join("; ")) "." } }
            section.plain aria-labelledby="unseen" {
                h2.nhsuk-heading-l #unseen { "That no data here show" }
                @if unseen.is_empty() { p { "None." } }
                @else { (table("Groups that no data here show", &["Group", "Of", "What it would take"], &rows(&unseen, takes))) }
            }
            section aria-labelledby="seen" {
                h2.nhsuk-heading-l #seen { "That can be shown" }
                @if seen.is_empty() { p { "None." } }
                @else { (table("Groups that can be shown", &["Group", "Of", "By"], &rows(&seen, |own| self.by(own)))) }
                p.aside { "As far as the extract has the columns that its profile names. Who belongs to a group is a " a href="/definitions#group" { "definition" } " that can be changed." }
            }
        }
    }
}

impl Groups {
    fn by(&self, own: &Registered) -> Markup {
        let every = own.shown_by.len() == self.connected.len();
        html! { @if every { "All data in use" } @else { (own.shown_by.join("; ")) } }
    }
}

fn rows(groups: &[&Registered], last: impl Fn(&Registered) -> Markup) -> Vec<Vec<Markup>> {
    let name = |own: &Registered| html! { a href=(format!("/definitions/group/{}", own.id)) { (own.title) } };
    groups.iter().map(|own| vec![name(own), html! { (own.kind) }, last(own)]).collect()
}

fn takes(own: &Registered) -> Markup {
    html! {
        @if !own.lacks.is_empty() { "Field needed: " @for (place, field) in own.lacks.iter().enumerate() { @if place > 0 { ", " } code { (field) } } ". " }
        // What stands between backticks is the name of a field.
        @for (place, part) in own.why.as_deref().unwrap_or_default().split('`').enumerate() {
            @if place % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

/// Shows it.
pub async fn show(State(app): State<App>, frame: Frame) -> Result<Markup, Fault> {
    let (connected, all) = register(&app).await?;
    Ok(frame.page(&Groups { connected, all }))
}

/// Titles of the profiles of the data in use, and every group as they show it.
pub async fn register(app: &Platform) -> Result<(Vec<String>, Vec<Registered>), Fault> {
    let read = extracts::list(&app.store, PURPOSE, u32::MAX).await?;
    let mut profiles = in_use::all(app, Kind::Profile).await?;
    profiles.retain(|own| read.iter().any(|extract| extract.profile == own.id));
    let groups: Vec<String> = in_use::all(app, Kind::Group).await?.into_iter().map(|own| own.text).collect();
    let (titles, texts): (Vec<String>, Vec<String>) = profiles.into_iter().map(|own| (own.title, own.text)).unzip();
    let all = app.options.rows.register(&groups, &texts).map_err(|error| {
        tracing::error!(error, "the groups in use cannot be read");
        Fault::Ours
    })?;
    Ok((titles, all))
}
