//! Every method answers on its own example, with numbers and without `NaN`.

use evenly_stats::{Method, Options, Refusal, Table, Value, methods};

fn table(csv: &str) -> Table {
    let mut lines = csv.lines().map(|line| line.split(',').collect::<Vec<_>>());
    let header = lines.next().expect("a header");
    let rows: Vec<Vec<&str>> = lines.collect();
    let column = |index: usize| {
        let cell = |row: &Vec<&str>| match row.get(index).copied().unwrap_or_default() {
            "" => Value::Missing,
            text => text.parse::<f64>().map_or_else(|_| Value::from(text), Value::number),
        };
        rows.iter().map(cell).collect()
    };
    let columns = header.iter().enumerate().map(|(index, name)| ((*name).to_owned(), column(index)));
    Table::new(columns.collect()).expect("equal columns")
}

/// Whether a method asks for an option that has no default, such as a price: its example cannot know it.
fn asks_for_an_option(method: &Method, refusal: &Refusal) -> bool {
    let Refusal::BadOption { option, .. } = refusal else { return false };
    method.options.iter().any(|own| own.name == option && own.default.is_empty())
}

/// Options without which a method has no question to answer.
fn needed(method: &Method) -> Options {
    let pairs: &[(&str, &str)] = match method.id {
        "masked" => &[("split", "2025-04")],
        "interrupted-series" => &[("split", "7")],
        "difference-in-differences" => &[("split", "4")],
        _ => &[],
    };
    Options::new(pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())))
}

#[test]
fn every_example_is_answered() {
    let mut wrong = Vec::new();
    for method in methods() {
        match method.measure(&table(method.example), &needed(method)) {
            Err(refusal) if asks_for_an_option(method, &refusal) => {}
            Err(refusal) => wrong.push(format!("{} refuses its example: {refusal}", method.id)),
            Ok(rows) if rows.is_empty() => wrong.push(format!("{} answers its example with nothing", method.id)),
            Ok(rows) => {
                let odd = rows
                    .iter()
                    .flatten()
                    .filter(|(_, value)| matches!(value, Value::Number(number) if !number.is_finite()));
                wrong.extend(odd.map(|(name, _)| format!("{}: {name} is not a number", method.id)));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
