//! What values may be, said once: each check names the row, the column and what to do.

use crate::method::{Column, OptionSpec, Options};
use crate::refusal::Refusal;
use crate::table::Table;

/// A finite number that is not negative.
pub fn not_negative(value: f64, column: &str, row: usize) -> Result<f64, Refusal> {
    if value.is_finite() && value >= 0.0 {
        return Ok(value);
    }
    Err(Refusal::OutOfRange { column: column.to_owned(), row, must: "must be a number that is not negative" })
}

/// A finite number above zero.
pub fn positive(value: f64, column: &str, row: usize) -> Result<f64, Refusal> {
    if value.is_finite() && value > 0.0 {
        return Ok(value);
    }
    Err(Refusal::OutOfRange { column: column.to_owned(), row, must: "must be a number above zero" })
}

/// Numerator and denominator of a proportion.
pub fn proportion(numerator: f64, denominator: f64, row: usize) -> Result<(), Refusal> {
    not_negative(numerator, NUMERATOR.name, row)?;
    positive(denominator, DENOMINATOR.name, row)?;
    if numerator > denominator {
        return Err(Refusal::NumeratorAboveDenominator { row });
    }
    Ok(())
}

/// Refuses a column in which every value is missing.
pub fn some_present(values: &[Option<f64>], column: &str) -> Result<(), Refusal> {
    if values.iter().any(Option::is_some) {
        return Ok(());
    }
    Err(Refusal::Undefined(format!("column `{column}`: every value is missing")))
}

/// The option `multiplier`: a finite number other than zero.
pub fn multiplier(options: &Options, default: f64) -> Result<f64, Refusal> {
    let factor = options.number("multiplier", default)?;
    if factor <= 0.0 {
        return Err(Refusal::option("multiplier", "a number above zero"));
    }
    Ok(factor)
}

/// Labels of a column; where the column is absent, the row numbers from 1.
pub fn labels(table: &Table, column: &str) -> Result<Vec<String>, Refusal> {
    if table.has(column) {
        return table.texts(column);
    }
    Ok((1..=table.rows()).map(|row| row.to_string()).collect())
}

/// The groups of a column in order of first appearance, each with the positions of its rows.
pub fn groups(labels: &[String]) -> Vec<(String, Vec<usize>)> {
    let mut places = std::collections::HashMap::new();
    let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
    for (position, label) in labels.iter().enumerate() {
        let place = *places.entry(label.as_str()).or_insert_with(|| {
            groups.push((label.clone(), Vec::new()));
            groups.len() - 1
        });
        groups[place].1.push(position);
    }
    groups
}

/// The column that names the group of a row.
pub const GROUP: Column =
    Column { name: "group", required: false, doc: "Name of the group or area; row numbers when it is absent." };
/// The column of counts above the line.
pub const NUMERATOR: Column =
    Column { name: "numerator", required: true, doc: "Count of events, not negative; may be missing." };
/// The column of counts below the line.
pub const DENOMINATOR: Column =
    Column { name: "denominator", required: true, doc: "People, appointments or person-years, above zero." };
/// The option that sets the unit of the answer.
pub const MULTIPLIER: OptionSpec = OptionSpec {
    name: "multiplier",
    default: "1",
    doc: "The answer is per so many: 100 for per cent, 100000 for a rate per 100,000.",
};
