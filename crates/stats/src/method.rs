//! What every method looks like from outside: a name, its documentation, the columns it wants, and a function.

use crate::refusal::Refusal;
use crate::table::{Row, Table};

/// One statistical method, reachable by name from `evenly measure`.
///
/// A method lives in one file: its documentation, its typed functions, this adapter and its tests.
/// The documentation is the single source of `evenly measure help` and of `docs/reference/methods.md`.
#[derive(Clone, Copy)]
pub struct Method {
    /// The name typed on the command line: lower case, words joined by hyphens.
    pub id: &'static str,
    /// One line, at most 80 characters, in plain words.
    pub title: &'static str,
    /// The chapter it belongs to.
    pub family: Family,
    /// When to reach for it, and when for something else, in one or two sentences.
    pub when_to_use: &'static str,
    /// Formula, source (publication, page, date), conventions and limits, in Markdown.
    pub doc: &'static str,
    /// The columns it reads.
    pub columns: &'static [Column],
    /// The options it takes, each with its default.
    pub options: &'static [OptionSpec],
    /// A small CSV table that it accepts, with header.
    pub example: &'static str,
    /// Runs the method on a table.
    pub run: fn(&Table, &Options) -> Result<Vec<Row>, Refusal>,
}

/// The chapters of the methods' reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Family {
    /// Proportions, rates and means with intervals; differences and ratios of two groups.
    Estimates,
    /// Direct and indirect standardisation, life expectancy.
    Standardisation,
    /// One number for the inequality between several groups.
    Inequality,
    /// Run charts and control charts.
    Spc,
    /// Funnel plots.
    Funnels,
    /// Multilevel models over intersectional strata.
    Multilevel,
    /// Decomposition of changes and of gaps.
    Decomposition,
    /// The test for inequality that an improving average hides.
    Masked,
    /// Before-and-after evaluation by group.
    Evaluation,
    /// The local inequalities score.
    Score,
    /// Cost of a gap, distributional cost-effectiveness.
    Economics,
}

impl Family {
    /// The chapter's title.
    pub fn title(self) -> &'static str {
        match self {
            Self::Estimates => "Proportions, rates and means; differences and ratios",
            Self::Standardisation => "Standardised rates and life expectancy",
            Self::Inequality => "Inequality between several groups, in one number",
            Self::Spc => "Run charts and control charts",
            Self::Funnels => "Funnel plots",
            Self::Multilevel => "Multilevel models over intersectional strata",
            Self::Decomposition => "What a change or a gap is made of",
            Self::Masked => "Inequality that an improving average hides",
            Self::Evaluation => "Before and after, by group",
            Self::Score => "The local inequalities score",
            Self::Economics => "What a gap costs, and whom a change helps",
        }
    }
}

/// A column that a method reads.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Header in the table.
    pub name: &'static str,
    /// Whether the method refuses a table without it.
    pub required: bool,
    /// Meaning, unit and allowed values.
    pub doc: &'static str,
}

/// An option that a method takes.
#[derive(Clone, Copy, Debug)]
pub struct OptionSpec {
    /// Name as typed after `--`.
    pub name: &'static str,
    /// Value used when it is not given; empty when there is none.
    pub default: &'static str,
    /// Meaning and allowed values.
    pub doc: &'static str,
}

/// Options given to a method, by name; each method falls back to its own defaults.
#[derive(Clone, Debug, Default)]
pub struct Options(Vec<(String, String)>);

impl Options {
    /// Options from pairs of name and value.
    pub fn new(pairs: impl IntoIterator<Item = (String, String)>) -> Self {
        Self(pairs.into_iter().collect())
    }

    /// The value of an option as typed.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The value of an option as a finite number.
    pub fn number(&self, name: &str, default: f64) -> Result<f64, Refusal> {
        let Some(text) = self.text(name) else { return Ok(default) };
        match text.parse::<f64>() {
            Ok(value) if value.is_finite() => Ok(value),
            _ => Err(Refusal::option(name, "a finite number")),
        }
    }

    /// The value of an option as yes or no (`true`, `yes`, `1`; `false`, `no`, `0`).
    pub fn flag(&self, name: &str, default: bool) -> Result<bool, Refusal> {
        match self.text(name) {
            None => Ok(default),
            Some("true" | "yes" | "1") => Ok(true),
            Some("false" | "no" | "0") => Ok(false),
            Some(_) => Err(Refusal::option(name, "yes or no")),
        }
    }

    /// The names given, to refuse those that a method does not know.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(key, _)| key.as_str())
    }
}

impl Method {
    /// Whether a table's rows are answered one by one, whatever the others say, so that the answers to the pieces of a
    /// long table, put together, are the answer to the whole. A piece may be refused where the whole is not (all its
    /// values missing), and its refusal counts rows from the piece's start: then ask for the whole.
    pub fn is_row_by_row(&self, names: &[String]) -> bool {
        // Without names of groups the answer names rows by their number in the table.
        matches!(self.id, "proportion" | "rate") && names.iter().any(|name| name == "group")
    }

    /// Runs the method after refusing options and missing columns it does not know.
    pub fn measure(&self, table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
        for name in options.names() {
            if !self.options.iter().any(|option| option.name == name) {
                return Err(Refusal::UnknownOption { method: self.id, option: name.to_owned() });
            }
        }
        for column in self.columns.iter().filter(|column| column.required) {
            if !table.has(column.name) {
                return Err(Refusal::MissingColumn { column: column.name.to_owned() });
            }
        }
        if table.rows() == 0 {
            return Err(Refusal::Empty);
        }
        (self.run)(table, options)
    }
}
