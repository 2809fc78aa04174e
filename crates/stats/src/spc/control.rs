//! What all run charts and Shewhart charts have in common: parts, a frozen baseline, excluded points, runs analysis.

use std::ops::Range;

use super::rules::{Limits, Lines};
use super::runs::Runs;
use super::table_input::{Series, count_option};
use crate::method::{OptionSpec, Options};
use crate::refusal::Refusal;
use crate::table::{Row, Value};

/// What is asked of a run chart or Shewhart chart.
#[derive(Clone, Debug, PartialEq)]
pub struct ControlOptions {
    /// Points at the start that set the lines; all points when absent.
    pub freeze: Option<usize>,
    /// Indices at which a new part starts, with lines and runs of its own.
    pub parts: Vec<usize>,
    /// Indices of points that neither set lines nor count in runs.
    pub exclude: Vec<usize>,
    /// A centre line that is given, in the unit of the plotted values.
    pub centre: Option<f64>,
    /// Whether outlying moving ranges are left out where limits rest on moving ranges.
    pub screen_outliers: bool,
    /// Factor from the chart's own unit to the plotted one: 100 for per cent, 1,000 for a rate per thousand.
    pub multiply: f64,
}

impl Default for ControlOptions {
    fn default() -> Self {
        Self {
            freeze: None,
            parts: Vec::new(),
            exclude: Vec::new(),
            centre: None,
            screen_outliers: true,
            multiply: 1.0,
        }
    }
}

/// One point of a control chart, in the plotted unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ControlPoint {
    /// The value; absent where none was recorded.
    pub value: Option<f64>,
    /// Centre and limits at three sigma, with those at two sigma as near limits; no limits on a run chart.
    pub lines: Lines,
    /// Whether the value lies outside the limits.
    pub outside: bool,
    /// Whether the point counts in lines and runs.
    pub included: bool,
}

/// Neighbouring points that share their lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The points, by index.
    pub points: Range<usize>,
    /// Runs of the part's included points.
    pub runs: Runs,
}

/// A run chart or Shewhart chart.
#[derive(Clone, Debug, PartialEq)]
pub struct ControlChart {
    /// The points, in order of time.
    pub points: Vec<ControlPoint>,
    /// The parts, in order of time.
    pub parts: Vec<Part>,
}

/// Builds a chart from plotted values (before `multiply`) and from a way to draw the lines of a part.
///
/// `lines` gets the points of the part and the indices of those that set the lines, and answers with one set of lines
/// per point of the part.
pub(super) fn build(
    values: &[Option<f64>],
    options: &ControlOptions,
    lines: impl Fn(Range<usize>, &[usize]) -> Result<Vec<Lines>, Refusal>,
) -> Result<ControlChart, Refusal> {
    check(values, options)?;
    let mut chart = ControlChart { points: Vec::with_capacity(values.len()), parts: Vec::new() };
    let starts = [0].into_iter().chain(options.parts.iter().copied());
    let ends = options.parts.iter().copied().chain([values.len()]);
    for span in starts.zip(ends).map(|(start, end)| start..end) {
        let included: Vec<usize> = span.clone().filter(|index| !options.exclude.contains(index)).collect();
        let baseline: Vec<usize> =
            included.iter().copied().filter(|index| options.freeze.is_none_or(|points| *index < points)).collect();
        if !baseline.iter().any(|index| values[*index].is_some()) {
            return Err(Refusal::TooFew { what: "recorded points that set the lines of a part", found: 0, needed: 1 });
        }
        let lines = lines(span.clone(), &baseline)?;
        for (index, lines) in span.clone().zip(lines) {
            chart.points.push(point(values[index], lines, options, !options.exclude.contains(&index)));
        }
        let counted: Vec<Option<f64>> = included.iter().map(|index| chart.points[*index].value).collect();
        let runs = Runs::around(&counted, chart.points[span.start].lines.centre);
        chart.parts.push(Part { points: span, runs });
    }
    Ok(chart)
}

fn point(value: Option<f64>, lines: Lines, options: &ControlOptions, included: bool) -> ControlPoint {
    let value = value.map(|value| value * options.multiply);
    let lines = Lines {
        centre: lines.centre * options.multiply,
        limits: lines.limits.map(|limits| Limits {
            lower: limits.lower * options.multiply,
            upper: limits.upper * options.multiply,
            near_lower: limits.near_lower * options.multiply,
            near_upper: limits.near_upper * options.multiply,
        }),
    };
    let outside = match (value, lines.limits) {
        (Some(value), Some(limits)) => value > limits.upper || value < limits.lower,
        _ => false,
    };
    ControlPoint { value, lines, outside, included }
}

/// The values at some indices, in their order.
pub(super) fn pick(values: &[Option<f64>], indices: &[usize]) -> Vec<Option<f64>> {
    indices.iter().map(|index| values[*index]).collect()
}

/// The given centre line, in the chart's own unit.
pub(super) fn given_centre(options: &ControlOptions) -> Option<f64> {
    options.centre.map(|centre| centre / options.multiply)
}

/// The recorded values among those picked.
pub(super) fn recorded(values: &[Option<f64>], indices: &[usize]) -> Vec<f64> {
    indices.iter().filter_map(|index| values[*index]).collect()
}

/// Refuses values below zero, for charts of counts and of times.
pub(super) fn not_negative(values: &[Option<f64>]) -> Result<(), Refusal> {
    match values.iter().position(|value| value.is_some_and(|value| value < 0.0)) {
        Some(row) => Err(Refusal::OutOfRange { column: "value".into(), row: row + 1, must: "must not be negative" }),
        None => Ok(()),
    }
}

fn check(values: &[Option<f64>], options: &ControlOptions) -> Result<(), Refusal> {
    if let Some(row) = values.iter().position(|value| value.is_some_and(|value| !value.is_finite())) {
        return Err(Refusal::OutOfRange { column: "value".into(), row: row + 1, must: "must be a finite number" });
    }
    if !(options.multiply.is_finite() && options.multiply > 0.0) {
        return Err(Refusal::option("multiply", "a number above 0"));
    }
    if options.centre.is_some_and(|centre| !centre.is_finite()) {
        return Err(Refusal::option("centre", "a finite number"));
    }
    if options.freeze.is_some_and(|points| points == 0 || points > values.len()) {
        return Err(Refusal::option("freeze", "a number of points between 1 and all"));
    }
    if options.freeze.is_some() && !options.parts.is_empty() {
        return Err(Refusal::option("freeze", "left out when the chart has several parts"));
    }
    let starts = &options.parts;
    let ordered = starts.windows(2).all(|pair| pair[0] < pair[1]);
    if !ordered || starts.iter().any(|start| *start == 0 || *start >= values.len()) {
        return Err(Refusal::option("part", "points after the first, each once, in order"));
    }
    if options.exclude.iter().any(|index| *index >= values.len()) {
        return Err(Refusal::option("exclude", "points of the chart"));
    }
    Ok(())
}

/// The options of every run chart and Shewhart chart.
pub(super) const CONTROL_OPTIONS: &[OptionSpec] = &[
    OptionSpec { name: "freeze", default: "", doc: "Points at the start that set the lines." },
    OptionSpec { name: "part", default: "", doc: "Last point of each part but the final one, counted from 1: 12,24." },
    OptionSpec { name: "exclude", default: "", doc: "Points left out of lines and runs, counted from 1: 3,11." },
    OptionSpec { name: "centre", default: "", doc: "A given centre line, in the unit of the plotted values." },
    OptionSpec { name: "screen", default: "yes", doc: "Leave outlying moving ranges out of the limits: yes or no." },
    OptionSpec { name: "multiply", default: "1", doc: "Factor of the plotted unit, such as 100 for per cent." },
];

/// The options of charts that can be widened by the variation between periods.
pub(super) const PRIME_OPTIONS: &[OptionSpec] = &with_prime();

const fn with_prime() -> [OptionSpec; CONTROL_OPTIONS.len() + 1] {
    let mut all = [super::p::PRIME; CONTROL_OPTIONS.len() + 1];
    let mut at = 0;
    while at < CONTROL_OPTIONS.len() {
        all[at + 1] = CONTROL_OPTIONS[at];
        at += 1;
    }
    all
}

/// Control options as typed; points are counted from 1 there and from 0 here.
pub(super) fn options_typed(options: &Options) -> Result<ControlOptions, Refusal> {
    let list = |name: &str| -> Result<Vec<usize>, Refusal> {
        let typed = options.text(name).unwrap_or_default().split(',').filter(|text| !text.trim().is_empty());
        typed
            .map(|text| match text.trim().parse::<usize>() {
                Ok(point) if point > 0 => Ok(point),
                _ => Err(Refusal::option(name, "whole numbers from 1, separated by commas")),
            })
            .collect()
    };
    Ok(ControlOptions {
        freeze: count_option(options, "freeze")?,
        parts: list("part")?,
        exclude: list("exclude")?.into_iter().map(|point| point - 1).collect(),
        centre: super::table_input::maybe_number(options, "centre")?,
        screen_outliers: options.flag("screen", true)?,
        multiply: options.number("multiply", 1.0)?,
    })
}

/// One row per point, the part's runs on each of its rows.
pub(super) fn rows(series: &Series, chart: &ControlChart) -> Vec<Row> {
    let mut rows = Vec::with_capacity(chart.points.len());
    for (number, part) in chart.parts.iter().enumerate() {
        let count = |count: usize| Value::number(count as f64);
        let verdict = part.runs.verdict;
        for index in part.points.clone() {
            let point = &chart.points[index];
            let limits = point.lines.limits;
            rows.push(vec![
                ("period", series.periods[index].clone()),
                ("value", Value::maybe(point.value)),
                ("centre", Value::number(point.lines.centre)),
                ("lower", Value::maybe(limits.map(|limits| limits.lower))),
                ("upper", Value::maybe(limits.map(|limits| limits.upper))),
                ("near_lower", Value::maybe(limits.map(|limits| limits.near_lower))),
                ("near_upper", Value::maybe(limits.map(|limits| limits.near_upper))),
                ("outside", point.outside.into()),
                ("included", point.included.into()),
                ("part", count(number + 1)),
                ("useful", count(part.runs.useful)),
                ("longest_run", verdict.map_or(Value::Missing, |verdict| count(verdict.longest))),
                ("longest_run_allowed", verdict.map_or(Value::Missing, |verdict| count(verdict.longest_allowed))),
                ("crossings", verdict.map_or(Value::Missing, |verdict| count(verdict.crossings))),
                ("crossings_needed", verdict.map_or(Value::Missing, |verdict| count(verdict.crossings_needed))),
                ("runs_signal", part.runs.signal().into()),
            ]);
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::ControlOptions;
    use crate::spc::i;

    #[test]
    fn parts_stand_alone_and_excluded_points_set_nothing() {
        let values: Vec<Option<f64>> = [1.0, 2.0, 1.0, 2.0, 90.0, 11.0, 12.0, 11.0].map(Some).to_vec();
        let options = ControlOptions { parts: vec![5], exclude: vec![4], ..ControlOptions::default() };
        let chart = i::chart(&values, &options).expect("a chart");
        assert!((chart.points[4].lines.centre - 1.5).abs() < 1e-12);
        assert!(chart.points[4].outside && !chart.points[4].included);
        assert_eq!(chart.parts[0].runs.points, 4);
        assert!(chart.points[7].lines.centre > 11.0);
    }

    #[test]
    fn impossible_places_are_refused() {
        let values = vec![Some(1.0); 5];
        for options in [
            ControlOptions { freeze: Some(0), ..ControlOptions::default() },
            ControlOptions { parts: vec![5], ..ControlOptions::default() },
            ControlOptions { exclude: vec![9], ..ControlOptions::default() },
            ControlOptions { exclude: vec![0, 1, 2, 3, 4], ..ControlOptions::default() },
            ControlOptions { multiply: 0.0, ..ControlOptions::default() },
        ] {
            assert!(i::chart(&values, &options).is_err(), "{options:?}");
        }
    }

    proptest! {
        #[test]
        fn multiplying_scales_every_line(values in proptest::collection::vec(0_u8..50, 2..40), power in -4_i32..8) {
            let values: Vec<Option<f64>> = values.into_iter().map(|value| Some(f64::from(value))).collect();
            let factor = 2.0_f64.powi(power);
            let plain = i::chart(&values, &ControlOptions::default()).expect("a chart");
            let scaled = i::chart(&values, &ControlOptions { multiply: factor, ..ControlOptions::default() }).expect("a chart");
            for (plain, scaled) in plain.points.iter().zip(&scaled.points) {
                prop_assert!((plain.lines.centre * factor - scaled.lines.centre).abs() <= 1e-12 * factor);
                prop_assert_eq!(plain.outside, scaled.outside);
            }
        }
    }
}
