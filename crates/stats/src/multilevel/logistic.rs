//! A logistic model with a random intercept per stratum, fitted by Laplace or adaptive Gauss–Hermite quadrature.
//!
//! Each stratum's likelihood is an integral over one standard normal effect v, with log-odds η = xβ + σv. The mode of v
//! is found by Newton's method inside a bracket; the integral is a sum over nodes around the mode, scaled by the
//! curvature there (one node is Laplace). Value, gradient and second derivatives in (σ, β) are exact for that sum, nodes
//! moving with the parameters.
//!
//! SOURCE: Pinheiro and Bates, "Approximations to the log-likelihood function in the nonlinear mixed-effects model",
//! Journal of Computational and Graphical Statistics 4 (1995), p. 12–35.

use nalgebra::{DMatrix, DVector};

use super::jet::Jet;
use super::optimise::{Expansion, minimise};
use super::quadrature::{Node, nodes};
use super::strata::Design;
use crate::refusal::Refusal;

/// Events out of trials in one stratum.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Count {
    /// Events.
    pub events: f64,
    /// Trials, at least the events.
    pub trials: f64,
}

/// A fitted model.
pub(super) struct LogisticFit {
    /// Coefficients with standard errors.
    pub coefficients: Vec<(f64, f64)>,
    /// Standard deviation of the strata's effects, on the log-odds scale.
    pub sigma: f64,
    /// Logarithm of the likelihood, binomial coefficients included.
    pub log_likelihood: f64,
    /// Fixed part of each stratum's log-odds.
    pub fixed: Vec<f64>,
    /// Most likely effect of each stratum, with its standard deviation given the fixed part.
    pub effects: Vec<(f64, f64)>,
    /// Standard deviation of each stratum's log-odds, the fixed part's uncertainty included.
    pub total_sd: Vec<f64>,
}

/// The effect of one stratum at its mode, as far as the likelihood needs it.
struct Mode {
    /// Standardised effect.
    place: f64,
    /// Events less those expected.
    residual: f64,
    /// Variance of the events.
    weight: f64,
    /// Derivative of the weight by the log-odds.
    weight_slope: f64,
    /// Curvature 1 + σ² × weight.
    curvature: f64,
}

/// Fits the model with `points` nodes per stratum.
pub(super) fn fit(counts: &[Count], design: &Design, points: usize) -> Result<LogisticFit, Refusal> {
    let nodes = nodes(points);
    let start = start(counts, design, &nodes)?;
    let negative = |at: &DVector<f64>| log_likelihood(counts, design, &nodes, at).negative();
    let no_fit = || {
        Refusal::Undefined(
            "the model does not converge on these counts: merge strata or groups that have very few events".to_owned(),
        )
    };
    let minimum = minimise(negative, start).ok_or_else(no_fit)?;
    let sigma = minimum.point[0].abs();
    let beta = minimum.point.rows(1, design.names.len()).into_owned();
    let covariance = minimum.curvature.clone().try_inverse().ok_or_else(no_fit)?;
    let errors: Vec<f64> = (1..minimum.point.len()).map(|index| covariance[(index, index)].sqrt()).collect();
    if errors.iter().any(|error| !error.is_finite()) || beta.iter().any(|value| value.abs() > 30.0) {
        return Err(no_fit());
    }
    let fixed: Vec<f64> = design.times(&beta).iter().copied().collect();
    let modes: Vec<Mode> = counts.iter().zip(&fixed).map(|(count, fixed)| mode(count, *fixed, sigma)).collect();
    Ok(LogisticFit {
        coefficients: beta.iter().copied().zip(errors).collect(),
        sigma,
        log_likelihood: binomial_constant(counts) - minimum.value,
        effects: modes.iter().map(|mode| (sigma * mode.place, sigma / mode.curvature.sqrt())).collect(),
        total_sd: total_sd(&modes, design, sigma).ok_or_else(no_fit)?,
        fixed,
    })
}

/// Log-likelihood without the binomial coefficients, with its gradient and second derivatives in (σ, β).
fn log_likelihood(counts: &[Count], design: &Design, nodes: &[Node], at: &DVector<f64>) -> Expansion {
    let sigma = at[0];
    let size = design.names.len();
    let fixed = design.times(&at.rows(1, size).into_owned());
    let mut found =
        Expansion { value: 0.0, gradient: DVector::zeros(size + 1), curvature: DMatrix::zeros(size + 1, size + 1) };
    let mut slopes = DMatrix::zeros(counts.len(), 2);
    let mut weighted = design.rows.clone();
    for (index, count) in counts.iter().enumerate() {
        let own = if count.trials > 0.0 { stratum(count, fixed[index], sigma, nodes) } else { Jet::default() };
        found.value += own.value;
        found.gradient[0] += own.first[1];
        found.curvature[(0, 0)] += own.second[2];
        slopes[(index, 0)] = own.first[0];
        slopes[(index, 1)] = own.second[1];
        weighted.row_mut(index).scale_mut(own.second[0]);
    }
    let by_beta = design.rows.tr_mul(&slopes);
    found.gradient.rows_mut(1, size).copy_from(&by_beta.column(0));
    found.curvature.view_mut((1, 0), (size, 1)).copy_from(&by_beta.column(1));
    found.curvature.view_mut((0, 1), (1, size)).copy_from(&by_beta.column(1).transpose());
    found.curvature.view_mut((1, 1), (size, size)).copy_from(&design.rows.tr_mul(&weighted));
    found
}

/// One stratum's log-likelihood with its derivatives by the fixed part (0) and by σ (1), nodes moving with both.
fn stratum(count: &Count, fixed: f64, sigma: f64, nodes: &[Node]) -> Jet {
    let mode = mode(count, fixed, sigma);
    let (eta, spread) = (Jet::variable(fixed, 0), Jet::variable(sigma, 1));
    let place = moving_mode(count, &mode, eta, spread);
    let odds = eta + spread * place;
    // The weight n p (1 − p) as a function of the log-odds, and the curvature 1 + σ² × weight.
    let share = mode.weight / count.trials;
    let weight = odds.map(mode.weight, mode.weight_slope, mode.weight * (1.0 - 6.0 * share));
    let log_curvature = (Jet::constant(1.0) + spread * spread * weight).ln();
    if let [_] = nodes {
        return height(count, odds, place) - log_curvature.times(0.5);
    }
    let log_scale = (Jet::constant(2.0_f64.ln()) - log_curvature).times(0.5);
    let scale = log_scale.exp();
    let heights = nodes.iter().map(|node| {
        let place = place + scale.times(node.place);
        height(count, eta + spread * place, place) + Jet::constant(node.log_weight)
    });
    let heights: Vec<Jet> = heights.collect();
    let highest = heights.iter().map(|height| height.value).fold(f64::NEG_INFINITY, f64::max);
    let above = Jet::constant(-highest);
    let total = heights.into_iter().fold(Jet::default(), |total, height| total + (height + above).exp());
    total.ln() + log_scale + Jet::constant(highest - 0.5 * (2.0 * std::f64::consts::PI).ln())
}

/// Logarithm of the integrand, by the log-odds and the standardised effect.
fn height(count: &Count, odds: Jet, place: Jet) -> Jet {
    let p = logistic(odds.value);
    let normaliser = odds.map(log_one_plus_exp(odds.value), p, p * (1.0 - p));
    odds.times(count.events) - normaliser.times(count.trials) - (place * place).times(0.5)
}

/// How the mode moves with the fixed part and with σ: each Newton step from it with the curvature held gains one order.
fn moving_mode(count: &Count, mode: &Mode, eta: Jet, spread: Jet) -> Jet {
    let mut place = Jet::constant(mode.place);
    for _ in 0..2 {
        let odds = eta + spread * place;
        let expected = odds.map(count.events - mode.residual, mode.weight, mode.weight_slope);
        let tilt = spread * (Jet::constant(count.events) - expected) - place;
        let step = tilt.times(mode.curvature.recip());
        place = Jet { value: mode.place, ..place + step };
    }
    place
}

/// The most likely standardised effect: the root of σ(y − np) − v, which falls in v, inside its bounds.
fn mode(count: &Count, fixed: f64, sigma: f64) -> Mode {
    let bounds = [-sigma * (count.trials - count.events), sigma * count.events];
    let (mut low, mut high) = (bounds[0].min(bounds[1]), bounds[0].max(bounds[1]));
    let mut place = 0.0_f64.clamp(low, high);
    for _ in 0..200 {
        let p = logistic(fixed + sigma * place);
        let tilt = sigma * (count.events - count.trials * p) - place;
        if tilt > 0.0 {
            low = place;
        } else {
            high = place;
        }
        let newton = place + tilt / (1.0 + sigma * sigma * count.trials * p * (1.0 - p));
        let next = if newton > low && newton < high { newton } else { f64::midpoint(low, high) };
        let step = (next - place).abs();
        place = next;
        if step <= 1e-14 * (1.0 + place.abs()) {
            break;
        }
    }
    let p = logistic(fixed + sigma * place);
    let weight = count.trials * p * (1.0 - p);
    Mode {
        place,
        residual: count.events - count.trials * p,
        weight,
        weight_slope: weight * (1.0 - 2.0 * p),
        curvature: 1.0 + sigma * sigma * weight,
    }
}

/// Standard deviation of each stratum's log-odds: √(σ²/D + q/D²), q the variance of the fixed part, D the curvature;
/// by eliminating the effects from the joint information matrix.
fn total_sd(modes: &[Mode], design: &Design, sigma: f64) -> Option<Vec<f64>> {
    let mut weighted = design.rows.clone();
    for (mode, mut row) in modes.iter().zip(weighted.row_iter_mut()) {
        row.scale_mut(mode.weight / mode.curvature);
    }
    let covariance = design.rows.tr_mul(&weighted).try_inverse()?;
    let spread = (&design.rows * covariance).component_mul(&design.rows);
    let each = modes.iter().zip(spread.row_iter()).map(|(mode, row)| {
        let fixed = row.sum();
        (sigma * sigma / mode.curvature + fixed / (mode.curvature * mode.curvature)).sqrt()
    });
    Some(each.collect())
}

/// Coefficients of the model without effects, and the best of a few standard deviations.
fn start(counts: &[Count], design: &Design, nodes: &[Node]) -> Result<DVector<f64>, Refusal> {
    let negative = |at: &DVector<f64>| {
        let mut full = DVector::zeros(at.len() + 1);
        full.rows_mut(1, at.len()).copy_from(at);
        let found = log_likelihood(counts, design, &nodes[..1], &full).negative();
        let size = at.len();
        Expansion {
            value: found.value,
            gradient: found.gradient.rows(1, size).into_owned(),
            curvature: found.curvature.view((1, 1), (size, size)).into_owned(),
        }
    };
    let plain = minimise(negative, DVector::zeros(design.names.len())).ok_or_else(|| {
        Refusal::Undefined("a group has no events, or nothing but events: merge it with another".to_owned())
    })?;
    let candidates = [0.05, 0.1, 0.2, 0.4, 0.8, 1.6].map(|sigma| {
        let mut at = DVector::from_element(plain.point.len() + 1, sigma);
        at.rows_mut(1, plain.point.len()).copy_from(&plain.point);
        (log_likelihood(counts, design, nodes, &at).value, at)
    });
    let best = candidates.into_iter().max_by(|a, b| a.0.total_cmp(&b.0));
    best.map(|(_, at)| at).ok_or(Refusal::Empty)
}

/// Sum of the logarithms of the binomial coefficients.
pub(super) fn binomial_constant(counts: &[Count]) -> f64 {
    crate::numeric::compensated_sum(counts.iter().map(|count| {
        libm::lgamma(count.trials + 1.0)
            - libm::lgamma(count.events + 1.0)
            - libm::lgamma(count.trials - count.events + 1.0)
    }))
}

/// Probability by log-odds.
pub(super) fn logistic(odds: f64) -> f64 {
    if odds >= 0.0 { 1.0 / (1.0 + (-odds).exp()) } else { odds.exp() / (1.0 + odds.exp()) }
}

fn log_one_plus_exp(x: f64) -> f64 {
    if x > 0.0 { x + (-x).exp().ln_1p() } else { x.exp().ln_1p() }
}

#[cfg(test)]
mod tests {
    use nalgebra::DVector;
    use proptest::prelude::*;

    use super::super::quadrature::nodes;
    use super::super::strata::Design;
    use super::{Count, fit, log_likelihood, stratum};

    proptest! {
        #[test]
        fn derivatives_are_those_of_the_value(
            events in 0_u32..60, more in 1_u32..60, fixed in -3.0_f64..3.0, sigma in 0.01_f64..2.0, points in 1_usize..9,
        ) {
            let count = Count { events: f64::from(events), trials: f64::from(events + more) };
            let nodes = nodes(points);
            let found = stratum(&count, fixed, sigma, &nodes);
            let h = 1e-5;
            let by_fixed = (stratum(&count, fixed + h, sigma, &nodes), stratum(&count, fixed - h, sigma, &nodes));
            let by_sigma = (stratum(&count, fixed, sigma + h, &nodes), stratum(&count, fixed, sigma - h, &nodes));
            let slope = |up: f64, down: f64| (up - down) / (2.0 * h);
            for (exact, numeric) in [
                (found.first[0], slope(by_fixed.0.value, by_fixed.1.value)),
                (found.first[1], slope(by_sigma.0.value, by_sigma.1.value)),
                (found.second[0], slope(by_fixed.0.first[0], by_fixed.1.first[0])),
                (found.second[1], slope(by_fixed.0.first[1], by_fixed.1.first[1])),
                (found.second[2], slope(by_sigma.0.first[1], by_sigma.1.first[1])),
            ] {
                prop_assert!((exact - numeric).abs() < 1e-4 * (1.0 + exact.abs()), "{} is not {}", exact, numeric);
            }
        }
    }

    #[test]
    fn many_nodes_give_the_integral() {
        // Against the trapezium rule on a fine grid.
        let (count, fixed, sigma) = (Count { events: 1.0, trials: 5.0 }, -0.7, 1.3);
        let value = stratum(&count, fixed, sigma, &nodes(25)).value;
        let density = |v: f64| {
            let odds: f64 = fixed + sigma * v;
            (odds * count.events - count.trials * odds.exp().ln_1p() - 0.5 * v * v).exp()
        };
        let area: f64 = (-9000..=9000).map(|step| density(f64::from(step) / 1000.0)).sum::<f64>() / 1000.0;
        assert!((value - (area / (2.0 * std::f64::consts::PI).sqrt()).ln()).abs() < 1e-9);
    }

    #[test]
    fn strata_that_differ_by_no_more_than_chance_have_no_variance() {
        let counts = vec![Count { events: 20.0, trials: 100.0 }; 12];
        let design = Design::null(12);
        let fit = fit(&counts, &design, 1).expect("a fit");
        assert!(fit.sigma < 1e-3);
        assert!((fit.coefficients[0].0 - (0.2_f64 / 0.8).ln()).abs() < 1e-6);
        let flat = log_likelihood(&counts, &design, &nodes(1), &DVector::from_vec(vec![0.0, fit.coefficients[0].0]));
        assert!(flat.gradient[1].abs() < 1e-6);
    }
}
