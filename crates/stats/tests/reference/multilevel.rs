//! Adapters for multilevel models.
//!
//! Normal models and quadrature fits are compared to the case's tolerance with a small absolute floor (variances that are
//! 0 here are tiny there), log-likelihoods to 1e-6. With several quadrature nodes the reference leaves the saturated
//! likelihood out of the log-likelihood; it is taken off ours before comparing.
//!
//! Laplace fits (`nAGQ1`) are compared more loosely, since the reference's are inexact: its curvature term is one
//! iteration behind its mode, so that at its own estimates the true Laplace log-likelihood is up to 2e-4 above what it
//! reports (`docs/reference/differences.md`). There ours must be at least theirs and at most 1e-3 above.
//!
//! The block `maihda_pkg` holds fits to individuals by another package, which agree to 2e-3.

use evenly_stats::multilevel::maihda::{Fit, LogisticOptions, Maihda};
use evenly_stats::multilevel::{Count, Criterion, Dimension, maihda, maihda_mean};
use evenly_stats::{Confidence, Refusal};
use serde_json::{Map, Value, json};

use crate::compare::Tolerance;
use crate::inputs::{groups, has, numbers, texts};
use crate::outcome::{Adapter, Check, Outcome};

/// The reference's function names and what answers them.
pub const ADAPTERS: &[(&str, Adapter)] = &[("glmer MAIHDA", logistic), ("lmer MAIHDA", normal)];

/// The reference's block of fits by one quadrature node.
const LAPLACE: &str = "nAGQ1";

const LOG_LIKELIHOOD: Tolerance = Tolerance { relative: 0.0, absolute: 1e-6 };

/// The dimensions of a case, by the labels of each stratum's first row.
fn dimensions(case: &Value, first_rows: &[usize]) -> Vec<Dimension> {
    let names = case["inputs"].as_object().into_iter().flatten().map(|(name, _)| name.as_str());
    let names = names.filter(|name| !["stratum", "n", "y", "family", "reference_levels"].contains(name));
    names
        .map(|name| {
            let labels = texts(case, name);
            Dimension::from_labels(name, &first_rows.iter().map(|row| labels[*row].clone()).collect::<Vec<_>>())
        })
        .collect()
}

fn logistic(case: &Value) -> Outcome {
    match logistic_checks(case) {
        Ok(checks) => Outcome::Checks(checks),
        Err(refusal) => Outcome::Refused(refusal),
    }
}

fn logistic_checks(case: &Value) -> Result<Vec<Check>, Refusal> {
    let counts: Vec<Count> = numbers(case, "y")
        .into_iter()
        .zip(numbers(case, "n"))
        .map(|(events, trials)| Count { events, trials })
        .collect();
    let dimensions = dimensions(case, &(0..counts.len()).collect::<Vec<_>>());
    let saturated: f64 = counts.iter().map(saturated).sum();
    let mut checks = Vec::new();
    for (name, points) in
        [(LAPLACE, 1), ("nAGQ15", 15)].into_iter().filter(|(name, _)| !case["expected"][*name].is_null())
    {
        let options = LogisticOptions { points, confidence: Confidence::new(0.95)? };
        let found = maihda::fit(&counts, &dimensions, &options)?;
        let offset = if points > 1 { saturated } else { 0.0 };
        compare(&mut checks, name, case, &found, offset);
        if points == 1 {
            let want = &case["expected"]["maihda_pkg"];
            let close = Tolerance { relative: 2e-3, absolute: 1e-6 };
            checks.push(Check::new("maihda_pkg.vpc", json!(found.null.vpc), want["vpc"].clone(), close));
            if !want["auc_null_model"].is_null() {
                checks.push(Check::new("maihda_pkg.auc", json!(found.null.auc), want["auc_null_model"].clone(), close));
            }
        }
    }
    Ok(checks)
}

/// Log-likelihood of one count at its own proportion, without the binomial coefficient, plus that coefficient.
fn saturated(count: &Count) -> f64 {
    let (y, n) = (count.events, count.trials);
    let part = |x: f64| if x > 0.0 { x * (x / n).ln() } else { 0.0 };
    libm::lgamma(n + 1.0) - libm::lgamma(y + 1.0) - libm::lgamma(n - y + 1.0) + part(y) + part(n - y)
}

fn normal(case: &Value) -> Outcome {
    match normal_checks(case) {
        Ok(checks) => Outcome::Checks(checks),
        Err(refusal) => Outcome::Refused(refusal),
    }
}

fn normal_checks(case: &Value) -> Result<Vec<Check>, Refusal> {
    let values = numbers(case, "y");
    let mut strata = groups(&texts(case, "stratum"));
    // The reference reports strata in the order of their numbers.
    strata.sort_by_key(|(label, _)| label.parse::<u64>().unwrap_or(u64::MAX));
    let dimensions = dimensions(case, &strata.iter().map(|(_, rows)| rows[0]).collect::<Vec<_>>());
    let by_stratum: Vec<Vec<f64>> =
        strata.iter().map(|(_, rows)| rows.iter().map(|row| values[*row]).collect()).collect();
    let mut checks = Vec::new();
    for (name, criterion) in [("ML", Criterion::MaximumLikelihood), ("REML", Criterion::Restricted)] {
        let found = maihda_mean::fit(&by_stratum, &dimensions, criterion, Confidence::new(0.95)?)?;
        compare(&mut checks, name, case, &found, 0.0);
    }
    Ok(checks)
}

/// Compares what the case has of both models.
fn compare(checks: &mut Vec<Check>, block: &str, case: &Value, found: &Maihda, offset: f64) {
    let logistic = has(case, "n");
    let want = &case["expected"][block];
    let close = if block == LAPLACE {
        Tolerance { relative: 2e-3, absolute: 1e-3 }
    } else {
        Tolerance { absolute: 1e-6, ..Tolerance::of_case(case) }
    };
    for (model, fit) in [("null", &found.null), ("main_effects", &found.main)] {
        let ours = answer(fit, offset, logistic);
        for (key, want) in want[model].as_object().into_iter().flatten() {
            let path = format!("{block}.{model}.{key}");
            let (got, tolerance) = match key.as_str() {
                "loglik" if block == LAPLACE => {
                    let above = fit.log_likelihood - want.as_f64().unwrap_or(f64::NAN);
                    let as_good = (-1e-6..=1e-3).contains(&above);
                    (if as_good { want.clone() } else { ours[key].clone() }, LOG_LIKELIHOOD)
                }
                "loglik" => (ours[key].clone(), LOG_LIKELIHOOD),
                "fixef_se" if block == LAPLACE => (ours[key].clone(), Tolerance { relative: 1e-2, absolute: 0.0 }),
                _ => (ours[key].clone(), close),
            };
            checks.push(Check::new(path, got, want.clone(), tolerance));
        }
    }
    checks.push(Check::new(format!("{block}.pcv"), json!(found.explained), want["pcv"].clone(), close));
}

fn answer(fit: &Fit, offset: f64, logistic: bool) -> Value {
    let coefficients = |value: fn(&maihda::Coefficient) -> f64| -> Map<String, Value> {
        fit.coefficients.iter().map(|own| (own.name.clone(), json!(value(own)))).collect()
    };
    let strata = |value: fn(&maihda::StratumEstimate) -> f64| fit.strata.iter().map(value).collect::<Vec<_>>();
    let mut answer = json!({
        "fixef": coefficients(|own| own.value),
        "fixef_se": coefficients(|own| own.error),
        "var_stratum": fit.variance,
        "loglik": fit.log_likelihood - offset,
        "ranef": strata(|stratum| stratum.effect),
        "ranef_condsd": strata(|stratum| stratum.effect_sd),
    });
    let more = if logistic {
        json!({
            "vpc_latent": fit.vpc,
            "mor": fit.median_odds_ratio,
            "singular": fit.singular,
            "prob": strata(|stratum| stratum.value.value),
            "prob_fixed_only": strata(|stratum| stratum.additive),
            "prob_lower95_cond": strata(|stratum| stratum.given_fixed.lower),
            "prob_upper95_cond": strata(|stratum| stratum.given_fixed.upper),
            "interaction_prob": strata(|stratum| stratum.interaction),
        })
    } else {
        json!({"vpc": fit.vpc, "var_resid": fit.within})
    };
    if let (Some(answer), Value::Object(more)) = (answer.as_object_mut(), more) {
        answer.extend(more);
    }
    answer
}
