//! The cells of a sheet, sparse, and finding the line of headers among them.

use calamine::Data;

use super::{Book, book_error, is_text, too_large};
use crate::readers::chunk::ReadError;
use crate::readers::header::is_blank;
use crate::readers::limits::Limits;

/// Rows in which the headers are looked for.
const HEADER_WITHIN: usize = 60;

/// A row that has at least one cell.
pub(super) struct Row {
    /// Number in the sheet, from 1.
    pub number: u64,
    /// Its cells by column, from 0.
    pub cells: Vec<(u32, Data)>,
}

/// The cells of a sheet by row. Kept sparse: a cell in the last corner of a sheet must not ask for the memory of all.
pub(super) fn cells(book: &mut Book, sheet: &str, name: &str, limits: &Limits) -> Result<Vec<Row>, ReadError> {
    let mut reader = book.worksheet_cells_reader(sheet).map_err(|e| book_error(name, &e))?;
    let mut rows: Vec<Row> = Vec::new();
    let mut left = limits.sheet_bytes;
    while let Some(cell) = reader.next_cell().map_err(|e| book_error(name, &e))? {
        let (row, column) = cell.get_position();
        let value = Data::from(cell.get_value().clone());
        // A shared text is stored once in the file but once for each cell here.
        let size =
            size_of::<(u32, Data)>() as u64 + if let Data::String(text) = &value { text.len() as u64 } else { 0 };
        left = left.checked_sub(size).ok_or_else(|| too_large(name, limits))?;
        if is_blank_cell(&value) {
            continue;
        }
        let number = u64::from(row) + 1;
        match rows.last_mut() {
            Some(last) if last.number == number => last.cells.push((column, value)),
            _ => rows.push(Row { number, cells: vec![(column, value)] }),
        }
    }
    Ok(rows)
}

/// Whether there is nothing to see in a cell.
pub(super) fn is_blank_cell(cell: &Data) -> bool {
    match cell {
        Data::Empty => true,
        Data::String(text) => text.trim_matches(is_blank).is_empty(),
        _ => false,
    }
}

/// A cell as text.
pub(super) fn text_of(cell: &Data) -> String {
    match cell {
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Bool(true) => "TRUE".into(),
        Data::Bool(false) => "FALSE".into(),
        Data::DateTime(date) => date.as_f64().to_string(),
        Data::Error(error) => error.to_string(),
        Data::Empty => String::new(),
    }
}

/// Position of the row of headers: the first of at least two filled cells, most of them text, all different, with a row
/// under it that fills at least half as many. Titles, notes and introductions above it do not look like that.
pub(super) fn header_row(rows: &[Row]) -> Option<usize> {
    (0..rows.len().min(HEADER_WITHIN)).find(|at| {
        let row = &rows[*at];
        let texts = row.cells.iter().filter(|(_, cell)| is_text(cell)).count();
        let mut names: Vec<String> = row.cells.iter().map(|(_, cell)| text_of(cell)).collect();
        let filled = names.len();
        names.sort();
        names.dedup();
        let under = rows[at + 1..].iter().take(3).any(|next| next.cells.len() >= 2 && next.cells.len() * 2 >= filled);
        filled >= 2 && texts * 2 > filled && names.len() == filled && under
    })
}
