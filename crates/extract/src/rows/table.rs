//! The rows that count, as columns.

use std::collections::BTreeMap;

use evenly_cube::{Condition, Dimension, FieldValue, RowsEquation};

use super::UNKNOWN;
use crate::profile::{FieldReader, Meaning};

/// Rows of people: for the people's side only. It can be neither printed nor serialised.
#[derive(Default)]
pub struct Rows {
    /// Number of rows.
    pub count: usize,
    /// The fields that are columns, by name.
    pub columns: BTreeMap<String, Column>,
    /// For each row its person, a number in order of first sight; [`UNKNOWN`] where the identifier is empty.
    pub people: Vec<u32>,
    /// Hour of the day, by date field; [`UNKNOWN`] where no time is recorded.
    pub hours: BTreeMap<String, Vec<u32>>,
    /// The dimensions, in the order asked for.
    pub groups: Vec<Groups>,
    /// Every row accounted for.
    pub equation: RowsEquation,
    /// Rows read from each file.
    pub file_rows: Vec<(String, u64)>,
    /// Fields of days between two others: from, to.
    pub(super) spans: BTreeMap<String, (String, String)>,
    /// By person.
    pub(super) draws: Vec<f64>,
    pub(super) references: Option<(Vec<Box<str>>, Vec<u32>)>,
}

/// A field's values: distinct ones, and the position of every row's.
pub struct Column {
    /// What the values mean.
    pub reader: FieldReader,
    /// Distinct values.
    pub values: Vec<Meaning>,
    /// For each row, the position of its value.
    pub ids: Vec<u32>,
}

/// The groups of one dimension that the rows fall into.
pub struct Groups {
    /// The dimension.
    pub dimension: Dimension,
    /// For each row, the position of its group.
    pub codes: Vec<u32>,
}

impl Rows {
    /// The appointment's own reference; only where it was asked for and is recorded.
    pub fn reference(&self, row: usize) -> Option<&str> {
        let (texts, ids) = self.references.as_ref()?;
        let text = texts.get(*ids.get(row)? as usize)?;
        (!text.is_empty()).then_some(text)
    }

    /// A number from 0 to 1 (below it) that looks random and depends on nothing but the row's person and the seed; only where
    /// it was asked for and the person is known.
    pub fn draw(&self, row: usize) -> Option<f64> {
        let person = *self.people.get(row)?;
        if person == UNKNOWN { None } else { self.draws.get(person as usize).copied() }
    }

    /// A field as numbers: whole numbers and decimals, days from 1970-01-01, or days between two dates; NaN where not known.
    /// `None` where the rows do not have the field.
    pub fn numbers(&self, field: &str) -> Option<Vec<f64>> {
        if let Some((from, to)) = self.spans.get(field) {
            let (from, to) = (self.numbers(from)?, self.numbers(to)?);
            return Some(to.iter().zip(&from).map(|(to, from)| to - from).collect());
        }
        let column = self.columns.get(field)?;
        let number = |meaning: &Meaning| match meaning {
            Meaning::Whole(number) => *number as f64,
            Meaning::Hundredths(number) => *number as f64 / 100.0,
            Meaning::Day(day) => f64::from(*day),
            Meaning::Code(_) | Meaning::Text(_) | Meaning::Unknown(_) => f64::NAN,
        };
        let values: Vec<f64> = column.values.iter().map(number).collect();
        Some(column.ids.iter().map(|id| values[*id as usize]).collect())
    }

    /// A date field as days from 1970-01-01; `None` where the rows do not have the field.
    pub fn days(&self, field: &str) -> Option<Vec<Option<i32>>> {
        let column = self.columns.get(field)?;
        let day = |meaning: &Meaning| if let Meaning::Day(day) = meaning { Some(*day) } else { None };
        let values: Vec<Option<i32>> = column.values.iter().map(day).collect();
        Some(column.ids.iter().map(|id| values[*id as usize]).collect())
    }

    /// Whether the rows have a field.
    pub fn has(&self, field: &str) -> bool {
        let ends = self.spans.get(field);
        let column = |name: &str| self.columns.contains_key(name);
        ends.map_or_else(|| column(field), |(from, to)| column(from) && column(to))
    }

    /// What a condition answers for every row; `None` where the value that decides is not known.
    pub fn ask(&self, condition: &Condition) -> Vec<Option<bool>> {
        let fields = condition.fields();
        if let [field] = fields[..]
            && let Some(column) = self.columns.get(field)
        {
            let one = |meaning| column.reader.with_value(meaning, |value| evaluate_one(condition, &value));
            let answers: Vec<Option<bool>> = column.values.iter().map(one).collect();
            return column.ids.iter().map(|id| answers[*id as usize]).collect();
        }
        let spans: Vec<(&str, Vec<f64>)> = fields
            .iter()
            .filter(|field| self.spans.contains_key(**field))
            .filter_map(|f| Some((*f, self.numbers(f)?)))
            .collect();
        let texts: Vec<(&str, &Column, Vec<Owned>)> = fields
            .iter()
            .filter_map(|field| self.columns.get(*field).map(|column| (*field, column)))
            .map(|(field, column)| {
                (field, column, column.values.iter().map(|value| Owned::new(column, value)).collect())
            })
            .collect();
        let answer = |row: usize| {
            condition.evaluate(&|field| {
                if let Some((_, days)) = spans.iter().find(|(name, _)| *name == field) {
                    return if days[row].is_nan() { FieldValue::Missing } else { FieldValue::Number(days[row]) };
                }
                let found = texts.iter().find(|(name, ..)| *name == field);
                found.map_or(FieldValue::Missing, |(_, column, values)| values[column.ids[row] as usize].value())
            })
        };
        (0..self.count).map(answer).collect()
    }

    /// Keeps the rows that count.
    pub(super) fn keep(&mut self, keep: &[bool]) {
        let filter = |ids: &mut Vec<u32>| {
            let mut kept = keep.iter();
            ids.retain(|_| kept.next().copied().unwrap_or(false));
        };
        self.columns.values_mut().for_each(|column| filter(&mut column.ids));
        self.hours.values_mut().for_each(filter);
        self.groups.iter_mut().for_each(|groups| filter(&mut groups.codes));
        filter(&mut self.people);
        if let Some((_, ids)) = &mut self.references {
            filter(ids);
        }
        self.count = keep.iter().filter(|keep| **keep).count();
    }

    /// Number of people, not counting rows without an identifier.
    pub fn people_count(&self) -> usize {
        let mut people: Vec<u32> = self.people.iter().copied().filter(|person| *person != UNKNOWN).collect();
        people.sort_unstable();
        people.dedup();
        people.len()
    }
}

fn evaluate_one(condition: &Condition, value: &FieldValue<'_>) -> Option<bool> {
    condition.combine(&|atom| condition.atoms()[atom].test(*value))
}

/// A value as conditions see it, kept.
enum Owned {
    Missing,
    Number(f64),
    Text(String),
}

impl Owned {
    fn new(column: &Column, meaning: &Meaning) -> Self {
        column.reader.with_value(meaning, |value| match value {
            FieldValue::Missing => Self::Missing,
            FieldValue::Number(number) => Self::Number(number),
            FieldValue::Text(text) => Self::Text(text.to_owned()),
        })
    }

    fn value(&self) -> FieldValue<'_> {
        match self {
            Self::Missing => FieldValue::Missing,
            Self::Number(number) => FieldValue::Number(*number),
            Self::Text(text) => FieldValue::Text(text),
        }
    }
}
