//! Blocks of content: what page and PDF have in common.

/// A part of the pack with its own heading.
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
    /// An indicator by the groups of one dimension: the page draws it, others show its table.
    Groups {
        /// Positions of extract, indicator and dimension.
        place: [usize; 3],
        /// Its numbers.
        table: Table,
    },
}

/// A table of words and numbers as they are shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Its caption.
    pub caption: String,
    /// Names of the columns; whether they hold numbers.
    pub heads: Vec<(String, bool)>,
    /// The rows; the first cell names the row. `*` stands for what is withheld.
    pub rows: Vec<Vec<String>>,
}

/// The sign for what is withheld.
pub const WITHHELD: &str = "*";
