//! The pack as plain text: what page and PDF say, to read aloud, to paste, to compare.

use super::Statement;
use super::content::parts;
use crate::blocks::{Block, Table};

/// The whole text.
pub fn document(statement: &Statement) -> String {
    let mut text = String::new();
    for part in parts(statement) {
        line(&mut text, &format!("# {}", part.title));
        for block in part.blocks {
            one(&mut text, &block);
        }
    }
    text
}

fn one(text: &mut String, block: &Block) {
    match block {
        Block::Heading(level, own) => line(text, &format!("{} {own}", "#".repeat(usize::from(*level)))),
        Block::Text(own) => line(text, own),
        Block::Said(own) => line(text, &format!("• {own}")),
        Block::Aside(own) => line(text, &format!("({own})")),
        Block::Warning(own) => line(text, &format!("! {own}")),
        Block::Bullets(items) => items.iter().for_each(|own| line(text, &format!("- {own}"))),
        Block::Facts(facts) => facts.iter().for_each(|(name, own)| line(text, &format!("{name}: {own}"))),
        Block::Table(own) => table(text, own),
        Block::Figure(own) => {
            line(text, &format!("= {}", own.title));
            table(text, &own.table);
        }
    }
}

fn table(text: &mut String, own: &Table) {
    line(text, &format!("[{}]", own.caption));
    own.rows.iter().for_each(|row| line(text, &format!("  {}", row.join(" | "))));
}

fn line(text: &mut String, own: &str) {
    text.push_str(own);
    text.push('\n');
}
