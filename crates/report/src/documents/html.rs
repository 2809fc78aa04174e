//! `report.html`: what we looked at, what we found, then each indicator, and how it was made.

pub(crate) mod about;
pub(crate) mod figures;
pub(crate) mod first_page;
pub(crate) mod indicator;
pub mod tables;

use maud::{DOCTYPE, Markup, PreEscaped, html};

use crate::analysis::{Analysis, Heading};
use crate::findings::numbers::day;

/// The style sheet of every page; charts elsewhere follow its rules too.
pub(crate) const STYLE: &str = include_str!("../../assets/report.css");

/// The whole document.
pub fn document(analysis: &Analysis) -> String {
    let title = analysis.heading.title.as_deref().unwrap_or("Is care reaching people evenly?");
    let body = html! {
        (first_page::first_page(analysis))
        @for (place, own) in analysis.indicators.iter().enumerate() {
            (indicator::section(analysis, place, own))
        }
        (about::quality(analysis))
        (about::method(analysis))
        (about::provenance(analysis))
    };
    page(&analysis.heading, title, &analysis.release.provenance.evenly, &body)
}

/// The frame of every document: head, masthead, title, foot.
pub(crate) fn page(heading: &Heading, title: &str, evenly: &str, body: &Markup) -> String {
    let page_title = heading.organisation.as_ref().map_or(title.to_owned(), |name| format!("{title} – {name}"));
    html! {
        (DOCTYPE)
        html lang="en-GB" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="robots" content="noindex";
                title { (page_title) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                a.nhsuk-skip-link href="#main" { "Skip to the findings" }
                (masthead(heading))
                div.nhsuk-width-container {
                    main.nhsuk-main-wrapper #main tabindex="-1" {
                        h1.nhsuk-heading-xl { (title) }
                        (body)
                    }
                }
                footer.report-footer {
                    div.nhsuk-width-container {
                        p { "Made with Evenly " (evenly) ". Counts only: no row about a person is in this file." }
                    }
                }
            }
        }
    }
    .into_string()
}

fn masthead(heading: &Heading) -> Markup {
    html! {
        header.report-header {
            div.nhsuk-width-container.report-header__row {
                span.report-header__name { (heading.organisation.as_deref().unwrap_or("Evenly")) }
                @if let Some(date) = &heading.date {
                    span.report-header__date { "Report of " time datetime=(date) { (day(date)) } }
                }
            }
        }
    }
}

/// A number and its unit never break apart at the end of a line.
pub(crate) fn sentence(text: &str) -> String {
    text.replace(" %", "\u{a0}%")
}
