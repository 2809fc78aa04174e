//! `findings.csv`: one finding a line, its place in columns, for whoever sorts and filters.

use super::DocumentError;
use crate::analysis::Analysis;

const HEADER: [&str; 9] =
    ["kind", "indicator", "dimension", "group", "estimate", "lower", "upper", "people", "sentence"];

/// The text of `findings.csv`. Strata give their dimensions and groups joined by ` & `.
pub fn document(analysis: &Analysis) -> Result<String, DocumentError> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(HEADER)?;
    for finding in &analysis.findings {
        let dimensions: Vec<&str> =
            finding.groups.iter().map(|(dimension, _)| analysis.dimension(*dimension).id.as_str()).collect();
        let groups: Vec<&str> = finding
            .groups
            .iter()
            .filter_map(|(dimension, group)| Some(analysis.group(*dimension, (*group)?).label.as_str()))
            .collect();
        let indicator = finding.indicator.map_or("", |place| &analysis.indicators[place].definition.id);
        let number = |number: Option<f64>| number.map_or(String::new(), |number| format!("{number}"));
        writer.write_record([
            finding.kind.id(),
            indicator,
            &dimensions.join(" & "),
            &safe(&groups.join(" & ")),
            &number(Some(finding.estimate)),
            &number(finding.lower),
            &number(finding.upper),
            &format!("{:.0}", finding.people),
            &safe(&finding.sentence),
        ])?;
    }
    text(writer)
}

/// What was written, as text.
pub fn text(writer: csv::Writer<Vec<u8>>) -> Result<String, DocumentError> {
    let bytes = writer.into_inner().map_err(|error| DocumentError::CsvText(error.to_string()))?;
    String::from_utf8(bytes).map_err(|error| DocumentError::CsvText(error.to_string()))
}

/// Text that a spreadsheet would run as a formula is kept as text by a leading apostrophe.
///
/// SOURCE: OWASP, *CSV Injection*.
pub fn safe(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r']) { format!("'{text}") } else { text.to_owned() }
}

#[cfg(test)]
mod tests {
    #[test]
    fn formulas_stay_text() {
        assert_eq!(super::safe("=1+1"), "'=1+1");
        assert_eq!(super::safe("White"), "White");
    }
}
