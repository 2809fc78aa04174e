//! An indicator: everybody over time, by any dimension, one group or one period of it, combinations, definition, downloads.

use axum::extract::{Path, Query, State};
use evenly_report::analysis::Breakdown;
use evenly_report::parts;
use maud::{Markup, html};

use super::{Chosen, Found, find};
use crate::app::App;
use crate::components::frame::{Frame, Page};
use crate::components::{Choice, choices, times};
use crate::error::Fault;
use crate::roles::Permission;

/// The page.
pub struct IndicatorPage {
    /// What the link chose.
    pub chosen: Chosen,
    /// Where that leads.
    pub found: Found,
}

impl Page for IndicatorPage {
    fn title(&self) -> String {
        self.found.indicator().definition.title.clone()
    }

    fn above(&self) -> Vec<(String, String)> {
        vec![("/".to_owned(), "Home".to_owned()), ("/indicators".to_owned(), "Indicators".to_owned())]
    }

    fn body(&self, frame: &Frame) -> Markup {
        let analysis = &self.found.shown.analysis;
        let (place, own) = (self.found.place, self.found.indicator());
        html! {
            (self.dimensions())
            @match self.found.by() {
                None => {
                    section.plain aria-labelledby="everybody" {
                        h2.nhsuk-heading-l #everybody { "Everybody" }
                        (parts::whole(analysis, place))
                    }
                    section aria-labelledby="shared" {
                        h2.nhsuk-heading-l #shared { "Behind the average" }
                        (parts::change(analysis, place))
                        (parts::combinations(analysis, place))
                    }
                }
                Some(breakdown) => { (self.by(breakdown)) }
            }
            section aria-labelledby="about" {
                h2.nhsuk-heading-l #about { "About these numbers" }
                (parts::definition(own))
                (self.provenance())
                (self.quality(frame))
                (self.downloads())
            }
        }
    }
}

impl IndicatorPage {
    fn dimensions(&self) -> Markup {
        let analysis = &self.found.shown.analysis;
        let id = &self.found.indicator().definition.id;
        let plain = Chosen { release: self.chosen.release.clone(), ..Chosen::default() };
        let everybody =
            Choice { address: plain.address(id), words: "Everybody".to_owned(), chosen: self.chosen.by.is_none() };
        let each = self.found.indicator().breakdowns.iter().map(|breakdown| {
            let dimension = analysis.dimension(breakdown.dimension);
            Choice {
                address: Chosen { by: Some(dimension.id.clone()), ..plain.clone() }.address(id),
                words: parts::dimension_name(dimension).to_owned(),
                chosen: self.chosen.by.as_ref() == Some(&dimension.id),
            }
        });
        choices("Look by", &std::iter::once(everybody).chain(each).collect::<Vec<_>>())
    }

    fn by(&self, breakdown: &Breakdown) -> Markup {
        let analysis = &self.found.shown.analysis;
        let place = self.found.place;
        let dimension = analysis.dimension(breakdown.dimension);
        html! {
            section.plain aria-labelledby="by" {
                h2.nhsuk-heading-l #by { "By " (parts::dimension_name(dimension).to_lowercase()) }
                @match (self.found.group, self.found.period) {
                    (Some(group), _) => {
                        (parts::group(analysis, place, breakdown, group).unwrap_or_default())
                        (self.groups(breakdown))
                    }
                    (None, Some(period)) => {
                        @if let Some((_, label)) = parts::periods(analysis).get(period) { h3.nhsuk-heading-m { (label) } }
                        (parts::period(analysis, place, breakdown, period).unwrap_or_else(|| html! { p { "Nobody was counted by group in this period." } }))
                        (self.periods())
                    }
                    (None, None) => {
                        (parts::by(analysis, place, breakdown))
                        (self.groups(breakdown))
                        (self.periods())
                    }
                }
            }
        }
    }

    fn groups(&self, breakdown: &Breakdown) -> Markup {
        let id = &self.found.indicator().definition.id;
        let dimension = self.found.shown.analysis.dimension(breakdown.dimension);
        let all = Chosen { group: None, period: None, ..self.chosen.clone() };
        let every =
            Choice { address: all.address(id), words: "All groups".to_owned(), chosen: self.found.group.is_none() };
        let each = breakdown.groups.iter().filter(|own| own.series.is_some()).map(|own| {
            let group = &dimension.groups[own.group];
            Choice {
                address: Chosen { group: Some(group.id.clone()), ..all.clone() }.address(id),
                words: group.label.clone(),
                chosen: self.found.group == Some(own.group),
            }
        });
        choices("One group over time", &std::iter::once(every).chain(each).collect::<Vec<_>>())
    }

    fn periods(&self) -> Markup {
        let id = &self.found.indicator().definition.id;
        let periods = parts::periods(&self.found.shown.analysis);
        let all = Chosen { group: None, period: None, ..self.chosen.clone() };
        let every =
            Choice { address: all.address(id), words: "All time".to_owned(), chosen: self.found.period.is_none() };
        let each = periods.iter().enumerate().map(|(place, (period, label))| Choice {
            address: Chosen { period: Some(period.clone()), ..all.clone() }.address(id),
            words: label.clone(),
            chosen: self.found.period == Some(place),
        });
        let links = choices("All groups in one period", &std::iter::once(every).chain(each).collect::<Vec<_>>());
        html! {
            @if periods.len() > 12 && self.found.period.is_none() {
                details.nhsuk-details.no-print {
                    summary.nhsuk-details__summary { span.nhsuk-details__summary-text { "One period alone" } }
                    div.nhsuk-details__text { (links) }
                }
            } @else { (links) }
        }
    }

    /// How good the data are that the indicator is counted from.
    fn quality(&self, frame: &Frame) -> Markup {
        let shown = &self.found.shown;
        html! {
            h3.nhsuk-heading-s { "Data quality" }
            (parts::quality_said(&shown.analysis))
            @if frame.may(Permission::SeeRuns) {
                p { a href=(format!("/data/releases/{}", shown.info.id)) { "What is not known, by field and by group" } ", and every row accounted for" }
            }
        }
    }

    fn provenance(&self) -> Markup {
        let shown = &self.found.shown;
        let pinned = Chosen { release: Some(shown.info.id.to_string()), ..self.chosen.clone() };
        html! {
            p {
                "From “" (shown.extract.name) "”, counted on " (times::day(times::day_of(shown.info.made_at))) ". "
                a href=(pinned.address(&self.found.indicator().definition.id)) { "Link to exactly these numbers" }
                ", for a paper: it keeps showing them when newer ones come."
            }
            p.aside {
                (shown.analysis.release.policy_sentence)
                " All views of this page are parts of one release that passed disclosure control as a whole: setting one view against another tells nothing more."
            }
        }
    }

    fn downloads(&self) -> Markup {
        let id = &self.found.indicator().definition.id;
        let release = self.found.shown.info.id;
        let pinned = Chosen { release: Some(release.to_string()), ..self.chosen.clone() };
        html! {
            div.downloads {
                h3.nhsuk-heading-s { "Downloads" }
                ul.nhsuk-list.nhsuk-list--bullet {
                    li { a href=(pinned.file(id, "numbers.csv")) download { "Numbers of this indicator (CSV)" } }
                    li {
                        "The first chart of this view ("
                        @if cfg!(feature = "pdf") { a href=(pinned.file(id, "chart.png")) download { "PNG, for slides" } ", " }
                        a href=(pinned.file(id, "chart.svg")) download { "SVG, for print" } ")"
                    }
                    li { a href=(format!("/data/releases/{release}/tables.xlsx")) download { "All tables (Excel)" } }
                    li { a href=(format!("/data/releases/{release}/report.json")) download { "Everything, for programs (JSON)" } }
                    li { a href=(format!("/data/releases/{release}/report.html")) download { "The report as one file (HTML)" } }
                }
            }
        }
    }
}

/// Shows it.
pub async fn show(
    State(app): State<App>,
    frame: Frame,
    Path(indicator): Path<String>,
    Query(chosen): Query<Chosen>,
) -> Result<Markup, Fault> {
    let found = find(&app, &indicator, &chosen).await?;
    Ok(frame.page(&IndicatorPage { chosen, found }))
}
