//! Answers as JSON text, one row of an answer to a line, written without holding them as anything else.

use std::io::{self, Write};

use evenly_stats::{Row, Value};
use serde::Serialize;

/// The lines of an answer's rows, each ending in a comma; `by` names the column that split the table, and its group.
pub fn lines(by: Option<(&str, &str)>, rows: &[Row], out: &mut Vec<u8>) -> io::Result<()> {
    let mut first = Vec::new();
    if let Some((column, group)) = by {
        plain(&mut first, column)?;
        first.extend_from_slice(b": ");
        plain(&mut first, group)?;
    }
    // About what a name and a number take, so that the text seldom moves while it grows.
    out.reserve(28 * rows.iter().map(Vec::len).sum::<usize>() + (first.len() + 8) * rows.len());
    for row in rows {
        out.extend_from_slice(b"    {");
        out.extend_from_slice(&first);
        let mut written = !first.is_empty();
        // A column of the answer that is called like the one that split the table gives way to it.
        for (name, own) in row.iter().filter(|(name, _)| by.is_none_or(|(column, _)| column != *name)) {
            if std::mem::replace(&mut written, true) {
                out.extend_from_slice(b", ");
            }
            out.push(b'"');
            out.extend_from_slice(name.as_bytes());
            out.extend_from_slice(b"\": ");
            value(out, own)?;
        }
        out.extend_from_slice(b"},\n");
    }
    Ok(())
}

/// The whole answer on standard output: method, inputs, and the parts of its lines.
pub fn print(method: &str, inputs: &serde_json::Value, parts: &[Vec<u8>]) -> anyhow::Result<()> {
    let inputs = serde_json::to_string_pretty(inputs)?.replace('\n', "\n  ");
    let mut out = io::stdout().lock();
    write!(out, "{{\n  \"method\": \"{method}\",\n  \"inputs\": {inputs},\n  \"results\": [\n")?;
    let last = parts.iter().rposition(|part| !part.is_empty());
    for (place, part) in parts.iter().enumerate() {
        let end = if Some(place) == last { part.len() - b",\n".len() } else { part.len() };
        out.write_all(&part[..end])?;
    }
    out.write_all(b"\n  ]\n}\n")?;
    Ok(out.flush()?)
}

fn value(out: &mut Vec<u8>, value: &Value) -> io::Result<()> {
    match value {
        Value::Number(number) => plain(out, number),
        Value::Text(text) => plain(out, text.as_str()),
        Value::Flag(flag) => plain(out, flag),
        Value::Groups(groups) => {
            out.push(b'{');
            for (place, (dimension, group)) in groups.iter().enumerate() {
                if place > 0 {
                    out.extend_from_slice(b", ");
                }
                plain(out, dimension.as_str())?;
                out.extend_from_slice(b": ");
                plain(out, group.as_str())?;
            }
            out.push(b'}');
            Ok(())
        }
        Value::Missing => plain(out, &()),
    }
}

/// Anything simple, by the rules of JSON; a number that is not finite is `null`.
fn plain(out: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) -> io::Result<()> {
    Ok(serde_json::to_writer(out, value)?)
}

#[cfg(test)]
mod tests {
    use evenly_stats::{Row, Value};

    use super::lines;

    #[test]
    fn every_kind_of_value_is_json_and_the_splitting_column_is_said_once() {
        let row: Row = vec![
            ("group", "it's \"quoted\"\n".into()),
            ("number", 0.1.into()),
            ("whole", 3.0.into()),
            ("endless", Value::Number(f64::INFINITY)),
            ("flag", true.into()),
            ("stratum", Value::Groups(vec![("sex".into(), "F".into()), ("area".into(), "B".into())])),
            ("nothing", Value::Missing),
        ];
        let read = |by| {
            let mut out = Vec::new();
            lines(by, std::slice::from_ref(&row), &mut out).expect("JSON");
            assert!(out.ends_with(b"},\n"));
            serde_json::from_slice::<serde_json::Value>(&out[..out.len() - 2]).expect("JSON")
        };
        let stratum = serde_json::json!({"sex": "F", "area": "B"});
        assert_eq!(
            read(None),
            serde_json::json!({"group": "it's \"quoted\"\n", "number": 0.1, "whole": 3.0, "endless": null, "flag": true,
                "stratum": stratum, "nothing": null})
        );
        assert_eq!(read(Some(("group", "x")))["group"], "x");
        assert_eq!(read(Some(("year", "2024")))["year"], "2024");
    }
}
