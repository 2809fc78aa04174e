//! `evenly restore`: the records of a backup, brought back.

use std::path::PathBuf;

use clap::Args;
use evenly_store::backup;
use jiff::Timestamp;
use serde_json::json;

use crate::platform;
use crate::settings::Records;
use crate::show::{self, Format};

/// Arguments of `evenly restore`.
#[derive(Args)]
#[command(after_help = "Examples:
  evenly restore evenly-2026-11-25.backup --data /var/lib/evenly-new
  evenly restore laptop.backup --data /var/lib/evenly --database postgres://evenly@db/evenly

Records that hold anything are refused: restore into a new data folder or an empty database, look at it, then serve that. The whole
backup is checked first, with its audit log; all of it is there afterwards, or nothing.")]
pub struct Arguments {
    /// File that `evenly backup` wrote
    file: PathBuf,
    #[command(flatten)]
    records: Records,
    /// How to print what was brought back
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let place = arguments.records.settings()?.database;
    let summary = platform::block_on(async { Ok(backup::restore(&place, &arguments.file, Timestamp::now()).await?) })?;
    if arguments.format == Format::Json {
        return show::print_json(&json!({"file": arguments.file, "backup": summary}));
    }
    let (rows, taken) = (show::thousands(summary.rows), &summary.heading.taken_at);
    Ok(show::print(&format!("{rows} rows are back in {place}, as they stood at {taken}\n"))?)
}
