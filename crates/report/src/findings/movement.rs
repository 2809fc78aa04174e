//! What a change of the whole is made of: each group's own change, and the change of who is counted.

use evenly_stats::Estimate;
use evenly_stats::decompose::kitagawa::{Cell, kitagawa};

use super::reading::CONFIDENCE;
use crate::analysis::{Breakdown, GroupAnalysis, GroupMovement, Movement};

/// From the first to the second half of the time, by the groups of a breakdown; only where its gap moved beyond chance.
pub fn movement(breakdown: &Breakdown) -> Option<Movement> {
    breakdown.gap.as_ref()?.change.filter(|change| !change.change.holds(0.0))?;
    let halves: Vec<(usize, [Cell; 2])> =
        breakdown.groups.iter().filter_map(|own| Some((own.group, halves(own)?))).collect();
    let side = |side: usize| halves.iter().map(|(_, own)| own[side]).collect::<Vec<_>>();
    let parts = kitagawa(&side(0), &side(1)).ok()?;
    let z = evenly_stats::Confidence::new(CONFIDENCE).ok()?.z();
    let estimate = |value: f64, error: f64| Estimate { value, lower: value - z * error, upper: value + z * error };
    let groups = halves.iter().zip(&parts.groups).map(|((group, _), own)| GroupMovement {
        group: *group,
        rate: own.rate,
        composition: own.composition,
    });
    Some(Movement {
        before: parts.first,
        after: parts.second,
        rate: estimate(parts.rate_effect, parts.rate_se),
        composition: estimate(parts.composition_effect, parts.composition_se),
        groups: groups.collect(),
    })
}

/// Counts of the first and the second half; an odd period in the middle belongs to neither.
fn halves(group: &GroupAnalysis) -> Option<[Cell; 2]> {
    let readings = &group.series.as_ref()?.readings;
    let half = readings.len() / 2;
    let sum = |span: std::ops::Range<usize>| {
        let counts = readings[span].iter().flatten().filter_map(crate::analysis::Reading::counts);
        counts.fold(Cell { numerator: 0.0, denominator: 0.0 }, |sum, own| Cell {
            numerator: sum.numerator + own.numerator,
            denominator: sum.denominator + own.denominator,
        })
    };
    Some([sum(0..half), sum(readings.len() - half..readings.len())])
}
