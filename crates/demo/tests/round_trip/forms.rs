//! The forms that the same table is sent in.

use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Float32Type, Int16Type, Int32Type, Int64Type};
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use jiff::ToSpan;
use jiff::civil::Date;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::write;

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    Empty,
    Text(String),
    Number(f64),
    Day(Date),
}

/// A table as rows.
#[derive(Clone)]
pub struct Table {
    pub headers: Vec<String>,
    pub rows: Vec<Vec<Cell>>,
}

impl Table {
    /// Reads a Parquet file.
    pub fn read(path: &Path) -> Self {
        let builder =
            ParquetRecordBatchReaderBuilder::try_new(File::open(path).expect("the extract")).expect("parquet");
        let headers = builder.schema().fields().iter().map(|field| field.name().clone()).collect();
        let mut rows = Vec::new();
        for batch in builder.build().expect("a reader") {
            let batch = batch.expect("rows");
            for row in 0..batch.num_rows() {
                rows.push(batch.columns().iter().map(|column| cell(column, row)).collect());
            }
        }
        Self { headers, rows }
    }

    /// The first rows.
    pub fn first(&self, rows: usize) -> Self {
        Self { headers: self.headers.clone(), rows: self.rows.iter().take(rows).cloned().collect() }
    }

    /// Headers under other names.
    pub fn renamed(mut self, names: &[(&str, &str)]) -> Self {
        for header in &mut self.headers {
            if let Some((_, other)) = names.iter().find(|(own, _)| own == header) {
                (*other).clone_into(header);
            }
        }
        self
    }

    /// Position of a column.
    pub fn column(&self, header: &str) -> usize {
        self.headers.iter().position(|own| own == header).unwrap_or_else(|| panic!("no column {header}"))
    }
}

fn cell(column: &ArrayRef, row: usize) -> Cell {
    if column.is_null(row) {
        return Cell::Empty;
    }
    match column.data_type() {
        DataType::Utf8 => Cell::Text(column.as_string::<i32>().value(row).to_owned()),
        DataType::Int16 => Cell::Number(column.as_primitive::<Int16Type>().value(row).into()),
        DataType::Int32 => Cell::Number(column.as_primitive::<Int32Type>().value(row).into()),
        DataType::Int64 => Cell::Number(column.as_primitive::<Int64Type>().value(row) as f64),
        DataType::Float32 => Cell::Number(column.as_primitive::<Float32Type>().value(row).into()),
        DataType::Date32 => {
            let day = column.as_primitive::<Date32Type>().value(row);
            Cell::Day(Date::constant(1970, 1, 1) + day.days())
        }
        DataType::Dictionary(..) => {
            let values = column.as_any_dictionary();
            cell(values.values(), values.normalized_keys()[row])
        }
        other => panic!("a column of {other}"),
    }
}

/// How a table is written as text.
struct Written {
    delimiter: char,
    dates: &'static str,
    newline: &'static str,
}

impl Written {
    fn text(&self, table: &Table) -> String {
        let quoted = |text: &str| {
            if text.contains(['"', '\n', ',', ';', '|', '\t']) {
                format!("\"{}\"", text.replace('"', "\"\""))
            } else {
                text.to_owned()
            }
        };
        let shown = |cell: &Cell| match cell {
            Cell::Empty => String::new(),
            Cell::Text(text) => quoted(text),
            // As the system wrote it: the shortest digits that give the same number.
            Cell::Number(number) => single(*number).to_string(),
            Cell::Day(day) => day.strftime(self.dates).to_string(),
        };
        let line = |cells: Vec<String>| cells.join(&self.delimiter.to_string()) + self.newline;
        let mut text = line(table.headers.iter().map(|header| quoted(header)).collect());
        for row in &table.rows {
            text += &line(row.iter().map(shown).collect());
        }
        text
    }
}

const PLAIN: Written = Written { delimiter: ',', dates: "%Y-%m-%d", newline: "\n" };

/// Plain CSV.
pub fn text(table: &Table, folder: &Path) -> PathBuf {
    write(&folder.join("plain.csv"), PLAIN.text(table))
}

/// Delimiters, encodings, ways to write a date, archives.
pub fn texts(table: &Table, folder: &Path) -> Vec<(&'static str, PathBuf)> {
    let plain = PLAIN.text(table);
    let other = |delimiter, newline| Written { delimiter, dates: "%d/%m/%Y", newline }.text(table);
    let utf16 = |text: &str| -> Vec<u8> {
        std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect()
    };
    let windows = |text: &str| encoding_rs::WINDOWS_1252.encode(text).0.into_owned();
    let mut gz = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    gz.write_all(plain.as_bytes()).expect("gzip");
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    zip.start_file("export/table.csv", zip::write::SimpleFileOptions::default()).expect("a member");
    zip.write_all(other(';', "\r\n").as_bytes()).expect("zip");
    vec![
        ("CSV with a mark", write(&folder.join("mark.csv"), format!("\u{feff}{plain}"))),
        ("CSV of a spreadsheet", write(&folder.join("semicolons.csv"), windows(&other(';', "\r\n")))),
        ("tabs in UTF-16", write(&folder.join("tabs.txt"), utf16(&other('\t', "\r\n")))),
        ("bars", write(&folder.join("bars.csv"), other('|', "\n"))),
        ("gzip", write(&folder.join("table.csv.gz"), gz.finish().expect("gzip"))),
        ("zip", write(&folder.join("table.zip"), zip.finish().expect("zip").into_inner())),
    ]
}

/// Two files with half of the rows each.
pub fn halves(table: &Table, folder: &Path) -> Vec<PathBuf> {
    let (first, second) = table.rows.split_at(table.rows.len() / 2);
    [("first.csv", first), ("second.csv", second)]
        .map(|(name, rows)| {
            let half = Table { headers: table.headers.clone(), rows: rows.to_vec() };
            write(&folder.join(name), PLAIN.text(&half))
        })
        .into()
}

/// A workbook, with numbers and days as such.
pub fn workbook(table: &Table, folder: &Path) -> PathBuf {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let day = rust_xlsxwriter::Format::new().set_num_format("dd/mm/yyyy");
    let sheet = workbook.add_worksheet();
    for (column, header) in (0_u16..).zip(&table.headers) {
        sheet.write_string(0, column, header).expect("a header");
    }
    for (row, cells) in (1_u32..).zip(&table.rows) {
        for (column, cell) in (0_u16..).zip(cells) {
            match cell {
                Cell::Empty => {}
                Cell::Text(text) => {
                    sheet.write_string(row, column, text).expect("a cell");
                }
                Cell::Number(number) => {
                    sheet.write_number(row, column, single(*number)).expect("a cell");
                }
                Cell::Day(date) => {
                    let from = Date::constant(1899, 12, 30);
                    let serial = from.until(*date).expect("a span").get_days();
                    sheet.write_number_with_format(row, column, serial, &day).expect("a cell");
                }
            }
        }
    }
    let path = folder.join("table.xlsx");
    workbook.save(&path).expect("a workbook");
    path
}

/// Numbers are stored in single precision, and written with as few digits as give the same one.
fn single(number: f64) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "it was a single one before")]
    {
        number as f32
    }
}
