//! How often the intervals of `interrupted-series` cover a planted change, over autocorrelations, lengths and counts.
//!
//! `cargo run --release -p evenly-stats --example bench_interrupted [REPETITIONS] [SEED]`

use evenly_stats::Confidence;
use evenly_stats::evaluate::interrupted_series::{Plan, Point, Scale, interrupted_series};
use rand::SeedableRng;
use rand_distr::{Distribution, Normal};
use rand_xoshiro::Xoshiro256PlusPlus;

/// A step and a slope, in units of the innovations.
const STEP: f64 = -2.0;
const SLOPE: f64 = -0.1;

fn main() {
    let mut arguments = std::env::args().skip(1).map(|text| text.parse::<u64>().expect("a whole number"));
    let (repetitions, seed) = (arguments.next().unwrap_or(1000), arguments.next().unwrap_or(1));
    let confidence = Confidence::new(0.95).expect("a level");
    println!(
        "periods  counting/process  autocorrelation  level  slope  end  mean width of level  ({repetitions} series)"
    );
    for length in [12_usize, 24, 48, 96] {
        for counting in [0.01, 1.0, 100.0] {
            for correlation in [-0.2, 0.0, 0.3, 0.6, 0.8] {
                if counting > 10.0 && correlation != 0.0 {
                    continue;
                }
                let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
                let plan = Plan { split: length / 2, season: None, scale: Scale::Points, confidence };
                let (mut covered, mut width) = ([0_u64; 3], 0.0);
                for _ in 0..repetitions {
                    let own =
                        interrupted_series(&series(length, correlation, counting, &mut random), &plan).expect("a fit");
                    let end = own.effects.last().expect("a period after");
                    let since = (end.time - plan.split) as f64;
                    covered[0] += u64::from(own.level.holds(STEP));
                    covered[1] += u64::from(own.slope.holds(SLOPE));
                    covered[2] += u64::from(end.change.holds(STEP + SLOPE * since));
                    width += own.level.upper - own.level.lower;
                }
                let share = covered.map(|own| 100.0 * own as f64 / repetitions as f64);
                println!(
                    "{length:7}  {counting:16}  {correlation:15}  {:5.1}  {:5.1}  {:5.1}  {:.3}",
                    share[0],
                    share[1],
                    share[2],
                    width / repetitions as f64
                );
            }
        }
    }
}

fn series(length: usize, correlation: f64, counting: f64, random: &mut Xoshiro256PlusPlus) -> Vec<Option<Point>> {
    let normal = Normal::new(0.0, 1.0).expect("a scale");
    // The whole noise has variance 1: `counting` parts of sampling error to one part of process.
    let (process, sampling) = (1.0 / (1.0 + counting), counting / (1.0 + counting));
    let mut state = normal.sample(random) * process.sqrt();
    (0..length)
        .map(|time| {
            if time > 0 {
                let innovation = (process * (1.0 - correlation * correlation)).sqrt();
                state = correlation * state + innovation * normal.sample(random);
            }
            let since = time as f64 - (length / 2) as f64;
            let change = if since >= 0.0 { STEP + SLOPE * since } else { 0.0 };
            let value = change + state + sampling.sqrt() * normal.sample(random);
            Some(Point { value, variance: sampling, denominator: None })
        })
        .collect()
}
