//! S chart: standard deviations of samples.

use super::chart as lines;
use super::control::{self, ControlChart, ControlOptions};
use super::subgroups::{self, Subgroup};
use super::table_input::PERIOD;
use crate::method::{Column, Family, Method, Options};
use crate::refusal::Refusal;
use crate::table::{Row, Table};

/// An S chart of samples in order of time.
///
/// Refused: values that are not finite, no sample of two values in a part, points that are not on the chart.
pub fn chart(samples: &[Vec<f64>], options: &ControlOptions) -> Result<ControlChart, Refusal> {
    let groups: Vec<Subgroup> = samples.iter().map(|sample| Subgroup::of(sample)).collect();
    let deviations: Vec<Option<f64>> = groups.iter().map(|group| group.deviation).collect();
    control::build(&deviations, options, |part, baseline| {
        let centre = match control::given_centre(options) {
            Some(centre) => centre,
            None => subgroups::spread(&groups, baseline).ok_or_else(lines::no_values)?,
        };
        Ok(part
            .map(|index| {
                let c4 = (groups[index].size > 1).then(|| subgroups::c4(groups[index].size));
                let reach = c4.map(|c4| 3.0 * centre * (1.0 - c4 * c4).sqrt() / c4);
                lines::lines_around(centre, reach, (0.0, f64::INFINITY))
            })
            .collect())
    })
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let (series, groups) = subgroups::read(table)?;
    Ok(control::rows(&series, &chart(&groups, &control::options_typed(options)?)?))
}

/// `evenly measure s`.
pub const METHOD: Method = Method {
    id: "s",
    title: "S chart: standard deviations of samples",
    family: Family::Spc,
    when_to_use: "To see whether the spread within samples is steady; read beside `xbar`.",
    doc: r"**Formula.** Centre s̄ = mean of the samples' standard deviations where samples are equally large,
otherwise their pooled standard deviation. Limits = s̄ (1 ± 3√(1−c₄²)/c₄), the lower one cut at 0; c₄
exact.

**Runs.** Anhøj rules: a signal when the longest run on one side of the centre exceeds log₂(useful points) + 3,
rounded, or crossings of the centre are fewer than the lower 5 % point of a binomial variable. Points on the centre
and missing points are passed over.

**Conventions.** `--freeze` lets the first points set the lines, `--part` splits the chart, `--exclude` leaves points
out of lines and runs. A period with a single value has a mean and no standard deviation.

**Source.** Montgomery, *Introduction to Statistical Quality Control*, 7th edition (2013), chapter 6; runs: Anhøj and
Olesen, PLOS ONE 9 (2014), e113825.",
    columns: &[
        Column { name: "value", required: true, doc: "One measurement; a period has several rows." },
        Column {
            required: true,
            doc: "The period that the measurement belongs to; puts the points in order.",
            ..PERIOD
        },
    ],
    options: control::CONTROL_OPTIONS,
    example: "period,value\n1,5.6\n1,6.1\n1,3.7\n2,5.2\n2,4.8\n2,6.0\n3,5.5\n3,5.4\n3,4.9\n",
    run,
};

#[cfg(test)]
mod tests {
    use super::{ControlOptions, chart};

    #[test]
    fn the_lower_limit_is_not_negative_and_single_values_have_no_spread() {
        let samples = vec![vec![1.0, 3.0], vec![2.0], vec![5.0, 9.0, 4.0]];
        let chart = chart(&samples, &ControlOptions::default()).expect("a chart");
        assert!(chart.points[0].lines.limits.is_some_and(|limits| limits.lower >= 0.0));
        assert_eq!((chart.points[1].value, chart.points[1].lines.limits), (None, None));
    }
}
