//! Adapters for decompositions.

use evenly_stats::decompose::das_gupta::das_gupta;
use evenly_stats::decompose::kitagawa::{Cell, Contribution, kitagawa};
use evenly_stats::decompose::oaxaca::{Data, Model, Part, Pooled, Settings, Term, Values, oaxaca};
use evenly_stats::{Confidence, Refusal};
use serde_json::{Value, json};

use crate::compare::Tolerance;
use crate::inputs;
use crate::outcome::{Adapter, Check, Outcome};

/// The reference's function names and what answers them.
pub const ADAPTERS: &[(&str, Adapter)] = &[
    ("Kitagawa 1955 two-component (formula) + DasGuptR::dgnpop", two_components),
    ("dgnpop 3 factors x 3 populations", factors),
    ("OaxacaBlinderDecomp", oaxaca_blinder),
];

/// Parts that are zero but for rounding have no relative tolerance; the outcomes are of the order of 10.
const TOLERANCE: Tolerance = Tolerance { relative: 1e-9, absolute: 1e-11 };

fn two_components(case: &Value) -> Outcome {
    let side = |name: &str| -> Vec<Cell> {
        let counts = inputs::numbers(case, &format!("events_{name}")).into_iter();
        let cells = counts.zip(inputs::numbers(case, &format!("pop_{name}")));
        cells.map(|(numerator, denominator)| Cell { numerator, denominator }).collect()
    };
    let sides = [side("a"), side("b")];
    let total = |side: &[Cell]| side.iter().map(|cell| cell.denominator).sum::<f64>();
    let totals = [total(&sides[0]), total(&sides[1])];
    let rate = |from: &[usize]| {
        let strata = sides[from[0]].iter().zip(&sides[from[1]]);
        strata.map(|(share, rate)| share.denominator / totals[from[0]] * rate.numerator / rate.denominator).sum()
    };
    let answers = kitagawa(&sides[0], &sides[1]).and_then(|answer| Ok((answer, das_gupta(2, 2, rate)?)));
    let shape = |(answer, standardised): (evenly_stats::decompose::kitagawa::Kitagawa, _)| {
        let standardised: evenly_stats::decompose::das_gupta::Standardised = standardised;
        let by_group = |part: fn(&Contribution) -> f64| answer.groups.iter().map(part).collect::<Vec<f64>>();
        json!({
            "crude_a": answer.first,
            "crude_b": answer.second,
            "difference": answer.difference(),
            "rate_effect": answer.rate_effect,
            "composition_effect": answer.composition_effect,
            "rate_effect_by_stratum": by_group(|own| own.rate),
            "composition_effect_by_stratum": by_group(|own| own.composition),
            "threefold": {
                "endowments_wrt_a": answer.endowments,
                "coefficients_wrt_a": answer.coefficients,
                "interaction": answer.interaction,
            },
            "dasgupta": labelled(&standardised.crude, &standardised.by_factor, case),
        })
    };
    answers.map(shape).into()
}

/// Rates in the reference's order, beside its own labels.
fn labelled(crude: &[f64], by_factor: &[Vec<f64>], case: &Value) -> Value {
    let expected = &case["expected"];
    let mut block = expected.get("dasgupta").unwrap_or(expected).clone();
    block["rate"] = json!([crude.to_vec(), by_factor.concat()].concat());
    block
}

fn factors(case: &Value) -> Outcome {
    let columns = ["a", "b", "c"].map(|name| inputs::numbers(case, name));
    let rate = |from: &[usize]| from.iter().zip(&columns).map(|(side, column)| column[*side]).product::<f64>();
    let answer = das_gupta(columns[0].len(), columns.len(), rate);
    answer.map(|answer| labelled(&answer.crude, &answer.by_factor, case)).into()
}

fn oaxaca_blinder(case: &Value) -> Outcome {
    let outcomes = inputs::numbers(case, "y");
    let second: Vec<bool> = inputs::numbers(case, "g").into_iter().map(|group| group > 0.5).collect();
    let formula = inputs::text(case, "formula").unwrap_or_default();
    let right = formula.split('~').nth(1).and_then(|side| side.split('|').next()).unwrap_or_default();
    let terms: Vec<Term> = right
        .split('+')
        .map(|name| {
            let name = name.trim();
            let text = case["inputs"][name][0].is_string();
            let values = if text {
                Values::Levels(inputs::texts(case, name))
            } else {
                Values::Numbers(inputs::numbers(case, name))
            };
            Term { name: name.to_owned(), values }
        })
        .collect();
    let weights = vec![1.0; outcomes.len()];
    let data = Data { outcomes: &outcomes, second: &second, weights: &weights, terms: &terms };
    match decomposed(case, &data) {
        Ok(checks) => Outcome::Checks(checks),
        Err(refusal) => Outcome::Refused(refusal),
    }
}

fn decomposed(case: &Value, data: &Data<'_>) -> Result<Vec<Check>, Refusal> {
    let pooled = if inputs::text(case, "pooled") == Some("jann") { Pooled::WithGroup } else { Pooled::WithoutGroup };
    let settings = Settings {
        model: Model::Linear,
        pooled,
        normalised: inputs::flag(case, "baseline_invariant") == Some(true),
        confidence: Confidence::new(0.95)?,
        repetitions: 0,
        seed: 0,
    };
    let answer = oaxaca(data, &settings)?;
    let expected = &case["expected"];
    let gaps = json!({
        "gap": answer.gap(),
        "pct_gap": answer.gap() / answer.mean_a,
        "EY_a": answer.mean_a,
        "EY_b": answer.mean_b,
    });
    let mut checks = vec![
        Check::new("gaps", gaps, expected["gaps"].clone(), TOLERANCE),
        Check::new("terms", answer.terms.clone(), expected["varlevel"]["term"].clone(), TOLERANCE),
    ];
    let parts: [(&str, &Part); 7] = [
        ("explained", &answer.explained),
        ("unexplained", &answer.unexplained),
        ("unexplained_a", &answer.unexplained_a),
        ("unexplained_b", &answer.unexplained_b),
        ("endowments", &answer.endowments),
        ("coefficients", &answer.coefficients),
        ("interaction", &answer.interaction),
    ];
    for (name, part) in parts.into_iter().filter(|(name, _)| expected["overall"].get(*name).is_some()) {
        checks.push(Check::new(name, part.total, expected["overall"][name].clone(), TOLERANCE));
        checks.push(Check::new(name, part.by_term.clone(), expected["varlevel"][name].clone(), TOLERANCE));
    }
    Ok(checks)
}
