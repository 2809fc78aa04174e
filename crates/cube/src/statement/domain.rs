//! Domains of the statement: which indicators it asks for, in whose words, and which of Evenly's answers them.

use serde::{Deserialize, Serialize};

use crate::error::CubeError;

macro_rules! shipped {
    ($($id:literal),* $(,)?) => {
        [$(($id, include_str!(concat!("../../../../definitions/statement/", $id, ".toml")))),*]
    };
}

/// The domains in the binary, in the order of the statement.
const SHIPPED: [(&str, &str); 11] = shipped![
    "elective-recovery",
    "urgent-and-emergency-care",
    "respiratory",
    "mental-health",
    "cancer",
    "cardiovascular-disease",
    "diabetes",
    "smoking-cessation",
    "oral-health",
    "learning-disability-and-autism",
    "maternity-and-neonatal",
];

/// A versioned domain of the statement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Domain {
    /// Name in files: `elective-recovery`.
    pub id: String,
    /// Title for a reader.
    pub title: String,
    /// Counts up when the meaning changes.
    pub version: u32,
    /// Where the list of its indicators comes from.
    pub source: String,
    /// Day it was written or checked, ISO.
    pub date: String,
    /// What the statement asks for.
    pub indicators: Vec<DomainIndicator>,
}

/// One indicator that the statement asks for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DomainIndicator {
    /// Name in files, unique among all domains.
    pub id: String,
    /// Title for a reader.
    pub title: String,
    /// The statement's words, as far as they are known.
    pub wording: String,
    /// Where the wording comes from.
    pub source: String,
    /// Whether the wording has been checked against a source; where not, every document says so beside it.
    pub checked: bool,
    /// What a reader must know of the wording.
    #[serde(default)]
    pub note: Option<String>,
    /// Evenly's indicator that answers it, if there is one.
    #[serde(default)]
    pub indicator: Option<String>,
    /// In what Evenly's indicator differs from the wording, if it does.
    #[serde(default)]
    pub differs: Option<String>,
    /// Whether its extract is a picture of one moment, taken again and again: then the latest in the period counts, and
    /// pictures are never added up.
    #[serde(default)]
    pub snapshot: bool,
    /// What is needed to show it, where it is not available: which extract, which profile.
    pub needs: String,
}

impl Domain {
    /// Reads a domain from TOML; `name` is what errors call it.
    pub fn parse(name: &str, text: &str) -> Result<Self, CubeError> {
        let wrong = |reason: String| CubeError::Definition { name: name.to_owned(), reason };
        let domain: Self = toml::from_str(text).map_err(|error| wrong(error.to_string().trim().to_owned()))?;
        if domain.indicators.is_empty() {
            return Err(wrong("`indicators`: a domain without indicators says nothing".to_owned()));
        }
        for own in &domain.indicators {
            for (key, text) in [("title", &own.title), ("wording", &own.wording), ("needs", &own.needs)] {
                if text.trim().is_empty() {
                    return Err(wrong(format!("`{key}` of the indicator `{}` is empty", own.id)));
                }
            }
            if !own.checked && own.note.is_none() {
                return Err(wrong(format!(
                    "the indicator `{}` is not checked, so its `note` must say what is known of its wording",
                    own.id
                )));
            }
            if own.differs.is_some() && own.indicator.is_none() {
                return Err(wrong(format!("`differs` of `{}` needs an `indicator` that differs", own.id)));
            }
        }
        let mut ids: Vec<&str> = domain.indicators.iter().map(|own| own.id.as_str()).collect();
        ids.sort_unstable();
        let twice = ids.windows(2).find(|pair| pair[0] == pair[1]).and_then(<[&str]>::first);
        if let Some(twice) = twice {
            return Err(wrong(format!("the indicator `{twice}` stands there twice")));
        }
        Ok(domain)
    }
}

/// Every domain in the binary, in the order of the statement.
pub fn shipped_domains() -> Result<Vec<Domain>, CubeError> {
    SHIPPED.iter().map(|(id, text)| Domain::parse(&format!("statement/{id}.toml"), text)).collect()
}
