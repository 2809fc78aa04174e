//! Newton's method for smooth functions of a few parameters, with exact gradient and second derivatives.

use nalgebra::{DMatrix, DVector};

/// A function at a point, to the second order.
pub(super) struct Expansion {
    pub value: f64,
    pub gradient: DVector<f64>,
    /// Second derivatives.
    pub curvature: DMatrix<f64>,
}

impl Expansion {
    /// The same of the function with its sign turned.
    pub fn negative(self) -> Self {
        Self { value: -self.value, gradient: -self.gradient, curvature: -self.curvature }
    }
}

/// Where a function is smallest.
pub(super) struct Minimum {
    pub point: DVector<f64>,
    pub value: f64,
    /// Second derivatives at the minimum.
    pub curvature: DMatrix<f64>,
}

/// Steps after which a search without convergence is given up.
const MOST_STEPS: usize = 200;

/// Expected decrease, in the function's unit, below which the search ends.
const SMALLEST_DECREASE: f64 = 1e-13;

/// Minimises a function; `None` without convergence.
pub(super) fn minimise(function: impl Fn(&DVector<f64>) -> Expansion, start: DVector<f64>) -> Option<Minimum> {
    let mut point = start;
    let mut here = function(&point);
    for _ in 0..MOST_STEPS {
        if !here.value.is_finite() {
            return None;
        }
        let step = downhill(&here.curvature, &here.gradient)?;
        let slope = here.gradient.dot(&step);
        let ended = -slope < SMALLEST_DECREASE * (1.0 + here.value.abs());
        // Where no step of any size goes down, rounding is all that is left.
        let next = if ended { None } else { line_search(&function, &point, here.value, &step, slope) };
        let Some((next_point, next)) = next else {
            return Some(Minimum { point, value: here.value, curvature: here.curvature });
        };
        (point, here) = (next_point, next);
    }
    None
}

/// The Newton step; where the curvature is not positive, it is lifted until it is.
fn downhill(curvature: &DMatrix<f64>, gradient: &DVector<f64>) -> Option<DVector<f64>> {
    let size = curvature.nrows();
    let scale = curvature.diagonal().abs().max().max(1e-8);
    let mut lift = 0.0;
    for _ in 0..40 {
        let lifted = curvature + DMatrix::identity(size, size) * lift;
        if let Some(factor) = lifted.cholesky() {
            return Some(-factor.solve(gradient));
        }
        lift = if lift > 0.0 { lift * 4.0 } else { 1e-6 * scale };
    }
    None
}

fn line_search(
    function: &impl Fn(&DVector<f64>) -> Expansion,
    point: &DVector<f64>,
    value: f64,
    step: &DVector<f64>,
    slope: f64,
) -> Option<(DVector<f64>, Expansion)> {
    let mut share = 1.0;
    for _ in 0..50 {
        let next_point = point + step * share;
        let next = function(&next_point);
        if next.value.is_finite() && next.value <= value + 1e-4 * share * slope {
            return Some((next_point, next));
        }
        share *= 0.5;
    }
    None
}

/// Minimises a function of one number in [0, ∞) that has one lowest place: a coarse look, then golden sections.
pub(super) fn minimise_from_zero(function: impl Fn(f64) -> f64) -> f64 {
    // From 1e-4 to 1e4 in steps of a tenth of a power of ten; 0 is the first candidate.
    let grid: Vec<f64> =
        [0.0].into_iter().chain((-40..=40).map(|tenth| 10.0_f64.powf(f64::from(tenth) / 10.0))).collect();
    let lowest = (0..grid.len()).min_by(|a, b| function(grid[*a]).total_cmp(&function(grid[*b]))).unwrap_or(0);
    let (mut low, mut high) = (grid[lowest.saturating_sub(1)], grid[(lowest + 1).min(grid.len() - 1)]);
    let golden = (5.0_f64.sqrt() - 1.0) / 2.0;
    while high - low > 1e-10 * (1.0 + high) {
        let (left, right) = (high - golden * (high - low), low + golden * (high - low));
        if function(left) <= function(right) { high = right } else { low = left }
    }
    let middle = f64::midpoint(low, high);
    if function(0.0) <= function(middle) { 0.0 } else { middle }
}

#[cfg(test)]
mod tests {
    use nalgebra::{DMatrix, DVector};

    use super::{Expansion, minimise, minimise_from_zero};

    #[test]
    fn the_banana_valley_is_followed_to_its_end() {
        let valley = |at: &DVector<f64>| {
            let (x, y) = (at[0], at[1]);
            let value = (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2);
            let gradient = DVector::from_vec(vec![-2.0 * (1.0 - x) - 400.0 * x * (y - x * x), 200.0 * (y - x * x)]);
            let bends = [2.0 - 400.0 * (y - 3.0 * x * x), -400.0 * x, -400.0 * x, 200.0];
            Expansion { value, gradient, curvature: DMatrix::from_row_slice(2, 2, &bends) }
        };
        let found = minimise(valley, DVector::from_vec(vec![-1.2, 1.0])).expect("convergence");
        assert!((found.point[0] - 1.0).abs() < 1e-6 && (found.point[1] - 1.0).abs() < 1e-6);
    }

    #[test]
    fn the_lowest_place_is_found_inside_and_at_the_edge() {
        assert!((minimise_from_zero(|x| (x - 0.37).powi(2)) - 0.37).abs() < 1e-7);
        assert!(minimise_from_zero(|x| x + 1.0).abs() < 1e-12);
    }
}
