//! The local inequalities score of the groups of one dimension, the highest (worst) first: the same for command and page.

mod markup;
#[cfg(test)]
mod tests;
mod values;
mod words;

use evenly_cube::{Scaling, ScoreDefinition};
use evenly_stats::score::definition::{self as stats, FEWEST_UNITS, Input, Measured};
use evenly_stats::score::local::{ScoreOptions, Scores, UnitScore, scores};
use evenly_stats::{Confidence, Refusal, Row};

pub use values::Values;
use values::{OfGroup, OfIndicator};

/// Level of the intervals, those of a report and those of the score.
const LEVEL: f64 = 0.95;
/// Draws of the simulation.
const DRAWS: usize = 2_000;

/// Why there is no score.
#[derive(Debug, thiserror::Error)]
pub enum ScoreError {
    /// An input is not there.
    #[error("the report has no indicator `{indicator}`; it has {known}")]
    NoIndicator {
        /// The input.
        indicator: String,
        /// What there is.
        known: String,
    },
    /// The peers are not there.
    #[error("the report does not break down by `{of}`; it does by {known}")]
    NotBrokenDown {
        /// The dimension asked for.
        of: String,
        /// What there is.
        known: String,
    },
    /// The numbers make no score.
    #[error(transparent)]
    Refused(#[from] Refusal),
}

/// The peers in order, with what the order hangs on.
#[derive(Clone, Debug)]
pub struct Ranking {
    /// What was asked.
    pub definition: ScoreDefinition,
    /// Id of the dimension whose groups are the peers.
    pub of: String,
    /// Peers that are left out, because a count of theirs is withheld or they have none.
    pub left_out: Vec<String>,
    titles: Vec<String>,
    groups: Vec<String>,
    peers: stats::ScoreDefinition,
    scores: Scores,
}

/// Scores the groups of a dimension. The same seed gives the same intervals.
pub fn rank(values: &Values, definition: &ScoreDefinition, of: &str, seed: u64) -> Result<Ranking, ScoreError> {
    let confidence = Confidence::new(LEVEL)?;
    let indicators = inputs(values, definition)?;
    let all = peers(&indicators, of);
    if all.is_empty() {
        return Err(ScoreError::NotBrokenDown { of: of.to_owned(), known: values.dimensions().join(", ") });
    }
    let measured = |peer: &OfGroup| -> Option<Vec<Measured>> {
        indicators.iter().map(|own| own.measured(of, &peer.group, confidence.z())).collect()
    };
    let (mut kept, mut left_out, mut by_peer) = (Vec::new(), Vec::new(), Vec::new());
    for peer in all {
        match measured(peer) {
            Some(own) => {
                kept.push(peer);
                by_peer.push(own);
            }
            None => left_out.push(peer.label.clone()),
        }
    }
    let peers = stats::ScoreDefinition {
        inputs: definition.inputs.iter().zip(&indicators).map(|(own, indicator)| input(own, indicator)).collect(),
        units: kept.iter().map(|peer| peer.label.clone()).collect(),
        values: (0..indicators.len()).map(|place| by_peer.iter().map(|own| own[place]).collect()).collect(),
        scaling: match definition.scaling {
            Scaling::Range => stats::Scaling::Range,
            Scaling::Place => stats::Scaling::Place,
        },
    };
    let scores = scores(&peers, &ScoreOptions { confidence, draws: DRAWS, seed })?;
    Ok(Ranking {
        definition: definition.clone(),
        of: of.to_owned(),
        left_out,
        titles: indicators.iter().map(|own| own.title.clone()).collect(),
        groups: kept.iter().map(|peer| peer.group.clone()).collect(),
        peers,
        scores,
    })
}

/// Ids of the dimensions of which at least as many groups as a score needs have every input.
pub fn dimensions<'a>(values: &'a Values, definition: &ScoreDefinition) -> Vec<&'a str> {
    let Ok(indicators) = inputs(values, definition) else { return Vec::new() };
    let complete = |of: &str| {
        let has_all = |peer: &&OfGroup| indicators.iter().all(|own| own.measured(of, &peer.group, 1.0).is_some());
        peers(&indicators, of).into_iter().filter(has_all).count() >= FEWEST_UNITS
    };
    let mut found: Vec<&str> = Vec::new();
    for group in indicators.iter().flat_map(|own| &own.groups) {
        if !found.contains(&group.dimension.as_str()) {
            found.push(&group.dimension);
        }
    }
    found.retain(|of| complete(of));
    found
}

/// The indicators that a score is made of, in its order.
fn inputs<'a>(values: &'a Values, definition: &ScoreDefinition) -> Result<Vec<&'a OfIndicator>, ScoreError> {
    let find = |id: &str| values.indicators.iter().find(|own| own.id == id);
    let missing = |id: &str| {
        let known: Vec<&str> = values.indicators.iter().map(|own| own.id.as_str()).collect();
        ScoreError::NoIndicator { indicator: id.to_owned(), known: known.join(", ") }
    };
    definition.inputs.iter().map(|own| find(&own.indicator).ok_or_else(|| missing(&own.indicator))).collect()
}

/// The groups of a dimension that any input has, each once.
fn peers<'a>(indicators: &[&'a OfIndicator], of: &'a str) -> Vec<&'a OfGroup> {
    let mut peers: Vec<&OfGroup> = Vec::new();
    for group in indicators.iter().flat_map(|own| own.known(of)) {
        if !peers.iter().any(|own| own.group == group.group) {
            peers.push(group);
        }
    }
    peers
}

fn input(own: &evenly_cube::ScoreInput, indicator: &OfIndicator) -> Input {
    Input { name: own.indicator.clone(), better: indicator.better(), weight: own.weight, source: own.source.clone() }
}

impl Ranking {
    /// The rows of `evenly measure inequalities-score`: peers, then each input with other weights tried.
    pub fn rows(&self) -> Vec<Row> {
        evenly_stats::score::rows(&self.peers, &self.scores)
    }

    /// Names and scores of the peers, the highest first.
    pub fn ranked(&self) -> impl Iterator<Item = (&str, &UnitScore)> {
        let order = self.scores.highest_first().into_iter();
        order.map(|unit| (self.peers.units[unit].as_str(), &self.scores.units[unit]))
    }
}
