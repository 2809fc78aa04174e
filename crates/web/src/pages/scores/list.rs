//! The scores in use, and what each can be worked out of.

use axum::extract::State;
use maud::{Markup, html};

use super::{address, read, scorable};
use crate::analyses;
use crate::app::App;
use crate::components::frame::{Frame, Page};
use crate::components::table;
use crate::definitions::{Kind, in_use};
use crate::error::Fault;

/// The page.
#[derive(Default)]
pub struct Scores(pub Vec<Line>);

/// One score.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    /// Its page.
    pub address: String,
    /// Its title.
    pub title: String,
    /// Which version.
    pub version: String,
    /// What it can be worked out of: address and name.
    pub of: Vec<(String, String)>,
}

impl Page for Scores {
    fn title(&self) -> String {
        "Scores".to_owned()
    }

    fn body(&self, _: &Frame) -> Markup {
        let rows: Vec<Vec<Markup>> = self.0.iter().map(row).collect();
        html! {
            p.page-lede { "A score says where to look first: several indicators in one number, by weights that were agreed in the open. It is of groups, places or services; never of a person." }
            (table("Scores in use", &["Score", "Version", "Groups that can be scored"], &rows))
        }
    }
}

fn row(line: &Line) -> Vec<Markup> {
    vec![
        html! { a href=(line.address) { (line.title) } },
        html! { (line.version) },
        html! {
            @if line.of.is_empty() { "None yet: no current data have all of its indicators" }
            @for (place, (address, name)) in line.of.iter().enumerate() {
                @if place > 0 { ", " }
                a href=(address) { (name) span.nhsuk-u-visually-hidden { ": " (line.title) } }
            }
        },
    ]
}

/// Shows it.
pub async fn show(State(app): State<App>, frame: Frame) -> Result<Markup, Fault> {
    let current = analyses::current(&app).await?;
    let mut lines = Vec::new();
    for own in in_use::all(&app, Kind::Score).await? {
        let definition = read(&own)?;
        let mut of = Vec::new();
        for shown in &current {
            let release = shown.info.id.to_string();
            let pinned = (current.len() > 1).then_some(release.as_str());
            let named = |name: String| if pinned.is_some() { format!("{name} ({})", shown.extract.name) } else { name };
            let each = scorable(shown, &definition).into_iter();
            of.extend(each.map(|(id, name)| (address(&own.id, pinned, Some(&id)), named(name.to_lowercase()))));
        }
        lines.push(Line { address: address(&own.id, None, None), title: own.title, version: own.version, of });
    }
    Ok(frame.page(&Scores(lines)))
}
