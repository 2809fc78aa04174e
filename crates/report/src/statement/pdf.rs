//! `statement.pdf`: the pack for a board, from the same blocks as the page.

use super::Statement;
use super::content::parts;
use crate::documents::DocumentError;
use crate::pdf;

/// The bytes of the file.
pub fn document(statement: &Statement) -> Result<Vec<u8>, DocumentError> {
    pdf::document(&pdf::Document {
        title: &statement.title(),
        organisation: statement.heading.organisation.as_deref(),
        date: statement.heading.date.as_deref(),
        evenly: statement.evenly(),
        parts: &parts(statement),
    })
}
