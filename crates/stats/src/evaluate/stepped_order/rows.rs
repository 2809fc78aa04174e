//! The answer's rows and their sentences.

use super::Stepped;
use crate::gap::movement::rounded;
use crate::interval::Estimate;
use crate::refusal::Refusal;
use crate::table::{Row, Value};

/// What one row says.
struct Line<'a> {
    term: &'static str,
    since: Option<usize>,
    estimate: Option<Estimate>,
    freedom: Option<f64>,
    chance: Option<f64>,
    words: &'a str,
}

/// Rows of one subject.
pub fn of(name: &str, own: &Stepped, factor: f64) -> Vec<Row> {
    let said = |estimate: Estimate| {
        let own = estimate.scaled(factor);
        format!("{} (likely between {} and {})", rounded(own.value), rounded(own.lower), rounded(own.upper))
    };
    let verdict = |estimate: Estimate| {
        if estimate.holds(0.0) { "not shown to differ from no effect" } else { "beyond chance" }
    };
    let line = |line: Line| row(name, &line, factor, Some(own.size));
    let plain = |term, since, estimate: Estimate, freedom, words: &str| {
        line(Line { term, since, estimate: Some(estimate), freedom: Some(freedom), chance: None, words })
    };
    let first = own.effect.estimate;
    let chance = own
        .chance
        .map_or(String::new(), |chance| format!("; of re-arranged orders {:.1} % show as much", 100.0 * chance));
    let words = format!("{name}: one effect for all units and times {}, {}{chance}.", said(first), verdict(first));
    let mut rows = vec![line(Line {
        term: "effect",
        since: None,
        estimate: Some(first),
        freedom: Some(own.effect.freedom),
        chance: own.chance,
        words: &words,
    })];
    match &own.imputed {
        Ok(robust) => {
            let average = robust.average;
            let words = format!(
                "{name}: against units still waiting {}, {}; {} of {} cells with the change could be judged. Where this \
                 differs from the one effect, effects differ between units or grow with time: take this one.",
                said(average),
                verdict(average),
                robust.judged[0],
                robust.judged[1]
            );
            rows.push(plain("effect_robust", None, average, robust.freedom, &words));
            for (since, estimate) in &robust.since {
                let words = format!("{name}: {since} periods after the start {}.", said(*estimate));
                rows.push(plain("effect_since", Some(*since), *estimate, robust.freedom, &words));
            }
        }
        Err(refusal) => {
            let words = format!(
                "{name}: no effect against units still waiting: {refusal}. The one effect above is right only if the change \
                 does the same everywhere from the first day."
            );
            rows.push(line(Line {
                term: "effect_robust",
                since: None,
                estimate: None,
                freedom: None,
                chance: None,
                words: &words,
            }));
        }
    }
    if let Some(lead) = own.lead {
        let words = format!(
            "{name}: the two periods before the start against earlier ones {}; {}.",
            said(lead.estimate),
            if lead.estimate.holds(0.0) {
                "no earlier movement is shown, which does not show that there was none"
            } else {
                "units were already moving before they started: do not take the effect as the change's own"
            }
        );
        rows.push(plain("lead", None, lead.estimate, lead.freedom, &words));
    }
    rows
}

/// The row of a subject that has no answer.
pub fn refused(name: &str, refusal: &Refusal) -> Row {
    let words = format!("{name}: {refusal}.");
    let line = Line { term: "none", since: None, estimate: None, freedom: None, chance: None, words: &words };
    row(name, &line, 1.0, None)
}

fn row(name: &str, line: &Line, factor: f64, size: Option<[usize; 2]>) -> Row {
    let estimate = line.estimate.map(|own| own.scaled(factor));
    vec![
        ("subject", name.into()),
        ("term", line.term.into()),
        ("periods_since_start", Value::maybe(line.since.map(|own| own as f64))),
        ("value", Value::maybe(estimate.map(|own| own.value))),
        ("lower", Value::maybe(estimate.map(|own| own.lower))),
        ("upper", Value::maybe(estimate.map(|own| own.upper))),
        ("freedom", Value::maybe(line.freedom)),
        ("chance_by_order", Value::maybe(line.chance)),
        ("units", Value::maybe(size.map(|own| own[0] as f64))),
        ("cells", Value::maybe(size.map(|own| own[1] as f64))),
        ("words", line.words.into()),
    ]
}
