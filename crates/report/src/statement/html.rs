//! `statement.html`: the pack as one self-contained page.

use maud::{Markup, html};

use super::content::parts;
use super::{Statement, StatementPart};
use crate::blocks::{Block, Table, WITHHELD};
use crate::documents::html::figures::{Figure, figure};
use crate::documents::html::{page, sentence, tables};

/// The whole document.
pub fn document(statement: &Statement) -> String {
    let parts = parts(statement);
    let body = html! {
        @for (place, part) in parts.iter().enumerate() {
            section.first-page[place == 0] #(part.id) aria-labelledby={ (part.id) "-h" } {
                h2.nhsuk-heading-l #{ (part.id) "-h" } { (part.title) }
                @for (block_place, block) in part.blocks.iter().enumerate() { (one(&part.id, block_place, block)) }
                @if place == 0 {
                    nav.contents aria-label="Contents" {
                        h3.nhsuk-heading-s { "Contents" }
                        ul { @for other in &parts[1..] { li { a href={ "#" (other.id) } { (other.title) } } } }
                    }
                }
            }
        }
    };
    page(&statement.heading, &statement.title(), statement.evenly(), &body)
}

/// Every part with its blocks as they stand on a page.
pub fn parts_of(statement: &Statement) -> Vec<StatementPart> {
    let each = parts(statement).into_iter().map(|part| StatementPart {
        body: html! { @for (place, block) in part.blocks.iter().enumerate() { (one(&part.id, place, block)) } },
        id: part.id,
        title: part.title,
    });
    each.collect()
}

fn one(part: &str, place: usize, block: &Block) -> Markup {
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
        Block::Table(own) => tables::scroll(&own.caption, &table(own)),
        Block::Figure(own) => {
            let described = Figure {
                id: &format!("{part}-{place}"),
                title: &own.title,
                description: own.description,
                note: Some(&own.note),
                caption: &own.table.caption,
                level: 4,
                compact: own.compact,
            };
            figure(&described, |caption, size| own.drawing.svg(caption, size), &table(&own.table))
        }
    }
}

fn table(own: &Table) -> Markup {
    let last = own.rows.len().saturating_sub(1);
    html! {
        table.nhsuk-table {
            caption.nhsuk-table__caption { (own.caption) }
            thead { tr { @for (name, number) in &own.heads { th.number[*number] scope="col" { (name) } } } }
            tbody {
                @for (place, row) in own.rows.iter().enumerate() {
                    tr.total[own.total && place == last] { (cells(own, row)) }
                }
            }
        }
    }
}

fn cells(own: &Table, row: &[String]) -> Markup {
    html! {
        @for (place, (cell, (_, number))) in row.iter().zip(&own.heads).enumerate() {
            @if place == 0 { th scope="row" { (cell) } }
            @else { td.number[*number].hash[is_hash(cell)] { @if cell == WITHHELD { (tables::withheld()) } @else { (cell) } } }
        }
    }
}

/// A checksum may break anywhere.
fn is_hash(cell: &str) -> bool {
    cell.len() == 64 && cell.bytes().all(|byte| byte.is_ascii_hexdigit())
}
