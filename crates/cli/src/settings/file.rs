//! The file of settings: its parts, and how what was given otherwise lies over it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, anyhow};
use clap::Args;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{LogGiven, WebGiven, WorkerGiven};

/// Name of the file in the data folder.
const NAME: &str = "evenly.toml";

/// What every part of the platform needs to know.
#[derive(Args, Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Common {
    /// Database, as `postgres://user:password@host/name`, instead of an SQLite file in the data folder. Other people on the machine
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
    /// `[log]`.
    pub log: LogGiven,
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

/// What was given, and where nothing was, what lies beneath. An empty text gives nothing: so an environment can leave it open.
pub fn over<T: Serialize + DeserializeOwned>(given: &T, beneath: &T) -> anyhow::Result<T> {
    let mut both = object(beneath)?;
    both.extend(object(given)?.into_iter().filter(|(_, value)| !value.is_null() && value.as_str() != Some("")));
    Ok(serde_json::from_value(Value::Object(both))?)
}

fn object<T: Serialize>(part: &T) -> anyhow::Result<Map<String, Value>> {
    match serde_json::to_value(part)? {
        Value::Object(object) => Ok(object),
        _ => Err(anyhow!("a part of the settings is no table")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Records;

    fn settings(text: &str) -> anyhow::Result<crate::settings::Settings> {
        let folder = tempfile::tempdir()?;
        fs::write(folder.path().join(NAME), text)?;
        Records::new(folder.path().to_owned(), None, None).settings()
    }

    #[test]
    fn what_was_given_stands_before_the_file_and_an_empty_text_gives_nothing() {
        let common = |database: Option<&str>, imports: Option<&str>| Common {
            database: database.map(str::to_owned),
            imports: imports.map(PathBuf::from),
        };
        let file = common(Some("postgres://a/b"), Some("/in"));
        let both = over(&common(Some("postgres://c/d"), None), &file).expect("settings");
        assert_eq!((both.database.as_deref(), both.imports), (Some("postgres://c/d"), Some(PathBuf::from("/in"))));
        let both = over(&common(Some(""), None), &file).expect("settings");
        assert_eq!(both.database.as_deref(), Some("postgres://a/b"));
    }

    #[test]
    fn the_sample_in_deploy_holds_every_setting_by_its_name() {
        let sample = include_str!("../../../../deploy/evenly.toml");
        let uncommented: Vec<String> = sample
            .lines()
            .map(|line| line.strip_prefix("# ").filter(|own| own.contains(" = ")).unwrap_or(line).to_owned())
            .filter(|line| !line.contains("provider-secret-file"))
            .collect();
        let read = settings(&uncommented.join("\n")).expect("the sample can be read");
        assert_eq!(read.web.public_address.as_deref(), Some("https://evenly.trust.nhs.uk"));
        let usual = settings(sample).expect("the sample can be read");
        assert_eq!((usual.web.bind, usual.web.upload_bytes_max), (read.web.bind, read.web.upload_bytes_max));
        assert_eq!((usual.worker, usual.web.idle_minutes), (read.worker, read.web.idle_minutes));
        assert_eq!(usual.log, read.log);
    }

    #[test]
    fn a_setting_that_cannot_be_used_is_told_with_its_line_and_without_its_value() {
        for (text, words) in [
            ("[records]\ndatabase = 5\n", "line 2"),
            ("[web]\nbidn = \"127.0.0.1:1\"\n", "unknown field `bidn`"),
            ("[web]\nidle-minutes = 0\n", "idle-minutes is 0"),
            ("[web]\nupload-max = \"much\"\n", "upload-max: give a size such as"),
            ("[web]\npublic-address = \"evenly.trust\"\n", "public-address is evenly.trust: give http"),
            ("[web]\nprovider-issuer = \"https://a\"\n", "provider-client-id, both"),
            ("[worker]\nlease-seconds = 1\n", "lease-seconds is 1"),
        ] {
            let error = settings(text).expect_err(text);
            assert!(format!("{error:#}").contains(words), "{text}: {error:#}");
        }
    }
}
