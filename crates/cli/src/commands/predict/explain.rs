//! `evenly predict explain`: which barriers may stand in the way, how much each matters and for whom, and what to offer.

use std::collections::HashSet;
use std::path::PathBuf;

use anyhow::bail;
use clap::Args;
use evenly_prediction::explain::{picture, picture_text, reasons};
use evenly_prediction::features::build;

use super::source::{Source, later_than, model};
use crate::show::{self, Format};

/// Arguments of `evenly predict explain`.
#[derive(Args)]
#[command(after_help = "Examples:
  evenly predict explain model appointments.parquet --profile sus-outpatient
  evenly predict explain model appointments.parquet --profile sus-outpatient --appointment 4711 --appointment 4712

The picture is drawn from appointments on later days than the model was made of. With --appointment, the barriers of single
appointments are told in words for the person who calls, without a number; the profile names the column of references.")]
pub struct Arguments {
    /// Folder of `evenly predict fit`, or the model file in it
    #[arg(value_name = "MODEL")]
    model: PathBuf,
    #[command(flatten)]
    source: Source,
    /// Tell the barriers of this appointment instead, by its local reference; may be repeated
    #[arg(long, value_name = "REFERENCE")]
    appointment: Vec<String>,
    /// Appointments to look at at most; people are drawn by lot
    #[arg(long, default_value_t = 20_000, value_parser = clap::value_parser!(u32).range(500..))]
    sample: u32,
    /// Samples of people for the intervals
    #[arg(long, default_value_t = 400, value_parser = clap::value_parser!(u32).range(50..=20_000))]
    samples: u32,
    /// Seed of the sample and of the intervals
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let saved = model(&arguments.model)?;
    let single = !arguments.appointment.is_empty();
    let read = arguments.source.read(&saved.features, single, single.then_some(super::source::REFERENCE))?;
    if let Some(name) = read.absent.first() {
        bail!("there is no dimension `{name}` here to explain by; leave it out of --by");
    }
    let appointments = &read.appointments;
    let matrix = build(appointments, &saved.features, &appointments.outcome)?;
    if single {
        let wanted: HashSet<&str> = arguments.appointment.iter().map(String::as_str).collect();
        let rows: Vec<usize> = (0..appointments.len())
            .filter(|row| appointments.rows.reference(*row).is_some_and(|own| wanted.contains(own)))
            .collect();
        if rows.is_empty() {
            bail!("none of these references is in the file; check how the extract writes them");
        }
        let all: Vec<_> = rows
            .iter()
            .zip(reasons(&saved, &matrix, &rows))
            .map(|(row, reasons)| {
                serde_json::json!({ "appointment": appointments.rows.reference(*row), "reasons": reasons })
            })
            .collect();
        return match arguments.format {
            Format::Json => show::print_json(&all),
            Format::Text => Ok(show::print(&told(&all))?),
        };
    }
    let rows = later_than(&saved, appointments)?;
    let (most, samples) = (arguments.sample as usize, arguments.samples as usize);
    let found = picture(&saved, appointments, &matrix, &rows, most, samples, arguments.seed)?;
    match arguments.format {
        Format::Json => show::print_json(&found),
        Format::Text => Ok(show::print(&picture_text(&found))?),
    }
}

fn told(all: &[serde_json::Value]) -> String {
    let mut text = String::new();
    for own in all {
        text.push_str(&format!(
            "Appointment {} may need help to come\n",
            own["appointment"].as_str().unwrap_or_default()
        ));
        for reason in own["reasons"].as_array().into_iter().flatten() {
            let part = |key: &str| reason[key].as_str().unwrap_or_default();
            text.push_str(&format!("  {}\n    to offer: {}\n", part("words"), part("offer")));
        }
    }
    text
}
