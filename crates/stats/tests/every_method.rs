//! What every method promises of bad input: it refuses what it cannot use, and never answers NaN.

use evenly_stats::{Family, Method, Options, Refusal, Row, Table, Value, methods};
use proptest::prelude::*;

/// A small CSV table without quoting, as in the methods' examples.
fn table(text: &str) -> Table {
    let mut lines = text.lines();
    let names: Vec<&str> = lines.next().unwrap_or_default().split(',').collect();
    let rows: Vec<Vec<&str>> = lines.map(|line| line.split(',').collect()).collect();
    let columns = names.iter().enumerate().map(|(place, name)| {
        let values = rows.iter().map(|row| value(row.get(place).copied().unwrap_or_default()));
        ((*name).to_owned(), values.collect())
    });
    Table::new(columns.collect()).unwrap()
}

fn value(text: &str) -> Value {
    match text.parse::<f64>() {
        _ if text.is_empty() => Value::Missing,
        Ok(number) => Value::number(number),
        Err(_) => Value::from(text),
    }
}

fn finite(rows: &[Row]) -> bool {
    rows.iter().flatten().all(|(_, value)| !matches!(value, Value::Number(number) if !number.is_finite()))
}

#[test]
fn every_method_says_when_to_use_it_and_where_it_comes_from() {
    for method in methods() {
        assert!(method.when_to_use.len() > 20, "{} does not say when to use it", method.id);
        assert!(method.doc.to_lowercase().contains("source"), "{} names no source", method.id);
    }
}

#[test]
fn every_method_refuses_unknown_options_missing_columns_and_empty_tables() {
    for method in methods() {
        let unknown = Options::new([("no-such-option".to_owned(), "1".to_owned())]);
        let refusal = method.measure(&table(method.example), &unknown).unwrap_err();
        assert!(matches!(refusal, Refusal::UnknownOption { .. }), "{}: {refusal}", method.id);
        let empty = method.measure(&Table::default(), &Options::default()).unwrap_err();
        assert!(matches!(empty, Refusal::MissingColumn { .. } | Refusal::Empty), "{}: {empty}", method.id);
    }
}

#[test]
fn a_number_that_is_not_finite_is_no_table() {
    for number in [f64::NAN, f64::INFINITY] {
        assert!(Table::new(vec![("weight".to_owned(), vec![Value::Number(number)])]).is_err());
    }
}

/// The method's own example with one number of one column changed.
fn changed(method: &Method, column: usize, row: usize, value: &Value) -> Table {
    let own = table(method.example);
    let columns = own.names().iter().enumerate().map(|(place, name)| {
        let mut values = own.column(name).unwrap().to_vec();
        let length = values.len();
        if place == column % own.names().len() {
            values[row % length] = value.clone();
        }
        (name.clone(), values)
    });
    Table::new(columns.collect()).unwrap()
}

/// Options without which a before-and-after method has no question to answer.
fn asked(method: &Method) -> Options {
    let splits = method.family == Family::Evaluation && method.options.iter().any(|option| option.name == "split");
    Options::new(splits.then(|| ("split".to_owned(), "4".to_owned())))
}

fn spoilt_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Missing),
        Just(Value::Number(0.0)),
        Just(Value::Number(-1.0)),
        Just(Value::Number(1e300)),
        Just(Value::Number(-1e300)),
        Just(Value::Number(1e-300)),
        Just(Value::Number(0.5)),
        Just(Value::Text("n/a".to_owned())),
        Just(Value::Flag(true)),
        (-1e6..1e6_f64).prop_map(Value::Number),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_spoilt_value_is_answered_or_refused_but_never_with_nan(column in 0_usize..12, row in 0_usize..40, value in spoilt_value()) {
        for method in methods() {
            if let Ok(rows) = method.measure(&changed(method, column, row, &value), &asked(method)) {
                prop_assert!(finite(&rows), "{} answers NaN or infinity", method.id);
            }
        }
    }

    #[test]
    fn a_table_of_one_row_is_answered_or_refused(row in 0_usize..40) {
        for method in methods() {
            let own = table(method.example);
            let one = own.names().iter().map(|name| {
                let values = own.column(name).unwrap();
                (name.clone(), vec![values[row % values.len()].clone()])
            });
            if let Ok(rows) = method.measure(&Table::new(one.collect()).unwrap(), &Options::default()) {
                prop_assert!(finite(&rows), "{} answers NaN or infinity", method.id);
            }
        }
    }
}
