//! The rows of a sheet as chunks of ids.

use std::sync::Arc;

use calamine::{Data, ExcelDateTime};

use super::cells::{Row, text_of};
use super::is_text;
use crate::readers::chunk::{Chunk, ChunkReader, ColumnKind, ColumnRequest, ReadError, Unit, ValueTable};
use crate::readers::header::find_column;
use crate::readers::limits::Limits;
use crate::readers::text::rows::{CHUNK_ROWS, clear, note_line};
use crate::readers::text::sniff::Encoding;
use crate::readers::values::{Column, Fault};

/// 1970-01-01 as a spreadsheet counts days.
const EPOCH_SERIAL: f64 = 25_569.0;
/// Numbers that can be a day where a date is asked for: 1909 to 2119.
const SERIALS: std::ops::Range<f64> = 3_500.0..80_500.0;
/// Days between the two ways of counting that spreadsheets know (1900 and 1904).
const SINCE_1904: f64 = 1_462.0;

/// A sheet's table.
pub(super) struct Table {
    pub name: String,
    pub headers: Vec<String>,
    /// Column of the first header.
    pub first_column: u32,
    /// Row of the headers, from 1.
    pub header_row: u64,
    pub rows: Vec<Row>,
    pub limits: Limits,
}

/// A sheet as a unit of work.
pub(super) struct SheetUnit {
    pub table: Arc<Table>,
}

impl Unit for SheetUnit {
    fn file(&self) -> &str {
        &self.table.name
    }

    fn open(&self, columns: &[ColumnRequest]) -> Result<Box<dyn ChunkReader + '_>, ReadError> {
        let table = &*self.table;
        let requested = columns
            .iter()
            .map(|request| {
                let place = find_column(&table.name, &table.headers, &request.header)?;
                Ok(Requested {
                    column_number: table.first_column + u32::try_from(place).unwrap_or(u32::MAX),
                    is_date: matches!(request.kind, ColumnKind::Date(_)),
                    name: request.header.clone(),
                    column: Column::new(request, Encoding::Utf8, table.limits.distinct_values),
                })
            })
            .collect::<Result<_, ReadError>>()?;
        Ok(Box::new(SheetRows { table, requested, next: 0 }))
    }
}

struct Requested {
    column_number: u32,
    is_date: bool,
    name: String,
    column: Column,
}

struct SheetRows<'a> {
    table: &'a Table,
    requested: Vec<Requested>,
    next: usize,
}

impl ChunkReader for SheetRows<'_> {
    fn next_chunk(&mut self, chunk: &mut Chunk) -> Result<bool, ReadError> {
        clear(chunk, self.requested.len(), self.table.header_row + 1);
        while chunk.rows + chunk.broken.len() < CHUNK_ROWS
            && let Some(row) = self.table.rows.get(self.next)
        {
            self.next += 1;
            if is_note(row, self.table) {
                chunk.broken.push((row.number, "a note beside or under the table, not a row"));
                continue;
            }
            for (requested, ids) in self.requested.iter_mut().zip(&mut chunk.columns) {
                let column = requested.column_number;
                let cell = row.cells.iter().find(|(c, _)| *c == column).map_or(&Data::Empty, |(_, cell)| cell);
                let id = id(&mut requested.column, requested.is_date, cell);
                ids.push(id.map_err(|_| too_many(self.table, row.number, &requested.name))?);
            }
            note_line(chunk, row.number);
        }
        Ok(chunk.rows + chunk.broken.len() > 0)
    }

    fn values(&self, column: usize) -> &ValueTable {
        self.requested[column].column.values()
    }
}

/// Whether a row is a remark: one cell with text, in a table of three columns or more, or cells beside the table only.
fn is_note(row: &Row, table: &Table) -> bool {
    let columns = table.first_column..table.first_column + u32::try_from(table.headers.len()).unwrap_or(u32::MAX);
    let mut inside = row.cells.iter().filter(|(column, _)| columns.contains(column));
    match (inside.next(), inside.next()) {
        (None, _) => true,
        (Some((_, only)), None) => table.headers.len() >= 3 && is_text(only),
        _ => false,
    }
}

fn too_many(table: &Table, line: u64, column: &str) -> ReadError {
    ReadError::Limit {
        file: table.name.clone(),
        line: Some(line),
        reason: format!("the column `{column}` has more than {} different values", table.limits.distinct_values),
    }
}

/// The id of a cell in its column.
fn id(column: &mut Column, is_date: bool, cell: &Data) -> Result<u32, Fault> {
    match cell {
        Data::Int(number) if !is_date => column.whole(*number),
        Data::Float(number) if !is_date && is_whole(*number) => column.id_of(format!("{number:.0}").as_bytes()),
        Data::Int(_) | Data::Float(_) if is_date => {
            let number = if let Data::Int(whole) = cell { *whole as f64 } else { text_of(cell).parse().unwrap_or(0.0) };
            if SERIALS.contains(&number) { column.day(day_of(number)) } else { column.id_of(text_of(cell).as_bytes()) }
        }
        Data::DateTime(date) if date.is_datetime() => column.day(day_of(serial(date))),
        _ => column.id_of(text_of(cell).as_bytes()),
    }
}

/// Whether a number has no decimals and is exact.
fn is_whole(number: f64) -> bool {
    number.fract() == 0.0 && number.abs() < 9.0e15
}

/// Days from 1970-01-01 of a spreadsheet's day; the time of day is left out.
#[expect(clippy::cast_possible_truncation, reason = "clamped to numbers of days far within an i32")]
fn day_of(serial: f64) -> i32 {
    // The program that spreadsheets imitate took 1900 for a leap year, so days before March 1900 are one too few.
    let late = if serial < 60.0 { 1.0 } else { 0.0 };
    (serial.floor() + late - EPOCH_SERIAL).clamp(-1.0e6, 3.0e6) as i32
}

/// The spreadsheet's number of a date, counted from 1900.
fn serial(date: &ExcelDateTime) -> f64 {
    // In a workbook that counts from 1904, the same number is shown as a day four years later.
    let (year, ..) = ExcelDateTime::to_ymd_hms_milli(date);
    let from_1900 = 1900.0 + date.as_f64() / 365.25;
    if f64::from(year) > from_1900 + 2.0 { date.as_f64() + SINCE_1904 } else { date.as_f64() }
}
