//! Parquet: dictionary pages are kept as codes, a row group or a range of its rows is a unit of work.

mod column;
mod fallback;
mod hybrid;
mod intern;
mod scalar;

use std::fs::File;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ::parquet::arrow::parquet_to_arrow_schema;
use ::parquet::file::metadata::{ParquetMetaData, ParquetMetaDataReader, RowGroupMetaData};
use arrow_schema::DataType;

use self::column::{Column, Fault};
use self::intern::{Interner, MOST_VALUES};
use self::scalar::Stored;
use super::{Chunk, ChunkReader, ColumnRequest, ReadError, Unit, ValueTable, find_column};

/// Rows in a chunk: its columns of ids leave most of the second-level cache of a core to the cells.
const CHUNK_ROWS: usize = 4 * 1024;

/// Larger row groups are cut, so that a file written as one group still keeps all cores busy.
const UNIT_ROWS: usize = 1 << 20;

/// A Parquet file whose footer has been read.
pub struct ParquetFile {
    shared: Arc<Shared>,
}

struct Shared {
    path: PathBuf,
    name: String,
    metadata: ParquetMetaData,
    /// Columns that only the Arrow schema beside the Parquet one shows to hold dates, as milliseconds.
    dates: Vec<String>,
}

/// Reads the footer of the file at `path`; `name` is what errors and units call it.
pub fn open(path: &Path, name: &str) -> Result<ParquetFile, ReadError> {
    let file = open_file(path, name)?;
    let metadata =
        ParquetMetaDataReader::new().parse_and_finish(&file).map_err(|error| damaged(name, &error.to_string()))?;
    check(name, &metadata)?;
    let dates = date_columns(&metadata);
    Ok(ParquetFile { shared: Arc::new(Shared { path: path.to_owned(), name: name.to_owned(), metadata, dates }) })
}

impl ParquetFile {
    /// The columns of the file, in its order.
    pub fn headers(&self) -> Vec<String> {
        let schema = self.shared.metadata.file_metadata().schema();
        schema.get_fields().iter().map(|field| field.name().to_owned()).collect()
    }

    /// Rows in the file, as its footer says.
    pub fn rows(&self) -> u64 {
        self.shared.metadata.row_groups().iter().map(|group| group.num_rows().unsigned_abs()).sum()
    }

    /// The pieces that can be read by themselves.
    pub fn units(&self) -> Vec<Box<dyn Unit>> {
        let mut units: Vec<Box<dyn Unit>> = Vec::new();
        let mut line = 2;
        for (group, metadata) in self.shared.metadata.row_groups().iter().enumerate() {
            let rows = group_rows(metadata);
            let pieces = rows.div_ceil(UNIT_ROWS + UNIT_ROWS / 2).max(1);
            for piece in 0..pieces {
                let rows = rows * piece / pieces..rows * (piece + 1) / pieces;
                if !rows.is_empty() {
                    units.push(Box::new(RowRange { shared: Arc::clone(&self.shared), group, line, rows }));
                }
            }
            line += rows as u64;
        }
        units
    }
}

fn date_columns(metadata: &ParquetMetaData) -> Vec<String> {
    let footer = metadata.file_metadata();
    let schema = parquet_to_arrow_schema(footer.schema_descr(), footer.key_value_metadata());
    let fields = schema.map(|schema| schema.fields).unwrap_or_default();
    let dates = fields.iter().filter(|field| *field.data_type() == DataType::Date64);
    dates.map(|field| field.name().clone()).collect()
}

fn group_rows(group: &RowGroupMetaData) -> usize {
    usize::try_from(group.num_rows()).unwrap_or(0)
}

fn open_file(path: &Path, name: &str) -> Result<File, ReadError> {
    File::open(path).map_err(|error| ReadError::Io { file: name.to_owned(), reason: error.to_string() })
}

fn damaged(name: &str, what: &str) -> ReadError {
    ReadError::Damaged {
        file: name.to_owned(),
        line: None,
        reason: format!(
            "it cannot be read as Parquet ({what}). If it was copied or downloaded, do that again; if it is another kind of file, give it its own ending"
        ),
    }
}

/// Offsets and sizes in the footer must make sense before anything is read by them.
fn check(name: &str, metadata: &ParquetMetaData) -> Result<(), ReadError> {
    for group in metadata.row_groups() {
        let columns_fit = group.columns().iter().all(|column| {
            column.compressed_size() >= 0
                && column.data_page_offset() >= 0
                && column.dictionary_page_offset().is_none_or(|offset| offset >= 0)
        });
        if group.num_rows() < 0 || !columns_fit {
            return Err(damaged(name, "its footer holds negative sizes"));
        }
    }
    Ok(())
}

/// Some rows of one row group.
struct RowRange {
    shared: Arc<Shared>,
    group: usize,
    /// Row number of the group's first row in the file; the header is 1.
    line: u64,
    rows: Range<usize>,
}

impl Unit for RowRange {
    fn file(&self) -> &str {
        &self.shared.name
    }

    fn open(&self, columns: &[ColumnRequest]) -> Result<Box<dyn ChunkReader + '_>, ReadError> {
        let name = &self.shared.name;
        let file = Arc::new(open_file(&self.shared.path, name)?);
        let group = self.shared.metadata.row_group(self.group);
        let columns = columns
            .iter()
            .map(|request| {
                let position = self.find(request)?;
                let chunk = group.columns().get(position).ok_or_else(|| damaged(name, "a row group lacks a column"))?;
                let stored = match Stored::of(chunk.column_descr()) {
                    Stored::Signed if self.shared.dates.iter().any(|date| date == chunk.column_descr().name()) => {
                        Stored::Timestamp(86_400_000)
                    }
                    stored => stored,
                };
                let mut interner = Interner::new(request, stored);
                let column = Column::open(Arc::clone(&file), chunk, group_rows(group), self.rows.start, &mut interner)
                    .map_err(|fault| self.fault(fault, request))?;
                Ok(Reading { request: request.clone(), column, interner })
            })
            .collect::<Result<_, ReadError>>()?;
        Ok(Box::new(RangeReader { range: self, next: self.rows.start, columns }))
    }
}

impl RowRange {
    /// Position of the requested column among the leaves of the schema.
    fn find(&self, request: &ColumnRequest) -> Result<usize, ReadError> {
        let schema = self.shared.metadata.file_metadata().schema_descr();
        let headers: Vec<String> =
            schema.root_schema().get_fields().iter().map(|field| field.name().to_owned()).collect();
        let root = find_column(&self.shared.name, &headers, &request.header)?;
        let leaf = (0..schema.num_columns()).find(|leaf| schema.get_column_root_idx(*leaf) == root);
        let position = leaf.ok_or_else(|| damaged(&self.shared.name, "a column without values"))?;
        let column = schema.column(position);
        if column.max_rep_level() > 0 || column.max_def_level() > 1 || column.path().parts().len() > 1 {
            return Err(ReadError::Damaged {
                file: self.shared.name.clone(),
                line: None,
                reason: format!(
                    "the column `{}` holds lists or records; write it with one plain value in each row",
                    request.header
                ),
            });
        }
        Ok(position)
    }

    fn fault(&self, fault: Fault, request: &ColumnRequest) -> ReadError {
        match fault {
            Fault::Damaged(what) => damaged(&self.shared.name, &format!("column `{}`: {what}", request.header)),
            Fault::TooMany => ReadError::Limit {
                file: self.shared.name.clone(),
                line: None,
                reason: format!(
                    "the column `{}` has more than {MOST_VALUES} different values: it is no column of codes. If it identifies people or appointments, say so in the profile",
                    request.header
                ),
            },
        }
    }
}

struct Reading {
    request: ColumnRequest,
    column: Column,
    interner: Interner,
}

struct RangeReader<'a> {
    range: &'a RowRange,
    next: usize,
    columns: Vec<Reading>,
}

impl ChunkReader for RangeReader<'_> {
    fn next_chunk(&mut self, chunk: &mut Chunk) -> Result<bool, ReadError> {
        let rows = CHUNK_ROWS.min(self.range.rows.end - self.next);
        chunk.rows = rows;
        chunk.first_line = self.range.line + self.next as u64;
        chunk.lines.clear();
        chunk.broken.clear();
        chunk.columns.resize_with(self.columns.len(), Vec::new);
        for (reading, ids) in self.columns.iter_mut().zip(&mut chunk.columns) {
            ids.resize(rows, 0);
            let read = reading.column.read(&mut reading.interner, ids);
            read.map_err(|fault| self.range.fault(fault, &reading.request))?;
        }
        self.next += rows;
        Ok(rows > 0)
    }

    fn values(&self, column: usize) -> &ValueTable {
        &self.columns[column].interner.values
    }
}
