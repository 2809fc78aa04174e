//! Conditions in SQL over Evenly's fields, as analysts write them in definitions.

use serde::{Deserialize, Serialize};

use crate::error::CubeError;

/// A parsed condition.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Condition {
    text: String,
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
        Ok(Self { text: text.to_owned() })
    }

    /// The condition as written.
    pub fn text(&self) -> &str {
        &self.text
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
