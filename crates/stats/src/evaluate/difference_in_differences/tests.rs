//! Reference values, planted effects and trends, coverage with several units, refusals.

use proptest::prelude::*;
use rand::SeedableRng;
use rand_distr::{Distribution, Normal};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::METHOD;
use super::arms::welch;
use crate::interval::{Confidence, Estimate};
use crate::method::Options;
use crate::table::{Row, Table, Value};

/// One row: period, unit, changed, group, numerator, denominator.
type Given<'a> = (u32, &'a str, &'a str, &'a str, f64, f64);

fn table(rows: &[Given]) -> Table {
    let column = |name: &str, of: &dyn Fn(&Given) -> Value| (name.to_owned(), rows.iter().map(of).collect());
    Table::new(vec![
        column("period", &|row| Value::number(f64::from(row.0))),
        column("unit", &|row| Value::from(row.1)),
        column("changed", &|row| Value::from(row.2)),
        column("group", &|row| Value::from(row.3)),
        column("numerator", &|row| Value::number(row.4)),
        column("denominator", &|row| Value::number(row.5)),
    ])
    .unwrap()
}

fn split(at: &str) -> Options {
    Options::new([("split".to_owned(), at.to_owned())])
}

fn found(answer: &[Row], subject: &str, term: &str) -> Option<Estimate> {
    let own = answer.iter().find(|row| row[0].1 == Value::from(subject) && row[1].1 == Value::from(term))?;
    let number = |place: usize| if let Value::Number(number) = own[place].1 { Some(number) } else { None };
    Some(Estimate { value: number(3)?, lower: number(4)?, upper: number(5)? })
}

fn near(got: Estimate, want: [f64; 3]) {
    for (got, want) in [got.value, got.lower, got.upper].into_iter().zip(want) {
        assert!((got - want).abs() < 1e-9, "{got} {want}");
    }
}

const EFFECT_A: [f64; 3] = [-0.046_666_666_666_666_676, -0.081_563_076_045_738_4, -0.012_282_809_823_297_824];
const TRIPLE: [f64; 3] = [-0.050_288_397_048_960_44, -0.096_915_042_316_064_38, -0.004_109_146_608_658_326];

/// Wilson limits of statsmodels 0.14 `proportion_confint`, put together by Newcombe's and Zou and Donner's formulas.
#[test]
fn one_unit_a_side_has_the_recovered_interval() {
    let own = table(&[
        (1, "N", "yes", "A", 100.0, 1000.0),
        (2, "N", "yes", "A", 60.0, 1000.0),
        (1, "S", "no", "A", 80.0, 1000.0),
        (2, "S", "no", "A", 78.0, 900.0),
        (1, "N", "yes", "B", 41.0, 820.0),
        (2, "N", "yes", "B", 40.0, 800.0),
        (1, "S", "no", "B", 33.0, 710.0),
        (2, "S", "no", "B", 30.0, 700.0),
    ]);
    let answer = METHOD.measure(&own, &split("2")).unwrap();
    near(found(&answer, "A", "effect").unwrap(), EFFECT_A);
    near(found(&answer, "gap: A - B", "effect").unwrap(), TRIPLE);
    let basis = answer.iter().find_map(|row| row.iter().find(|(name, _)| *name == "interval_by"));
    assert_eq!(basis.map(|own| own.1.clone()), Some(Value::from("counts")));
}

/// `SciPy`'s `ttest_ind(a, c, equal_var=False).confidence_interval(0.95)`.
#[test]
fn several_units_a_side_have_welchs_interval() {
    let side = |values: &[f64]| values.iter().map(|value| (*value, 7.0)).collect::<Vec<_>>();
    let own = welch(&[side(&[-3.1, -2.2, -4.0, -2.9]), side(&[0.4, -1.1, -0.2])], Confidence::new(0.95).unwrap());
    near(own.unwrap(), [-2.75, -4.282_979_514_517_943, -1.217_020_485_482_057_2]);
}

/// Twelve periods, the first six before; shares given by unit, period and group, denominators of 10,000.
fn panel(units: &[(&'static str, &'static str)], share: impl Fn(usize, u32, &str) -> f64) -> Table {
    let mut rows = Vec::new();
    for (place, (unit, changed)) in units.iter().enumerate() {
        for period in 0..12 {
            for group in ["A", "B"] {
                rows.push((period, *unit, *changed, group, 10_000.0 * share(place, period, group), 10_000.0));
            }
        }
    }
    table(&rows)
}

const UNITS: [(&str, &str); 6] = [("a", "yes"), ("b", "yes"), ("c", "yes"), ("d", "no"), ("e", "no"), ("f", "no")];

#[test]
fn a_planted_effect_on_one_group_is_the_gaps_effect_too() {
    let own = panel(&UNITS, |unit, period, group| {
        let shared = 0.2 + 0.01 * unit as f64 + 0.001 * f64::from(period % 4) + 0.0005 * ((unit * 5) % 3) as f64;
        if unit < 3 && period >= 6 && group == "A" { shared - 0.05 } else { shared }
    });
    let answer = METHOD.measure(&own, &split("6")).unwrap();
    for (subject, want) in [("A", -0.05), ("B", 0.0), ("whole", -0.025), ("gap: A - B", -0.05)] {
        let effect = found(&answer, subject, "effect").unwrap();
        assert!((effect.value - want).abs() < 1e-12 && effect.lower <= want + 1e-12, "{subject} {effect:?}");
    }
    assert!(found(&answer, "whole", "pre_trend").unwrap().value.abs() < 1e-12);
}

#[test]
fn a_trend_from_before_is_told_and_taken_away() {
    let own = panel(&UNITS, |unit, period, _| {
        let steeper = if unit < 3 { 0.004 } else { 0.001 };
        0.2 + steeper * f64::from(period) + 0.0005 * ((period as usize * 7 + unit * 3) % 5) as f64
    });
    let answer = METHOD.measure(&own, &split("6")).unwrap();
    assert!(found(&answer, "whole", "effect").unwrap().lower > 0.0);
    assert!(found(&answer, "whole", "pre_trend").unwrap().lower > 0.0);
    assert!(found(&answer, "whole", "effect_less_trend").unwrap().holds(0.0));
    assert_eq!(
        answer.iter().filter(|row| row[0].1 == Value::from("whole") && row[1].1 == Value::from("lead")).count(),
        6
    );
    let one_a_side = panel(&[("a", "yes"), ("d", "no")], |unit, period, _| {
        0.2 + if unit == 0 { 0.004 } else { 0.001 } * f64::from(period)
    });
    let answer = METHOD.measure(&one_a_side, &split("6")).unwrap();
    assert!(found(&answer, "whole", "pre_trend").unwrap().lower > 0.0);
    assert!(found(&answer, "whole", "effect_less_trend").unwrap().holds(0.0));
}

/// Units differ in level and drift at random; 4 changed and 7 compared, 600 worlds, nominal 95 %; seeded.
#[test]
fn intervals_cover_when_units_drift() {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(8);
    let (narrow, wide) = (Normal::new(-1.0, 1.0).unwrap(), Normal::new(0.0, 3.0).unwrap());
    let level = Confidence::new(0.95).unwrap();
    let covered = (0..600)
        .filter(|_| {
            let mut side = |count: usize, of: &Normal<f64>| -> Vec<(f64, f64)> {
                (0..count).map(|unit| (of.sample(&mut random), 1.0 + (unit % 3) as f64)).collect()
            };
            let sides = [side(4, &wide), side(7, &narrow)];
            welch(&sides, level).unwrap().holds(1.0)
        })
        .count();
    assert!((555..=590).contains(&covered), "{covered}");
}

#[test]
fn what_cannot_be_compared_is_refused() {
    let flat = |_: usize, period: u32, _: &str| 0.2 + 0.001 * f64::from(period % 3);
    let all = panel(&[("a", "yes"), ("b", "yes")], flat);
    assert!(METHOD.measure(&all, &split("6")).unwrap_err().to_string().contains("interrupted-series"));
    let own = panel(&UNITS, flat);
    for at in ["0", "12", "99"] {
        assert!(METHOD.measure(&own, &split(at)).is_err(), "{at}");
    }
    assert!(METHOD.measure(&own, &Options::default()).is_err());
    let turned = table(&[(1, "N", "yes", "A", 1.0, 9.0), (2, "N", "no", "A", 1.0, 9.0), (1, "S", "no", "A", 1.0, 9.0)]);
    assert!(METHOD.measure(&turned, &split("2")).is_err());
    let twice = table(&[(1, "N", "yes", "A", 1.0, 9.0), (1, "N", "yes", "A", 1.0, 9.0), (1, "S", "no", "A", 1.0, 9.0)]);
    assert!(METHOD.measure(&twice, &split("2")).is_err());
    // After the change nothing was recorded where it was made.
    let none = table(&[(1, "N", "yes", "A", 1.0, 9.0), (1, "S", "no", "A", 1.0, 9.0), (2, "S", "no", "A", 1.0, 9.0)]);
    assert!(METHOD.measure(&none, &split("2")).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn turning_the_sides_round_turns_the_effect(
        events in proptest::collection::vec(0_u16..200, 6 * 12 * 2), people in any::<bool>(), units in 1_usize..4,
    ) {
        let chosen: Vec<(&str, &str)> = UNITS[..units].iter().chain(&UNITS[3..3 + units]).copied().collect();
        let turned: Vec<(&str, &str)> =
            chosen.iter().map(|(unit, changed)| (*unit, if *changed == "yes" { "no" } else { "yes" })).collect();
        let share = |unit: usize, period: u32, group: &str| {
            f64::from(events[unit * 24 + 2 * period as usize + usize::from(group == "B")]) / 10_000.0
        };
        let weigh = if people { "people" } else { "units" };
        let options = Options::new([("split".to_owned(), "5".to_owned()), ("weigh".to_owned(), weigh.to_owned())]);
        let forth = METHOD.measure(&panel(&chosen, share), &options).unwrap();
        let back = METHOD.measure(&panel(&turned, share), &options).unwrap();
        for subject in ["whole", "A", "gap: A - B"] {
            for term in ["effect", "effect_less_trend", "pre_trend"] {
                let (forth, back) = (found(&forth, subject, term).unwrap(), found(&back, subject, term).unwrap());
                prop_assert!(forth.holds(forth.value));
                prop_assert!((forth.value + back.value).abs() < 1e-9 && (forth.lower + back.upper).abs() < 1e-9);
            }
        }
    }
}
