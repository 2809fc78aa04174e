//! A document as tagged PDF (PDF/UA-1), out of the same blocks as the page.
//!
//! Typst sets it, with one template (`assets/document.typ`). Every text enters as data, so that nothing that a user wrote is
//! read as markup. No clock, no network, no font of the machine: the same document gives the same bytes.

mod world;

use serde::Serialize;
use serde_json::{Value, json};
use typst::foundations::{Dict, Smart};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards};

use crate::blocks::{Block, Figure, Part, Table};
use crate::charts::{Caption, Size, standalone};
use crate::documents::DocumentError;
use crate::findings::numbers;
use world::Shelf;

/// What a PDF is made of.
pub struct Document<'a> {
    /// Its title.
    pub title: &'a str,
    /// Whose it is.
    pub organisation: Option<&'a str>,
    /// Its day, ISO; it stands on the first page and is the file's creation date.
    pub date: Option<&'a str>,
    /// Version of Evenly.
    pub evenly: &'a str,
    /// Its content.
    pub parts: &'a [Part],
}

/// A day as the template takes it.
#[derive(Serialize)]
struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// The bytes of the file.
pub fn document(own: &Document) -> Result<Vec<u8>, DocumentError> {
    let parts: Vec<Value> = own.parts.iter().map(part).collect();
    let mut data = json!({
        "title": own.title,
        "organisation": own.organisation.unwrap_or("Evenly"),
        "date": own.date.map(numbers::day).unwrap_or_default(),
        "day": own.date.and_then(day),
        "foot": format!("Made with Evenly {}. Counts only: no row about a person is in this file.", own.evenly),
        "parts": parts,
    });
    let shelf = Shelf::new();
    printable(&mut data, &|letter| shelf.prints(letter));
    let inputs: Dict = serde_json::from_value(data)?;
    let shelf = shelf.with(inputs);
    let compiled = typst::compile::<PagedDocument>(&shelf).output.map_err(|errors| failed(&errors))?;
    let bytes = typst_pdf::pdf(&compiled, &options()?).map_err(|errors| failed(&errors));
    // The compiler remembers what it set; a server that writes many documents must not.
    typst::comemo::evict(0);
    bytes
}

fn options() -> Result<PdfOptions, DocumentError> {
    let standards =
        PdfStandards::new(&[PdfStandard::Ua_1]).map_err(|error| DocumentError::Pdf(error.message().to_string()))?;
    Ok(PdfOptions { creator: Smart::Custom(Some("Evenly".to_owned())), standards, ..PdfOptions::default() })
}

fn failed(errors: &[typst::diag::SourceDiagnostic]) -> DocumentError {
    let reasons: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    DocumentError::Pdf(reasons.join("; "))
}

fn day(date: &str) -> Option<Date> {
    let mut parts = date.splitn(3, '-');
    let day = Date {
        year: parts.next()?.parse().ok()?,
        month: parts.next()?.parse().ok().filter(|own| (1..=12).contains(own))?,
        day: parts.next()?.parse().ok().filter(|own| (1..=31).contains(own))?,
    };
    Some(day)
}

fn part(own: &Part) -> Value {
    json!({ "title": own.title, "blocks": own.blocks.iter().map(block).collect::<Vec<_>>() })
}

/// A block as the template takes it: its kind, and what it is made of.
fn block(own: &Block) -> Value {
    match own {
        Block::Heading(level, text) => json!({ "kind": "heading", "level": level, "text": text }),
        Block::Text(text) => json!({ "kind": "text", "text": text }),
        Block::Said(text) => json!({ "kind": "said", "text": text }),
        Block::Aside(text) => json!({ "kind": "aside", "text": text }),
        Block::Warning(text) => json!({ "kind": "warning", "text": text }),
        Block::Bullets(items) => json!({ "kind": "bullets", "items": items }),
        Block::Facts(facts) => json!({ "kind": "facts", "items": facts }),
        Block::Table(own) => json!({ "kind": "table", "table": table(own) }),
        Block::Figure(own) => figure(own),
    }
}

fn figure(own: &Figure) -> Value {
    let caption = Caption { id: "chart".to_owned(), title: own.title.clone(), description: own.description.to_owned() };
    json!({
        "kind": "figure",
        "title": own.title,
        "alt": format!("{} {}", own.title, own.description),
        "note": own.note,
        "chart": standalone(&own.drawing.svg(&caption, Size::Wide)),
        "table": table(&own.table),
    })
}

fn table(own: &Table) -> Value {
    let rows: Vec<Vec<String>> = own.rows.iter().map(|row| row.iter().map(|cell| breakable(cell)).collect()).collect();
    json!({ "caption": own.caption, "heads": own.heads, "rows": rows, "total": own.total, "widths": widths(own) })
}

/// The longest head of a column of numbers that stands on one line.
const HEAD: usize = 18;

/// How wide each column is beside the others, by the length of its words; 0 for columns of numbers under a short head, which
/// take what they need. A long head is broken into lines, so that it leaves room for the names of the rows.
fn widths(own: &Table) -> Vec<f64> {
    let words = own.heads.iter().filter(|(_, number)| !number).count();
    let width = |(column, (head, number)): (usize, &(String, bool))| {
        if *number {
            return if head.chars().count() > HEAD { 1.2 } else { 0.0 };
        }
        if words == 1 {
            return 2.4;
        }
        let lengths = own.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count().min(160));
        let longest = lengths.clone().max().unwrap_or(0).max(head.chars().count());
        let mean = lengths.sum::<usize>() as f64 / own.rows.len().max(1) as f64;
        // Between the longest and the usual: one long cell does not squeeze the others.
        (longest as f64 * mean.max(1.0)).sqrt().sqrt().max(2.0)
    };
    own.heads.iter().enumerate().map(width).collect()
}

/// A checksum may break anywhere: it is one word of 64 letters.
fn breakable(cell: &str) -> String {
    if cell.len() != 64 || !cell.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return cell.to_owned();
    }
    let (first, second) = cell.split_at(32);
    format!("{first} {second}")
}

/// A letter that no font here has would stop the file from being accessible: a box stands for it, as it does on paper.
fn printable(value: &mut Value, prints: &dyn Fn(char) -> bool) {
    match value {
        Value::String(text) if !text.chars().all(prints) => {
            *text = text.chars().map(|letter| if prints(letter) { letter } else { '\u{25a1}' }).collect();
        }
        Value::Array(values) => values.iter_mut().for_each(|own| printable(own, prints)),
        Value::Object(fields) => fields.values_mut().for_each(|own| printable(own, prints)),
        _ => {}
    }
}
