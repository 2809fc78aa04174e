//! From a release to an analysis: values, intervals, charts, measures, and the findings they support.

pub(crate) mod claims;
mod explained;
pub(crate) mod funnel;
mod gap;
mod headlines;
mod intersections;
mod measures;
mod movement;
pub mod numbers;
pub mod quality;
mod reading;
pub mod recent;
mod select;
mod selective;
mod series;
pub mod sharing;
mod strata;
pub mod words;

use std::collections::BTreeSet;

use evenly_cube::{Order, Releasable, Release, ReleasedCount, ReleasedIndicator};

use crate::analysis::{Analysis, Breakdown, GroupAnalysis, Heading, IndicatorAnalysis, Reading};
pub use reading::{better, is_waits};
pub use select::gap_words;

/// Works out everything that a report says of a release.
///
/// Withheld counts stay withheld: nothing is worked out of them. Measures that do not apply are listed with the reason.
pub fn analyse(release: &Releasable<Release>) -> Analysis {
    of_release(release)
}

pub(crate) fn of_release(release: &Release) -> Analysis {
    let indicators: Vec<IndicatorAnalysis> =
        release.indicators.iter().map(|indicator| analyse_indicator(release, indicator)).collect();
    let (findings, looked_at) = select::findings(release, &indicators);
    Analysis { heading: Heading::default(), release: release.clone(), indicators, findings, looked_at }
}

/// Positions of the period's known groups, and of the period itself. Periods at the end in which nothing was counted, such as
/// months with appointments still to come, are no part of the time looked at.
pub(crate) fn periods(release: &Release) -> Option<(usize, Vec<usize>)> {
    let place = release.dimensions.iter().position(|dimension| dimension.order == Order::Period)?;
    let id = release.dimensions[place].id.as_str();
    let tables = release.indicators.iter().filter_map(|own| own.table(&[id]));
    let counted = tables.flat_map(|table| &table.cells).filter(|cell| cell.denominator.shown() != Some(0));
    let seen: BTreeSet<usize> = counted.filter_map(|cell| cell.groups.first().copied()).collect();
    let mut known: Vec<usize> = release.dimensions[place].known().collect();
    let last = known.iter().rposition(|own| seen.contains(own));
    known.truncate(last.map_or(known.len(), |last| last + 1));
    Some((place, known))
}

fn analyse_indicator(release: &Release, indicator: &ReleasedIndicator) -> IndicatorAnalysis {
    let definition = &indicator.definition;
    let period = periods(release);
    let overall = indicator
        .table(&[])
        .and_then(|table| table.cells.first())
        .map_or_else(nobody, |cell| reading::reading(cell, definition));
    let series = period.as_ref().and_then(|(place, periods)| {
        let table = indicator.table(&[&release.dimensions[*place].id])?;
        series::series(table, periods, indicator, <[usize]>::is_empty)
    });
    let mut breakdowns: Vec<Breakdown> = (0..release.dimensions.len())
        .filter(|place| release.dimensions[*place].order != Order::Period)
        .filter_map(|place| breakdown(release, indicator, place, period.as_ref()))
        .collect();
    // The profile's order is kept, people before areas before the service.
    breakdowns.sort_by_key(|breakdown| release.dimensions[breakdown.dimension].about);
    let (strata, strata_p_values) = strata::strata(release, indicator, &overall, &breakdowns);
    IndicatorAnalysis {
        definition: definition.clone(),
        overall,
        series,
        breakdowns,
        strata,
        strata_p_values,
        intersections: intersections::intersections(release, indicator),
        sharing: indicator.sharing.clone(),
    }
}

fn nobody() -> Reading {
    let none = ReleasedCount::Shown(0);
    Reading { value: None, p90: None, over_52_weeks: None, numerator: none, denominator: none, design_effect: 1.0 }
}

fn breakdown(
    release: &Release,
    indicator: &ReleasedIndicator,
    place: usize,
    period: Option<&(usize, Vec<usize>)>,
) -> Option<Breakdown> {
    let dimension = &release.dimensions[place];
    let definition = &indicator.definition;
    let table = indicator.table(&[&dimension.id])?;
    let over_time = period.and_then(|(period, periods)| {
        Some((indicator.table(&[&release.dimensions[*period].id, &dimension.id])?, periods))
    });
    let groups: Vec<GroupAnalysis> = table
        .cells
        .iter()
        .filter_map(|cell| {
            let group = *cell.groups.first()?;
            let series = over_time
                .and_then(|(table, periods)| series::series(table, periods, indicator, |rest| rest == [group]));
            Some(GroupAnalysis { group, reading: reading::reading(cell, definition), series })
        })
        .collect();
    if groups.is_empty() {
        return None;
    }
    let comparison = measures::comparison(dimension, &groups, definition);
    let measures = measures::measures(dimension, &groups, comparison.as_ref(), definition);
    let series_of = |group| groups.iter().find(|own| own.group == group).and_then(|own| own.series.as_ref());
    let gap = comparison.as_ref().and_then(|own| {
        // In a ranked dimension the worst-off end may be the one that does better.
        let turned = own.difference.value * better(definition).sign() < 0.0;
        let (worse, best) = if turned { (own.reference, own.group) } else { (own.group, own.reference) };
        Some(gap::gap((worse, best), series_of(worse)?, series_of(best)?, definition, indicator.repeats_of_change()))
    });
    let mut found = Breakdown {
        dimension: place,
        groups,
        comparison,
        measures,
        gap,
        explained: Vec::new(),
        mixed: (Vec::new(), 0),
        movement: None,
        funnel: None,
    };
    found.explained = explained::explained(release, indicator, &found);
    found.mixed = explained::mixed(release, indicator, &found);
    found.movement = movement::movement(&found);
    found.funnel = funnel::funnel(dimension, definition, &found.groups);
    Some(found)
}
