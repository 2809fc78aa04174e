//! Combinations of two groups that do worse than either group explains.

use evenly_cube::{GroupState, Release, ReleasedIndicator};
use evenly_stats::Estimate;
use evenly_stats::compare::{Count, Kind, difference};
use evenly_stats::proportion::wilson;

use super::reading::{CONFIDENCE, better, is_waits, reading};
use crate::analysis::{Breakdown, Reading, Stratum};

/// Fewest in a combination for it to be looked at.
const FEWEST: f64 = 50.0;
/// The most combinations to tell of.
const MOST: usize = 5;

/// The combinations that stand out, the most people first, and how many were looked at.
///
/// One stands out when its whole interval, at 95 % over all combinations looked at together (Bonferroni), lies beyond
/// everybody else's value and beyond the values of both of its groups.
pub fn strata(
    release: &Release,
    indicator: &ReleasedIndicator,
    overall: &Reading,
    breakdowns: &[Breakdown],
) -> (Vec<Stratum>, usize) {
    let Some(whole) = overall.counts().filter(|_| !is_waits(&indicator.definition)) else { return (Vec::new(), 0) };
    let candidates = candidates(release, indicator);
    if candidates.is_empty() {
        return (Vec::new(), 0);
    }
    let level = 1.0 - (1.0 - CONFIDENCE) / candidates.len() as f64;
    let sign = better(&indicator.definition).sign();
    let value_of = |(dimension, group): (usize, usize)| {
        let breakdown = breakdowns.iter().find(|own| own.dimension == dimension)?;
        breakdown.group(group)?.reading.value.map(|value| value.value)
    };
    let mut found: Vec<(f64, Stratum)> = Vec::new();
    for (groups, reading, own) in &candidates {
        let rest =
            Count { numerator: whole.numerator - own.numerator, denominator: whole.denominator - own.denominator };
        let Ok(against_rest) = difference(Kind::Proportion, *own, rest, level) else { continue };
        let Ok(limits) = wilson(own.numerator, own.denominator, level) else { continue };
        let Some((first, second)) = value_of(groups[0]).zip(value_of(groups[1])) else { continue };
        if against_rest.scaled(sign).lower > 0.0 && beyond(limits, first, sign) && beyond(limits, second, sign) {
            let excess = against_rest.value.abs() * own.denominator;
            found.push((excess, Stratum { groups: *groups, reading: *reading, difference: against_rest }));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.truncate(MOST);
    (found.into_iter().map(|(_, stratum)| stratum).collect(), candidates.len())
}

/// Whether a whole interval lies on the worse side of a value.
fn beyond(limits: Estimate, value: f64, sign: f64) -> bool {
    let limits = limits.scaled(sign);
    limits.lower > value * sign
}

type Candidate = ([(usize, usize); 2], Reading, Count);

fn candidates(release: &Release, indicator: &ReleasedIndicator) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for table in indicator.tables.iter().filter(|table| table.dimensions.len() == 2) {
        let places: Vec<usize> = table
            .dimensions
            .iter()
            .filter_map(|id| release.dimensions.iter().position(|own| own.id == *id))
            .filter(|place| release.dimensions[*place].order != evenly_cube::Order::Period)
            .collect();
        let [first, second] = places[..] else { continue };
        for cell in &table.cells {
            let [one, other] = cell.groups[..] else { continue };
            let known = |place: usize, group: usize| release.dimensions[place].groups[group].state == GroupState::Known;
            let reading = reading(cell, &indicator.definition);
            let Some(counts) = reading.counts().filter(|own| own.denominator >= FEWEST) else { continue };
            if known(first, one) && known(second, other) && reading.value.is_some() {
                candidates.push(([(first, one), (second, other)], reading, counts));
            }
        }
    }
    candidates
}
