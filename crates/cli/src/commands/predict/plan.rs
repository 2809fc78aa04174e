//! `evenly predict plan`: how it will be told whether help helps, chosen and written down before the first offer.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use clap::Args;
use evenly_prediction::appointments::Reading;
use evenly_prediction::features::shipped_set;
use evenly_prediction::trial::{Design, Plan};
use jiff::civil::Date;

use super::options::share;
use super::source::Source;
use crate::exit::Usage;
use crate::show;

/// Arguments of `evenly predict plan`.
#[derive(Args)]
#[command(after_help = "Examples:
  evenly predict plan appointments.parquet --profile sus-outpatient --hold-out 20% --from 2026-04-01 --until 2026-09-30 --out trial.toml
  evenly predict plan appointments.parquet --profile sus-outpatient --stepped treatment_function --from 2026-04-01 --until 2027-03-31 --out trial.toml

Without people who wait nobody can tell whether help helps. The lot decides who does, before the first offer; the file says how,
and is given to `evenly predict score --trial` and to `evenly predict evaluate`.")]
pub struct Arguments {
    #[command(flatten)]
    source: Source,
    /// This share of people, drawn by lot, waits without an offer
    #[arg(long, value_name = "SHARE", value_parser = share, conflicts_with = "stepped")]
    hold_out: Option<f64>,
    /// Units of this field (`treatment_function`, `site`) start one after another, in an order drawn by lot
    #[arg(long, value_name = "FIELD")]
    stepped: Option<String>,
    /// Steps of a stepped start
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u32).range(2..=60))]
    steps: u32,
    /// First day of the trial
    #[arg(long, value_name = "YYYY-MM-DD")]
    from: Date,
    /// Last day of the trial
    #[arg(long, value_name = "YYYY-MM-DD")]
    until: Date,
    /// How often the outcomes will be looked at
    #[arg(long, default_value_t = 4)]
    looks: u32,
    /// Seed of the lot
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The file to write
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    if arguments.out.exists() {
        bail!(
            "{}: is there already, and a design is not changed once it is written; choose another with --out",
            arguments.out.display()
        );
    }
    let days = [arguments.from, arguments.until];
    let plan = match (arguments.hold_out, &arguments.stepped) {
        (Some(share), None) => Plan::HoldOut { share },
        (None, Some(field)) => {
            let set = shipped_set("missed-appointments")?;
            let reading = Reading { to_come: true, also: Some(field), ..Reading::default() };
            let read = arguments.source.read_as(&set, &reading)?;
            Design::stepped(&read.appointments, field, days, arguments.steps as usize, arguments.seed)?
        }
        _ => return Err(Usage("say how: --hold-out SHARE or --stepped FIELD".to_owned()).into()),
    };
    let design = Design::new(arguments.source.today(), days, arguments.seed, arguments.looks, plan)?;
    write(&arguments.out, &design.text()?)?;
    Ok(show::print(&format!("{}\n{}\n", told(&design), arguments.out.display()))?)
}

fn write(file: &Path, text: &str) -> anyhow::Result<()> {
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let shown = || format!("{}: cannot be written", file.display());
    let mut hidden = tempfile::NamedTempFile::new_in(parent).with_context(shown)?;
    hidden.write_all(text.as_bytes()).with_context(shown)?;
    hidden.persist_noclobber(file).with_context(shown)?;
    Ok(())
}

fn told(design: &Design) -> String {
    match &design.plan {
        Plan::HoldOut { share } => format!(
            "{:.0} % of people wait without an offer from {} to {}; everybody else may get one",
            share * 100.0,
            design.from,
            design.until
        ),
        Plan::Stepped { field, steps } => {
            let mut text = format!("Units of {} start one after another:", field.replace('_', " "));
            for step in steps {
                text.push_str(&format!("\n  {}  {}", step.from, step.unit));
            }
            text
        }
    }
}
