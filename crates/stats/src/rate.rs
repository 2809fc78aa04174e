//! Rates of events per person-time with Byar's interval, exact below ten events.

use crate::checks::{self, DENOMINATOR, GROUP, MULTIPLIER, NUMERATOR};
use crate::interval::{CONFIDENCE, Confidence, Estimate};
use crate::method::{Family, Method, OptionSpec, Options};
use crate::numeric::chi_squared_quantile;
use crate::refusal::Refusal;
use crate::table::{Row, Table, Value};

/// Below so many events the exact interval is used.
pub(crate) const EXACT_BELOW: f64 = 10.0;

const DOC: &str = "\
Events *x* over person-time *n*. The limits of the count are Byar's approximation

`x(1 − 1/(9x) − z/(3√x))³` and `(x+1)(1 − 1/(9(x+1)) + z/(3√(x+1)))³`

and below ten events the exact Poisson limits `χ²(α/2; 2x)/2` and `χ²(1−α/2; 2x+2)/2`.

**Source.** N. E. Breslow and N. E. Day, *Statistical Methods in Cancer Research II* (IARC, 1987), p. 69; Public Health
England, *Technical Guide: Confidence Intervals* (2018); `phe_rate` of PHEindicatormethods 2.1.0.

**Conventions.** No events: the lower limit is 0. Counts need not be whole. A missing numerator gives a row without a value.

**Limits.** Supposes that events are independent and rare among those counted. Refuses a denominator of zero and a
negative count.";

/// `evenly measure rate`.
pub const METHOD: Method = Method {
    id: "rate",
    title: "Events per person-time, with its interval (Byar; exact below 10 events)",
    family: Family::Estimates,
    when_to_use: "Events that can recur or are counted against a population or person-years: admissions per 100,000. \
                  Where each denominator unit has the event or not, use `proportion`; for populations of different \
                  age, `dsr` or `isr`.",
    doc: DOC,
    columns: &[GROUP, NUMERATOR, DENOMINATOR],
    options: &[CONFIDENCE, OptionSpec { default: "100000", ..MULTIPLIER }],
    example: "group,numerator,denominator\nmost deprived,412,98000\nleast deprived,7,101000\n",
    run,
};

/// The rate `multiplier · count / denominator` with exact limits below ten events and Byar's from ten.
pub fn byar_or_exact(count: f64, denominator: f64, multiplier: f64, confidence: f64) -> Result<Estimate, Refusal> {
    byar_or_exact_at(count, denominator, multiplier, Confidence::new(confidence)?)
}

/// As [`byar_or_exact`], at a level worked out beforehand.
pub fn byar_or_exact_at(
    count: f64,
    denominator: f64,
    multiplier: f64,
    confidence: Confidence,
) -> Result<Estimate, Refusal> {
    checks::not_negative(count, NUMERATOR.name, 1)?;
    checks::positive(denominator, DENOMINATOR.name, 1)?;
    if !(multiplier.is_finite() && multiplier > 0.0) {
        return Err(Refusal::option("multiplier", "a number above zero"));
    }
    Ok(count_limits(count, confidence).scaled(multiplier / denominator))
}

/// A Poisson count ≥ 0 with its limits: exact below ten, Byar's from ten.
pub(crate) fn count_limits(count: f64, confidence: Confidence) -> Estimate {
    if count < EXACT_BELOW { exact_limits(count, confidence) } else { byar_limits(count, confidence) }
}

/// A Poisson count ≥ 0 with exact limits.
pub(crate) fn exact_limits(count: f64, confidence: Confidence) -> Estimate {
    let tail = confidence.tail();
    Estimate {
        value: count,
        lower: chi_squared_quantile(tail, 2.0 * count) / 2.0,
        upper: chi_squared_quantile(confidence.level() + tail, 2.0f64.mul_add(count, 2.0)) / 2.0,
    }
}

/// A Poisson count > 0 with Byar's limits; the lower is never below zero.
pub(crate) fn byar_limits(count: f64, confidence: Confidence) -> Estimate {
    let cube = |x: f64, z: f64| x * (1.0 - 1.0 / (9.0 * x) + z / (3.0 * x.sqrt())).powi(3);
    let lower = if count > 0.0 { cube(count, -confidence.z()).max(0.0) } else { 0.0 };
    Estimate { value: count, lower, upper: cube(count + 1.0, confidence.z()) }
}

/// The limits of many counts at one level; the exact limits of 0 to 9 events are worked out once.
#[derive(Clone, Debug)]
pub(crate) struct CountLimits {
    confidence: Confidence,
    small: [Option<Estimate>; 10],
}

impl CountLimits {
    /// At a level.
    pub(crate) fn new(confidence: Confidence) -> Self {
        Self { confidence, small: [None; 10] }
    }

    /// A count ≥ 0 with its limits.
    pub(crate) fn of(&mut self, count: f64) -> Estimate {
        if count >= EXACT_BELOW || count.fract() > 0.0 {
            return count_limits(count, self.confidence);
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number from 0 to 9")]
        let place = count as usize;
        *self.small[place].get_or_insert_with(|| exact_limits(count, self.confidence))
    }
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let mut limits = CountLimits::new(Confidence::from_options(options)?);
    let multiplier = checks::multiplier(options, 100_000.0)?;
    let labels = checks::labels(table, GROUP.name)?;
    let numerators = table.maybe_numbers(NUMERATOR.name)?;
    checks::some_present(&numerators, NUMERATOR.name)?;
    let denominators = table.numbers(DENOMINATOR.name)?;
    let mut rows = Vec::with_capacity(labels.len());
    for (position, label) in labels.into_iter().enumerate() {
        let denominator = checks::positive(denominators[position], DENOMINATOR.name, position + 1)?;
        checks::not_negative(numerators[position].unwrap_or(0.0), NUMERATOR.name, position + 1)?;
        let estimate = numerators[position].map(|count| limits.of(count).scaled(multiplier / denominator));
        let how = numerators[position].map(|count| if count < EXACT_BELOW { "exact" } else { "Byar" });
        rows.push(vec![
            ("group", Value::from(label)),
            ("value", Value::maybe(estimate.map(|estimate| estimate.value))),
            ("lower", Value::maybe(estimate.map(|estimate| estimate.lower))),
            ("upper", Value::maybe(estimate.map(|estimate| estimate.upper))),
            ("numerator", Value::maybe(numerators[position])),
            ("denominator", Value::from(denominator)),
            ("limits", how.map_or(Value::Missing, Value::from)),
        ]);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::byar_or_exact;

    #[test]
    fn what_is_no_rate_is_refused() {
        for (count, denominator, multiplier) in
            [(-1.0, 5.0, 1.0), (1.0, 0.0, 1.0), (1.0, -2.0, 1.0), (f64::NAN, 5.0, 1.0), (1.0, 5.0, 0.0)]
        {
            assert!(byar_or_exact(count, denominator, multiplier, 0.95).is_err());
        }
    }

    #[test]
    fn no_events_give_the_rule_of_three_from_below() {
        let rate = byar_or_exact(0.0, 100.0, 1.0, 0.95).unwrap();
        assert!(rate.lower.abs() < 1e-300);
        // −ln(0.025) events at most.
        assert!((rate.upper - 0.036_888_794_541_139_36).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_rate_and_hardly_jumps_at_ten(count in 0.0..200.0_f64, level in 0.8..0.999_f64) {
            let rate = byar_or_exact(count, 50.0, 1000.0, level).unwrap();
            prop_assert!(0.0 <= rate.lower && rate.holds(rate.value) && rate.upper.is_finite());
            let (below, from) = (byar_or_exact(9.999_999, 1.0, 1.0, level).unwrap(), byar_or_exact(10.0, 1.0, 1.0, level).unwrap());
            prop_assert!((below.lower - from.lower).abs() < 0.1 && (below.upper - from.upper).abs() < 0.1);
        }
    }
}
