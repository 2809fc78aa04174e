//! One indicator: everybody over time, then each dimension, then combinations and the definition.

use evenly_cube::{Indicator, Kind};
use evenly_stats::Estimate;
use maud::{Markup, PreEscaped, html};

use super::figures::{Figure, figure, frame, scale, scale_of};
use super::first_page::is_deprivation;
use super::{sentence, tables};
use crate::analysis::{
    Analysis, Breakdown, ChartKind, Comparison, Finding, GapSeries, GroupAnalysis, IndicatorAnalysis, ProcessChart,
    Reading, Series,
};
use crate::charts::{
    Caption, Interval, Line, ProcessPanel, Scale, Size, intervals, lines, look, process, variation_icon,
};
use crate::documents::json::period_labels;
use crate::findings::{gap_words, words};

const PROCESS_NOTE: &str = "The shaded band is the range to be expected if nothing changes. Grey dots lie within usual \
    variation; blue diamonds are better and orange triangles worse than usual variation explains.";
const INK: &str = "#212b32";

/// The section of an indicator.
pub fn section(analysis: &Analysis, place: usize, own: &IndicatorAnalysis) -> Markup {
    let overall_findings = analysis.findings.iter().filter(|finding| finding.indicator == Some(place));
    let (alone, strata): (Vec<&Finding>, Vec<&Finding>) =
        overall_findings.filter(|finding| finding.groups.len() != 1).partition(|finding| finding.groups.is_empty());
    html! {
        section.indicator #{ "i" (place) } aria-labelledby=(format!("i{place}-h")) {
            h2.nhsuk-heading-l #{ "i" (place) "-h" } { (own.definition.title) }
            p.nhsuk-lede-text { (sentence(&words::overall(&own.definition, &own.overall))) }
            (said(&alone))
            @if let Some(series) = &own.series { (overall(analysis, place, own, series)) }
            @for breakdown in &own.breakdowns { (by(analysis, place, own, breakdown)) }
            @if own.strata_looked_at > 0 { (combinations(place, own, &strata)) }
            (definition(&own.definition))
        }
    }
}

fn said(findings: &[&Finding]) -> Markup {
    html! {
        @for finding in findings {
            p.said.{ "said--" (finding.kind.id()) } { (sentence(&finding.sentence)) }
        }
    }
}

fn overall(analysis: &Analysis, place: usize, own: &IndicatorAnalysis, series: &Series) -> Markup {
    let labels = period_labels(analysis, false);
    let id = format!("i{place}-all");
    let variation = series.chart.as_ref().map(|chart| chart.chart.variation);
    let title = variation.map_or_else(
        || format!("{} over time", own.definition.title),
        |variation| format!("{} over time: {}", own.definition.title, variation.words()),
    );
    let values: Vec<Option<Estimate>> = values(series);
    let scale = process_scale(&own.definition, std::iter::once(series));
    let description = format!(
        "A line over {} periods for everybody, with its average and the range to be expected. The table gives each value.",
        labels.len()
    );
    let note = format!("{PROCESS_NOTE}{}", limits_note(series.chart.as_ref()));
    let described = Figure {
        id: &id,
        title: &title,
        description: &description,
        note: Some(&note),
        caption: &format!("{}, everybody, over time", own.definition.title),
        level: 3,
    };
    let draw = |caption: &Caption, size: Size| {
        let panel = ProcessPanel {
            labels: &labels,
            chart: series.chart.as_ref().map(|chart| &chart.chart),
            values: &values,
            whole: None,
            colour: INK,
            scale,
            small: false,
        };
        process(&panel, caption, size)
    };
    figure(&described, draw, &series_table(analysis, own, series))
}

fn limits_note(chart: Option<&ProcessChart>) -> String {
    let Some(chart) = chart else { return String::new() };
    let kind = match chart.kind {
        ChartKind::P => " The band follows how many were counted (P chart).",
        ChartKind::PPrime => " The band follows how many were counted and how much periods differ (P\u{2032} chart).",
        ChartKind::Xmr => " The band follows how much neighbouring periods differ (XmR chart).",
    };
    let trial = if chart.chart.trial_limits { " With fewer than 13 points the band is a first guess." } else { "" };
    format!("{kind}{trial}")
}

fn values(series: &Series) -> Vec<Option<Estimate>> {
    series.readings.iter().map(|own| own.and_then(|own| own.value)).collect()
}

/// One scale for all the charts that are compared: values and, where drawn, the range to be expected.
fn process_scale<'a>(definition: &Indicator, series: impl Iterator<Item = &'a Series>) -> Scale {
    let mut numbers = Vec::new();
    for own in series {
        match &own.chart {
            Some(chart) => {
                let points = chart.chart.points.iter();
                numbers.extend(points.flat_map(|point| [point.value, point.lower, point.upper]).flatten());
            }
            None => numbers.extend(values(own).into_iter().flatten().flat_map(|own| [own.lower, own.upper])),
        }
    }
    scale_of(definition, numbers.into_iter())
}

fn series_table(analysis: &Analysis, own: &IndicatorAnalysis, series: &Series) -> Markup {
    let labels = period_labels(analysis, true);
    html! {
        table.nhsuk-table {
            caption.nhsuk-table__caption { (own.definition.title) ", everybody, over time" }
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

fn signal(chart: Option<&ProcessChart>, place: usize) -> &'static str {
    chart
        .and_then(|chart| chart.chart.points.get(place))
        .and_then(|point| point.signal)
        .map_or("–", evenly_stats::spc::rules::Signal::words)
}

fn by(analysis: &Analysis, place: usize, own: &IndicatorAnalysis, breakdown: &Breakdown) -> Markup {
    let dimension = analysis.dimension(breakdown.dimension);
    let id = format!("i{place}-d{}", breakdown.dimension);
    let findings: Vec<&Finding> = analysis
        .findings
        .iter()
        .filter(|finding| finding.indicator == Some(place))
        .filter(|finding| finding.groups.len() == 1 && finding.groups[0].0 == breakdown.dimension)
        .collect();
    html! {
        section.breakdown #(id) aria-labelledby=(format!("{id}-h")) {
            h3.nhsuk-heading-m #{ (id) "-h" } { (dimension.title) span.nhsuk-u-visually-hidden { ", " (own.definition.title) } }
            (said(&findings))
            @if let Some(note) = &dimension.note { p.aside { (note) } }
            @if is_deprivation(dimension) { p.aside { (words::DEPRIVATION_NOTE) } }
            (groups(analysis, &id, own, breakdown))
            @if breakdown.groups.iter().any(|group| group.series.is_some()) { (trends(analysis, &id, own, breakdown)) }
            @if let Some((comparison, gap)) = breakdown.comparison.as_ref().zip(breakdown.gap.as_ref()) {
                (pair(analysis, &id, own, breakdown, comparison))
                (gap_figure(analysis, &id, own, breakdown, gap))
            }
            (measures(analysis, &id, own, breakdown))
        }
    }
}

fn groups(analysis: &Analysis, id: &str, own: &IndicatorAnalysis, breakdown: &Breakdown) -> Markup {
    let dimension = analysis.dimension(breakdown.dimension);
    let definition = &own.definition;
    let gap =
        breakdown.comparison.as_ref().and_then(|comparison| gap_words(&analysis.release, own, breakdown, comparison));
    let title = words::groups_title(gap.as_ref(), definition, dimension);
    let rows: Vec<Interval> = breakdown
        .groups
        .iter()
        .map(|group| Interval {
            label: dimension.groups[group.group].label.clone(),
            look: look(dimension, group.group),
            value: group.reading.value,
            text: match group.reading.value {
                Some(value) => tables::value(definition, value.value),
                None if group.reading.suppressed() => "withheld".to_owned(),
                None => "–".to_owned(),
            },
        })
        .collect();
    let whole = own.overall.value.map(|value| value.value);
    let scale = scale(definition, breakdown.groups.iter().map(|group| &group.reading).chain([&own.overall]));
    let figure_id = format!("{id}-groups");
    let caption = format!("{} by {}", definition.title, words::dimension_name(dimension).to_lowercase());
    let described = Figure {
        id: &figure_id,
        title: &title,
        description: "One row for each group: a marker at its value, a bar over the range it likely lies in, and a \
                      vertical line at everybody's value. The table gives each number.",
        note: Some(
            "The bar through each marker is the range in which the true value likely lies: the fewer people, the wider.",
        ),
        caption: &caption,
        level: 4,
    };
    let table = html! {
        table.nhsuk-table {
            caption.nhsuk-table__caption { (caption) }
            thead { tr { th scope="col" { (words::dimension_name(dimension)) } (tables::heads(definition)) } }
            tbody {
                @for group in &breakdown.groups {
                    tr { th scope="row" { (dimension.groups[group.group].label) } (tables::cells(definition, &group.reading)) }
                }
                tr.total { th scope="row" { "Everybody" } (tables::cells(definition, &own.overall)) }
            }
        }
    };
    figure(&described, |caption, size| intervals(&rows, whole, scale, caption, size), &table)
}

/// Small multiples: each group's process chart, all on one scale.
fn trends(analysis: &Analysis, id: &str, own: &IndicatorAnalysis, breakdown: &Breakdown) -> Markup {
    let dimension = analysis.dimension(breakdown.dimension);
    let labels = period_labels(analysis, false);
    let with_series: Vec<(&GroupAnalysis, &Series)> =
        breakdown.groups.iter().filter_map(|group| Some((group, group.series.as_ref()?))).collect();
    let scale = process_scale(&own.definition, with_series.iter().map(|(_, series)| *series));
    let whole = own.series.as_ref().map(values);
    let name = words::dimension_name(dimension);
    let figure_id = format!("{id}-trend");
    let charts = html! {
        div.multiples {
            @for (group, series) in &with_series {
                @let label = &dimension.groups[group.group].label;
                @let icon_id = format!("{figure_id}-{}-i", group.group);
                div.multiple {
                    p.multiple__title {
                        @if let Some(chart) = &series.chart { (PreEscaped(variation_icon(chart.chart.variation, &icon_id))) }
                        span { strong { (label) } @if let Some(value) = group.reading.value { " " (tables::value(&own.definition, value.value)) } }
                    }
                    (PreEscaped(small(&figure_id, own, group, series, label, &labels, whole.as_deref(), scale, &look(dimension, group.group).colour)))
                }
            }
        }
    };
    let title = format!("{name}: each group over time, all on one scale");
    let note = format!(
        "The thin dashed line is everybody. {PROCESS_NOTE}{}",
        limits_note(with_series.first().and_then(|(_, series)| series.chart.as_ref()))
    );
    let caption = format!("{} by {} over time", own.definition.title, name.to_lowercase());
    let described =
        Figure { id: &figure_id, title: &title, description: "", note: Some(&note), caption: &caption, level: 4 };
    frame(&described, &charts, &trend_table(analysis, own, breakdown, &with_series, &caption))
}

#[expect(clippy::too_many_arguments, reason = "one call, all of it one panel's own")]
fn small(
    figure_id: &str,
    own: &IndicatorAnalysis,
    group: &GroupAnalysis,
    series: &Series,
    label: &str,
    labels: &[String],
    whole: Option<&[Option<Estimate>]>,
    scale: Scale,
    colour: &str,
) -> String {
    let variation = series.chart.as_ref().map_or("", |chart| chart.chart.variation.words());
    let caption = Caption {
        id: format!("{figure_id}-{}", group.group),
        title: format!("{label}: {}", if variation.is_empty() { &own.definition.title } else { variation }),
        description: format!("A line over {} periods with everybody's as a thin dashed line.", labels.len()),
    };
    let panel = ProcessPanel {
        labels,
        chart: series.chart.as_ref().map(|chart| &chart.chart),
        values: &values(series),
        whole,
        colour,
        scale,
        small: true,
    };
    process(&panel, &caption, Size::Narrow).replacen("chart chart--narrow", "chart", 1)
}

fn trend_table(
    analysis: &Analysis,
    own: &IndicatorAnalysis,
    breakdown: &Breakdown,
    with_series: &[(&GroupAnalysis, &Series)],
    caption: &str,
) -> Markup {
    let dimension = analysis.dimension(breakdown.dimension);
    let cell = |reading: Option<&Reading>| match reading {
        Some(reading) => html! {
            (tables::value_cell(&own.definition, reading))
            span.of { (tables::shown(reading.numerator)) " of " (tables::shown(reading.denominator)) }
        },
        None => html! { "–" },
    };
    html! {
        table.nhsuk-table {
            caption.nhsuk-table__caption { (caption) }
            thead {
                tr {
                    th scope="col" { "Period" }
                    @for (group, _) in with_series { th.number scope="col" { (dimension.groups[group.group].label) } }
                }
            }
            tbody {
                @for (place, label) in period_labels(analysis, true).iter().enumerate() {
                    tr {
                        th scope="row" { (label) }
                        @for (_, series) in with_series {
                            td.number { (cell(series.readings.get(place).and_then(Option::as_ref))) }
                        }
                    }
                }
            }
        }
    }
}

/// The two groups that are compared, over time.
fn pair(
    analysis: &Analysis,
    id: &str,
    own: &IndicatorAnalysis,
    breakdown: &Breakdown,
    comparison: &Comparison,
) -> Markup {
    let dimension = analysis.dimension(breakdown.dimension);
    let definition = &own.definition;
    let series = |group| breakdown.group(group).and_then(|own| own.series.as_ref());
    let (Some(first), Some(second)) = (series(comparison.group), series(comparison.reference)) else { return html! {} };
    let line = |group: usize, series: &Series| Line {
        label: dimension.groups[group].label.clone(),
        look: look(dimension, group),
        points: values(series),
    };
    let both = [line(comparison.group, first), line(comparison.reference, second)];
    let scale = scale(definition, first.readings.iter().chain(&second.readings).flatten());
    let labels = period_labels(analysis, false);
    let figure_id = format!("{id}-pair");
    let names = [comparison.group, comparison.reference].map(|group| dimension.groups[group].label.as_str());
    let title = format!("{} for “{}” and “{}” over time", definition.title, names[0], names[1]);
    let described = Figure {
        id: &figure_id,
        title: &title,
        description: "Two lines over time, each with a band over the range in which its true value likely lies. The table \
                      gives each number.",
        note: None,
        caption: &title,
        level: 4,
    };
    let table = html! {
        table.nhsuk-table {
            caption.nhsuk-table__caption { (title) }
            thead { tr { th scope="col" { "Period" } @for name in names { th.number scope="col" { (name) } th.number scope="col" { "Likely between" } } } }
            tbody {
                @for (place, label) in period_labels(analysis, true).iter().enumerate() {
                    tr {
                        th scope="row" { (label) }
                        @for series in [first, second] {
                            @match series.readings.get(place).copied().flatten() {
                                Some(reading) => {
                                    td.number { (tables::value_cell(definition, &reading)) }
                                    td.number { @if let Some(value) = reading.value { (tables::interval(definition, value)) } @else { "–" } }
                                }
                                None => { td.number { "–" } td.number { "–" } }
                            }
                        }
                    }
                }
            }
        }
    };
    figure(&described, |caption, size| lines(&both, &labels, scale, caption, size), &table)
}

/// The gap itself on a process chart.
fn gap_figure(
    analysis: &Analysis,
    id: &str,
    own: &IndicatorAnalysis,
    breakdown: &Breakdown,
    gap: &GapSeries,
) -> Markup {
    let dimension = analysis.dimension(breakdown.dimension);
    let title = words::gap_title(dimension, gap.groups, gap.direction);
    let labels = period_labels(analysis, false);
    let series = Series { readings: vec![None; gap.values.len()], chart: gap.chart.clone() };
    let scale = process_scale(&own.definition, std::iter::once(&series));
    let scale = Scale { low: scale.low.min(0.0), high: scale.high.max(0.0), suffix: "", ..scale };
    let figure_id = format!("{id}-gap");
    let unit = if crate::findings::is_waits(&own.definition) { "weeks" } else { "percentage points" };
    let note = format!(
        "Above zero “{}” does worse, in {unit}. Lower is better. {PROCESS_NOTE}{}",
        dimension.groups[gap.groups.0].label,
        limits_note(gap.chart.as_ref())
    );
    let caption = format!("{}: {title}, in {unit}", own.definition.title);
    let described = Figure {
        id: &figure_id,
        title: &title,
        description: "A line of the difference between the two groups over time, with its average and the range to be \
                      expected. The table gives each number.",
        note: Some(&note),
        caption: &caption,
        level: 4,
    };
    let draw = |caption: &Caption, size: Size| {
        let panel = ProcessPanel {
            labels: &labels,
            chart: gap.chart.as_ref().map(|chart| &chart.chart),
            values: &gap.values,
            whole: None,
            colour: INK,
            scale,
            small: false,
        };
        process(&panel, caption, size)
    };
    let table = html! {
        table.nhsuk-table {
            caption.nhsuk-table__caption { (caption) }
            thead { tr { th scope="col" { "Period" } th.number scope="col" { "Gap" } th.number scope="col" { "Likely between" } th scope="col" { "Signal" } } }
            tbody {
                @for (place, (label, value)) in period_labels(analysis, true).iter().zip(&gap.values).enumerate() {
                    tr {
                        th scope="row" { (label) }
                        td.number { @if let Some(value) = value { (tables::measure(&own.definition, "difference", *value).0) } @else { "–" } }
                        td.number { @if let Some(value) = value { (tables::interval(&own.definition, *value)) } @else { "–" } }
                        td { (signal(gap.chart.as_ref(), place)) }
                    }
                }
            }
        }
    };
    figure(&described, draw, &table)
}

fn measures(analysis: &Analysis, id: &str, own: &IndicatorAnalysis, breakdown: &Breakdown) -> Markup {
    let dimension = analysis.dimension(breakdown.dimension);
    let caption = format!(
        "{}: size of the inequality by {}",
        own.definition.title,
        words::dimension_name(dimension).to_lowercase()
    );
    let between = |groups: Option<(usize, usize)>| {
        groups.map(|(group, reference)| {
            format!("“{}” against “{}”. ", dimension.groups[group].label, dimension.groups[reference].label)
        })
    };
    let table = html! {
        table.nhsuk-table {
            caption.nhsuk-table__caption { (caption) }
            thead { tr { th scope="col" { "Measure" } th.number scope="col" { "Value" } th.number scope="col" { "Likely between" } th scope="col" { "To know" } } }
            tbody {
                @for measure in &breakdown.measures {
                    tr {
                        th scope="row" { (tables::measure_title(measure.method)) }
                        @match measure.value {
                            Some(value) => {
                                @let (number, limits) = tables::measure(&own.definition, measure.method, value);
                                td.number { (number) }
                                td.number { (limits) }
                            }
                            None => { td.number { "not given" } td.number { "–" } }
                        }
                        td {
                            (between(measure.groups).unwrap_or_default())
                            (measure.refused.as_deref().or(measure.caution.as_deref()).unwrap_or_default())
                        }
                    }
                }
            }
        }
    };
    html! {
        details.nhsuk-details #{ (id) "-measures" } {
            summary.nhsuk-details__summary { span.nhsuk-details__summary-text { (caption) } }
            div.nhsuk-details__text { (tables::scroll(&caption, &table)) }
        }
    }
}

fn combinations(place: usize, own: &IndicatorAnalysis, findings: &[&Finding]) -> Markup {
    html! {
        section.breakdown #{ "i" (place) "-strata" } aria-labelledby=(format!("i{place}-strata-h")) {
            h3.nhsuk-heading-m #{ "i" (place) "-strata-h" } { "Groups together" span.nhsuk-u-visually-hidden { ", " (own.definition.title) } }
            @if findings.is_empty() {
                p {
                    "We looked at " (crate::findings::numbers::count(own.strata_looked_at as u64)) " combinations of two groups. None does worse than both of \
                     its groups explain, beyond what chance would show among so many."
                }
            } @else {
                (said(findings))
                p.aside { "Only combinations that stand out after allowing for all that were looked at (Bonferroni) are told of; at most five." }
            }
        }
    }
}

fn definition(definition: &Indicator) -> Markup {
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
