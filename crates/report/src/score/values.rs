//! The values that a score is made of, as an analysis or its `report.json` holds them.

use evenly_cube::{Better, GroupState};
use evenly_stats::score::definition::Measured;
use serde::Deserialize;

use crate::analysis::{Analysis, IndicatorAnalysis};

/// Every indicator by the groups of every dimension.
#[derive(Clone, Debug, Deserialize)]
pub struct Values {
    pub(super) indicators: Vec<OfIndicator>,
}

/// One indicator.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct OfIndicator {
    pub id: String,
    pub title: String,
    better: Better,
    pub groups: Vec<OfGroup>,
}

/// One group.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct OfGroup {
    pub dimension: String,
    pub group: String,
    pub label: String,
    state: GroupState,
    value: Option<f64>,
    lower: Option<f64>,
    upper: Option<f64>,
}

impl Values {
    /// Those of an analysis.
    pub fn of(analysis: &Analysis) -> Self {
        Self { indicators: analysis.indicators.iter().map(|own| of_indicator(analysis, own)).collect() }
    }

    /// Those of a `report.json`.
    pub fn read(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// Ids of the dimensions that anything is broken down by, sorted.
    pub(super) fn dimensions(&self) -> Vec<&str> {
        let groups = self.indicators.iter().flat_map(|own| &own.groups);
        let mut dimensions: Vec<&str> = groups.map(|own| own.dimension.as_str()).collect();
        dimensions.sort_unstable();
        dimensions.dedup();
        dimensions
    }
}

impl OfIndicator {
    /// The groups of a dimension of which it is known that they are one.
    pub fn known<'a>(&'a self, dimension: &'a str) -> impl Iterator<Item = &'a OfGroup> {
        self.groups.iter().filter(move |own| own.dimension == dimension && own.state == GroupState::Known)
    }

    /// A group's value with its standard error; `reach` is half the width of an interval in standard errors.
    pub fn measured(&self, dimension: &str, group: &str, reach: f64) -> Option<Measured> {
        let own = self.known(dimension).find(|own| own.group == group)?;
        Some(Measured { value: own.value?, error: (own.upper? - own.lower?) / (2.0 * reach) })
    }

    /// The good direction, as the statistics spell it.
    pub fn better(&self) -> evenly_stats::Better {
        match self.better {
            Better::Lower => evenly_stats::Better::Lower,
            Better::Higher => evenly_stats::Better::Higher,
        }
    }
}

fn of_indicator(analysis: &Analysis, own: &IndicatorAnalysis) -> OfIndicator {
    let groups = own.breakdowns.iter().flat_map(|breakdown| {
        let dimension = analysis.dimension(breakdown.dimension);
        breakdown.groups.iter().map(|group| {
            let (named, value) = (&dimension.groups[group.group], group.reading.value);
            OfGroup {
                dimension: dimension.id.clone(),
                group: named.id.clone(),
                label: named.label.clone(),
                state: named.state,
                value: value.map(|own| own.value),
                lower: value.map(|own| own.lower),
                upper: value.map(|own| own.upper),
            }
        })
    });
    OfIndicator {
        id: own.definition.id.clone(),
        title: own.definition.title.clone(),
        better: own.definition.better,
        groups: groups.collect(),
    }
}
