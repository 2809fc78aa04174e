//! Directly standardised rates with Dobson's interval, also for events that recur in the same person.

use crate::checks;
use crate::interval::{CONFIDENCE, Confidence, Estimate};
use crate::method::{Column, Family, Method, OptionSpec, Options};
use crate::numeric::compensated_sum;
use crate::rate::byar_limits;
use crate::refusal::Refusal;
use crate::standardise::{DENOMINATOR, GROUP, esp_2013_weight};
use crate::table::{Row, Table, Value};

/// With fewer events no directly standardised rate is given.
const FEWEST_EVENTS: f64 = 10.0;

const DOC: &str = "\
The rate a standard population would have at the area's own age-specific rates:
`Σ wᵢ Oᵢ/nᵢ ÷ Σ wᵢ`, variance `Σ wᵢ² Oᵢ/nᵢ² ÷ (Σ wᵢ)²`; Dobson's limits move Byar's limits of the total count *O* onto
it: `rate + √(var/O) · (limit(O) − O)`.

*Events that recur in one person* (column `events_each`): the persons with *f* events give a variance of their own and
`var = Σ f² var_f`; without this the interval of admissions or missed appointments is too narrow.

**Source.** A. J. Dobson, K. Kuulasmaa, E. Eberle and J. Scherer, *Statistics in Medicine* 10 (1991), p. 457–462; Public
Health England, *Technical Guide: Confidence Intervals* (2018); `calculate_dsr` of PHEindicatormethods 2.1.0.

**Conventions.** Without a `standard` column the weights are the European Standard Population 2013 by `age_band`. Only the
bands given count, so a table of bands under 75 gives the rate under 75. A missing count is no event. Fewer than 10 events:
no rate, with a note.

**Limits.** Needs every age band's population. With fewer than 10 events or very small bands use `isr`. Where few events
carry large weights the lower limit can fall below 0, as the published method's does: read it as 0.";

const AGE_BAND: Column = Column {
    name: "age_band",
    required: false,
    doc: "Five-year band such as `0-4` or `90+`; needed without `standard` and with `events_each`.",
};
const COUNT: Column = Column {
    name: "numerator",
    required: true,
    doc: "Events in the band (persons, with `events_each`); missing is none.",
};
const STANDARD: Column = Column { name: "standard", required: false, doc: "Weight of the band in the standard." };
const EACH: Column =
    Column { name: "events_each", required: false, doc: "Events that each of the row's persons had: 1, 2, …" };

/// `evenly measure dsr`.
pub const METHOD: Method = Method {
    id: "dsr",
    title: "Directly standardised rate, with its interval (Dobson)",
    family: Family::Standardisation,
    when_to_use: "To compare areas or groups of different age with one another; 10 or more events each. With fewer, or \
                  without events by age, use `isr`.",
    doc: DOC,
    columns: &[GROUP, AGE_BAND, COUNT, DENOMINATOR, STANDARD, EACH],
    options: &[CONFIDENCE, OptionSpec { default: "100000", ..checks::MULTIPLIER }],
    example: "age_band,numerator,denominator\n0-4,3,5200\n5-9,1,5100\n10-14,2,4900\n15-19,9,5000\n",
    run,
};

/// One age band of an area.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct AgeBand {
    /// Events.
    pub events: f64,
    /// Population, above zero.
    pub population: f64,
    /// Weight of the band in the standard population.
    pub standard: f64,
}

/// The persons of an age band who had the same number of events.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct PersonsByEvents {
    /// Events each.
    pub events_each: f64,
    /// How many persons.
    pub persons: f64,
}

/// A directly standardised rate with what it rests on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Standardised {
    /// Events in all.
    pub events: f64,
    /// Population in all.
    pub population: f64,
    /// The rate with its interval; none with fewer than ten events.
    pub estimate: Option<Estimate>,
}

/// The directly standardised rate of independent events, per `multiplier`.
pub fn direct(bands: &[AgeBand], multiplier: f64, confidence: f64) -> Result<Standardised, Refusal> {
    check(bands.iter().map(|band| (band.events, band.population, band.standard)))?;
    Ok(direct_at(bands, multiplier, Confidence::new(confidence)?))
}

/// The directly standardised rate when persons have several events: `persons[i]` belongs to band *i* of (population, weight).
pub fn direct_repeated(
    bands: &[(f64, f64)],
    persons: &[Vec<PersonsByEvents>],
    multiplier: f64,
    confidence: f64,
) -> Result<Standardised, Refusal> {
    if bands.len() != persons.len() {
        return Err(Refusal::UnequalLengths { column: EACH.name.to_owned() });
    }
    check(bands.iter().map(|(population, standard)| (0.0, *population, *standard)))?;
    for (row, own) in persons.iter().flatten().enumerate() {
        checks::not_negative(own.persons, COUNT.name, row + 1)?;
        checks::positive(own.events_each, EACH.name, row + 1)?;
    }
    Ok(repeated_at(bands, persons, multiplier, Confidence::new(confidence)?))
}

fn check(bands: impl Iterator<Item = (f64, f64, f64)>) -> Result<(), Refusal> {
    let mut weights = 0.0;
    for (row, (events, population, standard)) in bands.enumerate() {
        checks::not_negative(events, COUNT.name, row + 1)?;
        checks::positive(population, DENOMINATOR.name, row + 1)?;
        weights += checks::not_negative(standard, STANDARD.name, row + 1)?;
    }
    if weights > 0.0 && weights.is_finite() {
        return Ok(());
    }
    Err(Refusal::Undefined("the weights of the standard population must add up to more than zero".to_owned()))
}

fn direct_at(bands: &[AgeBand], multiplier: f64, confidence: Confidence) -> Standardised {
    let weights = compensated_sum(bands.iter().map(|band| band.standard));
    let rate = compensated_sum(bands.iter().map(|band| band.standard * band.events / band.population)) / weights;
    let spread = |band: &AgeBand| band.events * (band.standard / band.population).powi(2);
    let variance = compensated_sum(bands.iter().map(spread)) / (weights * weights);
    let events = compensated_sum(bands.iter().map(|band| band.events));
    let population = compensated_sum(bands.iter().map(|band| band.population));
    Standardised { events, population, estimate: dobson(rate, variance, events, multiplier, confidence) }
}

fn repeated_at(
    bands: &[(f64, f64)],
    persons: &[Vec<PersonsByEvents>],
    multiplier: f64,
    confidence: Confidence,
) -> Standardised {
    let weights = compensated_sum(bands.iter().map(|(_, standard)| *standard));
    let (mut rates, mut spreads, mut counts) = (Vec::new(), Vec::new(), Vec::new());
    for ((population, standard), own) in bands.iter().zip(persons) {
        let relative = standard / population;
        let events = compensated_sum(own.iter().map(|some| some.persons * some.events_each));
        rates.push(relative * events);
        let squares = compensated_sum(own.iter().map(|some| some.persons * some.events_each.powi(2)));
        spreads.push(relative * relative * squares);
        counts.push(events);
    }
    let (rate, variance) = (compensated_sum(rates) / weights, compensated_sum(spreads) / (weights * weights));
    let events = compensated_sum(counts);
    let population = compensated_sum(bands.iter().map(|(population, _)| *population));
    Standardised { events, population, estimate: dobson(rate, variance, events, multiplier, confidence) }
}

/// Byar's limits of the count, moved onto the standardised rate (Dobson and others 1991, equation 9).
fn dobson(rate: f64, variance: f64, events: f64, multiplier: f64, confidence: Confidence) -> Option<Estimate> {
    if events < FEWEST_EVENTS {
        return None;
    }
    let count = byar_limits(events, confidence);
    let factor = (variance / events).sqrt();
    Some(
        Estimate {
            value: rate,
            lower: rate + factor * (count.lower - events),
            upper: rate + factor * (count.upper - events),
        }
        .scaled(multiplier),
    )
}

/// The columns of a table, checked row by row.
struct Bands {
    labels: Vec<String>,
    counts: Vec<f64>,
    populations: Vec<f64>,
    weights: Vec<f64>,
}

fn read(table: &Table) -> Result<Bands, Refusal> {
    let labels = if table.has(AGE_BAND.name) { table.texts(AGE_BAND.name)? } else { Vec::new() };
    let counts = table.maybe_numbers(COUNT.name)?;
    checks::some_present(&counts, COUNT.name)?;
    let populations = table.numbers(DENOMINATOR.name)?;
    let weights = if table.has(STANDARD.name) {
        table.numbers(STANDARD.name)?
    } else if labels.is_empty() {
        return Err(Refusal::MissingColumn { column: AGE_BAND.name.to_owned() });
    } else {
        let weight = |(row, label): (usize, &String)| {
            let must = "must be a five-year band such as 0-4 or 90+; or give the weights in `standard`";
            esp_2013_weight(label).ok_or(Refusal::OutOfRange { column: AGE_BAND.name.to_owned(), row: row + 1, must })
        };
        labels.iter().enumerate().map(weight).collect::<Result<_, _>>()?
    };
    let counts: Vec<f64> = counts.into_iter().map(|count| count.unwrap_or(0.0)).collect();
    for row in 0..counts.len() {
        checks::not_negative(counts[row], COUNT.name, row + 1)?;
        checks::positive(populations[row], DENOMINATOR.name, row + 1)?;
        checks::not_negative(weights[row], STANDARD.name, row + 1)?;
    }
    Ok(Bands { labels, counts, populations, weights })
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let confidence = Confidence::from_options(options)?;
    let multiplier = checks::multiplier(options, 100_000.0)?;
    let bands = read(table)?;
    let each = if table.has(EACH.name) { Some(table.numbers(EACH.name)?) } else { None };
    let areas = if table.has(GROUP.name) { table.texts(GROUP.name)? } else { vec!["all".to_owned(); table.rows()] };
    let mut rows = Vec::new();
    for (area, places) in checks::groups(&areas) {
        let answer = match &each {
            None => independent(&bands, &places, multiplier, confidence)?,
            Some(each) => repeated(&bands, each, &places, multiplier, confidence)?,
        };
        let estimate = answer.estimate;
        let note =
            if estimate.is_none() { Value::from("fewer than 10 events: no rate is given") } else { Value::Missing };
        rows.push(vec![
            ("group", Value::from(area)),
            ("value", Value::maybe(estimate.map(|estimate| estimate.value))),
            ("lower", Value::maybe(estimate.map(|estimate| estimate.lower))),
            ("upper", Value::maybe(estimate.map(|estimate| estimate.upper))),
            ("numerator", Value::from(answer.events)),
            ("denominator", Value::from(answer.population)),
            ("note", note),
        ]);
    }
    Ok(rows)
}

/// One area of independent events; a band named twice is refused.
fn independent(
    bands: &Bands,
    places: &[usize],
    multiplier: f64,
    confidence: Confidence,
) -> Result<Standardised, Refusal> {
    let mut seen = std::collections::HashSet::new();
    let mut own = Vec::with_capacity(places.len());
    for place in places {
        if bands.labels.get(*place).is_some_and(|label| !seen.insert(label)) {
            let must = "is a band that this group has in an earlier row";
            return Err(Refusal::OutOfRange { column: AGE_BAND.name.to_owned(), row: place + 1, must });
        }
        let (events, population) = (bands.counts[*place], bands.populations[*place]);
        own.push(AgeBand { events, population, standard: bands.weights[*place] });
    }
    check(own.iter().map(|band| (band.events, band.population, band.standard)))?;
    Ok(direct_at(&own, multiplier, confidence))
}

/// One area of recurring events: rows of the same band must agree on population and weight.
fn repeated(
    bands: &Bands,
    each: &[f64],
    places: &[usize],
    multiplier: f64,
    confidence: Confidence,
) -> Result<Standardised, Refusal> {
    if bands.labels.is_empty() {
        return Err(Refusal::MissingColumn { column: AGE_BAND.name.to_owned() });
    }
    let labels: Vec<String> = places.iter().map(|place| bands.labels[*place].clone()).collect();
    let (mut own, mut persons) = (Vec::new(), Vec::new());
    for (_, rows) in checks::groups(&labels) {
        let rows: Vec<usize> = rows.into_iter().map(|row| places[row]).collect();
        let band = (bands.populations[rows[0]], bands.weights[rows[0]]);
        for row in &rows {
            if bands.populations[*row].total_cmp(&band.0).is_ne() || bands.weights[*row].total_cmp(&band.1).is_ne() {
                let must = "must be the same, as must `standard`, in all rows of one age band";
                return Err(Refusal::OutOfRange { column: DENOMINATOR.name.to_owned(), row: row + 1, must });
            }
            checks::positive(each[*row], EACH.name, row + 1)?;
        }
        own.push(band);
        let some = rows.iter().map(|row| PersonsByEvents { events_each: each[*row], persons: bands.counts[*row] });
        persons.push(some.collect());
    }
    check(own.iter().map(|(population, standard)| (0.0, *population, *standard)))?;
    Ok(repeated_at(&own, &persons, multiplier, confidence))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{AgeBand, PersonsByEvents, direct, direct_repeated};

    #[test]
    fn what_cannot_be_standardised_is_refused() {
        let band = AgeBand { events: 20.0, population: 100.0, standard: 1.0 };
        assert!(direct(&[band], 1.0, 0.95).is_ok());
        for wrong in [
            AgeBand { events: -1.0, ..band },
            AgeBand { population: 0.0, ..band },
            AgeBand { standard: 0.0, ..band },
            AgeBand { standard: f64::INFINITY, ..band },
        ] {
            assert!(direct(&[wrong], 1.0, 0.95).is_err(), "{wrong:?}");
        }
        assert!(direct(&[], 1.0, 0.95).is_err());
    }

    proptest! {
        #[test]
        fn one_event_each_is_the_plain_rate_and_splitting_a_band_changes_nothing(
            bands in prop::collection::vec((0_u32..80, 100_u32..9000, 1_u32..7000), 1..19),
        ) {
            let plain: Vec<AgeBand> = bands
                .iter()
                .map(|(x, n, w)| AgeBand { events: (*x).into(), population: (*n).into(), standard: (*w).into() })
                .collect();
            let pairs: Vec<(f64, f64)> = plain.iter().map(|band| (band.population, band.standard)).collect();
            let once: Vec<_> = plain.iter().map(|band| vec![PersonsByEvents { events_each: 1.0, persons: band.events }]).collect();
            let own = direct(&plain, 1000.0, 0.95).unwrap();
            let same = direct_repeated(&pairs, &once, 1000.0, 0.95).unwrap();
            let halves: Vec<AgeBand> = plain
                .iter()
                .flat_map(|band| {
                    let half = AgeBand { events: band.events / 2.0, population: band.population / 2.0, standard: band.standard / 2.0 };
                    [half, half]
                })
                .collect();
            let split = direct(&halves, 1000.0, 0.95).unwrap();
            prop_assert_eq!(own.estimate.is_some(), own.events >= 10.0);
            if let (Some(own), Some(same), Some(split)) = (own.estimate, same.estimate, split.estimate) {
                prop_assert!(own.holds(own.value));
                prop_assert!((own.lower - same.lower).abs() < 1e-9 && (own.upper - same.upper).abs() < 1e-9);
                prop_assert!((own.value - split.value).abs() < 1e-9 && (own.upper - split.upper).abs() < 1e-9);
            }
        }
    }
}
