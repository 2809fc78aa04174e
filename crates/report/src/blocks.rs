//! Blocks of content: what page and PDF have in common, so that neither can say what the other does not.

use serde::Serialize;

use crate::charts::Drawing;

/// A part of a document with its own heading.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Id of the heading on the page.
    pub id: String,
    /// Its heading.
    pub title: String,
    /// Its content.
    pub blocks: Vec<Block>,
}

/// One block of content.
#[derive(Clone, Debug, PartialEq)]
pub enum Block {
    /// A heading below the part's: level 3 or 4.
    Heading(u8, String),
    /// A paragraph.
    Text(String),
    /// A sentence that the numbers support.
    Said(String),
    /// A remark.
    Aside(String),
    /// What a reader must not overlook.
    Warning(String),
    /// A list.
    Bullets(Vec<String>),
    /// Names and what they are.
    Facts(Vec<(String, String)>),
    /// A table.
    Table(Table),
    /// A chart with its table.
    Figure(Box<Figure>),
}

/// A chart with its message, how to read it, and its numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    /// The message.
    pub title: String,
    /// What is drawn, in words.
    pub description: &'static str,
    /// How to read it, for a reader who has not seen one.
    pub note: String,
    /// The chart, which can be drawn for a page and for a phone.
    pub drawing: Drawing,
    /// Its numbers.
    pub table: Table,
    /// Whether one small drawing serves page and phone: in a document of very many charts.
    pub compact: bool,
}

/// A table of words and numbers as they are shown.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Table {
    /// Its caption.
    pub caption: String,
    /// Names of the columns; whether they hold numbers.
    pub heads: Vec<(String, bool)>,
    /// The rows; the first cell names the row. `*` stands for what is withheld.
    pub rows: Vec<Vec<String>>,
    /// Whether the last row is of everybody.
    pub total: bool,
}

/// The sign for what is withheld.
pub const WITHHELD: &str = "*";
