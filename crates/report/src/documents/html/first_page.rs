//! The first page: what we looked at, what we found, and the icons at a glance.

use evenly_cube::Order;
use maud::{Markup, PreEscaped, html};

use super::{sentence, tables};
use crate::analysis::{Analysis, Finding, FindingKind, IndicatorAnalysis};
use crate::charts::{direction_icon, variation_icon};
use crate::documents::json::period_labels;
use crate::findings::numbers::{count, rounded};
use crate::findings::words;

/// The most dimensions of the table at a glance: more do not fit on a page.
const GLANCE: usize = 5;
/// The most dimensions that are named at the head.
const NAMED: usize = 7;

/// The whole first page.
pub fn first_page(analysis: &Analysis) -> Markup {
    html! {
        section.first-page aria-labelledby="found" {
            (looked_at(analysis))
            (found(analysis))
            h2.nhsuk-heading-l #glance { "At a glance" }
            (glance(analysis, &|place| format!("#i{place}")))
            (contents(analysis))
        }
    }
}

fn looked_at(analysis: &Analysis) -> Markup {
    let rows = &analysis.release.provenance.rows;
    let files = analysis.release.provenance.sources.len();
    let periods = period_labels(analysis, true);
    let mut by: Vec<&evenly_cube::Dimension> =
        analysis.release.dimensions.iter().filter(|own| own.order != Order::Period).collect();
    by.sort_by_key(|own| own.about);
    let named: Vec<String> = by.iter().take(NAMED).map(|own| words::dimension_name(own).to_lowercase()).collect();
    let more = by.len().saturating_sub(NAMED);
    html! {
        div.looked-at {
            h2.nhsuk-heading-s #looked-at { "What we looked at" }
            dl.facts {
                div { dt { "Rows counted" } dd { (count(rows.counted)) " of " (count(rows.read)) " read" } }
                @if let Some((first, last)) = periods.first().zip(periods.last()) {
                    div { dt { "Time" } dd { (first) @if first != last { " to " (last) } } }
                }
                div { dt { "Compared by" } dd { (named.join(", ")) @if more > 0 { " and " (more) " more" } } }
                div { dt { "From" } dd { (files) @if files == 1 { " file" } @else { " files" } } }
            }
            p.looked-at__note { (analysis.release.policy_sentence) " " a href="#rows" { "Every row accounted for" } }
        }
    }
}

fn found(analysis: &Analysis) -> Markup {
    let headlines = analysis.headlines();
    let deprivation = analysis.release.dimensions.iter().any(is_deprivation);
    html! {
        h2.nhsuk-heading-l #found { "What we found" }
        @if headlines.is_empty() {
            p.nhsuk-lede-text { (words::NOTHING_FOUND) }
        } @else {
            ol.findings {
                @for finding in &headlines { (headline(analysis, finding)) }
            }
            @if analysis.findings.len() > headlines.len() {
                p.findings__more {
                    (analysis.findings.len() - headlines.len()) " more findings stand in the sections below, each beside its chart."
                }
            }
        }
        @if deprivation { p.findings__more { (words::DEPRIVATION_NOTE) } }
    }
}

/// Whether a dimension speaks of areas' deprivation.
pub fn is_deprivation(dimension: &evenly_cube::Dimension) -> bool {
    dimension.id.contains("deprivation") || dimension.id.contains("imd") || dimension.id.contains("core20")
}

fn headline(analysis: &Analysis, finding: &Finding) -> Markup {
    let kind = kind(finding);
    let about = finding.indicator.map(|place| analysis.indicators[place].definition.title.as_str());
    html! {
        li.finding.{ "finding--" (finding.kind.id()) } {
            p.finding__kind { (facts(analysis, finding)) }
            p.finding__sentence { (sentence(&finding.sentence)) }
            p.finding__link { a href=(link(finding)) { "See the charts" span.nhsuk-u-visually-hidden { " for: " (kind) ", " (about.unwrap_or("data quality")) } } }
        }
    }
}

/// What a finding is, in two or three words.
pub fn kind(finding: &Finding) -> &'static str {
    match finding.kind {
        FindingKind::Gap => "Gap",
        FindingKind::GapChange if finding.estimate < 0.0 => "Gap narrowing",
        FindingKind::GapChange => "Gap widening",
        FindingKind::Worse if finding.of_sharing => "Falling behind",
        FindingKind::Worse => "Getting worse",
        FindingKind::Masked => "Hidden by the average",
        FindingKind::Mix => "A matter of mix",
        FindingKind::DataQuality => "Data quality",
    }
}

/// The line over a finding: its kind, its indicator, about how many events.
pub fn facts(analysis: &Analysis, finding: &Finding) -> String {
    let mut line = kind(finding).to_owned();
    if let Some(place) = finding.indicator {
        let definition = &analysis.indicators[place].definition;
        line.push_str(&format!(" · {}", definition.title));
        if finding.people >= 1.0 && finding.kind != FindingKind::DataQuality {
            line.push_str(&format!(" · about {} {}", rounded(finding.people), definition.words.events));
        }
    }
    line
}

fn link(finding: &Finding) -> String {
    let Some(indicator) = finding.indicator else { return "#quality".to_owned() };
    match finding.groups.as_slice() {
        _ if finding.of_sharing => format!("#i{indicator}-change"),
        [] => format!("#i{indicator}"),
        [(dimension, _)] => format!("#i{indicator}-d{dimension}"),
        _ => format!("#i{indicator}-strata"),
    }
}

/// Indicator × variation × direction of the gap. `link` says where an indicator's name leads.
pub fn glance(analysis: &Analysis, link: &dyn Fn(usize) -> String) -> Markup {
    let mut dimensions: Vec<usize> = (0..analysis.release.dimensions.len())
        .filter(|place| {
            analysis.indicators.iter().any(|own| own.breakdowns.iter().any(|breakdown| breakdown.dimension == *place))
        })
        .collect();
    dimensions.sort_by_key(|place| analysis.dimension(*place).about);
    let left_out = dimensions.len().saturating_sub(GLANCE);
    dimensions.truncate(GLANCE);
    let table = html! {
        table.nhsuk-table.glance {
            caption.nhsuk-table__caption.nhsuk-u-visually-hidden { "Each indicator: its value, its variation, and the gap by each dimension" }
            thead {
                tr {
                    th scope="col" { "Indicator" }
                    th scope="col" { "Everybody" }
                    @for place in &dimensions { th scope="col" { "Gap by " (words::dimension_name(analysis.dimension(*place)).to_lowercase()) } }
                }
            }
            tbody {
                @for (place, own) in analysis.indicators.iter().enumerate() {
                    tr {
                        th scope="row" { a href=(link(place)) { (own.definition.title) } }
                        td { (everybody(place, own)) }
                        @for dimension in &dimensions { td { (gap_cell(place, *dimension, own)) } }
                    }
                }
            }
        }
    };
    html! {
        (tables::scroll("At a glance", &table))
        p.figure__note {
            "Blue: better than before, beyond usual variation. Orange: worse than before, beyond usual variation. Grey: no change \
             that usual variation does not explain. Lines that close: the gap narrows; lines that open: it widens. "
            strong { "Clear" } " gaps are those that chance does not explain."
            @if left_out > 0 { " " (left_out) " more dimensions stand beside each indicator." }
        }
    }
}

fn everybody(place: usize, own: &IndicatorAnalysis) -> Markup {
    let variation = own.series.as_ref().and_then(|series| series.chart.as_ref()).map(|chart| chart.chart.variation);
    html! {
        div.glance__cell {
            @if let Some(variation) = variation { (PreEscaped(variation_icon(variation, &format!("g{place}-v")))) }
            span {
                strong.glance__value { (tables::value_cell(&own.definition, &own.overall)) @if crate::findings::is_waits(&own.definition) { " weeks" } }
                @if let Some(variation) = variation { span.glance__words { (variation.words()) } }
            }
        }
    }
}

fn gap_cell(place: usize, dimension: usize, own: &IndicatorAnalysis) -> Markup {
    let Some(breakdown) = own.breakdowns.iter().find(|breakdown| breakdown.dimension == dimension) else {
        return html! { span.glance__words { "not counted" } };
    };
    let Some(comparison) = &breakdown.comparison else {
        return html! { span.glance__words { "nothing to compare" } };
    };
    let size = comparison.difference.value.abs();
    let clear = !comparison.difference.holds(0.0);
    html! {
        div.glance__cell {
            @if let Some(gap) = &breakdown.gap { (PreEscaped(direction_icon(gap.direction, &format!("g{place}-{dimension}")))) }
            span {
                span.glance__value.{ @if clear { "glance__value--clear" } } { (words::size(&own.definition, size).replace("percentage points", "points")) }
                span.glance__words {
                    @if clear { "clear" } @else { "may be chance" }
                    @if let Some(gap) = &breakdown.gap { ", " (words::direction(gap.direction)) }
                }
            }
        }
    }
}

fn contents(analysis: &Analysis) -> Markup {
    html! {
        nav.contents aria-label="Contents" {
            h2.nhsuk-heading-s { "In this report" }
            ul {
                @for (place, own) in analysis.indicators.iter().enumerate() {
                    li { a href=(format!("#i{place}")) { (own.definition.title) } }
                }
                li { a href="#quality" { "Data quality" } }
                li { a href="#method" { "How this was worked out" } }
                li { a href="#rows" { "Every row accounted for" } }
                li { a href="#provenance" { "Where the numbers come from" } }
            }
        }
    }
}
