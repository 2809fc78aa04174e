//! The part of a profile that describes a table of numerators and denominators that are counted already.

use std::collections::BTreeMap;

use evenly_cube::{About, Better, Order, Words};
use serde::Deserialize;

/// Where numerators, denominators and groups stand in a table that is counted already.
///
/// Two shapes are read. *Long*: one column names the dimension and another the group. *Wide*: every column that is not
/// named here is a dimension, and each row is one combination of groups.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountedTable {
    /// Columns whose values together name the indicator; each is optional.
    #[serde(default)]
    pub indicator: Vec<String>,
    /// Columns that may name the dimension (long shape).
    #[serde(default)]
    pub category: Vec<String>,
    /// Columns that may name the group (long shape).
    #[serde(default)]
    pub group: Vec<String>,
    /// Columns that may hold the numerator.
    pub numerator: Vec<String>,
    /// Columns that may hold the denominator.
    pub denominator: Vec<String>,
    /// Columns that may hold the period (ISO month or day); wide shape.
    #[serde(default)]
    pub period: Vec<String>,
    /// Columns to leave alone.
    #[serde(default)]
    pub ignore: Vec<String>,
    /// The category that means everybody (long shape).
    #[serde(default)]
    pub whole: Vec<String>,
    /// Groups that mean "not known".
    #[serde(default)]
    pub not_known: Vec<String>,
    /// Groups that mean "not stated".
    #[serde(default)]
    pub not_stated: Vec<String>,
    /// Start of the indicators' ids: `coverage`.
    pub id: String,
    /// Title of the indicators; the values of the `indicator` columns are added.
    pub title: String,
    /// Which direction is better.
    pub better: Better,
    /// The words sentences are made of.
    pub words: Words,
    /// What is known of some of the dimensions, by id.
    #[serde(default)]
    pub categories: BTreeMap<String, Category>,
}

/// What is known of a dimension of a counted table.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Category {
    /// How the table names it (category or header), compared without regard to case.
    pub recorded: Vec<String>,
    /// Title for a reader.
    pub title: String,
    /// Whose quality it is: a person's unless `area` or `service` is said.
    #[serde(default)]
    pub about: About,
    /// What the order of its groups means.
    pub order: Order,
    /// Its groups in order, where the order matters; groups that are not listed follow in alphabetical order.
    #[serde(default)]
    pub groups: Vec<String>,
    /// Edition, if it was derived from one.
    #[serde(default)]
    pub vintage: Option<String>,
    /// What a reader must know.
    #[serde(default)]
    pub note: Option<String>,
}
