//! Columns in encodings other than dictionary and plain (delta, byte-stream split), through the crate's own decoders.

use parquet::column::page::PageReader;
use parquet::column::reader::{ColumnReader, ColumnReaderImpl, get_column_reader};
use parquet::data_type::{AsBytes, DataType};
use parquet::schema::types::ColumnDescPtr;

use super::column::Fault;
use super::intern::Interner;

/// Reads one column of one row group, value by value.
pub struct Fallback {
    reader: ColumnReader,
    optional: bool,
    levels: Vec<i16>,
}

impl Fallback {
    /// Over the pages of a column, after `skip` rows.
    pub fn new(descriptor: ColumnDescPtr, pages: Box<dyn PageReader>, skip: usize) -> Result<Self, Fault> {
        let optional = descriptor.max_def_level() > 0;
        let mut reader = get_column_reader(descriptor, pages);
        let skipped = match &mut reader {
            ColumnReader::BoolColumnReader(reader) => reader.skip_records(skip),
            ColumnReader::Int32ColumnReader(reader) => reader.skip_records(skip),
            ColumnReader::Int64ColumnReader(reader) => reader.skip_records(skip),
            ColumnReader::Int96ColumnReader(reader) => reader.skip_records(skip),
            ColumnReader::FloatColumnReader(reader) => reader.skip_records(skip),
            ColumnReader::DoubleColumnReader(reader) => reader.skip_records(skip),
            ColumnReader::ByteArrayColumnReader(reader) => reader.skip_records(skip),
            ColumnReader::FixedLenByteArrayColumnReader(reader) => reader.skip_records(skip),
        }?;
        if skipped < skip {
            return Err(Fault::from("the column has fewer rows than the file says"));
        }
        Ok(Self { reader, optional, levels: Vec::new() })
    }

    /// Fills `ids` with the ids of the next rows.
    pub fn read(&mut self, interner: &mut Interner, ids: &mut [u32]) -> Result<(), Fault> {
        let levels = if self.optional { Some(&mut self.levels) } else { None };
        match &mut self.reader {
            ColumnReader::BoolColumnReader(reader) => typed(reader, levels, interner, ids),
            ColumnReader::Int32ColumnReader(reader) => typed(reader, levels, interner, ids),
            ColumnReader::Int64ColumnReader(reader) => typed(reader, levels, interner, ids),
            ColumnReader::Int96ColumnReader(reader) => typed(reader, levels, interner, ids),
            ColumnReader::FloatColumnReader(reader) => typed(reader, levels, interner, ids),
            ColumnReader::DoubleColumnReader(reader) => typed(reader, levels, interner, ids),
            ColumnReader::ByteArrayColumnReader(reader) => typed(reader, levels, interner, ids),
            ColumnReader::FixedLenByteArrayColumnReader(reader) => typed(reader, levels, interner, ids),
        }
    }
}

fn typed<T: DataType>(
    reader: &mut ColumnReaderImpl<T>,
    mut levels: Option<&mut Vec<i16>>,
    interner: &mut Interner,
    ids: &mut [u32],
) -> Result<(), Fault> {
    let rows = ids.len();
    let mut values = Vec::with_capacity(rows);
    if let Some(levels) = levels.as_deref_mut() {
        levels.clear();
    }
    let (records, _, _) = reader.read_records(rows, levels.as_deref_mut(), None, &mut values)?;
    if records < rows {
        return Err(Fault::from("the column has fewer rows than the file says"));
    }
    let mut values = values.iter();
    for (row, id) in ids.iter_mut().enumerate() {
        let present = levels.as_deref().is_none_or(|levels| levels.get(row).is_some_and(|level| *level > 0));
        let value = if present { values.next() } else { None };
        *id = match value {
            Some(value) => interner.id(value.as_bytes()).ok_or(Fault::TooMany)?,
            None => interner.missing(),
        };
    }
    Ok(())
}
