//! T chart: time between rare events.

use super::control::{self, ControlChart, ControlOptions};
use super::rules::{Limits, Lines};
use super::table_input::{PERIOD, Series};
use super::{chart as lines, i};
use crate::method::{Column, Family, Method, Options};
use crate::numeric::mean;
use crate::refusal::Refusal;
use crate::table::{Row, Table};

/// Exponent that makes exponential times nearly normal.
const ROOT: f64 = 3.6;

/// A T chart of times between events; `None` where nothing was recorded.
///
/// Refused: negative or infinite times, no recorded time in a part, points that are not on the chart.
pub fn chart(times: &[Option<f64>], options: &ControlOptions) -> Result<ControlChart, Refusal> {
    control::not_negative(times)?;
    let roots: Vec<Option<f64>> = times.iter().map(|time| time.map(|time| time.powf(1.0 / ROOT))).collect();
    control::build(times, options, |part, baseline| {
        let centre = match control::given_centre(options) {
            Some(given) if given >= 0.0 => given.powf(1.0 / ROOT),
            Some(_) => return Err(Refusal::option("centre", "0 or more")),
            None => mean(&control::recorded(&roots, baseline)).ok_or_else(lines::no_values)?,
        };
        let reach = i::reach(&control::pick(&roots, baseline), options);
        Ok(vec![back(lines::lines_around(centre, reach, (0.0, f64::INFINITY))); part.len()])
    })
}

fn back(lines: Lines) -> Lines {
    let limits = lines.limits.map(|limits| Limits {
        lower: limits.lower.powf(ROOT),
        upper: limits.upper.powf(ROOT),
        near_lower: limits.near_lower.powf(ROOT),
        near_upper: limits.near_upper.powf(ROOT),
    });
    Lines { centre: lines.centre.powf(ROOT), limits }
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let series = Series::read(table)?;
    let values = series.sorted(&table.maybe_numbers("value")?);
    Ok(control::rows(&series, &chart(&values, &control::options_typed(options)?)?))
}

/// `evenly measure t`.
pub const METHOD: Method = Method {
    id: "t",
    title: "T chart: time between rare events",
    family: Family::Spc,
    when_to_use: "Rare events with the time between them, such as days between falls; with a count of chances between them use `g`.",
    doc: r#"**Formula.** Times are raised to the power 1/3.6, charted as an I chart and raised back; a negative lower
limit becomes 0.

**Runs.** Anhøj rules: a signal when the longest run on one side of the centre exceeds log₂(useful points) + 3,
rounded, or crossings of the centre are fewer than the lower 5 % point of a binomial variable. Points on the centre
and missing points are passed over.

**Conventions.** `--freeze` lets the first points set the lines, `--part` splits the chart, `--exclude` leaves points
out of lines and runs. Ranges of 3.267 times their average and more are left out once (`--screen no` keeps them).

**Source.** Nelson, "A control chart for parts-per-million nonconforming items", Journal of Quality Technology 26
(1994), p. 239–240; runs: Anhøj and Olesen, PLOS ONE 9 (2014), e113825."#,
    columns: &[Column { name: "value", required: true, doc: "Time since the event before; may be empty." }, PERIOD],
    options: control::CONTROL_OPTIONS,
    example: "value\n1.7\n4.8\n6.9\n14\n10.4\n4.1\n12.2\n",
    run,
};

#[cfg(test)]
mod tests {
    use super::{ControlOptions, chart};

    #[test]
    fn lines_are_in_order_and_not_negative() {
        let times: Vec<Option<f64>> = [0.5, 30.0, 2.0, 9.0, 14.0, 1.0].map(Some).to_vec();
        let chart = chart(&times, &ControlOptions::default()).expect("a chart");
        let (lines, limits) = (chart.points[0].lines, chart.points[0].lines.limits.expect("limits"));
        assert!(0.0 <= limits.lower && limits.lower <= lines.centre && lines.centre < limits.upper);
    }
}
