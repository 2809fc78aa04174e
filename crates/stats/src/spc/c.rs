//! C chart: counts over an area of opportunity that stays the same.

use super::chart as lines;
use super::control::{self, ControlChart, ControlOptions};
use super::table_input::{PERIOD, Series};
use crate::method::{Column, Family, Method, Options};
use crate::numeric::mean;
use crate::refusal::Refusal;
use crate::table::{Row, Table};

/// A C chart of counts in order of time; `None` where nothing was recorded.
///
/// Refused: negative or infinite counts, no recorded count in a part, points that are not on the chart.
pub fn chart(counts: &[Option<f64>], options: &ControlOptions) -> Result<ControlChart, Refusal> {
    control::not_negative(counts)?;
    control::build(counts, options, |part, baseline| {
        let centre = match control::given_centre(options) {
            Some(centre) if centre >= 0.0 => centre,
            Some(_) => return Err(Refusal::option("centre", "0 or more")),
            None => mean(&control::recorded(counts, baseline)).ok_or_else(lines::no_values)?,
        };
        Ok(vec![lines::lines_around(centre, Some(3.0 * centre.sqrt()), (0.0, f64::INFINITY)); part.len()])
    })
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let series = Series::read(table)?;
    let values = series.sorted(&table.maybe_numbers("value")?);
    Ok(control::rows(&series, &chart(&values, &control::options_typed(options)?)?))
}

/// `evenly measure c`.
pub const METHOD: Method = Method {
    id: "c",
    title: "C chart: counts where the opportunity stays the same",
    family: Family::Spc,
    when_to_use: "Counts of rare events where exposure does not change; where it does, use `u` with the exposure.",
    doc: r"**Formula.** Centre c̄ = mean count of the baseline. Limits = c̄ ± 3√c̄, the lower one cut at 0.

**Runs.** Anhøj rules: a signal when the longest run on one side of the centre exceeds log₂(useful points) + 3,
rounded, or crossings of the centre are fewer than the lower 5 % point of a binomial variable. Points on the centre
and missing points are passed over.

**Conventions.** `--freeze` lets the first points set the lines, `--part` splits the chart, `--exclude` leaves points
out of lines and runs.

**Source.** Montgomery, *Introduction to Statistical Quality Control*, 7th edition (2013), chapter 7; runs: Anhøj and
Olesen, PLOS ONE 9 (2014), e113825.",
    columns: &[Column { name: "value", required: true, doc: "The value of the period; may be empty." }, PERIOD],
    options: control::CONTROL_OPTIONS,
    example: "period,value\n2024-01,7.9\n2024-02,8.3\n2024-03,7.6\n2024-04,8.1\n2024-05,7.2\n2024-06,7.7\n",
    run,
};

#[cfg(test)]
mod tests {
    use super::{ControlOptions, chart};

    #[test]
    fn limits_are_three_roots_of_the_mean() {
        let chart = chart(&[Some(15.0), Some(17.0)], &ControlOptions::default()).expect("a chart");
        let limits = chart.points[0].lines.limits.expect("limits");
        assert!((limits.lower - 4.0).abs() < 1e-12 && (limits.upper - 28.0).abs() < 1e-12);
    }

    #[test]
    fn a_negative_count_is_refused() {
        assert!(chart(&[Some(-1.0)], &ControlOptions::default()).is_err());
    }
}
