//! The exact cube of an extract, read back from its file, in terms of groups rather than of their numbers.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::{Path, PathBuf};

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::{UInt32Type, UInt64Type};
use evenly_extract::checks::NoRejects;
use evenly_extract::count::{CountOptions, count as count_extract};
use evenly_extract::engine::{InProcess, Progress};
use evenly_extract::profile::Profile;
use evenly_extract::readers::{Limits, open};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use serde_json::Value;

struct Quiet;

impl Progress for Quiet {
    fn rows(&self, _: u64) {}

    fn cancelled(&self) -> bool {
        false
    }
}

/// What was counted.
pub struct Counted {
    /// Rows read, counted, rejected.
    pub rows: (u64, u64, u64),
    /// By indicator, what is added up, groups and reading.
    pub cells: BTreeMap<String, u64>,
}

/// The profile's own dimensions and indicators, with an edition that does not depend on a header.
pub fn options() -> CountOptions {
    CountOptions { definitions: evenly_cube::shipped_indicators().expect("indicators"), ..CountOptions::default() }
}

/// Counts files and reads the saved cube.
pub fn count(profile: &str, files: &[PathBuf], options: &CountOptions) -> Counted {
    let profile = Profile::load(profile, &[]).expect("a shipped profile");
    let extract = open(files, &Limits::default()).unwrap_or_else(|error| panic!("{error}"));
    let counted = count_extract(&profile, &extract, options, &InProcess::new(2), &NoRejects, &Quiet);
    let counted = counted.unwrap_or_else(|error| panic!("{error}"));
    assert!(counted.rows.balances(), "{:?}", counted.rows);
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("exact/cube.parquet");
    counted.cube.save(&file).expect("a saved cube");
    let rows = (counted.rows.read, counted.rows.counted, counted.rows.rejected_rows());
    Counted { rows, cells: cells(&file) }
}

/// The cells of a saved cube: `{indicator} {part} {dimension=group…} {reading}`.
fn cells(file: &Path) -> BTreeMap<String, u64> {
    let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(file).expect("the cube")).expect("parquet");
    let metadata = builder.metadata().file_metadata().key_value_metadata().expect("metadata").clone();
    let described = metadata.iter().find(|own| own.key == "evenly.cube").and_then(|own| own.value.clone());
    let described: Value = serde_json::from_str(&described.expect("a description")).expect("JSON");
    let parts = parts(&described);
    let dimensions = described["dimensions"].as_array().expect("dimensions");
    let mut cells = BTreeMap::new();
    for batch in builder.build().expect("a reader") {
        let batch = batch.expect("rows");
        let number = |name: &str| batch.column_by_name(name).expect("a column").as_primitive::<UInt32Type>().clone();
        let (table, reading) = (number("table"), number("reading"));
        let counts = batch.column_by_name("count").expect("counts").as_primitive::<UInt64Type>();
        let columns: Vec<_> = dimensions
            .iter()
            .map(|dimension| number(&format!("group:{}", dimension["id"].as_str().expect("an id"))))
            .collect();
        for row in 0..batch.num_rows() {
            let mut groups: Vec<String> = dimensions
                .iter()
                .zip(&columns)
                .filter(|(_, column)| column.is_valid(row))
                .map(|(dimension, column)| {
                    let group = &dimension["groups"][column.value(row) as usize]["id"];
                    format!("{}={}", dimension["id"].as_str().expect("an id"), group.as_str().expect("an id"))
                })
                .collect();
            groups.sort();
            let own = parts.iter().filter(|part| part.table == u64::from(table.value(row)));
            for part in own {
                let reading = part.meanings.get(reading.value(row) as usize).map_or("?", String::as_str);
                let key = format!("{} {} {} {reading}", part.indicator, part.what, groups.join(" "));
                *cells.entry(key).or_default() += counts.value(row);
            }
        }
    }
    cells
}

/// A table of an indicator.
struct Part {
    indicator: String,
    what: String,
    table: u64,
    meanings: Vec<String>,
}

fn parts(described: &Value) -> Vec<Part> {
    let mut parts = Vec::new();
    for own in described["indicators"].as_array().expect("indicators") {
        let indicator = own["definition"]["id"].as_str().expect("an id").to_owned();
        let meanings: Vec<String> = match (&own["reading"]["membership"], &own["reading"]["weeks"]) {
            (Value::String(letters), _) => letters.chars().map(String::from).collect(),
            (_, weeks) => weeks.as_array().expect("weeks").iter().map(ToString::to_string).collect(),
        };
        let mut add = |what: &str, tables: &Value| {
            for table in tables.as_array().into_iter().flatten().filter_map(Value::as_u64) {
                let (indicator, what) = (indicator.clone(), what.to_owned());
                parts.push(Part { indicator, what, table, meanings: meanings.clone() });
            }
        };
        add("rows", &own["tables"]);
        for what in ["numerator", "denominator", "squares"] {
            add(what, &own["sums"][what]);
        }
    }
    parts
}
