//! The strata that are looked at: those with enough events, each set of people once.

use std::collections::HashSet;

use super::cells::{Cells, Level};
use super::evidence::Evidence;
use super::outcome::BeforeAfter;
use crate::multilevel::Count;

/// A stratum that is looked at.
pub(super) struct Candidate {
    /// Its level, by index.
    pub level: usize,
    /// Its place in the level.
    pub stratum: usize,
    /// Its leaves, in order.
    pub leaves: Vec<usize>,
    /// Its counts.
    pub counts: BeforeAfter,
}

/// Counts of some leaves together on both sides of the split.
pub(super) fn counts(cells: &Cells, own: &[usize]) -> BeforeAfter {
    let sum = |span: std::ops::Range<usize>| {
        let nothing = Count { events: 0.0, trials: 0.0 };
        own.iter()
            .flat_map(|leaf| &cells.leaves[*leaf].counts[span.clone()])
            .fold(nothing, |sum, count| Count { events: sum.events + count.events, trials: sum.trials + count.trials })
    };
    BeforeAfter { before: sum(0..cells.split), after: sum(cells.split..cells.periods()) }
}

/// The strata that are looked at; and of those that are not, the number of dimensions and the trials after the split.
pub(super) fn candidates(
    cells: &Cells,
    levels: &[Level],
    evidence: &[Evidence],
    fewest_events: f64,
) -> (Vec<Candidate>, Vec<(usize, f64)>) {
    let mut seen = HashSet::new();
    let all: f64 = evidence.iter().map(|own| own.information).sum();
    let (mut found, mut too_small) = (Vec::new(), Vec::new());
    for (index, level) in levels.iter().enumerate() {
        let mut members = vec![Vec::new(); level.strata.len()];
        level.of_leaf.iter().enumerate().for_each(|(leaf, stratum)| members[*stratum].push(leaf));
        for (stratum, leaves) in members.into_iter().enumerate() {
            if !seen.insert(leaves.clone()) {
                continue;
            }
            let counts = counts(cells, &leaves);
            let events = counts.before.events + counts.after.events;
            let others = counts.before.trials + counts.after.trials - events;
            let information: f64 = leaves.iter().map(|leaf| evidence[*leaf].information).sum();
            let tells = information > 0.0 && all - information > 1e-9 * all;
            if tells && events.min(others) >= fewest_events {
                found.push(Candidate { level: index, stratum, leaves, counts });
            } else {
                too_small.push((level.dimensions.len(), counts.after.trials));
            }
        }
    }
    (found, too_small)
}
