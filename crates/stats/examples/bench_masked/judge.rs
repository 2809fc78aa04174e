//! What the methods say about a world, against what is true of it.

use evenly_stats::Better;
use evenly_stats::masked::{MaskedOptions, Outcome, find};
use evenly_stats::spc::chart::ChartOptions;
use evenly_stats::spc::icons::PointKind;
use evenly_stats::spc::p::{self, POptions};

use super::scenes::Scene;
use super::world::{MONTHS, World, world};

/// Above it, a stratum is truly behind.
const BEHIND: f64 = 0.02;
/// Below it, a finding is false.
const SHARED: f64 = 0.005;

/// Levels at which Benjamini and Hochberg's rule is tried, to find the one with the same realised rate.
pub const LEVELS: [f64; 24] = [
    0.0001, 0.0003, 0.001, 0.002, 0.003, 0.005, 0.007, 0.01, 0.013, 0.016, 0.02, 0.025, 0.03, 0.035, 0.04, 0.05, 0.06,
    0.07, 0.085, 0.1, 0.13, 0.17, 0.25, 0.4,
];

/// False share of the findings, and found share of the strata truly behind.
#[derive(Clone, Copy, Debug, Default)]
pub struct Score {
    pub wrong: f64,
    pub found: f64,
}

/// One world's verdict.
#[derive(Clone, Debug)]
pub struct Judged {
    pub ours: Score,
    /// z-tests with Benjamini and Hochberg's rule at 5 %.
    pub tests: Score,
    /// The same at each of [`LEVELS`].
    pub tests_at: Vec<Score>,
    pub charts: Score,
    /// Share of strata whose true shortfall lies in our interval.
    pub coverage: f64,
    /// Whether every stratum looked at has a smallest detectable shortfall.
    pub detectable: bool,
    /// Whether no finding that is told holds another, or is held by it.
    pub told_once: bool,
    pub seconds: f64,
}

/// Makes a world and lets every method look at the same strata.
pub fn judge(scene: &Scene, seed: u64) -> Judged {
    let world = world(scene, seed);
    let options = MaskedOptions { seed, ..MaskedOptions::default() };
    #[expect(clippy::disallowed_methods, reason = "the harness times the test from outside")]
    let started = std::time::Instant::now();
    let found = find(&world.cells, &options).unwrap_or_else(|refusal| panic!("{}: {refusal}", scene.name));
    let seconds = started.elapsed().as_secs_f64();
    let members: Vec<Vec<bool>> = found.strata.iter().map(|own| world.inside(&own.stratum)).collect();
    let truths: Vec<f64> = members.iter().map(|inside| world.truth(inside)).collect();
    let flags: Vec<bool> = found.strata.iter().map(|own| own.flagged).collect();
    let charts: Vec<bool> = members.iter().map(|inside| by_chart(&world, inside)).collect();
    let held = found.strata.iter().zip(&truths).filter(|(own, truth)| own.shortfall.holds(**truth)).count();
    Judged {
        ours: score(&flags, &truths),
        tests: score(&by_tests(&found, 0.05), &truths),
        tests_at: LEVELS.iter().map(|level| score(&by_tests(&found, *level), &truths)).collect(),
        charts: score(&charts, &truths),
        coverage: held as f64 / truths.len() as f64,
        detectable: found.strata.iter().all(|own| own.detectable.is_finite() && own.detectable > 0.0),
        told_once: told_once(&found, &members),
        seconds,
    }
}

fn score(flags: &[bool], truths: &[f64]) -> Score {
    let count = |wanted: &dyn Fn(f64) -> bool| {
        flags.iter().zip(truths).filter(|(flag, truth)| **flag && wanted(**truth)).count() as f64
    };
    let behind = truths.iter().filter(|truth| **truth > BEHIND).count() as f64;
    Score {
        wrong: count(&|truth| truth < SHARED) / count(&|_| true).max(1.0),
        found: count(&|truth| truth > BEHIND) / behind.max(1.0),
    }
}

fn told_once(found: &Outcome, members: &[Vec<bool>]) -> bool {
    let told: Vec<&Vec<bool>> = found
        .strata
        .iter()
        .zip(members)
        .filter(|(own, _)| own.flagged && own.told_under.is_none())
        .map(|(_, inside)| inside)
        .collect();
    let holds = |outer: &[bool], inner: &[bool]| inner.iter().zip(outer).all(|(inner, outer)| *outer || !inner);
    told.iter()
        .enumerate()
        .all(|(place, own)| told[place + 1..].iter().all(|other| !holds(own, other) && !holds(other, own)))
}

/// One-sided z-tests, months' variation included, with Benjamini and Hochberg's rule.
fn by_tests(found: &Outcome, level: f64) -> Vec<bool> {
    let size = found.strata.len();
    let mut order: Vec<usize> = (0..size).collect();
    order.sort_by(|a, b| found.strata[*a].p_value.total_cmp(&found.strata[*b].p_value));
    let passes = |rank: &usize| found.strata[order[*rank]].p_value <= level * (*rank + 1) as f64 / size as f64;
    let count = (0..size).rev().find(passes).map_or(0, |rank| rank + 1);
    let mut flags = vec![false; size];
    order[..count].iter().for_each(|index| flags[*index] = true);
    flags
}

/// A P′ chart with lines from the months before; flags concern after the split.
fn by_chart(world: &World, inside: &[bool]) -> bool {
    let (mut events, mut trials) = (vec![0.0; 2 * MONTHS], vec![0.0; 2 * MONTHS]);
    for (leaf, _) in world.cells.leaves.iter().zip(inside).filter(|(_, inside)| **inside) {
        for (month, count) in leaf.counts.iter().enumerate() {
            events[month] += count.events;
            trials[month] += count.trials;
        }
    }
    let chart = ChartOptions { better: Some(Better::Lower), fix_after: Some(MONTHS), ..ChartOptions::default() };
    let drawn = p::chart(&events, &trials, &POptions { chart, prime: true });
    drawn.is_ok_and(|chart| chart.points[MONTHS..].iter().any(|point| point.kind == PointKind::Concern))
}
