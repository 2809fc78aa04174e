//! The test itself: who did not share in the whole's change, decided with the false discovery rate held.

use super::evidence::{self, Evidence};
use super::leaves::{Leaves, Level, levels};
use super::model::{self, Posterior};
use super::{dispersion, whole};
use crate::interval::{Better, Estimate};
use crate::numeric::{normal_cdf, normal_quantile};
use crate::refusal::Refusal;

/// What is asked of the test.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct MaskedOptions {
    /// Which way the indicator should go.
    pub better: Better,
    /// Share of false findings among findings that is held, 0.05 by default.
    pub false_discovery_rate: f64,
    /// Shortfall on the log-odds scale that is too small to matter.
    pub margin: f64,
    /// Events, and chances without event, below which a stratum is not looked at.
    pub fewest_events: f64,
    /// Draws of the sampler.
    pub draws: usize,
    /// Seed of the sampler.
    pub seed: u64,
}

impl Default for MaskedOptions {
    fn default() -> Self {
        Self {
            better: Better::Lower,
            false_discovery_rate: 0.05,
            margin: 0.02,
            fewest_events: 40.0,
            draws: 4000,
            seed: 1,
        }
    }
}

/// What a stratum's change amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing beyond chance.
    Shared,
    /// Did less well than the rest, beyond chance.
    LeftBehind,
    /// Left behind, and itself flat or worse, while the whole improved beyond chance.
    Masked,
    /// Left behind and worse, while the whole did not improve.
    Worse,
}

impl Verdict {
    /// Identifier in tables.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Shared => "shared",
            Self::LeftBehind => "left_behind",
            Self::Masked => "masked",
            Self::Worse => "worse",
        }
    }
}

/// Events and chances on both sides of the split.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct BeforeAfter {
    /// Events and chances before.
    pub before: (f64, f64),
    /// Events and chances after.
    pub after: (f64, f64),
}

/// What the test says about one stratum.
#[derive(Clone, Debug, PartialEq)]
pub struct StratumChange {
    /// Dimension and group, in the order of the dimensions.
    pub stratum: Vec<(String, String)>,
    /// Its counts.
    pub counts: BeforeAfter,
    /// Shortfall against the rest on the log-odds scale, shrunken; positive: did not share.
    pub shortfall: Estimate,
    /// The same as a difference of proportions after the split; positive: worse than had it shared.
    pub points: Estimate,
    /// Shortfall by its own counts alone, in standard errors, months' variation included.
    pub standardised: f64,
    /// Probability that it did not share.
    pub probability: f64,
    /// The smallest shortfall (log-odds) that its own counts would have shown with 80 % power.
    pub detectable: f64,
    /// Whether it is a finding, with the false discovery rate held over all strata looked at.
    pub flagged: bool,
    /// What it amounts to.
    pub verdict: Verdict,
    /// The finding that it is part of, or that is part of it, and that explains it better (index into the list).
    pub told_under: Option<usize>,
}

/// The answer of the test.
#[derive(Clone, Debug, PartialEq)]
pub struct Masked {
    /// Change of the whole on the log-odds scale, after less before, with a 95 % interval.
    pub whole: Estimate,
    /// Counts of the whole.
    pub counts: BeforeAfter,
    /// Whether the whole improved beyond chance.
    pub improved: bool,
    /// Every stratum looked at, coarse ones first.
    pub strata: Vec<StratumChange>,
}

/// A stratum that is looked at.
struct Candidate {
    level: usize,
    stratum: usize,
    leaves: Vec<usize>,
    counts: BeforeAfter,
}

/// Runs the test.
///
/// Refused: fewer than two groups, no period before or after the split, counts that cannot be, no events, and no stratum
/// with enough events.
pub fn test(leaves: &Leaves, options: &MaskedOptions) -> Result<Masked, Refusal> {
    leaves.check()?;
    let rate = options.false_discovery_rate;
    if !(rate > 0.0 && rate < 1.0) {
        return Err(Refusal::option("fdr", "above 0 and below 1"));
    }
    if options.draws < 100 {
        return Err(Refusal::option("draws", "100 or more"));
    }
    let (levels, evidence) = (levels(leaves), evidence::of_leaves(leaves));
    let variances = dispersion::month_variances(&evidence, &levels, leaves.split);
    let noise: Vec<Vec<f64>> = levels
        .iter()
        .zip(&variances)
        .map(|(level, variance)| evidence::noise(&evidence, level, leaves.split, *variance))
        .collect();
    let candidates = candidates(leaves, &levels, &evidence, options);
    if candidates.is_empty() {
        return Err(Refusal::TooFew { what: "strata with enough events", found: 0, needed: 1 });
    }
    let posteriors = model::sample(&evidence, &levels, &noise, options.draws, options.seed);
    let whole = whole::change(leaves);
    let sign = options.better.sign();
    let mut strata: Vec<StratumChange> = candidates
        .iter()
        .map(|own| {
            let (observed, error) = observed(own, &levels, &evidence, &noise);
            describe(
                leaves,
                &levels[own.level],
                own,
                &posteriors[own.level][own.stratum],
                (sign * observed / error, error),
                (sign, options.margin),
            )
        })
        .collect();
    decide(&mut strata, options);
    let improved = sign * if sign > 0.0 { whole.upper } else { whole.lower } < 0.0;
    let better = -sign * whole.value;
    for own in strata.iter_mut().filter(|own| own.flagged) {
        // Flat: kept less than a quarter of what the whole gained.
        let kept = better - own.shortfall.value;
        own.verdict = match (improved, kept < 0.25 * better, kept < 0.0) {
            (true, true, _) => Verdict::Masked,
            (false, _, true) => Verdict::Worse,
            _ => Verdict::LeftBehind,
        };
    }
    nest(&mut strata, &candidates);
    let counts = counts(leaves, &(0..leaves.counts.len()).collect::<Vec<_>>());
    Ok(Masked { whole, counts, improved, strata })
}

fn counts(leaves: &Leaves, own: &[usize]) -> BeforeAfter {
    let sum = |span: std::ops::Range<usize>| {
        let all = own.iter().flat_map(|leaf| &leaves.counts[*leaf][span.clone()]);
        all.fold((0.0, 0.0), |sum, count| (sum.0 + count.events, sum.1 + count.trials))
    };
    BeforeAfter { before: sum(0..leaves.split), after: sum(leaves.split..leaves.periods()) }
}

fn candidates(leaves: &Leaves, levels: &[Level], evidence: &[Evidence], options: &MaskedOptions) -> Vec<Candidate> {
    let mut seen = std::collections::HashSet::new();
    let all: f64 = evidence.iter().map(|own| own.information).sum();
    let mut found = Vec::new();
    for (index, level) in levels.iter().enumerate() {
        let mut members = vec![Vec::new(); level.strata.len()];
        level.of_leaf.iter().enumerate().for_each(|(leaf, stratum)| members[*stratum].push(leaf));
        for (stratum, own) in members.into_iter().enumerate() {
            let counts = counts(leaves, &own);
            let events = counts.before.0 + counts.after.0;
            let others = counts.before.1 + counts.after.1 - events;
            let information: f64 = own.iter().map(|leaf| evidence[*leaf].information).sum();
            let tells = information > 0.0 && all - information > 1e-9 * all;
            if tells && events.min(others) >= options.fewest_events && seen.insert(own.clone()) {
                found.push(Candidate { level: index, stratum, leaves: own, counts });
            }
        }
    }
    found
}

/// Change of a stratum less that of the rest by its own counts, with its standard error.
fn observed(own: &Candidate, levels: &[Level], evidence: &[Evidence], noise: &[Vec<f64>]) -> (f64, f64) {
    let mut inside = vec![false; evidence.len()];
    own.leaves.iter().for_each(|leaf| inside[*leaf] = true);
    let sum = |wanted: bool, value: &dyn Fn(&Evidence) -> f64| -> f64 {
        evidence.iter().zip(&inside).filter(|(_, inside)| **inside == wanted).map(|(leaf, _)| value(leaf)).sum()
    };
    let (mine, rest) = (sum(true, &|leaf| leaf.information), sum(false, &|leaf| leaf.information));
    let change = |wanted: bool, all: f64| sum(wanted, &|leaf| leaf.information * leaf.change) / all;
    let mut variance = 1.0 / mine + 1.0 / rest;
    for (level, noise) in levels.iter().zip(noise) {
        let mut shares = vec![0.0; level.strata.len()];
        for ((leaf, inside), stratum) in evidence.iter().zip(&inside).zip(&level.of_leaf) {
            shares[*stratum] += if *inside { leaf.information / mine } else { -leaf.information / rest };
        }
        variance += shares.iter().zip(noise).map(|(share, noise)| share * share * noise).sum::<f64>();
    }
    (change(true, mine) - change(false, rest), variance.sqrt())
}

fn describe(
    leaves: &Leaves,
    level: &Level,
    own: &Candidate,
    posterior: &Posterior,
    (standardised, error): (f64, f64),
    (sign, margin): (f64, f64),
) -> StratumChange {
    let mut draws: Vec<f64> = posterior.draws.iter().map(|draw| sign * draw).collect();
    let (lower, upper) = (quantile(&mut draws, 0.025), quantile(&mut draws, 0.975));
    let value = (sign * posterior.mean()).clamp(lower, upper);
    let shortfall = Estimate { value, lower, upper };
    let (x, n) = own.counts.after;
    let odds = ((x + 0.5) / (n - x + 0.5)).ln();
    let proportion = |odds: f64| 1.0 / (1.0 + (-odds).exp());
    let points = |shortfall: f64| sign * (proportion(odds) - proportion(odds - sign * shortfall));

    let named = level.dimensions.iter().zip(&level.strata[own.stratum]).map(|(dimension, group)| {
        let dimension = &leaves.dimensions[*dimension];
        (dimension.name.clone(), dimension.groups[*group].clone())
    });
    StratumChange {
        stratum: named.collect(),
        counts: own.counts,
        shortfall,
        points: Estimate {
            value: points(shortfall.value),
            lower: points(shortfall.lower),
            upper: points(shortfall.upper),
        },
        standardised,
        probability: posterior.above(sign, margin),
        detectable: error,
        flagged: false,
        verdict: Verdict::Shared,
        told_under: None,
    }
}

/// The draw below which a share of the draws lies.
fn quantile(draws: &mut [f64], share: f64) -> f64 {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place inside the list")]
    let place = (share * draws.len().saturating_sub(1) as f64).round() as usize;
    *draws.select_nth_unstable_by(place, f64::total_cmp).1
}

/// Share of the false discovery rate that the model may spend.
const BY_MODEL: f64 = 0.6;

/// Share of the false discovery rate that strata may spend by their own counts.
const BY_COUNTS: f64 = 0.4;

/// Flags strata by two roads that share the false discovery rate.
///
/// By the model: the largest set whose mean probability of having shared is at most its part of the rate; strong where a
/// shortfall follows the structure of the strata. By their own counts: Benjamini and Hochberg's rule on one-sided p-values;
/// strong where a single small stratum stands out that the model holds to be unlikely. The two parts add up to the rate,
/// so the share of false findings of both together is held where each holds its own; the example `bench_masked` checks it.
///
/// SOURCE: Newton, Noueiry, Sarkar and Ahlquist, Biostatistics 5 (2004), p. 155–176; Benjamini and Hochberg, Journal of
/// the Royal Statistical Society B 57 (1995), p. 289–300.
fn decide(strata: &mut [StratumChange], options: &MaskedOptions) {
    let rate = options.false_discovery_rate;
    let mut order: Vec<usize> = (0..strata.len()).collect();
    order.sort_by(|a, b| strata[*b].probability.total_cmp(&strata[*a].probability));
    let (mut doubt, mut by_model) = (0.0, 0);
    for (rank, index) in order.iter().enumerate() {
        doubt += 1.0 - strata[*index].probability;
        if doubt <= BY_MODEL * rate * (rank + 1) as f64 {
            by_model = rank + 1;
        }
    }
    for index in &order[..by_model] {
        strata[*index].flagged = true;
    }
    order.sort_by(|a, b| strata[*b].standardised.total_cmp(&strata[*a].standardised));
    let step = BY_COUNTS * rate / strata.len() as f64;
    let passes = |rank: &usize| p_value(&strata[order[*rank]]) <= step * (*rank + 1) as f64;
    let by_counts = (0..order.len()).rev().find(passes).map_or(0, |rank| rank + 1);
    for index in &order[..by_counts] {
        strata[*index].flagged = true;
    }
    // What the counts alone would show: the place of the last finding, or of a single one.
    let reach = normal_quantile(1.0 - step * by_counts.max(1) as f64) + normal_quantile(0.8);
    for own in strata.iter_mut() {
        own.detectable *= reach;
    }
}

/// Tells nested findings once: in order of evidence by their own counts, a finding that contains or is contained in one
/// already told is listed under it.
fn nest(strata: &mut [StratumChange], candidates: &[Candidate]) {
    let mut order: Vec<usize> = (0..strata.len()).filter(|index| strata[*index].flagged).collect();
    order.sort_by(|a, b| strata[*b].standardised.total_cmp(&strata[*a].standardised));
    let mut told: Vec<usize> = Vec::new();
    for index in order {
        let contains = |outer: usize, inner: usize| {
            candidates[inner].leaves.iter().all(|leaf| candidates[outer].leaves.binary_search(leaf).is_ok())
        };
        match told.iter().find(|head| contains(**head, index) || contains(index, **head)) {
            Some(head) => strata[index].told_under = Some(*head),
            None => told.push(index),
        }
    }
}

/// One-sided p-value of a stratum's own counts.
pub fn p_value(stratum: &StratumChange) -> f64 {
    normal_cdf(-stratum.standardised)
}

#[cfg(test)]
mod tests {
    use super::{Masked, MaskedOptions, Verdict, test};
    use crate::interval::Better;
    use crate::masked::Leaves;
    use crate::multilevel::{Count, Dimension};
    use crate::refusal::Refusal;

    /// Counts of 4 areas × 5 groups over 12 months, without chance: each month's events are those expected, moved up and
    /// down by turns so that months vary a little.
    fn leaves(odds: impl Fn(usize, usize, bool) -> f64, trials: f64) -> Leaves {
        let at: Vec<(usize, usize)> = (0..20).map(|leaf| (leaf % 4, leaf / 4)).collect();
        let counts = at.iter().enumerate().map(|(leaf, (area, group))| {
            (0..12)
                .map(|month| {
                    let wobble = if (leaf + month) % 2 == 0 { 0.05 } else { -0.05 };
                    let p = 1.0 / (1.0 + (-(odds(*area, *group, month >= 6) + wobble)).exp());
                    Count { events: (trials * p).round(), trials }
                })
                .collect()
        });
        let labels =
            |of: &dyn Fn(&(usize, usize)) -> usize| at.iter().map(|own| of(own).to_string()).collect::<Vec<_>>();
        let dimensions = vec![
            Dimension::from_labels("area", &labels(&|own| own.0)),
            Dimension::from_labels("group", &labels(&|own| own.1)),
        ];
        Leaves { dimensions, split: 6, counts: counts.collect() }
    }

    fn run(leaves: &Leaves, better: Better) -> Masked {
        let options = MaskedOptions { better, draws: 600, ..MaskedOptions::default() };
        test(leaves, &options).expect("an answer")
    }

    fn named(masked: &Masked, stratum: &[(&str, &str)]) -> usize {
        let wanted: Vec<(String, String)> =
            stratum.iter().map(|(dimension, group)| ((*dimension).to_owned(), (*group).to_owned())).collect();
        masked.strata.iter().position(|own| own.stratum == wanted).expect("a stratum")
    }

    #[test]
    fn nothing_is_found_where_all_share() {
        let even = leaves(
            |area, group, after| -2.0 + 0.1 * area as f64 - 0.1 * group as f64 - if after { 0.2 } else { 0.0 },
            300.0,
        );
        let found = run(&even, Better::Lower);
        assert!(found.improved);
        assert!(found.strata.iter().all(|own| !own.flagged && own.verdict == Verdict::Shared));
    }

    #[test]
    fn a_planted_group_is_masked_and_told_once() {
        let planted = leaves(|_, group, after| if after && group != 3 { -2.3 } else { -2.0 }, 400.0);
        let found = run(&planted, Better::Lower);
        let head = named(&found, &[("group", "3")]);
        assert_eq!((found.strata[head].verdict, found.strata[head].told_under), (Verdict::Masked, None));
        assert!(found.strata[head].shortfall.holds(0.3));
        let part = &found.strata[named(&found, &[("area", "1"), ("group", "3")])];
        assert!(part.flagged && part.told_under == Some(head));
        assert!(
            found
                .strata
                .iter()
                .filter(|own| own.flagged)
                .all(|own| own.stratum.contains(&("group".into(), "3".into())))
        );
        assert!(found.strata.iter().all(|own| own.detectable > 0.0 && own.shortfall.lower <= own.shortfall.upper));
    }

    #[test]
    fn a_group_that_gets_worse_under_a_flat_whole_is_found() {
        // The others improve a little, so that the whole stays where it was.
        let mirror = leaves(
            |_, group, after| {
                if !after {
                    -2.0
                } else if group == 0 {
                    -1.7
                } else {
                    -2.08
                }
            },
            500.0,
        );
        let found = run(&mirror, Better::Lower);
        assert!(!found.improved);
        assert_eq!(found.strata[named(&found, &[("group", "0")])].verdict, Verdict::Worse);
    }

    #[test]
    fn the_screening_project_that_left_black_women_behind_is_found() {
        // The published changes (IHI): +15.4 % overall in six months, −2 % for Black women. Sizes are ours.
        let uptake = |who: usize, after: bool| -> f64 {
            match (who, after) {
                (0, false) => 0.50,
                (0, true) => 0.49,
                (_, false) => 0.55,
                (_, true) => 0.65,
            }
        };
        let size = |who: usize| -> f64 { if who == 0 { 240.0 } else { 700.0 } };
        let counts: Vec<Vec<Count>> = (0..3)
            .map(|who| {
                let month =
                    |month: usize| Count { events: (size(who) * uptake(who, month >= 6)).round(), trials: size(who) };
                (0..12).map(month).collect()
            })
            .collect();
        let labels = ["Black", "White", "Asian"].map(str::to_owned);
        let dimensions = vec![Dimension::from_labels("ethnicity", &labels)];
        let found = run(&Leaves { dimensions, split: 6, counts }, Better::Higher);
        let rise = found.counts.after.0 / found.counts.after.1 / (found.counts.before.0 / found.counts.before.1) - 1.0;
        assert!((rise - 0.154).abs() < 0.01, "{rise}");
        assert_eq!(found.strata[named(&found, &[("ethnicity", "Black")])].verdict, Verdict::Masked);
        assert_eq!(found.strata.iter().filter(|own| own.flagged).count(), 1);
    }

    #[test]
    fn what_cannot_be_tested_is_refused() {
        let good = leaves(|_, _, _| -2.0, 100.0);
        let options = MaskedOptions::default();
        assert!(test(&Leaves { split: 0, ..good.clone() }, &options).is_err());
        assert!(test(&Leaves { split: 12, ..good.clone() }, &options).is_err());
        assert!(test(&good, &MaskedOptions { false_discovery_rate: 0.0, ..options }).is_err());
        let mut bad = good.clone();
        bad.counts[3][2].events = 101.0;
        assert!(matches!(test(&bad, &options), Err(Refusal::NumeratorAboveDenominator { .. })));
        assert!(test(&good, &MaskedOptions { fewest_events: 1e9, ..options }).is_err());
    }
}
