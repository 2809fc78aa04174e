//! The truth of single appointments read back, by which predictions are judged: true chance, and what stood in the way.

use std::collections::HashMap;
use std::fs::File;
use std::path::Path;

use arrow_array::RecordBatch;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float32Type, Int64Type};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::barriers::BARRIERS;
use crate::error::DemoError;

/// What raises the chance of missing an appointment in the made-up trust and shows in the outpatient extract: the terms of the
/// log-odds in `risk.rs`, needs that the extract does not hold left out.
pub const RAISES: [&str; 7] = [
    "an earlier appointment was missed",
    "weeks from booking",
    "first of its pathway",
    "the clinic",
    "deprivation of the area",
    "age",
    "miles to the place",
];

/// What changes nothing there, though an extract shows it.
pub const CHANGES_NOTHING: [&str; 2] = ["day of the week", "appointments cancelled before"];

/// The truth of one appointment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Answer {
    /// True chance of being missed.
    pub chance: f32,
    /// What stood in the way, where it was missed.
    pub barrier: Option<&'static str>,
}

/// Reads the truth of every appointment of a made-up trust, by `OPA_Ident` as the extract writes it.
pub fn answers(folder: &Path) -> Result<HashMap<String, Answer>, DemoError> {
    let mut all = HashMap::new();
    each(&folder.join("truth/risk.parquet"), |batch| {
        let ids = batch.column(0).as_primitive::<Int64Type>();
        let chances = batch.column(1).as_primitive::<Float32Type>();
        for row in 0..batch.num_rows() {
            all.insert(ids.value(row).to_string(), Answer { chance: chances.value(row), barrier: None });
        }
    })?;
    each(&folder.join("truth/barriers.parquet"), |batch| {
        let ids = batch.column(0).as_primitive::<Int64Type>();
        let words = batch.column(1).as_string::<i32>();
        for row in 0..batch.num_rows() {
            let barrier = BARRIERS.iter().find(|own| **own == words.value(row)).copied();
            if let Some(answer) = all.get_mut(&ids.value(row).to_string()) {
                answer.barrier = barrier;
            }
        }
    })?;
    Ok(all)
}

fn each(path: &Path, mut read: impl FnMut(&RecordBatch)) -> Result<(), DemoError> {
    let unreadable = |reason: String| DemoError::Read { path: path.to_owned(), reason };
    let file = File::open(path).map_err(|error| unreadable(error.to_string()))?;
    let reader = ParquetRecordBatchReaderBuilder::try_new(file)?.build()?;
    for batch in reader {
        read(&batch.map_err(|error| unreadable(error.to_string()))?);
    }
    Ok(())
}
