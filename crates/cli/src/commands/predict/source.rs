//! What the actions of `evenly predict` read: files, profile, and the day taken as today.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::{fs, io::IsTerminal, io::Write};

use anyhow::Context;
use clap::Args;
use evenly_extract::profile::{Profile, days_from_1970};
use evenly_extract::readers::{self, Extract, Limits};
use evenly_prediction::PredictError;
use evenly_prediction::appointments::{Appointments, Reading};
use evenly_prediction::features::{FeatureSet, shipped_set};
use evenly_prediction::fit::Steps;
use evenly_prediction::model::{Saved, read_model};
use evenly_prediction::trial::Design;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::interrupt;
use crate::progress::Line;

/// Name of the model file in its folder.
pub const MODEL_FILE: &str = "model.evenly";
/// The field of a profile that names an appointment, for worklists and what is made of them.
pub const REFERENCE: &str = "reference";

/// The arguments that say what to read.
#[derive(Args, Clone)]
pub struct Source {
    /// Files or folders of one extract of appointments: CSV, the same in .gz or .zip, Parquet, small XLSX
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What the columns mean: an id of `evenly profile list`, or a TOML file
    #[arg(long, value_name = "PROFILE")]
    profile: String,
    /// Dimensions to audit by, separated by commas, instead of the profile's; those that the model looks at or puts chances right
    /// by are always audited
    #[arg(long, value_delimiter = ',', value_name = "DIMENSION")]
    by: Option<Vec<String>>,
    /// Day taken as today (outcomes after it are refused), instead of this computer's
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<Date>,
}

/// What was read.
pub struct Read {
    /// The profile.
    pub profile: Profile,
    /// The appointments.
    pub appointments: Appointments,
    /// Dimensions asked for by name that the extract does not have.
    pub absent: Vec<String>,
}

impl Source {
    /// Reads the appointments; `to_come` where outcomes are not there yet, `reference` to tell them apart on a worklist.
    pub fn read(&self, set: &FeatureSet, to_come: bool, reference: Option<&str>) -> anyhow::Result<Read> {
        self.read_as(set, &Reading { to_come, reference, ..Reading::default() })
    }

    /// The day taken as today.
    pub fn today(&self) -> Date {
        self.today.unwrap_or_else(|| Timestamp::now().to_zoned(TimeZone::UTC).date())
    }

    /// Reads with references, and with what a trial tells its arms by.
    pub fn read_for(&self, set: &FeatureSet, to_come: bool, trial: Option<&Design>) -> anyhow::Result<Read> {
        let (draw, also) = (trial.map(|design| design.seed), trial.and_then(Design::field));
        self.read_as(set, &Reading { to_come, reference: Some(REFERENCE), draw, also, ..Reading::default() })
    }

    /// Reads; day taken as today and dimensions are the arguments'.
    pub fn read_as(&self, set: &FeatureSet, reading: &Reading<'_>) -> anyhow::Result<Read> {
        interrupt::listen();
        let profile = Profile::load(&self.profile, &[])?;
        let extract: Extract = readers::open(&self.files, &Limits::default())?;
        let reading = Reading { today: days_from_1970(self.today()), by: self.by.as_deref(), ..*reading };
        let line = Line::new();
        let appointments = Appointments::read(&profile, &extract, set, &reading, &line);
        line.finish();
        let appointments = appointments?;
        let has = |name: &String| appointments.rows.groups.iter().any(|groups| groups.dimension.id == *name);
        let absent = self.by.iter().flatten().filter(|name| !has(name)).cloned().collect();
        Ok(Read { profile, appointments, absent })
    }
}

/// A feature set by id or file.
pub fn feature_set(name: &str) -> anyhow::Result<FeatureSet> {
    if Path::new(name).is_file() {
        let text = fs::read_to_string(name).with_context(|| format!("{name}: cannot be read"))?;
        return Ok(FeatureSet::parse(name, &text)?);
    }
    Ok(shipped_set(name)?)
}

/// A model by its folder or file.
pub fn model(path: &Path) -> anyhow::Result<Saved> {
    let file = if path.is_dir() { path.join(MODEL_FILE) } else { path.to_owned() };
    let name = file.display().to_string();
    let text = fs::read_to_string(&file).with_context(|| format!("{name}: cannot be read"))?;
    Ok(read_model(&name, &text)?)
}

/// Judged appointments on later days than the model was fitted and calibrated on.
pub fn later_than(saved: &Saved, appointments: &Appointments) -> anyhow::Result<Vec<usize>> {
    let test = &saved.made_of.days.test;
    let from = days_from_1970(test.parse()?);
    let rows: Vec<usize> = appointments.judged().filter(|row| appointments.day[*row] >= from).collect();
    if rows.is_empty() {
        return Err(PredictError::NothingLater { test: test.clone() }.into());
    }
    Ok(rows)
}

/// The design of a trial.
pub fn trial(path: &Path) -> anyhow::Result<Design> {
    let name = path.display().to_string();
    let text = fs::read_to_string(path).with_context(|| format!("{name}: cannot be read"))?;
    Ok(Design::parse(&name, &text)?)
}

/// One line that says what is being done, on a terminal; dots that come and go say that it goes on.
pub struct StepLine {
    watched: bool,
    step: Mutex<String>,
}

impl StepLine {
    /// A line that is written only to a terminal.
    pub fn new() -> Self {
        Self { watched: std::io::stderr().is_terminal(), step: Mutex::default() }
    }

    /// Writes the line, for the so-manyth time.
    pub fn show(&self, time: usize) {
        let step = self.step.lock().unwrap_or_else(PoisonError::into_inner);
        if self.watched && !step.is_empty() {
            eprint!("\r{:<60}", format!("{step} {}", ".".repeat(1 + time / 10 % 3)));
            // A line that cannot be shown is no reason to stop.
            drop(std::io::stderr().flush());
        }
    }

    /// Wipes the line.
    pub fn finish(&self) {
        if self.watched {
            eprint!("\r{:60}\r", "");
        }
    }
}

impl Steps for StepLine {
    fn step(&self, what: &str) -> bool {
        what.clone_into(&mut self.step.lock().unwrap_or_else(PoisonError::into_inner));
        !interrupt::requested()
    }
}
