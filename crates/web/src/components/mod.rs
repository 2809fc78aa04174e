//! Parts that pages are made of: the frame, form fields, lists, words for numbers and times.

pub mod forms;
pub mod frame;
pub mod times;

use maud::{Markup, html};

/// A coloured word, as in lists of runs.
pub fn tag(colour: &str, words: &str) -> Markup {
    html! { strong.nhsuk-tag.{ "nhsuk-tag--" (colour) } { (words) } }
}

/// Facts side by side.
pub fn facts(facts: &[(&str, String)]) -> Markup {
    html! {
        dl.facts {
            @for (name, value) in facts { div { dt { (name) } dd { (value) } } }
        }
    }
}

/// Links of which one is chosen.
pub fn choices(heading: &str, links: &[Choice]) -> Markup {
    html! {
        nav.choices aria-label=(heading) {
            h2.nhsuk-heading-s { (heading) }
            ul {
                @for link in links {
                    li { a href=(link.address) aria-current=[link.chosen.then_some("true")] { (link.words) } }
                }
            }
        }
    }
}

/// One of several links.
pub struct Choice {
    /// Where it leads.
    pub address: String,
    /// What it says.
    pub words: String,
    /// Whether it is where one is.
    pub chosen: bool,
}

/// A table in a frame that scrolls on a phone: heads, and rows whose first cell is the row's name.
pub fn table(caption: &str, heads: &[&str], rows: &[Vec<Markup>]) -> Markup {
    html! {
        section.table-scroll aria-label=(caption) tabindex="0" {
            table.nhsuk-table {
                caption.nhsuk-table__caption { (caption) }
                thead { tr { @for head in heads { th scope="col" { (head) } } } }
                tbody {
                    @for row in rows {
                        tr {
                            @for (place, cell) in row.iter().enumerate() {
                                @if place == 0 { th scope="row" { (cell) } } @else { td { (cell) } }
                            }
                        }
                    }
                }
            }
        }
    }
}
