//! Profiles: what the columns of an extract mean, as versioned TOML, shipped or local.

mod counted;
mod draft;
mod error;
mod field;
mod lists;
mod parse;
mod read;
mod shipped;

use std::collections::BTreeMap;

use evenly_cube::Condition;
use serde::Deserialize;

pub use counted::{Category, CountedTable};
pub use draft::draft;
pub use error::ProfileError;
pub use field::{Codes, Field, FieldType, Recode};
pub use lists::{list_ids, shipped_list};
pub use read::{FieldReader, Meaning, date_of, days_from_1970, tidy};

/// What the columns of one source system's extract mean.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Name in commands: `sus-outpatient`.
    pub id: String,
    /// Counts up when the meaning changes.
    pub version: u32,
    /// Title for a reader.
    pub title: String,
    /// Publication, page and date that the columns come from.
    pub source: String,
    /// Day it was written or checked, ISO.
    pub date: String,
    /// Id of the disclosure policy that applies unless another is named.
    pub policy: String,
    /// The kind of hospital care that its rows record, if they record any: what rules for a person's ethnicity look at.
    #[serde(default)]
    pub care: Option<Care>,
    /// Dimensions to break down by unless others are named.
    #[serde(default)]
    pub dimensions: Vec<String>,
    /// Ids of the indicators to count unless others are named.
    #[serde(default)]
    pub indicators: Vec<String>,
    /// What every report made with this profile must say.
    #[serde(default)]
    pub notes: Vec<String>,
    /// The field that time runs along.
    #[serde(default)]
    pub period: Option<PeriodRule>,
    /// The whole-number field that says how many one row stands for; without it every row is one.
    #[serde(default)]
    pub weight: Option<String>,
    /// The fields, by name in Evenly's terms.
    #[serde(default)]
    pub fields: BTreeMap<String, Field>,
    /// Rows that are left out by rule, in order of precedence.
    #[serde(default)]
    pub exclude: Vec<Exclusion>,
    /// For tables that are counted already: where numerators and denominators stand.
    #[serde(default)]
    pub counted: Option<CountedTable>,
}

/// A kind of hospital care, in the order in which rules for a person's ethnicity prefer their records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Care {
    /// Admitted patient care.
    Admitted,
    /// Emergency care.
    Emergency,
    /// Outpatient care.
    Outpatient,
}

/// The field that time runs along, and in which steps.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PeriodRule {
    /// A field of type `date` or `month`.
    pub field: String,
    /// The steps.
    #[serde(default)]
    pub by: Grain,
}

/// Length of a period.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Grain {
    /// Days.
    Day,
    /// Weeks that begin on Monday.
    Week,
    /// Calendar months.
    #[default]
    Month,
    /// Calendar quarters.
    Quarter,
    /// Calendar years.
    Year,
}

/// Rows that are left out, and why.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Exclusion {
    /// Name in the rows equation: "appointment in the future".
    pub name: String,
    /// SQL condition over the profile's fields; rows for which it is true are left out.
    pub when: Condition,
    /// Why they are left out, a sentence.
    pub why: String,
    /// Where the rule comes from.
    pub source: String,
}

impl Profile {
    /// Whether it describes a table that is counted already, rather than rows to count.
    pub fn is_counted(&self) -> bool {
        self.counted.is_some()
    }
}
