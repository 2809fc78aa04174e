//! The table and options of the Oaxaca–Blinder decomposition, and its documentation.

use super::{Data, Model, Oaxaca, Part, Pooled, Settings, Term, Values, oaxaca};
use crate::interval::{CONFIDENCE, Confidence};
use crate::method::{Column, Family, Method, OptionSpec, Options};
use crate::refusal::Refusal;
use crate::table::{Row, Table, Value};

const OWN: [&str; 3] = ["outcome", "group", "weight"];

fn terms(table: &Table) -> Result<Vec<Term>, Refusal> {
    let names = table.names().iter().filter(|name| !OWN.contains(&name.as_str()));
    names
        .map(|name| {
            let numbers = table.column(name)?.iter().all(|value| matches!(value, Value::Number(_)));
            let values =
                if numbers { Values::Numbers(table.numbers(name)?) } else { Values::Levels(table.texts(name)?) };
            Ok(Term { name: name.clone(), values })
        })
        .collect()
}

fn settings(options: &Options) -> Result<Settings, Refusal> {
    let whole = |name: &str, default: u64| {
        let value = options.text(name).map_or(Ok(default), str::parse::<u64>);
        value.map_err(|_| Refusal::option(name, "a whole number, 0 or more"))
    };
    let repetitions = whole("repetitions", 200)?;
    if repetitions > 1_000_000 || (repetitions > 0 && repetitions < 50) {
        return Err(Refusal::option("repetitions", "0, or a whole number from 50 to 1000000"));
    }
    Ok(Settings {
        model: match options.text("model") {
            None | Some("linear") => Model::Linear,
            Some("logit") => Model::Logit,
            Some(_) => return Err(Refusal::option("model", "linear or logit")),
        },
        pooled: match options.text("pooled") {
            None | Some("jann") => Pooled::WithGroup,
            Some("neumark") => Pooled::WithoutGroup,
            Some(_) => return Err(Refusal::option("pooled", "jann or neumark")),
        },
        normalised: options.flag("normalised", true)?,
        confidence: Confidence::from_options(options)?,
        repetitions: usize::try_from(repetitions).unwrap_or(usize::MAX),
        seed: whole("seed", 1)?,
    })
}

fn rows(answer: &Oaxaca) -> Vec<Row> {
    let row = |part: &str, term: Value, value: f64, limits: Option<[f64; 2]>| -> Row {
        vec![
            ("part", part.to_owned().into()),
            ("term", term),
            ("value", value.into()),
            ("lower", Value::maybe(limits.map(|limits| limits[0]))),
            ("upper", Value::maybe(limits.map(|limits| limits[1]))),
        ]
    };
    let mut rows = vec![
        row("mean_higher", Value::Missing, answer.mean_a, None),
        row("mean_lower", Value::Missing, answer.mean_b, None),
        row("gap", Value::Missing, answer.gap(), None),
    ];
    let parts: [(&str, &Part); 7] = [
        ("explained", &answer.explained),
        ("unexplained", &answer.unexplained),
        ("unexplained_higher", &answer.unexplained_a),
        ("unexplained_lower", &answer.unexplained_b),
        ("endowments", &answer.endowments),
        ("coefficients", &answer.coefficients),
        ("interaction", &answer.interaction),
    ];
    for (name, part) in parts {
        rows.push(row(name, Value::Missing, part.total, part.limits));
    }
    for (name, part) in parts {
        for (term, value) in answer.terms.iter().zip(&part.by_term) {
            rows.push(row(name, Value::Text(term.clone()), *value, None));
        }
    }
    rows
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let (outcomes, groups) = (table.numbers("outcome")?, table.texts("group")?);
    let mut names: Vec<&String> = groups.iter().collect();
    names.sort();
    names.dedup();
    if names.len() != 2 {
        return Err(Refusal::Undefined(format!("column `group` must hold exactly two groups, not {}", names.len())));
    }
    let second: Vec<bool> = groups.iter().map(|group| group == names[1]).collect();
    let weights = if table.has("weight") { table.numbers("weight")? } else { vec![1.0; outcomes.len()] };
    let terms = terms(table)?;
    if terms.is_empty() {
        return Err(Refusal::TooFew { what: "columns of characteristics", found: 0, needed: 1 });
    }
    let data = Data { outcomes: &outcomes, second: &second, weights: &weights, terms: &terms };
    let answer = oaxaca(&data, &settings(options)?)?;
    let higher = names[usize::from(answer.second_is_higher)].clone();
    let mut rows = rows(&answer);
    rows[0][1].1 = Value::Text(higher);
    rows[1][1].1 = Value::Text(names[usize::from(!answer.second_is_higher)].clone());
    Ok(rows)
}

/// Oaxaca–Blinder decomposition.
pub const METHOD: Method = Method {
    id: "oaxaca",
    title: "Gap between two groups: explained by characteristics, and unexplained",
    family: Family::Decomposition,
    when_to_use: "When two groups differ in an outcome and in characteristics such as distance or lead time, to say how much of \
        the gap would go if the characteristics were alike. It is a description, not a cause: what is explained may itself \
        be unfair (who gets the long waits?), and what is not may be a characteristic that nobody recorded.",
    doc: "Group a has the higher mean. Twofold with pooled coefficients β*: explained (X̄a − X̄b)β*, unexplained \
        X̄a(βa − β*) + X̄b(β* − βb); `jann` fits β* with a term for the group, `neumark` without. Threefold, seen from b: \
        endowments (X̄a − X̄b)βb, coefficients X̄b(βa − βb), interaction (X̄a − X̄b)(βa − βb). With `--model logit` every \
        product is replaced by a difference of mean predicted probabilities, shared out to terms by Yun's weights; the \
        parts still add up to the gap. Categories are shown as deviations from their mean effect (Gardeazabal–Ugidos) unless \
        `--normalised no`. Limits: percentiles of a seeded bootstrap in which a row standing for w people is drawn \
        Poisson(w) times.\n\n**Source.** Oaxaca, *International Economic Review* 14 (1973), p. 693; Blinder, *Journal of Human \
        Resources* 8 (1973), p. 436; Jann, *Stata Journal* 8 (2008), p. 453; Fairlie, *Journal of Economic and Social \
        Measurement* 30 (2005), p. 305; Yun, *Economics Letters* 82 (2004), p. 275.",
    columns: &[
        Column { name: "outcome", required: true, doc: "Outcome; 0 to 1 for the logistic model." },
        Column { name: "group", required: true, doc: "Two groups." },
        Column { name: "weight", required: false, doc: "People a row stands for; without it, one." },
    ],
    options: &[
        OptionSpec { name: "model", default: "linear", doc: "linear or logit (outcomes of 0 and 1)." },
        OptionSpec { name: "pooled", default: "jann", doc: "jann (with a term for the group) or neumark (without)." },
        OptionSpec { name: "normalised", default: "yes", doc: "Categories as deviations from their mean effect." },
        CONFIDENCE,
        OptionSpec { name: "repetitions", default: "200", doc: "Bootstrap repetitions, 50 or more; 0 for no limits." },
        OptionSpec { name: "seed", default: "1", doc: "Seed of the bootstrap." },
    ],
    example: "group,lead_weeks,mode,outcome,weight\nA,2,phone,0,40\nA,2,phone,1,4\nA,8,clinic,0,60\nA,8,clinic,1,15\n\
        A,2,clinic,0,30\nA,2,clinic,1,5\nB,2,phone,0,15\nB,2,phone,1,3\nB,8,clinic,0,70\nB,8,clinic,1,30\nB,2,clinic,0,20\n\
        B,2,clinic,1,6\n",
    run,
};
