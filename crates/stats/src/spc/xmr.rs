//! `XmR` chart (individual values and moving range) with the rules and icons of Making Data Count.

use super::chart::{self, Chart, ChartOptions};
use super::moving_range::{SCREEN_AT, average_moving_range};
use super::table_input;
use crate::method::{Column, Family, Method, Options};
use crate::numeric::mean;
use crate::refusal::Refusal;
use crate::table::{Row, Table};

/// Distance of the limits from the centre, in average moving ranges: 3/d₂ with d₂ = 1.128, rounded as published.
///
/// SOURCE: NHS England, *Making Data Count* (guides, 2019).
const REACH: f64 = 2.66;

/// What is asked of an `XmR` chart.
pub type XmrOptions = ChartOptions;

/// An `XmR` chart of values in order of time; `None` where nothing was recorded.
///
/// Refused: no recorded value, values that are not finite, a baseline under 12 points, a rebase without reason or
/// outside the series. Without any moving range (one point, or a series that never varies while outliers are screened)
/// the chart has a centre line and no limits.
pub fn chart(points: &[Option<f64>], options: &XmrOptions) -> Result<Chart, Refusal> {
    let screen = options.screen_outliers.then_some(SCREEN_AT);
    chart::build(points, options, |phase, baseline| {
        let baseline = &points[baseline];
        let recorded: Vec<f64> = baseline.iter().flatten().copied().collect();
        let centre = mean(&recorded).ok_or_else(chart::no_values)?;
        let reach = average_moving_range(baseline, screen).map(|average| REACH * average);
        Ok(vec![chart::lines_around(centre, reach, (f64::NEG_INFINITY, f64::INFINITY)); phase.len()])
    })
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let series = table_input::Series::read(table)?;
    let values = series.sorted(&table.maybe_numbers("value")?);
    let chart = chart(&values, &table_input::chart_options(options, &series)?)?;
    Ok(table_input::chart_rows(&series, &chart))
}

/// `evenly measure xmr`.
pub const METHOD: Method = Method {
    id: "xmr",
    title: "XmR chart: single values over time, Making Data Count rules and icons",
    family: Family::Spc,
    when_to_use: "One value per period without a usable denominator, or where the house style asks for XmR. For a \
        proportion with its denominator use `p`, whose limits widen where numbers are small.",
    doc: r#"**Formula.** Centre = mean of the baseline. Limits = centre ± 2.66 × average moving range; near limits at
two thirds of that. With screening (default, as in the R package; the Excel tool does not screen,
`--screen no`) moving ranges of 3.267 times the average and more are left out once. Limits are not cut at
0 or 100 %.

**Special cause**, first match wins: outside a limit; 7 points steadily rising or falling; two of three points near a
limit on one side of the centre; 7 points on one side. All comparisons strict. `--rules plot-the-dots` (R package)
leaves points beyond a limit out of "two of three"; `--rules nhs-england-2023` counts them, names improvement first
and gives icons from 13 points. `--points 6` shortens runs and trends.

**Conventions.** Points are in order of period; the spacing of periods plays no part. A missing value breaks runs,
trends and moving ranges. New limits start only at a date with a reason (`--rebase "2024-04=new booking system"`);
there is no automatic rebasing. Limits from fewer than 13 recorded points are said to be trial limits. A single point,
or a series that never varies, has a centre and no limits. The sums are compensated: a constant series shows no run.

**Source.** NHS England, *Making Data Count* (2019); NHSRplotthedots 0.2.2 (NHS-R Community, 2025)."#,
    columns: &[
        Column { name: "value", required: true, doc: "The value of the period; may be empty." },
        table_input::PERIOD,
    ],
    options: table_input::CHART_OPTIONS,
    example: "period,value\n2024-01,7.9\n2024-02,8.3\n2024-03,7.6\n2024-04,8.1\n2024-05,7.2\n2024-06,7.7\n",
    run,
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{XmrOptions, chart};
    use crate::interval::Better;
    use crate::refusal::Refusal;
    use crate::spc::chart::Rebase;
    use crate::spc::icons::{AssuranceIcon, VariationIcon};

    fn some(values: &[f64]) -> Vec<Option<f64>> {
        values.iter().copied().map(Some).collect()
    }

    #[test]
    fn limits_are_those_of_the_published_formula() {
        let chart = chart(&some(&[1.0, 3.0, 2.0, 4.0]), &XmrOptions::default()).expect("a chart");
        let reach = 2.66 * (2.0 + 1.0 + 2.0) / 3.0;
        assert!((chart.points[0].upper.expect("limits") - (2.5 + reach)).abs() < 1e-12);
        assert!(chart.trial_limits);
    }

    #[test]
    fn a_rebase_needs_a_reason_and_a_place() {
        let points = some(&[1.0; 20]);
        let with = |start, reason: &str| XmrOptions {
            rebases: vec![Rebase { start, reason: reason.into() }],
            ..XmrOptions::default()
        };
        assert!(matches!(chart(&points, &with(10, " ")), Err(Refusal::BadOption { .. })));
        assert!(matches!(chart(&points, &with(20, "moved")), Err(Refusal::BadOption { .. })));
        let rebased = chart(&points, &with(10, "moved")).expect("a chart");
        assert_eq!(rebased.phases.len(), 2);
        assert_eq!(rebased.phases[1].reason.as_deref(), Some("moved"));
    }

    #[test]
    fn nothing_recorded_is_refused_and_infinity_too() {
        assert!(chart(&[None, None], &XmrOptions::default()).is_err());
        assert!(chart(&[Some(f64::INFINITY)], &XmrOptions::default()).is_err());
    }

    #[test]
    fn a_fall_to_a_lower_level_is_an_improvement_where_lower_is_better() {
        let mut values: Vec<f64> = (0..12).map(|i| 20.0 + f64::from(i % 3)).collect();
        values.extend((0..12).map(|i| 10.0 + f64::from(i % 3)));
        let options = XmrOptions { better: Some(Better::Lower), target: Some(30.0), ..XmrOptions::default() };
        let chart = chart(&some(&values), &options).expect("a chart");
        assert_eq!(chart.variation, VariationIcon::ImprovementLow);
        assert_eq!(chart.assurance, AssuranceIcon::Pass);
    }

    proptest! {
        #[test]
        fn a_constant_series_shows_nothing(value in -1e6_f64..1e6, length in 1_usize..80, screen: bool) {
            let options = XmrOptions { screen_outliers: screen, ..XmrOptions::default() };
            let chart = chart(&vec![Some(value); length], &options).expect("a chart");
            prop_assert!(chart.points.iter().all(|point| point.signal.is_none() && point.centre.to_bits() == value.to_bits()));
        }

        #[test]
        fn signals_do_not_depend_on_shift_and_scale(
            values in proptest::collection::vec(-40_i16..40, 1..50),
            shift in -1000_i16..1000,
            power in -6_i32..6,
        ) {
            let plain: Vec<Option<f64>> = values.iter().map(|value| Some(f64::from(*value))).collect();
            let moved: Vec<Option<f64>> =
                values.iter().map(|value| Some((f64::from(*value) + f64::from(shift)) * 2.0_f64.powi(power))).collect();
            let options = XmrOptions { better: Some(Better::Higher), ..XmrOptions::default() };
            let plain = chart(&plain, &options).expect("a chart");
            // A value within rounding of a limit may fall on either side of it after the shift.
            let apart = |line: Option<f64>, value: f64| line.is_none_or(|line| (line - value).abs() > 1e-9);
            prop_assume!(plain.points.iter().all(|point| point.value.is_none_or(|value| {
                [point.lower, point.upper, point.near_lower, point.near_upper].iter().all(|line| apart(*line, value))
            })));
            let moved = chart(&moved, &options).expect("a chart");
            let signals = |chart: &super::Chart| chart.points.iter().map(|point| point.signal).collect::<Vec<_>>();
            prop_assert_eq!(signals(&plain), signals(&moved));
        }

        #[test]
        fn turning_the_chart_over_turns_its_signals_over(values in proptest::collection::vec(-40_i16..40, 1..50)) {
            let plain: Vec<Option<f64>> = values.iter().map(|value| Some(f64::from(*value))).collect();
            let turned: Vec<Option<f64>> = plain.iter().map(|value| value.map(|value| -value)).collect();
            let higher = chart(&plain, &XmrOptions { better: Some(Better::Higher), ..XmrOptions::default() }).expect("a chart");
            let lower = chart(&turned, &XmrOptions { better: Some(Better::Lower), ..XmrOptions::default() }).expect("a chart");
            let kinds = |chart: &super::Chart| chart.points.iter().map(|point| point.kind).collect::<Vec<_>>();
            prop_assert_eq!(kinds(&higher), kinds(&lower));
        }
    }
}
