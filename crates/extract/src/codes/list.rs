//! A code list: national codes with labels, and which of them mean "not known".

use evenly_cube::GroupState;
use serde::Deserialize;

/// A versioned list of codes.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodeList {
    /// Name in profiles: `ethnic-category-2001`.
    pub id: String,
    /// Title for a reader.
    pub title: String,
    /// Counts up when codes change.
    pub version: u32,
    /// Publication, page, date.
    pub source: String,
    /// Day it was written or checked, ISO.
    pub date: String,
    /// How many leading characters are national; the rest is local and ignored (ethnic category: 1).
    #[serde(default)]
    pub national_characters: Option<usize>,
    /// The codes, in the order to show them.
    pub codes: Vec<Code>,
}

/// One code.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Code {
    /// The code.
    pub code: String,
    /// Its label.
    pub label: String,
    /// Known, or one of the ways of not knowing.
    #[serde(default = "known")]
    pub state: GroupState,
    /// Other spellings of the same code, compared without regard to case.
    #[serde(default)]
    pub also: Vec<String>,
}

fn known() -> GroupState {
    GroupState::Known
}

/// A code list that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("code list {name}: {reason}")]
pub struct CodeListError {
    /// Name of the list.
    pub name: String,
    /// What is wrong.
    pub reason: String,
}

impl CodeList {
    /// Reads a list from TOML.
    pub fn parse(name: &str, toml: &str) -> Result<Self, CodeListError> {
        let wrong = |reason: String| CodeListError { name: name.to_owned(), reason };
        let list: Self = toml::from_str(toml).map_err(|error| wrong(error.message().to_owned()))?;
        for (position, code) in list.codes.iter().enumerate() {
            if list.codes[..position].iter().any(|earlier| earlier.code == code.code) {
                return Err(wrong(format!("code `{}` is listed twice", code.code)));
            }
        }
        Ok(list)
    }

    /// Position of the code that a recorded text means: an exact code or spelling first, then its national characters.
    pub fn position(&self, recorded: &str) -> Option<usize> {
        let recorded = recorded.trim();
        let matches = |text: &str| {
            self.codes.iter().position(|code| {
                code.code.eq_ignore_ascii_case(text) || code.also.iter().any(|other| other.eq_ignore_ascii_case(text))
            })
        };
        matches(recorded).or_else(|| {
            let national: String = recorded.chars().take(self.national_characters?).collect();
            matches(&national)
        })
    }
}
