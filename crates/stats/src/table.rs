//! A small table of named columns: what `evenly measure` reads and what methods answer with.

use std::collections::HashMap;

use crate::refusal::Refusal;

/// One value of a table.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// A finite number.
    Number(f64),
    /// Text.
    Text(String),
    /// Yes or no.
    Flag(bool),
    /// A stratum: the group of each dimension. Methods answer with it; tables do not hold it.
    Groups(Vec<(String, String)>),
    /// Nothing recorded, or no answer.
    Missing,
}

impl Value {
    /// A number, or [`Value::Missing`] when it is not finite: no answer is ever `NaN`.
    pub fn number(value: f64) -> Self {
        if value.is_finite() { Self::Number(value) } else { Self::Missing }
    }

    /// A number where there is one.
    pub fn maybe(value: Option<f64>) -> Self {
        value.map_or(Self::Missing, Self::number)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<f64> for Value {
    fn from(value: f64) -> Self {
        Self::number(value)
    }
}

impl From<bool> for Value {
    fn from(value: bool) -> Self {
        Self::Flag(value)
    }
}

/// A stratum for a reader: "area B, sex F".
pub fn stratum_text(groups: &[(String, String)]) -> String {
    groups.iter().map(|(dimension, group)| format!("{dimension} {group}")).collect::<Vec<_>>().join(", ")
}

/// One row of an answer: names and values in the order to show them.
pub type Row = Vec<(&'static str, Value)>;

/// Named columns of equal length.
#[derive(Clone, Debug, Default)]
pub struct Table {
    names: Vec<String>,
    columns: Vec<Vec<Value>>,
}

impl Table {
    /// A table from named columns, which must have equal lengths and hold no number that is infinite or no number.
    pub fn new(columns: Vec<(String, Vec<Value>)>) -> Result<Self, Refusal> {
        let rows = columns.first().map_or(0, |(_, values)| values.len());
        if let Some((name, _)) = columns.iter().find(|(_, values)| values.len() != rows) {
            return Err(Refusal::UnequalLengths { column: name.clone() });
        }
        for (name, values) in &columns {
            let infinite = |value: &Value| matches!(value, Value::Number(number) if !number.is_finite());
            if let Some(row) = values.iter().position(infinite) {
                return Err(Refusal::OutOfRange {
                    column: name.clone(),
                    row: row + 1,
                    must: "must be a finite number",
                });
            }
        }
        let (names, columns) = columns.into_iter().unzip();
        Ok(Self { names, columns })
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.columns.first().map_or(0, Vec::len)
    }

    /// Column names, in order.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// Whether there is a column of this name.
    pub fn has(&self, name: &str) -> bool {
        self.names.iter().any(|own| own == name)
    }

    /// A column by name.
    pub fn column(&self, name: &str) -> Result<&[Value], Refusal> {
        let position = self.names.iter().position(|own| own == name);
        position
            .map(|position| self.columns[position].as_slice())
            .ok_or_else(|| Refusal::MissingColumn { column: name.to_owned() })
    }

    /// A column of numbers in which values may be missing.
    pub fn maybe_numbers(&self, name: &str) -> Result<Vec<Option<f64>>, Refusal> {
        let values = self.column(name)?.iter().enumerate();
        values
            .map(|(row, value)| match value {
                Value::Number(number) => Ok(Some(*number)),
                Value::Missing => Ok(None),
                Value::Text(_) | Value::Flag(_) | Value::Groups(_) => {
                    Err(Refusal::NotANumber { column: name.to_owned(), row: row + 1 })
                }
            })
            .collect()
    }

    /// A column of numbers without gaps.
    pub fn numbers(&self, name: &str) -> Result<Vec<f64>, Refusal> {
        let values = self.maybe_numbers(name)?.into_iter().enumerate();
        values
            .map(|(row, value)| value.ok_or_else(|| Refusal::MissingValue { column: name.to_owned(), row: row + 1 }))
            .collect()
    }

    /// A column as text; numbers are written the shortest way, missing values as empty text.
    pub fn texts(&self, name: &str) -> Result<Vec<String>, Refusal> {
        let values = self.column(name)?.iter();
        Ok(values
            .map(|value| match value {
                Value::Text(text) => text.clone(),
                Value::Number(number) => number.to_string(),
                Value::Flag(flag) => flag.to_string(),
                Value::Groups(groups) => stratum_text(groups),
                Value::Missing => String::new(),
            })
            .collect())
    }

    /// One table for each distinct value of a column, in the order of first sight, without that column.
    pub fn split(&self, name: &str) -> Result<Vec<(String, Self)>, Refusal> {
        let keys = self.texts(name)?;
        let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
        let mut positions = HashMap::new();
        for (row, key) in keys.into_iter().enumerate() {
            let position = *positions.entry(key.clone()).or_insert_with(|| {
                groups.push((key, Vec::new()));
                groups.len() - 1
            });
            groups[position].1.push(row);
        }
        let kept = |rows: &[usize]| {
            let own = self.names.iter().zip(&self.columns).filter(|(own, _)| *own != name);
            own.map(|(own, values)| (own.clone(), rows.iter().map(|row| values[*row].clone()).collect())).collect()
        };
        groups.iter().map(|(key, rows)| Ok((key.clone(), Self::new(kept(rows))?))).collect()
    }
}
