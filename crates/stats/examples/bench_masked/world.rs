//! Made-up counts with a known truth.

use evenly_stats::Better;
use evenly_stats::masked::{Cells, Leaf};
use evenly_stats::multilevel::Count;
use rand::{RngExt, SeedableRng};
use rand_distr::{Binomial, Distribution, Poisson, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::scenes::{Plant, Scene};

/// Groups of deprivation, ethnicity, and age and sex.
const SIZES: [usize; 3] = [5, 6, 8];
/// Months before, and after.
pub const MONTHS: usize = 12;
/// Pairs that are chosen for a bad year, where any are.
const CHOSEN: usize = 3;

/// Counts, and what is true of them.
pub struct World {
    pub cells: Cells,
    /// Planted shortfall of each smallest stratum.
    shortfalls: Vec<f64>,
    /// Information about its change that chance leaves, before any is drawn.
    weights: Vec<f64>,
}

type Random = Xoshiro256PlusPlus;

fn normal(random: &mut Random) -> f64 {
    StandardNormal.sample(random)
}

fn below(size: usize, random: &mut Random) -> usize {
    random.random_range(0..size)
}

fn logistic(odds: f64) -> f64 {
    1.0 / (1.0 + (-odds).exp())
}

/// Shares of the groups of each dimension; the first ethnic group is large.
fn shares(random: &mut Random) -> [Vec<f64>; 3] {
    let mut shares = SIZES.map(|size| (0..size).map(|_| (0.3 * normal(random)).exp()).collect::<Vec<f64>>());
    shares[1][0] *= 3.0;
    for own in &mut shares {
        let sum: f64 = own.iter().sum();
        for share in own.iter_mut() {
            *share /= sum;
        }
    }
    shares
}

/// A shortfall planted in the stratum of some groups.
struct Planted {
    groups: [Option<usize>; 3],
    size: f64,
    /// Whether the rest of its row and of its column make up for it.
    made_up_for: bool,
}

impl Planted {
    fn at(&self, leaf: [usize; 3], shares: &[Vec<f64>; 3]) -> f64 {
        let mut size = self.size;
        for (dimension, (own, leaf)) in self.groups.iter().zip(leaf).enumerate() {
            let Some(own) = *own else { continue };
            let inside = f64::from(u8::from(own == leaf));
            size *= if self.made_up_for { inside - shares[dimension][own] } else { inside };
        }
        size
    }
}

fn planted(scene: &Scene, shares: &[Vec<f64>; 3], random: &mut Random) -> Vec<Planted> {
    let count = match scene.plant {
        Plant::Nothing => 0,
        Plant::Main | Plant::Interaction => 1,
        Plant::Leaf | Plant::Pair => 1 + below(3, random),
        Plant::Any => 1 + below(5, random),
    };
    let one = |random: &mut Random| loop {
        let groups = SIZES.map(|size| Some(below(size, random)));
        let kept = match scene.plant {
            Plant::Main => [true, false, false],
            Plant::Pair | Plant::Interaction => [true, true, false],
            Plant::Any => [(); 3].map(|()| random.random::<bool>()),
            Plant::Leaf | Plant::Nothing => [true; 3],
        };
        let groups = [0, 1, 2].map(|dimension| groups[dimension].filter(|_| kept[dimension]));
        let part = |(dimension, own): (usize, &Option<usize>)| own.map_or(1.0, |own| shares[dimension][own]);
        let monthly = scene.monthly * groups.iter().enumerate().map(part).product::<f64>();
        if scene.plant != Plant::Any || (50.0..5_000.0).contains(&monthly) {
            let size = random.random_range(0.2..0.5);
            return Planted { groups, size, made_up_for: scene.plant == Plant::Interaction };
        }
    };
    (0..count).map(|_| one(random)).collect()
}

fn draw(trials: f64, p: f64, repeats: bool, random: &mut Random) -> f64 {
    let pairs = if repeats { (0.2 * trials).floor() } else { 0.0 };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts drawn above, never negative")]
    let mut binomial =
        |trials: f64| Binomial::new(trials as u64, p).map_or(0.0, |binomial| binomial.sample(random) as f64);
    2.0 * binomial(pairs) + binomial(trials - 2.0 * pairs)
}

/// What every stratum of a world has in common.
struct Setting {
    shares: [Vec<f64>; 3],
    /// Differences of level between the groups of each dimension.
    base: [Vec<f64>; 3],
    /// Change of size of each deprivation group at the split, log.
    drift: Vec<f64>,
    /// Seasons and shocks of each month.
    common: Vec<f64>,
    /// Month shocks of each group of each dimension.
    shocks: [Vec<Vec<f64>>; 3],
}

impl Setting {
    fn draw(scene: &Scene, random: &mut Random) -> Self {
        let shares = shares(random);
        let base = SIZES.map(|size| (0..size).map(|_| 0.3 * normal(random)).collect::<Vec<f64>>());
        let drift = (0..SIZES[0]).map(|_| if scene.mix { 0.3 * normal(random) } else { 0.0 }).collect();
        let common = (0..2 * MONTHS).map(|month| 0.1 * season(month, 0.0) + 0.05 * normal(random)).collect();
        let mut months = |_| (0..2 * MONTHS).map(|_| scene.group_shocks * normal(random)).collect::<Vec<f64>>();
        let shocks = SIZES.map(|size| (0..size).map(&mut months).collect());
        Self { shares, base, drift, common, shocks }
    }
}

fn season(month: usize, phase: f64) -> f64 {
    (month as f64 / 12.0 * std::f64::consts::TAU + phase).sin()
}

/// A world of one kind.
pub fn world(scene: &Scene, seed: u64) -> World {
    let random = &mut Random::seed_from_u64(seed);
    let setting = Setting::draw(scene, random);
    let planted = planted(scene, &setting.shares, random);
    let all = SIZES.iter().product::<usize>();
    let (mut leaves, mut shortfalls, mut weights, mut levels) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    for leaf in 0..all {
        let groups = [leaf / (SIZES[1] * SIZES[2]), leaf / SIZES[2] % SIZES[1], leaf % SIZES[2]];
        let short: f64 = planted.iter().map(|own| own.at(groups, &setting.shares)).sum();
        let base: f64 = (0..3).map(|dimension| setting.base[dimension][groups[dimension]]).sum();
        let level = scene.level + base + 0.15 * normal(random);
        let (counts, information) = counts(scene, &setting, groups, (level, short), random);
        let [before, after] = information.map(|own| own.max(1e-9));
        weights.push(before * after / (before + after));
        leaves.push(Leaf { groups: groups.to_vec(), counts });
        shortfalls.push(short);
        levels.push(level);
    }
    for _ in 0..if scene.chosen { CHOSEN } else { 0 } {
        // A pair of deprivation and ethnicity, whose smallest strata follow each other.
        let first = below(SIZES[0] * SIZES[1], random) * SIZES[2];
        choose_bad_year(scene, &setting, &mut leaves[first..first + SIZES[2]], &levels[first..], random);
    }
    let cells = Cells { dimensions: SIZES.to_vec(), leaves, split: MONTHS, better: Better::Lower };
    World { cells, shortfalls, weights }
}

/// Replaces the months before of some strata together by others drawn anew, where those were worse.
fn choose_bad_year(scene: &Scene, setting: &Setting, leaves: &mut [Leaf], levels: &[f64], random: &mut Random) {
    let rate = |before: &[Vec<Count>]| {
        let sum = before.iter().flatten().fold((0.0, 0.0), |sum, own| (sum.0 + own.events, sum.1 + own.trials));
        sum.0 / sum.1.max(1.0)
    };
    let first: Vec<Vec<Count>> = leaves.iter().map(|leaf| leaf.counts[..MONTHS].to_vec()).collect();
    let mut again = Vec::new();
    for (leaf, level) in leaves.iter().zip(levels) {
        let groups = [leaf.groups[0], leaf.groups[1], leaf.groups[2]];
        again.push(counts(scene, setting, groups, (*level, 0.0), random).0[..MONTHS].to_vec());
    }
    if rate(&again) > rate(&first) {
        for (leaf, again) in leaves.iter_mut().zip(again) {
            leaf.counts[..MONTHS].copy_from_slice(&again);
        }
    }
}

fn counts(
    scene: &Scene,
    setting: &Setting,
    groups: [usize; 3],
    (level, short): (f64, f64),
    random: &mut Random,
) -> (Vec<Count>, [f64; 2]) {
    let size = scene.monthly * (0..3).map(|own| setting.shares[own][groups[own]]).product::<f64>();
    let mut information = [0.0; 2];
    let months = (0..2 * MONTHS).map(|month| {
        let after = month >= MONTHS;
        let trials = Poisson::new(if after { size * setting.drift[groups[0]].exp() } else { size })
            .map_or(0.0, |poisson| poisson.sample(random));
        let shocks: f64 = setting.shocks.iter().zip(groups).map(|(own, group)| own[group][month]).sum();
        let own_season = scene.own_season * season(month, groups[2] as f64);
        let change = if after { short + scene.change } else { 0.0 };
        let odds = level + setting.common[month] + change + shocks + own_season + scene.dispersion * normal(random);
        let p = logistic(odds);
        information[usize::from(after)] += trials * p * (1.0 - p);
        Count { events: draw(trials, p, scene.repeats, random), trials }
    });
    (months.collect(), information)
}

impl World {
    /// Whether each smallest stratum belongs to a stratum.
    pub fn inside(&self, stratum: &[(usize, usize)]) -> Vec<bool> {
        let belongs = |leaf: &Leaf| stratum.iter().all(|(dimension, group)| leaf.groups[*dimension] == *group);
        self.cells.leaves.iter().map(belongs).collect()
    }

    /// True shortfall of a stratum against the rest: the planted ones, averaged by information, so that a change of mix
    /// is none.
    pub fn truth(&self, inside: &[bool]) -> f64 {
        let average = |wanted: bool| {
            let own = self.shortfalls.iter().zip(&self.weights).zip(inside).filter(|(_, inside)| **inside == wanted);
            let (sum, all) =
                own.fold((0.0, 0.0), |(sum, all), ((short, weight), _)| (sum + short * weight, all + weight));
            if all > 0.0 { sum / all } else { 0.0 }
        };
        average(true) - average(false)
    }
}
