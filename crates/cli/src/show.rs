//! How results are written to the terminal: aligned text, CSV or JSON.

use std::io::{self, Write};

use clap::ValueEnum;
use evenly_cube::RowsEquation;
use evenly_stats::{Row, Value};

/// How to write a result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// Aligned columns, for reading
    #[default]
    Text,
    /// For machines
    Json,
}

/// Writes to standard output.
pub fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Writes a value as indented JSON to standard output.
pub fn print_json(value: &impl serde::Serialize) -> anyhow::Result<()> {
    let text = serde_json::to_string_pretty(value)?;
    Ok(print(&format!("{text}\n"))?)
}

/// Aligned columns: the first line is the header, numbers stand right.
pub fn columns(rows: &[Vec<String>]) -> String {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..width)
        .map(|column| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0))
        .collect();
    let mut text = String::new();
    for row in rows {
        let mut line = String::new();
        for (cell, width) in row.iter().zip(&widths) {
            let pad = width.saturating_sub(cell.chars().count());
            let number = cell.starts_with(|c: char| c.is_ascii_digit() || c == '-')
                && cell.replace(',', "").parse::<f64>().is_ok();
            let (left, right) = if number { (pad, 0) } else { (0, pad) };
            line.push_str(&format!("{:left$}{cell}{:right$}  ", "", ""));
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

/// A number with separators: 1,234,567.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (position, digit) in digits.chars().enumerate() {
        if position > 0 && (digits.len() - position).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// The rows equation as one or more lines of text.
pub fn rows_equation(rows: &RowsEquation) -> String {
    let mut text = format!(
        "{} rows read = {} counted + {} excluded + {} rejected",
        thousands(rows.read),
        thousands(rows.counted),
        thousands(rows.excluded_rows()),
        thousands(rows.rejected_rows())
    );
    for rule in rows.excluded.iter().filter(|rule| rule.rows > 0) {
        text.push_str(&format!("\n  excluded, {}: {}", rule.rule, thousands(rule.rows)));
    }
    for reject in &rows.rejected {
        text.push_str(&format!("\n  rejected, {}: {}: {}", reject.field, reject.reason, thousands(reject.rows)));
    }
    text
}

/// The rows equation for machines.
pub fn rows_json(rows: &RowsEquation) -> serde_json::Value {
    serde_json::json!({
        "read": rows.read,
        "counted": rows.counted,
        "excluded": rows.excluded,
        "rejected": rows.rejected_rows(),
        "rejected_by": rows.rejected,
        "balances": rows.balances(),
    })
}

/// One row of an answer as a JSON object, in the method's own order.
pub fn json_row(row: &Row) -> serde_json::Value {
    let pairs = row.iter().map(|(name, value)| ((*name).to_owned(), json_value(value)));
    serde_json::Value::Object(pairs.collect())
}

fn json_value(value: &Value) -> serde_json::Value {
    match value {
        Value::Number(number) => serde_json::json!(number),
        Value::Text(text) => serde_json::json!(text),
        Value::Flag(flag) => serde_json::json!(flag),
        Value::Groups(groups) => {
            let pairs = groups.iter().map(|(dimension, group)| (dimension.clone(), serde_json::json!(group)));
            serde_json::Value::Object(pairs.collect())
        }
        Value::Missing => serde_json::Value::Null,
    }
}

/// A value for reading: six significant digits are enough for the eye; JSON has them all.
pub fn text_value(value: &Value) -> String {
    match value {
        Value::Number(number) if number.fract() == 0.0 && number.abs() < 1e15 => format!("{number:.0}"),
        Value::Number(number) => significant(*number),
        Value::Text(text) => text.clone(),
        Value::Flag(true) => "yes".to_owned(),
        Value::Flag(false) => "no".to_owned(),
        Value::Groups(groups) => evenly_stats::stratum_text(groups),
        Value::Missing => "–".to_owned(),
    }
}

fn significant(number: f64) -> String {
    let magnitude = number.abs().log10().floor();
    if !(-4.0..=9.0).contains(&magnitude) {
        return format!("{number:.5e}");
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 9 by the check above")]
    let decimals = (5.0 - magnitude).clamp(0.0, 9.0) as usize;
    format!("{number:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::{columns, significant, thousands};

    #[test]
    fn numbers_are_written_for_the_eye() {
        assert_eq!(thousands(0), "0");
        assert_eq!(thousands(110_527), "110,527");
        assert_eq!(significant(0.201_932_8), "0.201933");
        assert_eq!(significant(-1_234.567_8), "-1234.57");
    }

    #[test]
    fn numbers_stand_right_and_words_left() {
        let rows = [["group", "value"], ["a", "1"], ["bcd", "20.5"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(columns(&rows), "group  value\na          1\nbcd     20.5\n");
        let rows = [["a", "12"], ["b", "1,234"]].map(|row| row.map(str::to_owned).to_vec());
        assert_eq!(columns(&rows), "a     12\nb  1,234\n");
    }
}
