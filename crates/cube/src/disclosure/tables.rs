//! What the gate lets through, as the tables of a release.

use super::block::{Block, Member, View};
use super::policy::Policy;
use super::quantiles::quantile;
use super::sums::AddedUp;
use crate::cube::{Cube, Reading};
use crate::dimension::Order;
use crate::error::CubeError;
use crate::release::{ReleasedCell, ReleasedCount, ReleasedIndicator, ReleasedQuantiles, ReleasedTable};
use crate::repeats::RepeatEffect;

/// The indicators in the cube's order, and how many of their counts are withheld.
pub(super) fn release(
    cube: &Cube,
    policy: &Policy,
    blocks: &[Block],
) -> Result<(Vec<ReleasedIndicator>, u64), CubeError> {
    let mut indicators: Vec<(usize, ReleasedIndicator)> = Vec::new();
    let period = cube.dimensions.iter().find(|dimension| dimension.order == Order::Period);
    let periods: Vec<usize> = period.map_or_else(Vec::new, |period| period.known().collect());
    for block in blocks {
        for member in &block.indicators {
            let counted = &cube.indicators[member.indicator];
            let sums = AddedUp::of(cube, counted, block)?;
            let repeats = counted.repeats.as_ref().map(|own| own.effect(&periods));
            let again = repeats.unwrap_or(RepeatEffect::NONE).of_value;
            let tables = (0..block.views.len())
                .map(|view| table(cube, policy, block, member, view, (sums.as_ref(), again)))
                .collect();
            let definition = counted.definition.clone();
            indicators.push((member.indicator, ReleasedIndicator { definition, tables, sharing: None, repeats }));
        }
    }
    indicators.sort_by_key(|(position, _)| *position);
    let indicators: Vec<_> = indicators.into_iter().map(|(_, indicator)| indicator).collect();
    let withheld = indicators.iter().flat_map(|one| &one.tables).flat_map(|table| &table.cells).map(suppressed).sum();
    Ok((indicators, withheld))
}

fn suppressed(cell: &ReleasedCell) -> u64 {
    let over_52 = cell.quantiles.map(|quantiles| quantiles.over_52_weeks);
    [Some(cell.numerator), Some(cell.denominator), over_52]
        .into_iter()
        .map(|count| u64::from(count == Some(ReleasedCount::Suppressed)))
        .sum()
}

fn table(
    cube: &Cube,
    policy: &Policy,
    block: &Block,
    member: &Member,
    position: usize,
    (sums, again): (Option<&AddedUp>, f64),
) -> ReleasedTable {
    let view = &block.views[position];
    // The points of a series are as many as people come in one period, and vary as they vary.
    let by_period = view.dimensions.iter().any(|place| cube.dimensions[*place].order == Order::Period);
    let again = if by_period { 1.0 } else { again };
    let dimensions = view.dimensions.iter().map(|place| cube.dimensions[*place].id.clone()).collect();
    // Sums are shown for a whole table or not at all: rounding, which protects counts, is too fine to protect sums.
    let all_shown = [member.numerator, member.denominator].map(|set| {
        (0..view.cells).all(|cell| {
            let count = policy.release(block.count(position, cell, set), block.is_withheld(position, cell, set));
            count != ReleasedCount::Suppressed
        })
    });
    let cells = (0..view.cells).filter_map(|cell| {
        let count = |set| policy.release(block.count(position, cell, set), block.is_withheld(position, cell, set));
        let denominator = count(member.denominator);
        // Nobody is in it and the policy lets zeros be known; the whole is shown in any case.
        if denominator == ReleasedCount::Shown(0) && !view.dimensions.is_empty() {
            return None;
        }
        let numerator = if denominator == ReleasedCount::Suppressed { denominator } else { count(member.numerator) };
        let over_52 = member.over_52.map(count);
        let quantiles = over_52.and_then(|over_52| {
            quantiles(cube, policy, member, (view, cell, again), [numerator, denominator, over_52])
        });
        let [numerator, denominator] = match sums {
            Some(sums) => {
                let keep = |count, all| if all { count } else { ReleasedCount::Suppressed };
                let rows = [keep(numerator, all_shown[0] && all_shown[1]), keep(denominator, all_shown[1])];
                sums.in_place_of(rows, position, cell, policy)
            }
            None => [numerator, denominator],
        };
        let design_effect = again * sums.map_or(1.0, |sums| sums.design_effect);
        Some(ReleasedCell { groups: view.groups(cell), numerator, denominator, design_effect, quantiles })
    });
    ReleasedTable { dimensions, cells: cells.collect() }
}

/// Quantiles of a wait, where the counts beside them allow it: the denominator must be shown, and where a count beyond 18
/// or 52 weeks is withheld, more rows must lie above every rank used than could have been withheld.
fn quantiles(
    cube: &Cube,
    policy: &Policy,
    member: &Member,
    (view, cell, again): (&View, usize, f64),
    [numerator, denominator, over_52]: [ReleasedCount; 3],
) -> Option<ReleasedQuantiles> {
    let Reading::Weeks(codes) = &cube.indicators[member.indicator].reading else { return None };
    denominator.shown()?;
    let counts = &view.readings[cell * codes.len()..(cell + 1) * codes.len()];
    let mut weeks: Vec<(u32, u64)> =
        codes.iter().zip(counts).filter_map(|(week, count)| week.map(|week| (week, *count))).collect();
    weeks.sort_unstable();
    let last = weeks.last().map_or(0, |(week, _)| *week);
    let rows: u64 = weeks.iter().map(|(_, count)| count).sum();
    let (median, p90) = (quantile(&weeks, last, 0.5, again)?, quantile(&weeks, last, 0.9, again)?);
    let hidden = numerator == ReleasedCount::Suppressed || over_52 == ReleasedCount::Suppressed;
    let above = rows as f64 - p90.highest_rank.max(median.highest_rank);
    if hidden && above <= policy.suppress_to as f64 {
        return None;
    }
    Some(ReleasedQuantiles { median: median.values, p90: p90.values, over_52_weeks: over_52 })
}
