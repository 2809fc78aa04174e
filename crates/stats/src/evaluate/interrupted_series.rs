//! Interrupted time series: what a change on a known date did to level and slope, for whole, groups and gap.

mod rows;
mod spacing;
mod values;

pub use values::{Scale, points};

use super::serial::{Observation, Posterior, posterior};
use super::subjects::{Subject, rows_of_each, subjects};
use crate::checks::{self, DENOMINATOR, NUMERATOR};
use crate::gap::frame::{self, Frame};
use crate::gap::measure::{self, GapMeasure};
use crate::interval::{BETTER, Better, CONFIDENCE, Confidence, Estimate};
use crate::method::{Column, Family, Method, OptionSpec, Options};
use crate::refusal::Refusal;
use crate::table::{Row, Table};

/// Fewest recorded periods on each side of the change.
pub const FEWEST_PERIODS: usize = 4;

/// One recorded period on the scale of analysis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The value: a share, a rate, or the logarithm of one; of a gap a difference of two.
    pub value: f64,
    /// Variance of counting, above zero.
    pub variance: f64,
    /// Those among whom events are counted; none for a gap, which has no events of its own.
    pub denominator: Option<f64>,
}

/// Yearly pattern: pairs of sine and cosine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Season {
    /// Periods in a year: 12 for months.
    pub periods: usize,
    /// Pairs, at least 1 and fewer than half the periods.
    pub pairs: usize,
}

/// What is asked of the series.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// Place of the first period after the change.
    pub split: usize,
    /// Yearly pattern, if one is to be allowed for.
    pub season: Option<Season>,
    /// Scale of the values, needed to count events.
    pub scale: Scale,
    /// Level of the intervals.
    pub confidence: Confidence,
}

/// What the change did in one period, on the scale of analysis.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Effect {
    /// Place of the period.
    pub time: usize,
    /// Fitted minus expected without the change.
    pub change: Estimate,
    /// Fitted value.
    pub fitted: f64,
    /// Value that the line before the change leads to.
    pub without: f64,
}

/// A segmented line, on the scale of analysis.
#[derive(Clone, Debug, PartialEq)]
pub struct Segmented {
    /// Slope before the change, per period.
    pub slope_before: Estimate,
    /// Step at the first period after the change.
    pub level: Estimate,
    /// Slope after minus slope before, per period.
    pub slope: Estimate,
    /// Mean of the effects of the recorded periods after the change.
    pub average: Estimate,
    /// Each recorded period after the change, the last one last.
    pub effects: Vec<Effect>,
    /// Events that the line before would have led to minus fitted events, over the recorded periods after the change.
    pub fewer: Option<Estimate>,
    /// Recorded periods before and after.
    pub periods: [usize; 2],
    /// Mean of what the series says of the correlation between neighbouring periods, sampling error apart.
    pub autocorrelation: f64,
}

/// Fits level and slope before and after to points in order of time, `None` where nothing was recorded.
///
/// SOURCE: A. K. Wagner and others, *Journal of Clinical Pharmacy and Therapeutics* 27 (2002), p. 299–309; errors as in
/// [`posterior`].
pub fn interrupted_series(points: &[Option<Point>], plan: &Plan) -> Result<Segmented, Refusal> {
    let recorded: Vec<(usize, Point)> =
        points.iter().enumerate().filter_map(|(time, own)| own.map(|own| (time, own))).collect();
    let after = recorded.iter().filter(|(time, _)| *time >= plan.split).count();
    let periods = [recorded.len() - after, after];
    for (found, what) in periods.into_iter().zip(["recorded periods before the change", "recorded periods after it"]) {
        if found < FEWEST_PERIODS {
            return Err(Refusal::TooFew { what, found, needed: FEWEST_PERIODS });
        }
    }
    if plan.season.is_some_and(|season| season.pairs == 0 || 2 * season.pairs >= season.periods) {
        return Err(Refusal::option("pairs", "at least 1 and fewer than half the periods of a season"));
    }
    let observation = |(time, own): &(usize, Point)| Observation {
        time: *time,
        value: own.value,
        variance: own.variance,
        row: row(*time, plan, true),
    };
    let fit = posterior(&recorded.iter().map(observation).collect::<Vec<_>>())?;
    let width = row(0, plan, true).len();
    let estimate = |before: f64, level: f64, slope: f64| {
        let mut of = vec![0.0; width];
        (of[1], of[2], of[3]) = (before, level, slope);
        fit.combination(&of, plan.confidence)
    };
    let treated = &recorded[periods[0]..];
    let since = |time: usize| time as f64 - plan.split as f64;
    let average_since = treated.iter().map(|(time, _)| since(*time)).sum::<f64>() / after as f64;
    let coefficients = fit.coefficients();
    let line = |time: usize, with: bool| -> f64 {
        row(time, plan, with).iter().zip(&coefficients).map(|(own, by)| own * by).sum()
    };
    let effect = |(time, _): &(usize, Point)| {
        let change = estimate(0.0, 1.0, since(*time))?;
        Ok(Effect { time: *time, change, fitted: line(*time, true), without: line(*time, false) })
    };
    Ok(Segmented {
        slope_before: estimate(1.0, 0.0, 0.0)?,
        level: estimate(0.0, 1.0, 0.0)?,
        slope: estimate(0.0, 0.0, 1.0)?,
        average: estimate(0.0, 1.0, average_since)?,
        effects: treated.iter().map(effect).collect::<Result<_, Refusal>>()?,
        fewer: events_fewer(treated, plan, &fit)?,
        periods,
        autocorrelation: fit.correlation(),
    })
}

/// Constant, time, step, time since the step, and the season's sines and cosines; times count from the change. Without the
/// change, step and time since it are 0.
fn row(time: usize, plan: &Plan, with: bool) -> Vec<f64> {
    let since = time as f64 - plan.split as f64;
    let after = f64::from(u8::from(with && time >= plan.split));
    let mut row = vec![1.0, since, after, after * since];
    if let Some(season) = plan.season {
        for pair in 1..=season.pairs {
            let angle = 2.0 * std::f64::consts::PI * (pair * time) as f64 / season.periods as f64;
            row.extend([angle.sin(), angle.cos()]);
        }
    }
    row
}

/// Events without the change minus fitted events; on the logarithmic scale linear in the coefficients near their mean.
fn events_fewer(treated: &[(usize, Point)], plan: &Plan, fit: &Posterior) -> Result<Option<Estimate>, Refusal> {
    let coefficients = fit.coefficients();
    let (mut total, mut gradient) = (0.0, vec![0.0; coefficients.len()]);
    for (time, own) in treated {
        let Some(denominator) = own.denominator else { return Ok(None) };
        for (with, sign) in [(false, 1.0), (true, -1.0)] {
            let row = row(*time, plan, with);
            let at: f64 = row.iter().zip(&coefficients).map(|(own, by)| own * by).sum();
            total += sign * denominator * plan.scale.shown(at);
            let steep = sign * denominator * plan.scale.steepness(at);
            gradient.iter_mut().zip(&row).for_each(|(sum, own)| *sum += steep * own);
        }
    }
    let linear = fit.combination(&gradient, plan.confidence)?;
    let moved = total - gradient.iter().zip(&coefficients).map(|(own, by)| own * by).sum::<f64>();
    let own = Estimate { value: linear.value + moved, lower: linear.lower + moved, upper: linear.upper + moved };
    Ok((own.value.is_finite() && own.lower.is_finite() && own.upper.is_finite()).then_some(own))
}

fn plan(options: &Options, frame: &Frame, scale: Scale) -> Result<Plan, Refusal> {
    let Some(split) = options.text("split").filter(|split| !split.trim().is_empty()) else {
        return Err(Refusal::option("split", "given: the first period after the change, such as 2025-04"));
    };
    let whole = |name: &str| {
        let typed = options.text(name).filter(|text| !text.is_empty()).map(str::parse::<usize>).transpose();
        typed
            .ok()
            .filter(|number| number.is_none_or(|number| number <= 1000))
            .ok_or_else(|| Refusal::option(name, "a whole number from 0 to 1000"))
    };
    let pairs = whole("pairs")?.unwrap_or(1);
    Ok(Plan {
        split: frame::before(&frame.periods, split),
        season: whole("season")?.filter(|periods| *periods > 0).map(|periods| Season { periods, pairs }),
        scale,
        confidence: Confidence::from_options(options)?,
    })
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let kind = measure::kind(options)?;
    let scale = Scale::from_options(options, kind)?;
    let style =
        rows::Style { scale, factor: checks::multiplier(options, 1.0)?, better: Better::from_options(options)? };
    let frame = Frame::read(table, kind, GapMeasure::Difference)?;
    let plan = plan(options, &frame, scale)?;
    spacing::evenly_spaced(&frame.periods)?;
    let evaluate = |subject: &Subject, name: &str| {
        let sides: Vec<_> = frame.cells.iter().map(|cells| subject.sides(cells)).collect();
        let own = points(&sides, plan.split, kind, scale).and_then(|points| interrupted_series(&points, &plan))?;
        Ok(rows::of(name, &own, &style, &frame.periods))
    };
    rows_of_each(&subjects(&frame, options)?, &frame.groups, evaluate, rows::refused)
}

/// `evenly measure interrupted-series`.
pub const METHOD: Method = Method {
    id: "interrupted-series",
    title: "Interrupted time series: change of level and slope, for whole, groups, gap",
    family: Family::Evaluation,
    when_to_use: "A change on a known date with at least 12 periods before and after (4 are the least taken), for the whole, \
        every group and the gap. With places that did not change use `difference-in-differences`; where places started one \
        after another, `stepped-order`; for a series without a known change `xmr` or `gap-series`.",
    doc: include_str!("interrupted_series.md"),
    columns: &[frame::PERIOD, Column { required: false, ..frame::GROUP }, NUMERATOR, DENOMINATOR],
    options: &[
        OptionSpec { name: "split", default: "", doc: "First period after the change; needed." },
        values::SCALE,
        OptionSpec {
            name: "season",
            default: "",
            doc: "Periods in a year (12 for months) to allow for a yearly pattern.",
        },
        OptionSpec { name: "pairs", default: "1", doc: "Pairs of sine and cosine of the yearly pattern." },
        measure::KIND,
        frame::OF,
        frame::REFERENCE,
        BETTER,
        CONFIDENCE,
        checks::MULTIPLIER,
    ],
    example: "period,group,numerator,denominator\n1,A,150,1000\n1,B,80,1000\n2,A,154,1000\n2,B,79,1000\n3,A,149,1000\n\
        3,B,83,1000\n4,A,151,1000\n4,B,78,1000\n5,A,147,1000\n5,B,84,1000\n6,A,155,1000\n6,B,81,1000\n7,A,120,1000\n\
        7,B,81,1000\n8,A,118,1000\n8,B,80,1000\n9,A,113,1000\n9,B,77,1000\n10,A,115,1000\n10,B,82,1000\n11,A,109,1000\n\
        11,B,85,1000\n12,A,108,1000\n12,B,79,1000\n",
    run,
};

#[cfg(test)]
mod tests;
