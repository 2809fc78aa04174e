//! `evenly audit`: the record of who did what on the platform.

use anyhow::bail;
use clap::{Args, Subcommand};
use evenly_store::Store;
use evenly_store::audit::{self, Chain};
use serde_json::json;

use crate::platform;
use crate::settings::Records;
use crate::show::{self, Format};

/// Arguments of `evenly audit`.
#[derive(Args)]
pub struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Subcommand)]
enum Action {
    /// Walk the whole record and say whether every event is as it was written
    #[command(after_help = "Examples:
  evenly audit verify --data /var/lib/evenly
  evenly audit verify --data /var/lib/evenly --format json

Write the last hash down elsewhere from time to time: whoever can write the whole database can write a whole new record, but not one
that ends with that hash. Others may go on working meanwhile. Exit status 1: the record is not whole, and where is said.")]
    Verify(Verify),
}

#[derive(Args)]
struct Verify {
    #[command(flatten)]
    records: Records,
    /// How to print the answer
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    match &arguments.action {
        Action::Verify(verify) => verify.run(),
    }
}

impl Verify {
    fn run(&self) -> anyhow::Result<()> {
        let place = self.records.settings()?.database;
        let chain = platform::block_on(async {
            let store = Store::open_existing(&place).await?;
            let chain = audit::verify(&store).await?;
            store.close().await;
            Ok(chain)
        })?;
        match (chain, self.format) {
            (Chain::Whole(end), Format::Json) => {
                show::print_json(&json!({"whole": true, "events": end.sequence, "last_hash": end.hash}))
            }
            (Chain::Whole(end), Format::Text) => {
                let events = show::thousands(end.sequence);
                Ok(show::print(&format!("The record is whole: {events} events. Last hash: {}\n", end.hash))?)
            }
            (Chain::Broken { sequence, reason }, format) => {
                if format == Format::Json {
                    show::print_json(&json!({"whole": false, "sequence": sequence, "reason": reason}))?;
                }
                bail!("the record is not whole, from event {sequence} on: {reason}")
            }
        }
    }
}
