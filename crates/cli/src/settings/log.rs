//! How the log is written, by every part of the platform.

use clap::{Args, ValueEnum};
use serde::{Deserialize, Serialize};

/// What can be said of it.
#[derive(Args, Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct LogGiven {
    /// How the log is written
    #[arg(long, env = "EVENLY_LOG_FORMAT", value_enum)]
    log_format: Option<LogFormat>,
    /// What the log tells: error, warn, info, debug, or such as `info,evenly_web=debug` [usual: info]
    #[arg(long, env = "EVENLY_LOG", value_name = "LEVEL")]
    log: Option<String>,
}

/// How the log is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LogFormat {
    /// Lines for people.
    #[default]
    Text,
    /// A JSON object on each line, for machines.
    Json,
}

/// How the log is written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogSettings {
    /// How lines look.
    pub format: LogFormat,
    /// What they tell.
    pub level: String,
}

impl LogGiven {
    /// Nothing but what is wrong.
    pub fn quiet() -> Self {
        Self { log: Some("warn".to_owned()), ..Self::default() }
    }
}

impl LogSettings {
    /// Takes what is usual for what was not said.
    pub(super) fn of(given: LogGiven) -> Self {
        Self { format: given.log_format.unwrap_or_default(), level: given.log.unwrap_or_else(|| "info".to_owned()) }
    }
}
