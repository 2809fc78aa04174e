//! `evenly predict fit`: a model of past appointments, tested on later ones, in a folder with its card.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::{Args, ValueEnum};
use evenly_extract::rows::Groups;
use evenly_prediction::appointments::Appointments;
use evenly_prediction::card::{DRAWING, card, figure, trade_off};
use evenly_prediction::features::FeatureSet;
use evenly_prediction::fit::{FitOptions, Prepared, fit, prepare};
use evenly_prediction::model::{ModelKind, Saved, write_model};

use super::options::AuditArguments;
use super::source::{MODEL_FILE, Read, Source, StepLine, feature_set};
use crate::folder::Folder;
use crate::interrupt::{self, Interrupted};
use crate::show;

/// Arguments of `evenly predict fit`.
#[derive(Args)]
#[command(after_help = "Examples:
  evenly predict fit appointments.parquet --profile sus-outpatient --out model
  evenly predict fit appointments.csv --profile ours.toml --days-before 7 --by deprivation,sex,age_band --out model

The folder appears whole or not at all: model.evenly, card.md
with trade-off.svg, and audit.json. The same files, options and seed give the same bytes.")]
pub struct Arguments {
    #[command(flatten)]
    source: Source,
    /// The folder to write
    #[arg(long, value_name = "FOLDER")]
    out: PathBuf,
    /// What to look at: an id of `evenly predict features`, or a TOML file
    #[arg(long, value_name = "SET", default_value = "missed-appointments")]
    features: String,
    /// Look at what is known so many days before the appointment, instead of at booking
    #[arg(long, value_name = "DAYS")]
    days_before: Option<u16>,
    /// Which model to keep
    #[arg(long, value_enum, default_value_t)]
    model: Kind,
    /// Seed of the split by people and of the intervals
    #[arg(long, default_value_t = 1)]
    seed: u64,
    #[command(flatten)]
    audit: AuditArguments,
    /// Also write features, split and outcome of every appointment used, for other tools to check: keep this file safe
    #[arg(long, value_name = "FILE")]
    export: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, Default, ValueEnum)]
enum Kind {
    /// Gradient-boosted trees
    #[default]
    Boosted,
    /// Regularised logistic regression
    Logistic,
}

/// Runs it.
pub fn run(arguments: &Arguments) -> anyhow::Result<()> {
    let mut set = feature_set(&arguments.features)?;
    if arguments.days_before.is_some() {
        set.moment.days_before = arguments.days_before;
    }
    interrupt::listen();
    let folder = Folder::prepare(&arguments.out, false)?;
    let read = arguments.source.read(&set, false, None)?;
    if let Some(name) = read.absent.first() {
        bail!("there is no dimension `{name}` here to audit by; leave it out of --by");
    }
    let kind = match arguments.model {
        Kind::Boosted => ModelKind::Boosted,
        Kind::Logistic => ModelKind::Logistic,
    };
    let (seed, audit) = (arguments.seed, arguments.audit.clone());
    let export = arguments.export.clone();
    let line = Arc::new(StepLine::new());
    let saved = stoppable(&Arc::clone(&line), move || {
        let Read { profile, appointments, .. } = read;
        let prepared = prepare(&appointments, &set, seed, &*line)?;
        if let Some(file) = &export {
            write_features(file, &appointments, &set, &prepared)?;
        }
        let options = FitOptions { kind, seed, audit: audit.options(seed), version: env!("CARGO_PKG_VERSION") };
        Ok(fit(&appointments, &set, &profile, &prepared, &options, &*line)?)
    })?;
    folder.write(MODEL_FILE, write_model(&saved)?)?;
    folder.write("card.md", card(&saved))?;
    if let Some(drawing) = trade_off(&saved.audit) {
        folder.write(DRAWING, drawing)?;
    }
    folder.write("audit.json", serde_json::to_string_pretty(&saved.audit)? + "\n")?;
    interrupt::check()?;
    let place = folder.put_in_place()?;
    Ok(show::print(&summary(&saved, &place))?)
}

/// Does long work that cannot be asked to stop in a thread of its own, so that Ctrl-C is heard at once and the line of progress
/// goes on. Nothing is on disk yet.
fn stoppable<T: Send + 'static>(
    line: &StepLine,
    work: impl FnOnce() -> anyhow::Result<T> + Send + 'static,
) -> anyhow::Result<T> {
    let (done, wait) = mpsc::channel();
    let worker = thread::spawn(move || {
        // Nobody waits any more only where the person asked to stop.
        drop(done.send(work()));
    });
    let mut times = 0;
    let result = loop {
        match wait.recv_timeout(Duration::from_millis(50)) {
            Ok(result) => break result,
            Err(RecvTimeoutError::Timeout) if interrupt::requested() => break Err(Interrupted.into()),
            Err(RecvTimeoutError::Timeout) => {
                line.show(times);
                times += 1;
            }
            Err(RecvTimeoutError::Disconnected) => match worker.join() {
                Err(panic) => std::panic::resume_unwind(panic),
                Ok(()) => break Err(Interrupted.into()),
            },
        }
    };
    line.finish();
    result
}

/// Features as CSV, readable by the owner only, whole or not at all; people are running numbers, and no identifier is in it. Groups
/// stand last where chances are put right by them, without which chances could not be checked.
fn write_features(
    file: &Path,
    appointments: &Appointments,
    set: &FeatureSet,
    prepared: &Prepared,
) -> anyhow::Result<()> {
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let shown = || format!("{}: cannot be written", file.display());
    let mut hidden = tempfile::NamedTempFile::new_in(parent).with_context(shown)?;
    let mut writer = csv::Writer::from_writer(std::io::BufWriter::new(&mut hidden));
    let mut header = ["part", "person", "missed"].map(str::to_owned).to_vec();
    header.extend(prepared.matrix.features.iter().cloned());
    let by: Vec<&str> = set.calibrated_by().collect();
    let is_asked = |groups: &&Groups| by.contains(&groups.dimension.id.as_str());
    let groups: Vec<&Groups> = appointments.rows.groups.iter().filter(is_asked).collect();
    header.extend(groups.iter().map(|own| format!("group:{}", own.dimension.id)));
    writer.write_record(&header)?;
    let split = &prepared.split;
    for (part, rows) in [("fit", &split.fit), ("calibrate", &split.calibrate), ("test", &split.test)] {
        for row in rows {
            let missed = u8::from(appointments.missed(*row));
            let mut record = vec![part.to_owned(), appointments.person[*row].to_string(), missed.to_string()];
            let value =
                |column: &Vec<f64>| if column[*row].is_nan() { String::new() } else { column[*row].to_string() };
            record.extend(prepared.matrix.columns.iter().map(value));
            record.extend(groups.iter().map(|own| own.dimension.groups[own.codes[*row] as usize].id.clone()));
            writer.write_record(&record)?;
        }
    }
    writer.flush()?;
    drop(writer);
    hidden.persist(file).with_context(shown)?;
    Ok(())
}

fn summary(saved: &Saved, place: &Path) -> String {
    let overall = &saved.audit.overall;
    let line = |title: &str, name: &str| format!("{title}: {}\n", figure(overall, name));
    let mut text = format!(
        "A model of {}, tested on {} later appointments of people it never saw\n",
        saved.model.kind().title(),
        show::thousands(overall.appointments as u64),
    );
    text.push_str(&line("Ranks a missed above an attended appointment (AUROC)", "auroc"));
    text.push_str(&line("Area under precision and reach (AUPRC)", "auprc"));
    text.push_str(&line("Calibration slope (1 is right)", "calibration_slope"));
    let reached = format!("Missed appointments reached with help for {:.0} %", saved.audit.capacity * 100.0);
    text.push_str(&line(&reached, "sensitivity_at_k"));
    text.push_str(&format!("{}\n", place.display()));
    text
}
