//! Indirectly standardised ratio and rate: events against those expected at a reference's age-specific rates.

use crate::checks;
use crate::interval::{CONFIDENCE, Confidence, Estimate};
use crate::method::{Column, Family, Method, OptionSpec, Options};
use crate::numeric::compensated_sum;
use crate::rate::count_limits;
use crate::refusal::Refusal;
use crate::standardise::{DENOMINATOR, GROUP};
use crate::table::{Row, Table, Value};

const DOC: &str = "\
Expected events are those that the area would have at the reference's age-specific rates: `E = Σ nᵢ · xref/nref`. The ratio
is `O/E` (1: as the reference), the rate `O/E` times the reference's crude rate. Limits: exact Poisson of *O* below ten
events, Byar's from ten.

**Source.** N. E. Breslow and N. E. Day, *Statistical Methods in Cancer Research II* (IARC, 1987), p. 65–72;
`calculate_ISRatio` and `calculate_ISRate` of PHEindicatormethods 2.1.0.

**Conventions.** Missing counts are no event, missing populations none exposed. Where the area's events are known only in
total, give them in `observed` (the same number in each of the area's rows) in place of `numerator`.

**Limits.** Two areas' ratios are each against the reference and must not be compared with each other where their age
structures differ much: use `dsr` for that.";

const AGE_BAND: Column = Column { name: "age_band", required: false, doc: "Name of the band, for the reader only." };
const COUNT: Column =
    Column { name: "numerator", required: false, doc: "Events of the area in the band; missing is none." };
const POPULATION: Column = Column {
    name: DENOMINATOR.name,
    required: true,
    doc: "Population (person-years) of the area in the band, not negative; missing is none.",
};
const OBSERVED: Column =
    Column { name: "observed", required: false, doc: "Events of the area in total, in place of `numerator`." };
const REFERENCE_COUNT: Column =
    Column { name: "reference_numerator", required: true, doc: "Events of the reference population in the band." };
const REFERENCE_POPULATION: Column =
    Column { name: "reference_denominator", required: true, doc: "Reference population in the band, above zero." };

/// `evenly measure isr`.
pub const METHOD: Method = Method {
    id: "isr",
    title: "Indirectly standardised ratio and rate, with intervals (Byar; exact below 10)",
    family: Family::Standardisation,
    when_to_use: "Small areas or groups against a whole, when events by age are few or unknown. To rank areas against \
                  one another use `dsr`; for many providers at once see `funnel`.",
    doc: DOC,
    columns: &[GROUP, AGE_BAND, COUNT, POPULATION, OBSERVED, REFERENCE_COUNT, REFERENCE_POPULATION],
    options: &[CONFIDENCE, OptionSpec { default: "100000", ..checks::MULTIPLIER }],
    example: "group,age_band,numerator,denominator,reference_numerator,reference_denominator\n\
              North,under 65,4,900,40,10000\nNorth,65 and over,9,300,90,4000\n",
    run,
};

/// One age band of an area beside the reference's.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ReferenceBand {
    /// Population of the area.
    pub population: f64,
    /// Events of the reference.
    pub reference_events: f64,
    /// Population of the reference, above zero.
    pub reference_population: f64,
}

/// Observed against expected events.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Indirect {
    /// Events of the area.
    pub observed: f64,
    /// Events expected at the reference's rates.
    pub expected: f64,
    /// Observed over expected with its interval: 1 is as the reference.
    pub ratio: Estimate,
    /// Crude rate of the reference, per one.
    pub reference_rate: f64,
}

impl Indirect {
    /// The indirectly standardised rate per `multiplier`.
    pub fn rate(&self, multiplier: f64) -> Estimate {
        self.ratio.scaled(self.reference_rate * multiplier)
    }
}

/// The ratio of observed events to those expected.
pub fn indirect(observed: f64, bands: &[ReferenceBand], confidence: f64) -> Result<Indirect, Refusal> {
    indirect_at(observed, bands, Confidence::new(confidence)?)
}

fn indirect_at(observed: f64, bands: &[ReferenceBand], confidence: Confidence) -> Result<Indirect, Refusal> {
    checks::not_negative(observed, OBSERVED.name, 1)?;
    for (row, band) in bands.iter().enumerate() {
        checks::not_negative(band.population, POPULATION.name, row + 1)?;
        checks::not_negative(band.reference_events, REFERENCE_COUNT.name, row + 1)?;
        checks::positive(band.reference_population, REFERENCE_POPULATION.name, row + 1)?;
    }
    let share = |band: &ReferenceBand| band.population * (band.reference_events / band.reference_population);
    let expected = compensated_sum(bands.iter().map(share));
    if expected <= 0.0 {
        return Err(Refusal::Undefined("no events are expected: the ratio has no value".to_owned()));
    }
    let events = compensated_sum(bands.iter().map(|band| band.reference_events));
    let population = compensated_sum(bands.iter().map(|band| band.reference_population));
    let ratio = count_limits(observed, confidence).scaled(1.0 / expected);
    Ok(Indirect { observed, expected, ratio, reference_rate: events / population })
}

/// Where a table says how many events were observed.
enum Observed {
    /// The area's total, in each of its rows.
    Totals(Vec<f64>),
    /// The events of each band.
    Bands(Vec<Option<f64>>),
}

impl Observed {
    fn read(table: &Table) -> Result<Self, Refusal> {
        if table.has(OBSERVED.name) {
            return Ok(Self::Totals(table.numbers(OBSERVED.name)?));
        }
        let counts = table.maybe_numbers(COUNT.name)?;
        checks::some_present(&counts, COUNT.name)?;
        Ok(Self::Bands(counts))
    }

    /// Observed events of an area: its total if given, else the sum of its bands.
    fn of(&self, places: &[usize]) -> Result<f64, Refusal> {
        match self {
            Self::Totals(totals) => {
                let first = totals[places[0]];
                if let Some(place) = places.iter().find(|place| totals[**place].total_cmp(&first).is_ne()) {
                    let must = "must be the same in all rows of the group";
                    return Err(Refusal::OutOfRange { column: OBSERVED.name.to_owned(), row: place + 1, must });
                }
                checks::not_negative(first, OBSERVED.name, places[0] + 1)
            }
            Self::Bands(counts) => places.iter().try_fold(0.0, |sum, place| {
                Ok(sum + checks::not_negative(counts[*place].unwrap_or(0.0), COUNT.name, place + 1)?)
            }),
        }
    }
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let confidence = Confidence::from_options(options)?;
    let multiplier = checks::multiplier(options, 100_000.0)?;
    let areas = if table.has(GROUP.name) { table.texts(GROUP.name)? } else { vec!["all".to_owned(); table.rows()] };
    let populations = table.maybe_numbers(POPULATION.name)?;
    checks::some_present(&populations, POPULATION.name)?;
    let (events, people) = (table.maybe_numbers(REFERENCE_COUNT.name)?, table.numbers(REFERENCE_POPULATION.name)?);
    for row in 0..table.rows() {
        checks::not_negative(populations[row].unwrap_or(0.0), POPULATION.name, row + 1)?;
        checks::not_negative(events[row].unwrap_or(0.0), REFERENCE_COUNT.name, row + 1)?;
        checks::positive(people[row], REFERENCE_POPULATION.name, row + 1)?;
    }
    let observed = Observed::read(table)?;
    let mut rows = Vec::new();
    for (area, places) in checks::groups(&areas) {
        let band = |place: &usize| ReferenceBand {
            population: populations[*place].unwrap_or(0.0),
            reference_events: events[*place].unwrap_or(0.0),
            reference_population: people[*place],
        };
        let bands: Vec<ReferenceBand> = places.iter().map(band).collect();
        let answer = indirect_at(observed.of(&places)?, &bands, confidence)?;
        let rate = answer.rate(multiplier);
        rows.push(vec![
            ("group", Value::from(area)),
            ("value", Value::from(answer.ratio.value)),
            ("lower", Value::from(answer.ratio.lower)),
            ("upper", Value::from(answer.ratio.upper)),
            ("observed", Value::from(answer.observed)),
            ("expected", Value::from(answer.expected)),
            ("rate", Value::from(rate.value)),
            ("rate_lower", Value::from(rate.lower)),
            ("rate_upper", Value::from(rate.upper)),
            ("reference_rate", Value::from(answer.reference_rate * multiplier)),
        ]);
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{ReferenceBand, indirect};

    #[test]
    fn nothing_expected_is_refused() {
        let band = ReferenceBand { population: 100.0, reference_events: 0.0, reference_population: 50.0 };
        assert!(indirect(3.0, &[band], 0.95).is_err());
        assert!(indirect(3.0, &[], 0.95).is_err());
        assert!(indirect(-1.0, &[ReferenceBand { reference_events: 5.0, ..band }], 0.95).is_err());
        assert!(
            indirect(1.0, &[ReferenceBand { reference_events: 5.0, reference_population: 0.0, ..band }], 0.95).is_err()
        );
    }

    proptest! {
        #[test]
        fn the_reference_against_itself_is_one(bands in prop::collection::vec((1_u32..80, 100_u32..9000), 1..19)) {
            let own: Vec<ReferenceBand> = bands
                .iter()
                .map(|(x, n)| ReferenceBand { population: (*n).into(), reference_events: (*x).into(), reference_population: (*n).into() })
                .collect();
            let events: u32 = bands.iter().map(|(x, _)| x).sum();
            let answer = indirect(events.into(), &own, 0.95).unwrap();
            prop_assert!((answer.ratio.value - 1.0).abs() < 1e-12 && answer.ratio.holds(1.0));
            prop_assert!((answer.rate(1000.0).value - answer.reference_rate * 1000.0).abs() < 1e-9);
        }
    }
}
