//! The model file: one line that says what it is, its version and the checksum of what follows; then JSON.
//!
//! The checksum finds damage and changes by hand; it is no protection against somebody who means harm and can work it out anew.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{Calibration, Model};
use crate::PredictError;
use crate::audit::{Audit, Figures};
use crate::features::{FeatureSet, LeftOut};
use crate::guard::Suspect;
use crate::split::SplitDays;

/// Version of the file's form.
pub const MODEL_VERSION: u32 = 4;
/// How the first line begins.
const MAGIC: &str = "evenly-model";

/// A model with everything that says what it is.
#[derive(Serialize, Deserialize)]
pub struct Saved {
    /// Version of Evenly that fitted it.
    pub evenly: String,
    /// The profile it was fitted with, and its version.
    pub profile: (String, u32),
    /// The feature set.
    pub features: FeatureSet,
    /// Ids of the features that it uses, in the order of its columns.
    pub used: Vec<String>,
    /// Titles of features that the extract could not give.
    pub absent: Vec<String>,
    /// Features that the extract has and that are not used.
    pub left_out: Vec<LeftOut>,
    /// Features that alone tell missed from attended better than is usual.
    pub suspects: Vec<Suspect>,
    /// The model.
    pub model: Model,
    /// Its calibration.
    pub calibration: Calibration,
    /// What it was fitted on.
    pub made_of: MadeOf,
    /// Its figures on later days and people never seen.
    pub audit: Audit,
    /// Those of the readable baseline for the whole, where the model is another.
    pub baseline: Option<Figures>,
    /// What moves the chance most: title of the feature and how much, largest first.
    pub importance: Vec<(String, f64)>,
    /// What each feature usually adds where its barrier's words do not hold, in the order of `used`.
    pub usual: Vec<f64>,
}

/// What a model was fitted on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MadeOf {
    /// Title of the profile: what kind of extract.
    pub title: String,
    /// Names of the files.
    pub files: Vec<String>,
    /// Rows read.
    pub read: u64,
    /// Rows left out by rules of the profile.
    pub excluded: u64,
    /// Rows that could not be used.
    pub rejected: u64,
    /// Appointments without a usable moment, by reason.
    pub set_aside: Vec<(String, u64)>,
    /// Dimensions by their ids, and on how many appointments the group was taken from another of the same person.
    pub of_person: Vec<(String, u64)>,
    /// People.
    pub people: usize,
    /// Appointments fitted on, calibrated on, tested on.
    pub appointments: [usize; 3],
    /// Of which missed.
    pub missed: [usize; 3],
    /// The days.
    pub days: SplitDays,
    /// Seed of the split by people and of the intervals.
    pub seed: u64,
}

/// The file's text.
pub fn write_model(saved: &Saved) -> Result<String, PredictError> {
    let body = serde_json::to_string(saved).map_err(|error| PredictError::Fit(error.to_string()))?;
    Ok(format!("{MAGIC} {MODEL_VERSION} {}\n{body}\n", checksum(body.as_bytes())))
}

/// Reads a model; `name` is the file that errors name.
pub fn read_model(name: &str, text: &str) -> Result<Saved, PredictError> {
    let wrong = |reason: &str| PredictError::Model { name: name.to_owned(), reason: reason.to_owned() };
    let (first, body) = text.split_once('\n').ok_or_else(|| wrong("it is not a model file of Evenly"))?;
    let mut parts = first.split(' ');
    let (magic, version, sum) = (parts.next(), parts.next(), parts.next());
    let version: u32 = match (magic, version.and_then(|version| version.parse().ok())) {
        (Some(MAGIC), Some(version)) => version,
        _ => return Err(wrong("it is not a model file of Evenly")),
    };
    if version > MODEL_VERSION {
        return Err(PredictError::Model {
            name: name.to_owned(),
            reason: format!(
                "its form is version {version}, and this Evenly reads up to {MODEL_VERSION}: it was written by a newer Evenly. Update Evenly, or fit the model again"
            ),
        });
    }
    if version < MODEL_VERSION {
        return Err(wrong(
            "it was written by an older Evenly, which fitted another kind of model. Fit the model again",
        ));
    }
    let body = body.strip_suffix('\n').unwrap_or(body);
    if sum != Some(checksum(body.as_bytes()).as_str()) {
        return Err(wrong(
            "its checksum does not fit: it was changed by hand or damaged in copying, so nobody can say what it predicts. Copy it again, or fit it again",
        ));
    }
    serde_json::from_str(body).map_err(|error| PredictError::Model {
        name: name.to_owned(),
        reason: format!("it cannot be read ({error}); fit the model again"),
    })
}

/// SHA-256 as hexadecimal.
pub(crate) fn checksum(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a String cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
