//! Run chart: the median as centre line, no limits, runs analysis by Anhøj.

use super::control::{self, ControlChart, ControlOptions};
use super::rules::Lines;
use super::table_input::{PERIOD, Series};
use crate::method::{Column, Family, Method, Options};
use crate::refusal::Refusal;
use crate::table::{Row, Table};

/// A run chart of values in order of time; `None` where nothing was recorded.
///
/// Refused: no recorded value in a part, values that are not finite, points that are not on the chart.
pub fn chart(values: &[Option<f64>], options: &ControlOptions) -> Result<ControlChart, Refusal> {
    control::build(values, options, |part, baseline| {
        let centre = control::given_centre(options).unwrap_or_else(|| median(control::recorded(values, baseline)));
        Ok(vec![Lines { centre, limits: None }; part.len()])
    })
}

/// The middle value, or the mean of the two middle ones; of no values 0, which callers have refused before.
pub(super) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    let middle = values.len() / 2;
    match values.len() {
        0 => 0.0,
        length if length % 2 == 1 => values[middle],
        _ => f64::midpoint(values[middle - 1], values[middle]),
    }
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let series = Series::read(table)?;
    let values = series.sorted(&table.maybe_numbers("value")?);
    Ok(control::rows(&series, &chart(&values, &control::options_typed(options)?)?))
}

/// `evenly measure run`.
pub const METHOD: Method = Method {
    id: "run",
    title: "Run chart: median line and Anhøj's rules for runs and crossings",
    family: Family::Spc,
    when_to_use: "Any series over time, the first chart to draw: few assumptions, no limits. For limits use `xmr`, `p` or `u`.",
    doc: r"**Formula.** Centre = median of the baseline.

**Runs.** Anhøj rules: a signal when the longest run on one side of the centre exceeds log₂(useful points) + 3,
rounded, or crossings of the centre are fewer than the lower 5 % point of a binomial variable. Points on the centre
and missing points are passed over.

**Conventions.** `--freeze` lets the first points set the lines, `--part` splits the chart, `--exclude` leaves points
out of lines and runs.

**Source.** Anhøj and Olesen, PLOS ONE 9 (2014), e113825.",
    columns: &[Column { name: "value", required: true, doc: "The value of the period; may be empty." }, PERIOD],
    options: control::CONTROL_OPTIONS,
    example: "period,value\n2024-01,7.9\n2024-02,8.3\n2024-03,7.6\n2024-04,8.1\n2024-05,7.2\n2024-06,7.7\n",
    run,
};

#[cfg(test)]
mod tests {
    use super::{ControlOptions, chart};

    #[test]
    fn the_centre_is_the_median_of_the_frozen_points() {
        let values: Vec<Option<f64>> = [3.0, 1.0, 2.0, 50.0, 60.0, 70.0].map(Some).to_vec();
        let whole = chart(&values, &ControlOptions::default()).expect("a chart");
        assert!((whole.points[0].lines.centre - 26.5).abs() < 1e-12);
        let frozen = chart(&values, &ControlOptions { freeze: Some(3), ..ControlOptions::default() }).expect("a chart");
        assert!((frozen.points[5].lines.centre - 2.0).abs() < 1e-12);
        assert!(frozen.points.iter().all(|point| point.lines.limits.is_none()));
    }
}
