//! Who shared in the whole's change: the test for inequality that an average hides, on exact counts, and what of it may leave.
//!
//! The strata that such an inequality hides in (three groups at once, on both sides of a split) are no released table, and
//! rounding them all would drown what is looked for. So this is the one statistic that reads exact counts, inside the gate;
//! out come the few strata that did not share, their counts under the policy, and estimates no finer than a reader needs
//! (decision record 0005).

use std::collections::BTreeMap;

use evenly_stats::Estimate;
use evenly_stats::masked::{BeforeAfter as Counted, Cells, Kind, Leaf, MaskedOptions, StratumChange, find};
use evenly_stats::multilevel::Count;

use super::block::groups_of;
use super::policy::Policy;
use super::window::{self, Window};
use crate::cube::{CountedIndicator, Cube, Membership, Reading};
use crate::dimension::{About, Dimension, GroupState, Order};
use crate::error::CubeError;
use crate::indicator::Better;
use crate::release::ReleasedCount;
use crate::sharing::{BeforeAfter, NotShared, Reach, Sharing, SharingTest, Split, Verdict};

/// Most dimensions that are crossed: more give strata too small to say anything of, and take long.
const MOST_DIMENSIONS: usize = 4;
/// Most combinations of groups and periods that are looked at.
const MOST_CELLS: usize = 1 << 22;
/// Share of false findings that is held over the tests of all indicators of a release together.
const RATE: f64 = 0.035;
/// Shortfall by a stratum's own counts, in standard errors, from which on they show it.
const SHOWS: f64 = 1.96;
/// Seed of the test's sampler: the same counts give the same answer.
const SEED: u64 = 1;
const NOBODY: Count = Count { events: 0.0, trials: 0.0 };

/// The share of false findings that is held for one of so many indicators: the first, which an extract is mostly about, has half of
/// what all of them may spend, the others share the other half.
pub(super) fn rate(place: usize, indicators: usize) -> f64 {
    match (place, indicators) {
        (_, 1) => RATE,
        (0, _) => RATE / 2.0,
        (_, all) => RATE / 2.0 / (all - 1) as f64,
    }
}

/// Tests one indicator; the reason where it cannot be.
pub(super) fn test(
    cube: &Cube,
    indicator: &CountedIndicator,
    by: &[usize],
    policy: &Policy,
    (split, rate): (&Split, f64),
) -> Sharing {
    match Slice::of(cube, indicator, by, split).and_then(|slice| slice.test(indicator, policy, rate)) {
        Ok(tested) => Sharing::Tested(tested),
        Err(reason) => Sharing::NotTested(reason),
    }
}

/// Exact counts of the strata that combine a group of every dimension, by period.
struct Slice<'a> {
    cube: &'a Cube,
    /// Positions of the dimensions.
    dimensions: Vec<usize>,
    window: Window,
    /// Groups of each dimension, and counts by period.
    leaves: BTreeMap<Vec<usize>, Vec<Count>>,
}

impl<'a> Slice<'a> {
    fn of(cube: &'a Cube, indicator: &CountedIndicator, by: &[usize], split: &Split) -> Result<Self, String> {
        let Reading::Membership(members) = &indicator.reading else {
            return Err("waits are not tested; the shares beyond 18 and 52 weeks are".to_owned());
        };
        if indicator.sums.is_some() {
            return Err("sums are not tested: the test is of shares of rows".to_owned());
        }
        let period = cube.dimensions.iter().position(|dimension| dimension.order == Order::Period);
        let period = period.ok_or("there is no period in these counts")?;
        let window = window::window(&cube.dimensions[period], split)?;
        let (table, dimensions) = table(cube, indicator, period, by).ok_or("no dimension is counted by period")?;
        let view: Vec<usize> = dimensions.iter().copied().chain([period]).collect();
        let counts = cube.slice(table, &[view]).map_err(|error: CubeError| error.to_string())?.swap_remove(0);
        let periods = cube.dimensions[period].groups.len();
        let sizes: Vec<usize> = dimensions.iter().map(|place| cube.dimensions[*place].groups.len()).collect();
        let mut leaves = BTreeMap::new();
        for (leaf, own) in counts.chunks(periods * members.len()).enumerate() {
            let by_period: Vec<Count> = window
                .all()
                .map(|place| count(members, &own[place * members.len()..(place + 1) * members.len()]))
                .collect();
            if by_period.iter().any(|count| count.trials > 0.0) {
                leaves.insert(groups_of(leaf, &sizes), by_period);
            }
        }
        Ok(Self { cube, dimensions, window, leaves })
    }

    fn test(&self, indicator: &CountedIndicator, policy: &Policy, rate: f64) -> Result<SharingTest, String> {
        let better = match indicator.definition.better {
            Better::Lower => evenly_stats::Better::Lower,
            Better::Higher => evenly_stats::Better::Higher,
        };
        let repeats = indicator.repeats.as_ref();
        let repeats = repeats.map_or(1.0, |own| own.of_change(&self.window.before, &self.window.after));
        let options = MaskedOptions { seed: SEED, false_discovery_rate: rate, repeats, ..MaskedOptions::default() };
        let found = find(&self.cells(better), &options).map_err(|refusal| refusal.to_string())?;
        let grain = Grain::of(policy);
        let mut strata: Vec<NotShared> = found
            .strata
            .iter()
            .enumerate()
            // One whose interval holds "shared", or whose own counts do not show it, was flagged in the company of surer ones; alone
            // it is nothing to tell.
            .filter(|(_, own)| own.flagged && own.told_under.is_none() && own.shortfall.lower > 0.0)
            .filter(|(_, own)| own.standardised >= SHOWS)
            .filter_map(|(place, own)| {
                let stratum = self.named(&own.stratum)?;
                let counts = self.counts(&stratum, &own.counts, policy);
                let others = found.told_under(place).count();
                Some(NotShared { counts, others, ..not_shared(own, stratum, &grain)? })
            })
            .collect();
        strata.sort_by(|a, b| b.points[0].total_cmp(&a.points[0]));
        let whole = grain.estimate(found.whole, 100.0);
        let reach = found.reach.iter().map(|own| Reach {
            dimensions: own.dimensions,
            looked_at: own.tested,
            too_small: own.too_small,
            unseen: grain.round(own.unseen_share, 100.0),
        });
        Ok(SharingTest {
            before: self.window.before.clone(),
            after: self.window.after.clone(),
            dimensions: self.dimensions.clone(),
            whole,
            counts: shown(&found.counts, policy, |_| true),
            improved: found.improved,
            rate,
            strata,
            reach: reach.collect(),
        })
    }

    fn cells(&self, better: evenly_stats::Better) -> Cells {
        let leaf =
            |(groups, counts): (&Vec<usize>, &Vec<Count>)| Leaf { groups: groups.clone(), counts: counts.clone() };
        Cells {
            dimensions: self.dimensions.iter().map(|place| self.cube.dimensions[*place].groups.len()).collect(),
            leaves: self.leaves.iter().map(leaf).collect(),
            split: self.window.before.len(),
            better,
        }
    }

    /// The stratum by positions in the cube; `None` where one of its groups is a way of not knowing: a change of how well a
    /// field is filled is no change in how people fare.
    fn named(&self, stratum: &[(usize, usize)]) -> Option<Vec<(usize, usize)>> {
        let each = stratum.iter().map(|(axis, group)| {
            let place = *self.dimensions.get(*axis)?;
            (self.cube.dimensions[place].groups.get(*group)?.state == GroupState::Known).then_some((place, *group))
        });
        each.collect()
    }

    /// A stratum's counts, withheld where those of its neighbours could be worked out by subtraction and are small: the rest
    /// of each set of people that it is a part of (one of its groups left out) must have none or more than the policy
    /// withholds of events, and of people without event.
    fn counts(&self, stratum: &[(usize, usize)], own: &Counted, policy: &Policy) -> BeforeAfter {
        let neighbours: Vec<Counted> = (0..stratum.len())
            .map(|left_out| {
                let mut around = stratum.to_vec();
                around.remove(left_out);
                less(&self.sum(&around), own)
            })
            .collect();
        shown(own, policy, |side| {
            neighbours.iter().all(|rest| {
                let Count { events, trials } = side(rest);
                [events, trials - events].iter().all(|count| !policy.withholds(whole(*count)))
            })
        })
    }

    /// Counts of everybody in some groups.
    fn sum(&self, stratum: &[(usize, usize)]) -> Counted {
        let axis = |place: usize| self.dimensions.iter().position(|own| *own == place);
        let mut sums = Counted { before: NOBODY, after: NOBODY };
        let inside = |groups: &[usize]| {
            stratum.iter().all(|(place, group)| axis(*place).map(|axis| groups[axis]) == Some(*group))
        };
        for (_, counts) in self.leaves.iter().filter(|(groups, _)| inside(groups)) {
            for (period, count) in counts.iter().enumerate() {
                let side = if period < self.window.before.len() { &mut sums.before } else { &mut sums.after };
                *side = Count { events: side.events + count.events, trials: side.trials + count.trials };
            }
        }
        sums
    }
}

/// The indicator's table that crosses the period with the most of the dimensions asked for: people's and areas' before any
/// other, at most four, and no more than can be looked at.
fn table(cube: &Cube, indicator: &CountedIndicator, period: usize, by: &[usize]) -> Option<(usize, Vec<usize>)> {
    let choose = |table: usize| {
        let own = &cube.tables.get(table)?.dimensions;
        let mut cells = cube.dimensions[period].groups.len();
        let mut chosen: Vec<usize> = Vec::new();
        for place in by.iter().filter(|place| own.contains(place) && **place != period && own.contains(&period)) {
            let dimension: &Dimension = &cube.dimensions[*place];
            let larger = cells.saturating_mul(dimension.groups.len());
            if dimension.about != About::Service && chosen.len() < MOST_DIMENSIONS && larger <= MOST_CELLS {
                chosen.push(*place);
                cells = larger;
            }
        }
        (!chosen.is_empty()).then_some((table, chosen))
    };
    let tables: Vec<(usize, Vec<usize>)> = indicator.tables.iter().filter_map(|table| choose(*table)).collect();
    let most = tables.iter().map(|(_, dimensions)| dimensions.len()).max()?;
    tables.into_iter().find(|(_, dimensions)| dimensions.len() == most)
}

fn count(members: &[Membership], readings: &[u64]) -> Count {
    let mut count = Count { events: 0.0, trials: 0.0 };
    for (member, rows) in members.iter().zip(readings) {
        let rows = *rows as f64;
        match member {
            Membership::Outside => {}
            Membership::Denominator => count.trials += rows,
            Membership::Numerator => {
                count.trials += rows;
                count.events += rows;
            }
        }
    }
    count
}

fn less(all: &Counted, own: &Counted) -> Counted {
    let less = |all: Count, own: Count| Count { events: all.events - own.events, trials: all.trials - own.trials };
    Counted { before: less(all.before, own.before), after: less(all.after, own.after) }
}

type Side = fn(&Counted) -> Count;

/// Counts as the policy lets them leave, where a side passes.
fn shown(counts: &Counted, policy: &Policy, passes: impl Fn(Side) -> bool) -> BeforeAfter {
    let side = |side: Side| {
        let Count { events, trials } = side(counts);
        let withheld = !passes(side) || policy.withholds(whole(trials - events));
        [events, trials].map(|count| policy.release(whole(count), withheld))
    };
    let (before, after) = (side(|own| own.before), side(|own| own.after));
    // One side alone would say nothing, and its neighbour more than it should.
    if before.iter().chain(&after).any(|count| *count == ReleasedCount::Suppressed) {
        return BeforeAfter { before: [ReleasedCount::Suppressed; 2], after: [ReleasedCount::Suppressed; 2] };
    }
    BeforeAfter { before, after }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "sums of counts, which are whole and not negative"
)]
fn whole(count: f64) -> u64 {
    count as u64
}

fn not_shared(own: &StratumChange, stratum: Vec<(usize, usize)>, grain: &Grain) -> Option<NotShared> {
    let verdict = match own.kind {
        Kind::Shared => return None,
        Kind::LeftBehind => Verdict::LeftBehind,
        Kind::Masked => Verdict::Masked,
        Kind::Worse => Verdict::Worse,
    };
    let none = [ReleasedCount::Suppressed; 2];
    Some(NotShared {
        stratum,
        verdict,
        counts: BeforeAfter { before: none, after: none },
        log_odds: grain.estimate(own.shortfall, 100.0),
        points: grain.estimate(own.points, 1000.0),
        probability: grain.round(own.probability, 100.0),
        others: 0,
    })
}

/// How finely estimates leave: an estimate to the last digit would give the exact counts away.
struct Grain {
    rounds: bool,
}

impl Grain {
    fn of(policy: &Policy) -> Self {
        Self { rounds: policy.withholds_anything() || policy.round_to > 1 }
    }

    /// To one part in `parts`, where the policy withholds or rounds anything.
    fn round(&self, number: f64, parts: f64) -> f64 {
        if self.rounds { (number * parts).round() / parts } else { number }
    }

    fn estimate(&self, own: Estimate, parts: f64) -> [f64; 3] {
        [own.value, own.lower, own.upper].map(|number| self.round(number, parts))
    }
}

#[cfg(test)]
mod tests;
