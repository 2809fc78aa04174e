//! The file of settings: its parts, and how what was given otherwise lies over it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use clap::Args;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{WebGiven, WorkerGiven};

/// Name of the file in the data folder.
const NAME: &str = "evenly.toml";

/// What every part of the platform needs to know.
#[derive(Args, Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Common {
    /// Database, as postgres://user:password@host/name, instead of an SQLite file in the data folder. Other people on the machine
    /// can see a password given as an option: set the environment variable or write it into the file
    #[arg(long, env = "EVENLY_DATABASE", hide_env_values = true, value_name = "ADDRESS")]
    pub database: Option<String>,
    /// Folder on the server from which files can be brought in, by hand or by schedule
    #[arg(long, env = "EVENLY_IMPORTS", value_name = "DIR")]
    pub imports: Option<PathBuf>,
}

/// The file.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct File {
    /// `[records]`.
    #[serde(rename = "records")]
    pub common: Common,
    /// `[web]`.
    pub web: WebGiven,
    /// `[worker]`.
    pub worker: WorkerGiven,
}

impl File {
    /// Reads the file that was named, or the data folder's own where there is one.
    pub fn read(named: Option<&Path>, data: &Path) -> anyhow::Result<Self> {
        let usual = data.join(NAME);
        let path = match named {
            Some(path) => path,
            None if usual.is_file() => &usual,
            None => return Ok(Self::default()),
        };
        let name = path.display();
        let text = fs::read_to_string(path).with_context(|| format!("{name}: cannot be read"))?;
        // The error shows the line; a secret may stand there, so only where and why are told.
        toml::from_str(&text).map_err(|error| {
            let line = error.span().map_or(1, |span| 1 + text[..span.start].matches('\n').count());
            anyhow!("{name}: line {line}: {}", error.message())
        })
    }
}

/// What was given, and where nothing was, what lies beneath.
pub fn over<T: Serialize + DeserializeOwned>(given: &T, beneath: &T) -> anyhow::Result<T> {
    let mut both = object(beneath)?;
    both.extend(object(given)?.into_iter().filter(|(_, value)| !value.is_null()));
    Ok(serde_json::from_value(Value::Object(both))?)
}

fn object<T: Serialize>(part: &T) -> anyhow::Result<Map<String, Value>> {
    match serde_json::to_value(part)? {
        Value::Object(object) => Ok(object),
        _ => Err(anyhow!("a part of the settings is no table")),
    }
}
