//! Unit costs: what one event of an indicator costs, agreed by the trust, with its source. None comes with Evenly.

use serde::{Deserialize, Serialize};

use crate::error::CubeError;

/// A versioned definition of a unit cost.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CostDefinition {
    /// Name in commands and files: `missed-appointment`.
    pub id: String,
    /// Title for a reader.
    pub title: String,
    /// Counts up when the meaning changes.
    pub version: u32,
    /// Id of the indicator whose events it is of.
    pub indicator: String,
    /// Pounds for one event, above 0.
    pub unit_cost: f64,
    /// The year whose prices these are: `2024-25`.
    pub prices: String,
    /// Who bears it, in words: the trust, the patient, both.
    pub borne_by: String,
    /// Where the figure comes from.
    pub source: String,
    /// Day it was written or agreed, ISO.
    pub date: String,
    /// What a reader must know to read it rightly.
    #[serde(default)]
    pub notes: Vec<String>,
}

impl CostDefinition {
    /// A text to begin from; it is refused until its gaps are filled.
    pub const TO_BEGIN_FROM: &'static str = "\
id = \"missed-appointment\"
title = \"A missed outpatient appointment\"
version = 1
indicator = \"did-not-attend\"
# Pounds for one event, such as your own reference cost.
unit_cost = 0
# The year whose prices these are, such as 2024-25.
prices = \"\"
# Who bears it: the trust, the patient, both.
borne_by = \"\"
# Where the figure comes from: published, or your finance team's own, with its day.
source = \"\"
date = \"\"
notes = []
";

    /// Reads a cost from TOML; `name` is what errors call it.
    pub fn parse(name: &str, text: &str) -> Result<Self, CubeError> {
        let wrong = |reason: String| CubeError::Definition { name: name.to_owned(), reason };
        let cost: Self = toml::from_str(text).map_err(|error| wrong(error.to_string().trim().to_owned()))?;
        if !(cost.unit_cost > 0.0 && cost.unit_cost.is_finite()) {
            return Err(wrong("unit_cost must be a number of pounds above 0".to_owned()));
        }
        let needed = [
            ("indicator", &cost.indicator, "whose events it is of"),
            ("prices", &cost.prices, "which year's prices these are"),
            ("borne_by", &cost.borne_by, "who bears it"),
            ("source", &cost.source, "where the figure comes from"),
            ("date", &cost.date, "when it was agreed"),
        ];
        let missing = needed.into_iter().find(|(_, text, _)| text.trim().is_empty());
        match missing.map(|(key, _, what)| format!("say in `{key}` {what}")) {
            Some(reason) => Err(wrong(reason)),
            None => Ok(cost),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cost_needs_its_amount_its_source_and_who_bears_it() {
        let mut text = CostDefinition::TO_BEGIN_FROM.to_owned();
        for (part, from, to) in [
            ("above 0", "unit_cost = 0", "unit_cost = 165"),
            ("`prices`", "prices = \"\"", "prices = \"2024-25\""),
            ("`borne_by`", "borne_by = \"\"", "borne_by = \"the trust\""),
            ("`source`", "source = \"\"", "source = \"Finance, 3 March 2026\""),
            ("`date`", "date = \"\"", "date = \"2026-03-03\""),
        ] {
            let error = CostDefinition::parse("ours", &text).expect_err("something is missing").to_string();
            assert!(error.contains(part) && error.contains("ours"), "{part}: {error}");
            text = text.replace(from, to);
        }
        let cost = CostDefinition::parse("ours", &text).expect("a cost");
        assert_eq!((cost.id.as_str(), cost.indicator.as_str()), ("missed-appointment", "did-not-attend"));
        for bad in ["unit_cost = -1", "unit_cost = nan", "unit_cost = inf", "unit_cost = \"165\""] {
            assert!(CostDefinition::parse("ours", &text.replace("unit_cost = 165", bad)).is_err(), "{bad}");
        }
    }
}
