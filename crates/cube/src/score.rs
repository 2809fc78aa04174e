//! Score definitions: which indicators a local inequalities score is made of, with open weights and who agreed them.

use serde::{Deserialize, Serialize};

use crate::error::CubeError;

/// The scores in the binary, by id.
const SHIPPED: [(&str, &str); 1] = [("missed-care", include_str!("../../../definitions/scores/missed-care.toml"))];

/// A versioned definition of a score from 0 to 100, relative to a set of peers: services, places or groups.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreDefinition {
    /// Name in commands and files: `missed-care`.
    pub id: String,
    /// Title for a reader.
    pub title: String,
    /// Counts up when the meaning changes.
    pub version: u32,
    /// How values become points.
    #[serde(default)]
    pub scaling: Scaling,
    /// Where the score comes from.
    pub source: String,
    /// Day it was written or agreed, ISO.
    pub date: String,
    /// What a reader must know to read it rightly.
    #[serde(default)]
    pub notes: Vec<String>,
    /// What it is made of.
    pub inputs: Vec<ScoreInput>,
}

/// One input of a score.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScoreInput {
    /// Id of an indicator; which direction is good is the indicator's.
    pub indicator: String,
    /// Weight, above 0, in any unit: the weights are divided by their sum.
    pub weight: f64,
    /// Who agreed the weight, when, and where it is written down.
    pub source: String,
}

/// How the peers' values become points.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scaling {
    /// 0 at the best peer's value, 100 at the worst, in proportion between.
    #[default]
    Range,
    /// By place among the peers.
    Place,
}

impl ScoreDefinition {
    /// Ids of the scores in the binary.
    pub fn shipped_ids() -> impl Iterator<Item = &'static str> {
        SHIPPED.iter().map(|(id, _)| *id)
    }

    /// A score in the binary as it is written, by id.
    pub fn shipped_text(id: &str) -> Option<&'static str> {
        SHIPPED.iter().find(|(own, _)| *own == id).map(|(_, text)| *text)
    }

    /// Reads a score from TOML; `name` is what errors call it.
    pub fn parse(name: &str, text: &str) -> Result<Self, CubeError> {
        let wrong = |reason: String| CubeError::Definition { name: name.to_owned(), reason };
        let score: Self = toml::from_str(text).map_err(|error| wrong(error.to_string().trim().to_owned()))?;
        if score.inputs.is_empty() {
            return Err(wrong("a score needs at least one [[inputs]]".to_owned()));
        }
        for (place, input) in score.inputs.iter().enumerate() {
            let of = format!("input `{}`", input.indicator);
            if !(input.weight > 0.0 && input.weight.is_finite()) {
                return Err(wrong(format!("{of}: the weight must be a number above 0")));
            }
            if input.source.trim().is_empty() {
                return Err(wrong(format!("{of}: say in `source` who agreed the weight, and when")));
            }
            if score.inputs[..place].iter().any(|own| own.indicator == input.indicator) {
                return Err(wrong(format!("{of} stands twice; add the two weights up")));
            }
        }
        Ok(score)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::indicator::shipped_indicator;

    #[test]
    fn shipped_scores_load_and_name_indicators_that_exist() {
        for id in ScoreDefinition::shipped_ids() {
            let score = ScoreDefinition::parse(id, ScoreDefinition::shipped_text(id).unwrap()).unwrap();
            assert_eq!(score.id, id);
            assert!(score.inputs.iter().all(|input| shipped_indicator(&input.indicator).is_ok()));
        }
    }

    #[test]
    fn what_is_wrong_with_a_score_is_named() {
        let text = SHIPPED[0].1;
        for (from, to, part) in [
            ("weight = 2", "weight = 0", "`did-not-attend`: the weight must be"),
            ("weight = 2", "weight = nan", "above 0"),
            ("source = \"Example: the loss that is largest in number\"", "source = \" \"", "who agreed the weight"),
            ("over-18-weeks", "did-not-attend", "stands twice"),
            ("[[inputs]]", "[[input]]", "input"),
            ("scaling = \"range\"", "scaling = \"z\"", "scaling"),
        ] {
            assert!(text.contains(from), "{from}");
            let error = ScoreDefinition::parse("mine.toml", &text.replace(from, to)).unwrap_err().to_string();
            assert!(error.contains(part) && error.contains("mine.toml"), "{part}: {error}");
        }
    }
}
