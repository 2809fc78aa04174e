//! Reading an extract into a plain table, to compare with.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use evenly_extract::readers::{Chunk, ColumnKind, ColumnRequest, Extract, Limits, Raw, ReadError, open};
use tempfile::TempDir;

/// Rows as read, with their lines, and the rows that could not be read.
#[derive(Debug, Default, PartialEq)]
pub struct Table {
    pub rows: Vec<(u64, Vec<Raw>)>,
    pub broken: Vec<(u64, &'static str)>,
}

impl Table {
    /// The values of one column.
    pub fn column(&self, column: usize) -> Vec<Raw> {
        self.rows.iter().map(|(_, row)| row[column].clone()).collect()
    }

    /// The values of one column, text for text.
    pub fn texts(&self, column: usize) -> Vec<String> {
        self.column(column).iter().map(shown).collect()
    }

    /// The lines of the rows.
    pub fn lines(&self) -> Vec<u64> {
        self.rows.iter().map(|(line, _)| *line).collect()
    }
}

/// A value for comparison.
pub fn shown(raw: &Raw) -> String {
    match raw {
        Raw::Missing => "(missing)".into(),
        Raw::Text(text) => text.to_string(),
        Raw::Whole(number) => number.to_string(),
        Raw::Day(day) => format!("day {day}"),
        Raw::Unreadable(class) => format!("({class})"),
    }
}

/// A text column.
pub fn text(header: &str) -> ColumnRequest {
    request(header, ColumnKind::Text)
}

/// A column of whole numbers.
pub fn whole(header: &str) -> ColumnRequest {
    request(header, ColumnKind::Whole)
}

/// A column of dates.
pub fn date(header: &str, formats: &[&str]) -> ColumnRequest {
    request(header, ColumnKind::Date(formats.iter().map(|f| (*f).to_owned()).collect()))
}

/// An identifier of digits.
pub fn identifier(header: &str) -> ColumnRequest {
    request(header, ColumnKind::Identifier(Arc::new(regex::Regex::new("^[0-9]+$").unwrap())))
}

fn request(header: &str, kind: ColumnKind) -> ColumnRequest {
    ColumnRequest { header: header.into(), kind, missing: Arc::new([]) }
}

/// Reads all of an extract.
pub fn read(extract: &Extract, columns: &[ColumnRequest]) -> Result<Table, ReadError> {
    let mut table = Table::default();
    let mut chunk = Chunk::default();
    for unit in &extract.units {
        let mut reader = unit.open(columns)?;
        while reader.next_chunk(&mut chunk)? {
            for row in 0..chunk.rows {
                let value = |column: usize| reader.values(column)[chunk.columns[column][row] as usize].clone();
                table.rows.push((chunk.line(row), (0..columns.len()).map(value).collect()));
            }
            table.broken.append(&mut chunk.broken);
        }
        assert!(chunk.rows == 0 && chunk.broken.is_empty(), "the end comes with an empty chunk");
    }
    Ok(table)
}

/// Opens and reads.
pub fn open_and_read(paths: &[PathBuf], limits: &Limits, columns: &[ColumnRequest]) -> Result<Table, ReadError> {
    read(&open(paths, limits)?, columns)
}

/// A folder for one test.
pub fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

/// A file in it.
pub fn file(folder: &TempDir, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// Bytes as a gzip member.
pub fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A zip archive of these members.
pub fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A file of the reference data, if it is there.
pub fn shared(path: &str) -> Option<PathBuf> {
    let full = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data").join(path);
    if full.exists() {
        return Some(full);
    }
    eprintln!("skipped: {path} is not there");
    None
}
