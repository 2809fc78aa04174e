//! `evenly predict drift`: whether a model is still true, month by month and by group.

use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use evenly_prediction::drift::{drift, drift_text};
use evenly_prediction::features::build;

use super::source::{Source, model};
use crate::show::{self, Format};

/// Arguments of `evenly predict drift`.
#[derive(Args)]
#[command(after_help = "Example:
  evenly predict drift model appointments.parquet --profile sus-outpatient --by deprivation,age_band

Give the file with the history: later months are compared with the days that the model was made of, and features look back.")]
pub struct Arguments {
    /// Folder of `evenly predict fit`, or the model file in it
    #[arg(value_name = "MODEL")]
    model: PathBuf,
    #[command(flatten)]
    source: Source,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let saved = model(&arguments.model)?;
    let read = arguments.source.read(&saved.features, false, None)?;
    if let Some(name) = read.absent.first() {
        bail!("there is no dimension `{name}` here to look by; leave it out of --by");
    }
    let matrix = build(&read.appointments, &saved.features, &read.appointments.outcome)?;
    let found = drift(&saved, &read.appointments, &matrix)?;
    match arguments.format {
        Format::Json => show::print_json(&found),
        Format::Text => Ok(show::print(&drift_text(&found))?),
    }
}
