//! The gap between two groups over time: its own process chart, and its change from the first to the second half.

use evenly_cube::Indicator;
use evenly_stats::compare::{Count, Kind, difference, difference_of};
use evenly_stats::numeric::t_upper;
use evenly_stats::spc::icons::VariationIcon;
use evenly_stats::spc::xmr;
use evenly_stats::{Better, Estimate};

use super::reading::{CONFIDENCE, better};
use super::series::options;
use crate::analysis::{ChartKind, GapChange, GapDirection, GapSeries, ProcessChart, Reading, Series};

/// Standard errors to either side of a 95 % interval.
const Z: f64 = 1.959_963_984_540_054;
/// Fewest periods with a gap in each half; below, no change is claimed.
const FEWEST_PER_HALF: usize = 3;

/// The gap of the group that does worse over the one that does better; positive where it does worse indeed.
///
/// `repeats` is how far the same people on both sides of a change widen its variance.
pub fn gap(
    groups: (usize, usize),
    group: &Series,
    reference: &Series,
    definition: &Indicator,
    repeats: f64,
) -> GapSeries {
    let sign = better(definition).sign();
    let pairs: Vec<Option<(Reading, Reading)>> =
        group.readings.iter().zip(&reference.readings).map(|(own, other)| (*own).zip(*other)).collect();
    let values: Vec<Option<Estimate>> = pairs
        .iter()
        .map(|pair| {
            let (own, other) = (*pair)?;
            Some(difference_of(own.value?, other.value?).scaled(sign))
        })
        .collect();
    let points: Vec<Option<f64>> = values.iter().map(|value| value.map(|value| value.value)).collect();
    let chart = xmr::chart(&points, &options(Better::Lower)).ok();
    let change = change(&pairs, &values, sign, repeats);
    let direction = direction(change, chart.as_ref().map(|chart| chart.variation));
    GapSeries {
        groups,
        values,
        chart: chart.map(|chart| ProcessChart { kind: ChartKind::Xmr, chart }),
        change,
        direction,
    }
}

fn direction(change: Option<GapChange>, variation: Option<VariationIcon>) -> GapDirection {
    match (change, variation) {
        (Some(GapChange { change, .. }), _) if change.lower > 0.0 => GapDirection::Widening,
        (Some(GapChange { change, .. }), _) if change.upper < 0.0 => GapDirection::Narrowing,
        (_, Some(VariationIcon::ImprovementLow)) => GapDirection::Narrowing,
        (_, Some(VariationIcon::ConcernHigh)) => GapDirection::Widening,
        (Some(_), _) => GapDirection::NoClearChange,
        (None, _) => GapDirection::TooShort,
    }
}

/// Second half less first half, from counts added up over each half (an odd period in the middle belongs to neither).
///
/// The interval is that of two differences (Newcombe, joined by the method of variance estimates recovery), stretched
/// where the months scatter more than their counts explain: months share weather, strikes and holidays, and an interval
/// that ignores it would find changes that are none.
fn change(
    pairs: &[Option<(Reading, Reading)>],
    values: &[Option<Estimate>],
    sign: f64,
    repeats: f64,
) -> Option<GapChange> {
    let half = pairs.len() / 2;
    let (first, second) = (0..half, pairs.len() - half..pairs.len());
    let before = half_gap(&pairs[first.clone()], sign)?;
    let after = half_gap(&pairs[second.clone()], sign)?;
    let plain = difference_of(after.gap, before.gap);
    let stretch = scatter(&values[first]).max(scatter(&values[second])).max(repeats.sqrt());
    let change = Estimate {
        value: plain.value,
        lower: plain.value - stretch * (plain.value - plain.lower),
        upper: plain.value + stretch * (plain.upper - plain.value),
    };
    let reach = if change.value > 0.0 { change.value - change.lower } else { change.upper - change.value };
    let strength = if reach > 0.0 { Z * change.value.abs() / reach } else { 0.0 };
    let p_value = (2.0 * t_upper(strength, 2.0 * half as f64 - 2.0)).min(1.0);
    Some(GapChange { before: before.gap.value, after: after.gap.value, change, people: after.people, p_value })
}

struct Half {
    gap: Estimate,
    people: f64,
}

fn half_gap(pairs: &[Option<(Reading, Reading)>], sign: f64) -> Option<Half> {
    let counts: Vec<(Count, Count)> = pairs
        .iter()
        .flatten()
        .filter(|(own, other)| own.value.is_some() && other.value.is_some() && own.p90.is_none())
        .filter_map(|(own, other)| own.counts().zip(other.counts()))
        .collect();
    if counts.len() < FEWEST_PER_HALF {
        return None;
    }
    let sum = |pick: fn(&(Count, Count)) -> Count| {
        counts.iter().map(pick).fold(Count { numerator: 0.0, denominator: 0.0 }, |sum, own| Count {
            numerator: sum.numerator + own.numerator,
            denominator: sum.denominator + own.denominator,
        })
    };
    let (own, other) = (sum(|pair| pair.0), sum(|pair| pair.1));
    let gap = difference(Kind::Proportion, own, other, CONFIDENCE).ok()?.scaled(sign);
    let units = pairs.iter().flatten().next().map_or(1.0, |(own, _)| own.units(1.0));
    Some(Half { gap, people: own.denominator * units })
}

/// How much wider than their own intervals the gaps of a half scatter, at least 1 (the square root of the usual
/// over-dispersion factor: Pearson's χ² over its degrees of freedom).
fn scatter(values: &[Option<Estimate>]) -> f64 {
    let gaps: Vec<(f64, f64)> = values
        .iter()
        .flatten()
        .map(|gap| (gap.value, ((gap.upper - gap.lower) / (2.0 * Z)).powi(2)))
        .filter(|(_, variance)| *variance > 0.0)
        .collect();
    if gaps.len() < 2 {
        return 1.0;
    }
    let weight: f64 = gaps.iter().map(|(_, variance)| 1.0 / variance).sum();
    let mean = gaps.iter().map(|(gap, variance)| gap / variance).sum::<f64>() / weight;
    let chi: f64 = gaps.iter().map(|(gap, variance)| (gap - mean).powi(2) / variance).sum();
    (chi / (gaps.len() - 1) as f64).sqrt().max(1.0)
}
