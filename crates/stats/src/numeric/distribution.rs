//! Distribution functions and quantiles; quantiles are polished by Newton steps, since the library's own are not
//! accurate in the far tails.

use statrs::distribution::{ChiSquared, Continuous, ContinuousCDF, Normal, StudentsT};

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
    Normal::standard().inverse_cdf(p)
}

/// Quantile of the chi-squared distribution with `freedom` ≥ 0 degrees of freedom (0 of freedom 0), `p` in [0, 1).
pub fn chi_squared_quantile(p: f64, freedom: f64) -> f64 {
    if freedom <= 0.0 || p <= 0.0 {
        return 0.0;
    }
    let Ok(distribution) = ChiSquared::new(freedom) else { return f64::NAN };
    polish(distribution.inverse_cdf(p), p, |x| distribution.cdf(x), |x| distribution.pdf(x))
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
