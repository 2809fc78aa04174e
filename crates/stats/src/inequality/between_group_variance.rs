//! Between-group variance, standard deviation and coefficient of variation.

use super::bootstrap::{self, Sampling};
use super::groups::{FEWEST_GROUPS, Groups, Measured};
use super::read;
use crate::interval::Confidence;
use crate::method::{Family, Method};
use crate::refusal::Refusal;

fn variance(groups: &Groups, shares: &[f64], values: &[f64]) -> f64 {
    let average = groups.average_of(values).unwrap_or(f64::NAN);
    shares.iter().zip(values).map(|(share, value)| share * (value - average).powi(2)).sum()
}

/// Between-group variance Σp(y − μ)², in squared units, with normal limits.
///
/// SE = √(4Σp²s²(y − μ)² + 2[(Σp²s²)² − Σp⁴s⁴ + Σp²(1 − p)²s⁴]) for standard errors s.
pub fn bgv(groups: &Groups, confidence: Confidence) -> Result<Measured, Refusal> {
    groups.at_least(FEWEST_GROUPS)?;
    let (shares, average) = (groups.shares()?, groups.average()?);
    let value = variance(groups, shares, groups.values());
    let se = groups.errors().map(|errors| {
        let (mut linear, mut squares, mut fourths, mut own) = (0.0, 0.0, 0.0, 0.0);
        for ((share, value), error) in shares.iter().zip(groups.values()).zip(&errors) {
            let square = (share * error).powi(2);
            linear += square * (value - average).powi(2);
            squares += square;
            fourths += square * square;
            own += (share * (1.0 - share)).powi(2) * error.powi(4);
        }
        (4.0 * linear + 2.0 * (squares * squares - fourths + own)).sqrt()
    });
    Ok(Measured::normal(value, se, confidence))
}

/// Between-group standard deviation, with bootstrapped limits.
pub fn bgsd(groups: &Groups, sampling: &Sampling) -> Result<Measured, Refusal> {
    groups.at_least(FEWEST_GROUPS)?;
    let shares = groups.shares()?;
    let statistic = |values: &[f64]| variance(groups, shares, values).sqrt();
    Ok(Measured { value: statistic(groups.values()), se: None, limits: bootstrap::limits(groups, sampling, statistic) })
}

/// Coefficient of variation: the standard deviation in per cent of the average, with bootstrapped limits.
pub fn cov(groups: &Groups, sampling: &Sampling) -> Result<Measured, Refusal> {
    groups.at_least(FEWEST_GROUPS)?;
    groups.positive_average()?;
    let shares = groups.shares()?;
    let statistic = |values: &[f64]| {
        100.0 * variance(groups, shares, values).sqrt() / groups.average_of(values).unwrap_or(f64::NAN)
    };
    Ok(Measured { value: statistic(groups.values()), se: None, limits: bootstrap::limits(groups, sampling, statistic) })
}

/// Between-group variance.
pub const BGV: Method = Method {
    id: "bgv",
    title: "Between-group variance: all groups, squared distance from the average",
    family: Family::Inequality,
    when_to_use: "For dimensions without an order, such as ethnicity, when groups far from the average should weigh more \
        and larger groups too. Its unit is squared: `bgsd` has the unit of the indicator.",
    doc: "BGV = Σp(y − μ)² with p = share of the population and μ = the average. Limits are normal, from \
        SE = √(4Σp²s²(y − μ)² + 2[(Σp²s²)² − Σp⁴s⁴ + Σp²(1 − p)²s⁴]).\n\n**Source.** HEAT technical notes (World Health \
        Organization, 2024); Ahn and others, *International Journal for Equity in Health* 17 (2018). Chance differences \
        add to it: with small groups read the lower limit first.",
    columns: read::COLUMNS,
    options: read::OPTIONS,
    example: read::EXAMPLE,
    run: |table, options| read::run(table, options, bgv),
};

/// Between-group standard deviation.
pub const BGSD: Method = Method {
    id: "bgsd",
    title: "Between-group standard deviation, in the unit of the indicator",
    family: Family::Inequality,
    when_to_use: "As `bgv`, in the unit of the indicator.",
    doc: "BGSD = √Σp(y − μ)². Limits by seeded parametric bootstrap (each group drawn from N(y, SE), again while outside \
        the range of the unit; quantiles of type 7), widened to hold the estimate.\n\n**Source.** HEAT technical notes \
        (World Health Organization, 2024).",
    columns: read::COLUMNS,
    options: read::BOOTSTRAP_OPTIONS,
    example: read::EXAMPLE,
    run: |table, options| read::run_bootstrapped(table, options, bgsd),
};

/// Coefficient of variation.
pub const COV: Method = Method {
    id: "cov",
    title: "Coefficient of variation: between-group deviation in per cent of the average",
    family: Family::Inequality,
    when_to_use: "As `bgsd`, to compare indicators with different averages. Not for indicators whose average is near 0.",
    doc: "COV = 100·√Σp(y − μ)²/μ, limits by bootstrap as for `bgsd`.\n\n**Source.** HEAT technical notes (World Health \
        Organization, 2024).",
    columns: read::COLUMNS,
    options: read::BOOTSTRAP_OPTIONS,
    example: read::EXAMPLE,
    run: |table, options| read::run_bootstrapped(table, options, cov),
};
