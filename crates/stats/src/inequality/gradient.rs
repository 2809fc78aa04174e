//! Absolute and relative gradient index: a place's gradient over national deprivation ranks.

use super::groups::Measured;
use super::rank_line::{Model, RankLine, Rows};
use crate::interval::{CONFIDENCE, Confidence};
use crate::method::{Column, Family, Method, OptionSpec, Options};
use crate::numeric::t_quantile;
use crate::refusal::Refusal;
use crate::table::{Row, Table, Value};

/// Fewest small areas.
const FEWEST_AREAS: usize = 5;

/// One small area of the place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Area {
    /// The indicator in the area.
    pub value: f64,
    /// The area's place among all areas of the country: 0 = least deprived, 1 = most deprived.
    pub national_rank: f64,
    /// People in the area; equal numbers weight every area the same.
    pub population: f64,
}

/// The two indices.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gradient {
    /// Absolute gradient index: modelled gap between the most and the least deprived area of the *country*, at the
    /// place's own gradient.
    pub absolute: Measured,
    /// Relative gradient index: the absolute one over the national average, if that is given.
    pub relative: Option<Measured>,
}

/// Slope of the indicator on national deprivation rank within one place, with robust limits (HC1, Student's t).
///
/// SOURCE: Cookson, Asaria, Ali, Shaw, Doran, Goldblatt, "Health equity monitoring for healthcare quality assurance",
/// *Social Science & Medicine* 198 (2018), p. 148–156.
pub fn gradient(areas: &[Area], national_average: Option<f64>, confidence: Confidence) -> Result<Gradient, Refusal> {
    if areas.len() < FEWEST_AREAS {
        return Err(Refusal::TooFew { what: "areas", found: areas.len(), needed: FEWEST_AREAS });
    }
    for (row, area) in areas.iter().enumerate() {
        let refuse = |column: &str, must| Err(Refusal::OutOfRange { column: column.to_owned(), row: row + 1, must });
        if !area.value.is_finite() {
            return refuse("value", "must be a finite number");
        }
        if !(0.0..=1.0).contains(&area.national_rank) {
            return refuse("national_rank", "must lie between 0 (least deprived) and 1 (most deprived)");
        }
        if !(area.population.is_finite() && area.population > 0.0) {
            return refuse("population", "must be a number above 0");
        }
    }
    let outcomes: Vec<f64> = areas.iter().map(|area| area.value).collect();
    let ranks: Vec<f64> = areas.iter().map(|area| area.national_rank).collect();
    let weights: Vec<f64> = areas.iter().map(|area| area.population).collect();
    let rows = Rows { outcomes: &outcomes, ranks: &ranks, weights: &weights };
    let line = RankLine::fit(Model::Linear, rows)?;
    let slope = line.slope();
    let count = areas.len() as f64;
    let squares: f64 = line.influences(&slope, rows).map(|influence| influence * influence).sum();
    let se = (squares * count / (count - 2.0)).sqrt();
    let t = t_quantile(1.0 - confidence.tail(), count - 2.0);
    let absolute =
        Measured { value: slope.value, se: Some(se), limits: Some([slope.value - t * se, slope.value + t * se]) };
    let relative = match national_average {
        Some(average) if average.is_finite() && average > 0.0 => Some(absolute.scaled(1.0 / average)),
        Some(_) => return Err(Refusal::option("national-average", "a number above 0")),
        None => None,
    };
    Ok(Gradient { absolute, relative })
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let (values, ranks) = (table.numbers("value")?, table.numbers("national_rank")?);
    let populations = if table.has("population") { table.numbers("population")? } else { vec![1.0; values.len()] };
    let rows = values.into_iter().zip(ranks).zip(populations);
    let areas: Vec<Area> =
        rows.map(|((value, national_rank), population)| Area { value, national_rank, population }).collect();
    let average = match options.text("national-average") {
        None | Some("") => None,
        Some(_) => Some(options.number("national-average", 0.0)?),
    };
    let answer = gradient(&areas, average, Confidence::from_options(options)?)?;
    let limits = |measured: Option<Measured>, side: usize| {
        Value::maybe(measured.and_then(|own| own.limits).map(|own| own[side]))
    };
    Ok(vec![vec![
        ("agi", answer.absolute.value.into()),
        ("agi_lower", limits(Some(answer.absolute), 0)),
        ("agi_upper", limits(Some(answer.absolute), 1)),
        ("rgi", Value::maybe(answer.relative.map(|own| own.value))),
        ("rgi_lower", limits(answer.relative, 0)),
        ("rgi_upper", limits(answer.relative, 1)),
        ("se", Value::maybe(answer.absolute.se)),
    ]])
}

/// Absolute and relative gradient index.
pub const METHOD: Method = Method {
    id: "gradient",
    title: "Absolute and relative gradient index (AGI, RGI) over national deprivation ranks",
    family: Family::Inequality,
    when_to_use: "To compare places whose people do not span the country's range of deprivation: local tenths would make \
        a well-off district look as unequal as a mixed city. Input is one row a small area (LSOA), not a local tenth.",
    doc: "Least squares of the indicator on the area's *national* rank of deprivation (0 = least, 1 = most deprived), weighted \
        by population if given; AGI = slope, RGI = AGI ÷ national average (which is taken as known). Robust standard error \
        (HC1), limits from Student's t with areas − 2 degrees of freedom. A positive index means higher values in deprived \
        areas.\n\n**Source.** Cookson and others, *Social Science & Medicine* 198 (2018), p. 148.",
    columns: &[
        Column { name: "value", required: true, doc: "Indicator in the small area." },
        Column { name: "national_rank", required: true, doc: "National rank as a fraction: 0 least, 1 most deprived." },
        Column { name: "population", required: false, doc: "People in the area; without it all count the same." },
    ],
    options: &[CONFIDENCE, OptionSpec { name: "national-average", default: "", doc: "Needed for the relative index." }],
    example: "value,national_rank,population\n52,0.10,1500\n55,0.22,1600\n61,0.41,1450\n60,0.55,1500\n71,0.80,1700\n",
    run,
};
