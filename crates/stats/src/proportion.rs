//! Proportions with Wilson's score interval.

use crate::checks::{self, DENOMINATOR, GROUP, MULTIPLIER, NUMERATOR};
use crate::interval::{CONFIDENCE, Confidence, Estimate};
use crate::method::{Family, Method, Options};
use crate::refusal::Refusal;
use crate::table::{Row, Table, Value};

const DOC: &str = "\
The share *p = x/n* with the score interval

`(2x + z² ∓ z√(z² + 4x(1 − x/n))) / (2(n + z²))`

which holds its level at small counts and near 0 and 1, where the textbook interval does not.

**Source.** E. B. Wilson, *Journal of the American Statistical Association* 22 (1927), p. 209–212; recommended in Public
Health England, *Technical Guide: Confidence Intervals* (2018), and used by `phe_proportion` of PHEindicatormethods 2.1.0.

**Conventions.** *z* at full precision. Limits stay within 0 and 1. A missing numerator gives a row without a value.

**Limits.** Counts each row as independent: where the same people come back (repeated appointments), the interval is too
narrow. Refuses a denominator of zero, a negative numerator and a numerator above its denominator.";

/// `evenly measure proportion`.
pub const METHOD: Method = Method {
    id: "proportion",
    title: "A share of people or appointments, with its interval (Wilson)",
    family: Family::Estimates,
    when_to_use: "Each denominator unit either has the event or not: missed appointments, vaccinated people. \
                  For events that can happen more than once to a person-year, use `rate`.",
    doc: DOC,
    columns: &[GROUP, NUMERATOR, DENOMINATOR],
    options: &[CONFIDENCE, MULTIPLIER],
    example: "group,numerator,denominator\nmost deprived,141,1000\nleast deprived,62,1050\n",
    run,
};

/// The share `numerator / denominator` with Wilson's interval at a confidence such as 0.95.
pub fn wilson(numerator: f64, denominator: f64, confidence: f64) -> Result<Estimate, Refusal> {
    wilson_at(numerator, denominator, Confidence::new(confidence)?)
}

/// As [`wilson`], at a level worked out beforehand.
pub fn wilson_at(numerator: f64, denominator: f64, confidence: Confidence) -> Result<Estimate, Refusal> {
    checks::proportion(numerator, denominator, 1)?;
    Ok(limits(numerator, denominator, confidence))
}

/// Wilson's interval of numbers that are known to be 0 ≤ numerator ≤ denominator > 0.
pub(crate) fn limits(numerator: f64, denominator: f64, confidence: Confidence) -> Estimate {
    let z = confidence.z();
    let share = numerator / denominator;
    let centre = 2.0f64.mul_add(numerator, z * z);
    let half = z * 4.0f64.mul_add(numerator * (1.0 - share), z * z).sqrt();
    let below = 2.0 * z.mul_add(z, denominator);
    Estimate {
        value: share,
        lower: ((centre - half) / below).clamp(0.0, share),
        upper: ((centre + half) / below).clamp(share, 1.0),
    }
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let confidence = Confidence::from_options(options)?;
    let multiplier = checks::multiplier(options, 1.0)?;
    let labels = checks::labels(table, GROUP.name)?;
    let numerators = table.maybe_numbers(NUMERATOR.name)?;
    checks::some_present(&numerators, NUMERATOR.name)?;
    let denominators = table.numbers(DENOMINATOR.name)?;
    let mut rows = Vec::with_capacity(labels.len());
    for (position, label) in labels.into_iter().enumerate() {
        let denominator = denominators[position];
        checks::proportion(numerators[position].unwrap_or(0.0), denominator, position + 1)?;
        let estimate = numerators[position].map(|x| limits(x, denominator, confidence).scaled(multiplier));
        rows.push(vec![
            ("group", Value::from(label)),
            ("value", Value::maybe(estimate.map(|estimate| estimate.value))),
            ("lower", Value::maybe(estimate.map(|estimate| estimate.lower))),
            ("upper", Value::maybe(estimate.map(|estimate| estimate.upper))),
            ("numerator", Value::maybe(numerators[position])),
            ("denominator", Value::from(denominator)),
        ]);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::wilson;

    #[test]
    fn what_is_no_proportion_is_refused() {
        for (numerator, denominator) in
            [(-1.0, 5.0), (6.0, 5.0), (0.0, 0.0), (1.0, f64::NAN), (f64::NAN, 5.0), (1.0, f64::INFINITY)]
        {
            assert!(wilson(numerator, denominator, 0.95).is_err(), "{numerator}/{denominator}");
        }
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_share_and_mirrors(n in 1_u32..1_000_000, share in 0.0..=1.0_f64, level in 0.8..0.999_f64) {
            let n = f64::from(n);
            let x = (share * n).floor();
            let own = wilson(x, n, level).unwrap();
            let mirror = wilson(n - x, n, level).unwrap();
            prop_assert!(0.0 <= own.lower && own.holds(own.value) && own.upper <= 1.0);
            prop_assert!((own.lower - (1.0 - mirror.upper)).abs() < 1e-12);
        }

        #[test]
        fn more_people_narrow_the_interval(n in 1_u32..10_000, share in 0.0..=1.0_f64) {
            let n = f64::from(n);
            let x = (share * n).floor();
            let (small, large) = (wilson(x, n, 0.95).unwrap(), wilson(4.0 * x, 4.0 * n, 0.95).unwrap());
            prop_assert!(large.upper - large.lower < small.upper - small.lower);
        }
    }
}
