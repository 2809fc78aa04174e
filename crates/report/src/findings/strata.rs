//! Combinations of two groups that do worse than either group explains.

use evenly_cube::{GroupState, Release, ReleasedIndicator};
use evenly_stats::Estimate;
use evenly_stats::compare::{Count, Kind, difference, evidence, one_sided};
use evenly_stats::proportion::wilson;

use super::reading::{CONFIDENCE, better, is_waits, reading};
use crate::analysis::{Breakdown, Reading, Stratum};

/// Fewest in a combination for it to be looked at.
const FEWEST: f64 = 50.0;
/// Dimensions with more groups are crossed to explain gaps, not to look for combinations.
const MOST_GROUPS: usize = 12;
/// The most combinations to tell of.
const MOST: usize = 5;

/// The combinations that stand out, the most people first, and for each that was looked at how likely that is by chance.
///
/// One stands out when its whole interval, at 95 % over all combinations looked at together (Bonferroni), lies beyond
/// everybody else's value and beyond the values of both of its groups.
pub fn strata(
    release: &Release,
    indicator: &ReleasedIndicator,
    overall: &Reading,
    breakdowns: &[Breakdown],
) -> (Vec<Stratum>, Vec<f64>) {
    let Some(whole) = overall.counts().filter(|_| !is_waits(&indicator.definition)) else {
        return (Vec::new(), Vec::new());
    };
    let candidates = candidates(release, indicator);
    if candidates.is_empty() {
        return (Vec::new(), Vec::new());
    }
    let level = 1.0 - (1.0 - CONFIDENCE) / candidates.len() as f64;
    let sign = better(&indicator.definition).sign();
    let counts_of = |(dimension, group): (usize, usize)| {
        let breakdown = breakdowns.iter().find(|own| own.dimension == dimension)?;
        breakdown.group(group)?.reading.counts()
    };
    let mut found: Vec<(f64, Stratum)> = Vec::new();
    let mut p_values = Vec::with_capacity(candidates.len());
    for (place, (groups, reading, own)) in candidates.iter().enumerate() {
        let around = groups.map(counts_of);
        // It must stand out from everybody else, and from everybody else in each of its groups.
        let each = [Some(whole), around[0], around[1]].map(|all| beyond_rest(*own, all?, sign));
        let p_value = each.into_iter().map(|p| p.unwrap_or(1.0)).fold(0.0, f64::max);
        p_values.push(p_value);
        let rest = less(whole, *own);
        let Ok(against_rest) = difference(Kind::Proportion, *own, rest, level) else { continue };
        let Ok(limits) = wilson(own.numerator, own.denominator, level) else { continue };
        let Some((first, second)) = around[0].zip(around[1]) else { continue };
        let [first, second] = [first, second].map(|all| all.numerator / all.denominator);
        if against_rest.scaled(sign).lower > 0.0 && beyond(limits, first, sign) && beyond(limits, second, sign) {
            let excess = against_rest.value.abs() * own.denominator;
            found.push((excess, Stratum { groups: *groups, reading: *reading, difference: against_rest, place }));
        }
    }
    found.sort_by(|a, b| b.0.total_cmp(&a.0));
    found.truncate(MOST);
    (found.into_iter().map(|(_, stratum)| stratum).collect(), p_values)
}

fn less(all: Count, own: Count) -> Count {
    Count { numerator: all.numerator - own.numerator, denominator: all.denominator - own.denominator }
}

/// How likely it is by chance that some people do so much worse than the rest of those they are part of.
fn beyond_rest(own: Count, all: Count, sign: f64) -> Option<f64> {
    evidence(own, less(all, own)).map(|strength| one_sided(strength * sign))
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
        if places.iter().any(|place| release.dimensions[*place].known().count() > MOST_GROUPS) {
            continue;
        }
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
