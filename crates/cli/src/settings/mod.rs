//! How the platform is set up: options, environment and one file, read once and laid over each other.
//!
//! An option stands before its environment variable, that before the file, that before what is usual. A setting is written
//! once, in a struct that is both: arguments of clap and a part of the file.

mod file;
mod log;
mod web;
mod worker;

use std::path::PathBuf;

use clap::Args;
use evenly_store::Place;

use self::file::{Common, File};
pub use self::log::{LogFormat, LogGiven, LogSettings};
pub use self::web::{WebGiven, WebSettings};
pub use self::worker::{WorkerGiven, WorkerSettings};

/// Where the platform's records are: what every command that opens them takes.
#[derive(Args, Clone, Debug)]
pub struct Records {
    /// Folder with the platform's data: its database (SQLite), uploads, exact cubes, and evenly.toml where there is one
    #[arg(long, env = "EVENLY_DATA", value_name = "DIR", default_value = "evenly-data")]
    data: PathBuf,
    /// File of settings, instead of evenly.toml in the data folder
    #[arg(long, env = "EVENLY_CONFIG", value_name = "TOML")]
    config: Option<PathBuf>,
    #[command(flatten)]
    common: Common,
}

/// What can be said of the platform's parts.
#[derive(Args, Clone, Debug, Default)]
pub struct Given {
    #[command(flatten)]
    pub web: WebGiven,
    #[command(flatten)]
    pub worker: WorkerGiven,
    #[command(flatten)]
    pub log: LogGiven,
}

/// Everything that is set up, wherever it was said.
#[derive(Clone, Debug)]
pub struct Settings {
    /// The data folder.
    pub data: PathBuf,
    /// The database.
    pub database: Place,
    /// Folder on the server from which files can be brought in.
    pub imports: Option<PathBuf>,
    /// Listening and signing in.
    pub web: WebSettings,
    /// Working off runs.
    pub worker: WorkerSettings,
    /// The log.
    pub log: LogSettings,
}

impl Records {
    /// Records in a folder, in a database of their own or in SQLite, with a folder of files to bring in.
    pub fn new(data: PathBuf, database: Option<String>, imports: Option<PathBuf>) -> Self {
        Self { data, config: None, common: Common { database, imports } }
    }

    /// What this and the file say; nothing was given of listening and working.
    pub fn settings(&self) -> anyhow::Result<Settings> {
        self.settings_with(&Given::default())
    }

    /// What all of this and the file say.
    pub fn settings_with(&self, given: &Given) -> anyhow::Result<Settings> {
        let file = File::read(self.config.as_deref(), &self.data)?;
        let common = file::over(&self.common, &file.common)?;
        Ok(Settings {
            data: self.data.clone(),
            database: common.database.as_deref().map_or_else(|| Place::in_folder(&self.data), Place::parse),
            imports: common.imports,
            web: WebSettings::of(file::over(&given.web, &file.web)?)?,
            worker: WorkerSettings::of(&file::over(&given.worker, &file.worker)?)?,
            log: LogSettings::of(file::over(&given.log, &file.log)?),
        })
    }
}
