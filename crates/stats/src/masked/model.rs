//! A multilevel model of the change: sparse effects at every level, sampled.
//!
//! A leaf's change beyond the whole's is the sum of one effect per level (its deprivation group, its ethnic group, their
//! pair, …) and of month noise per level. Most effects are nothing; an effect that is something is normal with a spread
//! learnt from the data, and so is the share of effects that are something. The sampler draws each effect given the
//! others; a stratum's shortfall is what its effects, weighted by the leaves' information, differ from those of the rest.
//! So a stratum borrows strength from the groups that it belongs to and from the strata it is made of.
//!
//! SOURCE: George and `McCulloch`, "Variable selection via Gibbs sampling", Journal of the American Statistical
//! Association 88 (1993), p. 881–889.

use rand::{RngExt, SeedableRng};
use rand_distr::{Beta, Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::cells::Level;
use super::evidence::Evidence;

/// Draws thrown away before the first is kept.
const WARM_UP: usize = 500;

/// Spreads of effects that the sampler weighs against each other, on the log-odds scale.
const SPREADS: [f64; 4] = [0.1, 0.2, 0.4, 0.8];

/// Effects that are something, expected beforehand in each level.
const EXPECTED_EFFECTS: f64 = 1.0;

/// Spread of the effects that are next to nothing, on the log-odds scale.
const SMALL: f64 = 0.01;

/// What the sampler says about one stratum's shortfall, before the sign of "better".
#[derive(Clone, Debug, Default)]
pub(super) struct Posterior {
    /// Draws of the stratum's change less that of the rest.
    pub draws: Vec<f64>,
}

impl Posterior {
    /// Mean of the draws.
    pub fn mean(&self) -> f64 {
        self.draws.iter().sum::<f64>() / self.draws.len().max(1) as f64
    }

    /// Share of the draws that, times a sign, are above a margin.
    pub fn above(&self, sign: f64, margin: f64) -> f64 {
        let above = self.draws.iter().filter(|draw| sign * **draw > margin).count();
        above as f64 / self.draws.len().max(1) as f64
    }
}

struct Sampler<'a> {
    evidence: &'a [Evidence],
    levels: &'a [Level],
    /// Month noise of each stratum, by level.
    noise: &'a [Vec<f64>],
    information: Vec<Vec<f64>>,
    /// Effect and noise together, and the effect alone, by level and stratum.
    total: Vec<Vec<f64>>,
    effect: Vec<Vec<f64>>,
    something: Vec<Vec<bool>>,
    share: Vec<f64>,
    spread: f64,
    /// Change less everything else, by leaf.
    left: Vec<f64>,
    random: Xoshiro256PlusPlus,
}

/// Samples the shortfalls of all strata; one list per level, in the order of its strata.
pub(super) fn sample(
    evidence: &[Evidence],
    levels: &[Level],
    noise: &[Vec<f64>],
    draws: usize,
    seed: u64,
) -> Vec<Vec<Posterior>> {
    let zeros = || levels.iter().map(|level| vec![0.0; level.strata.len()]).collect::<Vec<_>>();
    let mut information = zeros();
    for (level, own) in levels.iter().zip(&mut information) {
        evidence.iter().zip(&level.of_leaf).for_each(|(leaf, stratum)| own[*stratum] += leaf.information);
    }
    let mut sampler = Sampler {
        evidence,
        levels,
        noise,
        information,
        total: zeros(),
        effect: zeros(),
        something: levels.iter().map(|level| vec![false; level.strata.len()]).collect(),
        share: levels.iter().map(|level| EXPECTED_EFFECTS / level.strata.len() as f64).collect(),
        spread: 0.3,
        left: evidence.iter().map(|leaf| leaf.change).collect(),
        random: Xoshiro256PlusPlus::seed_from_u64(seed),
    };
    let mut found: Vec<Vec<Posterior>> =
        levels.iter().map(|level| vec![Posterior::default(); level.strata.len()]).collect();
    for round in 0..WARM_UP + draws {
        sampler.round();
        if round >= WARM_UP {
            sampler.record(&mut found);
        }
    }
    found
}

impl Sampler<'_> {
    fn round(&mut self) {
        self.centre();
        for level in 0..self.levels.len() {
            self.effects(level);
            let something = self.something[level].iter().filter(|something| **something).count() as f64;
            let all = self.effect[level].len() as f64;
            // The share is drawn from its Beta posterior; the prior expects few effects however many strata there are.
            if let Ok(beta) = Beta::new(EXPECTED_EFFECTS + something, all + all - something) {
                self.share[level] = beta.sample(&mut self.random);
            }
        }
        self.draw_spread();
    }

    /// Takes the mean out of what is left: the whole's change is known to be the whole's.
    fn centre(&mut self) {
        let (mut sum, mut weight) = (0.0, 0.0);
        for (leaf, left) in self.evidence.iter().zip(&self.left) {
            sum += leaf.information * left;
            weight += leaf.information;
        }
        if weight > 0.0 {
            let normal: f64 = StandardNormal.sample(&mut self.random);
            let centre = sum / weight + normal / weight.sqrt();
            self.left.iter_mut().for_each(|left| *left -= centre);
        }
    }

    fn effects(&mut self, level: usize) {
        let of_leaf = &self.levels[level].of_leaf;
        let mut sums = vec![0.0; self.total[level].len()];
        for ((leaf, left), stratum) in self.evidence.iter().zip(&self.left).zip(of_leaf) {
            sums[*stratum] += leaf.information * (left + self.total[level][*stratum]);
        }
        let square = self.spread * self.spread;
        let mut moved = vec![0.0; sums.len()];
        for (stratum, sum) in sums.into_iter().enumerate() {
            let (information, noise) = (self.information[level][stratum], self.noise[level][stratum]);
            let support = |variance: f64| {
                let kept = 1.0 + variance * information;
                0.5 * (sum * sum * variance / kept - kept.ln())
            };
            let share = self.share[level];
            let small = noise + SMALL * SMALL;
            let odds = (support(small + square) - support(small)).exp() * share / (1.0 - share);
            let something = odds.is_infinite() || self.random.random::<f64>() * (1.0 + odds) < odds;
            let own = SMALL * SMALL + if something { square } else { 0.0 };
            let variance = noise + own;
            let kept = 1.0 + variance * information;
            let normal: f64 = StandardNormal.sample(&mut self.random);
            let total = variance * sum / kept + normal * (variance / kept).sqrt();
            let normal: f64 = StandardNormal.sample(&mut self.random);
            let effect = total * own / variance + normal * (noise * own / variance).sqrt();
            moved[stratum] = self.total[level][stratum] - total;
            self.total[level][stratum] = total;
            self.effect[level][stratum] = effect;
            self.something[level][stratum] = something;
        }
        self.left.iter_mut().zip(of_leaf).for_each(|(left, stratum)| *left += moved[*stratum]);
    }

    fn draw_spread(&mut self) {
        let effects = self.effect.iter().flatten().zip(self.something.iter().flatten()).filter(|(_, own)| **own);
        let (count, squares) =
            effects.fold((0.0, 0.0), |(count, squares), (effect, _)| (count + 1.0, squares + effect * effect));
        let heights = SPREADS.map(|spread: f64| {
            let variance = spread * spread + SMALL * SMALL;
            -0.5 * (count * variance.ln() + squares / variance)
        });
        let highest = heights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let weights = heights.map(|height| (height - highest).exp());
        let mut left = self.random.random::<f64>() * weights.iter().sum::<f64>();
        self.spread = SPREADS[SPREADS.len() - 1];
        for (spread, weight) in SPREADS.into_iter().zip(weights) {
            if left < weight {
                self.spread = spread;
                return;
            }
            left -= weight;
        }
    }

    fn record(&self, found: &mut [Vec<Posterior>]) {
        let mut changes = vec![0.0; self.evidence.len()];
        for (level, effects) in self.levels.iter().zip(&self.effect) {
            changes.iter_mut().zip(&level.of_leaf).for_each(|(change, stratum)| *change += effects[*stratum]);
        }
        let weighted: Vec<f64> =
            changes.iter().zip(self.evidence).map(|(change, leaf)| change * leaf.information).collect();
        let whole: f64 = weighted.iter().sum();
        let all: f64 = self.evidence.iter().map(|leaf| leaf.information).sum();
        for (index, level) in self.levels.iter().enumerate() {
            let mut sums = vec![0.0; level.strata.len()];
            weighted.iter().zip(&level.of_leaf).for_each(|(own, stratum)| sums[*stratum] += own);
            for (stratum, sum) in sums.into_iter().enumerate() {
                let own = self.information[index][stratum];
                let shortfall =
                    if own > 0.0 && all - own > 1e-9 * all { sum / own - (whole - sum) / (all - own) } else { 0.0 };
                found[index][stratum].draws.push(shortfall);
            }
        }
    }
}
