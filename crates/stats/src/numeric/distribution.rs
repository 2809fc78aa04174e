//! Distribution functions and quantiles; quantiles are polished by Newton steps, since the library's own are not
//! accurate in the far tails.

use statrs::distribution::{ChiSquared, Continuous, ContinuousCDF, Normal, StudentsT};
use statrs::function::beta::beta_reg;

/// Probability that a standard normal variable is at most `x`.
pub fn normal_cdf(x: f64) -> f64 {
    0.5 * libm::erfc(-x / std::f64::consts::SQRT_2)
}

/// Standard normal quantile of `p` in (0, 1); infinite at 0 and 1.
pub fn normal_quantile(p: f64) -> f64 {
    if p <= 0.0 {
        return f64::NEG_INFINITY;
    }
    if p >= 1.0 {
        return f64::INFINITY;
    }
    let start = Normal::standard().inverse_cdf(p);
    // One Halley step (error of the function over its density) takes the library's value to full precision; the side
    // is chosen so that the difference of probabilities keeps its digits.
    let density = (-0.5 * start * start).exp() / (2.0 * std::f64::consts::PI).sqrt();
    let error = if start > 0.0 { (1.0 - p) - normal_cdf(-start) } else { normal_cdf(start) - p };
    let step = error / density;
    if !step.is_finite() {
        return start;
    }
    start - step / (1.0 + 0.5 * start * step)
}

/// Probability that Student's t with `freedom` > 0 degrees of freedom (infinite: the normal) is above `x`.
///
/// SOURCE: Abramowitz and Stegun, Handbook of Mathematical Functions (1964), 26.7.1 with 26.5.27 (incomplete beta function).
pub fn t_upper(x: f64, freedom: f64) -> f64 {
    // Beyond, the two differ by less than the incomplete beta function's own error.
    if freedom > 1e6 {
        return normal_cdf(-x);
    }
    let tail = 0.5 * beta_reg(freedom / 2.0, 0.5, freedom / (freedom + x * x));
    if x > 0.0 { tail } else { 1.0 - tail }
}

/// Probability that a binomial variable of `trials` trials of chance `p` is at most `k` (both whole numbers).
pub fn binomial_cdf(k: f64, trials: f64, p: f64) -> f64 {
    if k < 0.0 {
        return 0.0;
    }
    if k >= trials || p <= 0.0 {
        return 1.0;
    }
    if p >= 1.0 {
        return 0.0;
    }
    beta_reg(trials - k, k + 1.0, 1.0 - p)
}

/// Quantile of the chi-squared distribution with `freedom` ≥ 0 degrees of freedom (0 of freedom 0), `p` in [0, 1).
///
/// Newton steps on the logarithms of both sides, which stay exact where the quantile is very small. Beyond
/// `FREEDOM_LARGE` Wilson and Hilferty's approximation stands: it grows more exact with the degrees of freedom, while the
/// library's distribution function takes ever longer.
pub fn chi_squared_quantile(p: f64, freedom: f64) -> f64 {
    if freedom <= 0.0 || p <= 0.0 {
        return 0.0;
    }
    if freedom > FREEDOM_LARGE {
        return chi_squared_start(p, freedom);
    }
    let Ok(distribution) = ChiSquared::new(freedom) else { return f64::NAN };
    let half = freedom / 2.0;
    let mut log = chi_squared_start(p, freedom).ln();
    for _ in 0..100 {
        let x = log.exp();
        // x times the density; the library's own density underflows at large degrees of freedom.
        let below = distribution.cdf(x);
        let slope = (half * (x / 2.0).ln() - x / 2.0 - libm::lgamma(half)).exp();
        if below <= 0.0 || slope <= 0.0 || !slope.is_finite() {
            break;
        }
        let step = ((below / p).ln() * below / slope).clamp(-2.0, 2.0);
        log -= step;
        if step.abs() <= 1e-15 {
            break;
        }
    }
    log.exp()
}

/// Degrees of freedom beyond which no event count of people leads.
const FREEDOM_LARGE: f64 = 1e9;

/// Wilson and Hilferty's approximation; the first term of the series where that fails, near zero.
fn chi_squared_start(p: f64, freedom: f64) -> f64 {
    let ninth = 2.0 / (9.0 * freedom);
    let cube = freedom * (1.0 - ninth + normal_quantile(p) * ninth.sqrt()).powi(3);
    if cube > 0.05 * freedom {
        return cube;
    }
    let half = freedom / 2.0;
    (std::f64::consts::LN_2 + (p.ln() + libm::lgamma(half + 1.0)) / half).exp()
}

/// Quantile of Student's t distribution with `freedom` > 0 degrees of freedom, `p` in (0, 1).
pub fn t_quantile(p: f64, freedom: f64) -> f64 {
    let Ok(distribution) = StudentsT::new(0.0, 1.0, freedom) else { return f64::NAN };
    polish(distribution.inverse_cdf(p), p, |x| distribution.cdf(x), |x| distribution.pdf(x))
}

fn polish(start: f64, p: f64, cdf: impl Fn(f64) -> f64, density: impl Fn(f64) -> f64) -> f64 {
    let mut x = start;
    for _ in 0..8 {
        let slope = density(x);
        if slope <= 0.0 || !slope.is_finite() {
            break;
        }
        let step = (cdf(x) - p) / slope;
        x -= step;
        if step.abs() <= 1e-15 * x.abs() {
            break;
        }
    }
    x
}

#[cfg(test)]
mod tests {
    use statrs::distribution::{ChiSquared, ContinuousCDF};

    use super::{binomial_cdf, chi_squared_quantile, normal_cdf, normal_quantile, t_quantile};

    fn near(got: f64, want: f64) {
        assert!((got - want).abs() <= 2e-14 * want.abs(), "got {got:e}, want {want:e}");
    }

    /// Values of R 4.3 `qnorm`, `qt`, `qchisq`, `pbinom`.
    #[test]
    fn quantiles_have_all_their_digits() {
        near(normal_quantile(0.975), 1.959_963_984_540_054_2);
        near(normal_quantile(0.025), -1.959_963_984_540_054_2);
        near(normal_quantile(0.999), 3.090_232_306_167_813_5);
        near(normal_quantile(1e-10), -6.361_340_902_404_056);
        near(t_quantile(0.975, 9.0), 2.262_157_162_798_205);
        near(chi_squared_quantile(0.95, 1.0), 3.841_458_820_694_124);
        near(chi_squared_quantile(0.025, 2.0), 0.050_635_615_968_579_75);
        near(chi_squared_quantile(0.001, 2.0), -2.0 * 0.999_f64.ln());
        near(chi_squared_quantile(0.975, 2.0), -2.0 * 0.025_f64.ln());
        near(binomial_cdf(1.0, 3.0, 0.5), 0.5);
        assert!((binomial_cdf(39.0, 100.0, 0.5) / 0.017_600_100_108_852_407 - 1.0).abs() < 1e-12);
    }

    #[test]
    fn the_chi_squared_quantile_undoes_the_distribution_function() {
        for freedom in [0.01, 0.14, 0.5, 1.0, 2.0, 7.0, 40.0, 2000.0, 2e5] {
            let distribution = ChiSquared::new(freedom).unwrap();
            for p in [1e-12, 1e-6, 0.001, 0.025, 0.1, 0.5, 0.9, 0.975, 0.999, 1.0 - 1e-9] {
                let x = chi_squared_quantile(p, freedom);
                let tiny = x < 1e-290;
                assert!(tiny || (distribution.cdf(x) / p - 1.0).abs() < 1e-9, "{freedom} {p} {x}");
            }
        }
    }

    #[test]
    fn the_normal_quantile_undoes_the_distribution_function() {
        for thousandth in 1..1000 {
            let p = f64::from(thousandth) / 1000.0;
            assert!((normal_cdf(normal_quantile(p)) - p).abs() < 1e-15);
        }
    }

    #[test]
    fn the_tail_of_t_is_that_of_the_tables() {
        for (x, freedom) in [(6.313_751_514_675_043, 1.0), (1.812_461_122_811_676, 10.0)] {
            assert!((super::t_upper(x, freedom) - 0.05).abs() < 1e-9);
            assert!((super::t_upper(-x, freedom) - 0.95).abs() < 1e-9);
        }
        let far = super::t_quantile(1.0 - 1e-5, 44.0);
        assert!((super::t_upper(far, 44.0) - 1e-5).abs() < 1e-9);
        assert!((super::t_upper(1.96, f64::INFINITY) - super::normal_cdf(-1.96)).abs() < 1e-15);
    }
}
