//! Parquet files written row group by row group: workers encode, one hand appends in order, so memory does not grow with
//! people and the bytes do not depend on who worked on what.

use std::fs::{self, File};
use std::io::BufWriter;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use arrow_array::{ArrayRef, DictionaryArray, Int16Array, StringArray};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowSchemaConverter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::basic::{Compression, Encoding};
use parquet::file::properties::{EnabledStatistics, WriterProperties};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::types::ColumnPath;

use crate::error::DemoError;

/// How a column is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Store {
    /// Few values, repeated: a dictionary.
    Repeated,
    /// Numbers that grow from row to row, or nearly.
    Growing,
    /// Values of which hardly two are the same.
    Plain,
}

/// One column of a file.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its header.
    pub name: &'static str,
    /// How it is stored.
    pub store: Store,
}

/// Columns with their values, for one row group.
pub type Rows = Vec<(Column, ArrayRef)>;

/// A column of repeated values.
pub fn repeated(name: &'static str, values: ArrayRef) -> (Column, ArrayRef) {
    (Column { name, store: Store::Repeated }, values)
}

/// A column of growing numbers.
pub fn growing(name: &'static str, values: ArrayRef) -> (Column, ArrayRef) {
    (Column { name, store: Store::Growing }, values)
}

/// A column of values of which hardly two are the same.
pub fn plain(name: &'static str, values: ArrayRef) -> (Column, ArrayRef) {
    (Column { name, store: Store::Plain }, values)
}

/// A column of codes: positions in a list; a negative one is an empty cell.
pub fn codes(name: &'static str, list: &Arc<StringArray>, positions: Vec<i16>) -> (Column, ArrayRef) {
    let positions = if positions.iter().any(|position| *position < 0) {
        positions.into_iter().map(|position| (position >= 0).then_some(position)).collect::<Int16Array>()
    } else {
        Int16Array::from(positions)
    };
    let values: ArrayRef = list.clone();
    // Positions come from the same lists; one beyond its end would be a fault that tests of every column find.
    let column: ArrayRef = match DictionaryArray::try_new(positions, values) {
        Ok(column) => Arc::new(column),
        Err(_) => Arc::new(StringArray::new_null(0)),
    };
    repeated(name, column)
}

/// A list for [`codes`].
pub fn list<'a>(values: impl IntoIterator<Item = &'a str>) -> Arc<StringArray> {
    Arc::new(StringArray::from_iter_values(values))
}

/// A file being written.
pub struct Table {
    path: PathBuf,
    file: SerializedFileWriter<BufWriter<File>>,
    encoder: Encoder,
    rows: u64,
}

/// Encodes row groups of one file; workers share it.
pub struct Encoder {
    schema: Arc<Schema>,
    factory: ArrowRowGroupWriterFactory,
}

/// A row group ready to be appended.
pub struct Encoded {
    rows: u64,
    chunks: Vec<ArrowColumnChunk>,
}

impl Table {
    /// Starts a file with these columns; only their names and kinds are taken.
    pub fn create(path: &Path, columns: &Rows) -> Result<Self, DemoError> {
        let field = |(column, values): &(Column, ArrayRef)| {
            let kind = match values.data_type() {
                DataType::Dictionary(_, value) => (**value).clone(),
                kind => kind.clone(),
            };
            let dictionary = DataType::Dictionary(Box::new(DataType::Int16), Box::new(DataType::Utf8));
            let kept = if values.data_type() == &dictionary { dictionary } else { kind };
            Field::new(column.name, kept, true)
        };
        let schema = Arc::new(Schema::new(columns.iter().map(field).collect::<Vec<_>>()));
        let properties = Arc::new(properties(columns.iter().map(|(column, _)| column)));
        let described = ArrowSchemaConverter::new().convert(&schema)?;
        let fault = |reason: std::io::Error| DemoError::Write { path: path.to_owned(), reason: reason.to_string() };
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(fault)?;
        }
        let file = BufWriter::new(File::create(path).map_err(fault)?);
        let file = SerializedFileWriter::new(file, described.root_schema_ptr(), properties)?;
        let factory = ArrowRowGroupWriterFactory::new(&file, schema.clone());
        Ok(Self { path: path.to_owned(), file, encoder: Encoder { schema, factory }, rows: 0 })
    }

    /// The file's encoder.
    pub fn encoder(&self) -> &Encoder {
        &self.encoder
    }

    /// Appends a row group.
    pub fn append(&mut self, encoded: Encoded) -> Result<(), DemoError> {
        if encoded.rows == 0 {
            return Ok(());
        }
        let path = &self.path;
        let fault =
            |error: parquet::errors::ParquetError| DemoError::Write { path: path.clone(), reason: error.to_string() };
        let mut group = self.file.next_row_group().map_err(fault)?;
        for chunk in encoded.chunks {
            chunk.append_to_row_group(&mut group).map_err(fault)?;
        }
        group.close().map_err(fault)?;
        self.rows += encoded.rows;
        Ok(())
    }

    /// Ends the file and says how many rows it holds.
    pub fn finish(self) -> Result<u64, DemoError> {
        let path = self.path;
        self.file.close().map_err(|error| DemoError::Write { path, reason: error.to_string() })?;
        Ok(self.rows)
    }
}

impl Encoder {
    /// Encodes one row group, all columns of the same length.
    pub fn encode(&self, rows: &Rows) -> Result<Encoded, DemoError> {
        let length = rows.first().map_or(0, |(_, values)| values.len());
        if length == 0 {
            return Ok(Encoded { rows: 0, chunks: Vec::new() });
        }
        let writers = self.factory.create_column_writers(0)?;
        let mut chunks = Vec::with_capacity(writers.len());
        for (mut writer, ((_, values), field)) in writers.into_iter().zip(rows.iter().zip(self.schema.fields())) {
            for leaf in compute_leaves(field, values)? {
                writer.write(&leaf)?;
            }
            chunks.push(writer.close()?);
        }
        Ok(Encoded { rows: length as u64, chunks })
    }
}

/// Snappy everywhere: the fastest that every reader of Parquet knows.
fn properties<'a>(columns: impl Iterator<Item = &'a Column>) -> WriterProperties {
    let mut built = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_statistics_enabled(EnabledStatistics::None)
        .set_created_by("evenly demo".to_owned());
    for column in columns {
        let path = ColumnPath::from(column.name);
        built = match column.store {
            Store::Repeated => built.set_column_dictionary_enabled(path, true),
            Store::Plain => built.set_column_dictionary_enabled(path, false),
            Store::Growing => built
                .set_column_dictionary_enabled(path.clone(), false)
                .set_column_encoding(path, Encoding::DELTA_BINARY_PACKED),
        };
    }
    built.build()
}
