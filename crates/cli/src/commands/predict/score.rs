//! `evenly predict score`: the offers of help for one day, as local reference, help and reasons; no chance and no rank.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use evenly_extract::profile::days_from_1970;
use evenly_prediction::audit::Benefit;
use evenly_prediction::features::build;
use evenly_prediction::trial::Design;
use evenly_prediction::worklist::{Asked, Counts, Give, Made, Worklist, worklist};
use jiff::civil::Date;

use super::options::{benefit, share};
use super::source::{Source, model, trial};
use super::stopped::refuse_if_stopped;
use crate::exit::Usage;
use crate::folder::Folder;
use crate::interrupt;
use crate::show;

/// Arguments of `evenly predict score`.
#[derive(Args)]
#[command(after_help = "Examples:
  evenly predict score model appointments.parquet --profile sus-outpatient --day 2026-03-03 --capacity 200 --out offers-2026-03-03
  evenly predict score model appointments.parquet --profile sus-outpatient --day 2026-03-03 --capacity 200 --rule floor --floor-by deprivation --out offers

The file holds the appointments to come and the history. The folder appears whole or not at all and only its owner can open it:
worklist.csv and worklist.json, in the order of references. Nobody below the capacity is in it, and no chance of anybody.")]
pub struct Arguments {
    /// Folder of `evenly predict fit`, or the model file in it
    #[arg(value_name = "MODEL")]
    model: PathBuf,
    #[command(flatten)]
    source: Source,
    /// Day of the appointments
    #[arg(long, value_name = "YYYY-MM-DD")]
    day: Date,
    /// Most offers that can be made for that day
    #[arg(long, value_name = "OFFERS", value_parser = clap::value_parser!(u32).range(1..))]
    capacity: u32,
    /// The folder to write
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// By which rule offers are given out
    #[arg(long, value_enum, default_value_t)]
    rule: Rule,
    /// With the rule `benefit`: part of the risk that help prevents by group, as `deprivation:1=0.3,2=0.25,*=0.2`
    #[arg(long, value_name = "BENEFIT", value_parser = benefit)]
    benefit: Option<Benefit>,
    /// With the rule `floor`: the dimension whose groups get their part
    #[arg(long, value_name = "DIMENSION", default_value = "deprivation")]
    floor_by: String,
    /// With the rule `floor`: the part of the whole's expected reach that every group gets
    #[arg(long, value_name = "SHARE", default_value = "80%", value_parser = share)]
    floor: f64,
    /// The design of `evenly predict plan`, where a trial runs that leaves some without an offer
    #[arg(long, value_name = "FILE")]
    trial: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Rule {
    /// Who may most need help to come
    #[default]
    Risk,
    /// Whom help helps most
    Benefit,
    /// By risk, after every group has got its part
    Floor,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let give = match (arguments.rule, &arguments.benefit) {
        (Rule::Risk, None) => Give::Risk,
        (Rule::Benefit, Some(benefit)) => Give::Benefit(benefit),
        (Rule::Floor, None) => Give::Floor { dimension: &arguments.floor_by, floor: arguments.floor },
        (Rule::Benefit, None) => {
            return Err(Usage(
                "the rule `benefit` needs --benefit; `evenly predict evaluate` says what help prevents".to_owned(),
            )
            .into());
        }
        (_, Some(_)) => return Err(Usage("--benefit belongs to --rule benefit".to_owned()).into()),
    };
    let saved = model(&arguments.model)?;
    let design = arguments.trial.as_deref().map(running).transpose()?;
    let folder = Folder::prepare(&arguments.out, false)?.for_its_owner()?;
    let read = arguments.source.read_for(&saved.features, true, design.as_ref())?;
    let matrix = build(&read.appointments, &saved.features, &read.appointments.outcome)?;
    let asked = Asked {
        day: days_from_1970(arguments.day),
        capacity: arguments.capacity as usize,
        give,
        trial: design.as_ref(),
    };
    let made = worklist(&saved, &read.appointments, &matrix, &asked)?;
    folder.write("worklist.csv", csv(&made.worklist)?)?;
    folder.write("worklist.json", serde_json::to_string_pretty(&made.worklist)? + "\n")?;
    if let Some(sealed) = &made.sealed {
        folder.write("trial.json", serde_json::to_string_pretty(sealed)? + "\n")?;
    }
    interrupt::check()?;
    let place = folder.put_in_place()?;
    Ok(show::print(&summary(&made, arguments, &place))?)
}

/// The design of a trial that nobody has stopped.
fn running(path: &Path) -> anyhow::Result<Design> {
    let design = trial(path)?;
    refuse_if_stopped(path, &design)?;
    Ok(design)
}

fn csv(list: &Worklist) -> anyhow::Result<Vec<u8>> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(["appointment", "offer", "reason", "reason_codes"])?;
    for own in &list.offers {
        let joined = |of: fn(&evenly_prediction::explain::Reason) -> &str, by: &str| {
            own.reasons.iter().map(of).collect::<Vec<&str>>().join(by)
        };
        writer.write_record([
            own.appointment.as_str(),
            &joined(|reason| &reason.offer, " | "),
            &joined(|reason| &reason.words, " | "),
            &joined(|reason| &reason.barrier, " "),
        ])?;
    }
    Ok(writer.into_inner()?)
}

fn summary(made: &Made, arguments: &Arguments, place: &Path) -> String {
    let Counts { of_the_day, cancelled, set_aside, no_reference, looked_at, offers, .. } = &made.counts;
    let number = |count: usize| show::thousands(count as u64);
    let mut text = format!(
        "{} offers of help for {}: {} appointments that day, {} looked at\n",
        number(*offers),
        arguments.day,
        number(*of_the_day),
        number(*looked_at)
    );
    for (count, what) in [
        (*cancelled, "cancelled or called off"),
        (*set_aside, "without a usable day of booking"),
        (*no_reference, "without a reference of their own"),
    ] {
        if count > 0 {
            text.push_str(&format!("  not looked at: {} {what}\n", number(count)));
        }
    }
    for (what, list) in [
        ("not known", &made.counts.not_known),
        ("a code that the profile does not know", &made.counts.unknown_codes),
        ("never seen before that day", &made.counts.new_places),
    ] {
        for (name, count) in list {
            text.push_str(&format!("  {what}: {name}, of {}\n", number(*count)));
        }
    }
    if made.sealed.is_some() {
        text.push_str("A trial runs: who waits without an offer is in trial.json, sealed; keep the folder for `evenly predict evaluate`.\n");
    }
    text.push_str(&format!("{}\n", place.display()));
    text
}
