//! Difference and ratio between two groups: the ends of an order, the extremes, or the reference and the farthest other.

use super::groups::{Groups, Measured};
use super::read;
use crate::interval::{Better, Confidence};
use crate::method::{Family, Method};
use crate::refusal::Refusal;

/// The two positions that the simple measures compare, first minus (or over) second.
///
/// Ordered groups: best-off and most disadvantaged, in the direction that makes inequality against the disadvantaged
/// positive. Unordered: highest and lowest; with a reference: the reference and the others' worst.
/// When several groups share an extreme the first of them is taken.
pub fn pair(groups: &Groups) -> Result<(usize, usize), Refusal> {
    let all = 0..groups.values().len();
    let missing = || Refusal::TooFew { what: "groups with a value", found: 1, needed: 2 };
    let higher_is_better = groups.better() == Better::Higher;
    if groups.has_order() {
        let order = groups.ordered("difference")?;
        let (most_disadvantaged, best_off) = (order[0], order[order.len() - 1]);
        return Ok(if higher_is_better { (best_off, most_disadvantaged) } else { (most_disadvantaged, best_off) });
    }
    if let Some(reference) = groups.reference() {
        let other = groups.worst(all.filter(|position| *position != reference)).ok_or_else(missing)?;
        return Ok(if higher_is_better { (reference, other) } else { (other, reference) });
    }
    let (best, worst) = (groups.best(all.clone()).ok_or_else(missing)?, groups.worst(all).ok_or_else(missing)?);
    Ok(if higher_is_better { (best, worst) } else { (worst, best) })
}

/// Difference between the two groups of [`pair`], with normal limits when both standard errors are known.
pub fn difference(groups: &Groups, confidence: Confidence) -> Result<Measured, Refusal> {
    let (first, second) = pair(groups)?;
    let values = groups.values();
    let se = groups.error(first).zip(groups.error(second)).map(|(one, other)| one.hypot(other));
    Ok(Measured::normal(values[first] - values[second], se, confidence))
}

/// Ratio of the two groups of [`pair`], with limits normal in its logarithm; the standard error is that of the logarithm.
pub fn ratio(groups: &Groups, confidence: Confidence) -> Result<Measured, Refusal> {
    let (first, second) = pair(groups)?;
    let (above, below) = (groups.values()[first], groups.values()[second]);
    if below <= 0.0 || above < 0.0 {
        return Err(Refusal::Undefined(
            "the ratio divides by a group whose value is not above 0: use the difference".to_owned(),
        ));
    }
    let errors = groups.error(first).zip(groups.error(second));
    let se = errors.map(|(one, other)| (one / above).hypot(other / below));
    Ok(Measured::ratio(above / below, se, confidence))
}

/// Difference.
pub const DIFFERENCE: Method = Method {
    id: "difference",
    title: "Difference between two groups: ends of an order, extremes, or reference",
    family: Family::Inequality,
    when_to_use: "For the plainest statement of a gap, in the unit of the indicator. It uses two groups only: beside it \
        give a measure that uses all, such as `sii` (ordered) or `bgv` (not ordered).",
    doc: "D = y₁ − y₂, limits D ± z·√(SE₁² + SE₂²). With `rank`: best-off minus most disadvantaged when higher is better, the \
        reverse when lower is, so that a positive number is always inequality against the disadvantaged. Without: highest \
        minus lowest; with a reference group: the reference and the worst of the others, likewise signed.\n\n**Source.** \
        World Health Organization, *Health inequality monitoring: a practical handbook* (2013), p. 29; HEAT technical notes \
        (2024). Extremes of many small groups are large by chance alone: a difference of extremes is not comparable \
        between dimensions with different numbers of groups.",
    columns: read::COLUMNS,
    options: read::OPTIONS,
    example: read::ORDERED_EXAMPLE,
    run: |table, options| read::run(table, options, difference),
};

/// Ratio.
pub const RATIO: Method = Method {
    id: "ratio",
    title: "Ratio of two groups: ends of an order, extremes, or reference",
    family: Family::Inequality,
    when_to_use: "For how many times as likely an outcome is. Give the difference beside it: a ratio of two small rates \
        impresses more than it means. Refused when the lower group is 0.",
    doc: "R = y₁/y₂ of the groups that `difference` compares, limits exp(ln R ± z·√((SE₁/y₁)² + (SE₂/y₂)²)); `se` is that of \
        ln R.\n\n**Source.** World Health Organization, *Health inequality monitoring: a practical handbook* (2013), p. 32; \
        HEAT technical notes (2024).",
    columns: read::COLUMNS,
    options: read::OPTIONS,
    example: read::ORDERED_EXAMPLE,
    run: |table, options| read::run(table, options, ratio),
};
