//! A line through a series whose errors are chance of counting, of known size, plus a process that remembers itself.
//!
//! *y = xβ + u + e*: *e* is sampling error with known variances (binomial, Poisson), *u* a first-order autoregression with
//! correlation ρ between neighbouring periods and innovation variance ω². Short series tell little about ρ and ω²; an
//! interval that takes them as known is too narrow (Turner and others 2021 saw 95 % intervals cover far less). So both
//! are integrated out on a grid: the weight of a grid point is the restricted likelihood there, ρ uniform on [0, 1), and
//! ω² with density 1/(ω² + mean sampling variance), the usual scale prior that stays proper where counting explains all.
//! Given ρ and ω² the coefficients are normal, so the answer is a mixture of normals, whose quantiles are exact.
//!
//! The likelihood is a scalar Kalman filter, linear in the number of periods; a period that is absent is stepped over.
//!
//! SOURCE: A. C. Harvey, *Forecasting, Structural Time Series Models and the Kalman Filter* (1989), section 3.4
//! (likelihood with regressors); D. A. Harville, *Journal of the American Statistical Association* 72 (1977), p. 320–338
//! (restricted likelihood, and that it is the marginal likelihood under a flat prior on β); G. E. P. Box and G. C. Tiao,
//! *Bayesian Inference in Statistical Analysis* (1973), section 5.2 (prior of a variance beside a known one); S. L. Turner and
//! others, *BMC Medical Research Methodology* 21 (2021), 181 (short interrupted series).

use nalgebra::{DMatrix, DVector};

use crate::interval::{Confidence, Estimate};
use crate::numeric::normal_cdf;
use crate::refusal::Refusal;

/// One recorded period.
#[derive(Clone, Debug, PartialEq)]
pub struct Observation {
    /// Place of the period in time, in steps of one.
    pub time: usize,
    /// The value.
    pub value: f64,
    /// Variance of counting, above zero, in the squared unit of the value.
    pub variance: f64,
    /// The row of the design.
    pub row: Vec<f64>,
}

/// Smallest diagonal of the scaled factor at which columns still tell different things.
const SINGULAR_BELOW: f64 = 1e-7;
/// Grid points of the correlation.
const CORRELATIONS: usize = 32;
/// Fewest grid points of the innovation variance.
const FEWEST_VARIANCES: usize = 32;
/// Share of the heaviest grid point below which a point is left out.
const NEGLIGIBLE: f64 = 1e-6;

/// What the series says of the coefficients: a mixture of normals over correlation and innovation variance.
pub struct Posterior {
    components: Vec<Component>,
    /// Added to every component's coefficients: the first, unweighted fit.
    start: DVector<f64>,
    norms: Vec<f64>,
}

/// The coefficients at one grid point, on columns of unit length.
struct Component {
    weight: f64,
    correlation: f64,
    coefficients: DVector<f64>,
    covariance: DMatrix<f64>,
}

/// The series with columns of unit length, and its distance from the unweighted fit.
struct Scaled {
    times: Vec<usize>,
    design: DMatrix<f64>,
    residuals: Vec<f64>,
    variances: Vec<f64>,
}

/// Integrates over correlation and innovation variance; observations in order of time.
///
/// Refused when there are not at least three periods more than coefficients, when terms cannot be told apart, and when
/// numbers are not finite.
pub fn posterior(observations: &[Observation]) -> Result<Posterior, Refusal> {
    let (count, width) = (observations.len(), observations.first().map_or(0, |own| own.row.len()));
    if count < width + 3 {
        return Err(Refusal::TooFew { what: "periods for this model", found: count, needed: width + 3 });
    }
    let usable = |own: &Observation| own.value.is_finite() && own.variance.is_finite() && own.variance > 0.0;
    if !observations.iter().all(usable) {
        return Err(Refusal::Undefined("values must be finite, and their variances above zero".to_owned()));
    }
    let (scaled, start, norms) = first_fit(observations, width)?;
    let spread = scaled.residuals.iter().map(|own| own * own).sum::<f64>() / (count - width) as f64;
    let counting = scaled.variances.iter().sum::<f64>() / count as f64;
    let (low, high) = (counting.max(0.01 * spread).ln(), (counting + 30.0 * spread.max(counting)).ln());
    // A step of at most one standard deviation of the logarithm of a variance.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive, a few hundred at most")]
    let points = ((high - low) * ((count - width) as f64 / 2.0).sqrt()).ceil().min(2000.0) as usize;
    let points = points.max(FEWEST_VARIANCES);
    let mut found = Vec::with_capacity(CORRELATIONS * points);
    for step in 0..CORRELATIONS {
        let correlation = (step as f64 + 0.5) / CORRELATIONS as f64;
        for point in 0..points {
            let sum = (low + (high - low) * (point as f64 + 0.5) / points as f64).exp();
            found.extend(scaled.at(correlation, (sum - counting).max(0.0)));
        }
    }
    let components = normalised(found)?;
    Ok(Posterior { components, start, norms })
}

/// Columns of unit length, the unweighted fit on them, and what it leaves.
fn first_fit(observations: &[Observation], width: usize) -> Result<(Scaled, DVector<f64>, Vec<f64>), Refusal> {
    let same = || Refusal::Undefined("the terms of the model cannot be told apart in these periods".to_owned());
    let count = observations.len();
    let x = DMatrix::from_fn(count, width, |row, column| observations[row].row[column]);
    let norms: Vec<f64> = (0..width).map(|column| x.column(column).norm()).collect();
    if norms.iter().any(|norm| !norm.is_finite() || *norm <= 0.0) {
        return Err(same());
    }
    let design = DMatrix::from_fn(count, width, |row, column| x[(row, column)] / norms[column]);
    let factor = (design.transpose() * &design).cholesky().ok_or_else(same)?;
    if factor.l_dirty().diagonal().iter().any(|own| *own < SINGULAR_BELOW) {
        return Err(same());
    }
    let values = DVector::from_iterator(count, observations.iter().map(|own| own.value));
    let start = factor.solve(&(design.transpose() * &values));
    let residuals: Vec<f64> = (values - &design * &start).iter().copied().collect();
    let times = observations.iter().map(|own| own.time).collect();
    let variances = observations.iter().map(|own| own.variance).collect();
    Ok((Scaled { times, design, residuals, variances }, start, norms))
}

impl Scaled {
    /// The coefficients at a correlation and innovation variance, and the logarithm of the restricted likelihood.
    fn at(&self, correlation: f64, innovation: f64) -> Option<Component> {
        let width = self.design.ncols();
        let stationary = innovation / (1.0 - correlation * correlation);
        let (mut expected, mut uncertain) = (vec![0.0; width + 1], stationary);
        let mut product = DMatrix::<f64>::zeros(width, width);
        let mut moment = DVector::<f64>::zeros(width);
        let (mut square, mut log_determinant) = (0.0, 0.0);
        let mut surprise = vec![0.0; width + 1];
        for (place, time) in self.times.iter().enumerate() {
            if place > 0 {
                let steps = i32::try_from(time - self.times[place - 1]).unwrap_or(i32::MAX);
                let kept = correlation.powi(steps);
                for own in &mut expected {
                    *own *= kept;
                }
                uncertain = kept * kept * uncertain + stationary * (1.0 - kept * kept);
            }
            let total = uncertain + self.variances[place];
            let (gain, root) = (uncertain / total, total.sqrt());
            for column in 0..=width {
                let seen = if column == width { self.residuals[place] } else { self.design[(place, column)] };
                let apart = seen - expected[column];
                expected[column] += gain * apart;
                surprise[column] = apart / root;
            }
            uncertain *= 1.0 - gain;
            log_determinant += total.ln();
            let own = surprise[width];
            square += own * own;
            for one in 0..width {
                moment[one] += surprise[one] * own;
                for other in 0..=one {
                    product[(one, other)] += surprise[one] * surprise[other];
                }
            }
        }
        let factor = product.cholesky()?;
        let coefficients = factor.solve(&moment);
        let log_width: f64 = factor.l_dirty().diagonal().iter().map(|own| 2.0 * own.ln()).sum();
        let left = square - moment.dot(&coefficients);
        let log_likelihood = -0.5 * (log_determinant + log_width + left);
        let covariance = factor.inverse();
        log_likelihood.is_finite().then_some(Component {
            weight: log_likelihood,
            correlation,
            coefficients,
            covariance,
        })
    }
}

/// Turns logarithms of likelihoods into weights that add up to 1, leaving out what is negligible.
fn normalised(mut found: Vec<Component>) -> Result<Vec<Component>, Refusal> {
    let best = found.iter().map(|own| own.weight).fold(f64::NEG_INFINITY, f64::max);
    if !best.is_finite() {
        return Err(Refusal::Undefined("these values give no finite estimate; check their size".to_owned()));
    }
    for own in &mut found {
        own.weight = (own.weight - best).exp();
    }
    found.retain(|own| own.weight > NEGLIGIBLE);
    let total: f64 = found.iter().map(|own| own.weight).sum();
    for own in &mut found {
        own.weight /= total;
    }
    Ok(found)
}

impl Posterior {
    /// A weighted sum of the coefficients: mean of the mixture, and its quantiles as limits.
    pub fn combination(&self, of: &[f64], confidence: Confidence) -> Result<Estimate, Refusal> {
        let of = DVector::from_iterator(of.len(), of.iter().zip(&self.norms).map(|(own, norm)| own / norm));
        let parts: Vec<(f64, f64, f64)> = self
            .components
            .iter()
            .map(|own| {
                let variance = of.dot(&(&own.covariance * &of)).max(0.0);
                (own.weight, of.dot(&own.coefficients), variance.sqrt())
            })
            .collect();
        let mean: f64 = parts.iter().map(|(weight, mean, _)| weight * mean).sum();
        let variance: f64 = parts.iter().map(|(weight, own, sd)| weight * (sd * sd + (own - mean).powi(2))).sum();
        let start = of.dot(&self.start);
        let [lower, upper] = [confidence.tail(), 1.0 - confidence.tail()]
            .map(|chance| start + mixture_quantile(&parts, chance, mean, variance.sqrt()));
        let value = start + mean;
        if !(value.is_finite() && lower.is_finite() && upper.is_finite()) {
            return Err(Refusal::Undefined("these values give no finite estimate; check their size".to_owned()));
        }
        // The mean of a very lopsided mixture is still inside: limits never pass the estimate they belong to.
        Ok(Estimate { value, lower: lower.min(value), upper: upper.max(value) })
    }

    /// Mean of the coefficients, in the order of the design.
    pub fn coefficients(&self) -> Vec<f64> {
        let mean = |place: usize| -> f64 {
            let own: f64 = self.components.iter().map(|own| own.weight * own.coefficients[place]).sum();
            (own + self.start[place]) / self.norms[place]
        };
        (0..self.norms.len()).map(mean).collect()
    }

    /// Mean of the correlation between neighbouring periods of the process.
    pub fn correlation(&self) -> f64 {
        self.components.iter().map(|own| own.weight * own.correlation).sum()
    }
}

/// Where a mixture of normals (weight, mean, standard deviation) has a chance below it: Newton steps within a bracket.
fn mixture_quantile(parts: &[(f64, f64, f64)], chance: f64, mean: f64, sd: f64) -> f64 {
    if sd <= 0.0 {
        return mean;
    }
    let below = |at: f64| {
        parts.iter().fold((0.0, 0.0), |(chance, density), (weight, mean, sd)| {
            let z = (at - mean) / sd.max(f64::MIN_POSITIVE);
            (chance + weight * normal_cdf(z), density + weight * (-0.5 * z * z).exp() / sd.max(f64::MIN_POSITIVE))
        })
    };
    // Chebyshev: no more than 1/k² lies further than k standard deviations from the mean.
    let reach = sd * (1.0 / chance.min(1.0 - chance)).sqrt();
    let (mut low, mut high) = (mean - reach, mean + reach);
    let mut at = mean + sd * crate::numeric::normal_quantile(chance);
    for _ in 0..100 {
        let (own, density) = below(at);
        if own > chance {
            high = at;
        } else {
            low = at;
        }
        let step = (own - chance) * (2.0 * std::f64::consts::PI).sqrt() / density;
        let next = at - step;
        let next = if next > low && next < high { next } else { f64::midpoint(low, high) };
        if (next - at).abs() <= 1e-10 * sd {
            return next;
        }
        at = next;
    }
    at
}

#[cfg(test)]
mod tests {
    use super::{Observation, mixture_quantile, posterior};
    use crate::interval::Confidence;

    #[test]
    fn quantiles_of_a_mixture_have_their_chance_below() {
        let parts = [(0.3, -1.0, 0.5), (0.5, 2.0, 1.0), (0.2, 0.0, 4.0)];
        let mean: f64 = parts.iter().map(|own| own.0 * own.1).sum();
        let second: f64 = parts.iter().map(|own| own.0 * (own.2 * own.2 + own.1 * own.1)).sum();
        for chance in [0.001, 0.025, 0.5, 0.8, 0.975, 0.9995] {
            let at = mixture_quantile(&parts, chance, mean, (second - mean * mean).sqrt());
            let got: f64 = parts.iter().map(|own| own.0 * crate::numeric::normal_cdf((at - own.1) / own.2)).sum();
            assert!((got - chance).abs() < 1e-9, "{chance} {got}");
        }
    }

    /// Where counting error is all there is, the answer is weighted least squares with known variances: of a constant, the
    /// mean with variance v/n, wider since sixteen periods cannot rule out a process that remembers itself.
    #[test]
    fn a_quiet_series_has_the_interval_of_its_counts_or_a_little_more() {
        let values = [1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0, -1.0];
        let own: Vec<Observation> = values
            .iter()
            .enumerate()
            .map(|(time, value)| Observation { time, value: 10.0 + 0.3 * value, variance: 1.0, row: vec![1.0] })
            .collect();
        let mean = posterior(&own).unwrap().combination(&[1.0], Confidence::new(0.95).unwrap()).unwrap();
        let counting = 1.96 * 0.25;
        assert!((mean.value - 10.0).abs() < 0.01, "{mean:?}");
        let half = (mean.upper - mean.lower) / 2.0;
        assert!((counting..1.8 * counting).contains(&half), "{half} {counting}");
    }

    #[test]
    fn terms_that_say_the_same_and_too_few_periods_are_refused() {
        let own = |width: usize, count: usize| -> Vec<Observation> {
            let row = |time: usize| (0..width).map(|term| if term == 0 { 1.0 } else { (term * time) as f64 }).collect();
            (0..count).map(|time| Observation { time, value: 1.0, variance: 1.0, row: row(time) }).collect()
        };
        assert!(posterior(&own(2, 12)).is_ok());
        assert!(posterior(&own(3, 12)).is_err());
        assert!(posterior(&own(2, 4)).is_err());
        assert!(posterior(&[]).is_err());
    }
}
