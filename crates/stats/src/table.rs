//! A small table of named columns: what `evenly measure` reads and what methods answer with.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

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
///
/// Tables share their columns: a group of a table, or its copy, costs little however long it is.
#[derive(Clone, Debug, Default)]
pub struct Table {
    names: Arc<[String]>,
    columns: Arc<[Arc<Vec<Value>>]>,
    rows: Range<usize>,
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
        let (names, columns): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
        Ok(Self { names: names.into(), columns: columns.into_iter().map(Arc::new).collect(), rows: 0..rows })
    }

    /// Number of rows.
    pub fn rows(&self) -> usize {
        self.rows.len()
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
            .map(|position| &self.columns[position][self.rows.clone()])
            .ok_or_else(|| Refusal::MissingColumn { column: name.to_owned() })
    }

    /// A column of numbers in which values may be missing.
    pub fn maybe_numbers(&self, name: &str) -> Result<Vec<Option<f64>>, Refusal> {
        let values = self.column(name)?.iter().enumerate();
        values.map(|(row, value)| maybe_number(name, row, value)).collect()
    }

    /// A column of numbers without gaps.
    pub fn numbers(&self, name: &str) -> Result<Vec<f64>, Refusal> {
        let values = self.column(name)?;
        let mut numbers = Vec::with_capacity(values.len());
        for (row, value) in values.iter().enumerate() {
            let Value::Number(number) = value else {
                // What is no number anywhere in the column is said before what is missing.
                self.maybe_numbers(name)?;
                return Err(Refusal::MissingValue { column: name.to_owned(), row: row + 1 });
            };
            numbers.push(*number);
        }
        Ok(numbers)
    }

    /// A column as text; numbers are written the shortest way, missing values as empty text.
    pub fn texts(&self, name: &str) -> Result<Vec<String>, Refusal> {
        Ok(self.column(name)?.iter().map(as_text).collect())
    }

    /// One table for each distinct value of a column, in the order of first sight, without that column.
    pub fn split(&self, name: &str) -> Result<Vec<(String, Self)>, Refusal> {
        let values = self.column(name)?;
        let (keys, of_row) = distinct(values);
        let kept = || self.names.iter().zip(self.columns.iter()).filter(|(own, _)| *own != name);
        let names: Arc<[String]> = kept().map(|(own, _)| own.clone()).collect();
        let together = of_row.is_sorted();
        let mut order: Vec<usize> = (0..values.len()).collect();
        order.sort_by_key(|row| of_row[*row]);
        let start = if together { self.rows.start } else { 0 };
        let gathered = |column: &Arc<Vec<Value>>| {
            let own = &column[self.rows.clone()];
            Arc::new(order.iter().map(|row| own[*row].clone()).collect())
        };
        let columns: Arc<[Arc<Vec<Value>>]> =
            kept().map(|(_, column)| if together { Arc::clone(column) } else { gathered(column) }).collect();
        let mut sizes = vec![0; keys.len()];
        for group in &of_row {
            sizes[*group] += 1;
        }
        let mut from = start;
        let group = |(key, size): (String, usize)| {
            let rows = from..from + size;
            from = rows.end;
            (key, Self { names: Arc::clone(&names), columns: Arc::clone(&columns), rows })
        };
        Ok(keys.into_iter().zip(sizes).map(group).collect())
    }
}

fn maybe_number(column: &str, row: usize, value: &Value) -> Result<Option<f64>, Refusal> {
    match value {
        Value::Number(number) => Ok(Some(*number)),
        Value::Missing => Ok(None),
        Value::Text(_) | Value::Flag(_) | Value::Groups(_) => {
            Err(Refusal::NotANumber { column: column.to_owned(), row: row + 1 })
        }
    }
}

fn as_text(value: &Value) -> String {
    match value {
        Value::Text(text) => text.clone(),
        Value::Number(number) => number.to_string(),
        Value::Flag(flag) => flag.to_string(),
        Value::Groups(groups) => stratum_text(groups),
        Value::Missing => String::new(),
    }
}

/// Distinct values as text in the order of first sight, and the place among them of each value.
fn distinct(values: &[Value]) -> (Vec<String>, Vec<usize>) {
    let mut keys: Vec<String> = Vec::new();
    let mut places = HashMap::new();
    let mut of_row: Vec<usize> = Vec::with_capacity(values.len());
    for (row, value) in values.iter().enumerate() {
        // Most tables hold the rows of a group one after another.
        let place = match row.checked_sub(1) {
            Some(before) if same(&values[before], value) => of_row[before],
            _ => *places.entry(as_text(value)).or_insert_with_key(|key| {
                keys.push(key.clone());
                keys.len() - 1
            }),
        };
        of_row.push(place);
    }
    (keys, of_row)
}

/// Whether two values are the same to the last bit.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.to_bits() == other.to_bits(),
        (one, other) => one == other,
    }
}

#[cfg(test)]
mod tests {
    use super::{Table, Value};

    fn table(groups: &[&str]) -> Table {
        let values = (0..groups.len()).map(|row| Value::Number(row as f64)).collect();
        let groups = groups.iter().map(|group| Value::from(*group)).collect();
        Table::new(vec![("value".to_owned(), values), ("group".to_owned(), groups)]).expect("equal columns")
    }

    fn parts(table: &Table) -> Vec<(String, Vec<f64>)> {
        let parts = table.split("group").expect("a column");
        parts.into_iter().map(|(key, part)| (key, part.numbers("value").expect("numbers"))).collect()
    }

    #[test]
    fn groups_keep_the_order_of_first_sight_and_of_their_rows_together_or_scattered() {
        let whole = |key: &str, rows: &[f64]| (key.to_owned(), rows.to_vec());
        assert_eq!(
            parts(&table(&["b", "b", "a", "c"])),
            [whole("b", &[0.0, 1.0]), whole("a", &[2.0]), whole("c", &[3.0])]
        );
        assert_eq!(parts(&table(&["b", "a", "b", "a"])), [whole("b", &[0.0, 2.0]), whole("a", &[1.0, 3.0])]);
        assert!(!table(&["b"]).split("group").expect("a column")[0].1.has("group"));
    }

    #[test]
    fn a_group_can_be_split_again() {
        let whole = table(&["x", "b", "a", "b", "a", "x"]);
        let mut columns: Vec<(String, Vec<Value>)> =
            whole.names().iter().map(|name| (name.clone(), whole.column(name).expect("a column").to_vec())).collect();
        columns.push(("half".to_owned(), [1, 2, 2, 2, 2, 2].map(|half| Value::Number(f64::from(half))).to_vec()));
        let halves = Table::new(columns).expect("equal columns").split("half").expect("a column");
        let second = parts(&halves[1].1);
        assert_eq!(
            second,
            [("b".to_owned(), vec![1.0, 3.0]), ("a".to_owned(), vec![2.0, 4.0]), ("x".to_owned(), vec![5.0])]
        );
    }
}
