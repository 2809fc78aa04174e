//! How the report was made: data quality, method, the rows equation, provenance, attribution.

use evenly_cube::{FieldQuality, GroupState};
use maud::{Markup, html};

use super::figures::{Figure, figure};
use super::{sentence, tables};
use crate::analysis::{Analysis, FindingKind};
use crate::charts::{Bar, bars};
use crate::findings::numbers::{count, percent};
use crate::findings::quality as known;
use crate::findings::words;

/// Data quality: what is not known, by field and by group.
pub fn quality(analysis: &Analysis) -> Markup {
    let fields: Vec<&FieldQuality> = analysis.release.quality.iter().collect();
    html! {
        section #quality aria-labelledby="quality-h" {
            h2.nhsuk-heading-l #quality-h { "Data quality" }
            (quality_said(analysis))
            @if fields.is_empty() {
                p { "The data came already counted, so that nothing can be said of what was not known about single rows." }
            } @else {
                (overall_quality(analysis, &fields))
                @for (place, field) in fields.iter().enumerate() { (by_group(analysis, place, field)) }
            }
        }
    }
}

/// What stands out in how far fields are known, in sentences; nothing where nothing does.
pub fn quality_said(analysis: &Analysis) -> Markup {
    html! {
        @for finding in analysis.findings.iter().filter(|own| own.kind == FindingKind::DataQuality) {
            p.said.said--data_quality { (sentence(&finding.sentence)) }
        }
    }
}

fn overall_quality(analysis: &Analysis, fields: &[&FieldQuality]) -> Markup {
    let states = [GroupState::NotStated, GroupState::NotKnown, GroupState::Missing, GroupState::Invalid];
    let rows: Vec<Bar> = fields
        .iter()
        .map(|field| {
            let share = known::not_known(field, None).map(|(rows, out_of)| rows as f64 / out_of as f64);
            Bar {
                label: known::field_name(&analysis.release, &field.field),
                value: share,
                text: share.map_or("withheld".to_owned(), |share| percent(share).replace(' ', "\u{a0}")),
            }
        })
        .collect();
    let table = html! {
        table.nhsuk-table {
            caption.nhsuk-table__caption { "Rows in which a field is not known" }
            thead { tr { th scope="col" { "Field" } @for state in states { th.number scope="col" { (tables::first_upper(known::way(state))) } } th.number scope="col" { "Rows" } } }
            tbody {
                @for field in fields {
                    @let own = |state: GroupState| field.cells.iter().find(|cell| cell.group.is_none() && cell.state == state);
                    tr {
                        th scope="row" { (known::field_name(&analysis.release, &field.field)) }
                        @for state in states {
                            td.number { @if let Some(cell) = own(state) { (tables::shown(cell.rows)) } @else { "0" } }
                        }
                        td.number { @if let Some(cell) = field.cells.iter().find(|cell| cell.group.is_none()) { (tables::shown(cell.out_of)) } }
                    }
                }
            }
        }
    };
    let described = Figure {
        id: "quality-fields",
        title: "How often each field is not known",
        description: "One bar for each field: the share of rows in which it is not known. The table gives each count.",
        note: Some(
            "Those of whom a field is not known are a group of their own in every chart; nobody is left out for it.",
        ),
        caption: "Rows in which a field is not known",
        level: 3,
        compact: false,
    };
    figure(&described, |caption, size| bars(&rows, caption, size), &table)
}

fn by_group(analysis: &Analysis, place: usize, field: &FieldQuality) -> Markup {
    let groups = known::groups(field);
    if groups.is_empty() {
        return html! {};
    }
    let name = known::field_name(&analysis.release, &field.field);
    let caption = format!("{name}: rows in which it is not known, by group");
    let rows = groups.iter().filter_map(|own| {
        let dimension = analysis.release.dimension(&own.0)?;
        let label = dimension.groups.get(own.1)?.label.clone();
        Some((crate::findings::words::dimension_name(dimension).to_owned(), label, known::not_known(field, Some(own))))
    });
    let table = html! {
        table.nhsuk-table {
            caption.nhsuk-table__caption { (caption) }
            thead { tr { th scope="col" { "Dimension" } th scope="col" { "Group" } th.number scope="col" { "Not known" } th.number scope="col" { "Share" } th.number scope="col" { "Rows" } } }
            tbody {
                @for (dimension, group, counted) in rows {
                    tr {
                        td { (dimension) }
                        th scope="row" { (group) }
                        @match counted {
                            Some((rows, out_of)) => {
                                td.number { (count(rows)) }
                                td.number { (percent(rows as f64 / out_of as f64).replace(' ', "\u{a0}")) }
                                td.number { (count(out_of)) }
                            }
                            None => { td.number { (tables::withheld()) } td.number { (tables::withheld()) } td.number { (tables::withheld()) } }
                        }
                    }
                }
            }
        }
    };
    html! {
        details.nhsuk-details #{ "quality-" (place) } {
            summary.nhsuk-details__summary { span.nhsuk-details__summary-text { (caption) } }
            div.nhsuk-details__text { (tables::scroll(&caption, &table)) }
        }
    }
}

/// How the numbers were worked out, for a statistician.
pub fn method(analysis: &Analysis) -> Markup {
    html! {
        section #method aria-labelledby="method-h" {
            h2.nhsuk-heading-l #method-h { "How this was worked out" }
            ul.nhsuk-list.nhsuk-list--bullet {
                li { "“Likely between” is a 95 % interval. Shares: Wilson. Differences: Newcombe’s hybrid of two Wilson intervals. Ratios: Koopman’s score interval. Gap in numbers: from the same intervals joined." }
                li { "In dimensions with an order of advantage (deprivation) the worst-off end is compared with the best-off end. In the others the group that is surely worst is compared with the one that is surely best, and the interval allows for the choice among all pairs (Bonferroni)." }
                li { "The slope and relative index of inequality follow Public Health England’s method on the log-odds scale, best-off end against worst-off end; they are refused where groups have no order, and carry a warning where the groups do not lie along a line or one group decides." }
                li { "Charts over time follow Making Data Count (NHS England’s rules of 2023): P charts, P\u{2032} where a thousand or more are counted in each period, XmR for the gap itself and for median waits. Limits are never reset by themselves." }
                li { "A chart of a gap shows it widening or narrowing where the second half of the time differs from the first beyond a 95 % interval that is stretched by the scatter between periods. Somebody is said to do worse where the latest month, half-year or year differs from the time before by more than the points usually vary." }
                li { (words::repeats(&analysis.release)) }
                li { (words::judged_together(&analysis.looked_at)) }
                @for note in &analysis.release.provenance.notes { li { (note) } }
            }
            h3.nhsuk-heading-m { "Protecting people in small groups" }
            p { (analysis.release.policy_sentence) " "
                @if analysis.release.suppressed > 0 {
                    (count(analysis.release.suppressed)) " counts are withheld and shown as *. Nothing was worked out of a withheld count."
                } @else { "No count is withheld." }
            }
            p.aside { "Policy: " (analysis.release.policy.title) ", version " (analysis.release.policy.version) ". " (analysis.release.policy.source) }
        }
    }
}

/// The rows equation, the files, the definitions.
pub fn provenance(analysis: &Analysis) -> Markup {
    html! {
        section #rows aria-labelledby="rows-h" {
            h2.nhsuk-heading-l #rows-h { "Every row accounted for" }
            (rows_equation(analysis))
        }
        section #provenance aria-labelledby="provenance-h" {
            h2.nhsuk-heading-l #provenance-h { "Where the numbers come from" }
            (sources(analysis))
            (definitions(analysis))
        }
    }
}

fn rows_equation(analysis: &Analysis) -> Markup {
    let rows = &analysis.release.provenance.rows;
    let table = html! {
        table.nhsuk-table {
            caption.nhsuk-table__caption { "Rows read = rows counted + rows left out + rows that could not be used" }
            thead { tr { th scope="col" { "What happened" } th.number scope="col" { "Rows" } } }
            tbody {
                tr { th scope="row" { "Counted" } td.number { (count(rows.counted)) } }
                @for own in &rows.excluded { tr { th scope="row" { "Left out by rule: " (own.rule) } td.number { (count(own.rows)) } } }
                @for own in &rows.rejected { tr { th scope="row" { "Could not be used: " (own.field) ", " (own.reason) } td.number { (count(own.rows)) } } }
                tr.total { th scope="row" { "Read" } td.number { (count(rows.read)) } }
            }
        }
    };
    html! {
        p.equation {
            (count(rows.read)) " read = " (count(rows.counted)) " counted + " (count(rows.excluded_rows())) " left out + " (count(rows.rejected_rows())) " not usable"
        }
        @if !rows.balances() { p.said { "These numbers do not add up: do not rely on this report." } }
        (tables::scroll("Rows read, counted, left out and not usable", &table))
    }
}

fn sources(analysis: &Analysis) -> Markup {
    let table = html! {
        table.nhsuk-table.provenance {
            caption.nhsuk-table__caption { "Files read" }
            thead { tr { th scope="col" { "File" } th.number scope="col" { "Rows" } th scope="col" { "SHA-256" } } }
            tbody {
                @for own in &analysis.release.provenance.sources {
                    tr { th scope="row" { (own.file) } td.number { (count(own.rows)) } td { code.hash { (own.sha256) } } }
                }
            }
        }
    };
    tables::scroll("Files read", &table)
}

fn definitions(analysis: &Analysis) -> Markup {
    let table = html! {
        table.nhsuk-table.provenance {
            caption.nhsuk-table__caption { "Definitions and lookups used, with their sources and licences" }
            thead { tr { th scope="col" { "Kind" } th scope="col" { "Definition" } th.number scope="col" { "Version" } th scope="col" { "Source" } } }
            tbody {
                @for own in &analysis.release.provenance.definitions {
                    tr { td { (own.kind) } th scope="row" { (own.title) } td.number { (own.version) } td { (own.source) } }
                }
            }
        }
    };
    tables::scroll("Definitions and lookups used", &table)
}
