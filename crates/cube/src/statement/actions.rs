//! What is done about the inequalities: projects and their actions, as the organisation writes them down.

use serde::{Deserialize, Serialize};

use crate::error::CubeError;

/// Projects and actions of the reporting period; none where nobody wrote any down.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actions {
    /// The projects, in the order in which they are shown.
    #[serde(default)]
    pub projects: Vec<Project>,
}

/// A project: what it is for, for whom, what was done and what was decided.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Project {
    /// Title for a reader.
    pub title: String,
    /// What is to change, by how much, by when.
    pub aim: String,
    /// Whom it is for.
    pub people: String,
    /// Ids of the statement's or Evenly's indicators that it is to change.
    #[serde(default)]
    pub indicators: Vec<String>,
    /// Who leads it: a role or team.
    #[serde(default)]
    pub lead: Option<String>,
    /// What was decided on it: adopt, adapt, stop, go on; with the reason.
    #[serde(default)]
    pub decision: Option<String>,
    /// What was done, in order of time.
    #[serde(default)]
    pub actions: Vec<Action>,
}

/// One thing done or to be done.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Action {
    /// When, ISO.
    pub date: String,
    /// What, in a sentence.
    pub what: String,
}

impl Actions {
    /// Reads projects from TOML; `name` is what errors call it.
    pub fn parse(name: &str, text: &str) -> Result<Self, CubeError> {
        toml::from_str(text).map_err(|error| CubeError::Definition {
            name: name.to_owned(),
            reason: error.to_string().trim().to_owned(),
        })
    }
}
