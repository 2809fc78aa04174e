//! Who did not share in the whole's change: what was looked at, who was found, in a picture and a table.

use evenly_cube::{BeforeAfter, NotShared, ReleasedCount, Sharing, SharingTest, Verdict};
use evenly_stats::Estimate;
use evenly_stats::proportion::wilson;
use maud::{Markup, html};

use super::super::figures::{Figure, figure, scale_of};
use super::super::{sentence, tables};
use super::said;
use super::shared::INK;
use crate::analysis::{Analysis, Finding, IndicatorAnalysis};
use crate::charts::{Caption, Drawing, Interval, Look, Size};
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
                    @if !test.strata.is_empty() { (picture(analysis, place, own, test)) }
                    p.aside { (sentence(&words::looked_at(&own.definition, test))) }
                }
            }
        }
    }
}

/// Groups that are drawn; the table has all.
const DRAWN: usize = 4;
/// Level of the intervals that are drawn.
const LEVEL: f64 = 0.95;
/// Colour of those who did not share.
const THEIRS: &str = "#5b2a86";

/// Shares before and after with their intervals, everybody's and those who did not share, above the table.
fn picture(analysis: &Analysis, place: usize, own: &IndicatorAnalysis, test: &SharingTest) -> Markup {
    let theirs = test.strata.iter().take(DRAWN).map(|own| (who(analysis, own), &own.counts, THEIRS));
    let everybody = std::iter::once(("everybody".to_owned(), &test.counts, INK));
    let rows: Vec<Interval> =
        everybody.chain(theirs).flat_map(|(who, counts, colour)| pair(&who, counts, colour)).collect();
    let table = table(analysis, own, test);
    if rows.len() < 4 {
        // Only everybody's counts are shown: there is nothing to set them against.
        return table;
    }
    let [before, after] = spans(&analysis.release, test);
    let title = format!("{} before and after: everybody, and who did not share in it", own.definition.title);
    let described = Figure {
        id: &format!("i{place}-shared"),
        title: &title,
        description: "Two dots for everybody and for each group: the share before, hollow, and after, full, with their intervals. The table gives each value.",
        note: Some(&format!(
            "Hollow: {before}. Full: {after}. Lines are 95 % intervals of each share; they do not allow for people who come again."
        )),
        caption: &title,
        level: 4,
        compact: false,
    };
    let numbers = rows.iter().filter_map(|own| own.value).flat_map(|own| [own.lower, own.upper]);
    let drawing = Drawing { scale: scale_of(&own.definition, numbers), whole: None, rows };
    figure(&described, |caption: &Caption, size: Size| drawing.svg(caption, size), &table)
}

/// The row before and the row after; none where a count is withheld.
fn pair(who: &str, counts: &BeforeAfter, colour: &str) -> Vec<Interval> {
    let row = |when: &str, counts: [ReleasedCount; 2], hollow: bool| {
        let value = share(counts)?;
        let look = Look { colour: colour.to_owned(), marker: 0, dash: "", hollow };
        let mut label = format!("{who}, {when}");
        if let Some(first) = label.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        Some(Interval { label, look, value: Some(value), text: percent(value.value) })
    };
    let both = [row("before", counts.before, true), row("after", counts.after, false)];
    if both.iter().all(Option::is_some) { both.into_iter().flatten().collect() } else { Vec::new() }
}

fn share([events, people]: [ReleasedCount; 2]) -> Option<Estimate> {
    wilson(events.shown()? as f64, people.shown()? as f64, LEVEL).ok()
}

fn who(analysis: &Analysis, own: &NotShared) -> String {
    let groups: Vec<_> = own.stratum.iter().map(|(place, group)| (analysis.dimension(*place), *group)).collect();
    words::who(&groups)
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
    let points = own.points.map(|points| decimal(points * 100.0, 1));
    html! {
        tr {
            th scope="row" {
                (who(analysis, own))
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
