//! G chart: number of chances between rare events.

use super::chart as lines;
use super::control::{self, ControlChart, ControlOptions};
use super::rules::Lines;
use super::run::median;
use super::table_input::{PERIOD, Series};
use crate::method::{Column, Family, Method, Options};
use crate::numeric::mean;
use crate::refusal::Refusal;
use crate::table::{Row, Table};

/// Median of a geometric variable over its mean, for large means: ln 2, rounded as published.
const MEDIAN_SHARE: f64 = 0.693;

/// A G chart of chances between events; `None` where nothing was recorded.
///
/// Refused: negative or infinite numbers, no recorded number in a part, points that are not on the chart.
pub fn chart(between: &[Option<f64>], options: &ControlOptions) -> Result<ControlChart, Refusal> {
    control::not_negative(between)?;
    control::build(between, options, |part, baseline| {
        let own = control::recorded(between, baseline);
        let (mean, centre) = match control::given_centre(options) {
            Some(given) if given >= 0.0 => (given, given * MEDIAN_SHARE),
            Some(_) => return Err(Refusal::option("centre", "0 or more")),
            None => (mean(&own).ok_or_else(lines::no_values)?, median(own)),
        };
        let around = lines::lines_around(mean, Some(3.0 * (mean * (mean + 1.0)).sqrt()), (0.0, f64::INFINITY));
        Ok(vec![Lines { centre, ..around }; part.len()])
    })
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let series = Series::read(table)?;
    let values = series.sorted(&table.maybe_numbers("value")?);
    Ok(control::rows(&series, &chart(&values, &control::options_typed(options)?)?))
}

/// `evenly measure g`.
pub const METHOD: Method = Method {
    id: "g",
    title: "G chart: chances (cases, visits) between rare events",
    family: Family::Spc,
    when_to_use: "Rare events with a count of chances between them, such as births between two harms; with time between them use `t`.",
    doc: r#"**Formula.** Limits = m ± 3√(m(m+1)), m the mean of the baseline, the lower one cut at 0. Centre = median
of the baseline (the distribution is skew), or 0.693 m where m is given by `--centre`.

**Runs.** Anhøj rules: a signal when the longest run on one side of the centre exceeds log₂(useful points) + 3,
rounded, or crossings of the centre are fewer than the lower 5 % point of a binomial variable. Points on the centre
and missing points are passed over.

**Conventions.** `--freeze` lets the first points set the lines, `--part` splits the chart, `--exclude` leaves points
out of lines and runs.

**Source.** Benneyan, "Number-between g-type statistical quality control charts for monitoring adverse events", Health
Care Management Science 4 (2001), p. 305–318; runs: Anhøj and Olesen, PLOS ONE 9 (2014), e113825."#,
    columns: &[Column { name: "value", required: true, doc: "Chances since the event before; may be empty." }, PERIOD],
    options: control::CONTROL_OPTIONS,
    example: "value\n12\n1\n2\n140\n13\n76\n8\n107\n",
    run,
};

#[cfg(test)]
mod tests {
    use super::{ControlOptions, chart};

    #[test]
    fn the_centre_is_the_median_and_the_limits_follow_the_mean() {
        let chart = chart(&[Some(1.0), Some(2.0), Some(9.0)], &ControlOptions::default()).expect("a chart");
        let lines = chart.points[0].lines;
        assert!((lines.centre - 2.0).abs() < 1e-12);
        assert!((lines.limits.expect("limits").upper - (4.0 + 3.0 * 20.0_f64.sqrt())).abs() < 1e-12);
    }
}
