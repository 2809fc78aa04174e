//! Theil index and mean log deviation: inequality as disproportion between shares of people and shares of the outcome.

use super::groups::{FEWEST_GROUPS, Groups, Measured};
use super::read;
use crate::interval::Confidence;
use crate::method::{Family, Method};
use crate::refusal::Refusal;

/// Both indices are customarily multiplied by this.
const THOUSAND: f64 = 1000.0;
/// A value of 0 is taken as this, as the reference does: its logarithm must exist.
const INSTEAD_OF_ZERO: f64 = 1e-6;

/// Values over their average, and that average.
fn relative(groups: &Groups) -> Result<(Vec<f64>, f64), Refusal> {
    groups.at_least(FEWEST_GROUPS)?;
    if groups.values().iter().any(|value| *value < 0.0) {
        return Err(Refusal::Undefined("the index needs values that are not negative".to_owned()));
    }
    groups.positive_average()?;
    let values: Vec<f64> =
        groups.values().iter().map(|value| if *value == 0.0 { INSTEAD_OF_ZERO } else { *value }).collect();
    let average = groups.average_of(&values)?;
    Ok((values.into_iter().map(|value| value / average).collect(), average))
}

/// Theil index 1000·Σp(y/μ)ln(y/μ), with normal limits from the delta method.
pub fn theil(groups: &Groups, confidence: Confidence) -> Result<Measured, Refusal> {
    let shares = groups.shares()?;
    let (ratios, average) = relative(groups)?;
    let value: f64 = shares.iter().zip(&ratios).map(|(share, ratio)| share * ratio * ratio.ln()).sum();
    let centre: f64 = shares.iter().zip(&ratios).map(|(share, ratio)| share * ratio * (1.0 + ratio.ln())).sum();
    let se = groups.errors().map(|errors| {
        let parts = shares.iter().zip(&ratios).zip(&errors);
        let sum: f64 = parts.map(|((share, ratio), error)| ((1.0 + ratio.ln() - centre) * share * error).powi(2)).sum();
        sum.sqrt() / average
    });
    Ok(Measured::normal(value, se, confidence).scaled(THOUSAND))
}

/// Mean log deviation −1000·Σp ln(y/μ), with normal limits from the delta method.
pub fn mean_log_deviation(groups: &Groups, confidence: Confidence) -> Result<Measured, Refusal> {
    let shares = groups.shares()?;
    let (ratios, average) = relative(groups)?;
    let value: f64 = -shares.iter().zip(&ratios).map(|(share, ratio)| share * ratio.ln()).sum::<f64>();
    let se = groups.errors().map(|errors| {
        let parts = shares.iter().zip(&ratios).zip(&errors);
        let sum: f64 = parts.map(|((share, ratio), error)| (share * error * (1.0 - 1.0 / ratio)).powi(2)).sum();
        sum.sqrt() / average
    });
    Ok(Measured::normal(value, se, confidence).scaled(THOUSAND))
}

/// Theil index.
pub const THEIL: Method = Method {
    id: "theil",
    title: "Theil index: disproportion between shares of people and of the outcome",
    family: Family::Inequality,
    when_to_use: "For dimensions without an order, relative to the average, with more weight on groups far above it. For \
        groups far below the average `mld` is more sensitive.",
    doc: "TI = 1000·Σp(y/μ)ln(y/μ); 0 means equality. Limits are normal, from the delta method: \
        SE = 1000·√Σ[1 + ln r − Σp r(1 + ln r)]²p²s²/μ² with r = y/μ. A value of 0 is taken as 10⁻⁶.\n\n**Source.** Theil, \
        *Economics and Information Theory* (1967); HEAT technical notes (World Health Organization, 2024), whose package \
        leaves the factor 1000 out of the standard error.",
    columns: read::COLUMNS,
    options: read::OPTIONS,
    example: read::EXAMPLE,
    run: |table, options| read::run(table, options, theil),
};

/// Mean log deviation.
pub const MLD: Method = Method {
    id: "mld",
    title: "Mean log deviation: disproportion, sensitive to groups below the average",
    family: Family::Inequality,
    when_to_use: "As `theil`, with more weight on groups far below the average.",
    doc: "MLD = −1000·Σp ln(y/μ); 0 means equality. Limits are normal: SE = 1000·√Σp²s²(1 − μ/y)²/μ². A value of 0 is taken \
        as 10⁻⁶, which makes the index large; look at that group instead.\n\n**Source.** HEAT technical notes (World Health \
        Organization, 2024), whose package leaves the factor 1000 out of the standard error.",
    columns: read::COLUMNS,
    options: read::OPTIONS,
    example: read::EXAMPLE,
    run: |table, options| read::run(table, options, mean_log_deviation),
};
