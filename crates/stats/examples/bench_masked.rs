//! Judges the masked-inequality test over worlds with a known truth: `bench_masked [worlds per row] [seed]`.
//!
//! A world has 5 deprivation × 6 ethnic × 8 age-sex groups of unequal size and baseline, 12 months before and 12 after,
//! seasons, shocks common to all, months that vary beyond chance within strata, a whole that improves by 0.18 on the
//! log-odds scale, and one to three planted shortfalls of 0.2–0.5 (or none). Three methods look at the same strata: ours;
//! one-sided z-tests with Benjamini and Hochberg's rule, months' variation included; and a P′ chart per stratum with lines
//! from the months before, which flags a stratum that shows concern after the split.
//!
//! Printed per row of worlds: realised false discovery rate with its 95 % upper bound, sensitivity over all strata truly
//! behind by more than 0.02, share of worlds in which the most affected stratum is found, and coverage of our intervals.
//! In null worlds every finding is false; elsewhere one whose true shortfall is below 0.005.

use evenly_stats::Better;
use evenly_stats::masked::{Cells, Leaf, MaskedOptions, Outcome, find};
use evenly_stats::multilevel::Count;
use evenly_stats::spc::chart::ChartOptions;
use evenly_stats::spc::icons::PointKind;
use evenly_stats::spc::p::{self, POptions};
use rand::{RngExt, SeedableRng};
use rand_distr::{Binomial, Distribution, Poisson, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

const SIZES: [usize; 3] = [5, 6, 8];
const MONTHS: usize = 12;
const METHODS: [&str; 3] = ["ours", "z + BH", "P′ chart"];

#[derive(Clone, Copy, Debug, PartialEq)]
enum Plant {
    Nothing,
    /// Shortfalls of single smallest strata.
    Leaf,
    /// Shortfalls of pairs of deprivation and ethnicity.
    Pair,
    /// A shortfall of one deprivation group.
    Main,
}

#[derive(Clone, Copy, Debug)]
struct Scene {
    name: &'static str,
    plant: Plant,
    monthly: f64,
    /// Standard deviation of a stratum's months beyond chance.
    dispersion: f64,
    /// Whether the sizes of groups change at the split.
    mix: bool,
    /// Whether some people come, and miss, twice.
    repeats: bool,
}

const SCENE: Scene =
    Scene { name: "null", plant: Plant::Nothing, monthly: 12_000.0, dispersion: 0.1, mix: false, repeats: false };

const SCENES: [Scene; 12] = [
    Scene { name: "null, 3,000 a month", monthly: 3_000.0, ..SCENE },
    Scene { name: "null, 12,000", ..SCENE },
    Scene { name: "null, dispersion 0.2", dispersion: 0.2, ..SCENE },
    Scene { name: "null, mix changes", mix: true, ..SCENE },
    Scene { name: "null, repeat events", repeats: true, ..SCENE },
    Scene { name: "leaf, 12,000", plant: Plant::Leaf, ..SCENE },
    Scene { name: "leaf, 40,000", plant: Plant::Leaf, monthly: 40_000.0, ..SCENE },
    Scene { name: "pair, 3,000", plant: Plant::Pair, monthly: 3_000.0, ..SCENE },
    Scene { name: "pair, 12,000", plant: Plant::Pair, ..SCENE },
    Scene { name: "main, 3,000", plant: Plant::Main, monthly: 3_000.0, ..SCENE },
    Scene { name: "main, 12,000", plant: Plant::Main, ..SCENE },
    Scene { name: "main, mix changes", plant: Plant::Main, mix: true, ..SCENE },
];

struct World {
    cells: Cells,
    /// Events expected without chance, and chances, before and after, by leaf.
    expected: Vec<[(f64, f64); 2]>,
}

type Random = Xoshiro256PlusPlus;

fn normal(random: &mut Random) -> f64 {
    StandardNormal.sample(random)
}

fn below(size: usize, random: &mut Random) -> usize {
    random.random_range(0..size)
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

fn shortfall(plant: Plant, planted: &[([usize; 3], f64)], at: [usize; 3]) -> f64 {
    let hit = |own: &[usize; 3]| match plant {
        Plant::Nothing => false,
        Plant::Leaf => *own == at,
        Plant::Pair => own[..2] == at[..2],
        Plant::Main => own[0] == at[0],
    };
    planted.iter().filter(|(own, _)| hit(own)).map(|(_, size)| size).sum()
}

fn draw(chances: f64, p: f64, repeats: bool, random: &mut Random) -> f64 {
    let pairs = if repeats { (0.2 * chances).floor() } else { 0.0 };
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts drawn above, never negative")]
    let mut binomial =
        |trials: f64| Binomial::new(trials as u64, p).map_or(0.0, |binomial| binomial.sample(random) as f64);
    2.0 * binomial(pairs) + binomial(chances - 2.0 * pairs)
}

fn world(scene: &Scene, seed: u64) -> World {
    let random = &mut Random::seed_from_u64(seed);
    let shares = shares(random);
    let base = SIZES.map(|size| (0..size).map(|_| 0.3 * normal(random)).collect::<Vec<f64>>());
    let drift: Vec<f64> = (0..SIZES[0]).map(|_| if scene.mix { 0.3 * normal(random) } else { 0.0 }).collect();
    let common: Vec<f64> = (0..2 * MONTHS)
        .map(|month| 0.1 * (month as f64 / 12.0 * std::f64::consts::TAU).sin() + 0.05 * normal(random))
        .collect();
    let plants = if scene.plant == Plant::Main { 1 } else { 1 + below(3, random) };
    let planted: Vec<([usize; 3], f64)> =
        (0..plants).map(|_| (SIZES.map(|size| below(size, random)), random.random_range(0.2..0.5))).collect();
    let at: Vec<[usize; 3]> = (0..SIZES[0] * SIZES[1] * SIZES[2])
        .map(|leaf| [leaf / (SIZES[1] * SIZES[2]), leaf / SIZES[2] % SIZES[1], leaf % SIZES[2]])
        .collect();
    let (mut counts, mut expected) = (Vec::new(), Vec::new());
    for own in &at {
        let size: f64 = (0..3).map(|dimension| shares[dimension][own[dimension]]).product::<f64>() * scene.monthly;
        let level = -2.6 + (0..3).map(|dimension| base[dimension][own[dimension]]).sum::<f64>() + 0.15 * normal(random);
        let short = shortfall(scene.plant, &planted, *own);
        let mut truth = [(0.0, 0.0); 2];
        let months = (0..2 * MONTHS).map(|month| {
            let after = usize::from(month >= MONTHS);
            let size = if after == 1 { size * drift[own[0]].exp() } else { size };
            let chances: f64 = Poisson::new(size).map_or(0.0, |poisson| poisson.sample(random));
            let odds = level + common[month] + if after == 1 { short - 0.18 } else { 0.0 };
            let p = |odds: f64| 1.0 / (1.0 + (-odds).exp());
            truth[after].0 += chances * p(odds);
            truth[after].1 += chances;
            let noisy = p(odds + scene.dispersion * normal(random));
            Count { events: draw(chances, noisy, scene.repeats, random), trials: chances }
        });
        counts.push(Leaf { groups: own.to_vec(), counts: months.collect() });
        expected.push(truth);
    }
    let cells = Cells { dimensions: SIZES.to_vec(), leaves: counts, split: MONTHS, better: Better::Lower };
    World { cells, expected }
}

/// Whether each leaf belongs to each stratum that was looked at.
fn members(world: &World, found: &Outcome) -> Vec<Vec<bool>> {
    let belongs = |stratum: &[(usize, usize)], leaf: usize| {
        stratum.iter().all(|(dimension, group)| world.cells.leaves[leaf].groups[*dimension] == *group)
    };
    let leaves = 0..world.cells.leaves.len();
    found.strata.iter().map(|own| leaves.clone().map(|leaf| belongs(&own.stratum, leaf)).collect()).collect()
}

/// True shortfall of a stratum against the rest.
fn truth(world: &World, inside: &[bool]) -> f64 {
    let change = |wanted: bool| {
        let mut sums = [(0.0, 0.0); 2];
        for (own, inside) in world.expected.iter().zip(inside) {
            if *inside == wanted {
                sums.iter_mut().zip(own).for_each(|(sum, own)| *sum = (sum.0 + own.0, sum.1 + own.1));
            }
        }
        let odds = |(x, n): (f64, f64)| (x / (n - x)).ln();
        odds(sums[1]) - odds(sums[0])
    };
    change(true) - change(false)
}

fn by_benjamini_hochberg(found: &Outcome) -> Vec<bool> {
    let size = found.strata.len();
    let mut order: Vec<usize> = (0..size).collect();
    order.sort_by(|a, b| found.strata[*a].p_value.total_cmp(&found.strata[*b].p_value));
    let passes = |rank: &usize| found.strata[order[*rank]].p_value <= 0.05 * (*rank + 1) as f64 / size as f64;
    let count = (0..size).rev().find(passes).map_or(0, |rank| rank + 1);
    let mut flags = vec![false; size];
    order[..count].iter().for_each(|index| flags[*index] = true);
    flags
}

fn by_chart(world: &World, inside: &[bool]) -> bool {
    let sum = |of: fn(&Count) -> f64| -> Vec<f64> {
        let own = world.cells.leaves.iter().zip(inside).filter(|(_, inside)| **inside);
        own.fold(vec![0.0; 2 * MONTHS], |sums, (counts, _)| {
            sums.iter().zip(&counts.counts).map(|(sum, count)| sum + of(count)).collect()
        })
    };
    let chart = ChartOptions { better: Some(Better::Lower), fix_after: Some(MONTHS), ..ChartOptions::default() };
    let drawn = p::chart(&sum(|own| own.events), &sum(|own| own.trials), &POptions { chart, prime: true });
    drawn.is_ok_and(|chart| chart.points[MONTHS..].iter().any(|point| point.kind == PointKind::Concern))
}

/// What one world says about each method: false discovery proportion, sensitivity, whether the most affected is found.
#[derive(Clone, Copy, Default)]
struct Score {
    methods: [[f64; 3]; 3],
    coverage: f64,
}

fn score(scene: &Scene, seed: u64) -> Score {
    let world = world(scene, seed);
    let options = MaskedOptions { draws: 2000, seed, ..MaskedOptions::default() };
    let found = find(&world.cells, &options).unwrap_or_else(|refusal| panic!("{}: {refusal}", scene.name));
    let members = members(&world, &found);
    let truths: Vec<f64> = members.iter().map(|inside| truth(&world, inside)).collect();
    let flags = [
        found.strata.iter().map(|own| own.flagged).collect(),
        by_benjamini_hochberg(&found),
        members.iter().map(|inside| by_chart(&world, inside)).collect::<Vec<bool>>(),
    ];
    let all_false = scene.plant == Plant::Nothing && !scene.mix;
    let most = (0..truths.len()).max_by(|a, b| truths[*a].total_cmp(&truths[*b])).unwrap_or(0);
    let methods = flags.map(|flags| {
        let count = |wanted: &dyn Fn(f64) -> bool| {
            flags.iter().zip(&truths).filter(|(flag, truth)| **flag && wanted(**truth)).count() as f64
        };
        let behind = truths.iter().filter(|truth| **truth > 0.02).count() as f64;
        let wrong = count(&|truth| all_false || truth < 0.005) / count(&|_| true).max(1.0);
        [wrong, count(&|truth| truth > 0.02) / behind.max(1.0), f64::from(u8::from(flags[most]))]
    });
    let held = found.strata.iter().zip(&truths).filter(|(own, truth)| own.shortfall.holds(**truth)).count();
    Score { methods, coverage: held as f64 / truths.len() as f64 }
}

fn scores(scene: &Scene, worlds: u64, seed: u64) -> Vec<Score> {
    let threads = std::thread::available_parallelism().map_or(1, |count| count.get() as u64);
    std::thread::scope(|scope| {
        let part = |thread: u64| {
            scope.spawn(move || {
                let own = (0..worlds).filter(|world| world % threads == thread);
                own.map(|world| score(scene, seed.wrapping_mul(1_000_003).wrapping_add(world))).collect::<Vec<_>>()
            })
        };
        let running: Vec<_> = (0..threads).map(part).collect();
        running.into_iter().flat_map(|thread| thread.join().unwrap_or_default()).collect()
    })
}

fn main() {
    let argument =
        |place: usize, default: u64| std::env::args().nth(place).and_then(|text| text.parse().ok()).unwrap_or(default);
    let (worlds, seed) = (argument(1, 100), argument(2, 1));
    println!(
        "{:<24}{:<10} {:>6} {:>8} {:>11} {:>6} {:>8}",
        "world", "method", "FDR", "at most", "sensitivity", "found", "coverage"
    );
    for scene in &SCENES {
        let scores = scores(scene, worlds, seed);
        let count = scores.len() as f64;
        for (index, method) in METHODS.iter().enumerate() {
            let mean = |what: usize| scores.iter().map(|score| score.methods[index][what]).sum::<f64>() / count;
            let rate = mean(0);
            let squares: f64 = scores.iter().map(|score| (score.methods[index][0] - rate).powi(2)).sum();
            let bound = rate + 1.645 * (squares / (count - 1.0).max(1.0) / count).sqrt();
            let coverage = scores.iter().map(|score| score.coverage).sum::<f64>() / count;
            let coverage = if index == 0 { format!("{coverage:.3}") } else { String::new() };
            let planted = scene.plant != Plant::Nothing;
            let shown = |value: f64| if planted { format!("{value:.3}") } else { "–".to_owned() };
            println!(
                "{:<24}{method:<10} {:>6.3} {bound:>8.3} {:>11} {:>6} {coverage:>8}",
                if index == 0 { scene.name } else { "" },
                rate,
                shown(mean(1)),
                shown(mean(2)),
            );
        }
    }
}
