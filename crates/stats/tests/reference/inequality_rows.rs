//! Adapters for weighted rows: `healthequal` with survey designs, and `rineq`.

use evenly_stats::inequality::concentration::Index;
use evenly_stats::inequality::concentration_index::{self as continuous, Estimator, Normalisation, Ties};
use evenly_stats::inequality::design::Design;
use evenly_stats::inequality::groups::Measured;
use evenly_stats::inequality::individual::{self, Sample};
use evenly_stats::inequality::rank_line::Model;
use evenly_stats::{Confidence, Refusal};
use serde_json::{Value, json};

use crate::compare::Tolerance;
use crate::inputs;
use crate::outcome::{Check, Outcome};

/// The reference stops its logistic fits early and differentiates numerically.
const NUMERIC: f64 = 1e-6;

fn measure(case: &Value) -> Result<Measured, Refusal> {
    let uses: Vec<bool> = inputs::list(case, "uses").iter().map(|flag| flag.as_bool() == Some(true)).collect();
    let outcomes = inputs::numbers(case, "est");
    let weights = if uses[0] { inputs::numbers(case, "weight") } else { vec![1.0; outcomes.len()] };
    let clusters = uses[1].then(|| inputs::texts(case, "psu"));
    let strata = uses[2].then(|| inputs::texts(case, "strata"));
    let design = Design { clusters: clusters.as_deref(), strata: strata.as_deref() };
    let sample = Sample::new(outcomes, &inputs::numbers(case, "subgroup_order"), weights)?;
    let confidence = Confidence::new(0.95)?;
    let id = case["id"].as_str().unwrap();
    let model = if id.ends_with("logit") { Model::Logit } else { Model::Linear };
    let (index, bounds) = if id.ends_with("erreygers") {
        (Index::Erreygers, Some([0.0, 1.0]))
    } else if id.ends_with("wagstaff") {
        (Index::Wagstaff, Some([0.0, 1.0]))
    } else if id.ends_with("rci") {
        (Index::Relative, None)
    } else {
        (Index::Absolute, None)
    };
    match case["fn"].as_str().unwrap() {
        "sii(weight)" => individual::slope(&sample, model, &design, confidence),
        "rii(weight)" => individual::relative(&sample, model, &design, confidence),
        _ => individual::concentration(&sample, index, bounds, &design, confidence),
    }
}

/// Answers a survey case.
pub fn case(case: &Value) -> Outcome {
    let measured = match measure(case) {
        Ok(measured) => measured,
        Err(refusal) => return Outcome::Refused(refusal),
    };
    let expected = &case["expected"];
    let logit = case["id"].as_str().unwrap().ends_with("logit");
    let tolerance = if logit { Tolerance::relative(NUMERIC) } else { Tolerance::STRICT };
    let [lower, upper] = measured.limits.unwrap_or([f64::NAN; 2]);
    Outcome::Checks(vec![
        Check::new("estimate", measured.value, expected["estimate"].clone(), Tolerance::STRICT),
        Check::new("se", measured.se, expected["se"].clone(), tolerance),
        Check::new("lower", lower, expected["lowerci"].clone(), tolerance),
        Check::new("upper", upper, expected["upperci"].clone(), tolerance),
    ])
}

/// Answers a case of a continuous ranking.
pub fn concentration_index(case: &Value) -> Outcome {
    let estimator = match inputs::text(case, "method") {
        Some("linreg_convenience") => Estimator::Convenient,
        Some("cov_convenience") => Estimator::Covariance,
        Some("direct") => Estimator::Direct,
        _ => Estimator::Delta,
    };
    let normalisation = match inputs::text(case, "type") {
        Some("CIg") => Normalisation::Generalised,
        Some("CIc") => Normalisation::Erreygers,
        Some("CIw") => Normalisation::Wagstaff,
        _ => Normalisation::Relative,
    };
    let (places, outcomes) = (inputs::numbers(case, "ineqvar"), inputs::numbers(case, "outcome"));
    let weights = if inputs::has(case, "weights") { inputs::numbers(case, "weights") } else { vec![1.0; places.len()] };
    // The reference ranks equal rows in their order; our default lets them share a rank.
    let answer = continuous::concentration_index(&places, &outcomes, &weights, estimator, normalisation, Ties::InOrder);
    // What the reference calls the variance of its covariance estimator is the variance of the ranks.
    let shape = |answer: continuous::Concentration| {
        json!({
            "concentration_index": answer.value,
            "variance": answer.variance.unwrap_or(answer.rank_variance),
        })
    };
    answer.map(shape).into()
}
