//! An indicator by the groups of one dimension: dot and interval, their table, and the measures of inequality.

use evenly_cube::{Dimension, GroupState, Indicator, Order};
use maud::{Markup, html};

use super::super::figures::{Figure, figure, scale};
use super::super::tables;
use crate::analysis::{Analysis, Breakdown, GroupAnalysis, IndicatorAnalysis};
use crate::charts::{Caption, Drawing, Interval, Size, look};
use crate::findings::{gap_words, words};

/// Indicators from which each chart is drawn once, small: a page of a thousand charts must still open on a phone.
const MANY_INDICATORS: usize = 12;
/// The most rows of a chart before its middle is left to the table,
const MOST_ROWS: usize = 30;
/// and how many are then drawn from each end.
const ROWS_OF_AN_END: usize = 12;

/// What is drawn, for whoever cannot see it.
pub const DESCRIPTION: &str = "One row for each group: a marker at its value, a bar over the range it likely lies in, and a \
                               vertical line at everybody's value. The table gives each number.";

/// The chart of an indicator by the groups of one dimension: its message, how to read it, and what is drawn.
pub struct Chart {
    /// The message.
    pub title: String,
    /// How to read it.
    pub note: String,
    /// Dot and interval for each group.
    pub drawing: Drawing,
}

/// Dot and interval for each group.
pub fn chart(analysis: &Analysis, own: &IndicatorAnalysis, breakdown: &Breakdown) -> Chart {
    let dimension = analysis.dimension(breakdown.dimension);
    let definition = &own.definition;
    let gap =
        breakdown.comparison.as_ref().and_then(|comparison| gap_words(&analysis.release, own, breakdown, comparison));
    let drawn = drawn(dimension, breakdown);
    Chart {
        title: words::groups_title(gap.as_ref(), definition, dimension),
        note: groups_note(drawn.len(), breakdown.groups.len()),
        drawing: Drawing {
            rows: drawn.iter().map(|group| row(dimension, definition, group)).collect(),
            whole: own.overall.value.map(|value| value.value),
            scale: scale(definition, breakdown.groups.iter().map(|group| &group.reading).chain([&own.overall])),
        },
    }
}

/// The chart with its table.
pub fn groups(analysis: &Analysis, id: &str, own: &IndicatorAnalysis, breakdown: &Breakdown) -> Markup {
    let dimension = analysis.dimension(breakdown.dimension);
    let definition = &own.definition;
    let chart = chart(analysis, own, breakdown);
    let figure_id = format!("{id}-groups");
    let caption = format!("{} by {}", definition.title, words::dimension_name(dimension).to_lowercase());
    let described = Figure {
        id: &figure_id,
        title: &chart.title,
        description: DESCRIPTION,
        note: Some(&chart.note),
        caption: &caption,
        level: 4,
        compact: many(analysis),
    };
    let table = tables::by_group(dimension, own, breakdown, &caption);
    figure(&described, |caption, size| chart.drawing.svg(caption, size), &table)
}

/// The drawing alone.
pub fn draw(
    analysis: &Analysis,
    own: &IndicatorAnalysis,
    breakdown: &Breakdown,
    caption: &Caption,
    size: Size,
) -> String {
    chart(analysis, own, breakdown).drawing.svg(caption, size)
}

/// The groups to draw. Groups in no order are sorted by value; those not known come last. Of very many, the two ends.
fn drawn<'a>(dimension: &Dimension, breakdown: &'a Breakdown) -> Vec<&'a GroupAnalysis> {
    let known = |own: &&GroupAnalysis| dimension.groups[own.group].state == GroupState::Known;
    let (mut groups, unknown): (Vec<&GroupAnalysis>, Vec<&GroupAnalysis>) = breakdown.groups.iter().partition(known);
    if dimension.order == Order::Nominal {
        let value = |own: &GroupAnalysis| own.reading.value.map_or(f64::NEG_INFINITY, |value| value.value);
        groups.sort_by(|a, b| value(b).total_cmp(&value(a)));
        if groups.len() > MOST_ROWS {
            groups.retain(|own| own.reading.value.is_some());
            if groups.len() > 2 * ROWS_OF_AN_END {
                groups.drain(ROWS_OF_AN_END..groups.len() - ROWS_OF_AN_END);
            }
        }
    }
    groups.extend(unknown);
    groups
}

/// Whether charts are drawn once, small.
pub fn many(analysis: &Analysis) -> bool {
    analysis.indicators.len() > MANY_INDICATORS
}

fn groups_note(drawn: usize, all: usize) -> String {
    let reading =
        "The bar through each marker is the range in which the true value likely lies: the fewer people, the wider.";
    if drawn == all {
        return reading.to_owned();
    }
    format!(
        "{reading} Of {all} groups the {ROWS_OF_AN_END} with the highest and the {ROWS_OF_AN_END} with the lowest values are \
         drawn; the table has all."
    )
}

fn row(dimension: &Dimension, definition: &Indicator, group: &GroupAnalysis) -> Interval {
    Interval {
        label: dimension.groups[group.group].label.clone(),
        look: look(dimension, group.group),
        value: group.reading.value,
        text: match group.reading.value {
            Some(value) => tables::value(definition, value.value),
            None if group.reading.suppressed() => "withheld".to_owned(),
            None => "–".to_owned(),
        },
    }
}

/// The measures of inequality, those that are refused with their reason.
pub fn measures(analysis: &Analysis, id: &str, own: &IndicatorAnalysis, breakdown: &Breakdown) -> Markup {
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
