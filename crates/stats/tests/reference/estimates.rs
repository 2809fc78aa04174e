//! Adapters for proportions, rates, means and quantile groups (`PHEindicatormethods`).

use evenly_stats::{Estimate, Refusal, mean, proportion, quantile, rate};
use serde_json::{Value, json};

use crate::compare::Tolerance;
use crate::inputs;
use crate::outcome::{Adapter, Check, Outcome, must_refuse, right_answer};

/// The reference's function names and what answers them.
pub const ADAPTERS: &[(&str, Adapter)] = &[
    ("phe_proportion", phe_proportion),
    ("phe_rate", phe_rate),
    ("phe_mean", phe_mean),
    ("phe_quantile", phe_quantile),
];

/// Compares the named columns only: the reference's labels ("proportion of 1000") are its own.
pub fn check_columns(case: &Value, columns: Vec<(String, Value)>) -> Outcome {
    if must_refuse(case) {
        return Outcome::Answer(Value::Null);
    }
    let right = right_answer(case);
    let tolerance = Tolerance::of_case(case);
    Outcome::Checks(
        columns.into_iter().map(|(name, got)| Check::new(name.clone(), got, right[&name].clone(), tolerance)).collect(),
    )
}

/// The names of value and limits: `lowercl` at one level, `lower95_0cl` and `lower99_8cl` at two.
pub fn interval_columns(
    case: &Value,
    estimates: impl Fn(f64) -> Result<Vec<Option<Estimate>>, Refusal>,
) -> Result<Vec<(String, Value)>, Refusal> {
    let levels = inputs::numbers(case, "confidence");
    let mut columns = Vec::new();
    for level in &levels {
        let own = estimates(*level)?;
        let pick = |part: fn(&Estimate) -> f64| json!(own.iter().map(|one| one.as_ref().map(part)).collect::<Vec<_>>());
        let percent = if *level > 1.0 { *level } else { level * 100.0 };
        let suffix = if levels.len() == 1 { String::new() } else { format!("{percent:.1}").replace('.', "_") };
        columns.push(("value".to_owned(), pick(|estimate| estimate.value)));
        columns.push((format!("lower{suffix}cl"), pick(|estimate| estimate.lower)));
        columns.push((format!("upper{suffix}cl"), pick(|estimate| estimate.upper)));
    }
    Ok(columns)
}

/// Refusals of the method as they are, columns compared otherwise.
pub fn conclude(case: &Value, columns: Result<Vec<(String, Value)>, Refusal>) -> Outcome {
    match columns {
        Ok(columns) => check_columns(case, columns),
        Err(refusal) => Outcome::Refused(refusal),
    }
}

fn phe_proportion(case: &Value) -> Outcome {
    let (x, n) = (inputs::maybe_numbers(case, "x"), inputs::numbers(case, "n"));
    let multiplier = inputs::number(case, "multiplier").unwrap_or(1.0);
    let columns = interval_columns(case, |level| {
        let rows = x.iter().zip(&n);
        rows.map(|(x, n)| x.map(|x| Ok(proportion::wilson(x, *n, level)?.scaled(multiplier))).transpose()).collect()
    });
    conclude(case, columns)
}

fn phe_rate(case: &Value) -> Outcome {
    let (x, n) = (inputs::maybe_numbers(case, "x"), inputs::numbers(case, "n"));
    let multiplier = inputs::number(case, "multiplier").unwrap_or(100_000.0);
    let columns = interval_columns(case, |level| {
        let rows = x.iter().zip(&n);
        rows.map(|(x, n)| x.map(|x| rate::byar_or_exact(x, *n, multiplier, level)).transpose()).collect()
    });
    conclude(case, columns)
}

fn phe_mean(case: &Value) -> Outcome {
    let labels = inputs::texts(case, "group");
    let values = inputs::maybe_numbers(case, "x");
    let mut groups = inputs::groups(&labels);
    groups.sort();
    let levels = inputs::numbers(case, "confidence");
    let means = |level: f64| -> Result<Vec<Option<mean::Mean>>, Refusal> {
        let own = groups.iter().map(|(_, rows)| rows.iter().map(|row| values[*row]).collect::<Option<Vec<f64>>>());
        own.map(|own| own.map(|own| mean::student(&own, level)).transpose()).collect()
    };
    let columns = interval_columns(case, |level| {
        Ok(means(level)?.into_iter().map(|mean| mean.and_then(|mean| mean.estimate)).collect())
    });
    let columns = columns.and_then(|mut columns| {
        let own = means(levels[0])?;
        // A single value has a mean, though no interval.
        columns.retain(|(name, _)| name != "value");
        columns.push(("g".to_owned(), json!(groups.iter().map(|(name, _)| name).collect::<Vec<_>>())));
        columns
            .push(("value".to_owned(), json!(own.iter().map(|mean| mean.map(|mean| mean.value)).collect::<Vec<_>>())));
        let sums: Vec<_> = own.iter().map(|mean| mean.map(|mean| mean.sum)).collect();
        columns.push(("value_sum".to_owned(), json!(sums)));
        let counts: Vec<_> = groups.iter().map(|(_, rows)| rows.len()).collect();
        columns.push(("value_count".to_owned(), json!(counts)));
        let deviations: Vec<_> = own.iter().map(|mean| mean.and_then(|mean| mean.deviation)).collect();
        columns.push(("stdev".to_owned(), json!(deviations)));
        Ok(columns)
    });
    conclude(case, columns)
}

fn phe_quantile(case: &Value) -> Outcome {
    let values = inputs::maybe_numbers(case, "values");
    let labels = inputs::texts(case, "group");
    let groups = inputs::number(case, "nquantiles").unwrap_or(10.0);
    let largest_first = inputs::flag(case, "invert").unwrap_or(true);
    let mut answers = vec![None; values.len()];
    for (_, rows) in inputs::groups(&labels) {
        let own: Vec<Option<f64>> = rows.iter().map(|row| values[*row]).collect();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a small whole number")]
        // Where the reference warns and leaves the group empty, we refuse.
        let quantiles =
            quantile::quantile_groups(&own, groups as usize, largest_first).unwrap_or(vec![None; own.len()]);
        for (row, quantile) in rows.iter().zip(quantiles) {
            answers[*row] = quantile;
        }
    }
    check_columns(case, vec![("quantile".to_owned(), json!(answers))])
}
