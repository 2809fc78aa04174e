//! Pairs of dimensions as one: how far combinations differ, and how much of that is more than the two dimensions added up.

use evenly_cube::{About, GroupState, Release, ReleasedIndicator};
use evenly_stats::Confidence;
use evenly_stats::multilevel::maihda::{LogisticOptions, fit};
use evenly_stats::multilevel::{Count, Dimension};

use super::reading::{CONFIDENCE, is_waits, reading};
use crate::analysis::Intersection;

/// Fewest combinations for a model of them to say anything.
const FEWEST: usize = 6;

/// The pairs of dimensions of people that were crossed, in the order of the release.
///
/// SOURCE: Evans, Leckie, Subramanian, Bell and Merlo, "A tutorial for conducting intersectional multilevel analysis of
/// individual heterogeneity and discriminatory accuracy (MAIHDA)", SSM – Population Health 26 (2024), 101664.
pub fn intersections(release: &Release, indicator: &ReleasedIndicator) -> Vec<Intersection> {
    if is_waits(&indicator.definition) {
        return Vec::new();
    }
    let position = |id: &String| release.dimensions.iter().position(|own| own.id == *id);
    let pairs = indicator.tables.iter().filter_map(|table| match table.dimensions.as_slice() {
        [first, second] => Some((table, [position(first)?, position(second)?])),
        _ => None,
    });
    pairs
        .filter(|(_, pair)| pair.iter().all(|place| of_people(release, *place)))
        .filter_map(|(table, pair)| {
            let (mut counts, mut labels) = (Vec::new(), [Vec::new(), Vec::new()]);
            for cell in &table.cells {
                let known =
                    |axis: usize| release.dimensions[pair[axis]].groups[cell.groups[axis]].state == GroupState::Known;
                let own = reading(cell, &indicator.definition).counts().filter(|own| own.numerator <= own.denominator);
                if let Some(own) = own.filter(|_| known(0) && known(1)) {
                    counts.push(Count { events: own.numerator, trials: own.denominator });
                    labels.iter_mut().zip(&cell.groups).for_each(|(labels, group)| labels.push(group.to_string()));
                }
            }
            if counts.len() < FEWEST {
                return None;
            }
            let [first, second] = labels.map(|labels| Dimension::from_labels("", &labels));
            let options = LogisticOptions { points: 1, confidence: Confidence::new(CONFIDENCE).ok()? };
            let models = fit(&counts, &[first, second], &options).ok()?;
            Some(Intersection {
                dimensions: pair,
                combinations: counts.len(),
                between: models.null.vpc,
                odds_ratio: models.null.median_odds_ratio?,
                added_up: models.explained?.clamp(0.0, 1.0),
            })
        })
        .collect()
}

fn of_people(release: &Release, place: usize) -> bool {
    let dimension = &release.dimensions[place];
    dimension.about == About::Person && dimension.order != evenly_cube::Order::Period
}
