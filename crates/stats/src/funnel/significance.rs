//! Which units lie outside a funnel: proportions, standardised ratios, crude and standardised rates.

use crate::checks;
use crate::funnel::limits::{ControlLimits, INNER_TAIL, OUTER_TAIL, count_ratio_limits, proportion_limits};
use crate::interval::Confidence;
use crate::method::{Column, Family, Method, OptionSpec, Options};
use crate::numeric::compensated_sum;
use crate::rate::count_limits;
use crate::refusal::Refusal;
use crate::table::{Row, Table, Value};

const DOC: &str = "\
Each unit against the average of all, with the limits that a unit of its size would keep to by chance: 95 % (two standard
errors) and 99.8 % (three). *Proportions:* the shares whose Wilson interval just touches the average. *Ratios and rates:*
the counts whose Poisson interval (exact below 10 events, Byar's from 10) just touches the expected.

**Source.** D. J. Spiegelhalter, *Statistics in Medicine* 24 (2005), p. 1185–1202; `calculate_funnel_limits` and
`assign_funnel_significance` of PHEindicatormethods 2.1.0.

**Conventions.** `statistic` is `proportion` (numerator, denominator), `ratio` (observed events in `numerator`, expected in
`denominator`; the average is 1) or `rate` (events and person-time). Significance: `high` or `low` at 0.001 or 0.025, else
`within`.

**Limits.** Supposes that units differ by chance alone. Large units often differ more than that: if many lie outside, use
`funnel-overdispersed`. One of 20 units lies outside the 95 % limits by chance.";

const GROUP: Column = Column { name: "group", required: true, doc: "Name of the unit, one row each." };
const NUMERATOR: Column = Column { name: "numerator", required: true, doc: "Events of the unit, not negative." };
const DENOMINATOR: Column =
    Column { name: "denominator", required: true, doc: "People, expected events or person-time, above zero." };

/// `evenly measure funnel`.
pub const METHOD: Method = Method {
    id: "funnel",
    title: "Funnel plot: units outside what chance allows at their size",
    family: Family::Funnels,
    when_to_use: "Many units (providers, practices, wards) against their common average, without ranking them.",
    doc: DOC,
    columns: &[GROUP, NUMERATOR, DENOMINATOR],
    options: &[
        OptionSpec { name: "statistic", default: "proportion", doc: "`proportion`, `ratio` or `rate`." },
        OptionSpec { default: "1", ..checks::MULTIPLIER },
    ],
    example: "group,numerator,denominator\nNorth,24,155\nSouth,115,589\nEast,487,1973\nWest,54,353\n",
    run,
};

/// Where a unit lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Significance {
    /// Above the 99.8 % limit.
    VeryHigh,
    /// Above the 95 % limit.
    High,
    /// Within the limits.
    Within,
    /// Below the 95 % limit.
    Low,
    /// Below the 99.8 % limit.
    VeryLow,
}

impl Significance {
    /// In words, with the chance of lying there.
    pub fn label(self) -> &'static str {
        match self {
            Self::VeryHigh => "high (0.001)",
            Self::High => "high (0.025)",
            Self::Within => "within",
            Self::Low => "low (0.025)",
            Self::VeryLow => "low (0.001)",
        }
    }

    fn of(value: f64, limits: ControlLimits) -> Self {
        if value > limits.upper998 {
            Self::VeryHigh
        } else if value > limits.upper95 {
            Self::High
        } else if value < limits.lower998 {
            Self::VeryLow
        } else if value < limits.lower95 {
            Self::Low
        } else {
            Self::Within
        }
    }
}

/// Where a unit's share lies around the average of all units.
pub fn proportion_significance(numerator: f64, denominator: f64, average: f64) -> Significance {
    Significance::of(numerator / denominator, proportion_limits(average, denominator))
}

/// Where observed events lie around those expected: the unit's own Poisson interval against the expected.
pub fn ratio_significance(observed: f64, expected: f64) -> Significance {
    let limits = |tail: f64| Confidence::new(1.0 - 2.0 * tail).map(|level| count_limits(observed, level));
    let (Ok(inner), Ok(outer)) = (limits(INNER_TAIL), limits(OUTER_TAIL)) else { return Significance::Within };
    if outer.lower > expected {
        Significance::VeryHigh
    } else if inner.lower > expected {
        Significance::High
    } else if outer.upper < expected {
        Significance::VeryLow
    } else if inner.upper < expected {
        Significance::Low
    } else {
        Significance::Within
    }
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let statistic = options.text("statistic").unwrap_or("proportion");
    if !["proportion", "ratio", "rate"].contains(&statistic) {
        return Err(Refusal::option("statistic", "proportion, ratio or rate"));
    }
    let multiplier = checks::multiplier(options, 1.0)?;
    let labels = table.texts(GROUP.name)?;
    let (numerators, denominators) = (table.numbers(NUMERATOR.name)?, table.numbers(DENOMINATOR.name)?);
    if labels.len() < 2 {
        return Err(Refusal::TooFew { what: "units", found: labels.len(), needed: 2 });
    }
    for (row, (numerator, denominator)) in numerators.iter().zip(&denominators).enumerate() {
        if statistic == "proportion" {
            checks::proportion(*numerator, *denominator, row + 1)?;
        } else {
            checks::not_negative(*numerator, NUMERATOR.name, row + 1)?;
            checks::positive(*denominator, DENOMINATOR.name, row + 1)?;
        }
    }
    let average = if statistic == "ratio" {
        1.0
    } else {
        compensated_sum(numerators.iter().copied()) / compensated_sum(denominators.iter().copied())
    };
    if average <= 0.0 {
        return Err(Refusal::Undefined("no unit has an event: there is no average to stand around".to_owned()));
    }
    let mut rows = Vec::with_capacity(labels.len());
    for (row, label) in labels.into_iter().enumerate() {
        let (own, size) = (numerators[row], denominators[row]);
        let (limits, place) = if statistic == "proportion" {
            (proportion_limits(average, size), proportion_significance(own, size, average))
        } else {
            let expected = average * size;
            (count_ratio_limits(expected).scaled(average), ratio_significance(own, expected))
        };
        let limits = limits.scaled(multiplier);
        rows.push(vec![
            ("group", Value::from(label)),
            ("value", Value::from(own / size * multiplier)),
            ("average", Value::from(average * multiplier)),
            ("lower95", Value::from(limits.lower95)),
            ("upper95", Value::from(limits.upper95)),
            ("lower998", Value::from(limits.lower998)),
            ("upper998", Value::from(limits.upper998)),
            ("significance", Value::from(place.label())),
            ("numerator", Value::from(own)),
            ("denominator", Value::from(size)),
        ]);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Significance, ratio_significance};
    use crate::funnel::limits::count_ratio_limits;

    proptest! {
        /// The drawn limit and the test are the same statement.
        #[test]
        fn a_unit_is_high_exactly_when_it_lies_above_the_drawn_limit(observed in 0_u32..400, expected in 1.0..400.0_f64) {
            let observed = f64::from(observed);
            let drawn = Significance::of(observed / expected, count_ratio_limits(expected));
            let close = [count_ratio_limits(expected).lower95, count_ratio_limits(expected).upper95]
                .iter()
                .any(|limit| (limit * expected - observed).abs() < 1e-6);
            prop_assert!(close || drawn == ratio_significance(observed, expected));
        }
    }
}
