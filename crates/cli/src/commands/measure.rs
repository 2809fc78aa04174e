//! `evenly measure`: any single statistic on a small table.

mod read;
mod write;

use std::collections::BTreeMap;

use anyhow::Context;
use clap::Args;
use evenly_stats::{Method, Options, Refusal, Row, Table};
use rayon::prelude::*;
use serde_json::json;

use crate::exit::Usage;
use crate::show::{self, Format};

/// Arguments of `evenly measure`.
#[derive(Args)]
#[command(after_help = "Examples:
  evenly measure list                                    every method, one line each
  evenly measure help sii                                its formula, source, columns and an example
  evenly measure proportion uptake.csv --confidence 0.99
  evenly measure sii coverage.csv --by year --format json
  evenly measure reference                               the whole reference as Markdown")]
pub struct Arguments {
    /// A method, or one of: list, help, reference
    method: String,
    /// The table (CSV with header; `-` reads standard input), or the method that `help` is wanted for
    table: Option<String>,
    /// The method's own options as `--name value`; `--by COLUMN` runs each group by itself; `--format json`
    #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
    options: Vec<String>,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let given = parse_options(&arguments.options)?;
    match (arguments.method.as_str(), arguments.table.as_deref()) {
        ("list", _) => list(given.format),
        ("help", Some(method)) => Ok(show::print(&evenly_stats::method_markdown(find(method)?))?),
        ("help", None) => Err(Usage("name the method: evenly measure help METHOD".to_owned()).into()),
        ("reference", _) => Ok(show::print(&evenly_stats::reference_markdown())?),
        (method, Some(table)) => measure(find(method)?, table, &given),
        (method, None) => {
            find(method)?;
            Err(Usage(format!("name the table: evenly measure {method} TABLE.csv")).into())
        }
    }
}

/// A method by id.
pub fn find(id: &str) -> anyhow::Result<&'static Method> {
    evenly_stats::find(id).ok_or_else(|| Usage(format!("there is no method `{id}`; see `evenly measure list`")).into())
}

/// What was typed after the table.
struct Given {
    format: Format,
    by: Option<String>,
    options: Vec<(String, String)>,
}

fn parse_options(words: &[String]) -> anyhow::Result<Given> {
    let mut given = Given { format: Format::Text, by: None, options: Vec::new() };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let Some(name) = word.strip_prefix("--") else {
            return Err(Usage(format!("`{word}` is not expected here; options are given as --name value")).into());
        };
        let (name, value) = match name.split_once('=') {
            Some((name, value)) => (name, value.to_owned()),
            None => (name, words.next().cloned().ok_or_else(|| Usage(format!("--{name} needs a value")))?),
        };
        match (name, value.as_str()) {
            ("format", "json") => given.format = Format::Json,
            ("format", "text") => given.format = Format::Text,
            ("format", _) => return Err(Usage("--format is text or json".to_owned()).into()),
            ("by", _) => given.by = Some(value),
            _ => given.options.push((name.to_owned(), value)),
        }
    }
    Ok(given)
}

fn list(format: Format) -> anyhow::Result<()> {
    let methods = evenly_stats::methods();
    if format == Format::Json {
        let rows = methods.iter().map(|method| {
            json!({"id": method.id, "family": method.family.title(), "title": method.title, "when_to_use": method.when_to_use})
        });
        return show::print_json(&rows.collect::<Vec<_>>());
    }
    let mut text = String::new();
    let mut family = None;
    let width = methods.iter().map(|method| method.id.len()).max().unwrap_or(0);
    for method in methods {
        if family.replace(method.family) != Some(method.family) {
            text.push_str(&format!("\n{}\n", method.family.title()));
        }
        text.push_str(&format!(
            "  {:width$}  {}\n  {:width$}    {}\n",
            method.id, method.title, "", method.when_to_use
        ));
    }
    text.push_str("\nevenly measure help METHOD says what each one wants, with an example.\n");
    Ok(show::print(text.trim_start())?)
}

fn measure(method: &'static Method, name: &str, given: &Given) -> anyhow::Result<()> {
    let bytes = read::bytes(name)?;
    let options = Options::new(given.options.iter().cloned());
    let plain = read::Plain::new(&bytes).filter(|plain| given.by.is_none() && method.is_row_by_row(&plain.names));
    if let Some(plain) = plain.filter(|_| given.format == Format::Json)
        && let Some((rows, parts)) = by_piece(method, &plain, &options)
    {
        return write::print(method.id, &inputs(name, given, rows, &plain.names), &parts);
    }
    let table = read::table(&bytes).with_context(|| name.to_owned())?;
    drop(bytes);
    if given.format == Format::Json {
        let inputs = inputs(name, given, table.rows(), table.names());
        return write::print(method.id, &inputs, &shaped(method, &table, &options, given, name, as_lines)?);
    }
    let rows: Answered = shaped(method, &table, &options, given, name, |by, rows| {
        let group = by.map(|(_, group)| group.to_owned());
        Ok(rows.iter().map(|row| (group.clone(), row.clone())).collect::<Answered>())
    })?
    .into_iter()
    .flatten()
    .collect();
    Ok(show::print(&as_text(given.by.as_deref(), &rows))?)
}

/// What was asked, for the answer's own record.
fn inputs(name: &str, given: &Given, rows: usize, columns: &[String]) -> serde_json::Value {
    let typed: BTreeMap<_, _> = given.options.iter().cloned().collect();
    json!({"table": name, "rows": rows, "columns": columns, "options": typed, "by": given.by})
}

/// Rows, each with its group where the table was split.
pub type Answered = Vec<(Option<String>, Row)>;

/// A wrong option is wrong usage; everything else is the table's fault.
pub fn refused(refusal: Refusal, place: &str) -> anyhow::Error {
    match refusal {
        Refusal::UnknownOption { .. } | Refusal::BadOption { .. } => Usage(refusal.to_string()).into(),
        other => anyhow::Error::new(other).context(place.to_owned()),
    }
}

/// Rows of an answer with the column and group that they are of, in another shape.
type Shape<T> = fn(Option<(&str, &str)>, &[Row]) -> std::io::Result<T>;

fn as_lines(by: Option<(&str, &str)>, rows: &[Row]) -> std::io::Result<Vec<u8>> {
    let mut lines = Vec::new();
    write::lines(by, rows, &mut lines)?;
    Ok(lines)
}

/// The method's answer to the table, or to each group's rows on all cores; the groups keep the order of their first row.
fn shaped<T: Send>(
    method: &Method,
    table: &Table,
    options: &Options,
    given: &Given,
    name: &str,
    shape: Shape<T>,
) -> anyhow::Result<Vec<T>> {
    let Some(column) = given.by.as_deref() else {
        let rows = method.measure(table, options).map_err(|refusal| refused(refusal, name))?;
        return Ok(vec![shape(None, &rows)?]);
    };
    let tables = table.split(column).with_context(|| name.to_owned())?;
    let each = |(group, table): &(String, Table)| -> anyhow::Result<T> {
        let rows = method.measure(table, options);
        let rows = rows.map_err(|refusal| refused(refusal, &format!("{name}, {column} {group}")))?;
        Ok(shape(Some((column, group)), &rows)?)
    };
    // Every group is tried before any refusal is told, so that the first group's is, whichever core came first.
    let answers: Vec<_> = tables.par_iter().map(each).collect();
    answers.into_iter().collect()
}

/// The lines of a method that answers row by row, piece by piece on all cores, and the number of rows; `None` where a
/// piece cannot be read or is refused.
fn by_piece(method: &Method, plain: &read::Plain, options: &Options) -> Option<(usize, Vec<Vec<u8>>)> {
    let each = |piece: &str| -> Option<(usize, Vec<u8>)> {
        let columns = plain.names.iter().cloned().zip(plain.read(piece)?).collect();
        let rows = method.measure(&Table::new(columns).ok()?, options).ok()?;
        let mut lines = Vec::new();
        write::lines(None, &rows, &mut lines).ok()?;
        Some((rows.len(), lines))
    };
    let (rows, parts): (Vec<usize>, Vec<Vec<u8>>) =
        plain.pieces().into_par_iter().map(each).collect::<Option<Vec<_>>>()?.into_iter().unzip();
    let rows = rows.into_iter().sum();
    (rows > 0).then_some((rows, parts))
}

/// Rows as aligned text.
pub fn as_text(by: Option<&str>, rows: &Answered) -> String {
    let mut lines: Vec<Vec<String>> = Vec::new();
    let mut header: Vec<String> = Vec::new();
    for (group, row) in rows {
        let names = by.into_iter().chain(row.iter().map(|(name, _)| *name)).map(str::to_owned).collect();
        if header != names {
            // A method may answer with rows of several shapes; each shape gets its own header.
            if !header.is_empty() {
                lines.push(Vec::new());
            }
            header.clone_from(&names);
            lines.push(names);
        }
        lines.push(group.iter().cloned().chain(row.iter().map(|(_, value)| show::text_value(value))).collect());
    }
    show::columns(&lines)
}
