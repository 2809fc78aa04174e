//! The test itself: who did not share in the whole's change.

use super::candidates::{Candidate, candidates, counts};
use super::cells::{Cells, DEEPEST, Level, levels};
use super::contrast::observed;
use super::decide::{decide, nest};
use super::dispersion::dispersion;
use super::model::{self, Posterior};
use super::outcome::{Kind, Outcome, Reach, StratumChange};
use super::{evidence, whole};
use crate::interval::Estimate;
use crate::numeric::t_upper;
use crate::refusal::Refusal;

/// What is asked of the test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MaskedOptions {
    /// Share of false findings among findings that is held, 0.05 by default.
    pub false_discovery_rate: f64,
    /// Shortfall on the log-odds scale that is too small to matter.
    pub margin: f64,
    /// Events, and trials without event, below which a stratum is not looked at.
    pub fewest_events: f64,
    /// How many times as large the variance of a change is at least as that of independent counts, because the same people come
    /// again: months cannot show how far people on the two sides differ. 1 by default.
    pub repeats: f64,
    /// Draws of the sampler.
    pub draws: usize,
    /// Seed of the sampler.
    pub seed: u64,
}

impl Default for MaskedOptions {
    fn default() -> Self {
        Self { false_discovery_rate: 0.05, margin: 0.02, fewest_events: 40.0, repeats: 1.0, draws: 2000, seed: 1 }
    }
}

/// Least gain (log-odds) of the whole from which on a stratum without gain counts as behind by something that matters.
const MATTERS: f64 = 0.1;

/// Runs the test.
///
/// Refused: fewer than two groups, no period before or after the split, counts that cannot be, no events, and no stratum
/// with enough events.
///
/// Two groups over four months before and four after; the second does not share in the change:
///
/// ```
/// use evenly_stats::Better;
/// use evenly_stats::masked::{Cells, Kind, Leaf, MaskedOptions, find};
/// use evenly_stats::multilevel::Count;
///
/// let months = |before: f64, after: f64, trials: f64| -> Vec<Count> {
///     (0..8).map(|month| Count { events: if month < 4 { before } else { after }, trials }).collect()
/// };
/// let cells = Cells {
///     dimensions: vec![2],
///     leaves: vec![
///         Leaf { groups: vec![0], counts: months(900.0, 700.0, 10_000.0) },
///         Leaf { groups: vec![1], counts: months(300.0, 310.0, 4_000.0) },
///     ],
///     split: 4,
///     better: Better::Lower,
/// };
/// let outcome = find(&cells, &MaskedOptions::default())?;
/// let told = outcome.told();
/// assert_eq!((told[0].stratum.as_slice(), told[0].kind), ([(0, 1)].as_slice(), Kind::Masked));
/// assert!(outcome.improved && told[0].avoidable.lower > 0.0);
/// # Ok::<(), evenly_stats::Refusal>(())
/// ```
pub fn find(cells: &Cells, options: &MaskedOptions) -> Result<Outcome, Refusal> {
    cells.check()?;
    check(options)?;
    let (levels, mut evidence) = (levels(cells), evidence::of_leaves(cells));
    let dispersion = dispersion(&evidence, &levels, cells.split);
    for own in &mut evidence {
        own.information /= dispersion.factor.max(options.repeats);
    }
    let noise: Vec<Vec<f64>> = levels
        .iter()
        .zip(&dispersion.months)
        .map(|(level, variance)| evidence::noise(&evidence, level, cells.split, *variance))
        .collect();
    let (candidates, too_small) = candidates(cells, &levels, &evidence, options.fewest_events);
    if candidates.is_empty() {
        return Err(Refusal::TooFew { what: "strata with enough events", found: 0, needed: 1 });
    }
    let posteriors = model::sample(&evidence, &levels, &noise, options.draws, options.seed);
    let whole = whole::change(cells);
    let sign = cells.better.sign();
    let mut strata: Vec<StratumChange> = candidates
        .iter()
        .map(|own| {
            let (observed, error) = observed(&own.leaves, &levels, &evidence, &noise);
            let posterior = &posteriors[own.level][own.stratum];
            let mut found = describe(&levels[own.level], own, posterior, error, (sign, options.margin));
            found.standardised = sign * observed / error;
            found.p_value = t_upper(found.standardised, dispersion.degrees[own.level]);
            found
        })
        .collect();
    let degrees: Vec<f64> = candidates.iter().map(|own| dispersion.degrees[own.level]).collect();
    decide(&mut strata, &degrees, options.false_discovery_rate);
    let improved = sign * if sign > 0.0 { whole.upper } else { whole.lower } < 0.0;
    let gain = -sign * whole.value;
    for own in &mut strata {
        own.kind = kind(own, improved, gain);
        own.detectable_points = points(own, sign, own.detectable);
    }
    let standing = |leaves: &[usize]| {
        let (observed, error) = observed(leaves, &levels, &evidence, &noise);
        sign * observed / error
    };
    nest(&mut strata, &candidates, standing);
    let matters = gain.max(MATTERS);
    let reach = reach(&strata, &too_small, matters);
    let all: Vec<usize> = (0..cells.leaves.len()).collect();
    Ok(Outcome { whole, counts: counts(cells, &all), improved, matters, strata, reach })
}

fn check(options: &MaskedOptions) -> Result<(), Refusal> {
    let rate = options.false_discovery_rate;
    if !(rate > 0.0 && rate < 1.0) {
        return Err(Refusal::option("fdr", "above 0 and below 1"));
    }
    if !(options.margin >= 0.0 && options.margin.is_finite()) {
        return Err(Refusal::option("margin", "a number of 0 or more"));
    }
    if options.fewest_events.is_nan() {
        return Err(Refusal::option("fewest-events", "a number"));
    }
    if !(options.repeats >= 1.0 && options.repeats.is_finite()) {
        return Err(Refusal::option("repeats", "a number of 1 or more"));
    }
    if options.draws < 100 {
        return Err(Refusal::option("draws", "100 or more"));
    }
    Ok(())
}

/// What a flagged stratum's change amounts to, given the whole's gain on the log-odds scale.
fn kind(own: &StratumChange, improved: bool, gain: f64) -> Kind {
    // Flat: kept less than a quarter of what the whole gained.
    let kept = gain - own.shortfall.value;
    match (own.flagged, improved, kept < 0.25 * gain, kept < 0.0) {
        (false, ..) => Kind::Shared,
        (true, true, true, _) => Kind::Masked,
        (true, false, _, true) => Kind::Worse,
        _ => Kind::LeftBehind,
    }
}

/// A shortfall on the log-odds scale as a difference of proportions after the split.
fn points(own: &StratumChange, sign: f64, shortfall: f64) -> f64 {
    let after = own.counts.after;
    let odds = ((after.events + 0.5) / (after.trials - after.events + 0.5)).ln();
    let proportion = |odds: f64| 1.0 / (1.0 + (-odds).exp());
    sign * (proportion(odds) - proportion(odds - sign * shortfall))
}

fn describe(
    level: &Level,
    own: &Candidate,
    posterior: &Posterior,
    error: f64,
    (sign, margin): (f64, f64),
) -> StratumChange {
    let mut draws: Vec<f64> = posterior.draws.iter().map(|draw| sign * draw).collect();
    let (lower, upper) = (quantile(&mut draws, 0.025), quantile(&mut draws, 0.975));
    let shortfall = Estimate { value: (sign * posterior.mean()).clamp(lower, upper), lower, upper };
    let nothing = Estimate { value: 0.0, lower: 0.0, upper: 0.0 };
    let mut found = StratumChange {
        stratum: level.dimensions.iter().copied().zip(level.strata[own.stratum].iter().copied()).collect(),
        kind: Kind::Shared,
        flagged: false,
        counts: own.counts,
        shortfall,
        points: nothing,
        avoidable: nothing,
        probability: posterior.above(sign, margin),
        error,
        standardised: 0.0,
        p_value: 1.0,
        detectable: 0.0,
        detectable_points: 0.0,
        told_under: None,
    };
    let scaled = |found: &StratumChange, by: f64| {
        let scale = |shortfall: f64| by * points(found, sign, shortfall);
        Estimate { value: scale(shortfall.value), lower: scale(shortfall.lower), upper: scale(shortfall.upper) }
    };
    found.points = scaled(&found, 1.0);
    found.avoidable = scaled(&found, own.counts.after.trials);
    found
}

/// The draw below which a share of the draws lies.
fn quantile(draws: &mut [f64], share: f64) -> f64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place inside the list")]
    let place = (share * draws.len().saturating_sub(1) as f64).round() as usize;
    *draws.select_nth_unstable_by(place, f64::total_cmp).1
}

/// How far the test could see, by the number of dimensions that strata combine.
fn reach(strata: &[StratumChange], too_small: &[(usize, f64)], matters: f64) -> Vec<Reach> {
    let all = (1..=DEEPEST).map(|dimensions| {
        let mut reach = Reach { dimensions, ..Reach::default() };
        let mut seen = 0.0;
        for own in strata.iter().filter(|own| own.stratum.len() == dimensions) {
            reach.tested += 1;
            if own.detectable > matters {
                reach.blind += 1;
                reach.unseen += own.counts.after.trials;
            } else {
                seen += own.counts.after.trials;
            }
        }
        for (_, trials) in too_small.iter().filter(|(own, _)| *own == dimensions) {
            reach.too_small += 1;
            reach.unseen += trials;
        }
        let all = seen + reach.unseen;
        reach.unseen_share = if all > 0.0 { reach.unseen / all } else { 0.0 };
        reach
    });
    all.filter(|reach| reach.tested + reach.too_small > 0).collect()
}

#[cfg(test)]
mod tests;
