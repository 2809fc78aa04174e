//! I′ chart: single ratios whose denominators differ.

use super::chart as lines;
use super::control::{self, ControlChart, ControlOptions};
use super::ratio;
use super::table_input::{PERIOD, Series};
use crate::method::{Column, Family, Method, Options};
use crate::numeric::{compensated_sum, mean};
use crate::refusal::Refusal;
use crate::table::{Row, Table};

/// Factor by which a deviation may exceed the mean before it is screened out.
const SCREEN_AT: f64 = 3.2665;

/// An I′ chart of numerators over denominators, in order of time. Numerators may be any finite number.
///
/// Refused: columns of unequal length, infinite numbers, negative denominators, a numerator without denominator, no
/// denominator in a part, points that are not on the chart.
pub fn chart(numerators: &[f64], denominators: &[f64], options: &ControlOptions) -> Result<ControlChart, Refusal> {
    ratio::check(numerators, denominators)?;
    let values = ratio::values(numerators, denominators);
    control::build(&values, options, |part, baseline| {
        let sum = |column: &[f64]| compensated_sum(baseline.iter().map(|index| column[*index]));
        let centre = control::given_centre(options).unwrap_or_else(|| sum(numerators) / sum(denominators));
        let deviations: Vec<f64> = baseline
            .windows(2)
            .filter_map(|pair| {
                let step = (values[pair[1]]? - values[pair[0]]?).abs();
                let spread = (1.0 / denominators[pair[0]] + 1.0 / denominators[pair[1]]).sqrt();
                Some(std::f64::consts::FRAC_PI_2.sqrt() * step / spread)
            })
            .collect();
        let sigma = average(deviations, options.screen_outliers);
        Ok(part
            .map(|index| {
                let n = denominators[index];
                let reach = sigma.filter(|_| n > 0.0).map(|sigma| 3.0 * sigma / n.sqrt());
                lines::lines_around(centre, reach, (f64::NEG_INFINITY, f64::INFINITY))
            })
            .collect())
    })
}

fn average(deviations: Vec<f64>, screen: bool) -> Option<f64> {
    let average = mean(&deviations)?;
    if !screen {
        return Some(average);
    }
    mean(&deviations.into_iter().filter(|deviation| *deviation < SCREEN_AT * average).collect::<Vec<_>>())
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let (numerators, denominators) = (table.numbers("numerator")?, table.numbers("denominator")?);
    ratio::check(&numerators, &denominators)?;
    let series = Series::read(table)?;
    let (numerators, denominators) = (series.sorted(&numerators), series.sorted(&denominators));
    Ok(control::rows(&series, &chart(&numerators, &denominators, &control::options_typed(options)?)?))
}

/// `evenly measure i-prime`.
pub const METHOD: Method = Method {
    id: "i-prime",
    title: "I′ chart: ratios over time, limits by denominator, no assumed distribution",
    family: Family::Spc,
    when_to_use: "A ratio whose variation follows neither the binomial nor the Poisson distribution, with denominators that differ much.",
    doc: r#"**Formula.** Value y = numerator / denominator. Each neighbouring pair gives s = √(π/2) |y₂−y₁| /
√(1/n₁+1/n₂); s̄ is their mean after those of 3.2665 times the mean and more are left out. Centre = sum
of numerators over sum of denominators; limits = centre ± 3 s̄/√n.

**Runs.** Anhøj rules: a signal when the longest run on one side of the centre exceeds log₂(useful points) + 3,
rounded, or crossings of the centre are fewer than the lower 5 % point of a binomial variable. Points on the centre
and missing points are passed over.

**Conventions.** `--freeze` lets the first points set the lines, `--part` splits the chart, `--exclude` leaves points
out of lines and runs. The limits are not cut. Only the baseline sets s̄ (the reference uses the whole series even
when frozen).

**Source.** Taylor, "Normalized individuals (I′) control chart" (Taylor Enterprises, 2017); runs: Anhøj and Olesen,
PLOS ONE 9 (2014), e113825."#,
    columns: &[
        Column { name: "numerator", required: true, doc: "What is summed in the period." },
        Column { name: "denominator", required: true, doc: "What it is divided by." },
        PERIOD,
    ],
    options: control::CONTROL_OPTIONS,
    example: "period,numerator,denominator\n2024-01,79.5,1000\n2024-02,83,1010\n2024-03,76.2,990\n2024-04,81,1005\n",
    run,
};

#[cfg(test)]
mod tests {
    use super::{ControlOptions, chart};

    #[test]
    fn limits_narrow_where_denominators_are_large() {
        let chart = chart(&[10.0, 130.0, 11.0], &[100.0, 1000.0, 100.0], &ControlOptions::default()).expect("a chart");
        let width = |point: usize| chart.points[point].lines.limits.map(|limits| limits.upper - limits.lower);
        assert!(width(1) < width(0));
    }
}
