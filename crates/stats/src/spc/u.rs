//! U and U′ chart: events per unit of exposure.

use super::control::{self, ControlChart, ControlOptions};
use super::ratio::{self, Ratio};
use super::table_input::{PERIOD, Series};
use crate::method::{Column, Family, Method, Options};
use crate::refusal::Refusal;
use crate::table::{Row, Table};

/// A U or U′ (`prime`) chart of events over exposure, in order of time.
///
/// Refused: columns of unequal length, negative or infinite numbers, events without exposure, no exposure in a part,
/// points that are not on the chart.
pub fn chart(
    numerators: &[f64],
    denominators: &[f64],
    prime: bool,
    options: &ControlOptions,
) -> Result<ControlChart, Refusal> {
    ratio::check(numerators, denominators)?;
    let data = Ratio { numerators, denominators, sigma: |centre, n| (centre / n).sqrt(), within: (0.0, f64::INFINITY) };
    ratio::chart(&data, prime, options)
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let (numerators, denominators) = (table.numbers("numerator")?, table.numbers("denominator")?);
    ratio::check(&numerators, &denominators)?;
    let series = Series::read(table)?;
    let (numerators, denominators) = (series.sorted(&numerators), series.sorted(&denominators));
    let prime = options.flag("prime", false)?;
    Ok(control::rows(&series, &chart(&numerators, &denominators, prime, &control::options_typed(options)?)?))
}

/// `evenly measure u`.
pub const METHOD: Method = Method {
    id: "u",
    title: "U and U′ chart: a rate with three-sigma limits and Anhøj runs",
    family: Family::Spc,
    when_to_use: "Events per exposure (bed days, people, hours) where one unit can have several; for at most one event per chance use `p-control`.",
    doc: r#"**Formula.** Centre ū = sum of events over sum of exposure in the baseline. Limits ū ± 3√(ū/n), the lower
one cut at 0. `--prime yes` (U′, Laney) multiplies the distance by the average moving range of the
standardised rates over 1.128.

**Runs.** Anhøj rules: a signal when the longest run on one side of the centre exceeds log₂(useful points) + 3,
rounded, or crossings of the centre are fewer than the lower 5 % point of a binomial variable. Points on the centre
and missing points are passed over.

**Conventions.** `--freeze` lets the first points set the lines, `--part` splits the chart, `--exclude` leaves points
out of lines and runs. A period with exposure 0 has no value.

**Source.** Montgomery, *Introduction to Statistical Quality Control*, 7th edition (2013), chapter 7; Laney, "Improved
control charts for attributes", Quality Engineering 14 (2002), p. 531–537; runs: Anhøj and Olesen, PLOS ONE 9 (2014),
e113825."#,
    columns: &[
        Column { name: "numerator", required: true, doc: "Events in the period." },
        Column { name: "denominator", required: true, doc: "Exposure in the period." },
        PERIOD,
    ],
    options: control::PRIME_OPTIONS,
    example: "period,numerator,denominator\n2024-01,10,554\n2024-02,7,533\n2024-03,14,780\n2024-04,10,627\n",
    run,
};

#[cfg(test)]
mod tests {
    use super::{ControlOptions, chart};

    #[test]
    fn a_rate_above_one_is_fine_and_events_without_exposure_are_not() {
        assert!(chart(&[5.0, 6.0], &[2.0, 3.0], false, &ControlOptions::default()).is_ok());
        assert!(chart(&[5.0, 6.0], &[2.0, 0.0], false, &ControlOptions::default()).is_err());
    }

    #[test]
    fn prime_limits_shrink_where_periods_differ_less_than_chance() {
        let (events, exposure) = ([100.0, 101.0, 100.0, 101.0, 100.0], [1000.0; 5]);
        let upper = |prime| {
            let chart = chart(&events, &exposure, prime, &ControlOptions::default()).expect("a chart");
            chart.points[0].lines.limits.expect("limits").upper
        };
        assert!(upper(true) < upper(false));
    }
}
