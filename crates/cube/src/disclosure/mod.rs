//! The gate: from exact counts to counts that may be shown.

use serde::{Deserialize, Serialize};

use crate::cube::Cube;
use crate::error::CubeError;
use crate::exact::Exact;
use crate::release::{Releasable, Release};

/// A disclosure policy (TOML in `definitions/policies/`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// `hes-1-7`, `round-5-suppress-0-4`, `none-synthetic`, `none-published`.
    pub id: String,
    /// Counts up when the rule changes.
    pub version: u32,
    /// Title for a reader.
    pub title: String,
    /// Where the rule comes from.
    pub source: String,
    /// Day it was written or checked, ISO.
    pub date: String,
    /// What it does, in one sentence for a reader.
    pub sentence: String,
    /// Smallest count that is withheld; 0 withholds zeros too.
    pub suppress_from: u64,
    /// Largest count that is withheld; below `suppress_from` nothing is withheld.
    pub suppress_to: u64,
    /// Counts shown are rounded to the nearest multiple of this; 1 leaves them.
    pub round_to: u64,
}

/// Which tables to release. They pass the gate together: what one hides, no other gives away.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Views {
    /// Id of the period dimension, if the cube has one and trends are wanted.
    pub period: Option<String>,
    /// Dimensions to break down by, one way each, and by period.
    pub by: Vec<String>,
    /// Pairs of dimensions to cross.
    pub pairs: Vec<(String, String)>,
}

impl Exact<Cube> {
    /// Releases the views of every indicator under a policy.
    pub fn release(&self, policy: &Policy, views: &Views) -> Result<Releasable<Release>, CubeError> {
        let _ = (policy, views);
        Err(CubeError::Definition { name: "gate".into(), reason: "not built yet".into() })
    }
}
