//! A release as it is saved between the run that made it and the pages that show it.
//!
//! JSON under a marker, as the exact cube has one: `{"evenly.disclosure": "releasable", "layout": 1, "release": …}`. Only a
//! value past the gate is saved so, and only what is saved so is opened again.

use serde::{Deserialize, Serialize};

use crate::error::CubeError;
use crate::release::{Releasable, Release};

/// Version of this layout.
const LAYOUT: u32 = 1;
/// What the marker says.
const MARKER: &str = "releasable";

#[derive(Serialize)]
struct Saved<'r> {
    #[serde(rename = "evenly.disclosure")]
    disclosure: &'static str,
    layout: u32,
    release: &'r Release,
}

#[derive(Deserialize)]
struct Opened {
    #[serde(rename = "evenly.disclosure")]
    disclosure: String,
    layout: u32,
    release: Release,
}

impl Releasable<Release> {
    /// The release as text, to be opened again with [`Releasable::reopen`].
    pub fn to_saved(&self) -> Result<String, CubeError> {
        let saved = Saved { disclosure: MARKER, layout: LAYOUT, release: &self.0 };
        serde_json::to_string(&saved).map_err(|error| wrong(&error.to_string()))
    }

    /// Opens what [`Releasable::to_saved`] wrote.
    pub fn reopen(saved: &str) -> Result<Self, CubeError> {
        let opened: Opened = serde_json::from_str(saved).map_err(|error| wrong(&error.to_string()))?;
        if opened.disclosure != MARKER {
            return Err(wrong("it is not marked as releasable"));
        }
        if opened.layout != LAYOUT {
            return Err(wrong("another version of Evenly saved it; analyse the extract again"));
        }
        Ok(Self(opened.release))
    }
}

fn wrong(reason: &str) -> CubeError {
    CubeError::File { path: "saved release".to_owned(), reason: reason.to_owned() }
}
