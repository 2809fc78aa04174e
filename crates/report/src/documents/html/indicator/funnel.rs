//! Sites or services as a funnel, with its table.

use evenly_cube::{Dimension, Indicator};
use evenly_stats::Better;
use evenly_stats::spc::icons::PointKind;
use maud::{Markup, html};

use super::super::figures::{Figure, figure, scale_of};
use super::super::tables;
use super::groups::many;
use crate::analysis::{Analysis, Breakdown, Funnel, IndicatorAnalysis};
use crate::charts::{FunnelPanel, FunnelPoint};
use crate::findings::funnel::Unit;
use crate::findings::{better, words};

const DESCRIPTION: &str = "One marker for each, further right the more people it counts; a line at the value of all together and lines of the \
                           range to be expected, which narrows to the right. The table gives each number.";

/// The chart; nothing where the dimension makes no funnel.
pub fn funnel(analysis: &Analysis, id: &str, own: &IndicatorAnalysis, breakdown: &Breakdown) -> Markup {
    let Some(found) = &breakdown.funnel else { return html! {} };
    let dimension = analysis.dimension(breakdown.dimension);
    let definition = &own.definition;
    let name = words::dimension_name(dimension).to_lowercase();
    let caption = format!("{} by {name}, with the range to be expected", definition.title);
    let figure_id = format!("{id}-funnel");
    let title = words::funnel_title(dimension, definition, found);
    let note = words::funnel_note(found);
    let described = Figure {
        id: &figure_id,
        title: &title,
        description: DESCRIPTION,
        note: Some(&note),
        caption: &caption,
        level: 4,
        compact: many(analysis),
    };
    let panel = panel(dimension, definition, found);
    figure(&described, |caption, size| panel.svg(caption, size), &table(dimension, definition, found, &caption))
}

fn panel(dimension: &Dimension, definition: &Indicator, found: &Funnel) -> FunnelPanel {
    let limits = found.lines.iter().flat_map(|(_, own)| [own.lower998, own.upper998]);
    let values = found.units.iter().map(|own| own.value);
    FunnelPanel {
        points: found
            .units
            .iter()
            .map(|own| FunnelPoint {
                label: dimension.groups[own.group].label.clone(),
                at: (own.size, own.value),
                kind: kind(definition, own),
            })
            .collect(),
        lines: found
            .lines
            .iter()
            .map(|(size, own)| (*size, [own.lower998, own.lower95, own.upper95, own.upper998]))
            .collect(),
        target: found.target,
        scale: scale_of(definition, limits.chain(values)),
        sizes: format!("Number of {}", definition.words.out_of),
    }
}

fn kind(definition: &Indicator, unit: &Unit) -> PointKind {
    match unit.outside() {
        None => PointKind::CommonCause,
        Some(high) if high == (better(definition) == Better::Higher) => PointKind::Improvement,
        Some(_) => PointKind::Concern,
    }
}

fn table(dimension: &Dimension, definition: &Indicator, found: &Funnel, caption: &str) -> Markup {
    let value = |number| tables::value(definition, number);
    html! {
        table.nhsuk-table {
            caption.nhsuk-table__caption { (caption) }
            thead { tr {
                th scope="col" { (words::dimension_name(dimension)) }
                th.number scope="col" { (tables::first_upper(&definition.words.out_of)) }
                th.number scope="col" { "Value" }
                th.number scope="col" { "To be expected between" }
                th scope="col" { "So" }
            } }
            tbody {
                @for unit in &found.units {
                    tr {
                        th scope="row" { (dimension.groups[unit.group].label) }
                        td.number { (crate::findings::numbers::decimal(unit.size, 0)) }
                        td.number { (value(unit.value)) }
                        td.number { (value(unit.limits.lower998)) " and " (value(unit.limits.upper998)) }
                        td { @match unit.outside() { Some(true) => "above", Some(false) => "below", None => "within" } }
                    }
                }
            }
        }
    }
}
