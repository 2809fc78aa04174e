//! The two groups that are compared, and the gap between them, over time.

use maud::{Markup, html};

use super::super::figures::{Figure, figure, scale};
use super::super::tables;
use super::shared::{INK, PROCESS_NOTE, limits_note, process_scale, signal, values};
use crate::analysis::{Analysis, Breakdown, Comparison, GapSeries, IndicatorAnalysis, Series};
use crate::charts::{Caption, Line, ProcessPanel, Scale, Size, lines, look, process};
use crate::documents::json::period_labels;
use crate::findings::words;

/// The two groups that are compared, over time.
pub fn pair(
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
        compact: false,
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
pub fn gap_figure(
    analysis: &Analysis,
    id: &str,
    own: &IndicatorAnalysis,
    breakdown: &Breakdown,
    gap: &GapSeries,
) -> Markup {
    let dimension = analysis.dimension(breakdown.dimension);
    let title = words::gap_title(dimension, gap.groups, gap.direction);
    let labels = period_labels(analysis, false);
    let series = Series { readings: vec![None; gap.values.len()], chart: gap.chart.clone(), recent: None };
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
        compact: false,
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
