//! One field of a profile: its columns, its kind, its codes, and the ways it can be not known.

use std::collections::BTreeMap;

use evenly_cube::{About, Order};
use serde::Deserialize;

use crate::codes::Code;

/// A field: a column in Evenly's own terms.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Field {
    /// Title for a reader; the name with spaces if not given.
    #[serde(default)]
    pub title: Option<String>,
    /// Headers it may have in the extract, the first that is there is used. Letter case, spaces, `_` and `-` do not matter.
    #[serde(default)]
    pub columns: Vec<String>,
    /// What it holds.
    #[serde(rename = "type")]
    pub kind: FieldType,
    /// The codes it may take: id of a code list, or codes written here.
    #[serde(default)]
    pub codes: Option<Codes>,
    /// Recorded text to code, applied before the code list.
    #[serde(default)]
    pub map: BTreeMap<String, String>,
    /// Formats of a `date` or `month`, in `strptime` notation, tried in order.
    #[serde(default)]
    pub formats: Vec<String>,
    /// Texts that mean "nothing recorded".
    #[serde(default)]
    pub missing: Vec<String>,
    /// Texts that mean "asked, and the person declined to say".
    #[serde(default)]
    pub not_stated: Vec<String>,
    /// Texts that mean "not asked, or could not be asked".
    #[serde(default)]
    pub not_known: Vec<String>,
    /// Whether a row without it is rejected.
    #[serde(default)]
    pub required: bool,
    /// For `whole`: numbers that stand for other numbers; the first rule that fits is applied.
    #[serde(default)]
    pub recode: Vec<Recode>,
    /// For `whole` and `decimal`: smallest number that can be right; below it the value is invalid.
    #[serde(default)]
    pub lowest: Option<i64>,
    /// For `whole` and `decimal`: largest number that can be right; above it the value is invalid.
    #[serde(default)]
    pub highest: Option<i64>,
    /// Whether it is recorded for some rows only, as it should be (a reason for leaving, of those who left): then rows without
    /// it are no gap in the record, and a report does not speak of them.
    #[serde(default)]
    pub for_some: bool,
    /// For `identifier`: regular expression of the usual form; others are kept as text and reported.
    #[serde(default)]
    pub usual: Option<String>,
    /// For `days-between`: the earlier field.
    #[serde(default)]
    pub from: Option<String>,
    /// For `days-between`: the later field.
    #[serde(default)]
    pub to: Option<String>,
    /// Whose quality it is, where it is a dimension: a person's unless `area` or `service` is said.
    #[serde(default)]
    pub about: About,
    /// Whether the order of its codes means something, where it is a dimension.
    #[serde(default)]
    pub order: Option<Order>,
    /// What a reader must know where it is a dimension.
    #[serde(default)]
    pub note: Option<String>,
}

/// What a field holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum FieldType {
    /// One of a list of codes.
    Code,
    /// A whole number.
    Whole,
    /// A number with up to two decimals (days, hours), kept in hundredths so that sums are exact.
    Decimal,
    /// A day.
    Date,
    /// A month, written in one of the `formats`.
    Month,
    /// Text with a bounded number of distinct values.
    #[default]
    Text,
    /// An identifier of a person or an appointment: never kept, only looked at.
    Identifier,
    /// Days from one date field to another.
    DaysBetween,
}

/// The codes a field may take.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Codes {
    /// Id of a code list in `definitions/code-lists/`.
    List(String),
    /// Codes written in the profile.
    Inline(Vec<Code>),
}

/// Numbers that stand for another number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recode {
    /// Smallest number that the rule is for.
    #[serde(default)]
    pub from: Option<i64>,
    /// Largest number that the rule is for.
    #[serde(default)]
    pub to: Option<i64>,
    /// What it stands for.
    pub is: i64,
}

impl Recode {
    /// What a number stands for, if the rule is for it.
    pub fn apply(&self, number: i64) -> Option<i64> {
        let above = self.from.is_none_or(|from| number >= from);
        let below = self.to.is_none_or(|to| number <= to);
        (above && below).then_some(self.is)
    }
}

impl Field {
    /// Title for a reader.
    pub fn title(&self, name: &str) -> String {
        self.title.clone().unwrap_or_else(|| {
            let words = name.replace('_', " ");
            let mut letters = words.chars();
            letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
        })
    }

    /// A number after the recode rules.
    pub fn recoded(&self, number: i64) -> i64 {
        self.recode.iter().find_map(|rule| rule.apply(number)).unwrap_or(number)
    }

    /// Whether a number, after recoding, can be right.
    pub fn plausible(&self, number: i64) -> bool {
        self.lowest.is_none_or(|lowest| number >= lowest) && self.highest.is_none_or(|highest| number <= highest)
    }
}
