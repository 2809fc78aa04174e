//! Indicator definitions: versioned TOML with numerator, denominator, direction, unit and source.

mod shipped;
mod toml_form;

use serde::{Deserialize, Serialize};

use crate::condition::Condition;
use crate::error::CubeError;

pub use shipped::{shipped_indicator, shipped_indicator_text, shipped_indicators};

/// A versioned definition of what is counted, out of what, and which direction is better.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "toml_form::TomlForm")]
pub struct Indicator {
    /// Name in commands and files: `did-not-attend`.
    pub id: String,
    /// Title for a reader.
    pub title: String,
    /// Counts up when the meaning changes.
    pub version: u32,
    /// Which direction is better.
    pub better: Better,
    /// Unit of the value: `proportion` (0–1) or `weeks`.
    pub unit: String,
    /// How it is worked out.
    #[serde(flatten)]
    pub kind: Kind,
    /// The words sentences are made of.
    pub words: Words,
    /// Where the definition comes from (publication, page, date).
    pub source: String,
    /// Day the definition was written or checked, ISO.
    pub date: String,
    /// What a reader must know to read it rightly.
    #[serde(default)]
    pub notes: Vec<String>,
}

impl Indicator {
    /// Reads a definition from TOML; `name` is what errors call it.
    pub fn parse(name: &str, text: &str) -> Result<Self, CubeError> {
        toml::from_str(text).map_err(|error| CubeError::Definition {
            name: name.to_owned(),
            reason: error.to_string().trim().to_owned(),
        })
    }

    /// The fields that it needs, each once.
    pub fn fields(&self) -> Vec<&str> {
        let mut fields = match &self.kind {
            Kind::Proportion { numerator, denominator } => [numerator.fields(), denominator.fields()].concat(),
            Kind::Waits { field, denominator, .. } => [vec![field.as_str()], denominator.fields()].concat(),
            Kind::Sums { sum, over, denominator } => [vec![sum.as_str(), over.as_str()], denominator.fields()].concat(),
            Kind::Counted => Vec::new(),
        };
        let mut seen = Vec::new();
        fields.retain(|field| {
            let new = !seen.contains(field);
            seen.push(*field);
            new
        });
        fields
    }
}

/// How an indicator's value is worked out of the rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Kind {
    /// Rows that meet `numerator`, out of those that meet `denominator`; rows outside the denominator never count.
    Proportion {
        /// SQL condition over Evenly's fields.
        numerator: Condition,
        /// SQL condition over Evenly's fields.
        denominator: Condition,
    },
    /// A histogram by whole weeks of a field in days; its values are the median and the 90th percentile.
    Waits {
        /// The field in days, for example `lead_days`.
        field: String,
        /// Rows that count, as an SQL condition.
        denominator: Condition,
        /// Weeks from which on they are counted together.
        last_week: u32,
    },
    /// A number added up over the rows, out of another: days lost out of days available. Both are fields with decimals,
    /// added up in hundredths, so that the sums are exact.
    Sums {
        /// The field whose sum is the numerator.
        sum: String,
        /// The field whose sum is the denominator; never below `sum`.
        over: String,
        /// Rows that count, as an SQL condition.
        denominator: Condition,
    },
    /// Numerators and denominators already counted by whoever published the table.
    Counted,
}

impl Kind {
    /// Which rows stand in the numerator and in the denominator, where rows are counted that way. For sums: those that add
    /// something to the numerator, and those that count at all; the disclosure gate looks at these rows.
    pub fn memberships(&self) -> Result<Option<(Condition, Condition)>, CubeError> {
        match self {
            Self::Proportion { numerator, denominator } => Ok(Some((numerator.clone(), denominator.clone()))),
            Self::Sums { sum, over, denominator } => {
                let counts = format!("({}) AND {sum} >= 0 AND {over} >= 0", denominator.text());
                Ok(Some((Condition::parse(&format!("{sum} > 0"))?, Condition::parse(&counts)?)))
            }
            Self::Waits { .. } | Self::Counted => Ok(None),
        }
    }
}

/// Which direction is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Better {
    /// A lower value is better.
    Lower,
    /// A higher value is better.
    Higher,
}

/// The words that sentences about an indicator are made of, in the plural and lower case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Words {
    /// What the numerator counts: "missed appointments".
    pub events: String,
    /// What the denominator counts: "appointments".
    pub out_of: String,
    /// The verb phrase after "x % of appointments": "were missed".
    pub happened: String,
}
