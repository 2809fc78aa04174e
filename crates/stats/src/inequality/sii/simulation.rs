//! Limits by simulation, for estimates whose distribution the expansion cannot describe and for checking against it.

use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::line::Line;
use super::scale::{Point, Scale};

/// How often the reliability statistic repeats the whole simulation.
const REPEATS: u64 = 10;

/// What the simulation is asked for.
#[derive(Clone, Copy)]
pub struct Plan {
    /// Scale of sampling error.
    pub scale: Scale,
    /// Whether the line is fitted on that scale too.
    pub transformed: bool,
    /// Probability between the limits.
    pub confidence: f64,
    /// Repetitions.
    pub repetitions: usize,
    /// Seed.
    pub seed: u64,
}

/// Lower and upper limit of the slope, and of the ratio of the ends where that was drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    /// Of the slope on the scale of the line.
    pub slope: [f64; 2],
    /// Of best-off end over worst-off end; `None` when a limit is infinite.
    pub ratio: Option<[f64; 2]>,
}

/// Draws every group's value, fits the line, and takes the order statistics at the limits.
pub fn limits(points: &[Point], line: &Line, plan: Plan) -> Limits {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(plan.seed);
    let mut slopes = Vec::with_capacity(plan.repetitions);
    let mut ratios = Vec::with_capacity(if plan.transformed { 0 } else { plan.repetitions });
    for _ in 0..plan.repetitions {
        let (mut slope, mut start) = (0.0, 0.0);
        for (position, point) in points.iter().enumerate() {
            let normal: f64 = StandardNormal.sample(&mut random);
            let drawn = point.centre + point.error * normal;
            let value = if plan.transformed { drawn } else { plan.scale.back(drawn) };
            slope += line.slope_weights()[position] * value;
            start += line.start_weights()[position] * value;
        }
        slopes.push(slope);
        if !plan.transformed {
            // The ratio grows beyond bounds as the worst-off end falls to zero, and stays there.
            ratios.push(if start > 0.0 { 1.0 + slope / start } else { f64::INFINITY });
        }
    }
    let ratio = (!plan.transformed).then(|| order_statistics(&mut ratios, plan.confidence));
    let ratio = ratio.filter(|limits| limits.iter().all(|limit| limit.is_finite()));
    Limits { slope: order_statistics(&mut slopes, plan.confidence), ratio }
}

/// Mean distance of the slope's limits between the first and nine further simulations.
pub fn reliability(points: &[Point], line: &Line, plan: Plan) -> [f64; 2] {
    let first = limits(points, line, plan).slope;
    let mut distance = [0.0; 2];
    for repeat in 1..REPEATS {
        let other = limits(points, line, Plan { seed: plan.seed.wrapping_add(repeat), ..plan }).slope;
        for side in 0..2 {
            distance[side] += (other[side] - first[side]).abs() / (REPEATS - 1) as f64;
        }
    }
    distance
}

fn order_statistics(values: &mut [f64], confidence: f64) -> [f64; 2] {
    let upper = 0.5 + confidence / 2.0;
    [1.0 - upper, upper].map(|share| {
        let place = (values.len() as f64 * share).round_ties_even();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place within the repetitions")]
        let place = (place as usize).clamp(1, values.len()) - 1;
        *values.select_nth_unstable_by(place, f64::total_cmp).1
    })
}
