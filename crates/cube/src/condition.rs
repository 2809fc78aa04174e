//! Conditions in SQL over Evenly's fields, as analysts write them in definitions.
//!
//! What is allowed: `=`, `<>`, `<`, `<=`, `>`, `>=`, `[NOT] IN (…)`, `[NOT] BETWEEN … AND …`, `IS [NOT] NULL`, `AND`, `OR`,
//! `NOT`, parentheses, text in single quotes, numbers, `TRUE` and `FALSE`. Each comparison is between one field and literals.
//!
//! Logic is SQL's, with three values: a comparison with a missing value is neither true nor false (`None`), and a row counts
//! only where the condition is true. Text is compared as text; where one side is a number, the other is read as a number,
//! and text that is not one compares as missing.

mod atom;
mod parse;
mod print;

#[cfg(test)]
mod tests;

use std::fmt;

use serde::{Deserialize, Serialize};

pub use self::atom::{Atom, Comparison, Literal, Test};
use self::parse::Node;
use crate::error::CubeError;

/// A parsed condition.
///
/// ```
/// use evenly_cube::{Condition, FieldValue};
/// let condition = Condition::parse("attendance IN ('3', '7') AND age < 18")?;
/// let field = |name: &str| match name {
///     "attendance" => FieldValue::Text("3"),
///     "age" => FieldValue::Number(9.0),
///     _ => FieldValue::Missing,
/// };
/// assert_eq!(condition.evaluate(&field), Some(true));
///
/// // The same, a distinct value at a time: atoms first, then combinations of their answers.
/// let answers: Vec<_> = condition.atoms().iter().map(|atom| atom.test(field(&atom.field))).collect();
/// assert_eq!(condition.combine(&|atom| answers[atom]), Some(true));
/// # Ok::<(), evenly_cube::CubeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Condition {
    text: String,
    atoms: Vec<Atom>,
    node: Node,
}

/// A field's value in a condition.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FieldValue<'a> {
    /// A code or other text.
    Text(&'a str),
    /// A number.
    Number(f64),
    /// Not known, in any way: comparisons with it are neither true nor false (SQL NULL).
    Missing,
}

impl Condition {
    /// Parses an SQL condition.
    pub fn parse(text: &str) -> Result<Self, CubeError> {
        let (atoms, node) =
            parse::parse(text).map_err(|reason| CubeError::Condition { condition: text.trim().to_owned(), reason })?;
        Ok(Self { text: text.to_owned(), atoms, node })
    }

    /// The condition as written.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The fields that it looks at, each once, in the order of the first mention.
    pub fn fields(&self) -> Vec<&str> {
        let mut fields: Vec<&str> = Vec::new();
        for atom in &self.atoms {
            if !fields.contains(&atom.field.as_str()) {
                fields.push(&atom.field);
            }
        }
        fields
    }

    /// Its comparisons, each on exactly one field; equal ones are listed once.
    pub fn atoms(&self) -> &[Atom] {
        &self.atoms
    }

    /// The answer of the whole, given the answer of each atom by its position in [`Condition::atoms`].
    pub fn combine(&self, answer: &dyn Fn(usize) -> Option<bool>) -> Option<bool> {
        self.node.combine(answer)
    }

    /// True, false, or neither (`None`), given each field's value.
    pub fn evaluate<'a>(&self, value: &dyn Fn(&str) -> FieldValue<'a>) -> Option<bool> {
        self.combine(&|atom| {
            let atom = &self.atoms[atom];
            atom.test(value(&atom.field))
        })
    }
}

impl fmt::Display for Condition {
    /// Canonical SQL of the same meaning, fully parenthesised.
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        print::write(formatter, &self.node, &self.atoms)
    }
}

impl TryFrom<String> for Condition {
    type Error = CubeError;

    fn try_from(text: String) -> Result<Self, CubeError> {
        Self::parse(&text)
    }
}

impl From<Condition> for String {
    fn from(condition: Condition) -> Self {
        condition.text
    }
}
