//! `evenly backup`: all records of the platform as one file.

use std::path::PathBuf;

use clap::Args;
use evenly_store::{Store, backup};
use jiff::Timestamp;
use serde_json::json;

use crate::platform;
use crate::settings::Records;
use crate::show::{self, Format};

/// Arguments of `evenly backup`.
#[derive(Args)]
#[command(after_help = "Examples:
  evenly backup evenly-2026-11-25.backup --data /var/lib/evenly
  EVENLY_DATABASE=postgres://evenly@db/evenly evenly backup nightly.backup --data /var/lib/evenly

The file holds all records as they stood at one moment, while others go on working; only its owner can read it. It is the same for
SQLite and PostgreSQL. Exact counts and uploads are files of the data folder and are not in it (docs/how-to/back-up-and-restore.md).")]
pub struct Arguments {
    /// File to write; it must not be there
    file: PathBuf,
    #[command(flatten)]
    records: Records,
    /// How to print what was written
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let place = arguments.records.settings()?.database;
    let summary = platform::block_on(async {
        let store = Store::open_existing(&place).await?;
        let summary = backup::write(&store, &arguments.file, Timestamp::now(), env!("CARGO_PKG_VERSION")).await?;
        store.close().await;
        Ok(summary)
    })?;
    if arguments.format == Format::Json {
        return show::print_json(&json!({"file": arguments.file, "backup": summary}));
    }
    let (rows, events) = (show::thousands(summary.rows), show::thousands(summary.heading.audit.sequence));
    Ok(show::print(&format!("{rows} rows, {events} events of the audit log: {}\n", arguments.file.display()))?)
}
