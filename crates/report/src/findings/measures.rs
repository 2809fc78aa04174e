//! Which two groups are compared, and the measures of inequality of one breakdown.

use evenly_cube::{Dimension, Indicator, Order};
use evenly_stats::compare::{BestOff, Count, Kind, difference, difference_of, evidence, gap_count, ratio, two_sided};
use evenly_stats::inequality::sii::{self, SiiOptions, Transform, ValueType};
use evenly_stats::{Better, Confidence, Estimate, Refusal, proportion};

use super::reading::{CONFIDENCE, better, is_waits};
use crate::analysis::{Comparison, GroupAnalysis, Measure};

/// A known group with its counts or waits.
#[derive(Clone, Copy)]
struct Candidate {
    group: usize,
    value: Estimate,
    counts: Option<Count>,
}

/// Chooses the two groups and compares them. `None` where fewer than two known groups have a value.
pub fn comparison(dimension: &Dimension, groups: &[GroupAnalysis], definition: &Indicator) -> Option<Comparison> {
    let candidates = candidates(dimension, groups);
    let better = better(definition);
    let (worst, best, pairs) = match dimension.order {
        Order::Ranked => {
            let (first, last) = (*candidates.first()?, *candidates.last()?);
            // The two ends are the ends whatever their values; an end that is withheld leaves nothing to compare.
            let ends = dimension.known().next() == Some(first.group) && dimension.known().last() == Some(last.group);
            (ends && first.group != last.group).then_some((first, last, 1))?
        }
        Order::Sequence | Order::Nominal => {
            let pairs = candidates.len() * candidates.len().saturating_sub(1) / 2;
            let (worst, best) = surest_ends(&candidates, better)?;
            (worst, best, pairs)
        }
        Order::Period => return None,
    };
    let level = 1.0 - (1.0 - CONFIDENCE) / pairs as f64;
    let waits = is_waits(definition);
    let difference = match (worst.counts, best.counts) {
        (Some(group), Some(reference)) if !waits => difference(Kind::Proportion, group, reference, level).ok()?,
        _ => widened(difference_of(worst.value, best.value), level)?,
    };
    let units = groups.first().map_or(1.0, |own| own.reading.units(1.0));
    let excess = if waits { None } else { excess(&candidates, dimension, better).ok().map(|own| own.scaled(units)) };
    let strength = match (worst.counts, best.counts) {
        (Some(group), Some(reference)) if !waits => evidence(group, reference)?,
        _ => in_errors(difference_of(worst.value, best.value)),
    };
    let p_value = (two_sided(strength) * pairs as f64).min(1.0);
    Some(Comparison { group: worst.group, reference: best.group, difference, pairs, excess, p_value })
}

fn candidates(dimension: &Dimension, groups: &[GroupAnalysis]) -> Vec<Candidate> {
    let known: Vec<usize> = dimension.known().collect();
    groups
        .iter()
        .filter(|own| known.contains(&own.group))
        .filter_map(|own| {
            let counts = own.reading.counts();
            Some(Candidate { group: own.group, value: own.reading.value?, counts })
        })
        .collect()
}

/// The group that is surely worst and the one that is surely best: by the limit of the interval that speaks against it,
/// so that a tiny group with an extreme value is not taken. Where that names one group twice, by the values.
fn surest_ends(candidates: &[Candidate], better: Better) -> Option<(Candidate, Candidate)> {
    let bad = |value: f64| better.sign() * value;
    let least_bad = |own: &Candidate| bad(own.value.lower).min(bad(own.value.upper));
    let most_bad = |own: &Candidate| bad(own.value.lower).max(bad(own.value.upper));
    let worst = candidates.iter().copied().reduce(|a, b| if least_bad(&b) > least_bad(&a) { b } else { a })?;
    let best = candidates.iter().copied().reduce(|a, b| if most_bad(&b) < most_bad(&a) { b } else { a })?;
    if worst.group != best.group {
        return Some((worst, best));
    }
    let worst =
        candidates.iter().copied().reduce(|a, b| if bad(b.value.value) > bad(a.value.value) { b } else { a })?;
    let best = candidates.iter().copied().reduce(|a, b| if bad(b.value.value) < bad(a.value.value) { b } else { a })?;
    (worst.group != best.group).then_some((worst, best))
}

/// A value in standard errors, by the side of its 95 % interval that faces nought.
fn in_errors(own: Estimate) -> f64 {
    const Z: f64 = 1.959_963_984_540_054;
    let reach = if own.value > 0.0 { own.value - own.lower } else { own.upper - own.value };
    if reach > 0.0 { Z * own.value / reach } else { 0.0 }
}

/// An interval made at 95 %, stretched to another level.
fn widened(estimate: Estimate, level: f64) -> Option<Estimate> {
    let factor = Confidence::new(level).ok()?.z() / Confidence::new(CONFIDENCE).ok()?.z();
    Some(Estimate {
        value: estimate.value,
        lower: estimate.value - factor * (estimate.value - estimate.lower),
        upper: estimate.value + factor * (estimate.upper - estimate.value),
    })
}

fn excess(candidates: &[Candidate], dimension: &Dimension, better: Better) -> Result<Estimate, Refusal> {
    let counts: Vec<Count> = candidates.iter().filter_map(|own| own.counts).collect();
    let best = match dimension.order {
        Order::Ranked => BestOff::Group(counts.len().saturating_sub(1)),
        Order::Sequence | Order::Nominal | Order::Period => BestOff::Sure,
    };
    gap_count(Kind::Proportion, &counts, best, better, CONFIDENCE).map(|count| count.total)
}

/// The measures of a breakdown; those that do not apply are listed as refused, with the reason.
pub fn measures(
    dimension: &Dimension,
    groups: &[GroupAnalysis],
    comparison: Option<&Comparison>,
    definition: &Indicator,
) -> Vec<Measure> {
    let mut measures = vec![difference_measure(comparison), ratio_measure(groups, comparison, definition)];
    measures.push(match comparison {
        Some(Comparison { excess: Some(excess), .. }) => answered("gap-count", *excess),
        _ => refused("gap-count", "Counts of two or more known groups are needed."),
    });
    match slope(dimension, groups, definition) {
        Ok(slope) => {
            let caution = slope.caution().map(str::to_owned);
            measures.push(Measure { caution: caution.clone(), ..answered("sii", slope.sii) });
            measures.push(match slope.rii {
                Some(rii) => Measure { caution, ..answered("rii", rii) },
                None => refused("rii", "An end of the line lies at or below zero, so that no ratio exists."),
            });
        }
        Err(reason) => measures.extend(["sii", "rii"].map(|method| refused(method, &reason))),
    }
    measures
}

fn difference_measure(comparison: Option<&Comparison>) -> Measure {
    let Some(comparison) = comparison else {
        return refused("difference", "Fewer than two known groups have a value, or an end is withheld.");
    };
    Measure {
        groups: Some((comparison.group, comparison.reference)),
        caution: chosen(comparison),
        ..answered("difference", comparison.difference)
    }
}

fn ratio_measure(groups: &[GroupAnalysis], comparison: Option<&Comparison>, definition: &Indicator) -> Measure {
    let Some(comparison) = comparison else {
        return refused("ratio", "Fewer than two known groups have a value, or an end is withheld.");
    };
    if is_waits(definition) {
        return refused("ratio", "Median waits are compared by their difference.");
    }
    let counts = |group| groups.iter().find(|own| own.group == group).and_then(|own| own.reading.counts());
    let (Some(group), Some(reference)) = (counts(comparison.group), counts(comparison.reference)) else {
        return refused("ratio", "A count is withheld.");
    };
    let level = 1.0 - (1.0 - CONFIDENCE) / comparison.pairs as f64;
    match ratio(Kind::Proportion, group, reference, level) {
        Ok(ratio) if ratio.upper.is_finite() => Measure {
            groups: Some((comparison.group, comparison.reference)),
            caution: chosen(comparison),
            ..answered("ratio", ratio)
        },
        Ok(_) => refused("ratio", "The reference group has too few events for a ratio."),
        Err(refusal) => refused("ratio", &refusal.to_string()),
    }
}

fn chosen(comparison: &Comparison) -> Option<String> {
    (comparison.pairs > 1).then(|| {
        format!(
            "The two groups furthest apart were chosen out of {} pairs; the interval allows for the choice.",
            comparison.pairs
        )
    })
}

fn slope(dimension: &Dimension, groups: &[GroupAnalysis], definition: &Indicator) -> Result<sii::Sii, String> {
    if dimension.order != Order::Ranked {
        let dimension = dimension.title.clone();
        return Err(Refusal::Unordered { measure: "The slope index", dimension }.to_string());
    }
    if is_waits(definition) {
        return Err("Not worked out for waits: the slope index describes a mean or a share, not a median.".into());
    }
    let known: Vec<usize> = dimension.known().collect();
    let mut input = Vec::with_capacity(known.len());
    for own in groups.iter().filter(|own| known.contains(&own.group)) {
        let counts = own.reading.counts().ok_or("A group's count is withheld.")?;
        let limits = proportion::wilson(counts.numerator, counts.denominator, CONFIDENCE).map_err(|e| e.to_string())?;
        let error = sii::Error::Limits { lower: limits.lower, upper: limits.upper };
        input.push(sii::Group { population: counts.denominator, value: limits.value, error });
    }
    let options =
        SiiOptions { value_type: ValueType::Proportion, transform: Transform::Logit, ..SiiOptions::default() };
    sii::slope_index(&input, &options).map_err(|refusal| refusal.to_string())
}

fn answered(method: &'static str, value: Estimate) -> Measure {
    Measure { method, value: Some(value), groups: None, refused: None, caution: None }
}

fn refused(method: &'static str, reason: &str) -> Measure {
    Measure { method, value: None, groups: None, refused: Some(reason.to_owned()), caution: None }
}
