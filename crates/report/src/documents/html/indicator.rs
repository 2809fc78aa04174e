//! One indicator: everybody over time, then each dimension, then combinations and the definition.

mod funnel;
mod gap;
pub(crate) mod groups;
mod mix;
pub(crate) mod one;
mod shared;
mod sharing;
mod trends;

use evenly_cube::{Indicator, Kind};
use maud::{Markup, html};

use self::shared::{INK, PROCESS_NOTE, limits_note, process_scale, signal, values};
use super::figures::{Figure, figure};
use super::first_page::is_deprivation;
use super::{sentence, tables};
use crate::analysis::{Analysis, Breakdown, Finding, IndicatorAnalysis, Series};
use crate::charts::{Caption, ProcessPanel, Size, process};
use crate::documents::json::period_labels;
use crate::findings::words;

/// The section of an indicator.
pub fn section(analysis: &Analysis, place: usize, own: &IndicatorAnalysis) -> Markup {
    html! {
        section.indicator #{ "i" (place) } aria-labelledby=(format!("i{place}-h")) {
            h2.nhsuk-heading-l #{ "i" (place) "-h" } { (own.definition.title) }
            (whole(analysis, place, own))
            (change(analysis, place, own))
            @for breakdown in &own.breakdowns { (by(analysis, place, own, breakdown)) }
            (combinations(analysis, place, own))
            (definition(&own.definition))
        }
    }
}

/// Everybody: the value in a sentence, what is found of it, and the chart over time.
pub fn whole(analysis: &Analysis, place: usize, own: &IndicatorAnalysis) -> Markup {
    let findings = findings(analysis, place, |finding| !finding.of_sharing && finding.groups.is_empty());
    html! {
        p.nhsuk-lede-text { (sentence(&words::overall(&own.definition, &own.overall))) }
        (said(&findings))
        @if let Some(series) = &own.series { (overall(analysis, place, own, series)) }
    }
}

/// Who did not share in the whole's change; nothing where it was not asked for.
pub fn change(analysis: &Analysis, place: usize, own: &IndicatorAnalysis) -> Markup {
    sharing::sharing(analysis, place, own, &findings(analysis, place, |finding| finding.of_sharing))
}

fn findings(analysis: &Analysis, place: usize, wanted: impl Fn(&Finding) -> bool) -> Vec<&Finding> {
    analysis.findings.iter().filter(|own| own.indicator == Some(place) && wanted(own)).collect()
}

fn said(findings: &[&Finding]) -> Markup {
    html! {
        @for finding in findings {
            p.said.{ "said--" (finding.kind.id()) } { (sentence(&finding.sentence)) }
        }
    }
}

fn overall(analysis: &Analysis, place: usize, own: &IndicatorAnalysis, series: &Series) -> Markup {
    let chart = OverTime { series, of: None, colour: INK };
    over_time(analysis, &format!("i{place}-all"), own, &chart)
}

/// A process chart as large as a page allows.
pub struct OverTime<'a> {
    /// What is drawn.
    pub series: &'a Series,
    /// Whose it is; without it, everybody's.
    pub of: Option<&'a str>,
    /// Colour of the line.
    pub colour: &'a str,
}

impl OverTime<'_> {
    /// The chart's message.
    pub fn title(&self, own: &IndicatorAnalysis) -> String {
        let what = self.of.map_or_else(
            || format!("{} over time", own.definition.title),
            |name| format!("{} for “{name}” over time", own.definition.title),
        );
        self.series.chart.as_ref().map_or(what.clone(), |chart| format!("{what}: {}", chart.chart.variation.words()))
    }

    /// The drawing. A group's has everybody's line beside its own.
    pub fn draw(&self, analysis: &Analysis, own: &IndicatorAnalysis, caption: &Caption, size: Size) -> String {
        let whole = own.series.as_ref().filter(|_| self.of.is_some());
        let everybody = whole.map(values);
        let panel = ProcessPanel {
            labels: &period_labels(analysis, false),
            chart: self.series.chart.as_ref().map(|chart| &chart.chart),
            values: &values(self.series),
            whole: everybody.as_deref(),
            colour: self.colour,
            scale: process_scale(&own.definition, std::iter::once(self.series).chain(whole)),
            small: false,
        };
        process(&panel, caption, size)
    }
}

/// A process chart with its table.
pub fn over_time(analysis: &Analysis, id: &str, own: &IndicatorAnalysis, chart: &OverTime) -> Markup {
    let title = chart.title(own);
    let whose = chart.of.map_or_else(|| "everybody".to_owned(), |name| format!("“{name}”"));
    let description = format!(
        "A line over {} periods for {whose}, with its average and the range to be expected. The table gives each value.",
        chart.series.readings.len()
    );
    let everybody = if chart.of.is_some() { "The thin dashed line is everybody. " } else { "" };
    let note = format!("{everybody}{PROCESS_NOTE}{}", limits_note(chart.series.chart.as_ref()));
    let caption = format!("{}, {whose}, over time", own.definition.title);
    let described = Figure {
        id,
        title: &title,
        description: &description,
        note: Some(&note),
        caption: &caption,
        level: 3,
        compact: false,
    };
    let draw = |caption: &Caption, size: Size| chart.draw(analysis, own, caption, size);
    figure(&described, draw, &series_table(analysis, own, chart.series, &caption))
}

fn series_table(analysis: &Analysis, own: &IndicatorAnalysis, series: &Series, caption: &str) -> Markup {
    let labels = period_labels(analysis, true);
    html! {
        table.nhsuk-table {
            caption.nhsuk-table__caption { (caption) }
            thead { tr { th scope="col" { "Period" } (tables::heads(&own.definition)) th scope="col" { "Signal" } } }
            tbody {
                @for (place, (label, reading)) in labels.iter().zip(&series.readings).enumerate() {
                    @if let Some(reading) = reading {
                        tr {
                            th scope="row" { (label) }
                            (tables::cells(&own.definition, reading))
                            td { (signal(series.chart.as_ref(), place)) }
                        }
                    }
                }
            }
        }
    }
}

/// One dimension: its groups, each over time, the gap, what it is made of.
pub fn by(analysis: &Analysis, place: usize, own: &IndicatorAnalysis, breakdown: &Breakdown) -> Markup {
    let dimension = analysis.dimension(breakdown.dimension);
    let id = format!("i{place}-d{}", breakdown.dimension);
    let findings = findings(analysis, place, |finding| {
        !finding.of_sharing && finding.groups.len() == 1 && finding.groups[0].0 == breakdown.dimension
    });
    html! {
        section.breakdown #(id) aria-labelledby=(format!("{id}-h")) {
            h3.nhsuk-heading-m #{ (id) "-h" } { (dimension.title) span.nhsuk-u-visually-hidden { ", " (own.definition.title) } }
            (said(&findings))
            @if let Some(note) = &dimension.note { p.aside { (note) } }
            @if is_deprivation(dimension) { p.aside { (words::DEPRIVATION_NOTE) } }
            (groups::groups(analysis, &id, own, breakdown))
            (funnel::funnel(analysis, &id, own, breakdown))
            @if breakdown.groups.iter().any(|group| group.series.is_some()) { (trends::trends(analysis, &id, own, breakdown)) }
            @if let Some((comparison, gap)) = breakdown.comparison.as_ref().zip(breakdown.gap.as_ref()) {
                (gap::pair(analysis, &id, own, breakdown, comparison))
                (gap::gap_figure(analysis, &id, own, breakdown, gap))
            }
            (mix::explained(analysis, &id, own, breakdown))
            (mix::moved(analysis, &id, own, breakdown))
            (groups::measures(analysis, &id, own, breakdown))
        }
    }
}

/// Combinations of groups; nothing where none was looked at.
pub fn combinations(analysis: &Analysis, place: usize, own: &IndicatorAnalysis) -> Markup {
    if own.strata_p_values.is_empty() {
        return html! {};
    }
    let findings = findings(analysis, place, |finding| !finding.of_sharing && finding.groups.len() > 1);
    html! {
        section.breakdown #{ "i" (place) "-strata" } aria-labelledby=(format!("i{place}-strata-h")) {
            h3.nhsuk-heading-m #{ "i" (place) "-strata-h" } { "Groups together" span.nhsuk-u-visually-hidden { ", " (own.definition.title) } }
            @if findings.is_empty() {
                p {
                    "We looked at " (crate::findings::numbers::count(own.strata_p_values.len() as u64)) " combinations of two groups. None does worse than both of \
                     its groups explain, beyond what chance would show among so many."
                }
            } @else {
                (said(&findings))
                p.aside { "Only combinations that stand out after allowing for all that were looked at (Bonferroni) are told of; at most five." }
            }
            @if !own.intersections.is_empty() {
                details.nhsuk-details #{ "i" (place) "-intersections" } {
                    summary.nhsuk-details__summary { span.nhsuk-details__summary-text { "How far combinations differ: " (own.definition.title) } }
                    div.nhsuk-details__text {
                        ul {
                            @for pair in &own.intersections {
                                li { (words::intersection(pair.dimensions.map(|place| analysis.dimension(place)), pair)) }
                            }
                        }
                        p.aside { "From a multilevel model of the combinations (MAIHDA): small ones are drawn towards the others, so that chance does not look like difference." }
                    }
                }
            }
        }
    }
}

/// How an indicator is counted.
pub fn definition(definition: &Indicator) -> Markup {
    html! {
        details.nhsuk-details.definition {
            summary.nhsuk-details__summary { span.nhsuk-details__summary-text { "Definition: " (definition.title) ", version " (definition.version) } }
            div.nhsuk-details__text {
                dl.nhsuk-summary-list.nhsuk-summary-list--no-border {
                    @match &definition.kind {
                        Kind::Proportion { numerator, denominator } => {
                            (pair_of("Counted", html! { code { (numerator.text()) } }))
                            (pair_of("Out of", html! { code { (denominator.text()) } }))
                        }
                        Kind::Waits { field, denominator, last_week } => {
                            (pair_of("Measured", html! { code { (field) } ", in weeks; " (last_week) " weeks and more together" }))
                            (pair_of("Out of", html! { code { (denominator.text()) } }))
                        }
                        Kind::Sums { sum, over, denominator } => {
                            (pair_of("Added up", html! { code { (sum) } }))
                            (pair_of("Out of", html! { code { (over) } }))
                            (pair_of("Rows that count", html! { code { (denominator.text()) } }))
                        }
                        Kind::Counted => { (pair_of("Counted", html! { "by whoever published the table" })) }
                    }
                    (pair_of("Source", html! { (definition.source) }))
                    (pair_of("Checked", html! { (definition.date) }))
                }
                @for note in &definition.notes { p { (note) } }
            }
        }
    }
}

#[expect(clippy::needless_pass_by_value, reason = "markup is made where it is passed")]
fn pair_of(key: &str, value: Markup) -> Markup {
    html! {
        div.nhsuk-summary-list__row {
            dt.nhsuk-summary-list__key { (key) }
            dd.nhsuk-summary-list__value { (value) }
        }
    }
}
