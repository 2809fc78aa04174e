//! P chart and P′ chart (Laney): a proportion over time, with limits that follow the denominator.

use std::ops::Range;

use super::chart::{self, Chart, ChartOptions};
use super::moving_range::{SCREEN_AT, average_moving_range};
use super::ratio;
use super::rules::Lines;
use super::table_input;
use crate::method::{Column, Family, Method, OptionSpec, Options};
use crate::numeric::compensated_sum;
use crate::refusal::Refusal;
use crate::table::{Row, Table};

/// What is asked of a P chart.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct POptions {
    /// What is asked of any Making Data Count chart; screening of outliers matters to P′ only.
    pub chart: ChartOptions,
    /// Whether limits are widened by the variation between periods (P′, for large denominators).
    pub prime: bool,
}

/// A P or P′ chart of numerators over denominators, in order of time. A period with denominator 0 has no value.
///
/// Refused: columns of unequal length, negative or infinite counts, a numerator above its denominator, no period with
/// a denominator, and what [`super::xmr::chart`] refuses.
pub fn chart(numerators: &[f64], denominators: &[f64], options: &POptions) -> Result<Chart, Refusal> {
    check(numerators, denominators)?;
    let proportions = ratio::values(numerators, denominators);
    chart::build(&proportions, &options.chart, |phase, baseline| {
        lines(numerators, denominators, &proportions, phase, baseline, options)
    })
}

fn lines(
    numerators: &[f64],
    denominators: &[f64],
    proportions: &[Option<f64>],
    phase: Range<usize>,
    baseline: Range<usize>,
    options: &POptions,
) -> Result<Vec<Lines>, Refusal> {
    let total = compensated_sum(denominators[baseline.clone()].iter().copied());
    if total <= 0.0 {
        return Err(chart::no_values());
    }
    let centre = compensated_sum(numerators[baseline.clone()].iter().copied()) / total;
    let sigma = |n: f64| (centre * (1.0 - centre) / n).sqrt();
    let between = if options.prime {
        let scores: Vec<Option<f64>> = baseline
            .map(|period| Some((proportions[period]? - centre) / sigma(denominators[period])).filter(|z| z.is_finite()))
            .collect();
        let screen = options.chart.screen_outliers.then_some(SCREEN_AT);
        average_moving_range(&scores, screen).map(|average| average / D2)
    } else {
        Some(1.0)
    };
    Ok(phase
        .map(|period| {
            let n = denominators[period];
            let reach = between.filter(|_| n > 0.0).map(|between| 3.0 * between * sigma(n));
            chart::lines_around(centre, reach, (0.0, 1.0))
        })
        .collect())
}

/// Expected range of two standard normal values, d₂, rounded as published.
///
/// SOURCE: Montgomery, *Introduction to Statistical Quality Control*, 7th edition (2013), appendix VI.
pub(super) const D2: f64 = 1.128;

pub(super) fn check(numerators: &[f64], denominators: &[f64]) -> Result<(), Refusal> {
    match numerators.iter().zip(denominators).position(|(x, n)| x > n) {
        Some(row) => Err(Refusal::NumeratorAboveDenominator { row: row + 1 }),
        None => ratio::check(numerators, denominators),
    }
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let numerators = table.numbers("numerator")?;
    let denominators = table.numbers("denominator")?;
    check(&numerators, &denominators)?;
    let series = table_input::Series::read(table)?;
    let prime = options.flag("prime", false)?;
    let options = POptions { chart: table_input::chart_options(options, &series)?, prime };
    let chart = chart(&series.sorted(&numerators), &series.sorted(&denominators), &options)?;
    Ok(table_input::chart_rows(&series, &chart))
}

/// The option that turns P into P′ and U into U′.
pub(super) const PRIME: OptionSpec =
    OptionSpec { name: "prime", default: "no", doc: "yes: limits widened by the variation between periods (Laney)." };

const OPTIONS: &[OptionSpec] = &{
    let shared = table_input::CHART_OPTIONS;
    let mut all = [PRIME; table_input::CHART_OPTIONS.len() + 1];
    let mut at = 0;
    while at < shared.len() {
        all[at + 1] = shared[at];
        at += 1;
    }
    all
};

/// `evenly measure p`.
pub const METHOD: Method = Method {
    id: "p",
    title: "P and P′ chart: a proportion over time, Making Data Count rules and icons",
    family: Family::Spc,
    when_to_use: "A proportion with its denominator, such as missed over booked appointments; use `--prime yes` (P′, \
        Laney) where denominators are so large (thousands) that nearly every point falls outside plain P limits.",
    doc: r#"**Formula.** Centre p̄ = sum of numerators over sum of denominators in the baseline. Limits p̄ ± 3
√(p̄(1−p̄)/n), n the period's denominator, cut at 0 and 1. P′: the distance times σ_z = average moving
range of the scores (p−p̄)/√(p̄(1−p̄)/n), over 1.128, ranges of 3.267 times the average and more left out
(`--screen no` keeps them).

**Special cause** and icons as for `xmr`, each point judged by its own limits; the assurance icon uses the latest
period's limits. `--target` is a fraction between 0 and 1.

**Conventions.** Rebase only at a date with a reason; limits from fewer than 13 periods are trial limits; a period
with denominator 0 has no value and breaks runs. P′ has no limits where the proportion never varies.

**Source.** Montgomery, *Introduction to Statistical Quality Control*, 7th edition (2013), chapter 7; Laney, "Improved
control charts for attributes", Quality Engineering 14 (2002), p. 531–537; rules as in `xmr`."#,
    columns: &[
        Column { name: "numerator", required: true, doc: "Events in the period." },
        Column { name: "denominator", required: true, doc: "Chances in the period; not below the numerator." },
        table_input::PERIOD,
    ],
    options: OPTIONS,
    example: "period,numerator,denominator\n2024-01,79,1000\n2024-02,83,1010\n2024-03,76,990\n2024-04,81,1005\n",
    run,
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{POptions, chart};
    use crate::refusal::Refusal;

    #[test]
    fn small_denominators_have_wide_limits() {
        let chart = chart(&[50.0, 5.0, 52.0], &[500.0, 50.0, 500.0], &POptions::default()).expect("a chart");
        let width = |point: usize| chart.points[point].upper.zip(chart.points[point].lower).map(|(u, l)| u - l);
        assert!(width(1) > width(0));
        assert!(chart.points.iter().all(|point| point.lower.is_some_and(|lower| lower >= 0.0)));
    }

    #[test]
    fn prime_limits_are_wider_where_periods_differ_by_more_than_chance() {
        let (numerators, denominators) = ([700.0, 900.0, 650.0, 950.0, 800.0], [10_000.0; 5]);
        let plain = chart(&numerators, &denominators, &POptions::default()).expect("a chart");
        let options = POptions { prime: true, ..POptions::default() };
        let prime = chart(&numerators, &denominators, &options).expect("a chart");
        assert!(prime.points[0].upper > plain.points[0].upper);
        assert!(plain.points[1].signal.is_some() && prime.points[1].signal.is_none());
    }

    #[test]
    fn impossible_counts_are_refused() {
        let refuse = |x: f64, n: f64| chart(&[x], &[n], &POptions::default()).expect_err("a refusal");
        assert_eq!(refuse(2.0, 1.0), Refusal::NumeratorAboveDenominator { row: 1 });
        assert!(matches!(refuse(-1.0, 1.0), Refusal::OutOfRange { .. }));
        assert!(matches!(refuse(f64::NAN, 1.0), Refusal::OutOfRange { .. }));
        assert!(matches!(refuse(0.0, 0.0), Refusal::TooFew { .. }));
    }

    proptest! {
        #[test]
        fn an_unchanging_proportion_shows_nothing(x in 0_u32..50, more in 1_u32..50, sizes in proptest::collection::vec(1_u32..90, 1..60)) {
            let numerators: Vec<f64> = sizes.iter().map(|size| f64::from(x * size)).collect();
            let denominators: Vec<f64> = sizes.iter().map(|size| f64::from((x + more) * size)).collect();
            for prime in [false, true] {
                let chart = chart(&numerators, &denominators, &POptions { prime, ..POptions::default() }).expect("a chart");
                prop_assert!(chart.points.iter().all(|point| point.signal.is_none()));
            }
        }

        #[test]
        fn lines_are_in_order(counts in proptest::collection::vec((0_u32..100, 0_u32..100), 2..40), prime: bool) {
            let numerators: Vec<f64> = counts.iter().map(|(x, _)| f64::from(*x)).collect();
            let denominators: Vec<f64> = counts.iter().map(|(x, more)| f64::from(x + more)).collect();
            prop_assume!(denominators.iter().sum::<f64>() > 0.0);
            let chart = chart(&numerators, &denominators, &POptions { prime, ..POptions::default() }).expect("a chart");
            for point in &chart.points {
                if let (Some(lower), Some(near_lower), Some(near_upper), Some(upper)) =
                    (point.lower, point.near_lower, point.near_upper, point.upper)
                {
                    let lines = [0.0, lower, near_lower, point.centre, near_upper, upper, 1.0];
                    prop_assert!(lines.windows(2).all(|pair| pair[0] <= pair[1]));
                }
            }
        }
    }
}
