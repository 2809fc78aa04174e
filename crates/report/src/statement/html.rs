//! `statement.html`: the pack as one self-contained page.

use maud::{Markup, html};

use super::Statement;
use super::blocks::{Block, Table, WITHHELD};
use super::content::parts;
use crate::documents::html::{indicator, page, sentence, tables};
use crate::findings::words::statement as say;

/// The whole document.
pub fn document(statement: &Statement) -> String {
    let parts = parts(statement);
    let evenly = statement.extracts.first().map_or("", |own| own.analysis.release.provenance.evenly.as_str());
    let body = html! {
        @for (place, part) in parts.iter().enumerate() {
            section.first-page[place == 0] #(part.id) aria-labelledby={ (part.id) "-h" } {
                h2.nhsuk-heading-l #{ (part.id) "-h" } { (part.title) }
                @for (block_place, block) in part.blocks.iter().enumerate() { (one(statement, &part.id, block_place, block)) }
                @if place == 0 {
                    nav.contents aria-label="Contents" {
                        h3.nhsuk-heading-s { "Contents" }
                        ul { @for other in &parts[1..] { li { a href={ "#" (other.id) } { (other.title) } } } }
                    }
                }
            }
        }
    };
    let title = statement.heading.title.clone().unwrap_or_else(|| say::title(&statement.period));
    page(&statement.heading, &title, evenly, &body)
}

fn one(statement: &Statement, part: &str, place: usize, block: &Block) -> Markup {
    match block {
        Block::Heading(3, text) => html! { h3.nhsuk-heading-m { (sentence(text)) } },
        Block::Heading(_, text) => html! { h4.nhsuk-heading-s { (sentence(text)) } },
        Block::Text(text) => html! { p { (sentence(text)) } },
        Block::Said(text) => html! { p.said { (sentence(text)) } },
        Block::Aside(text) => html! { p.aside { (sentence(text)) } },
        Block::Warning(text) => html! { p.said.said--data_quality { (sentence(text)) } },
        Block::Bullets(items) => html! {
            ul.nhsuk-list.nhsuk-list--bullet { @for item in items { li { (sentence(item)) } } }
        },
        Block::Facts(facts) => html! {
            dl.facts { @for (name, text) in facts { div { dt { (name) } dd { (sentence(text)) } } } }
        },
        Block::Table(own) => table(own),
        Block::Groups { place: [extract, indicator, dimension], .. } => {
            let analysis = &statement.extracts[*extract].analysis;
            let own = &analysis.indicators[*indicator];
            let id = format!("{part}-{place}");
            html! {
                @if let Some(breakdown) = own.breakdowns.iter().find(|own| own.dimension == *dimension) {
                    (indicator::groups::groups(analysis, &id, own, breakdown))
                }
            }
        }
    }
}

fn table(own: &Table) -> Markup {
    let table = html! {
        table.nhsuk-table {
            caption.nhsuk-table__caption { (own.caption) }
            thead { tr { @for (name, number) in &own.heads { th.number[*number] scope="col" { (name) } } } }
            tbody {
                @for row in &own.rows {
                    tr {
                        @for (place, (cell, (_, number))) in row.iter().zip(&own.heads).enumerate() {
                            @if place == 0 { th scope="row" { (cell) } }
                            @else { td.number[*number].hash[is_hash(cell)] { @if cell == WITHHELD { (tables::withheld()) } @else { (cell) } } }
                        }
                    }
                }
            }
        }
    };
    tables::scroll(&own.caption, &table)
}

/// A checksum may break anywhere.
fn is_hash(cell: &str) -> bool {
    cell.len() == 64 && cell.bytes().all(|byte| byte.is_ascii_hexdigit())
}
