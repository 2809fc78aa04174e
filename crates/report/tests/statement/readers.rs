//! The pack as other programs read it: a workbook reader, a Parquet reader, the metrics library's schema.

use std::io::Cursor;

use bytes::Bytes;
use calamine::{Data, Reader, Xlsx};
use evenly_cube::{PlainTable, PlainValues};
use evenly_report::Statement;
use parquet::basic::{Repetition, Type};
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::record::Field;
use serde_json::Value;

use crate::made_up::pack;

/// Each sheet of the workbook as rows of cells.
fn sheets(pack: &Statement) -> Vec<(String, Vec<Vec<Data>>)> {
    let mut book = Xlsx::new(Cursor::new(pack.xlsx().unwrap())).unwrap();
    let names = book.sheet_names();
    let rows = |name: &String, book: &mut Xlsx<_>| {
        let range = book.worksheet_range(name).unwrap();
        range.rows().map(<[Data]>::to_vec).collect()
    };
    names.iter().map(|name| (name.clone(), rows(name, &mut book))).collect()
}

/// Number, "*", or nothing, as JSON has it.
fn same(cell: &Data, json: &Value, withheld: bool) -> bool {
    match (cell, json.as_f64()) {
        (Data::Float(own), Some(other)) => own.to_bits() == other.to_bits(),
        (Data::String(own), None) => own == "*" && withheld,
        (Data::Empty, None) => !withheld,
        _ => false,
    }
}

#[test]
fn another_reader_finds_the_same_numbers_in_the_workbook() {
    for policy in ["hes-1-7", "none-synthetic"] {
        let pack = pack(policy);
        let json: Value = serde_json::from_str(&pack.json().unwrap()).unwrap();
        let sheets = sheets(&pack);
        let names: Vec<&str> = sheets.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names.len(), 1 + 12 + 3, "{names:?}");
        assert!(names.contains(&"1 Elective recovery") && names.contains(&"Not available"), "{names:?}");
        let mut compared = 0;
        for own in json["domains"]
            .as_array()
            .unwrap()
            .iter()
            .flat_map(|own| own["indicators"].as_array().unwrap())
            .chain(json["other_indicators"].as_array().unwrap())
            .filter(|own| own["available"] == true)
        {
            let title = own["title"].as_str().unwrap();
            let is_own =
                |row: &&Vec<Data>| row.len() == 9 && row[0] == Data::String(title.to_owned()) && row[8] != Data::Empty;
            let rows: Vec<&Vec<Data>> = sheets.iter().flat_map(|(_, rows)| rows).filter(is_own).collect();
            let dimensions = own["shown"]["dimensions"].as_array().unwrap();
            let groups = dimensions.iter().flat_map(|own| own["groups"].as_array().unwrap());
            let readings: Vec<&Value> = [&own["shown"]["overall"]].into_iter().chain(groups).collect();
            assert_eq!(rows.len(), readings.len(), "{title}");
            for (row, reading) in rows.iter().zip(readings) {
                if let Some(label) = reading["label"].as_str() {
                    assert_eq!(row[2], Data::String(label.to_owned()));
                }
                let withheld = reading["suppressed"] == true;
                for (place, key) in [(4, "value"), (5, "lower"), (6, "upper"), (7, "numerator"), (8, "denominator")] {
                    assert!(same(&row[place], &reading[key], withheld), "{title} {row:?} {reading}");
                    compared += 1;
                }
            }
        }
        assert!(compared > 100, "{compared}");
    }
}

/// What NHS England's `cml_schemas` 2.1 asks for: columns in order; `?` may be absent, `#` whole number, `@` time, else words.
const LIBRARY: [(&str, &str); 5] = [
    (
        "METRIC",
        "datapoint_id metric_id dimension_id? reporting_grain location_id location_type reporting_period_start_datetime@ \
         publication_datetime@? metric_value additional_metric_values?",
    ),
    // One column for each dimension follows.
    ("DIMENSIONS", "dimension_id? dimension_type_id? dimension_count#? deprivation? ethnic_group? sex?"),
    (
        "SOURCE",
        "source_name project_id? source_platform? first_record_timestamp@ last_record_timestamp@ last_ingest_timestamp@ \
         version_release_date@ version_release#",
    ),
    (
        "RELATIONSHIPS",
        "metric_id metric_short_name? child_metric_id child_metric_short_name relationship_type relationship_category \
         relationship_description",
    ),
    (
        "METADATA",
        "metric_family_id metric_id metric_status metric_title metric_start_date@ metric_end_date@? available_metric_category \
         available_reporting_grain available_location_types available_dimension_types? business_area business_sub_area domain? \
         source_name project_id? source_platform? metric_owner metric_short_name? metric_alias? metric_description calculation? \
         metric_purpose unit format target? frequency_of_refresh aggregation statistical_disclosure_control_flag \
         statistical_disclosure_control_description? interpretation? inclusion_exclusion_rules? usage? organisation_geog_type? \
         footnotes? notes?",
    ),
];

/// SOURCE: github.com/nhsengland/cml-schemas, `spark_schemas.py`, version 2.1.0 of 7 May 2026 (MIT); `metric_value` as its
/// `get_metric_schema("string")` has it.
#[test]
fn another_reader_finds_the_columns_that_the_metrics_library_asks_for() {
    let tables = pack("hes-1-7").cml();
    for (table, (name, columns)) in tables.iter().zip(LIBRARY) {
        assert_eq!(table.name, name);
        let file = SerializedFileReader::new(Bytes::from(table.parquet().unwrap())).unwrap();
        let schema = file.metadata().file_metadata().schema_descr();
        let found: Vec<String> = schema
            .columns()
            .iter()
            .map(|own| {
                let kind = match own.physical_type() {
                    Type::BYTE_ARRAY => "",
                    Type::INT32 => "#",
                    Type::INT64 => "@",
                    other => panic!("{}: {other}", own.name()),
                };
                let absent =
                    if own.self_type().get_basic_info().repetition() == Repetition::OPTIONAL { "?" } else { "" };
                format!("{}{kind}{absent}", own.name())
            })
            .collect();
        assert_eq!(found, columns.split_whitespace().collect::<Vec<_>>(), "{name}");
        same_as_csv(table, &file);
    }
}

/// Parquet and CSV hold the same cells.
fn same_as_csv(table: &PlainTable, file: &SerializedFileReader<Bytes>) {
    let text = Statement::cml_csv(table).unwrap();
    let mut lines = csv::Reader::from_reader(text.as_bytes());
    let lines: Vec<csv::StringRecord> = lines.records().map(Result::unwrap).collect();
    assert_eq!(lines.len(), table.rows());
    for (line, row) in lines.iter().zip(file.get_row_iter(None).unwrap()) {
        for (cell, (name, field)) in line.iter().zip(row.unwrap().get_column_iter()) {
            match field {
                Field::Null => assert_eq!(cell, "", "{name}"),
                Field::Str(own) => assert_eq!(cell, own, "{name}"),
                Field::Int(own) => assert_eq!(cell, own.to_string(), "{name}"),
                Field::TimestampMicros(own) => {
                    assert_eq!(own % 86_400_000_000, 0, "{name} is midnight");
                    assert_eq!(cell.len(), 10, "{name}: {cell}");
                }
                other => panic!("{name}: {other}"),
            }
        }
    }
}

/// Texts of a column, empty where absent.
fn column(table: &PlainTable, name: &str) -> Vec<String> {
    let column = table.columns.iter().find(|own| own.name == name).unwrap_or_else(|| panic!("{name} is missing"));
    match &column.values {
        PlainValues::Text(own) | PlainValues::Day(own) => {
            own.iter().map(|own| own.clone().unwrap_or_default()).collect()
        }
        PlainValues::Whole(own) => own.iter().map(|own| own.map_or_else(String::new, |own| own.to_string())).collect(),
    }
}

#[test]
fn the_metrics_library_holds_the_same_numbers() {
    for (policy, flag) in [("hes-1-7", "Yes"), ("none-synthetic", "No")] {
        let pack = pack(policy);
        let json: Value = serde_json::from_str(&pack.json().unwrap()).unwrap();
        let tables = pack.cml();
        assert_eq!(
            tables.iter().map(|own| own.name.as_str()).collect::<Vec<_>>(),
            ["METRIC", "DIMENSIONS", "SOURCE", "RELATIONSHIPS", "METADATA"]
        );
        let (ids, dimensions) = (column(&tables[0], "metric_id"), column(&tables[0], "dimension_id"));
        let (values, more) = (column(&tables[0], "metric_value"), column(&tables[0], "additional_metric_values"));
        let mut compared = 0;
        let mut compare = |of: &str, dimension: &str, own: &Value| {
            let row = (0..ids.len())
                .find(|row| ids[*row].starts_with(&format!("evenly-{of}-v")) && dimensions[*row] == dimension);
            let row = row.unwrap_or_else(|| panic!("{of} {dimension} is missing"));
            let more: Value = serde_json::from_str(&more[row]).unwrap();
            assert_eq!(more["numerator"], own["numerator"]);
            assert_eq!(more["suppressed"], own["suppressed"]);
            match own["value"].as_f64() {
                Some(value) => assert_eq!(values[row].parse::<f64>().unwrap().to_bits(), value.to_bits()),
                None => assert_eq!(values[row], if own["suppressed"] == true { "*" } else { "no value" }),
            }
            compared += 1;
        };
        let virtual_share =
            &json["domains"][0]["indicators"].as_array().unwrap().iter().find(|own| own["available"] == true).unwrap()
                ["shown"];
        for (of, shown) in [("did-not-attend", &json["other_indicators"][0]["shown"]), ("virtual-share", virtual_share)]
        {
            compare(of, "", &shown["overall"]);
            for dimension in shown["dimensions"].as_array().unwrap() {
                for group in dimension["groups"].as_array().unwrap() {
                    let id = format!("{}={}", dimension["id"].as_str().unwrap(), group["id"].as_str().unwrap());
                    compare(of, &id, group);
                    assert!(column(&tables[1], "dimension_id").contains(&id));
                }
            }
        }
        assert_eq!(compared, ids.len());
        assert!(column(&tables[4], "statistical_disclosure_control_flag").iter().all(|own| own == flag));
        assert_eq!(column(&tables[3], "relationship_type"), ["stands for"]);
        for table in &tables {
            assert_eq!(&table.parquet().unwrap()[..4], b"PAR1", "{}", table.name);
            assert_eq!(Statement::cml_csv(table).unwrap().lines().count(), table.rows() + 1, "{}", table.name);
        }
    }
}
