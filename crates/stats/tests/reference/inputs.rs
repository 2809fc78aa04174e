//! Reads a case's inputs: columns of numbers and of text, single values, missing values.

use serde_json::Value;

/// A number as the reference files write it; `None` when missing or `"NaN"`.
pub fn number_of(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) if text == "Inf" => Some(f64::INFINITY),
        Value::String(text) if text == "-Inf" => Some(f64::NEG_INFINITY),
        Value::Bool(flag) => Some(f64::from(u8::from(*flag))),
        _ => None,
    }
}

/// An input as a list; a single value is a list of one, an absent input an empty list.
pub fn list<'a>(case: &'a Value, name: &str) -> Vec<&'a Value> {
    match &case["inputs"][name] {
        Value::Array(values) => values.iter().collect(),
        Value::Null => Vec::new(),
        single => vec![single],
    }
}

/// Whether the case gives an input, other than as null.
pub fn has(case: &Value, name: &str) -> bool {
    !case["inputs"][name].is_null()
}

/// A column in which values may be missing.
pub fn maybe_numbers(case: &Value, name: &str) -> Vec<Option<f64>> {
    list(case, name).into_iter().map(number_of).collect()
}

/// A column of numbers; the case is at fault if one is missing.
pub fn numbers(case: &Value, name: &str) -> Vec<f64> {
    let values = maybe_numbers(case, name).into_iter();
    values.map(|value| value.unwrap_or_else(|| panic!("input {name} has a missing value"))).collect()
}

/// A single number (or the first of a list); `None` when it is not given.
pub fn number(case: &Value, name: &str) -> Option<f64> {
    list(case, name).first().and_then(|value| number_of(value))
}

/// A column of text; numbers are written as JSON writes them.
pub fn texts(case: &Value, name: &str) -> Vec<String> {
    let values = list(case, name).into_iter();
    values.map(|value| value.as_str().map_or_else(|| value.to_string(), str::to_owned)).collect()
}

/// A single text; `None` when it is not given.
pub fn text<'a>(case: &'a Value, name: &str) -> Option<&'a str> {
    list(case, name).first().and_then(|value| value.as_str())
}

/// A single yes or no; `None` when it is not given.
pub fn flag(case: &Value, name: &str) -> Option<bool> {
    list(case, name).first().and_then(|value| value.as_bool())
}

/// The groups of a column in order of first appearance, each with the positions of its rows.
pub fn groups(labels: &[String]) -> Vec<(String, Vec<usize>)> {
    let mut groups: Vec<(String, Vec<usize>)> = Vec::new();
    for (position, label) in labels.iter().enumerate() {
        match groups.iter_mut().find(|(own, _)| own == label) {
            Some((_, rows)) => rows.push(position),
            None => groups.push((label.clone(), vec![position])),
        }
    }
    groups
}

/// The numbers of a list; missing values become NaN.
pub fn list_of(value: &Value) -> Vec<f64> {
    value.as_array().into_iter().flatten().map(|one| number_of(one).unwrap_or(f64::NAN)).collect()
}
