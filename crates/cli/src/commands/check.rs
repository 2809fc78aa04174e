//! `evenly check`: read and check an extract, and change nothing.

use std::path::PathBuf;

use clap::Args;
use evenly_extract::checks::{NoRejects, RejectsFile};
use evenly_extract::count::{CheckReport, FieldCheck};
use serde_json::json;

use crate::counting::{self, Counting};
use crate::interrupt;
use crate::progress::watched;
use crate::show::{self, Format};

/// Arguments of `evenly check`.
#[derive(Args)]
#[command(after_help = "Examples:
  evenly check appointments.csv --profile sus-outpatient
  evenly check extracts/ --profile hes-outpatient --rejects rejects.csv --format json")]
pub struct Arguments {
    #[command(flatten)]
    counting: counting::Arguments,
    /// File to write rejected rows to: file, line, field, reason and class of value
    #[arg(long, value_name = "CSV")]
    rejects: Option<PathBuf>,
    /// How to print what was found
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// The four ways of not knowing, as they are headed.
const STATES: [&str; 5] = ["known", "not_stated", "not_known", "missing", "invalid"];

/// Runs it.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    interrupt::listen();
    let counting = Counting::prepare(&arguments.counting)?;
    let report = match &arguments.rejects {
        None => watched(|line| counting.check(&NoRejects, line))?,
        Some(path) => {
            let rejects = RejectsFile::create(path)?;
            let report = watched(|line| counting.check(&rejects, line))?;
            rejects.finish()?;
            report
        }
    };
    match arguments.format {
        Format::Json => show::print_json(&as_json(&report)),
        Format::Text => Ok(show::print(&as_text(&report))?),
    }
}

fn as_json(report: &CheckReport) -> serde_json::Value {
    let fields = report.fields.iter().map(|field| {
        let mut object =
            json!({"field": field.field, "title": field.title, "column": field.header, "unusual": field.unusual});
        for (name, rows) in STATES.iter().zip(field.states) {
            object[*name] = json!(rows);
        }
        object
    });
    json!({
        "rows": show::rows_json(&report.rows),
        "fields": fields.collect::<Vec<_>>(),
        "absent": report.absent,
        "unused_columns": report.unused,
        "dimensions": report.dimensions,
        "notes": report.notes,
    })
}

fn as_text(report: &CheckReport) -> String {
    let mut text = show::rows_equation(&report.rows);
    text.push_str("\n\nFields, in counted rows\n");
    let header = ["field", "column", "known", "not stated", "not known", "missing", "invalid", ""].map(str::to_owned);
    let mut lines = vec![header.to_vec()];
    lines.extend(report.fields.iter().map(field_line));
    text.push_str(&show::columns(&lines));
    let mut say = |what: &str, names: &[String]| {
        if !names.is_empty() {
            text.push_str(&format!("\n{what}: {}\n", names.join(", ")));
        }
    };
    say("Fields of the profile that the extract does not have", &report.absent);
    say("Columns that the profile does not look at", &report.unused);
    say("It can be broken down by", &report.dimensions);
    for note in &report.notes {
        text.push_str(&format!("\n{note}"));
    }
    text.trim_end().to_owned() + "\n"
}

fn field_line(field: &FieldCheck) -> Vec<String> {
    let unusual = field.unusual.filter(|rows| *rows > 0);
    let remark = unusual.map_or(String::new(), |rows| format!("{rows} in an unusual form, kept as text"));
    let mut cells = vec![field.field.clone(), field.header.clone()];
    cells.extend(field.states.iter().map(u64::to_string));
    cells.push(remark);
    cells
}
