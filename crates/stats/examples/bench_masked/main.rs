//! Judges the masked-inequality test over worlds with a known truth: `bench_masked [worlds of each kind] [seed]`.
//!
//! A world has 5 deprivation × 6 ethnic × 8 age-sex groups of unequal size and baseline, 12 months before and 12 after,
//! seasons, shocks common to all, months that vary beyond chance within strata, a whole that improves, and planted
//! shortfalls of 0.2–0.5 on the log-odds scale, or none (`scenes.rs`). Three methods look at the same strata: ours; one-sided
//! z-tests with Benjamini and Hochberg's rule, months' variation included; and a P′ chart per stratum with lines from the
//! months before, which flags a stratum that shows concern after the split.
//!
//! Printed per kind of world: the realised false discovery rate (mean share of findings whose true shortfall is below
//! 0.005; in null worlds every finding) with its 95 % upper bound, sensitivity over all strata truly behind by more than
//! 0.02, the sensitivity of Benjamini and Hochberg's rule at the level where it realises the same false discovery rate,
//! coverage of our 95 % intervals, and seconds. Ends with the goals, met or not; the exit code says the same.

mod judge;
mod scenes;
mod world;

use judge::{Judged, LEVELS, Score, judge};
use scenes::{Plant, SCENES, Scene};

/// Highest false discovery rate, and highest 95 % upper bound of it, that the goals allow.
const RATE: f64 = 0.05;
const BOUND: f64 = 0.07;
/// Lowest coverage that the goals allow; the rest is the accuracy of the simulation.
const COVERAGE: f64 = 0.945;

/// What a kind of world came to.
struct Summary {
    scene: &'static Scene,
    ours: Score,
    /// Sensitivity of the tests at the same realised rate.
    tests_at_same: f64,
    bound: f64,
    coverage: f64,
}

fn judged(scene: &'static Scene, worlds: u64, seed: u64) -> Vec<Judged> {
    let threads = std::thread::available_parallelism().map_or(1, |count| count.get() as u64);
    std::thread::scope(|scope| {
        let part = |thread: u64| {
            scope.spawn(move || {
                let own = (0..worlds).filter(|world| world % threads == thread);
                own.map(|world| judge(scene, seed.wrapping_mul(1_000_003).wrapping_add(world))).collect::<Vec<_>>()
            })
        };
        let running: Vec<_> = (0..threads).map(part).collect();
        let finished = running.into_iter().map(|thread| thread.join().expect("a world is judged without panic"));
        finished.flatten().collect()
    })
}

/// Mean score, and the 95 % upper bound (one-sided) of the share of false findings.
fn mean(all: &[Judged], of: impl Fn(&Judged) -> Score) -> (Score, f64) {
    let count = all.len() as f64;
    let wrong = all.iter().map(|own| of(own).wrong).sum::<f64>() / count;
    let found = all.iter().map(|own| of(own).found).sum::<f64>() / count;
    let squares: f64 = all.iter().map(|own| (of(own).wrong - wrong).powi(2)).sum();
    let bound = wrong + 1.645 * (squares / (count - 1.0).max(1.0) / count).sqrt();
    // No false finding at all: the bound that three in as many worlds would give.
    let bound = if squares > 0.0 { bound } else { (wrong + 3.0 / count).min(1.0) };
    (Score { wrong, found }, bound)
}

/// Sensitivity of the tests at the level where their realised rate is the given one, between two levels in proportion.
fn tests_at(all: &[Judged], wrong: f64) -> f64 {
    let mut last = Score::default();
    for place in 0..LEVELS.len() {
        let (own, _) = mean(all, |judged| judged.tests_at[place]);
        if own.wrong > wrong {
            let part = (wrong - last.wrong) / (own.wrong - last.wrong);
            return last.found + part.clamp(0.0, 1.0) * (own.found - last.found);
        }
        last = own;
    }
    last.found
}

fn line(name: &str, method: &str, (score, bound): (Score, f64), planted: bool, rest: &str) {
    let found = if planted { format!("{:.3}", score.found) } else { "–".to_owned() };
    println!("{name:<25}{method:<9} {:>6.3} {bound:>8.3} {found:>11} {rest}", score.wrong);
}

fn summarise(scene: &'static Scene, worlds: u64, seed: u64) -> (Summary, bool) {
    let all = judged(scene, worlds, seed);
    let planted = scene.plant != Plant::Nothing;
    let (ours, bound) = mean(&all, |own| own.ours);
    let tests_at_same = tests_at(&all, ours.wrong);
    let count = all.len() as f64;
    let coverage = all.iter().map(|own| own.coverage).sum::<f64>() / count;
    let seconds = all.iter().map(|own| own.seconds).sum::<f64>() / count;
    let same = if planted { format!("{tests_at_same:.3}") } else { "–".to_owned() };
    line(scene.name, "Evenly", (ours, bound), planted, &format!("{same:>14} {coverage:>9.3} {seconds:>8.3}"));
    line("", "z + BH", mean(&all, |own| own.tests), planted, "");
    line("", "P′ chart", mean(&all, |own| own.charts), planted, "");
    let whole = all.iter().all(|own| own.detectable && own.told_once);
    (Summary { scene, ours, tests_at_same, bound, coverage }, whole)
}

fn goal(text: &str, misses: &[String]) -> bool {
    let met = misses.is_empty();
    println!(
        "{} {text}{}",
        if met { "goal met:    " } else { "goal NOT met:" },
        if met { String::new() } else { format!(" – {}", misses.join("; ")) }
    );
    met
}

fn goals(all: &[Summary], whole: bool) -> bool {
    let misses = |missed: &dyn Fn(&Summary) -> Option<String>| -> Vec<String> {
        all.iter().filter_map(|own| Some(format!("{} ({})", own.scene.name, missed(own)?))).collect()
    };
    let planted = |own: &&Summary| own.scene.plant != Plant::Nothing;
    let average = |of: fn(&Summary) -> f64| {
        let own: Vec<f64> = all.iter().filter(planted).map(of).collect();
        own.iter().sum::<f64>() / own.len().max(1) as f64
    };
    let (ours, tests) = (average(|own| own.ours.found), average(|own| own.tests_at_same));
    let short = |unmet: bool, text: &str| if unmet { vec![text.to_owned()] } else { Vec::new() };
    let met = [
        goal(
            "realised FDR at most 5 % in every kind of world",
            &misses(&|own| (own.ours.wrong > RATE).then(|| format!("{:.3}", own.ours.wrong))),
        ),
        goal(
            "its 95 % upper bound at most 7 % in every kind of world",
            &misses(&|own| (own.bound > BOUND).then(|| format!("{:.3}", own.bound))),
        ),
        goal(
            "sensitivity at least that of z + BH at the same realised FDR in every kind of world",
            &misses(&|own| {
                let (ours, tests) = (own.ours.found, own.tests_at_same);
                (planted(&own) && ours < tests).then(|| format!("{ours:.3} against {tests:.3}"))
            }),
        ),
        goal(
            &format!("clearly above on average: {ours:.3} against {tests:.3}"),
            &short(ours < 1.2 * tests, "less than a fifth more"),
        ),
        goal(
            "95 % intervals hold the truth in 95 % of strata or more",
            &misses(&|own| (own.coverage < COVERAGE).then(|| format!("{:.3}", own.coverage))),
        ),
        goal(
            "every stratum has its smallest detectable shortfall; nested findings are told once",
            &short(!whole, "no"),
        ),
    ];
    met.iter().all(|met| *met)
}

fn main() -> std::process::ExitCode {
    let argument =
        |place: usize, default: u64| std::env::args().nth(place).and_then(|text| text.parse().ok()).unwrap_or(default);
    let (worlds, seed) = (argument(1, 100), argument(2, 1));
    println!("{worlds} worlds of each kind, seed {seed}");
    println!(
        "{:<25}{:<9} {:>6} {:>8} {:>11} {:>14} {:>9} {:>8}",
        "world", "method", "FDR", "at most", "sensitivity", "BH at same FDR", "coverage", "seconds"
    );
    let (mut all, mut whole) = (Vec::new(), true);
    for scene in &SCENES {
        let (summary, own) = summarise(scene, worlds, seed);
        all.push(summary);
        whole &= own;
    }
    if goals(&all, whole) { std::process::ExitCode::SUCCESS } else { std::process::ExitCode::FAILURE }
}
