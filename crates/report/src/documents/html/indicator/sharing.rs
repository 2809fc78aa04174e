//! Who did not share in the whole's change: what was looked at, who was found, in a table.

use evenly_cube::{NotShared, Sharing, SharingTest, Verdict};
use maud::{Markup, html};

use super::super::{sentence, tables};
use super::said;
use crate::analysis::{Analysis, Finding, IndicatorAnalysis};
use crate::findings::numbers::{decimal, percent};
use crate::findings::sharing::{rates, spans};
use crate::findings::words;

/// The section; nothing where the test was not asked for.
pub fn sharing(analysis: &Analysis, place: usize, own: &IndicatorAnalysis, findings: &[&Finding]) -> Markup {
    let Some(sharing) = &own.sharing else { return html! {} };
    html! {
        section.breakdown #{ "i" (place) "-change" } aria-labelledby=(format!("i{place}-change-h")) {
            h3.nhsuk-heading-m #{ "i" (place) "-change-h" } {
                "Did everybody share in the change?" span.nhsuk-u-visually-hidden { " " (own.definition.title) }
            }
            @match sharing {
                Sharing::NotTested(reason) => { p { "This could not be tested: " (reason) "." } }
                Sharing::Tested(test) => {
                    (said(findings))
                    @if !test.strata.is_empty() { (table(analysis, own, test)) }
                    p.aside { (sentence(&words::looked_at(&own.definition, test))) }
                }
            }
        }
    }
}

fn table(analysis: &Analysis, own: &IndicatorAnalysis, test: &SharingTest) -> Markup {
    let [before, after] = spans(&analysis.release, test);
    let title = format!("Who did not share in the change of: {}", own.definition.title);
    let table = html! {
        table.nhsuk-table {
            caption.nhsuk-table__caption { (title) }
            thead {
                tr {
                    th scope="col" { "Who" }
                    th scope="col" { (before) }
                    th scope="col" { (after) }
                    th scope="col" { "Behind the others' change, points (likely between)" }
                    th scope="col" { "Probability" }
                    th scope="col" { "What it is" }
                }
            }
            tbody {
                @for stratum in &test.strata { (row(analysis, stratum)) }
                tr {
                    th scope="row" { "Everybody" }
                    (shares(rates(&test.counts)))
                    td { "–" }
                    td { "–" }
                    td { @if test.improved { "improved" } @else { "no clear improvement" } }
                }
            }
        }
    };
    tables::scroll(&title, &table)
}

fn row(analysis: &Analysis, own: &NotShared) -> Markup {
    let groups: Vec<_> = own.stratum.iter().map(|(place, group)| (analysis.dimension(*place), *group)).collect();
    let points = own.points.map(|points| decimal(points * 100.0, 1));
    html! {
        tr {
            th scope="row" {
                (words::who(&groups))
                @if own.others > 0 { " (and " (own.others) " within or around them)" }
            }
            (shares(rates(&own.counts)))
            td { (points[0]) " (" (points[1]) " to " (points[2]) ")" }
            td { (percent(own.probability)) }
            td { (verdict(own.verdict)) }
        }
    }
}

fn shares(rates: Option<(f64, f64)>) -> Markup {
    html! {
        @match rates {
            Some((before, after)) => { td { (percent(before)) } td { (percent(after)) } }
            None => { td { "withheld" } td { "withheld" } }
        }
    }
}

fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Masked => "masked by the whole's improvement",
        Verdict::Worse => "worse while the whole stood still",
        Verdict::LeftBehind => "improved less, or fell further behind",
    }
}
