//! Adapter for the measures of grouped data of `healthequal`.

use evenly_stats::inequality::bootstrap::Sampling;
use evenly_stats::inequality::concentration::{Index, concentration};
use evenly_stats::inequality::groups::{Group, Groups, Measured, Setting};
use evenly_stats::inequality::mean_deviation::{From, Weighting, index_of_disparity, mean_deviation};
use evenly_stats::inequality::rank_line::Model;
use evenly_stats::inequality::{attributable, between_group_variance, entropy, extremes, slope_grouped};
use evenly_stats::{Better, Confidence, Refusal};
use serde_json::{Value, json};

use crate::compare::Tolerance;
use crate::inputs;
use crate::outcome::{Check, Outcome, must_refuse, right_answer};

const DRAWS: usize = 40_000;
/// The reference differentiates numerically: its standard errors of fitted lines are good to six digits, and limits are
/// exponentials of them.
const NUMERIC: f64 = 2e-6;
/// The reference's own crashes, which say nothing about whether there is an answer.
const CRASHES: [&str; 2] = ["object '", "arguments imply differing number of rows"];

fn groups(case: &Value, scale: Option<f64>) -> Result<Groups, Refusal> {
    let values = inputs::maybe_numbers(case, "est");
    let column =
        |name: &str| if inputs::has(case, name) { inputs::maybe_numbers(case, name) } else { vec![None; values.len()] };
    let (errors, populations, ranks) = (column("se"), column("pop"), column("subgroup_order"));
    let references = column("reference_subgroup");
    let ordered = inputs::number(case, "ordered_dimension") == Some(1.0);
    let rows: Vec<Group> = (0..values.len())
        .map(|row| Group {
            value: values[row],
            se: errors[row],
            population: populations[row],
            rank: if ordered { ranks[row] } else { None },
            reference: references[row] == Some(1.0),
        })
        .collect();
    let better = if inputs::number(case, "favourable_indicator") == Some(1.0) { Better::Higher } else { Better::Lower };
    let average = inputs::number(case, "setting_average");
    Groups::new(&rows, Setting { better, average, scale, dimension: "groups".to_owned() })
}

fn measure(case: &Value) -> Result<(Groups, Measured), Refusal> {
    let name = case["fn"].as_str().unwrap();
    let scale = inputs::number(case, "scaleval");
    // The reference's slopes take the smallest scale that fits, whatever scale the case names.
    let fitted = name.starts_with("sii") || name.starts_with("rii");
    let groups = groups(case, if fitted { None } else { scale })?;
    let confidence = Confidence::new(0.95)?;
    let sampling = Sampling { confidence, repetitions: DRAWS, seed: 20 };
    let bounds = scale.map(|scale| [0.0, scale]);
    let deviation = |from, weighting| mean_deviation(&groups, from, weighting, &sampling);
    let measured = match name {
        "d" => extremes::difference(&groups, confidence),
        "r" => extremes::ratio(&groups, confidence),
        "bgv" => between_group_variance::bgv(&groups, confidence),
        "bgsd" => between_group_variance::bgsd(&groups, &sampling),
        "cov" => between_group_variance::cov(&groups, &sampling),
        "ti" => entropy::theil(&groups, confidence),
        "mld" => entropy::mean_log_deviation(&groups, confidence),
        "idisw" => index_of_disparity(&groups, Weighting::Population, &sampling),
        "idisu" => index_of_disparity(&groups, Weighting::Equal, &sampling),
        "mdmw" => deviation(From::Average, Weighting::Population),
        "mdmu" => deviation(From::Average, Weighting::Equal),
        "mdbw" => deviation(From::Best, Weighting::Population),
        "mdbu" => deviation(From::Best, Weighting::Equal),
        "mdrw" => deviation(From::Reference, Weighting::Population),
        "mdru" => deviation(From::Reference, Weighting::Equal),
        "paf" => attributable::paf(&groups, confidence),
        "par" => attributable::par(&groups, confidence),
        "sii_logit" => slope_grouped::slope(&groups, Model::Logit, confidence),
        "rii_logit" => slope_grouped::relative(&groups, Model::Logit, confidence),
        "sii_linear" => slope_grouped::slope(&groups, Model::Linear, confidence),
        "rii_linear" => slope_grouped::relative(&groups, Model::Linear, confidence),
        "aci" => concentration(&groups, Index::Absolute, None, confidence),
        "aci_bounded" => concentration(&groups, Index::Absolute, bounds, confidence),
        "rci" => concentration(&groups, Index::Relative, None, confidence),
        "rci_erreygers" => concentration(&groups, Index::Erreygers, bounds, confidence),
        "rci_wagstaff" => concentration(&groups, Index::Wagstaff, bounds, confidence),
        other => unreachable!("{other} has no adapter"),
    };
    Ok((groups, measured?))
}

/// Answers a grouped case.
pub fn case(case: &Value) -> Outcome {
    let answer = measure(case);
    let expected = right_answer(case);
    let crashed = expected["error"].as_str().is_some_and(|error| CRASHES.iter().any(|own| error.starts_with(own)));
    let undefined = expected["estimate"] == "Inf";
    let (groups, measured) = match answer {
        Ok(answer) => answer,
        // A ratio over zero is infinite in the reference; here it is a refusal.
        Err(_) if undefined || crashed => return Outcome::Checks(Vec::new()),
        Err(refusal) => return Outcome::Refused(refusal),
    };
    if crashed {
        let exact = Tolerance::relative(0.0);
        return Outcome::Checks(vec![Check::new("has an answer", measured.value.is_finite(), true, exact)]);
    }
    if must_refuse(case) {
        return Outcome::Answer(json!(measured.value));
    }
    Outcome::Checks(checks(case, &expected, &groups, measured))
}

fn checks(case: &Value, expected: &Value, groups: &Groups, measured: Measured) -> Vec<Check> {
    let name = case["fn"].as_str().unwrap();
    let strict = Tolerance::STRICT;
    if name.ends_with("_logit") {
        // Weighted once; the rest of the expected block weights by population twice.
        let want = if name == "sii_logit" { &expected["sii"] } else { &expected["rii"] };
        return vec![Check::new("estimate", measured.value, want.clone(), strict)];
    }
    let mut checks = Vec::new();
    if let Some(want) = expected.get("estimate") {
        checks.push(Check::new("estimate", measured.value, want.clone(), strict));
    }
    if let Some(spread) = expected["boot_sd"].as_f64() {
        checks.extend(bootstrap_checks(expected, spread, measured));
        return checks;
    }
    if expected.get("boot_lower").is_some()
        || name.starts_with("md")
        || matches!(name, "bgsd" | "cov" | "idisw" | "idisu")
    {
        return checks;
    }
    let empty_group = groups.populations().is_ok_and(|populations| populations.contains(&0.0));
    let fitted = name.contains("ii_") || name.contains("ci");
    if fitted && empty_group {
        // The reference counts a group of nobody among its degrees of freedom; see differences.md.
        return checks;
    }
    // On the scale of a fraction in the reference's slopes, of the indicator in ours.
    let unit = if name == "sii_linear" { groups.scale() } else { 1.0 };
    let tolerance = if fitted { Tolerance::relative(NUMERIC) } else { strict };
    let lower = measured.limits.map(|limits| limits[0]);
    let upper = measured.limits.map(|limits| limits[1]);
    checks.push(Check::new("se", measured.se.map(|se| se / unit), expected["se"].clone(), tolerance));
    checks.push(Check::new("lower", lower, expected["lowerci"].clone(), tolerance));
    checks.push(Check::new("upper", upper, expected["upperci"].clone(), tolerance));
    checks
}

/// Limits within Monte Carlo error: five standard errors of a 2.5% quantile of 40,000 draws (2.67 sd/√draws for a normal
/// distribution; the heavier tails of some measures double it).
fn bootstrap_checks(expected: &Value, spread: f64, measured: Measured) -> Vec<Check> {
    let tolerance = Tolerance { relative: 0.0, absolute: 5.0 * 2.0 * 2.67 * spread / (DRAWS as f64).sqrt() };
    let right = |name: &str| {
        let corrected = expected.get(format!("{name}_corrected"));
        corrected.unwrap_or(&expected[name]).clone()
    };
    let [lower, upper] = measured.limits.unwrap_or([f64::NAN; 2]);
    vec![
        Check::new("boot_lower", lower, right("boot_lower"), tolerance),
        Check::new("boot_upper", upper, right("boot_upper"), tolerance),
    ]
}
