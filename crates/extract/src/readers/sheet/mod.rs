//! Spreadsheets (XLSX) for small tables: held in memory, within a limit.

mod cells;
mod rows;

use std::io::{Cursor, Read};
use std::path::Path;
use std::sync::Arc;

use calamine::{Data, Reader, SheetType, SheetVisible, Xlsx, XlsxError};
use zip::ZipArchive;

use self::cells::{Row, cells, header_row, is_blank_cell, text_of};
use self::rows::{SheetUnit, Table};
use super::archive::zip_error;
use super::chunk::ReadError;
use super::fault::{LimitReached, damaged, io_error};
use super::header::clean;
use super::limits::{Limits, in_words};
use super::open::Part;

type Book = Xlsx<Cursor<Vec<u8>>>;

/// Opens the workbook at `path`: the sheet named, else the first one that has a line of headers with rows under it.
pub(super) fn open(path: &Path, sheet: Option<&str>, name: &str, limits: &Limits) -> Result<Part, ReadError> {
    let size = std::fs::metadata(path).map_err(|e| io_error(name, &e))?.len();
    if size > limits.sheet_bytes {
        return Err(too_large(name, limits));
    }
    let bytes = std::fs::read(path).map_err(|e| io_error(name, &e))?;
    from_bytes(&bytes, sheet, name, limits)
}

/// Opens a workbook held in memory.
pub(super) fn from_bytes(bytes: &[u8], sheet: Option<&str>, name: &str, limits: &Limits) -> Result<Part, ReadError> {
    if bytes.starts_with(b"\xd0\xcf\x11\xe0") {
        let reason =
            "it is protected by a password, or an old Excel file. Save it as .xlsx without a password, or as CSV";
        return Err(damaged(name, None, reason));
    }
    check_expansion(bytes, name, limits)?;
    let mut book: Book = Xlsx::new(Cursor::new(bytes.to_vec())).map_err(|e| book_error(name, &e))?;
    let (sheet, rows, header) = match sheet {
        Some(wanted) => named(&mut book, wanted, name, limits)?,
        None => first(&mut book, name, limits)?,
    };
    let (first_column, headers) = headers(&rows[header]);
    let number = rows[header].number;
    let unit_name = if name.contains('#') { name.to_owned() } else { format!("{name}#{sheet}") };
    let table = Table {
        name: unit_name.clone(),
        headers: headers.clone(),
        first_column,
        header_row: number,
        rows: rows.into_iter().skip(header + 1).collect(),
        limits: limits.clone(),
    };
    Ok(Part { name: unit_name, headers, units: vec![Box::new(SheetUnit { table: Arc::new(table) })] })
}

/// The sheet of that name.
fn named(book: &mut Book, wanted: &str, name: &str, limits: &Limits) -> Result<(String, Vec<Row>, usize), ReadError> {
    let sheets = book.sheet_names();
    let Some(sheet) = sheets.iter().find(|s| clean(s).eq_ignore_ascii_case(&clean(wanted))) else {
        let reason = format!("there is no sheet `{wanted}`; its sheets are {}", sheets.join(", "));
        return Err(damaged(name, None, reason));
    };
    let rows = cells(book, sheet, name, limits)?;
    match header_row(&rows) {
        Some(header) => Ok((sheet.clone(), rows, header)),
        None => Err(damaged(name, None, "the sheet has no line of headers with rows under it")),
    }
}

/// The first visible sheet that has a line of headers.
fn first(book: &mut Book, name: &str, limits: &Limits) -> Result<(String, Vec<Row>, usize), ReadError> {
    let sheets: Vec<String> = book
        .sheets_metadata()
        .iter()
        .filter(|sheet| sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible)
        .map(|sheet| sheet.name.clone())
        .collect();
    for sheet in &sheets {
        let rows = cells(book, sheet, name, limits)?;
        if let Some(header) = header_row(&rows) {
            return Ok((sheet.clone(), rows, header));
        }
    }
    let reason = format!("no sheet has a line of headers with rows under it; its sheets are {}", sheets.join(", "));
    Err(damaged(name, None, reason))
}

/// The headers of a row and the column they begin in.
fn headers(row: &Row) -> (u32, Vec<String>) {
    let filled = || row.cells.iter().filter(|(_, cell)| !is_blank_cell(cell));
    let (first, last) = (filled().map(|(c, _)| *c).min().unwrap_or(0), filled().map(|(c, _)| *c).max().unwrap_or(0));
    let mut headers = vec![String::new(); (last - first + 1) as usize];
    for (column, cell) in filled() {
        headers[(column - first) as usize] = clean(&text_of(cell));
    }
    (first, headers)
}

/// Expands every part of the workbook once, counting: what they declare to be can be false.
fn check_expansion(bytes: &[u8], name: &str, limits: &Limits) -> Result<(), ReadError> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|e| zip_error(name, &e))?;
    let mut left = limits.sheet_bytes;
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).map_err(|e| zip_error(name, &e))?;
        let used =
            std::io::copy(&mut part.by_ref().take(left + 1), &mut std::io::sink()).map_err(|e| io_error(name, &e))?;
        left = left.checked_sub(used).ok_or_else(|| too_large(name, limits))?;
    }
    Ok(())
}

/// A workbook beyond the limit.
fn too_large(name: &str, limits: &Limits) -> ReadError {
    let reason =
        format!("spreadsheets are read up to {} (unpacked). Save it as CSV or Parquet", in_words(limits.sheet_bytes));
    io_error(name, &std::io::Error::other(LimitReached(reason)))
}

/// What is wrong with a workbook, in words.
fn book_error(name: &str, error: &XlsxError) -> ReadError {
    match error {
        XlsxError::Password => damaged(name, None, "it is protected by a password. Save it without one, or as CSV"),
        _ => damaged(
            name,
            None,
            "it is not a whole XLSX workbook. Open it in a spreadsheet program and save it again, or as CSV",
        ),
    }
}

/// Whether a cell holds text.
fn is_text(cell: &Data) -> bool {
    matches!(cell, Data::String(_))
}
