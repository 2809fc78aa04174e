//! A table of words, whole numbers and days as a Parquet file: for what has passed the gate and leaves in another's layout.
//!
//! It stands here because this crate alone, on the counts' side, links the Parquet library; it cannot see a cell.

use std::sync::Arc;

use arrow_array::{ArrayRef, Int32Array, RecordBatch, StringArray, TimestampMicrosecondArray};
use arrow_schema::{DataType, Field, Schema, TimeUnit};
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;

use crate::error::CubeError;

/// A table with a name and columns of equal length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainTable {
    /// Its name: of the file, without an ending.
    pub name: String,
    /// Its columns, in order.
    pub columns: Vec<PlainColumn>,
}

/// One column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlainColumn {
    /// Its name.
    pub name: String,
    /// Whether a value may be absent.
    pub nullable: bool,
    /// Its values.
    pub values: PlainValues,
}

/// The values of a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PlainValues {
    /// Words.
    Text(Vec<Option<String>>),
    /// Whole numbers.
    Whole(Vec<Option<i32>>),
    /// Days as ISO dates; in Parquet, midnight of the day without a time zone, in microseconds.
    Day(Vec<Option<String>>),
}

impl PlainTable {
    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, |column| match &column.values {
            PlainValues::Text(values) | PlainValues::Day(values) => values.len(),
            PlainValues::Whole(values) => values.len(),
        })
    }

    /// The bytes of a Parquet file.
    pub fn parquet(&self) -> Result<Vec<u8>, CubeError> {
        let failed = |reason: String| CubeError::File { path: format!("{}.parquet", self.name), reason };
        let fields: Vec<Field> = self.columns.iter().map(PlainColumn::field).collect();
        let arrays: Result<Vec<ArrayRef>, String> = self.columns.iter().map(PlainColumn::array).collect();
        let schema = Arc::new(Schema::new(fields));
        let batch = RecordBatch::try_new(Arc::clone(&schema), arrays.map_err(&failed)?)
            .map_err(|error| failed(error.to_string()))?;
        let properties = WriterProperties::builder().set_compression(Compression::SNAPPY).build();
        let mut bytes = Vec::new();
        let mut writer =
            ArrowWriter::try_new(&mut bytes, schema, Some(properties)).map_err(|error| failed(error.to_string()))?;
        writer.write(&batch).map_err(|error| failed(error.to_string()))?;
        writer.close().map_err(|error| failed(error.to_string()))?;
        Ok(bytes)
    }
}

impl PlainColumn {
    fn field(&self) -> Field {
        let kind = match &self.values {
            PlainValues::Text(_) => DataType::Utf8,
            PlainValues::Whole(_) => DataType::Int32,
            PlainValues::Day(_) => DataType::Timestamp(TimeUnit::Microsecond, None),
        };
        Field::new(&self.name, kind, self.nullable)
    }

    fn array(&self) -> Result<ArrayRef, String> {
        Ok(match &self.values {
            PlainValues::Text(values) => Arc::new(StringArray::from(values.clone())),
            PlainValues::Whole(values) => Arc::new(Int32Array::from(values.clone())),
            PlainValues::Day(values) => {
                let micros: Result<Vec<Option<i64>>, String> = values
                    .iter()
                    .map(|day| {
                        day.as_deref()
                            .map(|day| microseconds(day).ok_or_else(|| not_a_day(&self.name, day)))
                            .transpose()
                    })
                    .collect();
                Arc::new(TimestampMicrosecondArray::from(micros?))
            }
        })
    }
}

fn not_a_day(column: &str, day: &str) -> String {
    format!("the column `{column}` holds `{day}`, which is not a date such as 2025-04-01")
}

/// Microseconds from 1970-01-01 to the start of an ISO day (days from the civil calendar: Howard Hinnant,
/// "chrono-Compatible Low-Level Date Algorithms", `days_from_civil`).
fn microseconds(day: &str) -> Option<i64> {
    let mut parts = day.splitn(3, '-').map(|part| part.parse::<i64>().ok());
    let (year, month, date) = (parts.next()??, parts.next()??, parts.next()??);
    if !(1..=12).contains(&month) || !(1..=31).contains(&date) || !(1..=9999).contains(&year) {
        return None;
    }
    let shifted = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (shifted.div_euclid(400), shifted.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + date - 1;
    let days = era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468;
    Some(days * 86_400_000_000)
}

#[cfg(test)]
mod tests {
    use super::{PlainColumn, PlainTable, PlainValues, microseconds};

    #[test]
    fn days_are_counted_from_1970() {
        for (day, days) in [("1970-01-01", 0), ("2000-03-01", 11_017), ("2025-04-01", 20_179), ("1969-12-31", -1)] {
            assert_eq!(microseconds(day), Some(days * 86_400_000_000), "{day}");
        }
        assert_eq!(microseconds("2025-13-01"), None);
        assert_eq!(microseconds("yesterday"), None);
    }

    #[test]
    fn what_does_not_fit_is_named() {
        let table = |values| PlainTable {
            name: "metric".into(),
            columns: vec![PlainColumn { name: "start".into(), nullable: false, values }],
        };
        let wrong = table(PlainValues::Day(vec![Some("soon".into())])).parquet().unwrap_err().to_string();
        assert!(wrong.contains("metric.parquet") && wrong.contains("`start`"), "{wrong}");
        assert!(table(PlainValues::Text(vec![None])).parquet().is_err(), "an absent value where none may be");
        assert_eq!(&table(PlainValues::Whole(vec![Some(3)])).parquet().unwrap()[..4], b"PAR1");
    }
}
