//! Adapters for standardised rates and life expectancy (`PHEindicatormethods`).

use evenly_stats::life_expectancy::{self, LifeExpectancy};
use evenly_stats::standardise::{
    AgeBand, Indirect, PersonsByEvents, ReferenceBand, Standardised, direct, direct_repeated, indirect,
};
use evenly_stats::{Estimate, Refusal};
use serde_json::{Value, json};

use crate::compare::Tolerance;
use crate::estimates::{conclude, interval_columns};
use crate::inputs;
use crate::outcome::{Adapter, Check, Outcome, right_answer};

/// The reference's function names and what answers them.
pub const ADAPTERS: &[(&str, Adapter)] = &[
    ("calculate_dsr", calculate_dsr),
    ("calculate_dsr(independent_events=FALSE)", calculate_dsr),
    ("calculate_ISRate", calculate_isr),
    ("calculate_ISRate(observed_totals)", calculate_isr),
    ("calculate_ISRatio", calculate_isr),
    ("phe_life_expectancy", phe_life_expectancy),
];

/// The areas of a case in the reference's order (sorted), each with its rows.
fn areas(case: &Value) -> Vec<(String, Vec<usize>)> {
    let mut areas = inputs::groups(&inputs::texts(case, "area"));
    areas.sort();
    areas
}

fn names(areas: &[(String, Vec<usize>)]) -> (String, Value) {
    ("area".to_owned(), json!(areas.iter().map(|(name, _)| name).collect::<Vec<_>>()))
}

fn calculate_dsr(case: &Value) -> Outcome {
    let areas = areas(case);
    let (counts, populations) = (inputs::maybe_numbers(case, "x"), inputs::numbers(case, "n"));
    let (weights, each) = (inputs::numbers(case, "std"), inputs::maybe_numbers(case, "eventfreq"));
    let labels = inputs::texts(case, "ageband");
    let multiplier = inputs::number(case, "multiplier").unwrap_or(100_000.0);
    let rate = |rows: &[usize], level: f64| -> Result<Standardised, Refusal> {
        if each.is_empty() {
            let band = |row: &usize| AgeBand {
                events: counts[*row].unwrap_or(0.0),
                population: populations[*row],
                standard: weights[*row],
            };
            return direct(&rows.iter().map(band).collect::<Vec<_>>(), multiplier, level);
        }
        let own: Vec<String> = rows.iter().map(|row| labels[*row].clone()).collect();
        let (mut bands, mut persons) = (Vec::new(), Vec::new());
        for (_, places) in inputs::groups(&own) {
            let places: Vec<usize> = places.into_iter().map(|place| rows[place]).collect();
            bands.push((populations[places[0]], weights[places[0]]));
            let some = |row: &usize| PersonsByEvents {
                events_each: each[*row].unwrap_or(0.0),
                persons: counts[*row].unwrap_or(0.0),
            };
            persons.push(places.iter().map(some).collect());
        }
        direct_repeated(&bands, &persons, multiplier, level)
    };
    let all = |level: f64| areas.iter().map(|(_, rows)| rate(rows, level)).collect::<Result<Vec<_>, _>>();
    let columns = interval_columns(case, |level| Ok(all(level)?.into_iter().map(|own| own.estimate).collect()));
    let columns = columns.and_then(|mut columns| {
        let own = all(0.95)?;
        columns.push(names(&areas));
        columns.push(("total_count".to_owned(), json!(own.iter().map(|own| own.events).collect::<Vec<_>>())));
        columns.push(("total_pop".to_owned(), json!(own.iter().map(|own| own.population).collect::<Vec<_>>())));
        Ok(columns)
    });
    conclude(case, columns)
}

fn calculate_isr(case: &Value) -> Outcome {
    let areas = areas(case);
    let (counts, populations) = (inputs::maybe_numbers(case, "x"), inputs::maybe_numbers(case, "n"));
    let (events, people) = (inputs::maybe_numbers(case, "x_ref"), inputs::numbers(case, "n_ref"));
    let (named, totals) = (inputs::texts(case, "observed_area"), inputs::numbers(case, "observed_x"));
    let is_ratio = case["fn"].as_str().is_some_and(|name| name.contains("Ratio"));
    let factor = inputs::number(case, if is_ratio { "refvalue" } else { "multiplier" });
    let factor = factor.unwrap_or(if is_ratio { 1.0 } else { 100_000.0 });
    let all = |level: f64| -> Result<Vec<Indirect>, Refusal> {
        let area = |(name, rows): &(String, Vec<usize>)| {
            let total = named.iter().position(|other| other == name).map(|place| totals[place]);
            let observed = total.unwrap_or_else(|| rows.iter().filter_map(|row| counts[*row]).sum());
            let bands = rows.iter().enumerate().map(|(band, row)| ReferenceBand {
                population: populations[*row].unwrap_or(0.0),
                reference_events: events[band].unwrap_or(0.0),
                reference_population: people[band],
            });
            indirect(observed, &bands.collect::<Vec<_>>(), level)
        };
        areas.iter().map(area).collect()
    };
    let scaled = |own: &Indirect| -> Estimate { if is_ratio { own.ratio.scaled(factor) } else { own.rate(factor) } };
    let columns = interval_columns(case, |level| Ok(all(level)?.iter().map(|own| Some(scaled(own))).collect()));
    let columns = columns.and_then(|mut columns| {
        let own = all(0.95)?;
        columns.push(names(&areas));
        columns.push(("observed".to_owned(), json!(own.iter().map(|own| own.observed).collect::<Vec<_>>())));
        columns.push(("expected".to_owned(), json!(own.iter().map(|own| own.expected).collect::<Vec<_>>())));
        if !is_ratio {
            let rates: Vec<_> = own.iter().map(|own| own.reference_rate * factor).collect();
            columns.push(("ref_rate".to_owned(), json!(rates)));
        }
        Ok(columns)
    });
    conclude(case, columns)
}

fn phe_life_expectancy(case: &Value) -> Outcome {
    let areas = areas(case);
    let (people, deaths) = (inputs::numbers(case, "pop"), inputs::numbers(case, "deaths"));
    let ages = inputs::numbers(case, "startage");
    let table = |rows: &[usize], level: f64| {
        let mut rows = rows.to_vec();
        rows.sort_by(|a, b| ages[*a].total_cmp(&ages[*b]));
        let pick = |column: &[f64]| rows.iter().map(|row| column[*row]).collect::<Vec<f64>>();
        life_expectancy::life_expectancy(&pick(&people), &pick(&deaths), level)
    };
    let columns = interval_columns(case, |level| {
        let mut all = Vec::new();
        for (_, rows) in &areas {
            // Where the reference leaves a whole area empty, we refuse it.
            match table(rows, level) {
                Ok(own) => all.extend(own.into_iter().map(|one| one.estimate)),
                Err(_) => all.extend(vec![None; rows.len()]),
            }
        }
        Ok(all)
    });
    let columns = columns.map(|mut columns| {
        let own: Vec<_> = areas.iter().map(|(_, rows)| (table(rows, 0.95).ok(), rows.len())).collect();
        let pick = |part: fn(&LifeExpectancy) -> f64| -> Value {
            let area = |(own, length): &(Option<Vec<LifeExpectancy>>, usize)| {
                own.as_ref().map_or(vec![None; *length], |own| own.iter().map(|one| Some(part(one))).collect())
            };
            json!(own.iter().flat_map(area).collect::<Vec<Option<f64>>>())
        };
        columns.push(("pops_used".to_owned(), pick(|one| one.population)));
        columns.push(("dths_used".to_owned(), pick(|one| one.deaths)));
        columns
    });
    match columns {
        Ok(columns) => without_leftovers(case, columns),
        Err(refusal) => Outcome::Refused(refusal),
    }
}

/// Compares columns, with whatever the reference leaves beside an empty value (limits of NaN or infinity) taken as empty.
fn without_leftovers(case: &Value, columns: Vec<(String, Value)>) -> Outcome {
    let right = right_answer(case);
    let empty: Vec<bool> = right["value"].as_array().into_iter().flatten().map(Value::is_null).collect();
    let check = |(name, mut got): (String, Value)| {
        let mut want = right[&name].clone();
        for column in [&mut want, &mut got] {
            let values = column.as_array_mut().into_iter().flatten();
            values.zip(&empty).filter(|(_, empty)| **empty && name != "value").for_each(|(one, _)| *one = Value::Null);
        }
        Check::new(name, got, want, Tolerance::of_case(case))
    };
    Outcome::Checks(columns.into_iter().map(check).collect())
}
