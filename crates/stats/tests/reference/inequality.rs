//! Adapters for measures of inequality.

#[path = "inequality_groups.rs"]
mod groups;
#[path = "inequality_rows.rs"]
mod rows;

use evenly_stats::Refusal;
use evenly_stats::inequality::sii::{self, Error, Group, Limits, Sii, SiiOptions, Transform, ValueType};
use serde_json::Value;

use crate::compare::Tolerance;
use crate::inputs;
use crate::outcome::{Adapter, Check, Outcome};

/// The reference's function names and what answers them.
pub const ADAPTERS: &[(&str, Adapter)] = &[
    ("phe_sii", phe_sii),
    ("d", groups::case),
    ("r", groups::case),
    ("bgv", groups::case),
    ("bgsd", groups::case),
    ("cov", groups::case),
    ("ti", groups::case),
    ("mld", groups::case),
    ("idisw", groups::case),
    ("idisu", groups::case),
    ("mdmw", groups::case),
    ("mdmu", groups::case),
    ("mdbw", groups::case),
    ("mdbu", groups::case),
    ("mdrw", groups::case),
    ("mdru", groups::case),
    ("paf", groups::case),
    ("par", groups::case),
    ("sii_logit", groups::case),
    ("rii_logit", groups::case),
    ("sii_linear", groups::case),
    ("rii_linear", groups::case),
    ("aci", groups::case),
    ("aci_bounded", groups::case),
    ("rci", groups::case),
    ("rci_erreygers", groups::case),
    ("rci_wagstaff", groups::case),
    ("sii(weight)", rows::case),
    ("rii(weight)", rows::case),
    ("aci(weight)", rows::case),
    ("rci(weight)", rows::case),
    ("rineq::ci", rows::concentration_index),
];

const POINT: Tolerance = Tolerance { relative: 1e-10, absolute: 0.0 };
/// The reference's exact limits are right to about this much.
const EXACT: Tolerance = Tolerance { relative: 1e-9, absolute: 0.0 };

/// The areas of a case, each with the places of its rows; one that lacks a group is left out, as in the reference.
fn areas(case: &Value) -> Vec<Vec<usize>> {
    let rows = inputs::list(case, "pop").len();
    if !inputs::has(case, "area") {
        return vec![(0..rows).collect()];
    }
    let areas = inputs::groups(&inputs::texts(case, "area"));
    let most = areas.iter().map(|(_, rows)| rows.len()).max().unwrap_or(0);
    areas.into_iter().map(|(_, rows)| rows).filter(|rows| rows.len() == most).collect()
}

fn phe_groups(case: &Value, rows: &[usize]) -> Vec<Group> {
    let (populations, values) = (inputs::numbers(case, "pop"), inputs::numbers(case, "value"));
    // Groups by number, also where the reference had them as text.
    let mut rows = rows.to_vec();
    let ranks: Vec<f64> = inputs::texts(case, "quantile").iter().map(|rank| rank.parse().unwrap()).collect();
    rows.sort_by(|one, other| ranks[*one].total_cmp(&ranks[*other]));
    let by_error = inputs::text(case, "supplied") == Some("se");
    let group = |row: usize| Group {
        population: populations[row],
        value: values[row],
        error: if by_error {
            Error::Standard(inputs::numbers(case, "se")[row])
        } else {
            Error::Limits { lower: inputs::numbers(case, "lcl")[row], upper: inputs::numbers(case, "ucl")[row] }
        },
    };
    rows.into_iter().map(group).collect()
}

fn phe_options(case: &Value, confidence: f64, limits: Limits) -> SiiOptions {
    let value_type = match inputs::number(case, "value_type") {
        Some(1.0) => ValueType::Rate,
        Some(2.0) => ValueType::Proportion,
        _ => ValueType::Mean,
    };
    let transform = match (inputs::flag(case, "transform"), value_type) {
        (Some(true), ValueType::Rate) => Transform::Log,
        (Some(true), ValueType::Proportion) => Transform::Logit,
        _ => Transform::None,
    };
    let multiplier = inputs::number(case, "multiplier").unwrap_or(1.0);
    let confidence = if confidence > 1.0 { confidence / 100.0 } else { confidence };
    SiiOptions { value_type, transform, multiplier, confidence, limits, repetitions: 100_000, ..SiiOptions::default() }
}

fn phe_sii(case: &Value) -> Outcome {
    let mut checks = Vec::new();
    let areas = areas(case);
    let confidences = inputs::numbers(case, "confidence");
    for (number, rows) in areas.iter().enumerate() {
        let groups = phe_groups(case, rows);
        for (level, confidence) in confidences.iter().enumerate() {
            for limits in [Limits::Best, Limits::Simulated] {
                let answer = match sii::slope_index(&groups, &phe_options(case, *confidence, limits)) {
                    Ok(answer) => answer,
                    Err(refusal) => return Outcome::Refused(refusal),
                };
                let Some(rii) = answer.rii else {
                    return Outcome::Refused(Refusal::Undefined("no relative index".to_owned()));
                };
                let got = [answer.sii.lower, answer.sii.upper, rii.lower, rii.upper];
                checks.extend(points(case, number, &answer));
                if limits == Limits::Best {
                    checks.extend(exact_limits(case, &got));
                }
                let place = Place { area: number, areas: areas.len(), level, levels: confidences.len() };
                checks.extend(simulated_limits(case, &place, &got));
            }
        }
    }
    Outcome::Checks(checks)
}

/// The reference sorts ten or more groups that are given as text as text.
fn sorted_as_text(case: &Value) -> bool {
    let groups = inputs::list(case, "quantile");
    groups.len() >= 10 && groups.iter().any(|group| group.is_string())
}

fn points(case: &Value, area: usize, answer: &Sii) -> Vec<Check> {
    let expected = &case["expected"];
    let rii = answer.rii.map_or(Value::Null, |rii| rii.value.into());
    if expected.get("error").is_some() {
        // The reference crashes on a proportion or rate at the end of its range; our rule gives an answer.
        return vec![Check::new("has an answer", answer.sii.value.is_finite(), true, POINT)];
    }
    if sorted_as_text(case) {
        // The expected point, too, is that of groups sorted as text.
        let differs = expected["sii"][0].as_f64().is_some_and(|wrong| (answer.sii.value - wrong).abs() > 0.1);
        return vec![Check::new("not sorted as text", differs, true, POINT)];
    }
    vec![
        Check::new("sii", answer.sii.value, expected["sii"][area].clone(), POINT),
        Check::new("rii", rii, expected["rii"][area].clone(), POINT),
        Check::new("intercept", answer.intercept, expected["intercept"][area].clone(), POINT),
    ]
}

fn exact_limits(case: &Value, got: &[f64; 4]) -> Vec<Check> {
    let exact = &case["expected"]["analytic"];
    if sorted_as_text(case) {
        return Vec::new();
    }
    let names = ["sii_lower", "sii_upper", "rii_lower", "rii_upper"];
    let known = names.iter().zip(got).filter(|(name, _)| exact.get(**name).is_some());
    known.map(|(name, got)| Check::new(*name, *got, exact[*name].clone(), EXACT)).collect()
}

/// Where a limit stands in the reference's list: by index, level, side and area.
struct Place {
    area: usize,
    areas: usize,
    level: usize,
    levels: usize,
}

fn simulated_limits(case: &Value, place: &Place, got: &[f64; 4]) -> Vec<Check> {
    // With a multiplier between 0 and 1 the reference swaps the limits; the exact ones are checked instead.
    let multiplier = inputs::number(case, "multiplier").unwrap_or(1.0);
    let transformed = inputs::flag(case, "transform") == Some(true);
    let swapped = transformed && multiplier > 0.0 && multiplier < 1.0;
    let (means, spreads) = (&case["expected"]["ci_mean_100k"], &case["expected"]["ci_sd_100k"]);
    if means.is_null() || swapped {
        return Vec::new();
    }
    let check = |(side, got): (usize, &f64)| {
        let index = side / 2;
        let column = (index * place.levels + place.level) * 2 + side % 2;
        let at = column * place.areas + place.area;
        let want = means[at].as_f64().unwrap();
        let tolerance = Tolerance { relative: 0.0, absolute: 5.0 * spreads[at].as_f64().unwrap() };
        Check::new(format!("limit {side} of area {}", place.area), *got, want, tolerance)
    };
    got.iter().enumerate().map(check).collect()
}
