//! Why a method gives no answer: each reason names the place and says what to do.

/// A reason for not answering.
///
/// Rows are counted from 1, the first row under the header. No value of a row is ever part of the text.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// The table has no rows.
    #[error("the table has no rows; give at least one row under the header")]
    Empty,
    /// A column that the method needs is absent.
    #[error("column `{column}` is missing; add it or rename the column that holds it")]
    MissingColumn {
        /// The column.
        column: String,
    },
    /// Columns differ in length.
    #[error("column `{column}` has another number of rows than the first column")]
    UnequalLengths {
        /// The column.
        column: String,
    },
    /// Text stands where a number is needed.
    #[error("row {row}, column `{column}`: not a number")]
    NotANumber {
        /// The column.
        column: String,
        /// The row, from 1.
        row: usize,
    },
    /// A value is missing where the method cannot do without.
    #[error("row {row}, column `{column}`: no value; fill it or leave the row out")]
    MissingValue {
        /// The column.
        column: String,
        /// The row, from 1.
        row: usize,
    },
    /// A value lies outside what it can mean.
    #[error("row {row}, column `{column}`: {must}")]
    OutOfRange {
        /// The column.
        column: String,
        /// The row, from 1.
        row: usize,
        /// What it must be, for example "must not be negative".
        must: &'static str,
    },
    /// A numerator is larger than its denominator.
    #[error("row {row}: the numerator is larger than the denominator")]
    NumeratorAboveDenominator {
        /// The row, from 1.
        row: usize,
    },
    /// An ordered measure was asked of groups that have no order.
    #[error(
        "{measure} needs groups in an order from worst-off to best-off; {dimension} has none: use between-group variance, Theil index or population attributable risk"
    )]
    Unordered {
        /// The measure.
        measure: &'static str,
        /// The dimension.
        dimension: String,
    },
    /// Too few groups, points or strata.
    #[error("{what}: {found} given, at least {needed} needed")]
    TooFew {
        /// What there is too little of, for example "groups".
        what: &'static str,
        /// How many were given.
        found: usize,
        /// How many are needed.
        needed: usize,
    },
    /// An option has a value that it cannot take.
    #[error("option --{option} must be {must}")]
    BadOption {
        /// The option.
        option: String,
        /// What it must be.
        must: String,
    },
    /// An option that the method does not have.
    #[error("method {method} has no option --{option}; see `evenly measure help {method}`")]
    UnknownOption {
        /// The method.
        method: &'static str,
        /// The option.
        option: String,
    },
    /// The measure has no value for these numbers, for a reason that the text gives.
    #[error("{0}")]
    Undefined(String),
}

impl Refusal {
    /// An option that must be something else.
    pub fn option(option: &str, must: impl Into<String>) -> Self {
        Self::BadOption { option: option.to_owned(), must: must.into() }
    }
}
