//! Map: one indicator by the places of one release, with its table; what is needed for one where there is none.

use axum::extract::{Query, State};
use evenly_report::{map, parts};
use maud::{Markup, html};
use serde::Deserialize;

use crate::analyses::{self, Shown};
use crate::app::App;
use crate::components::frame::{Frame, Page};
use crate::components::{Choice, choices};
use crate::error::Fault;
use crate::links;

/// The page.
#[derive(Default)]
pub struct MapPage {
    /// Links to other maps: one for each indicator and each dimension of places.
    pub choices: Vec<Choice>,
    /// The map; absent where no current data are by place.
    pub figure: Option<Markup>,
    /// Where all of it is.
    pub indicator: Option<(String, String)>,
}

impl Page for MapPage {
    fn title(&self) -> String {
        "Map".to_owned()
    }

    fn body(&self, _: &Frame) -> Markup {
        html! {
            @if let Some(figure) = &self.figure {
                (choices("Show", &self.choices))
                (figure)
                @if let Some((address, title)) = &self.indicator {
                    p { a href=(address) { "All of “" (title) "”" } " by these places, over time, with downloads" }
                }
            } @else { (nothing()) }
        }
    }
}

fn nothing() -> Markup {
    html! {
        p.page-lede { "No current data are by place." }
        p { "A map is drawn when data are broken down by places, at least three of them: by ward of residence, which is asked for when data with small areas (LSOA) are brought in, or by a field that holds codes of local authorities (E06 to E09), integrated care boards or sub-ICB locations of 2022, or NHS trusts." }
        p { "Small areas are not drawn one by one: each counts so few people that nearly all of them would be withheld." }
    }
}

/// What a link asks for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    release: Option<String>,
    indicator: Option<String>,
    by: Option<String>,
}

/// A map that can be drawn: positions of indicator and breakdown.
struct Possible {
    shown: Shown,
    indicator: usize,
    breakdown: usize,
}

impl Possible {
    fn asked(&self) -> [String; 3] {
        let own = &self.shown.analysis.indicators[self.indicator];
        let dimension = self.shown.analysis.dimension(own.breakdowns[self.breakdown].dimension);
        [self.shown.info.id.to_string(), own.definition.id.clone(), dimension.id.clone()]
    }

    fn is(&self, asked: &Asked) -> bool {
        let own = self.asked();
        let same = |one: &Option<String>, other: &String| one.as_ref().is_none_or(|one| one == other);
        same(&asked.release, &own[0]) && same(&asked.indicator, &own[1]) && same(&asked.by, &own[2])
    }

    fn words(&self) -> String {
        let own = &self.shown.analysis.indicators[self.indicator];
        let dimension = self.shown.analysis.dimension(own.breakdowns[self.breakdown].dimension);
        format!("{} by {}", own.definition.title, parts::dimension_name(dimension).to_lowercase())
    }
}

/// Shows it.
pub async fn show(State(app): State<App>, frame: Frame, Query(asked): Query<Asked>) -> Result<Markup, Fault> {
    let current = match &asked.release {
        Some(release) => vec![analyses::named(&app, release).await?],
        None => analyses::current(&app).await?,
    };
    let all: Vec<Possible> = current.iter().flat_map(possible).collect();
    let chosen = all.iter().position(|own| own.is(&asked));
    if chosen.is_none() && (asked.indicator.is_some() || asked.by.is_some()) {
        return Err(Fault::NotFound);
    }
    let Some(chosen) = chosen else { return Ok(frame.page(&MapPage::default())) };
    let links = all.iter().enumerate().map(|(place, own)| {
        let [release, indicator, by] = own.asked();
        let query = [("release", Some(&*release)), ("indicator", Some(&*indicator)), ("by", Some(&*by))];
        Choice { address: links::with("/map", &query), words: own.words(), chosen: place == chosen }
    });
    let own = &all[chosen];
    let indicator = &own.shown.analysis.indicators[own.indicator];
    let [release, id, by] = own.asked();
    let address =
        links::with(&format!("/indicators/{}", links::part(&id)), &[("by", Some(&by)), ("release", Some(&release))]);
    Ok(frame.page(&MapPage {
        choices: links.collect(),
        figure: map::figure_of(&own.shown.analysis, indicator, &indicator.breakdowns[own.breakdown], "map"),
        indicator: Some((address, indicator.definition.title.clone())),
    }))
}

/// The maps that can be drawn of a release.
fn possible(shown: &Shown) -> Vec<Possible> {
    let indicators = shown.analysis.indicators.iter().enumerate();
    let each = indicators.flat_map(|(indicator, own)| {
        let breakdowns = own.breakdowns.iter().enumerate();
        let drawn = breakdowns.filter(|(_, breakdown)| map::is_of_places(&shown.analysis, breakdown));
        drawn.map(move |(breakdown, _)| Possible { shown: shown.clone(), indicator, breakdown })
    });
    each.collect()
}
