//! Each group over time: small multiples on one scale.

use evenly_stats::Estimate;
use maud::{Markup, PreEscaped, html};

use super::super::figures::{Figure, frame};
use super::super::tables;
use super::shared::{PROCESS_NOTE, limits_note, process_scale, values};
use crate::analysis::{Analysis, Breakdown, GroupAnalysis, IndicatorAnalysis, Reading, Series};
use crate::charts::{Caption, ProcessPanel, Scale, Size, look, process, variation_icon};
use crate::documents::json::period_labels;
use crate::findings::words;

/// The most small charts of one dimension.
const MOST_PANELS: usize = 12;

/// Small multiples: each group's process chart, all on one scale.
pub fn trends(analysis: &Analysis, id: &str, own: &IndicatorAnalysis, breakdown: &Breakdown) -> Markup {
    let dimension = analysis.dimension(breakdown.dimension);
    let labels = period_labels(analysis, false);
    let with_series = largest(breakdown);
    let all = breakdown.groups.iter().filter(|group| group.series.is_some()).count();
    let few = if with_series.len() < all {
        format!(
            " Of {all} groups the {} with the most people are shown, here and in the table; report.json and tables.xlsx have all.",
            with_series.len()
        )
    } else {
        String::new()
    };
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
        "The thin dashed line is everybody. {PROCESS_NOTE}{}{few}",
        limits_note(with_series.first().and_then(|(_, series)| series.chart.as_ref()))
    );
    let caption = format!("{} by {} over time", own.definition.title, name.to_lowercase());
    let described = Figure {
        id: &figure_id,
        title: &title,
        description: "",
        note: Some(&note),
        caption: &caption,
        level: 4,
        compact: false,
    };
    frame(&described, &charts, &trend_table(analysis, own, breakdown, &with_series, &caption))
}

/// The groups with the most people, in the order of the dimension.
fn largest(breakdown: &Breakdown) -> Vec<(&GroupAnalysis, &Series)> {
    let mut groups: Vec<(&GroupAnalysis, &Series)> =
        breakdown.groups.iter().filter_map(|group| Some((group, group.series.as_ref()?))).collect();
    groups.sort_by_key(|(group, _)| std::cmp::Reverse(group.reading.denominator.shown()));
    groups.truncate(MOST_PANELS);
    groups.sort_by_key(|(group, _)| group.group);
    groups
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
    let cell = |reading: &Reading| {
        html! {
            (tables::value_cell(&own.definition, reading))
            span.of { (tables::shown(reading.numerator)) " of " (tables::shown(reading.denominator)) }
        }
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
                            td.number {
                                @match series.readings.get(place).and_then(Option::as_ref) {
                                    Some(reading) => (cell(reading)),
                                    None => "–",
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
