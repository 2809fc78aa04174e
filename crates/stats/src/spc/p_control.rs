//! P and P′ chart with three-sigma limits and runs analysis by Anhøj.

use super::control::{self, ControlChart, ControlOptions};
use super::p;
use super::ratio::{self, Ratio};
use super::table_input::{PERIOD, Series};
use crate::method::{Column, Family, Method, Options};
use crate::refusal::Refusal;
use crate::table::{Row, Table};

/// A P or P′ (`prime`) chart of numerators over denominators, in order of time.
///
/// Refused: columns of unequal length, negative or infinite counts, a numerator above its denominator, no denominator in a
/// part, points that are not on the chart.
pub fn chart(
    numerators: &[f64],
    denominators: &[f64],
    prime: bool,
    options: &ControlOptions,
) -> Result<ControlChart, Refusal> {
    p::check(numerators, denominators)?;
    let data =
        Ratio { numerators, denominators, sigma: |centre, n| (centre * (1.0 - centre) / n).sqrt(), within: (0.0, 1.0) };
    ratio::chart(&data, prime, options)
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let (numerators, denominators) = (table.numbers("numerator")?, table.numbers("denominator")?);
    p::check(&numerators, &denominators)?;
    let series = Series::read(table)?;
    let (numerators, denominators) = (series.sorted(&numerators), series.sorted(&denominators));
    let prime = options.flag("prime", false)?;
    Ok(control::rows(&series, &chart(&numerators, &denominators, prime, &control::options_typed(options)?)?))
}

/// `evenly measure p-control`.
pub const METHOD: Method = Method {
    id: "p-control",
    title: "P and P′ chart: a proportion with three-sigma limits and Anhøj runs",
    family: Family::Spc,
    when_to_use: "A proportion with its denominator, read with three-sigma limits and runs analysis; in Making Data Count dress it is `p`.",
    doc: r#"**Formula.** Centre p̄ = sum of numerators over sum of denominators in the baseline. Limits p̄ ±
3√(p̄(1−p̄)/n), cut at 0 and 1. `--prime yes` (P′, Laney) multiplies the distance by the average moving
range of the standardised proportions over 1.128.

**Runs.** Anhøj rules: a signal when the longest run on one side of the centre exceeds log₂(useful points) + 3,
rounded, or crossings of the centre are fewer than the lower 5 % point of a binomial variable. Points on the centre
and missing points are passed over.

**Conventions.** `--freeze` lets the first points set the lines, `--part` splits the chart, `--exclude` leaves points
out of lines and runs. A period with denominator 0 has no value.

**Source.** Montgomery, *Introduction to Statistical Quality Control*, 7th edition (2013), chapter 7; Laney, "Improved
control charts for attributes", Quality Engineering 14 (2002), p. 531–537; runs: Anhøj and Olesen, PLOS ONE 9 (2014),
e113825."#,
    columns: &[
        Column { name: "numerator", required: true, doc: "Events in the period." },
        Column { name: "denominator", required: true, doc: "Chances in the period; not below the numerator." },
        PERIOD,
    ],
    options: control::PRIME_OPTIONS,
    example: "period,numerator,denominator\n2024-01,79,1000\n2024-02,83,1010\n2024-03,76,990\n2024-04,81,1005\n",
    run,
};

#[cfg(test)]
mod tests {
    use super::{ControlOptions, chart};

    #[test]
    fn limits_follow_the_denominator() {
        let chart = chart(&[50.0, 5.0], &[500.0, 50.0], false, &ControlOptions::default()).expect("a chart");
        let upper = |point: usize| chart.points[point].lines.limits.expect("limits").upper;
        assert!((upper(0) - (0.1 + 3.0 * (0.09_f64 / 500.0).sqrt())).abs() < 1e-12);
        assert!(upper(1) > upper(0));
    }

    #[test]
    fn a_centre_outside_0_to_1_is_refused() {
        let options = ControlOptions { centre: Some(1.5), ..ControlOptions::default() };
        assert!(chart(&[1.0], &[2.0], false, &options).is_err());
    }
}
