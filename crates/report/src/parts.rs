//! Parts of an analysis for pages that show it piece by piece: the report's own markup, words and files.
//!
//! Positions are those of [`Analysis::indicators`] and of [`crate::analysis::Breakdown::dimension`].

use evenly_cube::Indicator;
use maud::Markup;

use crate::DocumentError;
use crate::analysis::{Analysis, Breakdown, Finding, IndicatorAnalysis};
use crate::charts;
use crate::documents::html::{self, about, first_page, indicator};
use crate::documents::{indicator_csv, json};

pub use crate::documents::html::tables;
pub use crate::findings::numbers;
pub use crate::findings::words::{DEPRIVATION_NOTE, NOTHING_FOUND, dimension_name, overall};

/// A sentence in which numbers and their units stay together.
pub fn sentence(text: &str) -> String {
    html::sentence(text)
}

/// What a finding is, in two or three words.
pub fn kind(finding: &Finding) -> &'static str {
    first_page::kind(finding)
}

/// The line over a finding: its kind, its indicator, about how many events.
pub fn facts(analysis: &Analysis, finding: &Finding) -> String {
    first_page::facts(analysis, finding)
}

/// The table of icons; `link` says where the name of the indicator at a position leads.
pub fn glance(analysis: &Analysis, link: &dyn Fn(usize) -> String) -> Markup {
    first_page::glance(analysis, link)
}

/// Everybody: the value in a sentence and the chart over time.
pub fn whole(analysis: &Analysis, place: usize) -> Markup {
    indicator::whole(analysis, place, &analysis.indicators[place])
}

/// Who did not share in the whole's change; empty where it was not asked for.
pub fn change(analysis: &Analysis, place: usize) -> Markup {
    indicator::change(analysis, place, &analysis.indicators[place])
}

/// One dimension: its groups, each over time, the gap and what it is made of.
pub fn by(analysis: &Analysis, place: usize, breakdown: &Breakdown) -> Markup {
    indicator::by(analysis, place, &analysis.indicators[place], breakdown)
}

/// One group of a dimension over time. `None` where the dimension has no such group.
pub fn group(analysis: &Analysis, place: usize, breakdown: &Breakdown, group: usize) -> Option<Markup> {
    let id = format!("i{place}-d{}", breakdown.dimension);
    let own = &analysis.indicators[place];
    Some(indicator::one::group(analysis, &id, own, breakdown, breakdown.group(group)?))
}

/// All groups of a dimension in one period. `None` where there is no such period.
pub fn period(analysis: &Analysis, place: usize, breakdown: &Breakdown, period: usize) -> Option<Markup> {
    let id = format!("i{place}-d{}", breakdown.dimension);
    indicator::one::period(analysis, &id, &analysis.indicators[place], breakdown, period)
}

/// Id and long name of each period, in order.
pub fn periods(analysis: &Analysis) -> Vec<(String, String)> {
    let ids = json::period_names(analysis).into_iter().map(str::to_owned);
    ids.zip(json::period_labels(analysis, true)).collect()
}

/// Combinations of groups; empty where none was looked at.
pub fn combinations(analysis: &Analysis, place: usize) -> Markup {
    indicator::combinations(analysis, place, &analysis.indicators[place])
}

/// How an indicator is counted.
pub fn definition(own: &IndicatorAnalysis) -> Markup {
    indicator::definition(&own.definition)
}

/// What an indicator counts out of what, of a definition that no run has used yet.
pub fn meaning(own: &Indicator) -> Markup {
    indicator::definition(own)
}

/// What is not known, by field and by group.
pub fn quality(analysis: &Analysis) -> Markup {
    about::quality(analysis)
}

/// What stands out in how far fields are known, in sentences; empty where nothing does.
pub fn quality_said(analysis: &Analysis) -> Markup {
    about::quality_said(analysis)
}

/// How it was worked out, and how people in small groups are protected.
pub fn method(analysis: &Analysis) -> Markup {
    about::method(analysis)
}

/// Every row accounted for; where the numbers come from.
pub fn provenance(analysis: &Analysis) -> Markup {
    about::provenance(analysis)
}

/// A chart as a file: everybody over time, the groups of a dimension, or one group over time. `None` where there is none.
pub fn svg(analysis: &Analysis, place: usize, breakdown: Option<&Breakdown>, group: Option<usize>) -> Option<String> {
    Some(charts::standalone(&drawing(analysis, place, breakdown, group)?))
}

/// The same as a picture of pixels (PNG), for slides and minutes.
#[cfg(feature = "pdf")]
pub fn png(
    analysis: &Analysis,
    place: usize,
    breakdown: Option<&Breakdown>,
    group: Option<usize>,
) -> Result<Option<Vec<u8>>, DocumentError> {
    drawing(analysis, place, breakdown, group).map(|drawing| charts::png(&drawing)).transpose()
}

fn drawing(analysis: &Analysis, place: usize, breakdown: Option<&Breakdown>, group: Option<usize>) -> Option<String> {
    let one = match (breakdown, group) {
        (Some(breakdown), Some(group)) => Some(breakdown.group(group)?),
        _ => None,
    };
    indicator::one::drawing(analysis, &analysis.indicators[place], breakdown, one)
}

/// One indicator's numbers as CSV, a number a line: period, dimension and group, value with its limits, counts.
pub fn csv(analysis: &Analysis, place: usize) -> Result<String, DocumentError> {
    indicator_csv::document(analysis, &analysis.indicators[place])
}
