//! Whether a slope says what the groups say: is the gradient a line, and does it hang on one group?

use super::interval::Variables;
use super::line::{Line, MOST_GROUPS};
use super::scale::Point;
use crate::numeric::normal_cdf;

/// Probability below which a departure from the line is not put down to chance.
const CHANCE: f64 = 0.05;
/// A bend matters when it moves the ends by more than this share of the index.
const BEND_THAT_MATTERS: f64 = 0.10;
/// Scatter matters when the line explains less than this share of the variance between groups.
const LEAST_EXPLAINED: f64 = 0.75;
/// A group matters when leaving it out moves the index by more than this share (and by more than chance may).
const CHANGE_THAT_MATTERS: f64 = 0.25;

/// Whether the values lie along a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Linearity {
    /// Probability of so strong a bend (weighted quadratic term, two-sided) if the gradient is a line.
    pub p_value: f64,
    /// Probability of so much scatter about the best line (χ², groups − 2 degrees of freedom) if it is.
    pub lack_of_fit: f64,
    /// By how much the bend moves an end of the line, as a share of the index; `None` when the index is 0.
    pub bend: Option<f64>,
    /// Share of the population-weighted variance between groups that the line explains.
    pub explained: f64,
    /// False when a bend or scatter is beyond chance and large enough to matter.
    pub linear: bool,
    /// Why not, in plain words.
    pub reason: Option<String>,
}

/// Whether the index depends on a single group.
#[derive(Clone, Debug, PartialEq)]
pub struct Stability {
    /// Position, from 1, of the group whose absence moves the index most.
    pub group: usize,
    /// By how much, as a share of the index; `None` when the index is 0.
    pub largest_change: Option<f64>,
    /// Whether leaving out some group turns the sign of an index that is clear of zero.
    pub sign_turns: bool,
    /// False when one group decides the sign or, beyond chance, the size.
    pub stable: bool,
    /// Why not, in plain words.
    pub reason: Option<String>,
}

/// Tests for a bend and for scatter.
///
/// The bend is the population-weighted coefficient of the part of (mid-rank)² that the line leaves over; like the slope
/// it is linear in the values, so its standard error is exact. Scatter is the weighted sum of squares about the line
/// that fits best with weights 1/variance, the usual lack-of-fit χ². Very large populations make any departure
/// "significant", so the departure must also matter: a bend that moves the ends by more than a tenth of the index, or
/// a line that explains less than three quarters of the variance between groups.
pub fn linearity(points: &[Point], line: &Line, variables: &Variables) -> Linearity {
    let count = line.count();
    let (shares, middles) = (line.shares(), line.middles());
    let mut values = [0.0; MOST_GROUPS];
    let mut squares = [0.0; MOST_GROUPS];
    for position in 0..count {
        values[position] = points[position].value;
        squares[position] = middles[position] * middles[position];
    }
    let (values, squares) = (&values[..count], &squares[..count]);
    let (slope, start) = (line.slope(values), line.start(values));
    let (square_slope, square_start) = (line.slope(squares), line.start(squares));
    let (mut bend, mut spread, mut about_mean, mut about_line) = (0.0, 0.0, 0.0, 0.0);
    let mut weights = [0.0; MOST_GROUPS];
    let mean: f64 = shares.iter().zip(values).map(|(share, value)| share * value).sum();
    for position in 0..count {
        let left_over = squares[position] - square_start - square_slope * middles[position];
        weights[position] = shares[position] * left_over;
        spread += shares[position] * left_over * left_over;
        bend += weights[position] * values[position];
        about_mean += shares[position] * (values[position] - mean).powi(2);
        about_line += shares[position] * (values[position] - start - slope * middles[position]).powi(2);
    }
    let deviation = variables.deviation(&weights[..count]) / spread;
    let bend = bend / spread;
    let p_value = if deviation > 0.0 { 2.0 * normal_cdf(-(bend / deviation).abs()) } else { 1.0 };
    let lack_of_fit = lack_of_fit(values, middles, variables);
    let explained = if about_mean > 0.0 { 1.0 - about_line / about_mean } else { 1.0 };
    // γ·(b² − b + 1/6), the part of a quadratic that no line takes up, is γ/6 at both ends.
    let share = (slope != 0.0).then(|| (bend / 6.0 / slope).abs());
    let bends = p_value < CHANCE && share.is_none_or(|share| share > BEND_THAT_MATTERS);
    let scatters = lack_of_fit < CHANCE && explained < LEAST_EXPLAINED;
    let reason = match (bends, scatters) {
        (true, _) => Some("the gradient bends: a straight line does not describe these groups".to_owned()),
        (false, true) => Some("the groups scatter about the line by more than chance".to_owned()),
        (false, false) => None,
    };
    Linearity { p_value, lack_of_fit, bend: share, explained, linear: reason.is_none(), reason }
}

fn lack_of_fit(values: &[f64], middles: &[f64], variables: &Variables) -> f64 {
    let mut sums = [0.0; 3];
    for (position, (value, middle)) in values.iter().zip(middles).enumerate() {
        let weight = 1.0 / variables.variance(position);
        sums[0] += weight;
        sums[1] += weight * middle;
        sums[2] += weight * value;
    }
    let (centre, mean) = (sums[1] / sums[0], sums[2] / sums[0]);
    let (mut cross, mut spread) = (0.0, 0.0);
    for (position, (value, middle)) in values.iter().zip(middles).enumerate() {
        let weight = 1.0 / variables.variance(position);
        cross += weight * (middle - centre) * (value - mean);
        spread += weight * (middle - centre).powi(2);
    }
    let slope = cross / spread;
    let mut sum = 0.0;
    for (position, (value, middle)) in values.iter().zip(middles).enumerate() {
        sum += (value - mean - slope * (middle - centre)).powi(2) / variables.variance(position);
    }
    let half_freedom = (values.len() - 2) as f64 / 2.0;
    statrs::function::gamma::checked_gamma_ur(half_freedom, sum / 2.0).unwrap_or(0.0)
}

/// Fits the line again without each group in turn.
///
/// A turned sign counts only where the interval of the whole excludes no gradient, a change of size only where it is
/// above a quarter of the index and above half the width of its interval: otherwise the interval has said it already.
pub fn stability(points: &[Point], line: &Line, limits: [f64; 2]) -> Stability {
    let count = line.count();
    let mut values = [0.0; MOST_GROUPS];
    for (slot, point) in values.iter_mut().zip(points) {
        *slot = point.value;
    }
    let slope = line.slope(&values[..count]);
    let clear = limits[0] > 0.0 || limits[1] < 0.0;
    let half_width = (limits[1] - limits[0]) / 2.0;
    let (mut group, mut largest, mut sign_turns) = (0, 0.0, false);
    for left_out in 0..count {
        let other = line.slope_without(left_out, &values[..count]);
        let change = (other - slope).abs();
        if change > largest {
            (group, largest) = (left_out, change);
        }
        sign_turns |= clear && other * slope <= 0.0;
    }
    let moves = largest > CHANGE_THAT_MATTERS * slope.abs() && largest > half_width;
    let reason = if sign_turns {
        Some("without one of the groups the gradient turns or vanishes".to_owned())
    } else if moves {
        Some(format!("without group {} the index changes by more than a quarter", group + 1))
    } else {
        None
    };
    let largest_change = (slope != 0.0).then(|| largest / slope.abs());
    Stability { group: group + 1, largest_change, sign_turns, stable: reason.is_none(), reason }
}
