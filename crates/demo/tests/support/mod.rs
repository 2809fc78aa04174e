//! Reading what was made, as a stranger would.

use std::fs::File;
use std::path::Path;

use arrow_array::cast::AsArray;
use arrow_array::types::{Date32Type, Int16Type};
use arrow_array::{Array, RecordBatch};
use evenly_extract::checks::NoRejects;
use evenly_extract::count::{CheckReport, CountOptions, check as check_extract};
use evenly_extract::derive::deprivation::{Edition, decile};
use evenly_extract::engine::{InProcess, Progress};
use evenly_extract::profile::Profile;
use evenly_extract::readers::{Limits, open};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

/// One row of the outpatient extract.
pub struct Row {
    pub attendance: String,
    pub first_attendance: String,
    pub ethnicity: String,
    pub sex: String,
    pub age: i16,
    pub lead: i32,
    pub fifth: Option<u8>,
    /// On or after 2025-04-01.
    pub after: bool,
}

impl Row {
    pub fn remote(&self) -> bool {
        matches!(self.first_attendance.as_str(), "3" | "4")
    }
}

/// The outpatient extract.
pub struct Extract {
    pub rows: Vec<Row>,
}

/// Days from 1970-01-01 to 2025-04-01.
const PROJECT: i32 = 20_179;

impl Extract {
    pub fn read(folder: &Path) -> Self {
        let file = File::open(folder.join("extracts/outpatients.parquet")).expect("the extract");
        let reader = ParquetRecordBatchReaderBuilder::try_new(file).expect("parquet").build().expect("a reader");
        let mut rows = Vec::new();
        for batch in reader {
            add(&batch.expect("rows"), &mut rows);
        }
        Self { rows }
    }

    /// Share of all rows.
    pub fn share(&self, asked: impl Fn(&Row) -> bool) -> f64 {
        self.rows.iter().filter(|row| asked(row)).count() as f64 / self.rows.len() as f64
    }

    /// Share missed of those attended or missed.
    pub fn missed(&self, asked: impl Fn(&Row) -> bool) -> f64 {
        let counted = self.rows.iter().filter(|row| row.first_attendance != "5" && asked(row));
        let (mut missed, mut all) = (0_u64, 0_u64);
        for row in counted {
            let is_missed = matches!(row.attendance.as_str(), "3" | "7");
            missed += u64::from(is_missed);
            all += u64::from(is_missed || matches!(row.attendance.as_str(), "5" | "6"));
        }
        missed as f64 / all as f64
    }
}

fn add(batch: &RecordBatch, rows: &mut Vec<Row>) {
    let column = |name: &str| batch.column_by_name(name).expect("the column");
    let text = |name: &str, row: usize| {
        let values = column(name).as_string::<i32>();
        if values.is_null(row) { String::new() } else { values.value(row).to_owned() }
    };
    let day = |name: &str, row: usize| column(name).as_primitive::<Date32Type>().value(row);
    for row in 0..batch.num_rows() {
        let date = day("Appointment_Date", row);
        rows.push(Row {
            attendance: text("Attendance_Status", row),
            first_attendance: text("First_Attendance", row),
            ethnicity: text("Ethnic_Category", row),
            sex: text("Sex", row),
            age: column("Age_at_CDS_Activity_Date").as_primitive::<Int16Type>().value(row),
            lead: date - day("Booking_Date", row),
            fifth: decile(&text("Der_Postcode_LSOA_2021_Code", row), Edition::Imd2025).map(|tenth| tenth.div_ceil(2)),
            after: date >= PROJECT,
        });
    }
}

struct Quiet;

impl Progress for Quiet {
    fn rows(&self, _: u64) {}

    fn cancelled(&self) -> bool {
        false
    }
}

/// What `evenly check` says of a file.
pub fn check(file: &Path, profile: &str) -> CheckReport {
    let profile = Profile::load(profile, &[]).expect("a shipped profile");
    let extract = open(&[file.to_owned()], &Limits::default()).expect("a readable extract");
    check_extract(&profile, &extract, &CountOptions::default(), &InProcess::new(2), &NoRejects, &Quiet)
        .expect("a check")
}
