//! X̄ chart: means of samples.

use super::chart as lines;
use super::control::{self, ControlChart, ControlOptions};
use super::subgroups::{self, Subgroup};
use super::table_input::PERIOD;
use crate::method::{Column, Family, Method, Options};
use crate::refusal::Refusal;
use crate::table::{Row, Table};

/// An X̄ chart of samples in order of time.
///
/// Refused: values that are not finite, no value in a part, points that are not on the chart. Without a sample of two
/// values there are no limits.
pub fn chart(samples: &[Vec<f64>], options: &ControlOptions) -> Result<ControlChart, Refusal> {
    let groups: Vec<Subgroup> = samples.iter().map(|sample| Subgroup::of(sample)).collect();
    let means: Vec<Option<f64>> = groups.iter().map(|group| group.mean).collect();
    control::build(&means, options, |part, baseline| {
        let all: Vec<f64> = baseline.iter().flat_map(|index| samples[*index].iter().copied()).collect();
        let centre = match control::given_centre(options) {
            Some(centre) => centre,
            None => crate::numeric::mean(&all).ok_or_else(lines::no_values)?,
        };
        let spread = subgroups::spread(&groups, baseline);
        Ok(part
            .map(|index| {
                let n = groups[index].size;
                let reach =
                    spread.filter(|_| n > 1).map(|spread| 3.0 * spread / (subgroups::c4(n) * (n as f64).sqrt()));
                lines::lines_around(centre, reach, (f64::NEG_INFINITY, f64::INFINITY))
            })
            .collect())
    })
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let (series, groups) = subgroups::read(table)?;
    Ok(control::rows(&series, &chart(&groups, &control::options_typed(options)?)?))
}

/// `evenly measure xbar`.
pub const METHOD: Method = Method {
    id: "xbar",
    title: "X̄ chart: means of samples, limits from the spread within samples",
    family: Family::Spc,
    when_to_use: "Several measurements per period (a sample of waiting times); read beside `s`, which shows the spread.",
    doc: r"**Formula.** Centre = mean of all measurements of the baseline. Limits = centre ± 3 s̄/(c₄√n); s̄ = mean
of the samples' standard deviations where samples are equally large, otherwise their pooled standard
deviation; c₄ exact.

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
    fn limits_rest_on_the_spread_within_samples() {
        let samples = vec![vec![1.0, 3.0], vec![2.0, 4.0], vec![5.0, 7.0]];
        let chart = chart(&samples, &ControlOptions::default()).expect("a chart");
        let c4 = (2.0 / std::f64::consts::PI).sqrt();
        let limits = chart.points[0].lines.limits.expect("limits");
        assert!((limits.upper - (22.0 / 6.0 + 3.0 / c4)).abs() < 1e-12);
    }
}
