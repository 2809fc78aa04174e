//! From a Parquet file to a cube, with everything checked that the cells rest on.

use std::fs::File;
use std::path::Path;

use arrow_array::cast::AsArray as _;
use arrow_array::types::{UInt32Type, UInt64Type};
use arrow_array::{Array as _, RecordBatch};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use super::meta::{Description, Storage};
use super::{DESCRIPTION, LAYOUT, MARKER, reason, write};
use crate::counts::{CellTable, Counts};
use crate::cube::Cube;
use crate::error::CubeError;

/// Most cells that a dense table is trusted to have: 32 GiB of counts.
const LARGEST_DENSE: u64 = 1 << 33;

/// A table on its way in.
struct Arriving {
    dimensions: Vec<usize>,
    sizes: Vec<u64>,
    readings: u64,
    last: Option<u64>,
    left: u64,
    counts: Counts,
}

/// Reads a cube. The `parquet` crate panics on some metadata that contradict themselves (negative page positions), so a
/// panic in it is taken for what it is: a broken file.
pub(super) fn read(source: File, file: &Path) -> Result<Cube, CubeError> {
    std::panic::catch_unwind(|| read_whole(source, file))
        .unwrap_or_else(|_| Err(reason(file, "it is not a whole Parquet file (its metadata contradict themselves)")))
}

fn read_whole(source: File, file: &Path) -> Result<Cube, CubeError> {
    let broken = |error: &dyn std::error::Error| reason(file, &format!("it is not a whole Parquet file ({error})"));
    let builder = ParquetRecordBatchReaderBuilder::try_new(source).map_err(|error| broken(&error))?;
    let metadata = builder.metadata().file_metadata().key_value_metadata();
    let value = |key: &str| {
        metadata.and_then(|pairs| pairs.iter().find(|pair| pair.key == key)).and_then(|pair| pair.value.clone())
    };
    if value(MARKER).as_deref() != Some("exact") {
        return Err(reason(
            file,
            "it is not a cube that Evenly saved: the marker `evenly.disclosure = exact` is missing",
        ));
    }
    let description = value(DESCRIPTION).unwrap_or_default();
    let description: Description = serde_json::from_str(&description)
        .map_err(|error| reason(file, &format!("its description cannot be read ({error})")))?;
    if description.layout != LAYOUT {
        return Err(reason(file, "another version of Evenly saved it; count the extract again"));
    }
    let ids: Vec<String> = description.dimensions.iter().map(|dimension| dimension.id.clone()).collect();
    if builder.schema().fields() != write::schema(&ids).fields() {
        return Err(reason(file, "its columns are not those of a cube"));
    }
    let mut tables = arriving(&description).map_err(|wrong| reason(file, &wrong))?;
    for batch in builder.build().map_err(|error| broken(&error))? {
        take(&batch.map_err(|error| broken(&error))?, &mut tables).map_err(|wrong| reason(file, &wrong))?;
    }
    if tables.iter().any(|table| table.left > 0) {
        return Err(reason(file, "cells are missing: it has been cut short or changed"));
    }
    let tables = tables
        .into_iter()
        .zip(&description.tables)
        .map(|(table, form)| CellTable { dimensions: table.dimensions, readings: form.readings, counts: table.counts })
        .collect();
    let cube = description.into_cube(tables).map_err(|wrong| reason(file, &wrong))?;
    for table in &cube.tables {
        cube.check_table(table)?;
    }
    Ok(cube)
}

fn arriving(description: &Description) -> Result<Vec<Arriving>, String> {
    let mut tables = Vec::new();
    for form in &description.tables {
        let sizes: Option<Vec<u64>> = form
            .dimensions
            .iter()
            .map(|place| description.dimensions.get(*place).map(|dimension| dimension.groups.len() as u64))
            .collect();
        let sizes = sizes.ok_or("a table names a dimension that is not there")?;
        let readings = u64::from(form.readings);
        let cells = sizes.iter().try_fold(readings, |cells, size| cells.checked_mul(*size));
        let dense = || {
            cells
                .filter(|cells| *cells <= LARGEST_DENSE)
                .and_then(|cells| usize::try_from(cells).ok())
                .ok_or("a table has more cells than can be loaded")
        };
        let counts = match form.storage {
            Storage::Dense => Counts::Dense(vec![0; dense()?]),
            Storage::DenseWide => Counts::DenseWide(vec![0; dense()?]),
            Storage::Sparse => Counts::Sparse { keys: Vec::new(), counts: Vec::new() },
        };
        cells.ok_or("a table has more possible cells than a key can number")?;
        let dimensions = form.dimensions.clone();
        tables.push(Arriving { dimensions, sizes, readings, last: None, left: form.rows, counts });
    }
    Ok(tables)
}

/// Puts a batch of cells where they belong.
fn take(batch: &RecordBatch, tables: &mut [Arriving]) -> Result<(), String> {
    let last = batch.num_columns() - 1;
    let numbers = batch.column(0).as_primitive::<UInt32Type>();
    let readings = batch.column(last - 1).as_primitive::<UInt32Type>();
    let counts = batch.column(last).as_primitive::<UInt64Type>();
    let groups: Vec<_> = (1..last - 1).map(|column| batch.column(column).as_primitive::<UInt32Type>()).collect();
    for row in 0..batch.num_rows() {
        let table = tables.get_mut(numbers.value(row) as usize).ok_or("a cell belongs to no table")?;
        let mut key = 0_u64;
        for (dimension, size) in table.dimensions.iter().zip(&table.sizes) {
            let group = u64::from(groups[*dimension].value(row));
            if groups[*dimension].is_null(row) || group >= *size {
                return Err("a cell belongs to no group".to_owned());
            }
            key = key * size + group;
        }
        let reading = u64::from(readings.value(row));
        if reading >= table.readings {
            return Err("a cell has no such reading".to_owned());
        }
        table.put(key * table.readings + reading, counts.value(row))?;
    }
    Ok(())
}

impl Arriving {
    fn put(&mut self, key: u64, count: u64) -> Result<(), String> {
        if self.last.is_some_and(|last| last >= key) {
            return Err("its cells are not in order".to_owned());
        }
        self.last = Some(key);
        self.left = self.left.checked_sub(1).ok_or("it has more cells than it says")?;
        let place = usize::try_from(key).map_err(|_| "a key is too large for this machine")?;
        match &mut self.counts {
            Counts::Dense(counts) => {
                counts[place] = u32::try_from(count).map_err(|_| "a count is larger than its table allows")?;
            }
            Counts::DenseWide(counts) => counts[place] = count,
            Counts::Sparse { keys, counts } => {
                keys.push(key);
                counts.push(count);
            }
        }
        Ok(())
    }
}
