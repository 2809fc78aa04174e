//! A normal model of single values with a random intercept per stratum, by maximum likelihood or REML.
//!
//! The fixed part is the same for all values of a stratum, so number, mean and squares per stratum are enough. For a
//! ratio θ of the strata's to the values' standard deviation, coefficients and variance have closed forms; θ is found in
//! one dimension.
//!
//! SOURCE: Bates, Mächler, Bolker and Walker, "Fitting linear mixed-effects models using lme4", Journal of Statistical
//! Software 67 (2015), no. 1, equations 34–42.

use nalgebra::{DMatrix, DVector};

use super::optimise::minimise_from_zero;
use super::strata::Design;
use crate::numeric::{compensated_sum, mean};
use crate::refusal::Refusal;

/// How the variances are estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Criterion {
    /// Maximum likelihood: the only one by which models with different fixed parts can be compared.
    MaximumLikelihood,
    /// Restricted maximum likelihood.
    Restricted,
}

/// What a stratum's values come down to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Summary {
    pub size: f64,
    pub mean: f64,
    /// Squared deviations from the mean, summed.
    pub squares: f64,
}

impl Summary {
    /// Summary of values; of none, a stratum that carries no information.
    pub fn of(values: &[f64]) -> Self {
        let average = mean(values).unwrap_or(0.0);
        let squares = compensated_sum(values.iter().map(|value| (value - average) * (value - average)));
        Self { size: values.len() as f64, mean: average, squares }
    }
}

/// A fitted model.
pub(super) struct NormalFit {
    pub coefficients: Vec<(f64, f64)>,
    /// Variance between strata.
    pub between: f64,
    /// Variance of values within strata.
    pub within: f64,
    pub log_likelihood: f64,
    pub fixed: Vec<f64>,
    /// Expected effect of each stratum, with its standard deviation given the fixed part.
    pub effects: Vec<(f64, f64)>,
    /// Standard deviation of each stratum's mean, the fixed part's uncertainty included.
    pub total_sd: Vec<f64>,
}

/// The model at one θ.
struct Profile {
    deviance: f64,
    beta: DVector<f64>,
    within: f64,
    /// Inverse of `XᵀΛX`, Λ the strata's weights in units of the variance within.
    covariance: DMatrix<f64>,
}

/// Fits the model.
pub(super) fn fit(strata: &[Summary], design: &Design, criterion: Criterion) -> Result<NormalFit, Refusal> {
    let values = compensated_sum(strata.iter().map(|stratum| stratum.size));
    if values <= design.names.len() as f64 + 1.0 {
        return Err(Refusal::TooFew { what: "values beyond the coefficients", found: 0, needed: 2 });
    }
    let no_fit = || {
        Refusal::Undefined("the values do not vary within strata, so the model has no variance to share out".to_owned())
    };
    let deviance = |theta: f64| {
        profile(strata, design, criterion, values, theta).map_or(f64::INFINITY, |profile| profile.deviance)
    };
    let theta = minimise_from_zero(deviance);
    let found = profile(strata, design, criterion, values, theta)
        .filter(|found| found.deviance.is_finite() && found.within > 0.0);
    let found = found.ok_or_else(no_fit)?;
    let between = theta * theta * found.within;
    let fixed = design.times(&found.beta);
    let shrink = |stratum: &Summary| stratum.size * theta * theta / (1.0 + stratum.size * theta * theta);
    let effect = |(stratum, fixed): (&Summary, &f64)| {
        (shrink(stratum) * (stratum.mean - fixed), (between * (1.0 - shrink(stratum))).sqrt())
    };
    let total = |(stratum, row): (&Summary, nalgebra::RowDVector<f64>)| {
        let of_fixed = found.within * (&row * &found.covariance * row.transpose())[(0, 0)];
        let kept = 1.0 - shrink(stratum);
        (between * kept + of_fixed * kept * kept).sqrt()
    };
    Ok(NormalFit {
        coefficients: (0..design.names.len())
            .map(|index| (found.beta[index], (found.within * found.covariance[(index, index)]).sqrt()))
            .collect(),
        between,
        within: found.within,
        log_likelihood: -0.5 * found.deviance,
        effects: strata.iter().zip(fixed.iter()).map(effect).collect(),
        total_sd: strata.iter().zip(design.rows.row_iter().map(nalgebra::Matrix::into_owned)).map(total).collect(),
        fixed: fixed.iter().copied().collect(),
    })
}

fn profile(strata: &[Summary], design: &Design, criterion: Criterion, values: f64, theta: f64) -> Option<Profile> {
    let spread = |stratum: &Summary| 1.0 + stratum.size * theta * theta;
    let size = design.names.len();
    let (mut information, mut target) = (DMatrix::zeros(size, size), DVector::zeros(size));
    for (stratum, row) in strata.iter().zip(design.rows.row_iter()) {
        let weight = stratum.size / spread(stratum);
        information += row.transpose() * row * weight;
        target += row.transpose() * (weight * stratum.mean);
    }
    let factor = information.cholesky()?;
    let beta = factor.solve(&target);
    let fixed = design.times(&beta);
    let residual = compensated_sum(
        strata
            .iter()
            .zip(fixed.iter())
            .map(|(stratum, fixed)| stratum.squares + stratum.size / spread(stratum) * (stratum.mean - fixed).powi(2)),
    );
    let log_spread = compensated_sum(strata.iter().map(|stratum| spread(stratum).ln()));
    let (freedom, log_information) = match criterion {
        Criterion::MaximumLikelihood => (values, 0.0),
        Criterion::Restricted => (values - size as f64, 2.0 * factor.l().diagonal().map(f64::ln).sum()),
    };
    let within = residual / freedom;
    let deviance = log_spread + log_information + freedom * (1.0 + (2.0 * std::f64::consts::PI * within).ln());
    Some(Profile { deviance, beta, within, covariance: factor.inverse() })
}

#[cfg(test)]
mod tests {
    use super::super::strata::Design;
    use super::{Criterion, Summary, fit};

    #[test]
    fn equal_strata_give_the_analysis_of_variance() {
        // Five strata of four values with within-variance 1 (unbiased) and known means.
        let means = [1.0, 3.0, 2.0, 7.0, 5.0];
        let strata: Vec<Summary> = means.iter().map(|mean| Summary { size: 4.0, mean: *mean, squares: 3.0 }).collect();
        let fit = fit(&strata, &Design::null(5), Criterion::Restricted).expect("a fit");
        // Between mean square 4 × 5.8 = 23.2; its excess over the within mean square, over 4.
        assert!((fit.within - 1.0).abs() < 1e-6);
        assert!((fit.between - (23.2 - 1.0) / 4.0).abs() < 1e-5);
    }

    #[test]
    fn values_that_do_not_vary_are_refused() {
        let strata = vec![Summary { size: 4.0, mean: 2.0, squares: 0.0 }; 3];
        assert!(fit(&strata, &Design::null(3), Criterion::MaximumLikelihood).is_err());
    }
}
