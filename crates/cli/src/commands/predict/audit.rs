//! `evenly predict audit`: how well a model does on appointments later than those it was made of.

use std::collections::BTreeSet;
use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use evenly_prediction::audit::{Audit, audit, reach_text};
use evenly_prediction::card::audit_text;
use evenly_prediction::features::{Unseen, build, unseen, unseen_text};
use serde::Serialize;

use super::options::AuditArguments;
use super::source::{Source, later_than, model};
use crate::show::{self, Format};

/// Arguments of `evenly predict audit`.
#[derive(Args)]
#[command(after_help = "Examples:
  evenly predict audit model appointments.parquet --profile sus-outpatient
  evenly predict audit model appointments.csv --profile sus-outpatient --capacity 5% --format json
  evenly predict audit model appointments.csv --profile sus-outpatient --offers-a-day 200 --by deprivation

Give the file with the history before the days to audit: features look back. Only appointments on later days than the model was
fitted and calibrated on are judged.")]
pub struct Arguments {
    /// Folder of `evenly predict fit`, or the model file in it
    #[arg(value_name = "MODEL")]
    model: PathBuf,
    #[command(flatten)]
    source: Source,
    #[command(flatten)]
    audit: AuditArguments,
    /// Help can be offered for so many appointments of a day, instead of a share
    #[arg(long, value_name = "OFFERS", conflicts_with = "capacity", value_parser = clap::value_parser!(u32).range(1..))]
    offers_a_day: Option<u32>,
    /// Seed of the intervals
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// The audit, and what the appointments bring that the model has not met.
#[derive(Serialize)]
struct Answer<'a> {
    #[serde(flatten)]
    audit: &'a Audit,
    unseen: Vec<Unseen>,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let saved = model(&arguments.model)?;
    let read = arguments.source.read(&saved.features, false, None)?;
    if let Some(name) = read.absent.first() {
        bail!("there is no dimension `{name}` here to audit by; leave it out of --by");
    }
    let appointments = &read.appointments;
    let rows = later_than(&saved, appointments)?;
    let matrix = build(appointments, &saved.features, &appointments.outcome)?;
    let estimates = saved.estimates(appointments, &matrix, &rows);
    let mut options = arguments.audit.options(arguments.seed);
    if let Some(offers) = arguments.offers_a_day {
        let days: BTreeSet<i32> = rows.iter().map(|row| appointments.day[*row]).collect();
        options.capacity = (f64::from(offers) * days.len() as f64 / rows.len() as f64).min(1.0);
    }
    let found: Audit = audit(appointments, &rows, &estimates, &options)?;
    let first = rows.iter().map(|row| appointments.day[*row]).min().unwrap_or(i32::MIN);
    let unseen = unseen(appointments, &saved.features, &matrix, &rows, first);
    match arguments.format {
        Format::Json => show::print_json(&Answer { audit: &found, unseen }),
        Format::Text => Ok(show::print(&(audit_text(&found) + &reach_text(&found) + &unseen_text(&unseen)))?),
    }
}
