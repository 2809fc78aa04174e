//! I chart: single values with limits from the moving range.

use super::control::{self, ControlChart, ControlOptions};
use super::moving_range::{SCREEN_AT, average_moving_range};
use super::table_input::{PERIOD, Series};
use super::{chart as lines, p};
use crate::method::{Column, Family, Method, Options};
use crate::numeric::mean;
use crate::refusal::Refusal;
use crate::table::{Row, Table};

/// An I chart of values in order of time; `None` where nothing was recorded.
///
/// Refused: no recorded value in a part, values that are not finite, points that are not on the chart. Without a moving
/// range there are no limits.
pub fn chart(values: &[Option<f64>], options: &ControlOptions) -> Result<ControlChart, Refusal> {
    control::build(values, options, |part, baseline| {
        let centre = match control::given_centre(options) {
            Some(centre) => centre,
            None => mean(&control::recorded(values, baseline)).ok_or_else(lines::no_values)?,
        };
        let reach = reach(&control::pick(values, baseline), options);
        Ok(vec![lines::lines_around(centre, reach, (f64::NEG_INFINITY, f64::INFINITY)); part.len()])
    })
}

/// Three sigma by the average moving range.
pub(super) fn reach(baseline: &[Option<f64>], options: &ControlOptions) -> Option<f64> {
    let screen = options.screen_outliers.then_some(SCREEN_AT);
    average_moving_range(baseline, screen).map(|average| 3.0 * average / p::D2)
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let series = Series::read(table)?;
    let values = series.sorted(&table.maybe_numbers("value")?);
    Ok(control::rows(&series, &chart(&values, &control::options_typed(options)?)?))
}

/// `evenly measure i`.
pub const METHOD: Method = Method {
    id: "i",
    title: "I chart: single values, three-sigma limits from the moving range, Anhøj runs",
    family: Family::Spc,
    when_to_use: "One value per period, read with three-sigma limits and runs analysis; the same limits in Making Data Count dress are `xmr`.",
    doc: r#"**Formula.** Centre = mean of the baseline. Limits = centre ± 3 × average moving range / 1.128.

**Runs.** Anhøj rules: a signal when the longest run on one side of the centre exceeds log₂(useful points) + 3,
rounded, or crossings of the centre are fewer than the lower 5 % point of a binomial variable. Points on the centre
and missing points are passed over.

**Conventions.** `--freeze` lets the first points set the lines, `--part` splits the chart, `--exclude` leaves points
out of lines and runs. Ranges of 3.267 times their average and more are left out once (`--screen no` keeps them).

**Source.** Nelson, "Control charts for individual measurements", Journal of Quality Technology 14 (1982), p. 172–173;
runs: Anhøj and Olesen, PLOS ONE 9 (2014), e113825."#,
    columns: &[Column { name: "value", required: true, doc: "The value of the period; may be empty." }, PERIOD],
    options: control::CONTROL_OPTIONS,
    example: "period,value\n2024-01,7.9\n2024-02,8.3\n2024-03,7.6\n2024-04,8.1\n2024-05,7.2\n2024-06,7.7\n",
    run,
};

#[cfg(test)]
mod tests {
    use super::{ControlOptions, chart};

    #[test]
    fn limits_are_three_sigma_by_the_moving_range() {
        let values: Vec<Option<f64>> = [1.0, 3.0, 2.0, 4.0].map(Some).to_vec();
        let chart = chart(&values, &ControlOptions::default()).expect("a chart");
        let limits = chart.points[0].lines.limits.expect("limits");
        assert!((limits.upper - (2.5 + 3.0 * (5.0 / 3.0) / 1.128)).abs() < 1e-12);
        assert!((limits.near_upper - (2.5 + 2.0 * (5.0 / 3.0) / 1.128)).abs() < 1e-12);
    }
}
