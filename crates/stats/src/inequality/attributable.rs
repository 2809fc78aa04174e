//! Population attributable risk and fraction: what would change if all groups had the reference group's value.

use super::groups::{FEWEST_GROUPS, Groups, Measured};
use super::read;
use crate::interval::{Better, Confidence};
use crate::method::{Family, Method};
use crate::refusal::Refusal;

/// The group that all are compared with: the best-off of an order, else the group with the best value.
fn reference(groups: &Groups) -> Result<usize, Refusal> {
    if groups.has_order() {
        let order = groups.ordered("population attributable risk")?;
        return Ok(order[order.len() - 1]);
    }
    let best = groups.best(0..groups.values().len());
    best.ok_or(Refusal::TooFew { what: "groups with a value", found: 0, needed: FEWEST_GROUPS })
}

/// Change of the whole if all had the reference's value; 0 when the whole is already better than the reference.
fn risk(groups: &Groups) -> Result<(f64, f64, usize), Refusal> {
    groups.at_least(FEWEST_GROUPS)?;
    let (average, reference) = (groups.positive_average()?, reference(groups)?);
    let risk = groups.values()[reference] - average;
    let improves = match groups.better() {
        Better::Higher => risk > 0.0,
        Better::Lower => risk < 0.0,
    };
    Ok((if improves { risk } else { 0.0 }, average, reference))
}

/// Standard error of the fraction, from the two-by-two table of reference group against the rest (Walter, Biometrics 32,
/// 1976, p. 829).
fn se_of_fraction(groups: &Groups, average: f64, reference: usize) -> Option<f64> {
    let populations = groups.populations().ok()?;
    let total: f64 = populations.iter().sum();
    let own = populations[reference];
    let cases = groups.values()[reference] / groups.scale() * own;
    let others = average / groups.scale() * total - cases;
    let (not, others_not) = (own - cases, total - others - own);
    let variance = cases * total * (others * not * (total - cases) + others_not * cases * cases)
        / ((others + cases).powi(3) * (cases + not).powi(3));
    (variance >= 0.0).then(|| variance.sqrt())
}

/// Population attributable risk, in the unit of the indicator.
pub fn par(groups: &Groups, confidence: Confidence) -> Result<Measured, Refusal> {
    let (risk, average, reference) = risk(groups)?;
    let se = se_of_fraction(groups, average, reference).map(|se| se * average);
    Ok(Measured::normal(risk, se, confidence))
}

/// Population attributable fraction: the risk in per cent of the average.
pub fn paf(groups: &Groups, confidence: Confidence) -> Result<Measured, Refusal> {
    let (risk, average, reference) = risk(groups)?;
    let se = se_of_fraction(groups, average, reference).map(|se| 100.0 * se);
    Ok(Measured::normal(100.0 * risk / average, se, confidence))
}

/// Population attributable risk.
pub const PAR: Method = Method {
    id: "par",
    title: "Population attributable risk: change if all had the best group's value",
    family: Family::Inequality,
    when_to_use: "To say what closing the whole gap would be worth, in the unit of the indicator; works without an order. \
        The best of many small groups is best partly by chance, which makes the promise too large.",
    doc: "PAR = y_ref − μ, where the reference is the best-off group of an order, else the group with the best value; 0 when \
        the whole is already better. Negative when lower is better. Limits from Walter's two-by-two table of reference \
        against the rest (needs `population`).\n\n**Source.** Walter, *Biometrics* 32 (1976), p. 829; HEAT technical notes \
        (World Health Organization, 2024).",
    columns: read::COLUMNS,
    options: read::OPTIONS,
    example: read::EXAMPLE,
    run: |table, options| read::run(table, options, par),
};

/// Population attributable fraction.
pub const PAF: Method = Method {
    id: "paf",
    title: "Population attributable fraction: that change in per cent of the average",
    family: Family::Inequality,
    when_to_use: "As `par`, to compare indicators or years with different averages.",
    doc: "PAF = 100·(y_ref − μ)/μ, signed as `par`; limits from Walter's two-by-two table.\n\n**Source.** Walter, *Biometrics* \
        32 (1976), p. 829; HEAT technical notes (World Health Organization, 2024), whose package leaves the factor 100 out \
        of the standard error.",
    columns: read::COLUMNS,
    options: read::OPTIONS,
    example: read::EXAMPLE,
    run: |table, options| read::run(table, options, paf),
};
