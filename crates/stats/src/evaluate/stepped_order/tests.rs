//! Planted effects that are the same everywhere and that grow, coverage and size, groups and gap, refusals.

use rand::SeedableRng;
use rand_distr::{Distribution, Normal};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::{Cell, METHOD, Plan, Stepped, stepped_order};
use crate::interval::Confidence;
use crate::method::Options;
use crate::table::{Table, Value};

const PERIODS: usize = 10;

/// Ten units: two start in each of periods 2, 4, 6 and 8; two never start.
fn starts() -> Vec<Option<usize>> {
    (0..10).map(|unit| (unit < 8).then_some(2 + 2 * (unit / 2))).collect()
}

fn cells(value: impl FnMut(usize, usize) -> f64) -> Vec<Cell> {
    let mut value = value;
    let places = (0..10).flat_map(|unit| (0..PERIODS).map(move |period| (unit, period)));
    places
        .map(|(unit, period)| Cell {
            unit,
            period,
            value: value(unit, period),
            weight: 100.0 + ((unit * 7 + period * 3) % 11) as f64,
        })
        .collect()
}

fn plan(permutations: usize) -> Plan {
    Plan { permutations, seed: 1, confidence: Confidence::new(0.95).unwrap() }
}

fn run(cells: &[Cell], permutations: usize) -> Stepped {
    stepped_order(cells, &starts(), PERIODS, &plan(permutations)).unwrap()
}

/// Periods since the start, from 1; 0 while waiting.
fn since(unit: usize, period: usize) -> f64 {
    starts()[unit].filter(|start| period >= *start).map_or(0.0, |start| (period - start + 1) as f64)
}

fn background(unit: usize, period: usize) -> f64 {
    0.3 * unit as f64 + 0.1 * (period * period % 7) as f64
}

#[test]
fn a_planted_effect_is_found_exactly_and_no_other_order_shows_as_much() {
    let own = run(&cells(|unit, period| background(unit, period) - 2.0 * since(unit, period).min(1.0)), 499);
    assert!((own.effect.estimate.value + 2.0).abs() < 1e-9);
    let robust = own.imputed.unwrap();
    assert!((robust.average.value + 2.0).abs() < 1e-9, "{robust:?}");
    assert_eq!(robust.judged, [40, 40]);
    assert!(own.chance.unwrap() < 0.02, "{:?}", own.chance);
    assert!(own.lead.unwrap().estimate.value.abs() < 1e-9);
}

/// An effect that grows by 1 a period: the one effect comes out smaller than the mean of what happened; the effect against
/// units still waiting is that mean, and tells the growth.
#[test]
fn a_growing_effect_misleads_the_one_effect_but_not_the_robust_one() {
    let own = run(&cells(|unit, period| background(unit, period) + since(unit, period)), 0);
    let all = cells(since);
    let treated: Vec<&Cell> = all.iter().filter(|cell| cell.value > 0.0).collect();
    let total: f64 = treated.iter().map(|cell| cell.weight).sum();
    let truth = treated.iter().map(|cell| cell.weight * cell.value).sum::<f64>() / total;
    let robust = own.imputed.unwrap();
    assert!((robust.average.value - truth).abs() < 1e-9, "{robust:?} {truth}");
    assert!(own.effect.estimate.value < truth - 0.5, "{:?} {truth}", own.effect);
    for (place, effect) in robust.since {
        assert!((effect.value - (place + 1) as f64).abs() < 1e-9);
    }
    assert_eq!(own.chance, None);
}

/// Units that drift (autocorrelation 0.6): nominal 95 % of both effects, and 5 % of the test of a null; 300 worlds, seeded.
#[test]
fn intervals_cover_and_the_test_keeps_its_size_when_units_drift() {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(21);
    let normal = Normal::new(0.0, 1.0).unwrap();
    let (mut covered, mut robust, mut called) = (0, 0, 0);
    for world in 0..300 {
        let mut state = 0.0;
        let noisy = cells(|unit, period| {
            let own: f64 = normal.sample(&mut random);
            state = if period == 0 { own } else { 0.6 * state + 0.8 * own };
            background(unit, period) + state
        });
        let own = run(&noisy, if world < 150 { 99 } else { 0 });
        covered += u32::from(own.effect.estimate.holds(0.0));
        robust += u32::from(own.imputed.unwrap().average.holds(0.0));
        called += u32::from(own.chance.is_some_and(|chance| chance <= 0.05));
    }
    assert!((272..=298).contains(&covered), "{covered}");
    assert!((272..=298).contains(&robust), "{robust}");
    assert!(called <= 16, "{called}");
}

#[test]
fn what_has_no_order_is_refused() {
    let own = cells(background);
    let refused = |starts: &[Option<usize>]| stepped_order(&own, starts, PERIODS, &plan(0)).unwrap_err().to_string();
    assert!(refused(&[None; 10]).contains("no unit ever starts"));
    assert!(refused(&[Some(4); 10]).contains("difference-in-differences"));
    let few: Vec<Cell> = own.iter().copied().filter(|cell| cell.unit < 3).collect();
    assert!(stepped_order(&few, &starts(), PERIODS, &plan(0)).is_err());
    // All start early and nobody else waits: the one effect stands, the robust one says why it does not.
    let early: Vec<Option<usize>> = (0..10).map(|unit| Some(unit % 2)).collect();
    let answer = stepped_order(&own, &early, PERIODS, &plan(0)).unwrap();
    assert!(answer.imputed.unwrap_err().to_string().contains("wait"));
}

#[test]
fn the_gap_tells_which_group_gained_and_a_start_must_be_the_same_in_all_rows() {
    let rows: Vec<(usize, usize, &str)> = (0..10)
        .flat_map(|unit| (0..PERIODS).flat_map(move |period| ["A", "B"].map(|group| (unit, period, group))))
        .collect();
    let made = |start: &dyn Fn(usize, usize) -> Value| {
        let column = |name: &str, of: &dyn Fn(&(usize, usize, &str)) -> Value| {
            (name.to_owned(), rows.iter().map(of).collect::<Vec<_>>())
        };
        Table::new(vec![
            column("period", &|row| Value::number(row.1 as f64)),
            column("unit", &|row| Value::from(format!("unit {}", row.0))),
            column("start", &|row| start(row.0, row.1)),
            column("group", &|row| Value::from(row.2)),
            column("numerator", &|row| {
                let effect = if row.2 == "A" && since(row.0, row.1) > 0.0 { 60.0 } else { 0.0 };
                Value::number(200.0 + (row.0 * 5 + row.1 * 3 % 8) as f64 - effect)
            }),
            column("denominator", &|_| Value::number(1000.0)),
        ])
        .unwrap()
    };
    let own = made(&|unit, _| starts()[unit].map_or(Value::Missing, |start| Value::number(start as f64)));
    let answer = METHOD.measure(&own, &Options::default()).unwrap();
    for (subject, want) in [("whole", -0.03), ("A", -0.06), ("B", 0.0), ("gap: A - B", -0.06)] {
        for term in ["effect", "effect_robust"] {
            let row = answer.iter().find(|row| row[0].1 == Value::from(subject) && row[1].1 == Value::from(term));
            let Some(Value::Number(value)) = row.map(|row| row[3].1.clone()) else { panic!("{subject} {term}") };
            assert!((value - want).abs() < 1e-9, "{subject} {term} {value}");
        }
    }
    assert_eq!(answer, METHOD.measure(&own, &Options::default()).unwrap());
    assert!(METHOD.measure(&made(&|_, period| Value::number(period as f64)), &Options::default()).is_err());
}
