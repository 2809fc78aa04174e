//! The sealed list of a day's trial: digests of references, so that nobody reads from it who was held out; only the evaluation,
//! which knows the outcomes, can tell them apart.

use serde::{Deserialize, Serialize};

use crate::PredictError;
use crate::model::checksum;

/// Version of the file's form.
const VERSION: u32 = 1;

/// Who took part on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sealed {
    /// Version of the form.
    pub version: u32,
    /// Checksum of the design.
    pub design: String,
    /// The day, ISO.
    pub day: String,
    /// Digests of the appointments that were offered help, in their order.
    pub offered: Vec<String>,
    /// Digests of the appointments that were held out.
    pub held_out: Vec<String>,
}

impl Sealed {
    pub(super) fn new(design: String, day: &str, seed: u64, offered: &[String], held_out: &[String]) -> Self {
        let seal = |references: &[String]| {
            let mut all: Vec<String> = references.iter().map(|reference| digest(seed, reference)).collect();
            all.sort_unstable();
            all
        };
        Self { version: VERSION, design, day: day.to_owned(), offered: seal(offered), held_out: seal(held_out) }
    }

    /// Reads a sealed list; `name` is the file that errors name.
    pub fn parse(name: &str, text: &str) -> Result<Self, PredictError> {
        let wrong = |reason: String| PredictError::Trial { name: name.to_owned(), reason };
        let own: Self = serde_json::from_str(text)
            .map_err(|error| wrong(format!("it is not a sealed list of `evenly predict score --trial` ({error})")))?;
        if own.version > VERSION {
            return Err(wrong(format!("its form is version {}: update Evenly", own.version)));
        }
        Ok(own)
    }
}

/// Digest of a text with the trial's seed, 128 bits as hexadecimal.
pub(super) fn digest(seed: u64, text: &str) -> String {
    let mut digest = checksum(&[&seed.to_be_bytes(), text.as_bytes()].concat());
    digest.truncate(32);
    digest
}
