//! `evenly measure`: any single statistic on a small table.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use anyhow::{Context, bail};
use clap::Args;
use evenly_stats::{Method, Options, Refusal, Row, Table, Value};
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
    let table = read_table(name)?;
    let options = Options::new(given.options.iter().cloned());
    let rows = match &given.by {
        None => answer(method, &table, &options).map_err(|refusal| refused(refusal, name))?,
        Some(column) => by_group(method, &table, &options, column, name)?,
    };
    if given.format == Format::Json {
        let typed: BTreeMap<_, _> = given.options.iter().cloned().collect();
        let results: Vec<_> =
            rows.iter().map(|(group, row)| with_group(given.by.as_deref(), group.as_deref(), row)).collect();
        let inputs =
            json!({"table": name, "rows": table.rows(), "columns": table.names(), "options": typed, "by": given.by});
        return show::print_json(&json!({"method": method.id, "inputs": inputs, "results": results}));
    }
    Ok(show::print(&as_text(given.by.as_deref(), &rows))?)
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

/// Runs the method on the whole table.
pub fn answer(method: &Method, table: &Table, options: &Options) -> Result<Answered, Refusal> {
    Ok(method.measure(table, options)?.into_iter().map(|row| (None, row)).collect())
}

/// Runs the method on each group's rows, on all cores; the groups keep the order of their first row.
fn by_group(method: &Method, table: &Table, options: &Options, column: &str, name: &str) -> anyhow::Result<Answered> {
    let tables = table.split(column).with_context(|| name.to_owned())?;
    let workers = std::thread::available_parallelism().map_or(1, std::num::NonZero::get).min(tables.len().max(1));
    let size = tables.len().div_ceil(workers).max(1);
    let answers: Vec<_> = std::thread::scope(|scope| {
        let running: Vec<_> = tables
            .chunks(size)
            .map(|chunk| {
                scope.spawn(move || {
                    let each = chunk.iter().map(|(group, table)| (group.clone(), method.measure(table, options)));
                    each.collect::<Vec<_>>()
                })
            })
            .collect();
        running.into_iter().flat_map(|worker| worker.join().unwrap_or_default()).collect()
    });
    let mut rows = Vec::new();
    for (group, answer) in answers {
        let answer = answer.map_err(|refusal| refused(refusal, &format!("{name}, {column} {group}")))?;
        rows.extend(answer.into_iter().map(|row| (Some(group.clone()), row)));
    }
    Ok(rows)
}

fn with_group(by: Option<&str>, group: Option<&str>, row: &Row) -> serde_json::Value {
    let mut object = show::json_row(row);
    if let (Some(by), Some(group), Some(object)) = (by, group, object.as_object_mut()) {
        object.insert(by.to_owned(), json!(group));
    }
    object
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

fn read_table(name: &str) -> anyhow::Result<Table> {
    let mut bytes = Vec::new();
    if name == "-" {
        std::io::stdin().lock().read_to_end(&mut bytes).context("standard input cannot be read")?;
    } else {
        bytes = std::fs::read(Path::new(name)).with_context(|| format!("{name}: cannot be read"))?;
    }
    parse_table(&bytes).with_context(|| name.to_owned())
}

fn parse_table(bytes: &[u8]) -> anyhow::Result<Table> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    if bytes.is_empty() {
        bail!("the file is empty; it needs a header and at least one row");
    }
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
    let names: Vec<String> = reader.headers()?.iter().map(str::to_owned).collect();
    if let Some((_, name)) = names.iter().enumerate().find(|(position, name)| names[..*position].contains(name)) {
        bail!("column `{name}` stands twice in the header; rename one of the two");
    }
    let mut columns: Vec<Vec<Value>> = vec![Vec::new(); names.len()];
    for record in reader.records() {
        for (column, cell) in columns.iter_mut().zip(record?.iter()) {
            column.push(parse_value(cell));
        }
    }
    Ok(Table::new(names.into_iter().zip(columns).collect())?)
}

fn parse_value(cell: &str) -> Value {
    match cell {
        "" | "NA" | "null" | "NULL" => Value::Missing,
        // `nan` and `inf` would parse as numbers; they stay text, so that methods refuse them by row and column.
        _ => match cell.parse::<f64>() {
            Ok(number) if number.is_finite() => Value::Number(number),
            _ => Value::Text(cell.to_owned()),
        },
    }
}
