//! MR chart: the moving range itself over time.

use super::control::{self, ControlChart, ControlOptions};
use super::moving_range::SCREEN_AT;
use super::rules::{Limits, Lines};
use super::table_input::{PERIOD, Series};
use crate::method::{Column, Family, Method, Options};
use crate::numeric::mean;
use crate::refusal::Refusal;
use crate::table::{Row, Table};

/// An MR chart of values in order of time; the first point, and one after a gap, has no range.
///
/// Refused: fewer than two neighbouring values in a part, values that are not finite, points that are not on the chart.
pub fn chart(values: &[Option<f64>], options: &ControlOptions) -> Result<ControlChart, Refusal> {
    let range = |index: usize| {
        let starts_part = index == 0 || options.parts.contains(&index);
        if starts_part { None } else { Some((values[index]? - values[index - 1]?).abs()) }
    };
    let ranges: Vec<Option<f64>> = (0..values.len()).map(range).collect();
    control::build(&ranges, options, |part, baseline| {
        let found = Refusal::TooFew { what: "neighbouring values", found: 1, needed: 2 };
        let centre = match control::given_centre(options) {
            Some(centre) => centre,
            None => mean(&control::recorded(&ranges, baseline)).ok_or(found)?,
        };
        // The factor that screens outlying ranges is the same as the one that sets their limit: D₄ of two.
        let upper = SCREEN_AT * centre;
        let limits = Limits { lower: 0.0, upper, near_lower: 0.0, near_upper: upper * 2.0 / 3.0 };
        Ok(vec![Lines { centre, limits: Some(limits) }; part.len()])
    })
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let series = Series::read(table)?;
    let values = series.sorted(&table.maybe_numbers("value")?);
    Ok(control::rows(&series, &chart(&values, &control::options_typed(options)?)?))
}

/// `evenly measure mr`.
pub const METHOD: Method = Method {
    id: "mr",
    title: "MR chart: how much each value differs from the one before",
    family: Family::Spc,
    when_to_use: "To see whether the variation from period to period is steady; read beside `i` or `xmr`.",
    doc: r"**Formula.** Plotted value = absolute difference to the value before. Centre = its mean in the baseline;
upper limit = 3.267 × centre (D₄ of two), lower limit 0.

**Runs.** Anhøj rules: a signal when the longest run on one side of the centre exceeds log₂(useful points) + 3,
rounded, or crossings of the centre are fewer than the lower 5 % point of a binomial variable. Points on the centre
and missing points are passed over.

**Conventions.** `--freeze` lets the first points set the lines, `--part` splits the chart, `--exclude` leaves points
out of lines and runs.

**Source.** Montgomery, *Introduction to Statistical Quality Control*, 7th edition (2013), chapter 6; runs: Anhøj and
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
    fn ranges_do_not_reach_over_parts_or_gaps() {
        let values = [Some(1.0), Some(3.0), None, Some(9.0), Some(10.0), Some(20.0), Some(21.0)];
        let chart = chart(&values, &ControlOptions { parts: vec![5], ..ControlOptions::default() }).expect("a chart");
        let ranges: Vec<Option<f64>> = chart.points.iter().map(|point| point.value).collect();
        assert_eq!(ranges, [None, Some(2.0), None, None, Some(1.0), None, Some(1.0)]);
    }
}
