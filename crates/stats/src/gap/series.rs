//! The gap between groups over time: interval per period, `XmR` chart of the gap itself, and its trend in words.

use super::frame::{self, Frame};
use super::measure::{self, GapMeasure, gap};
use super::movement::sentence;
use super::trend::{Trend, trend};
use crate::checks::{DENOMINATOR, NUMERATOR};
use crate::compare::{Count, Kind};
use crate::interval::{Better, CONFIDENCE, Confidence, Estimate};
use crate::method::{Column, Family, Method, OptionSpec, Options};
use crate::numeric::mean;
use crate::refusal::Refusal;
use crate::spc::chart::{Chart, Rebase};
use crate::spc::xmr::{self, XmrOptions};
use crate::table::{Row, Table, Value};

/// The gap over time.
#[derive(Clone, Debug, PartialEq)]
pub struct GapSeries {
    /// The gap of each period as it is shown, or why there is none.
    pub gaps: Vec<Result<Estimate, Refusal>>,
    /// Control chart on the scale of comparison: the logarithm of a ratio, else the gap. Better is nearer to no gap.
    pub chart: Chart,
    /// Trend on the scale of comparison, or why there is none.
    pub trend: Result<Trend, Refusal>,
}

/// The gap in each period, charted and with its trend.
///
/// `periods` holds, in order of time, the counts on both sides of the gap (see [`gap`]), `None` where one is unknown.
/// Refused when no period has a gap that can be charted.
pub fn gap_series(
    measure: GapMeasure,
    kind: Kind,
    periods: &[Option<Vec<Count>>],
    rebases: &[Rebase],
    confidence: Confidence,
) -> Result<GapSeries, Refusal> {
    let unknown = || Refusal::Undefined("a side of the gap has no record in this period".to_owned());
    let gaps: Vec<Result<Estimate, Refusal>> =
        periods.iter().map(|sides| gap(measure, kind, sides.as_deref().ok_or_else(unknown)?, confidence)).collect();
    let compared: Vec<Option<Estimate>> =
        gaps.iter().map(|gap| gap.as_ref().ok().and_then(|gap| measure.compared(*gap))).collect();
    let values: Vec<Option<f64>> = compared.iter().map(|gap| gap.map(|gap| gap.value)).collect();
    let recorded: Vec<f64> = values.iter().flatten().copied().collect();
    let better = match mean(&recorded) {
        Some(centre) if centre > 0.0 => Some(Better::Lower),
        Some(centre) if centre < 0.0 => Some(Better::Higher),
        _ => None,
    };
    let options = XmrOptions { better, rebases: rebases.to_vec(), ..XmrOptions::default() };
    let chart = xmr::chart(&values, &options)?;
    Ok(GapSeries { gaps, chart, trend: trend(&compared, confidence) })
}

/// New phases as typed, `PERIOD=REASON` separated by semicolons.
fn rebases(options: &Options, periods: &[String]) -> Result<Vec<Rebase>, Refusal> {
    let typed = options.text("rebase").unwrap_or_default().split(';').filter(|part| !part.trim().is_empty());
    let mut rebases = typed
        .map(|part| {
            let (period, reason) = part
                .split_once('=')
                .ok_or_else(|| Refusal::option("rebase", "PERIOD=REASON, several separated by semicolons"))?;
            let start = periods
                .iter()
                .position(|own| own == period.trim())
                .ok_or_else(|| Refusal::option("rebase", "a period of the table: the first point of the new phase"))?;
            Ok(Rebase { start, reason: reason.trim().to_owned() })
        })
        .collect::<Result<Vec<_>, Refusal>>()?;
    rebases.sort_by_key(|rebase| rebase.start);
    Ok(rebases)
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let (measure, kind) = (GapMeasure::from_options(options)?, measure::kind(options)?);
    let confidence = Confidence::from_options(options)?;
    let factor = factor(options, measure)?;
    let frame = Frame::read(table, kind, measure)?;
    let pair = if measure == GapMeasure::Slope { None } else { Some(frame.pair(options)?) };
    let periods: Vec<Option<Vec<Count>>> = frame.cells.iter().map(|cells| frame::sides(cells, pair)).collect();
    let answer = gap_series(measure, kind, &periods, &rebases(options, &frame.periods)?, confidence)?;
    let mut rows = Vec::with_capacity(periods.len() + 1);
    for (place, period) in frame.periods.iter().enumerate() {
        rows.push(period_row(&answer, measure, factor, place, period));
    }
    rows.push(trend_row(&answer, measure, factor));
    Ok(rows)
}

/// The unit of the answer; a ratio has none.
pub(super) fn factor(options: &Options, measure: GapMeasure) -> Result<f64, Refusal> {
    let factor = crate::checks::multiplier(options, 1.0)?;
    Ok(if measure == GapMeasure::Ratio { 1.0 } else { factor })
}

fn period_row(answer: &GapSeries, measure: GapMeasure, factor: f64, place: usize, period: &str) -> Row {
    let point = &answer.chart.points[place];
    let gap = answer.gaps[place].as_ref().ok().map(|gap| gap.scaled(factor));
    let shown = |line: Option<f64>| Value::maybe(line.map(|line| measure.shown(line) * factor));
    let note = match &answer.gaps[place] {
        Err(refusal) => Value::from(refusal.to_string()),
        Ok(_) if point.value.is_none() => "a ratio of 0 is not charted and plays no part in the trend".into(),
        Ok(_) => Value::Missing,
    };
    vec![
        ("part", "period".into()),
        ("period", period.into()),
        ("gap", Value::maybe(gap.map(|gap| gap.value))),
        ("lower", Value::maybe(gap.map(|gap| gap.lower))),
        ("upper", Value::maybe(gap.map(|gap| gap.upper))),
        ("centre", shown(Some(point.centre))),
        ("limit_lower", shown(point.lower)),
        ("limit_upper", shown(point.upper)),
        ("signal", point.signal.map_or(Value::Missing, |signal| signal.words().into())),
        ("kind", point.kind.id().into()),
        ("trial_limits", answer.chart.trial_limits.into()),
        ("variation", answer.chart.variation.id().into()),
        ("movement", Value::Missing),
        ("words", note),
    ]
}

fn trend_row(answer: &GapSeries, measure: GapMeasure, factor: f64) -> Row {
    let change = answer.trend.as_ref().ok().map(|own| measure.shown_estimate(own.change).scaled(factor));
    let words = match (&answer.trend, change) {
        (Ok(own), Some(change)) => {
            let shown = |value: f64| measure.shown(value) * factor;
            let ratio = measure == GapMeasure::Ratio;
            sentence(own.movement, shown(own.start.value), shown(own.end.value), change, ratio)
        }
        (Err(refusal), _) => refusal.to_string(),
        (Ok(_), None) => String::new(),
    };
    let movement = answer.trend.as_ref().map_or(Value::Missing, |own| own.movement.id().into());
    vec![
        ("part", "change over the series".into()),
        ("period", Value::Missing),
        ("gap", Value::maybe(change.map(|own| own.value))),
        ("lower", Value::maybe(change.map(|own| own.lower))),
        ("upper", Value::maybe(change.map(|own| own.upper))),
        ("centre", Value::Missing),
        ("limit_lower", Value::Missing),
        ("limit_upper", Value::Missing),
        ("signal", Value::Missing),
        ("kind", Value::Missing),
        ("trial_limits", answer.chart.trial_limits.into()),
        ("variation", answer.chart.variation.id().into()),
        ("movement", movement),
        ("words", words.into()),
    ]
}

/// `evenly measure gap-series`.
pub const METHOD: Method = Method {
    id: "gap-series",
    title: "A gap over time: interval per period, control chart of the gap, its trend",
    family: Family::Inequality,
    when_to_use: "To see whether inequality itself is changing, month by month, while the average does what it does. For two \
        periods only use `gap-change`; to judge a change made on a known date use `interrupted-series`.",
    doc: r"**Formula.** The gap of a period is *group − reference* (`difference`), *group ÷ reference* (`ratio`) or the slope
index from the worst-off to the best-off end (`sii`, sign turned so that a positive gap means more events among the worst-off),
with the interval of `compare` or `sii`. The chart is the XmR chart of the gaps (centre ± 2.66 × average moving range,
Making Data Count rules); a ratio is charted by its logarithm and shown as a ratio, so that twofold and half lie equally
far from 1. Better is nearer to no gap: special cause in that direction is shown as improvement.

**Trend.** Weighted least squares through the gaps (weights 1/se² from the intervals; ratios by logarithm), times in order
of period; errors times √max(1, χ²/(n−2)) where periods vary more than chance; t with n−2. *Change over the series* is the
line's last minus its first value (a ratio of ratios for `ratio`). The gap **narrowed** (converges) or **widened** (diverges)
only where the interval of the change excludes no change; **turned round** where both ends lie beyond chance on opposite
sides. *No change is shown* is not proof that nothing changed.

**Limits.** Periods are taken as equally spaced. The trend takes periods as independent about the line; with marked
autocorrelation its interval is too narrow (`interrupted-series` allows for it). A gap can narrow because the better-off got
worse: read it beside each group's own chart. A reference without events has no ratio; a period without one side, or with
a ratio of 0, is left out and said so. New limits only by `--rebase PERIOD=REASON`.

**Source.** Newcombe 1998 and Koopman 1984 (see `compare`); NHS England, *Making Data Count* (2019); P. McCullagh and J. A.
Nelder, *Generalized Linear Models*, 2nd edition (1989), section 4.5.",
    columns: &[frame::PERIOD, frame::GROUP, NUMERATOR, Column { required: true, ..DENOMINATOR }, frame::RANK],
    options: &[
        measure::MEASURE,
        measure::KIND,
        frame::OF,
        frame::REFERENCE,
        OptionSpec { name: "rebase", default: "", doc: "New phases as PERIOD=REASON, separated by semicolons." },
        CONFIDENCE,
        crate::checks::MULTIPLIER,
    ],
    example: "period,group,numerator,denominator\n2025-01,most deprived,150,1000\n2025-01,least deprived,80,1200\n\
        2025-02,most deprived,148,1010\n2025-02,least deprived,84,1190\n2025-03,most deprived,131,990\n\
        2025-03,least deprived,79,1210\n2025-04,most deprived,122,1005\n2025-04,least deprived,83,1205\n\
        2025-05,most deprived,117,1000\n2025-05,least deprived,80,1195\n",
    run,
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{METHOD, gap_series};
    use crate::compare::{Count, Kind};
    use crate::gap::measure::GapMeasure;
    use crate::gap::movement::Movement;
    use crate::interval::Confidence;
    use crate::method::Options;
    use crate::spc::icons::VariationIcon;
    use crate::table::{Table, Value};

    fn side(share: f64) -> Count {
        Count { numerator: (4000.0 * share).round(), denominator: 4000.0 }
    }

    fn planted(gap: impl Fn(f64) -> f64) -> Vec<Option<Vec<Count>>> {
        let wobble = |t: u32| 0.001 * f64::from(t * 7 % 5) - 0.002;
        (0..24).map(|t| Some(vec![side(0.1 + wobble(t) + gap(f64::from(t))), side(0.1)])).collect()
    }

    #[test]
    fn a_planted_convergence_is_found_and_a_steady_gap_is_not_called_one() {
        let level = Confidence::new(0.95).unwrap();
        for measure in [GapMeasure::Difference, GapMeasure::Ratio] {
            let falls = gap_series(measure, Kind::Proportion, &planted(|t| 0.08 - 0.003 * t), &[], level).unwrap();
            assert_eq!(falls.trend.unwrap().movement, Movement::Narrowed);
            assert_eq!(falls.chart.variation, VariationIcon::ImprovementLow);
            let stays = gap_series(measure, Kind::Proportion, &planted(|_| 0.05), &[], level).unwrap();
            assert_eq!(stays.trend.unwrap().movement, Movement::NotShown);
            assert_eq!(stays.chart.variation, VariationIcon::CommonCause);
        }
        let grows = gap_series(GapMeasure::Difference, Kind::Proportion, &planted(|t| 0.003 * t), &[], level).unwrap();
        let trend = grows.trend.unwrap();
        assert_eq!(trend.movement, Movement::Widened);
        assert!(trend.change.holds(0.069));
    }

    #[test]
    fn a_period_without_one_side_or_without_a_ratio_is_left_out_and_said() {
        let mut periods = planted(|_| 0.05);
        periods[3] = None;
        periods[4] = Some(vec![side(0.1), side(0.0)]);
        periods[5] = Some(vec![side(0.0), side(0.1)]);
        let level = Confidence::new(0.95).unwrap();
        let own = gap_series(GapMeasure::Ratio, Kind::Proportion, &periods, &[], level).unwrap();
        assert!(own.gaps[3].is_err() && own.gaps[4].is_err() && own.gaps[5].is_ok());
        assert!((3..6).all(|place| own.chart.points[place].value.is_none()));
    }

    #[test]
    fn several_groups_need_a_name_and_a_slope_needs_an_order() {
        let column = |name: &str, values: Vec<Value>| (name.to_owned(), values);
        let table = Table::new(vec![
            column("period", (0..12).map(|row| Value::number(f64::from(row / 3))).collect()),
            column("group", (0..12).map(|row| Value::from(["a", "b", "c"][row % 3])).collect()),
            column("numerator", vec![Value::number(20.0); 12]),
            column("denominator", vec![Value::number(100.0); 12]),
        ])
        .unwrap();
        let with = |pairs: &[(&str, &str)]| {
            let own = pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
            METHOD.measure(&table, &Options::new(own))
        };
        assert!(with(&[]).is_err());
        assert_eq!(with(&[("group", "b")]).unwrap().len(), 5);
        assert!(with(&[("group", "b"), ("reference", "b")]).is_err());
        assert!(with(&[("group", "b"), ("reference", "z")]).is_err());
        assert!(with(&[("measure", "sii")]).is_err());
    }

    proptest! {
        #[test]
        fn every_gap_lies_in_its_interval_and_no_answer_is_nan(
            counts in proptest::collection::vec((0_u16..60, 60_u16..300, 0_u16..60, 60_u16..300), 1..20),
        ) {
            let level = Confidence::new(0.95).unwrap();
            let count = |x: u16, n: u16| Count { numerator: x.into(), denominator: n.into() };
            let periods: Vec<_> = counts.iter().map(|(a, b, c, d)| Some(vec![count(*a, *b), count(*c, *d)])).collect();
            for measure in [GapMeasure::Difference, GapMeasure::Ratio] {
                let Ok(own) = gap_series(measure, Kind::Proportion, &periods, &[], level) else { continue };
                for gap in own.gaps.iter().flatten() {
                    prop_assert!(gap.holds(gap.value) && gap.lower.is_finite() && gap.upper.is_finite());
                }
                if let Ok(trend) = own.trend {
                    prop_assert!(trend.change.holds(trend.change.value) && trend.dispersion.is_finite());
                }
            }
        }
    }
}
