//! Life expectancy from an abridged life table, with interval.

use crate::checks;
use crate::interval::{CONFIDENCE, Confidence, Estimate};
use crate::method::{Column, Family, Method, Options};
use crate::refusal::Refusal;
use crate::table::{Row, Table, Value};

/// First ages of the 20 bands.
pub const START_AGES: [f64; 20] = [
    0.0, 1.0, 5.0, 10.0, 15.0, 20.0, 25.0, 30.0, 35.0, 40.0, 45.0, 50.0, 55.0, 60.0, 65.0, 70.0, 75.0, 80.0, 85.0, 90.0,
];

/// A life table needs more people than this.
const SMALLEST_POPULATION: f64 = 5000.0;

/// A value whose 95 % interval reaches further than so many years to each side is not given.
const WIDEST_HALF_INTERVAL: f64 = 10.0;

const DOC: &str = "\
Chiang's abridged life table over the 20 bands 0, 1–4, 5–9, …, 85–89, 90+: mortality `M = D/P`, chance of dying
`q = nM/(1 + nM(1−a))` with `a` = 0.1 in the first year and 0.5 after it; survivors, years lived, `e = T/l`. Variance
by Chiang with Silcocks' share of the last, open band; limits `e ± z·SE`.

**Source.** C. L. Chiang, *The Life Table and its Applications* (1984), chapter 6–7; P. B. S. Silcocks, D. A. Jenner and
R. Reza, *Journal of Epidemiology and Community Health* 55 (2001), p. 38–43; `phe_life_expectancy` of
PHEindicatormethods 2.1.0.

**Conventions.** A value is left out where its 95 % interval reaches more than 10 years to either side, whatever level is
asked for.

**Limits.** Refused for a population of 5,000 or fewer, deaths above the population of a band, a band missing, or no death
in the last band (then life has no end). Describes mortality now, not the lives of those born now. At high ages a wide
interval can reach below zero years.";

const GROUP: Column = Column { name: "group", required: false, doc: "Name of the area; absent: one area in all." };
const AGE: Column = Column { name: "age", required: true, doc: "First age of the band: 0, 1, 5, 10, …, 90." };
const POPULATION: Column = Column { name: "population", required: true, doc: "Person-years in the band, above zero." };
const DEATHS: Column = Column { name: "deaths", required: true, doc: "Deaths in the band, not negative." };

/// `evenly measure life-expectancy`.
pub const METHOD: Method = Method {
    id: "life-expectancy",
    title: "Life expectancy at each age from deaths and population (Chiang, Silcocks)",
    family: Family::Standardisation,
    when_to_use: "Mortality of areas or groups above 5,000 people, several years together; the gap between deprivation \
                  groups is then a matter for `sii`.",
    doc: DOC,
    columns: &[GROUP, AGE, POPULATION, DEATHS],
    options: &[CONFIDENCE],
    example: "age,population,deaths\n0,1100,5\n1,4300,1\n5,5400,0\n10,5500,1\n15,5200,2\n20,5100,3\n25,5600,4\n30,6000,5\n\
              35,6100,7\n40,6000,11\n45,5900,16\n50,6100,26\n55,5700,38\n60,4900,52\n65,4300,71\n70,4000,104\n75,3000,128\n\
              80,2100,160\n85,1200,165\n90,600,150\n",
    run,
};

/// Life expectancy at one age.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LifeExpectancy {
    /// The age.
    pub age: f64,
    /// Years left, with interval; none where the interval is too wide to be of use.
    pub estimate: Option<Estimate>,
    /// Population at this age and above.
    pub population: f64,
    /// Deaths at this age and above.
    pub deaths: f64,
}

/// Life expectancy at each of [`START_AGES`] from population and deaths of each band.
pub fn life_expectancy(populations: &[f64], deaths: &[f64], confidence: f64) -> Result<Vec<LifeExpectancy>, Refusal> {
    let confidence = Confidence::new(confidence)?;
    check(populations, deaths)?;
    let table = LifeTable::new(populations, deaths);
    let useful = Confidence::new(0.95)?.z();
    let (mut alive, mut dead) = (0.0, 0.0);
    let mut answers: Vec<LifeExpectancy> = (0..START_AGES.len())
        .rev()
        .map(|band| {
            alive += populations[band];
            dead += deaths[band];
            let (value, error) = (table.expectancy[band], table.error[band]);
            let half = confidence.z() * error;
            let estimate = Estimate { value, lower: value - half, upper: value + half };
            let shown = useful * error <= WIDEST_HALF_INTERVAL;
            LifeExpectancy {
                age: START_AGES[band],
                estimate: shown.then_some(estimate),
                population: alive,
                deaths: dead,
            }
        })
        .collect();
    answers.reverse();
    Ok(answers)
}

fn check(populations: &[f64], deaths: &[f64]) -> Result<(), Refusal> {
    let bands = START_AGES.len();
    if populations.len() != bands || deaths.len() != bands {
        return Err(Refusal::Undefined("a life table needs exactly the 20 bands 0, 1, 5, 10, …, 90".to_owned()));
    }
    for band in 0..bands {
        checks::positive(populations[band], POPULATION.name, band + 1)?;
        checks::not_negative(deaths[band], DEATHS.name, band + 1)?;
        if deaths[band] > populations[band] {
            let must = "must not be more than the population of the band";
            return Err(Refusal::OutOfRange { column: DEATHS.name.to_owned(), row: band + 1, must });
        }
    }
    if populations.iter().sum::<f64>() <= SMALLEST_POPULATION {
        return Err(Refusal::Undefined("a life table needs more than 5,000 people: add up areas or years".to_owned()));
    }
    if deaths[bands - 1] <= 0.0 {
        let text = "there is no death in the last band, so that life would have no end: add up areas or years";
        return Err(Refusal::Undefined(text.to_owned()));
    }
    Ok(())
}

/// The columns of the life table that are asked for.
struct LifeTable {
    expectancy: [f64; 20],
    error: [f64; 20],
}

impl LifeTable {
    fn new(populations: &[f64], deaths: &[f64]) -> Self {
        const LAST: usize = START_AGES.len() - 1;
        let mut survivors = [100_000.0; 20];
        let (mut chance, mut lived) = ([0.0; 20], [0.0; 20]);
        for band in 0..LAST {
            let width = START_AGES[band + 1] - START_AGES[band];
            let share = share_lived(band);
            let mortality = deaths[band] / populations[band];
            // With more deaths than the band can hold, everybody dies in it.
            let possible = deaths[band] <= populations[band] / width / share;
            chance[band] = if possible { mortality * width / (1.0 + mortality * width * (1.0 - share)) } else { 1.0 };
            let dying = survivors[band] * chance[band];
            survivors[band + 1] = survivors[band] - dying;
            lived[band] = width * (survivors[band + 1] + share * dying);
        }
        let last_mortality = deaths[LAST] / populations[LAST];
        lived[LAST] = survivors[LAST] / last_mortality;
        let (mut expectancy, mut error) = ([0.0; 20], [0.0; 20]);
        let last_variance = 4.0 / (deaths[LAST] * last_mortality * last_mortality);
        let mut years = lived[LAST];
        let mut spread = (survivors[LAST] / 2.0).powi(2) * last_variance;
        expectancy[LAST] = 1.0 / last_mortality;
        error[LAST] = last_variance.sqrt() / 2.0;
        for band in (0..LAST).rev() {
            let width = START_AGES[band + 1] - START_AGES[band];
            let variance =
                if deaths[band] > 0.0 { chance[band].powi(2) * (1.0 - chance[band]) / deaths[band] } else { 0.0 };
            let loss = (1.0 - share_lived(band)) * width + expectancy[band + 1];
            spread += variance * (survivors[band] * loss).powi(2);
            years += lived[band];
            // Nobody reaches the band when all die before it; then neither years nor error are left.
            let reached = survivors[band] > 0.0;
            expectancy[band] = if reached { years / survivors[band] } else { 0.0 };
            error[band] = if reached { spread.sqrt() / survivors[band] } else { f64::INFINITY };
        }
        Self { expectancy, error }
    }
}

/// Share of the band that those who die in it live through: 0.1 in the first year of life.
fn share_lived(band: usize) -> f64 {
    if band == 0 { 0.1 } else { 0.5 }
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let confidence = Confidence::from_options(options)?.level();
    let ages = table.numbers(AGE.name)?;
    let (populations, deaths) = (table.numbers(POPULATION.name)?, table.numbers(DEATHS.name)?);
    let areas = if table.has(GROUP.name) { table.texts(GROUP.name)? } else { vec!["all".to_owned(); table.rows()] };
    let mut rows = Vec::new();
    for (area, mut places) in checks::groups(&areas) {
        places.sort_by(|a, b| ages[*a].total_cmp(&ages[*b]));
        let own: Vec<f64> = places.iter().map(|place| ages[*place]).collect();
        if own != START_AGES {
            return Err(Refusal::Undefined("each group needs exactly the bands 0, 1, 5, 10, …, 90".to_owned()));
        }
        let pick = |column: &[f64]| places.iter().map(|place| column[*place]).collect::<Vec<f64>>();
        for answer in life_expectancy(&pick(&populations), &pick(&deaths), confidence)? {
            let note = "left out: the 95 % interval reaches more than 10 years to either side";
            rows.push(vec![
                ("group", Value::from(area.as_str())),
                ("age", Value::from(answer.age)),
                ("value", Value::maybe(answer.estimate.map(|estimate| estimate.value))),
                ("lower", Value::maybe(answer.estimate.map(|estimate| estimate.lower))),
                ("upper", Value::maybe(answer.estimate.map(|estimate| estimate.upper))),
                ("population", Value::from(answer.population)),
                ("deaths", Value::from(answer.deaths)),
                ("note", if answer.estimate.is_none() { Value::from(note) } else { Value::Missing }),
            ]);
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::life_expectancy;

    #[test]
    fn what_makes_no_life_table_is_refused() {
        let (people, deaths) = (vec![1000.0; 20], vec![10.0; 20]);
        assert!(life_expectancy(&people, &deaths, 0.95).is_ok());
        assert!(life_expectancy(&people[..19], &deaths[..19], 0.95).is_err());
        assert!(life_expectancy(&[100.0; 20], &deaths, 0.95).is_err(), "too few people");
        let mut none_at_the_end = deaths.clone();
        none_at_the_end[19] = 0.0;
        assert!(life_expectancy(&people, &none_at_the_end, 0.95).is_err());
        let mut too_many = deaths.clone();
        too_many[3] = 1001.0;
        assert!(life_expectancy(&people, &too_many, 0.95).is_err());
    }

    #[test]
    fn constant_mortality_gives_its_inverse_at_the_last_age() {
        let answers = life_expectancy(&[10_000.0; 20], &[1000.0; 20], 0.95).unwrap();
        assert!((answers[19].estimate.unwrap().value - 10.0).abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn fewer_deaths_never_shorten_life(deaths in prop::collection::vec(1_u32..200, 20), spared in 0_usize..19) {
            let deaths: Vec<f64> = deaths.into_iter().map(f64::from).collect();
            let mut fewer = deaths.clone();
            fewer[spared] -= 1.0;
            let people = vec![4000.0; 20];
            let (before, after) = (life_expectancy(&people, &deaths, 0.95).unwrap(), life_expectancy(&people, &fewer, 0.95).unwrap());
            for (before, after) in before.iter().zip(&after) {
                if let (Some(before), Some(after)) = (before.estimate, after.estimate) {
                    prop_assert!(after.value >= before.value - 1e-12);
                    prop_assert!(before.holds(before.value));
                }
            }
        }
    }
}
