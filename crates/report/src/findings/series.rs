//! Readings over time and the process chart they make.

use evenly_cube::{Indicator, ReleasedIndicator, ReleasedTable};
use evenly_stats::Refusal;
use evenly_stats::spc::chart::{ChartOptions, TRIAL_BELOW};
use evenly_stats::spc::p::{self, POptions};
use evenly_stats::spc::rules::RuleSet;
use evenly_stats::spc::xmr;

use super::reading::{better, is_waits, reading};
use super::recent::{self, Point, Recent};
use crate::analysis::{ChartKind, ProcessChart, Reading, Series};

/// Median denominator from which P limits are widened by the variation between periods: with thousands in each period
/// nearly every point falls outside plain limits (Laney, Quality Engineering 14, 2002, p. 531).
const LARGE_DENOMINATOR: f64 = 1000.0;

/// The series of a table whose first dimension is the period, for the cells that `of` keeps.
pub fn series(
    table: &ReleasedTable,
    periods: &[usize],
    indicator: &ReleasedIndicator,
    of: impl Fn(&[usize]) -> bool,
) -> Option<Series> {
    let definition = &indicator.definition;
    let mut readings: Vec<Option<Reading>> = vec![None; periods.len()];
    for cell in &table.cells {
        let Some((period, rest)) = cell.groups.split_first() else { continue };
        let Some(place) = periods.iter().position(|own| own == period) else { continue };
        if of(rest) {
            readings[place] = Some(reading(cell, definition));
        }
    }
    readings.iter().any(Option::is_some).then(|| {
        let chart = process_chart(&readings, definition).ok();
        let recent = lately(&readings, definition, indicator.repeats_of_change());
        Series { readings, chart, recent }
    })
}

/// The latest points against those before them, looked at for the worse.
fn lately(readings: &[Option<Reading>], definition: &Indicator, repeats: f64) -> Option<Recent> {
    /// Standard errors to either side of a 95 % interval.
    const Z: f64 = 1.959_963_984_540_054;
    let all = readings.iter().flatten().filter_map(Reading::counts);
    let (events, out_of) = all.fold((0.0, 0.0), |sum, own| (sum.0 + own.numerator, sum.1 + own.denominator));
    let share = events / out_of;
    let point = |own: &Option<Reading>| {
        let own = own.as_ref()?;
        let value = own.value?;
        let (variance, expected) = if is_waits(definition) {
            (((value.upper - value.lower) / (2.0 * Z)).powi(2), f64::INFINITY)
        } else {
            let out_of = own.counts()?.denominator;
            (share * (1.0 - share) / out_of, share.min(1.0 - share) * out_of)
        };
        (variance > 0.0).then_some(Point { value: value.value, variance, expected })
    };
    let points: Vec<Option<Point>> = readings.iter().map(point).collect();
    recent::recent(&points, better(definition).sign(), repeats)
}

/// The chart options of every process chart in a report: NHS England's rules of 2023, never rebased by itself.
pub fn options(better: evenly_stats::Better) -> ChartOptions {
    ChartOptions { better: Some(better), rules: RuleSet::NHS_ENGLAND_2023, ..ChartOptions::default() }
}

fn process_chart(readings: &[Option<Reading>], definition: &Indicator) -> Result<ProcessChart, Refusal> {
    let options = options(better(definition));
    if is_waits(definition) {
        let values: Vec<Option<f64>> =
            readings.iter().map(|reading| reading.and_then(|reading| reading.value).map(|value| value.value)).collect();
        return Ok(ProcessChart { kind: ChartKind::Xmr, chart: xmr::chart(&values, &options)? });
    }
    let counted = |reading: &Option<Reading>| reading.filter(|own| own.value.is_some()).and_then(|own| own.counts());
    let counts: Vec<_> = readings.iter().map(counted).collect();
    let of = |pick: fn(evenly_stats::compare::Count) -> f64| -> Vec<f64> {
        counts.iter().map(|count| count.map_or(0.0, pick)).collect()
    };
    let (numerators, denominators) = (of(|count| count.numerator), of(|count| count.denominator));
    let mut sizes: Vec<f64> = denominators.iter().copied().filter(|size| *size > 0.0).collect();
    sizes.sort_by(f64::total_cmp);
    let large = sizes.get(sizes.len() / 2).is_some_and(|median| *median >= LARGE_DENOMINATOR);
    let prime = large && sizes.len() >= TRIAL_BELOW;
    let chart = p::chart(&numerators, &denominators, &POptions { chart: options, prime })?;
    Ok(ProcessChart { kind: if prime { ChartKind::PPrime } else { ChartKind::P }, chart })
}
