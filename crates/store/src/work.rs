//! What can be asked of a worker, as pages and programs write it and the worker reads it. No value of a patient belongs here.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::error::{Result, StoreError};
use crate::id::Id;
use crate::releases::ReleaseInfo;
use crate::runs::{NewRun, Run};
use crate::statements::Statement;

/// A piece of work: the kind of a run and its parameters.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum Work {
    /// Read and check an extract; keeps a release of purpose `check` with its data quality.
    Check(Reading),
    /// From an extract to findings; keeps an extract, a release of purpose `analysis` and its findings.
    Analyse(Analysing),
    /// Score the groups of one dimension of a release; the outcome holds the answer.
    Score(Scoring),
    /// The evidence of an annual statement: every analysis in use, limited to the time; keeps releases of purpose `statement`,
    /// whose context is [`crate::statements::Limited`], and becomes the run that the statement shows.
    Statement(Stating),
}

/// What to read and how to count it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// What people call the extract; the same from import to import, so that a newer one takes the older one's place.
    pub name: String,
    /// The folder that the files lie in.
    pub folder: Folder,
    /// Names of the files in it; all of them where there is none.
    #[serde(default)]
    pub files: Vec<String>,
    /// Id of the profile: a shipped one, or an approved definition of kind `profile`.
    pub profile: String,
    /// Dimensions to break down by, instead of the profile's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Vec<String>>,
    /// Dimensions to break down by besides those; one that cannot be had is left out with a note.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub also_by: Vec<String>,
    /// Ids of indicators, instead of the profile's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub indicators: Option<Vec<String>>,
    /// Edition of the deprivation index (`2019`, `2025`), instead of the one made for the extract's small areas.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub imd: Option<String>,
    /// How five ethnic groups are made of sixteen: `2021` or `2001`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ethnic_groups: Option<String>,
    /// Length of a period (`day`, `week`, `month`, `quarter`, `year`), instead of the profile's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub period: Option<String>,
    /// Id of the disclosure policy, instead of the profile's: a shipped one, or an approved definition of kind `policy`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
    /// What was done about patients who opted out of their data being used, in words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub opt_out: Option<String>,
}

/// A folder that the worker may read.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Folder {
    /// A folder beneath the server's import folder; empty for that folder itself.
    Import(String),
    /// An upload: a folder of its own in `uploads` of the data folder.
    Upload(String),
}

impl Default for Folder {
    fn default() -> Self {
        Self::Import(String::new())
    }
}

/// An analysis.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Analysing {
    /// What to read.
    pub reading: Reading,
    /// First period of a change that everybody should have shared in; the latest year where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split: Option<String>,
}

/// A score.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scoring {
    /// The release whose groups are scored.
    pub release: Id<ReleaseInfo>,
    /// Id of the score: a shipped one, or an approved definition of kind `score`.
    pub score: String,
    /// The dimension whose groups are the peers.
    pub of: String,
    /// Seed of the simulation.
    pub seed: u64,
}

/// The evidence of a statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stating {
    /// The statement that it is for.
    pub statement: Id<Statement>,
    /// The time reported on, as `evenly statement --period` takes it.
    pub period: String,
    /// Id of the disclosure policy, instead of the one that all analyses share.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<String>,
}

impl Work {
    /// The work as a run to ask for.
    pub fn as_run(&self) -> NewRun {
        let mut parameters = serde_json::to_value(self).unwrap_or_default();
        let kind = parameters.as_object_mut().and_then(|own| own.remove("kind"));
        let kind = kind.as_ref().and_then(Value::as_str).unwrap_or_default().to_owned();
        NewRun { kind, parameters, schedule: None }
    }

    /// The work of a run.
    pub fn of_run(run: &Run) -> Result<Self> {
        Self::of(&run.kind, run.parameters.clone())
    }

    /// The work of a kind with its parameters.
    pub(crate) fn of(kind: &str, mut parameters: Value) -> Result<Self> {
        if let Some(object) = parameters.as_object_mut() {
            object.insert("kind".to_owned(), Value::String(kind.to_owned()));
        }
        serde_json::from_value(parameters)
            .map_err(|error| StoreError::Refused(format!("no worker can do this `{kind}`: {error}")))
    }

    /// What it reads, where it reads an extract.
    pub fn reading(&self) -> Option<&Reading> {
        match self {
            Self::Check(reading) | Self::Analyse(Analysing { reading, .. }) => Some(reading),
            Self::Score(_) | Self::Statement(_) => None,
        }
    }

    /// The same work on these files of its folder.
    pub(crate) fn with_files(&self, names: Vec<String>) -> Self {
        let mut work = self.clone();
        if let Self::Check(reading) | Self::Analyse(Analysing { reading, .. }) = &mut work {
            reading.files = names;
        }
        work
    }
}
