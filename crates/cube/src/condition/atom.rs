//! One comparison: a field against literals.

use std::cmp::Ordering;

use super::FieldValue;

/// A comparison that concerns one field.
#[derive(Clone, Debug, PartialEq)]
pub struct Atom {
    /// The field.
    pub field: String,
    /// What is asked of its value.
    pub test: Test,
}

/// What is asked of one value.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// Compared with a literal.
    Compare(Comparison, Literal),
    /// Equal to one of several literals.
    In {
        /// The literals.
        values: Vec<Literal>,
        /// `NOT IN`.
        negated: bool,
    },
    /// Between two literals, both included.
    Between {
        /// The lower.
        low: Literal,
        /// The upper.
        high: Literal,
        /// `NOT BETWEEN`.
        negated: bool,
    },
    /// `IS NULL`, or `IS NOT NULL` where negated.
    IsNull {
        /// `IS NOT NULL`.
        negated: bool,
    },
}

/// How a value is compared with a literal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// A value written in a condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Literal {
    /// Text in single quotes.
    Text(String),
    /// A number, finite.
    Number(f64),
}

impl Atom {
    /// True, false, or neither (`None`) for a value that is missing.
    pub fn test(&self, value: FieldValue<'_>) -> Option<bool> {
        match &self.test {
            Test::IsNull { negated } => Some((value == FieldValue::Missing) != *negated),
            Test::Compare(comparison, literal) => compare(value, literal).map(|order| comparison.holds(order)),
            Test::In { values, negated } => is_in(value, values).map(|found| found != *negated),
            Test::Between { low, high, negated } => between(value, low, high).map(|inside| inside != *negated),
        }
    }
}

impl Comparison {
    fn holds(self, order: Ordering) -> bool {
        match self {
            Self::Equal => order.is_eq(),
            Self::NotEqual => order.is_ne(),
            Self::Less => order.is_lt(),
            Self::LessOrEqual => order.is_le(),
            Self::Greater => order.is_gt(),
            Self::GreaterOrEqual => order.is_ge(),
        }
    }

    /// The same question with the sides swapped: `3 < x` is `x > 3`.
    pub(super) fn mirrored(self) -> Self {
        match self {
            Self::Equal => Self::Equal,
            Self::NotEqual => Self::NotEqual,
            Self::Less => Self::Greater,
            Self::LessOrEqual => Self::GreaterOrEqual,
            Self::Greater => Self::Less,
            Self::GreaterOrEqual => Self::LessOrEqual,
        }
    }
}

/// Order of a value against a literal; `None` where the value is missing or the two cannot be compared.
fn compare(value: FieldValue<'_>, literal: &Literal) -> Option<Ordering> {
    match (value, literal) {
        (FieldValue::Missing, _) => None,
        (FieldValue::Text(value), Literal::Text(literal)) => Some(value.cmp(literal)),
        (FieldValue::Text(value), Literal::Number(literal)) => number(value)?.partial_cmp(literal),
        (FieldValue::Number(value), Literal::Text(literal)) => value.partial_cmp(&number(literal)?),
        (FieldValue::Number(value), Literal::Number(literal)) => value.partial_cmp(literal),
    }
}

fn number(text: &str) -> Option<f64> {
    text.trim().parse().ok().filter(|number: &f64| number.is_finite())
}

/// SQL's `IN`: true if equal to one; neither if not comparable with one; else false.
fn is_in(value: FieldValue<'_>, values: &[Literal]) -> Option<bool> {
    let mut unknown = false;
    for literal in values {
        match compare(value, literal) {
            Some(Ordering::Equal) => return Some(true),
            Some(_) => {}
            None => unknown = true,
        }
    }
    if unknown { None } else { Some(false) }
}

/// SQL's `BETWEEN`: `value >= low AND value <= high` with three-valued AND.
fn between(value: FieldValue<'_>, low: &Literal, high: &Literal) -> Option<bool> {
    let above = compare(value, low).map(Ordering::is_ge);
    let below = compare(value, high).map(Ordering::is_le);
    match (above, below) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        _ => None,
    }
}
