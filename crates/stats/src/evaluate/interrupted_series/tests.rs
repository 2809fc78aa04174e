//! Planted steps and slopes, seasons, groups without the change, coverage, refusals.

use proptest::prelude::*;
use rand::SeedableRng;
use rand_distr::{Binomial, Distribution, Normal};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::{METHOD, Plan, Point, Scale, Season, interrupted_series, points, row};
use crate::compare::{Count, Kind};
use crate::evaluate::serial::{Observation, posterior};
use crate::interval::{Confidence, Estimate};
use crate::method::Options;
use crate::table::{Row, Table, Value};

fn plan(split: usize) -> Plan {
    Plan { split, season: None, scale: Scale::Points, confidence: Confidence::new(0.95).unwrap() }
}

fn series(values: impl Iterator<Item = f64>) -> Vec<Option<Point>> {
    values.map(|value| Some(Point { value, variance: 1e-4, denominator: Some(100.0) })).collect()
}

fn planted(time: f64) -> f64 {
    let since = time - 12.0;
    10.0 + 0.1 * time + if since >= 0.0 { -2.0 - 0.3 * since } else { 0.0 }
}

#[test]
fn a_planted_step_and_slope_are_found_in_spite_of_a_season_and_a_hole() {
    let year = |time: f64| 1.5 * (2.0 * std::f64::consts::PI * time / 12.0).sin();
    let mut own = series((0..30).map(|time| planted(f64::from(time)) + year(f64::from(time))));
    own[7] = None;
    let with = Plan { season: Some(Season { periods: 12, pairs: 1 }), ..plan(12) };
    let fit = interrupted_series(&own, &with).unwrap();
    let end = *fit.effects.last().unwrap();
    let wanted = [(fit.level, -2.0), (fit.slope, -0.3), (fit.slope_before, 0.1), (end.change, -2.0 - 0.3 * 17.0)];
    for (got, want) in wanted {
        assert!((got.value - want).abs() < 1e-9 && got.holds(want), "{got:?} {want}");
    }
    assert!((end.fitted - end.without - end.change.value).abs() < 1e-9 && end.time == 29);
    assert!((end.without - (10.0 + 2.9 + year(29.0))).abs() < 1e-9);
    let events: f64 = (0..18).map(|since| 100.0 * (2.0 + 0.3 * f64::from(since))).sum();
    assert!((fit.fewer.unwrap().value - events).abs() < 1e-6);
    assert_eq!(fit.periods, [11, 18]);
    let without = interrupted_series(&own, &plan(12)).unwrap();
    assert!((without.level.value + 2.0).abs() > 0.3);
}

/// How many of so many intervals of step and of slope hold what was planted; process of variance 1, known sampling variance.
fn covered(length: usize, correlation: f64, sampling: f64, series: u32, seed: u64) -> [u32; 2] {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let normal = Normal::new(0.0, 1.0).unwrap();
    let plan = plan(length / 2);
    let mut covered = [0; 2];
    for _ in 0..series {
        let mut state: f64 = normal.sample(&mut random);
        let own: Vec<Observation> = (0..length)
            .map(|time| {
                state = correlation * state + (1.0 - correlation * correlation).sqrt() * normal.sample(&mut random);
                let since = time as f64 - plan.split as f64;
                let change = if since >= 0.0 { -2.0 - 0.1 * since } else { 0.0 };
                let value = change + state + sampling.sqrt() * normal.sample(&mut random);
                Observation { time, value, variance: sampling, row: row(time, &plan, true) }
            })
            .collect();
        let fit = posterior(&own).unwrap();
        let of = |terms: [f64; 4]| fit.combination(&terms, plan.confidence).unwrap();
        covered[0] += u32::from(of([0.0, 0.0, 1.0, 0.0]).holds(-2.0));
        covered[1] += u32::from(of([0.0, 0.0, 0.0, 1.0]).holds(-0.1));
    }
    covered
}

/// Nominal 95 % over autocorrelation and length; 200 series each, seeded, so that the counts are always the same. With a
/// true 95 % fewer than 178 of 200 come up once in some thousand tries.
#[test]
fn intervals_cover_what_was_planted_under_autocorrelation() {
    for length in [24, 48] {
        for correlation in [0.0, 0.3, 0.6] {
            let own = covered(length, correlation, 0.1, 200, 11);
            assert!(own.iter().all(|own| *own >= 178), "{length} {correlation}: {own:?}");
        }
    }
}

/// Counts of 400 a month at 20 per cent, nothing changes: about one in twenty is called at most, and the interval is not
/// wider than counting and a short series ask for.
#[test]
fn a_null_is_rarely_called_and_a_planted_halving_mostly() {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(3);
    let mut called = |after: f64| {
        (0..100)
            .filter(|_| {
                let periods: Vec<Option<Vec<Count>>> = (0..36)
                    .map(|time| {
                        let share = if time >= 18 { after } else { 0.2 };
                        let numerator = Binomial::new(400, share).unwrap().sample(&mut random) as f64;
                        Some(vec![Count { numerator, denominator: 400.0 }])
                    })
                    .collect();
                let points = points(&periods, 18, Kind::Proportion, Scale::Points).unwrap();
                !interrupted_series(&points, &plan(18)).unwrap().level.holds(0.0)
            })
            .count()
    };
    let (null, halved) = (called(0.2), called(0.1));
    assert!(null <= 8, "{null}");
    assert!(halved >= 94, "{halved}");
}

#[test]
fn a_rate_that_halves_is_a_ratio_of_a_half_on_the_logarithmic_scale() {
    let periods: Vec<Option<Vec<Count>>> = (0..24)
        .map(|time| {
            let denominator = 10_000.0 + 100.0 * f64::from(time % 5);
            let rate = if time >= 12 { 0.05 } else { 0.1 };
            Some(vec![Count { numerator: rate * denominator, denominator }])
        })
        .collect();
    let log = Plan { scale: Scale::Log, ..plan(12) };
    let own = interrupted_series(&points(&periods, 12, Kind::Rate, Scale::Log).unwrap(), &log).unwrap();
    assert!((own.level.value.exp() - 0.5).abs() < 1e-3, "{own:?}");
    let expected: f64 = periods[12..].iter().flatten().map(|own| 0.05 * own[0].denominator).sum();
    let fewer = own.fewer.unwrap();
    assert!((fewer.value / expected - 1.0).abs() < 2e-3 && fewer.lower > 0.8 * expected, "{fewer:?} {expected}");
}

#[test]
fn too_few_periods_and_impossible_seasons_are_refused() {
    let own = series((0..12).map(f64::from));
    for split in [0, 3, 9, 40] {
        assert!(interrupted_series(&own, &plan(split)).is_err(), "{split}");
    }
    let season = |periods, pairs| Plan { season: Some(Season { periods, pairs }), ..plan(6) };
    assert!(interrupted_series(&own, &season(4, 2)).is_err());
    assert!(interrupted_series(&own, &season(12, 5)).is_err());
}

fn table(groups: &[&str], events: impl Fn(u32, &str) -> f64) -> Table {
    let rows: Vec<(u32, &str)> = (0..20).flat_map(|time| groups.iter().map(move |group| (time, *group))).collect();
    let column = |name: &str, values: Vec<Value>| (name.to_owned(), values);
    Table::new(vec![
        column("period", rows.iter().map(|(time, _)| Value::number(f64::from(*time))).collect()),
        column("group", rows.iter().map(|(_, group)| Value::from(*group)).collect()),
        column("numerator", rows.iter().map(|(time, group)| Value::number(10.0 * events(*time, group))).collect()),
        column("denominator", vec![Value::number(10_000.0); rows.len()]),
    ])
    .unwrap()
}

fn value(answer: &[Row], subject: &str, term: &str) -> Estimate {
    let own = answer.iter().find(|row| row[0].1 == Value::from(subject) && row[1].1 == Value::from(term));
    let own = own.unwrap_or_else(|| panic!("no {term} of {subject}"));
    let number = |place: usize| if let Value::Number(number) = own[place].1 { number } else { panic!("no number") };
    Estimate { value: number(3), lower: number(4), upper: number(5) }
}

/// Only group A changes: the gap says so, B does not, and the whole shows half of it.
#[test]
fn the_gap_tells_who_changed() {
    let events = |time: u32, group: &str| {
        let shared = f64::from(time * 5 % 7);
        if group == "A" && time >= 10 { 120.0 + shared } else { 150.0 + shared }
    };
    let options = Options::new([("split".to_owned(), "10".to_owned()), ("multiplier".to_owned(), "100".to_owned())]);
    let answer = METHOD.measure(&table(&["A", "B"], events), &options).unwrap();
    let gap = value(&answer, "gap: A - B", "level_change");
    assert!((gap.value + 3.0).abs() < 1e-9 && gap.upper < 0.0, "{gap:?}");
    assert!(value(&answer, "B", "level_change").holds(0.0));
    let fewer = value(&answer, "A", "events_avoided");
    assert!(fewer.lower > 0.0 && (fewer.value - 3000.0).abs() < 600.0, "{fewer:?}");
    assert!(answer.iter().all(|row| row[1].1 != Value::from("none")));
    assert!(METHOD.measure(&table(&["A", "B"], events), &Options::default()).is_err());
    let three = METHOD.measure(&table(&["A", "B", "C"], events), &options).unwrap();
    assert!((value(&three, "gap: A - rest", "level_change").value + 3.0).abs() < 1e-9);
    assert!(value(&three, "gap: B - rest", "level_change").value > 1.0);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn shift_and_scale_carry_through_and_intervals_hold_their_estimates(
        values in proptest::collection::vec((-100_i16..100, 1_u16..500), 10..40),
        split in 4_usize..6,
        shift in -50_i16..50,
    ) {
        let at = |factor: f64, shift: f64| -> Vec<Option<Point>> {
            let own = |(value, weight): &(i16, u16)| Point {
                value: factor * f64::from(*value) + shift,
                variance: factor * factor * 100.0 / f64::from(*weight),
                denominator: None,
            };
            values.iter().map(|pair| Some(own(pair))).collect()
        };
        let plain = interrupted_series(&at(1.0, 0.0), &plan(split)).unwrap();
        let moved = interrupted_series(&at(2.0, shift.into()), &plan(split)).unwrap();
        for (plain, moved) in [(plain.level, moved.level), (plain.slope, moved.slope), (plain.average, moved.average)] {
            prop_assert!(plain.holds(plain.value) && plain.lower.is_finite() && plain.upper.is_finite());
            prop_assert!((2.0 * plain.value - moved.value).abs() < 1e-6);
            prop_assert!((2.0 * plain.lower - moved.lower).abs() < 1e-5);
        }
    }
}
