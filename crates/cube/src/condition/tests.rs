//! Conditions against a naive evaluator, and what they refuse.

use proptest::prelude::*;

use super::{Condition, FieldValue};

/// A condition built by hand, with its own naive meaning and its own SQL.
#[derive(Clone, Debug)]
enum Naive {
    TextIs(usize, &'static str, &'static str),
    NumberIs(&'static str, i32),
    TextIn(usize, Vec<&'static str>, bool),
    NumberBetween(i32, i32, bool),
    Null(usize, bool),
    Not(Box<Naive>),
    And(Box<Naive>, Box<Naive>),
    Or(Box<Naive>, Box<Naive>),
}

const TEXT_FIELDS: [&str; 2] = ["attendance", "outcome"];
const VALUES: [&str; 4] = ["1", "3", "o'clock", "Z"];
const OPERATORS: [&str; 6] = ["=", "<>", "<", "<=", ">", ">="];

fn holds<T: PartialOrd>(operator: &str, left: &T, right: &T) -> bool {
    match operator {
        "=" => left == right,
        "<>" => left != right,
        "<" => left < right,
        "<=" => left <= right,
        ">" => left > right,
        _ => left >= right,
    }
}

fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

impl Naive {
    fn sql(&self) -> String {
        match self {
            Self::TextIs(field, operator, value) => format!("{} {operator} {}", TEXT_FIELDS[*field], quoted(value)),
            Self::NumberIs(operator, value) => format!("age {operator} {value}"),
            Self::TextIn(field, values, negated) => {
                let list: Vec<_> = values.iter().map(|value| quoted(value)).collect();
                format!("{} {}IN ({})", TEXT_FIELDS[*field], if *negated { "NOT " } else { "" }, list.join(","))
            }
            Self::NumberBetween(low, high, negated) => {
                format!("age {}BETWEEN {low} AND {high}", if *negated { "NOT " } else { "" })
            }
            Self::Null(field, negated) => {
                format!("{} IS {}NULL", TEXT_FIELDS[*field], if *negated { "NOT " } else { "" })
            }
            Self::Not(inner) => format!("NOT ({})", inner.sql()),
            Self::And(left, right) => format!("({}) AND ({})", left.sql(), right.sql()),
            Self::Or(left, right) => format!("({}) OR ({})", left.sql(), right.sql()),
        }
    }

    fn answer(&self, text: [Option<&str>; 2], age: Option<f64>) -> Option<bool> {
        match self {
            Self::TextIs(field, operator, value) => text[*field].map(|own| holds(operator, &own, value)),
            Self::NumberIs(operator, value) => age.map(|age| holds(operator, &age, &f64::from(*value))),
            Self::TextIn(field, values, negated) => text[*field].map(|own| values.contains(&own) != *negated),
            Self::NumberBetween(low, high, negated) => {
                age.map(|age| (f64::from(*low) <= age && age <= f64::from(*high)) != *negated)
            }
            Self::Null(field, negated) => Some(text[*field].is_none() != *negated),
            Self::Not(inner) => inner.answer(text, age).map(|answer| !answer),
            // Three-valued logic as least and greatest of false (0), unknown (1), true (2).
            Self::And(left, right) => value(rank(left.answer(text, age)).min(rank(right.answer(text, age)))),
            Self::Or(left, right) => value(rank(left.answer(text, age)).max(rank(right.answer(text, age)))),
        }
    }
}

fn rank(answer: Option<bool>) -> u8 {
    answer.map_or(1, |answer| if answer { 2 } else { 0 })
}

fn value(rank: u8) -> Option<bool> {
    [Some(false), None, Some(true)][usize::from(rank)]
}

fn naive() -> impl Strategy<Value = Naive> {
    let leaf = prop_oneof![
        (0..2usize, 0..6usize, 0..4usize).prop_map(|(f, o, v)| Naive::TextIs(f, OPERATORS[o], VALUES[v])),
        (0..6usize, -3..100i32).prop_map(|(o, v)| Naive::NumberIs(OPERATORS[o], v)),
        (0..2usize, prop::collection::vec(0..4usize, 1..4), any::<bool>()).prop_map(|(f, v, n)| Naive::TextIn(
            f,
            v.into_iter().map(|v| VALUES[v]).collect(),
            n
        )),
        (-3..100i32, -3..100i32, any::<bool>()).prop_map(|(l, h, n)| Naive::NumberBetween(l, h, n)),
        (0..2usize, any::<bool>()).prop_map(|(f, n)| Naive::Null(f, n)),
    ];
    leaf.prop_recursive(4, 24, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|inner| Naive::Not(Box::new(inner))),
            (inner.clone(), inner.clone()).prop_map(|(l, r)| Naive::And(Box::new(l), Box::new(r))),
            (inner.clone(), inner).prop_map(|(l, r)| Naive::Or(Box::new(l), Box::new(r))),
        ]
    })
}

proptest! {
    #[test]
    fn parsed_printed_and_naive_conditions_agree(
        naive in naive(),
        first in prop::option::of(0..4usize),
        second in prop::option::of(0..4usize),
        age in prop::option::of(-3..100i32),
    ) {
        let text = [first.map(|v| VALUES[v]), second.map(|v| VALUES[v])];
        let age = age.map(f64::from);
        let field = |name: &str| match name {
            "attendance" => text[0].map_or(FieldValue::Missing, FieldValue::Text),
            "outcome" => text[1].map_or(FieldValue::Missing, FieldValue::Text),
            _ => age.map_or(FieldValue::Missing, FieldValue::Number),
        };
        let expected = naive.answer(text, age);
        let parsed = Condition::parse(&naive.sql()).unwrap();
        prop_assert_eq!(parsed.evaluate(&field), expected);
        let again = Condition::parse(&parsed.to_string()).unwrap();
        prop_assert_eq!(again.evaluate(&field), expected);
        prop_assert_eq!(again.to_string(), parsed.to_string());
    }

    #[test]
    fn any_text_is_parsed_or_refused_and_never_panics(text in ".{0,60}") {
        let _ = Condition::parse(&text);
    }
}

#[test]
fn text_and_numbers_are_compared_as_numbers() {
    let is_three = Condition::parse("attendance = 3").unwrap();
    let answer = |value| is_three.evaluate(&|_| value);
    assert_eq!(answer(FieldValue::Text("3")), Some(true));
    assert_eq!(answer(FieldValue::Text("03")), Some(true));
    assert_eq!(answer(FieldValue::Text("Z")), None, "text that is no number compares as missing");
    let swapped = Condition::parse("18 > age").unwrap();
    assert_eq!(swapped.evaluate(&|_| FieldValue::Number(17.0)), Some(true));
    assert_eq!(swapped.evaluate(&|_| FieldValue::Number(18.0)), Some(false));
}

#[test]
fn equal_comparisons_are_one_atom_and_fields_are_listed_once() {
    let condition = Condition::parse("age < 18 OR (attendance = '3' AND age < 18) OR age > 90").unwrap();
    assert_eq!(condition.atoms().len(), 3);
    assert_eq!(condition.fields(), ["age", "attendance"]);
    assert!(Condition::parse("TRUE").unwrap().fields().is_empty());
}

#[test]
fn what_is_not_allowed_is_refused_with_the_reason() {
    for (text, part) in [
        ("", "empty"),
        ("age", "must be compared"),
        ("age < lead_days", "a field with a field"),
        ("upper(sex) = 'F'", "upper(sex)"),
        ("age IN (SELECT 1)", "not allowed"),
        ("age + 1 = 3", "age + 1"),
        ("sex = NULL", "IS NULL"),
        ("sex = \"F\"", "single quotes"),
        ("age < 18; DROP TABLE people", "left over"),
        ("age <", "allowed are"),
        ("1 = 1", "no field"),
        ("sex LIKE 'F%'", "not allowed"),
        ("a.age < 18", "a.age"),
        ("age < 1e999", "1e999"),
    ] {
        let message = Condition::parse(text).unwrap_err().to_string();
        assert!(message.contains(part), "{text:?}: {message}");
        assert!(message.contains(&format!("`{text}`")), "{text:?} is quoted in: {message}");
    }
}

#[test]
fn deep_nesting_is_refused_not_overflowed() {
    let text = format!("{}age = 1{}", "(".repeat(20_000), ")".repeat(20_000));
    assert!(Condition::parse(&text).is_err());
}
