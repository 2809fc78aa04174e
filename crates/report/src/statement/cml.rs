//! NHS England's Central Metrics Library: METRIC, DIMENSIONS, SOURCE, RELATIONSHIPS, METADATA.
//!
//! SOURCE: columns, types and nullability after github.com/nhsengland/cml-schemas (MIT, version 2.1 of May 2026, proforma 2.0;
//! beta, breaking changes expected). Where a column asks for what Evenly does not know, the value says so; `docs/how-to/statement.md` lists them.

use evenly_cube::{Better, Kind, PlainColumn, PlainTable, PlainValues};
use serde_json::json;

use super::content::{section_id, title};
use super::{Extract, Section, Statement};
use crate::analysis::{IndicatorAnalysis, Reading};
use crate::findings::is_waits;
use crate::findings::words::statement as say;

/// `metric_value` of what is withheld.
const WITHHELD: &str = "*";
/// Of what nobody is in.
const NOBODY: &str = "no value";
/// Where the organisation gave neither code nor name.
const NOT_GIVEN: &str = "not given";

/// The five tables.
pub fn tables(statement: &Statement) -> Vec<PlainTable> {
    vec![metric(statement), dimensions(statement), source(statement), relationships(statement), metadata(statement)]
}

/// Columns on their way, filled row by row.
struct Rows {
    names: Vec<(String, bool)>,
    rows: Vec<Vec<Cell>>,
}

/// One cell.
#[derive(Clone)]
enum Cell {
    Text(Option<String>),
    Whole(Option<i32>),
    Day(Option<String>),
}

impl From<&str> for Cell {
    fn from(text: &str) -> Self {
        Self::Text(Some(text.to_owned()))
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Self {
        Self::Text(Some(text))
    }
}

impl From<Option<String>> for Cell {
    fn from(text: Option<String>) -> Self {
        Self::Text(text)
    }
}

impl Rows {
    /// Columns by name; a `?` at the end marks those that may be absent.
    fn new(names: &[&str]) -> Self {
        let names = names.iter().map(|name| (name.trim_end_matches('?').to_owned(), name.ends_with('?')));
        Self { names: names.collect(), rows: Vec::new() }
    }

    fn push<const N: usize>(&mut self, row: [Cell; N]) {
        debug_assert_eq!(N, self.names.len(), "a row has a cell for each column");
        self.rows.push(row.into());
    }

    /// The table; `whole` and `days` name the columns that are no text.
    fn table(self, name: &str, whole: &[&str], days: &[&str]) -> PlainTable {
        let column = |(place, (column, nullable)): (usize, (String, bool))| {
            let cells = self.rows.iter().map(|row| &row[place]);
            let values = if whole.contains(&column.as_str()) {
                PlainValues::Whole(cells.map(|cell| if let Cell::Whole(own) = cell { *own } else { None }).collect())
            } else if days.contains(&column.as_str()) {
                PlainValues::Day(cells.map(|cell| if let Cell::Day(own) = cell { own.clone() } else { None }).collect())
            } else {
                PlainValues::Text(
                    cells.map(|cell| if let Cell::Text(own) = cell { own.clone() } else { None }).collect(),
                )
            };
            PlainColumn { name: column, nullable, values }
        };
        let columns = self.names.iter().cloned().enumerate().map(column).collect();
        PlainTable { name: name.to_owned(), columns }
    }
}

/// Every indicator shown, each once, with the section it stands in first.
fn shown(statement: &Statement) -> Vec<(&Section, (usize, usize))> {
    let mut found: Vec<(&Section, (usize, usize))> = Vec::new();
    for section in &statement.sections {
        for place in section.entries.iter().filter_map(|entry| entry.shown) {
            if found.iter().all(|(_, own)| *own != place) {
                found.push((section, place));
            }
        }
    }
    found
}

fn metric_id(own: &IndicatorAnalysis) -> String {
    format!("evenly-{}-v{}", own.definition.id, own.definition.version)
}

fn grain(statement: &Statement, extract: &Extract) -> String {
    if extract.snapshot {
        let period = extract.analysis.release.dimensions.iter().find(|own| own.order == evenly_cube::Order::Period);
        return period.map_or("snapshot", |own| own.id.as_str()).to_owned();
    }
    if statement.period.months() == 12 { "year".to_owned() } else { format!("{} months", statement.period.months()) }
}

fn metric(statement: &Statement) -> PlainTable {
    let mut rows = Rows::new(&[
        "datapoint_id",
        "metric_id",
        "dimension_id?",
        "reporting_grain",
        "location_id",
        "location_type",
        "reporting_period_start_datetime",
        "publication_datetime?",
        "metric_value",
        "additional_metric_values?",
    ]);
    let location = statement.code.as_ref().or(statement.heading.organisation.as_ref());
    let location = location.map_or(NOT_GIVEN, String::as_str);
    for (_, place) in shown(statement) {
        let (extract, own) = (&statement.extracts[place.0], statement.indicator(place));
        let (metric, grain) = (metric_id(own), grain(statement, extract));
        let start = first_day(extract).unwrap_or_else(|| statement.period.first.clone());
        let start = if extract.snapshot { start } else { statement.period.first.clone() };
        let mut add = |dimension: Option<String>, reading: &Reading| {
            let of = dimension.as_deref().unwrap_or("all");
            rows.push([
                format!("{metric}/{of}/{location}/{start}").into(),
                metric.as_str().into(),
                dimension.clone().into(),
                grain.as_str().into(),
                location.into(),
                "Organisation".into(),
                Cell::Day(Some(start.clone())),
                Cell::Day(statement.heading.date.clone()),
                number(reading).into(),
                more(reading).into(),
            ]);
        };
        add(None, &own.overall);
        for breakdown in statement.breakdowns(place) {
            let dimension = extract.analysis.dimension(breakdown.dimension);
            for group in &breakdown.groups {
                add(Some(dimension_id(&dimension.id, &dimension.groups[group.group].id)), &group.reading);
            }
        }
    }
    rows.table("METRIC", &[], &["reporting_period_start_datetime", "publication_datetime"])
}

fn dimension_id(dimension: &str, group: &str) -> String {
    format!("{dimension}={group}")
}

fn number(reading: &Reading) -> String {
    match reading.value {
        Some(own) => own.value.to_string(),
        None if reading.suppressed() => WITHHELD.to_owned(),
        None => NOBODY.to_owned(),
    }
}

fn more(reading: &Reading) -> String {
    let limits = reading.value.map(|own| (own.lower, own.upper));
    json!({
        "numerator": reading.numerator.shown(),
        "denominator": reading.denominator.shown(),
        "lower_95": limits.map(|own| own.0),
        "upper_95": limits.map(|own| own.1),
        "suppressed": reading.suppressed(),
    })
    .to_string()
}

fn dimensions(statement: &Statement) -> PlainTable {
    let mut found: Vec<(&str, &str, &str)> = Vec::new();
    for (_, place) in shown(statement) {
        let analysis = &statement.extracts[place.0].analysis;
        for breakdown in statement.breakdowns(place) {
            let dimension = analysis.dimension(breakdown.dimension);
            for group in &breakdown.groups {
                let group = &dimension.groups[group.group];
                let own = (dimension.id.as_str(), group.id.as_str(), group.label.as_str());
                if !found.iter().any(|other| (other.0, other.1) == (own.0, own.1)) {
                    found.push(own);
                }
            }
        }
    }
    let mut names: Vec<&str> = Vec::new();
    for own in &found {
        if !names.contains(&own.0) {
            names.push(own.0);
        }
    }
    let mut columns: Vec<String> =
        ["dimension_id?", "dimension_type_id?", "dimension_count?"].map(str::to_owned).into();
    columns.extend(names.iter().map(|name| format!("{name}?")));
    let mut rows = Rows::new(&columns.iter().map(String::as_str).collect::<Vec<_>>());
    for (dimension, group, label) in found {
        let mut row: Vec<Cell> = vec![dimension_id(dimension, group).into(), dimension.into(), Cell::Whole(Some(1))];
        row.extend(names.iter().map(|name| Cell::from((*name == dimension).then(|| label.to_owned()))));
        rows.rows.push(row);
    }
    rows.table("DIMENSIONS", &["dimension_count"], &[])
}

/// First day of what an extract counts.
fn first_day(extract: &Extract) -> Option<String> {
    extract.periods.first().map(|own| if own.id.len() == 7 { format!("{}-01", own.id) } else { own.id.clone() })
}

fn source(statement: &Statement) -> PlainTable {
    let mut rows = Rows::new(&[
        "source_name",
        "project_id?",
        "source_platform?",
        "first_record_timestamp",
        "last_record_timestamp",
        "last_ingest_timestamp",
        "version_release_date",
        "version_release",
    ]);
    let made = statement.heading.date.clone().unwrap_or_else(|| statement.period.last.clone());
    for extract in &statement.extracts {
        let profile = extract.analysis.release.provenance.definitions.iter().find(|own| own.kind == "profile");
        rows.push([
            extract.name.as_str().into(),
            Cell::Text(None),
            profile.map(|own| own.title.clone()).into(),
            Cell::Day(Some(statement.period.first.clone())),
            Cell::Day(Some(statement.period.last.clone())),
            Cell::Day(Some(made.clone())),
            Cell::Day(Some(made.clone())),
            Cell::Whole(Some(1)),
        ]);
    }
    let days = ["first_record_timestamp", "last_record_timestamp", "last_ingest_timestamp", "version_release_date"];
    rows.table("SOURCE", &["version_release"], &days)
}

fn relationships(statement: &Statement) -> PlainTable {
    let mut rows = Rows::new(&[
        "metric_id",
        "metric_short_name?",
        "child_metric_id",
        "child_metric_short_name",
        "relationship_type",
        "relationship_category",
        "relationship_description",
    ]);
    for section in &statement.sections {
        for entry in &section.entries {
            let Some((asked, place)) = entry.asked.as_ref().zip(entry.shown) else { continue };
            let own = statement.indicator(place);
            rows.push([
                format!("statement-{}", asked.id).into(),
                asked.title.as_str().into(),
                metric_id(own).into(),
                own.definition.title.as_str().into(),
                (if asked.differs.is_some() { "stands for" } else { "answers" }).into(),
                title(section).into(),
                asked.differs.clone().unwrap_or_else(|| say::wording_and_source(asked)).into(),
            ]);
        }
    }
    rows.table("RELATIONSHIPS", &[], &[])
}

const METADATA: [&str; 35] = [
    "metric_family_id",
    "metric_id",
    "metric_status",
    "metric_title",
    "metric_start_date",
    "metric_end_date?",
    "available_metric_category",
    "available_reporting_grain",
    "available_location_types",
    "available_dimension_types?",
    "business_area",
    "business_sub_area",
    "domain?",
    "source_name",
    "project_id?",
    "source_platform?",
    "metric_owner",
    "metric_short_name?",
    "metric_alias?",
    "metric_description",
    "calculation?",
    "metric_purpose",
    "unit",
    "format",
    "target?",
    "frequency_of_refresh",
    "aggregation",
    "statistical_disclosure_control_flag",
    "statistical_disclosure_control_description?",
    "interpretation?",
    "inclusion_exclusion_rules?",
    "usage?",
    "organisation_geog_type?",
    "footnotes?",
    "notes?",
];

fn metadata(statement: &Statement) -> PlainTable {
    let mut rows = Rows::new(&METADATA);
    for (section, place) in shown(statement) {
        rows.push(metadata_row(statement, section, place));
    }
    rows.table("METADATA", &[], &["metric_start_date", "metric_end_date"])
}

fn metadata_row(statement: &Statement, section: &Section, place: (usize, usize)) -> [Cell; 35] {
    let (extract, own) = (&statement.extracts[place.0], statement.indicator(place));
    let definition = &own.definition;
    let by: Vec<&str> =
        statement.breakdowns(place).iter().map(|own| extract.analysis.dimension(own.dimension).id.as_str()).collect();
    let entry = section.entries.iter().find(|entry| entry.shown == Some(place));
    let asked = entry.and_then(|entry| entry.asked.as_ref());
    let (calculation, rules) = match &definition.kind {
        Kind::Proportion { numerator, denominator } => (
            format!("rows where {} / rows where {}", numerator.text(), denominator.text()),
            Some(denominator.text().to_owned()),
        ),
        Kind::Waits { field, denominator, .. } => (
            format!("median of {field} in weeks, rows where {}", denominator.text()),
            Some(denominator.text().to_owned()),
        ),
        Kind::Sums { sum, over, denominator } => {
            (format!("sum of {sum} / sum of {over}"), Some(denominator.text().to_owned()))
        }
        Kind::Counted => ("as counted by whoever published the table".to_owned(), None),
    };
    let waits = is_waits(definition);
    let owner = statement.heading.organisation.as_deref().unwrap_or(NOT_GIVEN);
    let better =
        if definition.better == Better::Lower { "A lower value is better." } else { "A higher value is better." };
    let none = || Cell::Text(None);
    let joined = |parts: &[String]| (!parts.is_empty()).then(|| parts.join(" "));
    let said: Vec<String> =
        asked.map_or_else(Vec::new, |asked| [say::checked(asked), say::differs(asked)].into_iter().flatten().collect());
    [
        section_id(section).into(),
        metric_id(own).into(),
        "Active".into(),
        definition.title.as_str().into(),
        Cell::Day(Some(statement.period.first.clone())),
        Cell::Day(None),
        "Health inequalities".into(),
        grain(statement, extract).into(),
        "Organisation".into(),
        joined_by(&by).into(),
        "Health inequalities".into(),
        title(section).into(),
        title(section).into(),
        extract.name.as_str().into(),
        none(),
        none(),
        owner.into(),
        definition.id.as_str().into(),
        none(),
        asked.map_or_else(|| definition.title.clone(), say::wording_and_source).into(),
        calculation.into(),
        say::PURPOSE.into(),
        definition.unit.as_str().into(),
        (if waits { "0.0" } else { "0.0%" }).into(),
        none(),
        "Annual".into(),
        (if waits { "Median" } else { "Percentage" }).into(),
        (if statement.protected { "Yes" } else { "No" }).into(),
        extract.analysis.release.policy_sentence.as_str().into(),
        better.into(),
        Cell::Text(rules),
        none(),
        none(),
        joined(&said).into(),
        joined(&definition.notes).into(),
    ]
}

fn joined_by(parts: &[&str]) -> Option<String> {
    (!parts.is_empty()).then(|| parts.join(","))
}

/// A table as CSV: absent values empty, days as ISO.
pub fn csv(table: &PlainTable) -> Result<String, crate::documents::DocumentError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(table.columns.iter().map(|own| own.name.as_str()))?;
    for row in 0..table.rows() {
        let cells = table.columns.iter().map(|own| match &own.values {
            PlainValues::Text(values) | PlainValues::Day(values) => values[row].clone().unwrap_or_default(),
            PlainValues::Whole(values) => values[row].map_or_else(String::new, |number| number.to_string()),
        });
        writer.write_record(cells)?;
    }
    let failed = |error: String| crate::documents::DocumentError::CsvText(error);
    let bytes = writer.into_inner().map_err(|error| failed(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| failed(error.to_string()))
}
