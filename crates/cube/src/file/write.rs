//! From a cube to a Parquet file.

use std::fs::File;
use std::path::Path;
use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, UInt32Array, UInt64Array};
use arrow_schema::{DataType, Field, Schema};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;

use super::meta::Description;
use super::{DESCRIPTION, MARKER, failed};
use crate::counts::{CellTable, Counts};
use crate::cube::Cube;
use crate::error::CubeError;

/// Rows written at a time.
const BATCH: usize = 1 << 16;

/// Columns of a cube file.
pub(super) fn schema(dimensions: &[String]) -> Arc<Schema> {
    let mut fields = vec![Field::new("table", DataType::UInt32, false)];
    fields.extend(dimensions.iter().map(|id| Field::new(format!("group:{id}"), DataType::UInt32, true)));
    fields.push(Field::new("reading", DataType::UInt32, false));
    fields.push(Field::new("count", DataType::UInt64, false));
    Arc::new(Schema::new(fields))
}

/// Writes the cube and makes sure that it has reached the disk.
pub(super) fn write(cube: &Cube, sink: File, file: &Path) -> Result<(), CubeError> {
    let ids: Vec<String> = cube.dimensions.iter().map(|dimension| dimension.id.clone()).collect();
    let schema = schema(&ids);
    let description = serde_json::to_string(&Description::of(cube)).map_err(|error| failed(file, &error))?;
    let properties = WriterProperties::builder()
        .set_compression(Compression::SNAPPY)
        .set_key_value_metadata(Some(vec![
            KeyValue::new(MARKER.to_owned(), "exact".to_owned()),
            KeyValue::new(DESCRIPTION.to_owned(), description),
        ]))
        .build();
    let again = sink.try_clone().map_err(|error| failed(file, &error))?;
    let mut writer =
        ArrowWriter::try_new(sink, Arc::clone(&schema), Some(properties)).map_err(|error| failed(file, &error))?;
    for (number, table) in cube.tables.iter().enumerate() {
        let sizes = cube.check_table(table)?;
        let mut batch = Batch { schema: &schema, number, table, sizes: &sizes, keys: Vec::new(), counts: Vec::new() };
        let mut put = |key: u64, count: u64| batch.push(key, count, &mut writer).map_err(|error| failed(file, &error));
        match &table.counts {
            Counts::Dense(counts) => each(counts, &mut put)?,
            Counts::DenseWide(counts) => each(counts, &mut put)?,
            Counts::Sparse { keys, counts } => {
                keys.iter().zip(counts).try_for_each(|(key, count)| put(*key, *count))?;
            }
        }
        batch.flush(&mut writer).map_err(|error| failed(file, &error))?;
    }
    writer.close().map_err(|error| failed(file, &error))?;
    again.sync_all().map_err(|error| failed(file, &error))
}

fn each<T: Copy + Into<u64>>(
    counts: &[T],
    put: &mut dyn FnMut(u64, u64) -> Result<(), CubeError>,
) -> Result<(), CubeError> {
    for (key, count) in counts.iter().enumerate() {
        let count = (*count).into();
        if count > 0 {
            put(key as u64, count)?;
        }
    }
    Ok(())
}

/// Cells of one table on their way.
struct Batch<'a> {
    schema: &'a Arc<Schema>,
    number: usize,
    table: &'a CellTable,
    sizes: &'a [usize],
    keys: Vec<u64>,
    counts: Vec<u64>,
}

impl Batch<'_> {
    fn push(&mut self, key: u64, count: u64, writer: &mut ArrowWriter<File>) -> parquet::errors::Result<()> {
        self.keys.push(key);
        self.counts.push(count);
        if self.keys.len() == BATCH { self.flush(writer) } else { Ok(()) }
    }

    #[expect(
        clippy::cast_possible_truncation,
        reason = "digits are below the number of groups, table numbers are small"
    )]
    fn flush(&mut self, writer: &mut ArrowWriter<File>) -> parquet::errors::Result<()> {
        if self.keys.is_empty() {
            return Ok(());
        }
        let rows = self.keys.len();
        let readings = u64::from(self.table.readings);
        let reading: Vec<u32> = self.keys.iter().map(|key| (key % readings) as u32).collect();
        let mut rest: Vec<u64> = self.keys.iter().map(|key| key / readings).collect();
        let dimensions = self.schema.fields().len() - 3;
        let absent: ArrayRef = Arc::new(UInt32Array::new_null(rows));
        let mut groups = vec![absent; dimensions];
        for (dimension, size) in self.table.dimensions.iter().zip(self.sizes).rev() {
            let size = *size as u64;
            let digits: Vec<u32> = rest.iter().map(|rest| (rest % size) as u32).collect();
            for rest in &mut rest {
                *rest /= size;
            }
            groups[*dimension] = Arc::new(UInt32Array::from(digits));
        }
        let mut columns: Vec<ArrayRef> = vec![Arc::new(UInt32Array::from(vec![self.number as u32; rows]))];
        columns.extend(groups);
        columns.push(Arc::new(UInt32Array::from(reading)));
        columns.push(Arc::new(UInt64Array::from(std::mem::take(&mut self.counts))));
        self.keys.clear();
        writer.write(&RecordBatch::try_new(Arc::clone(self.schema), columns)?)
    }
}
