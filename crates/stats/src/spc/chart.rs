//! A Making Data Count chart: phases, points with their lines and signals, and the two icons.

use std::ops::Range;

use super::icons::{AssuranceIcon, PointKind, VariationIcon};
use super::rules::{Limits, Lines, RuleSet, Signal, fire};
use crate::interval::Better;
use crate::refusal::Refusal;

/// Recorded points below which limits are trial limits, to be read with care and revised with each new point.
///
/// SOURCE: `NHSRplotthedots` 0.2.2, `ptd_spc`, warning on short groups.
pub const TRIAL_BELOW: usize = 13;

/// The fewest points that may be fixed as a baseline.
///
/// SOURCE: `NHSRplotthedots` 0.2.2, `ptd_spc_options`, `fix_after_n_points`.
pub const SMALLEST_BASELINE: usize = 12;

/// A new phase with limits of its own, because a person found out what changed and when. Never automatic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rebase {
    /// Index of the first point of the new phase.
    pub start: usize,
    /// What changed, in words; must not be empty.
    pub reason: String,
}

/// What is asked of a Making Data Count chart.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartOptions {
    /// Which way is better; absent where neither is, and special cause is shown without judgement.
    pub better: Option<Better>,
    /// Target, in the unit of the values.
    pub target: Option<f64>,
    /// Whether outlying moving ranges are left out of the limits: yes in the R package, no in the Excel tool.
    pub screen_outliers: bool,
    /// Points at the start of each phase that set its lines (at least 12); all points when absent.
    pub fix_after: Option<usize>,
    /// New phases, in order.
    pub rebases: Vec<Rebase>,
    /// The rules of special cause.
    pub rules: RuleSet,
}

impl Default for ChartOptions {
    fn default() -> Self {
        Self {
            better: None,
            target: None,
            screen_outliers: true,
            fix_after: None,
            rebases: Vec::new(),
            rules: RuleSet::default(),
        }
    }
}

/// One point of a chart. Lines are in the unit of the values; absent where variation could not be estimated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The value; absent where none was recorded.
    pub value: Option<f64>,
    /// Centre line.
    pub centre: f64,
    /// Lower limit.
    pub lower: Option<f64>,
    /// Upper limit.
    pub upper: Option<f64>,
    /// Two thirds of the way from the centre to the lower limit.
    pub near_lower: Option<f64>,
    /// Two thirds of the way from the centre to the upper limit.
    pub near_upper: Option<f64>,
    /// What makes the point special cause.
    pub signal: Option<Signal>,
    /// What the signal means, given which direction is better.
    pub kind: PointKind,
}

/// Neighbouring points that share their lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phase {
    /// The points, by index.
    pub points: Range<usize>,
    /// Why the phase starts; absent for the first.
    pub reason: Option<String>,
    /// Whether it has fewer than 13 recorded points, so that its limits are trial limits.
    pub trial_limits: bool,
}

/// A Making Data Count chart.
#[derive(Clone, Debug, PartialEq)]
pub struct Chart {
    /// The points, in order of time.
    pub points: Vec<Point>,
    /// The phases, in order of time.
    pub phases: Vec<Phase>,
    /// What the latest recorded point says.
    pub variation: VariationIcon,
    /// Whether the process will meet the target.
    pub assurance: AssuranceIcon,
    /// Whether the latest phase has trial limits.
    pub trial_limits: bool,
}

/// Builds a chart from values and from a way to draw the lines of a phase out of its baseline.
///
/// `lines` gets the points of a phase and those of its baseline, and answers with one set of lines per point of the
/// phase.
pub(super) fn build(
    values: &[Option<f64>],
    options: &ChartOptions,
    lines: impl Fn(Range<usize>, Range<usize>) -> Result<Vec<Lines>, Refusal>,
) -> Result<Chart, Refusal> {
    check(values, options)?;
    let mut chart = Chart {
        points: Vec::with_capacity(values.len()),
        phases: phases(values, options),
        variation: VariationIcon::TooFewPoints,
        assurance: AssuranceIcon::None,
        trial_limits: false,
    };
    let mut latest = None;
    for phase in &chart.phases {
        let span = phase.points.clone();
        let end = options.fix_after.map_or(span.end, |fixed| span.end.min(span.start + fixed));
        let lines = lines(span.clone(), span.start..end)?;
        let own = &values[span];
        for ((value, lines), fired) in own.iter().zip(&lines).zip(fire(own, &lines, &options.rules)) {
            let signal = fired.named(options.better, options.rules.precedence);
            if value.is_some() {
                latest = Some((signal, lines.limits));
            }
            chart.points.push(point(*value, lines, signal, options.better));
        }
    }
    let Some((signal, limits)) = latest else { return Err(no_values()) };
    if let Some(phase) = chart.phases.last() {
        chart.trial_limits = phase.trial_limits;
        if recorded(values, &phase.points) >= options.rules.icons_from {
            chart.variation = VariationIcon::of(signal, options.better);
            chart.assurance = AssuranceIcon::of(options.target, options.better, limits);
        }
    }
    Ok(chart)
}

/// Lines at a centre and a distance to the limits, kept within what the values can be.
pub(super) fn lines_around(centre: f64, reach: Option<f64>, within: (f64, f64)) -> Lines {
    let keep = |value: f64| value.clamp(within.0, within.1);
    let limits = reach.map(|reach| Limits {
        lower: keep(centre - reach),
        upper: keep(centre + reach),
        near_lower: keep(centre - reach * 2.0 / 3.0),
        near_upper: keep(centre + reach * 2.0 / 3.0),
    });
    Lines { centre, limits }
}

pub(super) fn no_values() -> Refusal {
    Refusal::TooFew { what: "recorded points in the baseline of a phase", found: 0, needed: 1 }
}

fn point(value: Option<f64>, lines: &Lines, signal: Option<Signal>, better: Option<Better>) -> Point {
    let limits = lines.limits;
    Point {
        value,
        centre: lines.centre,
        lower: limits.map(|limits| limits.lower),
        upper: limits.map(|limits| limits.upper),
        near_lower: limits.map(|limits| limits.near_lower),
        near_upper: limits.map(|limits| limits.near_upper),
        signal,
        kind: PointKind::of(signal, better),
    }
}

fn recorded(values: &[Option<f64>], points: &Range<usize>) -> usize {
    values[points.clone()].iter().flatten().count()
}

fn phases(values: &[Option<f64>], options: &ChartOptions) -> Vec<Phase> {
    let mut starts: Vec<(usize, Option<String>)> = vec![(0, None)];
    for rebase in &options.rebases {
        if rebase.start == 0 {
            starts.clear();
        }
        starts.push((rebase.start, Some(rebase.reason.clone())));
    }
    let ends = starts.iter().skip(1).map(|(start, _)| *start).chain([values.len()]).collect::<Vec<_>>();
    starts
        .into_iter()
        .zip(ends)
        .map(|((start, reason), end)| Phase {
            points: start..end,
            reason,
            trial_limits: recorded(values, &(start..end)) < TRIAL_BELOW,
        })
        .collect()
}

fn check(values: &[Option<f64>], options: &ChartOptions) -> Result<(), Refusal> {
    if values.iter().flatten().next().is_none() {
        return Err(Refusal::TooFew { what: "recorded points", found: 0, needed: 1 });
    }
    if let Some(row) = values.iter().position(|value| value.is_some_and(|value| !value.is_finite())) {
        return Err(Refusal::OutOfRange { column: "value".into(), row: row + 1, must: "must be a finite number" });
    }
    if options.target.is_some_and(|target| !target.is_finite()) {
        return Err(Refusal::option("target", "a finite number"));
    }
    if options.fix_after.is_some_and(|points| points < SMALLEST_BASELINE) {
        return Err(Refusal::option("fix-after", "at least 12 points"));
    }
    if options.rules.run < 2 || options.rules.trend < 2 {
        return Err(Refusal::option("points", "6 or 7"));
    }
    let rebases = &options.rebases;
    if rebases.iter().any(|rebase| rebase.reason.trim().is_empty()) {
        return Err(Refusal::option("rebase", "DATE=REASON: a new phase needs the reason for it"));
    }
    let ordered = rebases.windows(2).all(|pair| pair[0].start < pair[1].start);
    if !ordered || rebases.last().is_some_and(|rebase| rebase.start >= values.len()) {
        return Err(Refusal::option("rebase", "dates of points on the chart, each once, in order"));
    }
    Ok(())
}
