//! `evenly measure inequalities-score`: the score on a long table, one row for each unit and input.

use super::definition::{Input, Measured, Scaling, ScoreDefinition};
use super::local::{ScoreOptions, Scores, scores};
use crate::checks;
use crate::gap::frame::{filled, places};
use crate::interval::{Better, CONFIDENCE, Confidence};
use crate::method::{Column, Family, Method, OptionSpec, Options};
use crate::refusal::Refusal;
use crate::table::{Row, Table, Value};

/// Reads the definition and the values; every input must be given for every unit, and say the same of itself throughout.
fn definition(table: &Table, scaling: Scaling) -> Result<ScoreDefinition, Refusal> {
    let (of, input) = (filled(table, "unit")?, filled(table, "input")?);
    let (values, weights) = (table.numbers("value")?, table.numbers("weight")?);
    let errors = if table.has("se") { table.maybe_numbers("se")? } else { vec![None; values.len()] };
    let (better, sources) = (filled(table, "better")?, filled(table, "source")?);
    let (units, names) = (checks::groups(&of), checks::groups(&input));
    let units: Vec<String> = units.into_iter().map(|(name, _)| name).collect();
    let of = places(&of, &units);
    let mut answer = ScoreDefinition { inputs: Vec::new(), units, values: Vec::new(), scaling };
    for (name, rows) in names {
        let first = rows[0];
        let mut own: Vec<Option<Measured>> = vec![None; answer.units.len()];
        for row in rows {
            let refuse = |column: &str, must| Refusal::OutOfRange { column: column.to_owned(), row: row + 1, must };
            let same = "must be the same in every row of an input";
            if weights[row].total_cmp(&weights[first]).is_ne() {
                return Err(refuse("weight", same));
            }
            if better[row] != better[first] {
                return Err(refuse("better", same));
            }
            if sources[row] != sources[first] {
                return Err(refuse("source", same));
            }
            checks::not_negative(weights[row], "weight", row + 1)?;
            let error = checks::not_negative(errors[row].unwrap_or(0.0), "se", row + 1)?;
            if own[of[row]].replace(Measured { value: values[row], error }).is_some() {
                return Err(refuse("input", "must be given once for each unit"));
            }
        }
        let direction = match better[first].as_str() {
            "lower" => Better::Lower,
            "higher" => Better::Higher,
            _ => {
                let must = "must be lower or higher";
                return Err(Refusal::OutOfRange { column: "better".to_owned(), row: first + 1, must });
            }
        };
        let complete: Option<Vec<Measured>> = own.into_iter().collect();
        let lacks =
            || Refusal::Undefined(format!("input {name}: a unit has no value; give one, or leave the unit out"));
        answer.values.push(complete.ok_or_else(lacks)?);
        let source = sources[first].clone();
        answer.inputs.push(Input { name, better: direction, weight: weights[first], source });
    }
    Ok(answer)
}

fn settings(options: &Options) -> Result<(Scaling, ScoreOptions), Refusal> {
    let whole = |name: &str, default: u64| {
        let value = options.text(name).map_or(Ok(default), str::parse::<u64>);
        value.map_err(|_| Refusal::option(name, "a whole number, 0 or more"))
    };
    let scaling = match options.text("scaling") {
        None | Some("range") => Scaling::Range,
        Some("place") => Scaling::Place,
        Some(_) => return Err(Refusal::option("scaling", "range or place")),
    };
    let draws = usize::try_from(whole("draws", 2000)?).unwrap_or(usize::MAX);
    Ok((scaling, ScoreOptions { confidence: Confidence::from_options(options)?, draws, seed: whole("seed", 1)? }))
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let (scaling, options) = settings(options)?;
    let definition = definition(table, scaling)?;
    Ok(rows(&definition, &scores(&definition, &options)?))
}

/// The answer as rows: units with the highest score first, then each input with other weights tried.
pub fn rows(definition: &ScoreDefinition, answer: &Scores) -> Vec<Row> {
    let units = answer.highest_first().into_iter().map(|unit| unit_row(definition, answer, unit));
    let inputs = (0..definition.inputs.len()).flat_map(|input| (0..3).map(move |tried| (input, tried)));
    units.chain(inputs.map(|(input, tried)| input_row(definition, answer, input, tried))).collect()
}

fn unit_row(definition: &ScoreDefinition, answer: &Scores, unit: usize) -> Row {
    let own = &answer.units[unit];
    let most = own.parts.iter().enumerate().max_by(|one, other| one.1.total_cmp(other.1));
    let mut words = most.map_or_else(String::new, |(input, part)| {
        let name = &definition.inputs[input].name;
        format!("{:.0} of 100; most of it from {name} ({part:.0} points)", own.score.value)
    });
    if own.place.upper > own.place.lower {
        let count = definition.units.len();
        words += &format!("; place likely between {:.0} and {:.0} of {count}", own.place.lower, own.place.upper);
    }
    let unsure = definition.values.iter().any(|values| values[unit].error == 0.0);
    if unsure {
        words += "; an input without standard error is taken as known, so the interval is too narrow if it is not";
    }
    row(
        "unit",
        definition.units[unit].as_str().into(),
        [
            own.score.value.into(),
            own.score.lower.into(),
            own.score.upper.into(),
            own.place.value.into(),
            own.place.lower.into(),
            own.place.upper.into(),
            own.keeps_place.into(),
            own.highest_fifth.into(),
        ],
        [Value::Missing, Value::Missing, answer.rank_stability.into(), Value::Missing],
        words,
    )
}

fn input_row(definition: &ScoreDefinition, answer: &Scores, input: usize, tried: usize) -> Row {
    let (own, source) = (&answer.sensitivity[input], &definition.inputs[input].source);
    let tried = &own.tried[tried];
    let words = format!("{}: {}. Weight from: {source}", tried.what(), tried.moved(&definition.units));
    let sensitivity = [
        own.weight.into(),
        tried.factor.into(),
        Value::maybe(tried.rank_correlation),
        Value::maybe(tried.largest_move.map(|(most, _)| most)),
    ];
    row("weight", definition.inputs[input].name.as_str().into(), [const { Value::Missing }; 8], sensitivity, words)
}

fn row(part: &'static str, name: Value, scores: [Value; 8], order: [Value; 4], words: String) -> Row {
    let [score, lower, upper, place, place_lower, place_upper, keeps_place, highest_fifth] = scores;
    let [weight, factor, rank_correlation, largest_move] = order;
    vec![
        ("part", part.into()),
        ("name", name),
        ("score", score),
        ("lower", lower),
        ("upper", upper),
        ("place", place),
        ("place_lower", place_lower),
        ("place_upper", place_upper),
        ("keeps_place", keeps_place),
        ("highest_fifth", highest_fifth),
        ("weight", weight),
        ("factor", factor),
        ("rank_correlation", rank_correlation),
        ("largest_move", largest_move),
        ("words", words.into()),
    ]
}

/// `evenly measure inequalities-score`.
pub const METHOD: Method = Method {
    id: "inequalities-score",
    title: "Local inequalities score, 0 to 100 relative to peers, from agreed weights",
    family: Family::Score,
    when_to_use: "To say which of several services, places or groups to look at first, when the inputs and their weights \
        were agreed in the open. For one indicator use its own measure or a funnel plot; never for a single person.",
    doc: r"**Formula.** Each input becomes points from 0 (best) to 100 (worst) of the peer set, which is the units in the table:
`range`: 100·(value − best)/(worst − best); `place`: 100·place/(units − 1), ties at the mean of their places. The score is
the mean of the points by weight (weights are divided by their sum). **100 is worst**: 100 means worst of the peers on every
input, not bad by any outside standard, and a score says nothing about units outside the table.

**Uncertainty.** Every value is drawn from a normal distribution with its standard error, 2,000 times from a given seed;
`range` keeps the ends observed. `lower`, `upper` are quantiles of the scores (cut at 0 and 100, widened to hold the score);
`place_lower`, `place_upper` those of the place (1 = highest score); `keeps_place` the share of draws in which a unit
keeps its place, `highest_fifth` that in which it is among the highest fifth. `rank_correlation` on a unit's row is the
mean Spearman correlation of the draws with the score: low means that the order is chance.

**Sensitivity.** For each input: Spearman correlation with the score, the largest change of place and whose it is, when
the input is left out (`factor` 0), or its weight halved or doubled, the others keeping their proportions.

**Limits.** Errors are taken as independent between inputs and units. A weight is a value judgement: its source is required
and printed. `range` hangs on the two extreme units: compare with `--scaling place`. A good input makes up for a bad one;
look at the parts. Refused: a unit without an input, an input that is the same everywhere, fewer than three units, weights
without source or with no sum. Not for single people: no hidden number about one person.

**Source.** OECD and European Commission, Joint Research Centre, *Handbook on Constructing Composite Indicators:
Methodology and User Guide* (2008), steps 5 to 7; on uncertainty of ranks, H. Goldstein and D. J. Spiegelhalter, *Journal of
the Royal Statistical Society A* 159 (1996), p. 385–443.",
    columns: &[
        Column { name: "unit", required: true, doc: "Service, place or group; all units are the peer set." },
        Column { name: "input", required: true, doc: "Name of the input; one row for each unit and input." },
        Column { name: "value", required: true, doc: "Value of the input for the unit, in the input's own unit." },
        Column { name: "se", required: false, doc: "Standard error of the value; empty where it is known." },
        Column { name: "weight", required: true, doc: "Weight of the input, 0 or more; the same for every unit." },
        Column { name: "better", required: true, doc: "Good direction of the input: lower or higher." },
        Column { name: "source", required: true, doc: "Who agreed the weight, and where it is written down." },
    ],
    options: &[
        OptionSpec { name: "scaling", default: "range", doc: "range (distance between best and worst) or place." },
        CONFIDENCE,
        OptionSpec { name: "draws", default: "2000", doc: "Draws of the simulation, 200 to 100000." },
        OptionSpec { name: "seed", default: "1", doc: "Seed of the simulation." },
    ],
    example: "unit,input,value,se,weight,better,source\nNorth,missed,0.12,0.01,2,lower,board 2025-03\n\
        South,missed,0.08,0.01,2,lower,board 2025-03\nWest,missed,0.09,0.01,2,lower,board 2025-03\n\
        North,screened,0.61,0.02,1,higher,board 2025-03\nSouth,screened,0.70,0.02,1,higher,board 2025-03\n\
        West,screened,0.55,0.02,1,higher,board 2025-03\n",
    run,
};
