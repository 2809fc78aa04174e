//! Groups that are known more or less often where the event happened, so that all of them look better or worse than they are.
//!
//! Ethnicity that is asked on arrival is known of those who came: every group then seems to miss less than it does.

use std::collections::BTreeMap;

use evenly_cube::{GroupState, Kind, Release, ReleasedCount};
use evenly_stats::compare::{Count, Kind as Of, difference};

use super::reading::CONFIDENCE;
use super::words;
use crate::analysis::{Breakdown, Finding, FindingKind, IndicatorAnalysis, Reading};

/// Part of the whole's value by which the value of all known groups together must differ from it.
const WORTH_TELLING: f64 = 0.05;

/// For each dimension, the indicator whose known groups together differ most from everybody, where they do beyond chance.
pub fn findings(release: &Release, indicators: &[IndicatorAnalysis]) -> Vec<Finding> {
    let mut widest: BTreeMap<usize, (f64, Finding)> = BTreeMap::new();
    for indicator in indicators.iter().filter(|own| matches!(own.definition.kind, Kind::Proportion { .. })) {
        for breakdown in &indicator.breakdowns {
            let Some((off, finding)) = finding(release, indicator, breakdown) else { continue };
            if widest.get(&breakdown.dimension).is_none_or(|(most, _)| off > *most) {
                widest.insert(breakdown.dimension, (off, finding));
            }
        }
    }
    widest.into_values().map(|(_, finding)| finding).collect()
}

/// The finding, with how far the known groups together are off as a part of the whole's value.
fn finding(release: &Release, indicator: &IndicatorAnalysis, breakdown: &Breakdown) -> Option<(f64, Finding)> {
    let dimension = &release.dimensions[breakdown.dimension];
    let all = counts(&indicator.overall)?;
    let is_unknown = |group: usize| dimension.groups[group].state != GroupState::Known;
    let mut unknown = Count { numerator: 0.0, denominator: 0.0 };
    for group in breakdown.groups.iter().filter(|own| is_unknown(own.group)) {
        let own = counts(&group.reading)?;
        unknown.numerator += own.numerator;
        unknown.denominator += own.denominator;
    }
    let known =
        Count { numerator: all.numerator - unknown.numerator, denominator: all.denominator - unknown.denominator };
    if known.denominator <= 0.0 || unknown.denominator <= 0.0 || all.numerator <= 0.0 {
        return None;
    }
    let [of_known, of_all] = [known, all].map(|own| own.numerator / own.denominator);
    let off = of_known / of_all - 1.0;
    // People who come again tell less than as many others.
    let alone = |own: Count| Count {
        numerator: own.numerator / indicator.overall.design_effect,
        denominator: own.denominator / indicator.overall.design_effect,
    };
    let apart = difference(Of::Proportion, alone(unknown), alone(known), CONFIDENCE).ok()?;
    if off.abs() < WORTH_TELLING || (apart.lower <= 0.0 && apart.upper >= 0.0) {
        return None;
    }
    let finding = Finding {
        kind: FindingKind::DataQuality,
        indicator: None,
        groups: vec![(breakdown.dimension, None)],
        of_sharing: false,
        sentence: words::known_where(&indicator.definition, dimension, of_known, of_all),
        estimate: unknown.denominator / all.denominator,
        lower: None,
        upper: None,
        explained_by: None,
        probability: None,
        // All groups look other than they are.
        people: all.denominator,
    };
    Some((off.abs(), finding))
}

fn counts(reading: &Reading) -> Option<Count> {
    let [numerator, denominator] = [reading.numerator, reading.denominator].map(ReleasedCount::shown);
    Some(Count { numerator: numerator? as f64, denominator: denominator? as f64 })
}
