//! The table and the options of the slope index.

use std::sync::LazyLock;

use super::{Error, Group, Limits, SiiOptions, Transform, ValueType};
use crate::interval::{Confidence, Estimate};
use crate::method::{Column, OptionSpec, Options};
use crate::proportion::wilson_at;
use crate::rate::byar_or_exact_at;
use crate::refusal::Refusal;
use crate::table::Table;

/// Groups' own limits are 95% limits, whatever confidence is asked of the index.
static OF_GROUPS: LazyLock<Result<Confidence, Refusal>> = LazyLock::new(|| Confidence::new(0.95));

pub const COLUMNS: &[Column] = &[
    Column {
        name: "rank",
        required: false,
        doc: "Place of the group, a number; 1 = worst-off. Without it, order of rows.",
    },
    Column {
        name: "population",
        required: false,
        doc: "People in the group. With counts it defaults to the denominator.",
    },
    Column {
        name: "value",
        required: false,
        doc: "Mean, rate, or proportion as a fraction; with `se`, or `lower` and `upper`.",
    },
    Column { name: "se", required: false, doc: "Standard error of the value." },
    Column { name: "lower", required: false, doc: "Lower 95% limit of the value." },
    Column { name: "upper", required: false, doc: "Upper 95% limit of the value." },
    Column { name: "numerator", required: false, doc: "Instead of `value`: people (proportion) or events (rate)." },
    Column { name: "denominator", required: false, doc: "People or person-time; without it, the population." },
];

pub const OPTIONS: &[OptionSpec] = &[
    OptionSpec {
        name: "value-type",
        default: "",
        doc: "mean, rate or proportion. With `numerator`: proportion; else: mean.",
    },
    OptionSpec { name: "transform", default: "none", doc: "none, log (rates) or logit (proportions)." },
    OptionSpec { name: "per", default: "1", doc: "Rates from counts are per so many." },
    OptionSpec { name: "multiplier", default: "1", doc: "Unit of the answer; negative turns the sign." },
    OptionSpec { name: "confidence", default: "0.95", doc: "Probability between the limits." },
    OptionSpec { name: "limits", default: "best", doc: "best (exact where possible) or simulated." },
    OptionSpec { name: "repetitions", default: "100000", doc: "Repetitions of a simulation, 1,000 or more." },
    OptionSpec { name: "seed", default: "1", doc: "Seed of a simulation." },
    OptionSpec { name: "reliability", default: "no", doc: "Repeat a simulation ten times and say how far it moves." },
];

const NUMERATOR: &str = "numerator";

/// Groups in order from the worst-off, and the options.
pub fn read(table: &Table, options: &Options) -> Result<(Vec<Group>, SiiOptions), Refusal> {
    let counted = table.has(NUMERATOR);
    let settings = settings(options, counted)?;
    let mut groups = if counted {
        from_counts(table, settings.value_type, options.number("per", 1.0)?)?
    } else {
        from_values(table)?
    };
    if table.has("rank") {
        groups = in_order(&table.numbers("rank")?, groups)?;
    }
    Ok((groups, settings))
}

fn settings(options: &Options, counted: bool) -> Result<SiiOptions, Refusal> {
    let value_type = match options.text("value-type") {
        None | Some("") if counted => ValueType::Proportion,
        None | Some("" | "mean") => ValueType::Mean,
        Some("rate") => ValueType::Rate,
        Some("proportion") => ValueType::Proportion,
        Some(_) => return Err(Refusal::option("value-type", "mean, rate or proportion")),
    };
    let transform = match options.text("transform") {
        None | Some("none") => Transform::None,
        Some("log") => Transform::Log,
        Some("logit") => Transform::Logit,
        Some(_) => return Err(Refusal::option("transform", "none, log or logit")),
    };
    let limits = match options.text("limits") {
        None | Some("best") => Limits::Best,
        Some("simulated") => Limits::Simulated,
        Some(_) => return Err(Refusal::option("limits", "best or simulated")),
    };
    let repetitions = whole(options, "repetitions", 100_000, 1000, 10_000_000)?;
    Ok(SiiOptions {
        value_type,
        transform,
        multiplier: options.number("multiplier", 1.0)?,
        confidence: options.number("confidence", 0.95)?,
        limits,
        repetitions: usize::try_from(repetitions).unwrap_or(usize::MAX),
        seed: whole(options, "seed", 1, 0, u64::MAX)?,
        reliability: options.flag("reliability", false)?,
    })
}

fn whole(options: &Options, name: &str, default: u64, least: u64, most: u64) -> Result<u64, Refusal> {
    let value = options.text(name).map_or(Ok(default), str::parse::<u64>);
    value
        .ok()
        .filter(|value| (least..=most).contains(value))
        .ok_or_else(|| Refusal::option(name, format!("a whole number from {least} to {most}")))
}

fn from_values(table: &Table) -> Result<Vec<Group>, Refusal> {
    let (populations, values) = (table.numbers("population")?, table.numbers("value")?);
    let errors: Vec<Error> = if table.has("se") {
        table.numbers("se")?.into_iter().map(Error::Standard).collect()
    } else {
        let limits = table.numbers("lower")?.into_iter().zip(table.numbers("upper")?);
        limits.map(|(lower, upper)| Error::Limits { lower, upper }).collect()
    };
    let groups = populations.into_iter().zip(values).zip(errors);
    Ok(groups.map(|((population, value), error)| Group { population, value, error }).collect())
}

fn from_counts(table: &Table, value_type: ValueType, per: f64) -> Result<Vec<Group>, Refusal> {
    let numerators = table.numbers(NUMERATOR)?;
    let first_of = |one: &str, other: &str| table.numbers(if table.has(one) { one } else { other });
    let denominators = first_of("denominator", "population")?;
    let populations = first_of("population", "denominator")?;
    if per.is_nan() || per <= 0.0 {
        return Err(Refusal::option("per", "a number above 0"));
    }
    let rows = numerators.into_iter().zip(denominators).zip(populations).enumerate();
    rows.map(|(row, ((numerator, denominator), population))| {
        let mut group = Group::from_counts(numerator, denominator, value_type, per, row + 1)?;
        group.population = population;
        Ok(group)
    })
    .collect()
}

impl Group {
    /// A group of `denominator` people with a proportion (Wilson's limits), or with a rate `per` so many (Byar's limits,
    /// exact ones below ten events). `row` counts from 1 and is named in a refusal; a mean cannot be had from counts.
    pub fn from_counts(
        numerator: f64,
        denominator: f64,
        value_type: ValueType,
        per: f64,
        row: usize,
    ) -> Result<Self, Refusal> {
        let refuse = |column: &str, must| Err(Refusal::OutOfRange { column: column.to_owned(), row, must });
        if !(numerator.is_finite() && numerator >= 0.0) {
            return refuse(NUMERATOR, "must be 0 or more");
        }
        if !(denominator.is_finite() && denominator > 0.0) {
            return refuse("denominator", "must be above 0");
        }
        let level = OF_GROUPS.clone()?;
        let estimate = match value_type {
            ValueType::Proportion if numerator > denominator => return Err(Refusal::NumeratorAboveDenominator { row }),
            ValueType::Proportion => wilson_at(numerator, denominator, level)?,
            ValueType::Rate => byar_or_exact_at(numerator, denominator, per, level)?,
            ValueType::Mean => return Err(Refusal::option("value-type", "rate or proportion when counts are given")),
        };
        let Estimate { value, lower, upper } = estimate;
        Ok(Self { population: denominator, value, error: Error::Limits { lower, upper } })
    }
}

fn in_order(ranks: &[f64], groups: Vec<Group>) -> Result<Vec<Group>, Refusal> {
    let mut rows: Vec<(usize, f64, Group)> =
        ranks.iter().zip(groups).enumerate().map(|(row, (rank, group))| (row + 1, *rank, group)).collect();
    rows.sort_by(|one, other| one.1.total_cmp(&other.1));
    if let Some(pair) = rows.windows(2).find(|pair| pair[0].1 >= pair[1].1) {
        let must = "must be another number for each group";
        return Err(Refusal::OutOfRange { column: "rank".to_owned(), row: pair[1].0, must });
    }
    Ok(rows.into_iter().map(|(_, _, group)| group).collect())
}
