//! One indicator's released numbers as CSV, one a line.

use super::DocumentError;
use super::findings_csv::{safe, text};
use crate::analysis::{Analysis, IndicatorAnalysis, Reading};
use crate::documents::json::period_names;

const HEADER: [&str; 11] = [
    "indicator",
    "version",
    "period",
    "dimension",
    "group",
    "value",
    "lower",
    "upper",
    "numerator",
    "denominator",
    "withheld",
];

/// The text. A period, a dimension or a group that is empty stands for all of them.
pub fn document(analysis: &Analysis, own: &IndicatorAnalysis) -> Result<String, DocumentError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEADER)?;
    let mut write = |period: &str, dimension: &str, group: &str, reading: &Reading| {
        let number = |number: Option<f64>| number.map_or(String::new(), |number| number.to_string());
        let count = |count: Option<u64>| count.map_or(String::new(), |count| count.to_string());
        writer.write_record([
            own.definition.id.as_str(),
            &own.definition.version.to_string(),
            period,
            dimension,
            &safe(group),
            &number(reading.value.map(|value| value.value)),
            &number(reading.value.map(|value| value.lower)),
            &number(reading.value.map(|value| value.upper)),
            &count(reading.numerator.shown()),
            &count(reading.denominator.shown()),
            if reading.suppressed() { "yes" } else { "no" },
        ])
    };
    let periods = period_names(analysis);
    let over_time = |readings: &[Option<Reading>]| -> Vec<(&str, Reading)> {
        periods.iter().zip(readings).filter_map(|(period, reading)| Some((*period, (*reading)?))).collect()
    };
    write("", "", "", &own.overall)?;
    for (period, reading) in own.series.iter().flat_map(|series| over_time(&series.readings)) {
        write(period, "", "", &reading)?;
    }
    for breakdown in &own.breakdowns {
        let dimension = analysis.dimension(breakdown.dimension);
        for group in &breakdown.groups {
            let label = &dimension.groups[group.group].label;
            write("", &dimension.id, label, &group.reading)?;
            for (period, reading) in group.series.iter().flat_map(|series| over_time(&series.readings)) {
                write(period, &dimension.id, label, &reading)?;
            }
        }
    }
    text(writer)
}
