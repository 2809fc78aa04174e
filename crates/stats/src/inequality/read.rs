//! From a table to the groups that the measures of inequality read, and from an answer to a row.

use super::bootstrap::Sampling;
use super::groups::{Group, Groups, Measured, Setting};
use crate::interval::{BETTER, Better, CONFIDENCE, Confidence};
use crate::method::{Column, OptionSpec, Options};
use crate::refusal::Refusal;
use crate::table::{Row, Table, Value};

/// Draws of a bootstrap unless told otherwise.
pub const DRAWS: u64 = 2000;

const GROUP: Column = Column { name: "group", required: false, doc: "Name of the group." };
const RANK: Column =
    Column { name: "rank", required: false, doc: "Place of the group, a number; 1 = most disadvantaged." };
const RANK_NEEDED: Column = Column {
    name: "rank",
    required: false,
    doc: "Place of the group, a number; 1 = most \
    disadvantaged. Without it the dimension has no order and the method refuses.",
};
const VALUE: Column = Column { name: "value", required: false, doc: "The group's mean, rate or proportion." };
const SE: Column = Column { name: "se", required: false, doc: "Its standard error; without it no limits are given." };
const POPULATION: Column = Column {
    name: "population",
    required: false,
    doc: "People in the group; with counts it defaults to the denominator.",
};
const NUMERATOR: Column = Column { name: "numerator", required: false, doc: "Instead of `value`: people counted." };
const DENOMINATOR: Column = Column { name: "denominator", required: false, doc: "Out of so many people." };
const REFERENCE: Column =
    Column { name: "reference", required: false, doc: "1 for the reference group, 0 for others." };

/// Columns of measures that an order does not matter to, or only chooses the groups to compare.
pub const COLUMNS: &[Column] = &[GROUP, RANK, VALUE, SE, POPULATION, NUMERATOR, DENOMINATOR, REFERENCE];
/// Columns of ordered measures.
pub const ORDERED_COLUMNS: &[Column] = &[GROUP, RANK_NEEDED, VALUE, SE, POPULATION, NUMERATOR, DENOMINATOR];

const AVERAGE: OptionSpec =
    OptionSpec { name: "average", default: "", doc: "Average of the whole, where it is not that of the groups." };
const SCALE: OptionSpec = OptionSpec {
    name: "scale",
    default: "",
    doc: "1 for fractions, 100 for percentages, 100000 for rates per 100,000. Without it: the smallest that fits.",
};
const REFERENCE_GROUP: OptionSpec =
    OptionSpec { name: "reference", default: "", doc: "Name of the reference group in column `group`." };
const DIMENSION: OptionSpec =
    OptionSpec { name: "dimension", default: "this dimension", doc: "Name of the dimension, for messages." };
const REPETITIONS: OptionSpec =
    OptionSpec { name: "repetitions", default: "2000", doc: "Draws of the bootstrap, 100 or more." };
const SEED: OptionSpec = OptionSpec { name: "seed", default: "1", doc: "Seed of the bootstrap." };

/// Options of measures with analytic limits.
pub const OPTIONS: &[OptionSpec] = &[BETTER, CONFIDENCE, AVERAGE, SCALE, REFERENCE_GROUP, DIMENSION];
/// Options of measures with bootstrapped limits.
pub const BOOTSTRAP_OPTIONS: &[OptionSpec] =
    &[BETTER, CONFIDENCE, AVERAGE, SCALE, REFERENCE_GROUP, DIMENSION, REPETITIONS, SEED];

/// Groups with an order.
pub const ORDERED_EXAMPLE: &str = "rank,population,value,se\n1,2119,48.4,1.9\n2,3363,40.0,1.5\n3,12967,29.4,0.7\n\
    4,2533,21.1,1.4\n5,4210,9.5,1.1\n";
/// Groups without an order.
pub const EXAMPLE: &str = "group,numerator,denominator\nAsian,310,2450\nBlack,190,1380\nMixed,70,610\nOther,55,480\n\
    White,1520,14900\n";

/// Reads the groups of a table.
pub fn groups(table: &Table, options: &Options) -> Result<Groups, Refusal> {
    let counted = !table.has(VALUE.name) && table.has(NUMERATOR.name);
    let mut rows = if counted { from_counts(table)? } else { from_values(table)? };
    if table.has(RANK.name) {
        for (group, rank) in rows.iter_mut().zip(table.maybe_numbers(RANK.name)?) {
            group.rank = rank;
        }
    }
    mark_reference(table, options, &mut rows)?;
    let number = |name: &str| match options.text(name) {
        None | Some("") => Ok(None),
        Some(_) => options.number(name, 0.0).map(Some),
    };
    let scale = number(SCALE.name)?;
    if scale.is_some_and(|scale| scale <= 0.0) {
        return Err(Refusal::option(SCALE.name, "a number above 0"));
    }
    let setting = Setting {
        better: Better::from_options(options)?,
        average: number(AVERAGE.name)?,
        scale: if counted { Some(1.0) } else { scale },
        dimension: options.text(DIMENSION.name).unwrap_or(DIMENSION.default).to_owned(),
    };
    Groups::new(&rows, setting)
}

fn from_values(table: &Table) -> Result<Vec<Group>, Refusal> {
    let values = table.maybe_numbers(VALUE.name)?;
    let optional = |name: &str| if table.has(name) { table.maybe_numbers(name) } else { Ok(vec![None; values.len()]) };
    let (errors, populations) = (optional(SE.name)?, optional(POPULATION.name)?);
    let rows = values.iter().zip(errors).zip(populations);
    Ok(rows
        .map(|((value, se), population)| Group { value: *value, se, population, rank: None, reference: false })
        .collect())
}

fn from_counts(table: &Table) -> Result<Vec<Group>, Refusal> {
    let numerators = table.maybe_numbers(NUMERATOR.name)?;
    let denominators = table.numbers(DENOMINATOR.name)?;
    let populations = if table.has(POPULATION.name) { table.numbers(POPULATION.name)? } else { denominators.clone() };
    let rows = numerators.into_iter().zip(denominators).zip(populations).enumerate();
    rows.map(|(row, ((numerator, denominator), population))| {
        let group = Group { value: None, se: None, population: Some(population), rank: None, reference: false };
        let Some(numerator) = numerator else { return Ok(group) };
        crate::checks::proportion(numerator, denominator, row + 1)?;
        let share = numerator / denominator;
        let se = (share * (1.0 - share) / denominator).sqrt();
        Ok(Group { value: Some(share), se: Some(se), ..group })
    })
    .collect()
}

fn mark_reference(table: &Table, options: &Options, rows: &mut [Group]) -> Result<(), Refusal> {
    if let Some(name) = options.text(REFERENCE_GROUP.name).filter(|name| !name.is_empty()) {
        let names = table.texts(GROUP.name)?;
        let position = names.iter().position(|own| own == name);
        let position = position.ok_or_else(|| Refusal::option(REFERENCE_GROUP.name, "a name in column `group`"))?;
        rows[position].reference = true;
    } else if table.has(REFERENCE.name) {
        for (group, mark) in rows.iter_mut().zip(table.texts(REFERENCE.name)?) {
            group.reference = matches!(mark.as_str(), "1" | "true" | "yes");
        }
    }
    Ok(())
}

/// A whole number given as an option.
pub fn whole(options: &Options, name: &str, default: u64, least: u64) -> Result<u64, Refusal> {
    let value = options.text(name).map_or(Ok(default), str::parse::<u64>);
    let value = value.ok().filter(|value| *value >= least);
    value.ok_or_else(|| Refusal::option(name, format!("a whole number, {least} or more")))
}

/// How to bootstrap, from the options.
pub fn sampling(options: &Options) -> Result<Sampling, Refusal> {
    let repetitions = whole(options, REPETITIONS.name, DRAWS, 100)?.min(10_000_000);
    Ok(Sampling {
        confidence: Confidence::from_options(options)?,
        repetitions: usize::try_from(repetitions).unwrap_or(usize::MAX),
        seed: whole(options, SEED.name, 1, 0)?,
    })
}

/// One row: value, limits and standard error, and how many groups were left out for want of a value.
pub fn row(measured: Measured, left_out: usize) -> Row {
    vec![
        ("value", measured.value.into()),
        ("lower", Value::maybe(measured.limits.map(|limits| limits[0]))),
        ("upper", Value::maybe(measured.limits.map(|limits| limits[1]))),
        ("se", Value::maybe(measured.se)),
        ("groups_left_out", (left_out as f64).into()),
    ]
}

/// Runs a measure with analytic limits on a table.
pub fn run(
    table: &Table,
    options: &Options,
    measure: impl Fn(&Groups, Confidence) -> Result<Measured, Refusal>,
) -> Result<Vec<Row>, Refusal> {
    let groups = groups(table, options)?;
    Ok(vec![row(measure(&groups, Confidence::from_options(options)?)?, groups.left_out())])
}

/// Runs a measure with bootstrapped limits on a table.
pub fn run_bootstrapped(
    table: &Table,
    options: &Options,
    measure: impl Fn(&Groups, &Sampling) -> Result<Measured, Refusal>,
) -> Result<Vec<Row>, Refusal> {
    let groups = groups(table, options)?;
    Ok(vec![row(measure(&groups, &sampling(options)?)?, groups.left_out())])
}
