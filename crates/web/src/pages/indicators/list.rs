//! All indicators of the current releases at a glance.

use axum::extract::State;
use evenly_report::parts;
use maud::{Markup, html};

use super::Chosen;
use crate::analyses;
use crate::app::App;
use crate::components::frame::{Frame, Page};
use crate::components::table;
use crate::error::Fault;

/// The page.
pub struct Indicators {
    /// Indicators of each extract.
    pub of: Vec<(String, Vec<Line>)>,
}

/// One indicator.
pub struct Line {
    /// Its page.
    pub address: String,
    /// Its title.
    pub title: String,
    /// Its value in a sentence.
    pub sentence: String,
    /// What it can be broken down by: address and name.
    pub by: Vec<(String, String)>,
}

impl Page for Indicators {
    fn title(&self) -> String {
        "Indicators".to_owned()
    }

    fn body(&self, _: &Frame) -> Markup {
        html! {
            @if self.of.is_empty() { p.page-lede { "There are no data yet." } }
            @for (place, (name, lines)) in self.of.iter().enumerate() {
                section.plain aria-labelledby={ "of-" (place) } {
                    h2.nhsuk-heading-l #{ "of-" (place) } { (name) }
                    @let rows: Vec<Vec<Markup>> = lines.iter().map(row).collect();
                    (table(&format!("Indicators of {name}"), &["Indicator", "Everybody", "By"], &rows))
                }
            }
        }
    }
}

fn row(line: &Line) -> Vec<Markup> {
    vec![
        html! { a href=(line.address) { (line.title) } },
        html! { (parts::sentence(&line.sentence)) },
        html! {
            @for (place, (address, name)) in line.by.iter().enumerate() {
                @if place > 0 { ", " }
                a href=(address) { (name) span.nhsuk-u-visually-hidden { ": " (line.title) } }
            }
        },
    ]
}

/// Shows it.
pub async fn show(State(app): State<App>, frame: Frame) -> Result<Markup, Fault> {
    let current = analyses::current(&app).await?;
    let pinned = current.len() > 1;
    let of = current.iter().map(|shown| {
        let analysis = &shown.analysis;
        let lines = analysis.indicators.iter().map(|own| {
            let chosen = Chosen { release: pinned.then(|| shown.info.id.to_string()), ..Chosen::default() };
            let by = own.breakdowns.iter().map(|breakdown| {
                let dimension = analysis.dimension(breakdown.dimension);
                let chosen = Chosen { by: Some(dimension.id.clone()), ..chosen.clone() };
                (chosen.address(&own.definition.id), parts::dimension_name(dimension).to_lowercase())
            });
            Line {
                address: chosen.address(&own.definition.id),
                title: own.definition.title.clone(),
                sentence: parts::overall(&own.definition, &own.overall),
                by: by.collect(),
            }
        });
        (shown.extract.name.clone(), lines.collect())
    });
    Ok(frame.page(&Indicators { of: of.collect() }))
}
