//! Means of individual values with Student's t interval.

use crate::checks;
use crate::interval::{CONFIDENCE, Confidence, Estimate};
use crate::method::{Column, Family, Method, Options};
use crate::numeric::{compensated_sum, mean, t_quantile};
use crate::refusal::Refusal;
use crate::table::{Row, Table, Value};

const DOC: &str = "\
`x̄ ± t(1−α/2; n−1) · s/√n` with the standard deviation *s* over *n − 1*.

**Source.** Student, *Biometrika* 6 (1908), p. 1–25; `phe_mean` of PHEindicatormethods 2.1.0.

**Conventions.** One row per person or event; rows of a group need not stand together. A group of one value has a mean but
neither deviation nor interval. A group with a missing value has no mean: leave such rows out, and say so.

**Limits.** The interval supposes independent values whose mean is about normal. For waits, which have a long tail, see
`histogram-quantile`.";

const VALUE: Column = Column { name: "value", required: true, doc: "One measured number per row; may be missing." };
const GROUP: Column = Column { name: "group", required: false, doc: "Name of the group; absent: one group in all." };

/// `evenly measure mean`.
pub const METHOD: Method = Method {
    id: "mean",
    title: "Mean of individual values by group, with its interval (Student's t)",
    family: Family::Estimates,
    when_to_use: "Numbers measured one by one without a long tail, such as a score. For waits use `histogram-quantile`.",
    doc: DOC,
    columns: &[GROUP, VALUE],
    options: &[CONFIDENCE],
    example: "group,value\nmost deprived,62\nmost deprived,55\nleast deprived,71\nleast deprived,80\n",
    run,
};

/// A mean with what it rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Mean {
    /// Number of values.
    pub count: usize,
    /// Their sum.
    pub sum: f64,
    /// Their mean.
    pub value: f64,
    /// Standard deviation over *n − 1*; none of a single value.
    pub deviation: Option<f64>,
    /// The mean with its interval; none of a single value.
    pub estimate: Option<Estimate>,
}

/// The mean of finite values with Student's interval.
pub fn student(values: &[f64], confidence: f64) -> Result<Mean, Refusal> {
    student_at(values, Confidence::new(confidence)?)
}

fn student_at(values: &[f64], confidence: Confidence) -> Result<Mean, Refusal> {
    if let Some(row) = values.iter().position(|value| !value.is_finite()) {
        return Err(Refusal::OutOfRange {
            column: VALUE.name.to_owned(),
            row: row + 1,
            must: "must be a finite number",
        });
    }
    let Some(value) = mean(values) else { return Err(Refusal::Empty) };
    let count = values.len();
    let sum = compensated_sum(values.iter().copied());
    if count < 2 {
        return Ok(Mean { count, sum, value, deviation: None, estimate: None });
    }
    let freedom = (count - 1) as f64;
    let squares = compensated_sum(values.iter().map(|own| (own - value).powi(2)));
    let deviation = (squares / freedom).sqrt();
    let half = t_quantile(1.0 - confidence.tail(), freedom) * deviation / (count as f64).sqrt();
    let estimate = Estimate { value, lower: value - half, upper: value + half };
    if !(sum.is_finite() && half.is_finite()) {
        return Err(Refusal::Undefined("the values are too large to add up".to_owned()));
    }
    Ok(Mean { count, sum, value, deviation: Some(deviation), estimate: Some(estimate) })
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let confidence = Confidence::from_options(options)?;
    let values = table.maybe_numbers(VALUE.name)?;
    checks::some_present(&values, VALUE.name)?;
    let labels = if table.has(GROUP.name) { table.texts(GROUP.name)? } else { vec!["all".to_owned(); table.rows()] };
    let mut rows = Vec::new();
    for (label, places) in checks::groups(&labels) {
        let own: Option<Vec<f64>> = places.iter().map(|place| values[*place]).collect();
        let answer = own.as_deref().map(|own| student_at(own, confidence)).transpose()?;
        let estimate = answer.and_then(|answer| answer.estimate);
        rows.push(vec![
            ("group", Value::from(label)),
            ("value", Value::maybe(answer.map(|answer| answer.value))),
            ("lower", Value::maybe(estimate.map(|estimate| estimate.lower))),
            ("upper", Value::maybe(estimate.map(|estimate| estimate.upper))),
            ("count", Value::from(places.len() as f64)),
            ("deviation", Value::maybe(answer.and_then(|answer| answer.deviation))),
            ("note", if answer.is_none() { Value::from("a value is missing") } else { Value::Missing }),
        ]);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::student;

    #[test]
    fn nothing_and_infinite_values_are_refused_and_one_value_has_no_interval() {
        assert!(student(&[], 0.95).is_err());
        assert!(student(&[1.0, f64::INFINITY], 0.95).is_err());
        assert!(student(&[1.0, f64::NAN], 0.95).is_err());
        let one = student(&[4.0], 0.95).unwrap();
        assert_eq!((one.count, one.deviation, one.estimate), (1, None, None));
    }

    #[test]
    fn a_constant_series_has_no_width() {
        let estimate = student(&[40.3; 17], 0.95).unwrap().estimate.unwrap();
        assert_eq!((estimate.value, estimate.lower, estimate.upper), (40.3, 40.3, 40.3));
    }

    proptest! {
        #[test]
        fn shifting_the_values_shifts_the_interval(values in prop::collection::vec(-100.0..100.0_f64, 2..50), shift in -1e3..1e3_f64) {
            let shifted: Vec<f64> = values.iter().map(|value| value + shift).collect();
            let own = student(&values, 0.95).unwrap().estimate.unwrap();
            let moved = student(&shifted, 0.95).unwrap().estimate.unwrap();
            prop_assert!(own.holds(own.value));
            prop_assert!((own.lower + shift - moved.lower).abs() < 1e-9 && (own.upper + shift - moved.upper).abs() < 1e-9);
        }
    }
}
