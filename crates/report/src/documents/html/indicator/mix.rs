//! Whether a gap is mix, and what the whole's change is made of.

use maud::{Markup, html};

use super::super::{sentence, tables};
use crate::analysis::{Analysis, Breakdown, IndicatorAnalysis};
use crate::findings::numbers::decimal;
use crate::findings::words;

/// What is left of the gap among like; nothing where no other dimension could explain it.
pub fn explained(analysis: &Analysis, id: &str, own: &IndicatorAnalysis, breakdown: &Breakdown) -> Markup {
    if breakdown.explained.is_empty() {
        return html! {};
    }
    let dimension = words::dimension_name(analysis.dimension(breakdown.dimension)).to_lowercase();
    let caption = format!("{}: is the gap by {dimension} a matter of mix?", own.definition.title);
    let table = html! {
        table.nhsuk-table {
            caption.nhsuk-table__caption { (caption) }
            thead { tr { th scope="col" { "Among those with the same" } th.number scope="col" { "Gap, points" } th.number scope="col" { "Left of it" } th.number scope="col" { "Likely between" } th scope="col" { "So" } } }
            tbody {
                @for one in &breakdown.explained {
                    tr {
                        th scope="row" { (words::dimension_name(analysis.dimension(one.within)).to_lowercase()) }
                        td.number { (points(one.gap)) }
                        td.number { (points(one.left.value)) }
                        td.number { (tables::interval(&own.definition, one.left)) }
                        td { @if one.is_reversed() { "the other way round" } @else if one.is_mix() { "mostly mix" } @else { "mostly not mix" } }
                    }
                }
            }
        }
    };
    details(
        &format!("{id}-mix"),
        &caption,
        &html! {
            p { "The two groups that are compared are set side by side within each group of another dimension, weighted alike. What is left cannot be put down to that dimension." }
            (tables::scroll(&caption, &table))
        },
    )
}

/// What the whole's change is made of; nothing where the gap did not move.
pub fn moved(analysis: &Analysis, id: &str, own: &IndicatorAnalysis, breakdown: &Breakdown) -> Markup {
    let Some(movement) = &breakdown.movement else { return html! {} };
    let dimension = analysis.dimension(breakdown.dimension);
    let caption = format!(
        "{}: what the change is made of, by {}",
        own.definition.title,
        words::dimension_name(dimension).to_lowercase()
    );
    let table = html! {
        table.nhsuk-table {
            caption.nhsuk-table__caption { (caption) }
            thead { tr { th scope="col" { "Group" } th.number scope="col" { "Own change, points" } th.number scope="col" { "Change of share, points" } } }
            tbody {
                @for group in &movement.groups {
                    tr {
                        th scope="row" { (dimension.groups[group.group].label) }
                        td.number { (fine(group.rate)) }
                        td.number { (fine(group.composition)) }
                    }
                }
                tr {
                    th scope="row" { "Together" }
                    td.number { (fine(movement.rate.value)) }
                    td.number { (fine(movement.composition.value)) }
                }
            }
        }
    };
    details(
        &format!("{id}-moved"),
        &caption,
        &html! {
            p { (sentence(&words::moved(&own.definition, dimension, movement))) }
            (tables::scroll(&caption, &table))
        },
    )
}

fn details(id: &str, summary: &str, inside: &Markup) -> Markup {
    html! {
        details.nhsuk-details #(id) {
            summary.nhsuk-details__summary { span.nhsuk-details__summary-text { (summary) } }
            div.nhsuk-details__text { (inside) }
        }
    }
}

fn points(share: f64) -> String {
    decimal(share * 100.0, 1)
}

fn fine(share: f64) -> String {
    decimal(share * 100.0, 2)
}
