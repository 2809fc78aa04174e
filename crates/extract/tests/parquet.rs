//! Parquet files of every type and encoding come back as the values that were written, whatever the pages and row groups.

#![expect(clippy::type_complexity, reason = "a test's own table of columns")]

use std::fs::File;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use ::parquet::arrow::ArrowWriter;
use ::parquet::basic::{Compression, ZstdLevel};
use ::parquet::file::properties::{WriterProperties, WriterVersion};
use arrow_array::{
    ArrayRef, BooleanArray, Date32Array, Date64Array, Decimal128Array, Float32Array, Float64Array, Int8Array,
    Int16Array, Int32Array, Int64Array, LargeStringArray, RecordBatch, StringArray, TimestampMicrosecondArray,
    TimestampMillisecondArray, TimestampNanosecondArray, UInt8Array, UInt32Array, UInt64Array,
};
use evenly_extract::readers::{Chunk, ColumnKind, ColumnRequest, Raw, ReadError, Unit, parquet};
use proptest::prelude::*;

fn text_of(values: &[Option<i64>], name: impl Fn(i64) -> String) -> Vec<Option<String>> {
    values.iter().map(|value| value.map(&name)).collect()
}

/// One column for each type, all from the same numbers 0..100, with what should come back.
fn columns(values: &[Option<i64>]) -> Vec<(&'static str, ArrayRef, ColumnKind, fn(i64) -> Raw)> {
    fn as_<T: TryFrom<i64>>(values: &[Option<i64>]) -> impl Iterator<Item = Option<T>> + '_ {
        values.iter().map(|value| value.and_then(|value| T::try_from(value).ok()))
    }
    let float = |value: &Option<i64>| value.map(|value| f64::from(i32::try_from(value).unwrap()));
    let days = |per_day: i64| values.iter().map(move |value| value.map(|value| value * per_day + per_day / 2));
    let whole: fn(i64) -> Raw = Raw::Whole;
    let day: fn(i64) -> Raw = |value| Raw::Day(i32::try_from(value).unwrap());
    let date = || ColumnKind::Date(Arc::from(["%d/%m/%Y".to_owned()]));
    let text: fn(i64) -> Raw = |value| Raw::Text(format!("E0100{value:04}").into());
    let names = text_of(values, |value| format!(" E0100{value:04} "));
    vec![
        ("i8", Arc::new(as_::<i8>(values).collect::<Int8Array>()), ColumnKind::Whole, whole),
        ("i16", Arc::new(as_::<i16>(values).collect::<Int16Array>()), ColumnKind::Whole, whole),
        ("i32", Arc::new(as_::<i32>(values).collect::<Int32Array>()), ColumnKind::Whole, whole),
        ("i64", Arc::new(values.iter().copied().collect::<Int64Array>()), ColumnKind::Whole, whole),
        ("u8", Arc::new(as_::<u8>(values).collect::<UInt8Array>()), ColumnKind::Whole, whole),
        ("u32", Arc::new(as_::<u32>(values).collect::<UInt32Array>()), ColumnKind::Whole, whole),
        ("u64", Arc::new(as_::<u64>(values).collect::<UInt64Array>()), ColumnKind::Whole, whole),
        ("f64", Arc::new(values.iter().map(float).collect::<Float64Array>()), ColumnKind::Whole, whole),
        (
            "f32",
            Arc::new(as_::<i16>(values).map(|value| value.map(f32::from)).collect::<Float32Array>()),
            ColumnKind::Whole,
            whole,
        ),
        (
            "decimal",
            Arc::new(
                values
                    .iter()
                    .map(|value| value.map(|value| i128::from(value) * 100))
                    .collect::<Decimal128Array>()
                    .with_precision_and_scale(30, 2)
                    .unwrap(),
            ),
            ColumnKind::Whole,
            whole,
        ),
        (
            "short decimal",
            Arc::new(
                values
                    .iter()
                    .map(|value| value.map(i128::from))
                    .collect::<Decimal128Array>()
                    .with_precision_and_scale(9, 0)
                    .unwrap(),
            ),
            ColumnKind::Whole,
            whole,
        ),
        ("text", Arc::new(names.iter().map(Option::as_deref).collect::<StringArray>()), ColumnKind::Text, text),
        (
            "large text",
            Arc::new(names.iter().map(Option::as_deref).collect::<LargeStringArray>()),
            ColumnKind::Text,
            text,
        ),
        (
            "whole as text",
            Arc::new(
                text_of(values, |value| format!("{value}.0")).iter().map(Option::as_deref).collect::<StringArray>(),
            ),
            ColumnKind::Whole,
            whole,
        ),
        ("number as text", Arc::new(as_::<i32>(values).collect::<Int32Array>()), ColumnKind::Text, |value| {
            Raw::Text(value.to_string().into())
        }),
        ("date32", Arc::new(as_::<i32>(values).collect::<Date32Array>()), date(), day),
        ("date64", Arc::new(days(86_400_000).collect::<Date64Array>()), date(), day),
        ("millis", Arc::new(days(86_400_000).collect::<TimestampMillisecondArray>()), date(), day),
        ("micros", Arc::new(days(86_400_000_000).collect::<TimestampMicrosecondArray>()), date(), day),
        ("nanos", Arc::new(days(86_400_000_000_000).collect::<TimestampNanosecondArray>()), date(), day),
        (
            "date as text",
            Arc::new(
                text_of(values, |value| format!("{:02}/01/1970", value % 28 + 1))
                    .iter()
                    .map(Option::as_deref)
                    .collect::<StringArray>(),
            ),
            date(),
            |value| Raw::Day(i32::try_from(value % 28).unwrap()),
        ),
        (
            "bool",
            Arc::new(values.iter().map(|value| value.map(|value| value % 2 == 1)).collect::<BooleanArray>()),
            ColumnKind::Text,
            |value| Raw::Text(if value % 2 == 1 { "true" } else { "false" }.into()),
        ),
    ]
}

fn request(header: &str, kind: &ColumnKind) -> ColumnRequest {
    ColumnRequest { header: header.to_owned(), kind: kind.clone(), missing: Arc::from(["not known".to_owned()]) }
}

fn write(path: &Path, columns: &[(&str, ArrayRef)], properties: WriterProperties) {
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns.iter().map(|(name, array)| (*name, Arc::clone(array), array.null_count() > 0 || array.len() % 2 == 0)),
    )
    .unwrap();
    let mut writer = ArrowWriter::try_new(File::create(path).unwrap(), batch.schema(), Some(properties)).unwrap();
    writer.write(&batch).unwrap();
    writer.close().unwrap();
}

/// All values of the requested columns, and the line of each row.
fn read(units: &[Box<dyn Unit>], requests: &[ColumnRequest]) -> Result<(Vec<Vec<Raw>>, Vec<u64>), ReadError> {
    let (mut values, mut lines) = (vec![Vec::new(); requests.len()], Vec::new());
    let mut chunk = Chunk::default();
    for unit in units {
        let mut reader = unit.open(requests)?;
        while reader.next_chunk(&mut chunk)? {
            lines.extend((0..chunk.rows).map(|row| chunk.line(row)));
            for (column, values) in values.iter_mut().enumerate() {
                assert_eq!(chunk.columns[column].len(), chunk.rows);
                let table = reader.values(column);
                values.extend(chunk.columns[column].iter().map(|id| table[*id as usize].clone()));
            }
        }
    }
    Ok((values, lines))
}

fn temporary() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("extract.parquet");
    (folder, path)
}

/// Dictionaries, plain pages, dictionaries given up half-way, and encodings that are read value by value.
fn properties(way: usize, group: usize, page: usize) -> WriterProperties {
    let properties = WriterProperties::builder()
        .set_max_row_group_row_count(Some(group))
        .set_data_page_row_count_limit(page)
        .set_write_batch_size(page.min(64));
    match way {
        0 => properties.set_compression(Compression::ZSTD(ZstdLevel::default())),
        1 => properties.set_dictionary_enabled(false).set_compression(Compression::SNAPPY),
        2 => properties.set_dictionary_page_size_limit(60),
        3 => properties.set_writer_version(WriterVersion::PARQUET_2_0),
        // Delta encodings.
        _ => properties.set_writer_version(WriterVersion::PARQUET_2_0).set_dictionary_enabled(false),
    }
    .build()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_was_written_comes_back(
        values in prop::collection::vec(prop_oneof![6 => (0i64..100).prop_map(Some), 1 => Just(None)], 1..700),
        full in any::<bool>(),
        way in 0usize..5,
        group in 50usize..400,
        page in 10usize..300,
    ) {
        let values: Vec<Option<i64>> = if full { values.into_iter().map(|v| v.or(Some(1))).collect() } else { values };
        let (_folder, path) = temporary();
        let columns = columns(&values);
        let arrays: Vec<(&str, ArrayRef)> = columns.iter().map(|(name, array, ..)| (*name, Arc::clone(array))).collect();
        write(&path, &arrays, properties(way, group, page));
        let file = parquet::open(&path, "extract.parquet").unwrap();
        prop_assert_eq!(file.rows(), values.len() as u64);
        prop_assert_eq!(file.headers(), columns.iter().map(|column| column.0.to_owned()).collect::<Vec<_>>());
        let requests: Vec<ColumnRequest> = columns.iter().map(|(name, _, kind, _)| request(name, kind)).collect();
        let (read, lines) = read(&file.units(), &requests).unwrap();
        prop_assert_eq!(lines, (2..values.len() as u64 + 2).collect::<Vec<_>>());
        for ((name, _, _, expected), read) in columns.iter().zip(read) {
            let expected: Vec<Raw> = values.iter().map(|value| value.map_or(Raw::Missing, expected)).collect();
            prop_assert_eq!(&read, &expected, "column {} written in way {}", name, way);
        }
    }

    #[test]
    fn damage_is_an_error_or_other_values_but_never_a_panic(
        at in 0.0f64..1.0,
        to in any::<u8>(),
        cut in prop::option::of(0.0f64..1.0),
        way in 0usize..5,
    ) {
        let (_folder, path) = temporary();
        let values: Vec<Option<i64>> = (0..300).map(|at| (at % 7 > 0).then_some(at % 100)).collect();
        let columns = columns(&values);
        let arrays: Vec<(&str, ArrayRef)> = columns.iter().map(|(name, array, ..)| (*name, Arc::clone(array))).collect();
        write(&path, &arrays, properties(way, 100, 50));
        let mut bytes = std::fs::read(&path).unwrap();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a position in a small file")]
        let position = |share: f64| ((bytes.len() - 1) as f64 * share) as usize;
        let (at, cut) = (position(at), cut.map(position));
        bytes[at] = to;
        bytes.truncate(cut.unwrap_or(bytes.len()));
        std::fs::write(&path, bytes).unwrap();
        let requests: Vec<ColumnRequest> = columns.iter().map(|(name, _, kind, _)| request(name, kind)).collect();
        if let Ok(file) = parquet::open(&path, "extract.parquet") {
            let _ = read(&file.units(), &requests);
        }
    }
}

#[test]
fn long_row_groups_are_cut_and_every_piece_begins_at_its_row() {
    let (_folder, path) = temporary();
    let rows = 3_400_000i32;
    let codes: ArrayRef = Arc::new((0..rows).map(|row| Some(row / 1000 % 90)).collect::<Int32Array>());
    let sparse: ArrayRef = Arc::new((0..rows).map(|row| (row % 5 > 0).then_some(row % 3)).collect::<Int32Array>());
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(4_000_000)).build();
    write(&path, &[("codes", codes), ("sparse", sparse)], properties);
    let units = parquet::open(&path, "extract.parquet").unwrap().units();
    assert_eq!(units.len(), 3);
    let requests = [request("codes", &ColumnKind::Whole), request("sparse", &ColumnKind::Whole)];
    let (values, lines) = read(&units, &requests).unwrap();
    assert_eq!(lines.len(), 3_400_000);
    assert!(lines.windows(2).all(|pair| pair[1] == pair[0] + 1));
    for row in (0..rows).step_by(997) {
        let at = usize::try_from(row).unwrap();
        assert_eq!(values[0][at], Raw::Whole((row / 1000 % 90).into()));
        assert_eq!(values[1][at], if row % 5 > 0 { Raw::Whole((row % 3).into()) } else { Raw::Missing });
    }
}

#[test]
fn missing_tokens_fractions_and_identifiers() {
    let (_folder, path) = temporary();
    let text: ArrayRef = Arc::new(StringArray::from(vec!["Not Known", "A", "", "93779527E-5"]));
    let number: ArrayRef = Arc::new(Float64Array::from(vec![1.5, f64::NAN, 3.0, 1e300]));
    write(&path, &[("text", text), ("number", number)], WriterProperties::builder().build());
    let identifier = ColumnKind::Identifier(Arc::new(regex::Regex::new("^[0-9]+$").unwrap()));
    let requests =
        [request("text", &ColumnKind::Text), request("number", &ColumnKind::Whole), request("TEXT", &identifier)];
    let (values, _) = read(&parquet::open(&path, "extract.parquet").unwrap().units(), &requests).unwrap();
    let text = |text: &str| Raw::Text(text.into());
    assert_eq!(values[0], [Raw::Missing, text("A"), Raw::Missing, text("93779527E-5")]);
    assert_eq!(values[1][..3], [Raw::Unreadable("number with decimals"), Raw::Missing, Raw::Whole(3)]);
    assert!(matches!(values[1][3], Raw::Unreadable(_)));
    assert_eq!(values[2], [Raw::Missing, text("unusual"), Raw::Missing, text("unusual")]);
}

#[test]
fn what_is_not_parquet_is_said_to_be_so_and_a_missing_column_is_named() {
    let (_folder, path) = temporary();
    for bytes in [&b""[..], b"PAR1", b"date,sex\n2025-01-01,1\n", b"PAR1 cut off in the middle"] {
        std::fs::write(&path, bytes).unwrap();
        let error = parquet::open(&path, "extract.parquet").err().unwrap();
        assert!(matches!(error, ReadError::Damaged { .. }));
        assert!(error.to_string().contains("extract.parquet") && error.to_string().contains("copied"), "{error}");
    }
    let codes: ArrayRef = Arc::new(Int32Array::from(vec![1]));
    write(&path, &[("codes", codes)], WriterProperties::builder().build());
    let units = parquet::open(&path, "extract.parquet").unwrap().units();
    let error = read(&units, &[request("age", &ColumnKind::Whole)]).err().unwrap();
    assert!(matches!(&error, ReadError::MissingColumn { column, .. } if column == "age"), "{error}");
    assert!(error.to_string().contains("codes"));
    assert!(matches!(parquet::open(Path::new("/nowhere.parquet"), "nowhere.parquet"), Err(ReadError::Io { .. })));
}
