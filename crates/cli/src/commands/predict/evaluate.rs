//! `evenly predict evaluate`: whether help helped, for whom, and stop where it harms.

use std::path::PathBuf;

use anyhow::{Context, bail};
use clap::Args;
use evenly_prediction::features::shipped_set;
use evenly_prediction::trial::{Evaluation, Sealed, evaluate, evaluation_text};

use super::source::{Source, trial};
use super::stopped::stop;
use crate::show::{self, Format};

/// Arguments of `evenly predict evaluate`.
#[derive(Args)]
#[command(after_help = "Example:
  evenly predict evaluate trial.toml appointments.parquet --profile sus-outpatient --offers offers-2026-04-01 --offers offers-2026-04-02

The offers are the folders of `evenly predict score --trial`; the extract has the outcomes of those days. Exit status 1 where a
group is harmed: stop the offers to it and find out why. It is written down beside the design, and `evenly predict score` makes no
more lists for that trial.")]
pub struct Arguments {
    /// The design of `evenly predict plan`
    #[arg(value_name = "DESIGN")]
    design: PathBuf,
    #[command(flatten)]
    source: Source,
    /// A folder of `evenly predict score --trial`, or a folder of such folders; may be repeated
    #[arg(long, required = true, value_name = "FOLDER")]
    offers: Vec<PathBuf>,
    /// How to print it
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let design = trial(&arguments.design)?;
    let lists = lists(&arguments.offers)?;
    let set = shipped_set("missed-appointments")?;
    let read = arguments.source.read_for(&set, false, Some(&design))?;
    if let Some(name) = read.absent.first() {
        bail!("there is no dimension `{name}` here to evaluate by; leave it out of --by");
    }
    let found: Evaluation = evaluate(&design, &lists, &read.appointments, &read.appointments.outcome)?;
    match arguments.format {
        Format::Json => show::print_json(&found)?,
        Format::Text => show::print(&evaluation_text(&found))?,
    }
    if found.harmed.is_empty() {
        return Ok(());
    }
    let file = stop(&arguments.design, &design, &found)?;
    bail!(
        "stop: help harms {}. Make no more such offers to them, ask them what went wrong, and plan anew; `evenly predict score` \
         makes no more lists for this trial ({})",
        found.harmed.join("; "),
        file.display(),
    )
}

/// The sealed lists in these folders, or in the folders within.
fn lists(folders: &[PathBuf]) -> anyhow::Result<Vec<Sealed>> {
    let mut files = Vec::new();
    for folder in folders {
        let own = folder.join("trial.json");
        if own.is_file() {
            files.push(own);
            continue;
        }
        let inside = std::fs::read_dir(folder).with_context(|| format!("{}: cannot be read", folder.display()))?;
        let mut found: Vec<PathBuf> =
            inside.flatten().map(|entry| entry.path().join("trial.json")).filter(|file| file.is_file()).collect();
        if found.is_empty() {
            bail!("{}: holds no trial.json of `evenly predict score --trial`", folder.display());
        }
        found.sort();
        files.extend(found);
    }
    let read = |file: &PathBuf| {
        let name = file.display().to_string();
        let text = std::fs::read_to_string(file).with_context(|| format!("{name}: cannot be read"))?;
        Ok(Sealed::parse(&name, &text)?)
    };
    files.iter().map(read).collect()
}
