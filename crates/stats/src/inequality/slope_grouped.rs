//! Slope and relative index of inequality from groups, with a straight or a logistic line and robust limits.

use super::groups::{FEWEST_GROUPS, Groups, Measured};
use super::rank_line::{Model, RankLine, Reading, Rows, mid_ranks};
use super::read;
use crate::interval::Confidence;
use crate::method::{Family, Method};
use crate::refusal::Refusal;

/// Columns of the fit: outcomes as fractions of the unit, ranks, whole populations.
struct Fit {
    outcomes: Vec<f64>,
    ranks: Vec<f64>,
    weights: Vec<f64>,
    line: RankLine,
}

impl Fit {
    fn new(groups: &Groups, model: Model, measure: &'static str) -> Result<Self, Refusal> {
        if model == Model::Linear {
            groups.at_least(FEWEST_GROUPS)?;
        }
        let order = groups.ordered(measure)?;
        let populations = groups.populations()?;
        let weights: Vec<f64> = populations.iter().map(|population| population.ceil()).collect();
        let mut outcomes: Vec<f64> = groups.values().iter().map(|value| value / groups.scale()).collect();
        if model == Model::Logit {
            if outcomes.iter().any(|outcome| !(0.0..=1.0).contains(outcome)) {
                return Err(Refusal::Undefined(
                    "a logistic line needs values between 0 and the scale: give --scale, or use the straight line"
                        .to_owned(),
                ));
            }
            for (outcome, weight) in outcomes.iter_mut().zip(&weights) {
                *outcome = if *weight > 0.0 { (*outcome * weight).round_ties_even() / weight } else { 0.0 };
            }
        }
        let ranks = mid_ranks(populations, &order);
        let line = RankLine::fit(model, Rows { outcomes: &outcomes, ranks: &ranks, weights: &weights })?;
        Ok(Self { outcomes, ranks, weights, line })
    }

    /// Robust standard error with the small-sample factor J/(J − 2); none for two groups, which any line fits.
    fn se(&self, reading: &Reading) -> Option<f64> {
        let rows = Rows { outcomes: &self.outcomes, ranks: &self.ranks, weights: &self.weights };
        let count = self.weights.iter().filter(|weight| **weight > 0.0).count();
        let squares: f64 = self.line.influences(reading, rows).map(|influence| influence * influence).sum();
        (count > 2).then(|| (squares * count as f64 / (count - 2) as f64).sqrt())
    }
}

/// Slope index: best-off end minus most disadvantaged end of the line, in the unit of the indicator.
pub fn slope(groups: &Groups, model: Model, confidence: Confidence) -> Result<Measured, Refusal> {
    let fit = Fit::new(groups, model, "slope index of inequality")?;
    let reading = fit.line.difference();
    Ok(Measured::normal(reading.value, fit.se(&reading), confidence).scaled(groups.scale()))
}

/// Relative index: best-off end over most disadvantaged end; the standard error is that of its logarithm.
pub fn relative(groups: &Groups, model: Model, confidence: Confidence) -> Result<Measured, Refusal> {
    let fit = Fit::new(groups, model, "relative index of inequality")?;
    let reading = fit.line.ratio()?;
    Ok(Measured::ratio(reading.value, fit.se(&reading), confidence))
}

/// Relative index as slope over average, as health economists define it, from a straight line.
pub fn relative_to_mean(groups: &Groups, confidence: Confidence) -> Result<Measured, Refusal> {
    let average = groups.positive_average()?;
    Ok(slope(groups, Model::Linear, confidence)?.scaled(1.0 / average))
}

macro_rules! slope_method {
    ($name:ident, $id:literal, $title:literal, $when:literal, $doc:literal, $run:expr) => {
        #[doc = $title]
        pub const $name: Method = Method {
            id: $id,
            title: $title,
            family: Family::Inequality,
            when_to_use: $when,
            doc: concat!(
                $doc,
                "\n\nGroups are placed at the middle of their cumulative share of the population, most disadvantaged first. \
                 Standard errors are robust (HC1, factor J/(J − 2)), by the delta method.\n\n**Source.** Schlotheuber and \
                 Hosseinpoor, *International Journal of Environmental Research and Public Health* 19 (2022), 3697; HEAT \
                 technical notes (World Health Organization, 2024)."
            ),
            columns: read::ORDERED_COLUMNS,
            options: read::OPTIONS,
            example: read::ORDERED_EXAMPLE,
            run: |table, options| read::run(table, options, $run),
        };
    };
}

slope_method!(
    SII_LOGIT,
    "sii-logit",
    "Slope index of inequality from a logistic line (HEAT)",
    "As `sii`, to compare with WHO's HEAT, for proportions, where a straight line could leave 0 to 1. `sii` also says \
        whether the gradient is a line and takes the groups' own standard errors into account.",
    "Logistic regression of counts (value × population, each group weighted once) on rank; SII = p(1) − p(0), in the unit \
        of the indicator. Rates need `--scale`.",
    |groups, confidence| slope(groups, Model::Logit, confidence)
);
slope_method!(
    RII_LOGIT,
    "rii-logit",
    "Relative index of inequality p(1)/p(0) from a logistic line (HEAT)",
    "As `sii-logit`, as a ratio of the ends.",
    "Logistic regression as for `sii-logit`; RII = p(1)/p(0), limits normal in the logarithm, `se` that of the logarithm.",
    |groups, confidence| relative(groups, Model::Logit, confidence)
);
slope_method!(
    SII_LINEAR,
    "sii-linear",
    "Slope index of inequality from a straight line, robust limits (HEAT)",
    "As `sii` when no standard errors of the groups are known: its limits come from the scatter about the line.",
    "Weighted least squares of value on rank; SII = slope.",
    |groups, confidence| slope(groups, Model::Linear, confidence)
);
slope_method!(
    RII_LINEAR,
    "rii-linear",
    "Relative index of inequality, ratio of the ends of a straight line (HEAT)",
    "As `sii-linear`, as a ratio of the ends; refused when the line falls to 0.",
    "Weighted least squares of value on rank; RII = y(1)/y(0), limits normal in the logarithm, `se` that of the logarithm.",
    |groups, confidence| relative(groups, Model::Linear, confidence)
);
slope_method!(
    RII_MEAN,
    "rii-mean",
    "Relative index of inequality as slope over average (health economics)",
    "To compare with distributional cost-effectiveness studies, which define the RII so. 0, not 1, means equality.",
    "RII = SII/μ with the SII of `sii-linear`; the average is taken as known.",
    relative_to_mean
);
