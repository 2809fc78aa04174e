//! Tests of the health economics: worked examples, sums and order of preferences.

use proptest::prelude::*;

use super::cost_of_gap::{Benchmark, Counts, excess};
use super::dcea::{Group, Sharing, dcea};
use super::equity_plane::{Quadrant, point};
use super::welfare::{Aversion, Distribution};
use crate::interval::{Better, Confidence};
use crate::method::Options;
use crate::refusal::Refusal;
use crate::table::{Table, Value};

fn groups(gains: [f64; 2]) -> [Group; 2] {
    [
        Group { population: 1000.0, baseline: 60.0, gain: gains[0], weight: 1.0 },
        Group { population: 3000.0, baseline: 70.0, gain: gains[1], weight: 1.0 },
    ]
}

#[test]
fn the_cost_of_a_gap_by_hand() {
    let counts = [
        Counts { numerator: 30.0, denominator: 100.0 },
        Counts { numerator: 20.0, denominator: 200.0 },
        Counts { numerator: 5.0, denominator: 100.0 },
    ];
    let gap = excess(&counts, Benchmark::Target(0.1), Better::Lower).unwrap();
    assert!((gap.groups[0].events - 20.0).abs() < 1e-12 && gap.groups[1].events.abs() < 1e-12);
    assert!((gap.groups[2].events + 5.0).abs() < 1e-12);
    assert!((gap.total.events - 20.0).abs() < 1e-12);
    assert!((gap.groups[0].se - (100.0_f64 * 0.3 * 0.7).sqrt()).abs() < 1e-12);
    let [cost, lower, upper] = gap.total.cost(120.0, Confidence::new(0.95).unwrap());
    assert!((cost - 2400.0).abs() < 1e-9 && lower < cost && cost < upper);
    let against_best = excess(&counts, Benchmark::Group(2), Better::Lower).unwrap();
    assert!((against_best.total.events - 35.0).abs() < 1e-12 && against_best.groups[2].se == 0.0);
    let higher = excess(&counts, Benchmark::Group(0), Better::Higher).unwrap();
    assert!(higher.groups[2].events > 0.0, "where higher is better, the group with the lowest rate is short");
}

#[test]
fn bad_counts_and_missing_prices_are_refused() {
    let wrong = [Counts { numerator: 3.0, denominator: 2.0 }];
    let refusal = excess(&wrong, Benchmark::Target(0.1), Better::Lower).unwrap_err();
    assert_eq!(refusal, Refusal::NumeratorAboveDenominator { row: 1 });
    assert!(excess(&[], Benchmark::Target(0.1), Better::Lower).is_err());
    assert!(dcea(&groups([0.0, 0.0]), 10.0, 0.0, Sharing::Equal).is_err());
    assert!(dcea(&groups([f64::NAN, 0.0]), 10.0, 1.0, Sharing::Equal).is_err());
    assert!(dcea(&[], 10.0, 1.0, Sharing::Equal).is_err());
    let negative = Distribution::new(&[-1.0, 2.0], &[1.0, 1.0]).unwrap();
    assert!(negative.equivalent(Aversion::Atkinson(1.0)).is_err());
    assert!(negative.equivalent(Aversion::Kolm(0.5)).unwrap().is_finite());
}

#[test]
fn ideas_fall_into_their_quadrants() {
    let place = |gains, cost| {
        let own = point(&groups(gains), cost, 20_000.0, Sharing::Equal, Aversion::Atkinson(5.0)).unwrap();
        own.quadrant
    };
    assert_eq!(place([0.02, 0.0], 100_000.0), Quadrant::WinWin);
    assert_eq!(place([0.0, 0.02], 100_000.0), Quadrant::WinLose);
    assert_eq!(place([0.02, 0.0], 1_000_000.0), Quadrant::LoseWin);
    assert_eq!(place([0.0, 0.001], 1_000_000.0), Quadrant::LoseLose);
}

#[test]
fn every_method_runs_its_own_example_once_it_has_its_prices() {
    for method in super::METHODS {
        let mut lines = method.example.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
        let header = lines.next().unwrap();
        let rows: Vec<Vec<String>> = lines.collect();
        let cell = |text: &String| text.parse().map_or_else(|_| Value::Text(text.clone()), Value::Number);
        let column = |place: usize| rows.iter().map(|row| cell(&row[place])).collect();
        let columns = header.iter().enumerate().map(|(place, name)| (name.clone(), column(place)));
        let table = Table::new(columns.collect()).unwrap();
        assert!(method.measure(&table, &Options::default()).is_err(), "{} must not know a price", method.id);
        let prices =
            [("unit-cost", "160"), ("source", "local finance, 2025"), ("cost", "50000"), ("productivity", "15000")];
        let known = prices.iter().filter(|(name, _)| method.options.iter().any(|option| option.name == *name));
        let options = Options::new(known.map(|(name, value)| ((*name).to_owned(), (*value).to_owned())));
        let answer = method.measure(&table, &options).unwrap_or_else(|why| panic!("{}: {why}", method.id));
        assert!(answer.len() > 1, "{}", method.id);
    }
}

proptest! {
    #[test]
    fn costs_are_shared_out_fully_whoever_bears_them(
        gains in proptest::collection::vec((100.0..1e6_f64, 40.0..80.0_f64, -0.1..0.1_f64, 0.1..2.0_f64), 2..8),
        cost in 0.0..1e8_f64,
    ) {
        let own: Vec<Group> = gains
            .iter()
            .map(|(population, baseline, gain, weight)| Group {
                population: *population, baseline: *baseline, gain: *gain, weight: *weight,
            })
            .collect();
        let gained: f64 = own.iter().map(|group| group.gain * group.population).sum();
        for sharing in [Sharing::Given, Sharing::Equal, Sharing::Lowest, Sharing::Highest] {
            let answer = dcea(&own, cost, 15_000.0, sharing).unwrap();
            let lost: f64 = answer.opportunity_cost.iter().sum();
            prop_assert!((lost - cost / 15_000.0).abs() <= 1e-9 * (1.0 + lost));
            prop_assert!((answer.net_total - (gained - lost)).abs() <= 1e-6 * (1.0 + gained.abs()));
        }
    }

    #[test]
    fn more_aversion_never_raises_the_equivalent(
        levels in proptest::collection::vec((1.0..100.0_f64, 1.0..1000.0_f64), 2..8), one in 0.0..12.0_f64, more in 0.0..5.0_f64,
    ) {
        let (own, people): (Vec<f64>, Vec<f64>) = levels.into_iter().unzip();
        let distribution = Distribution::new(&own, &people).unwrap();
        for aversion in [Aversion::Atkinson, Aversion::Kolm, |own| Aversion::ExtendedGini(1.0 + own)] {
            let (low, high) =
                (distribution.equivalent(aversion(one)).unwrap(), distribution.equivalent(aversion(one + more)).unwrap());
            prop_assert!(high <= low + 1e-9 * low.abs());
            prop_assert!(low <= distribution.mean() * (1.0 + 1e-12));
        }
        let twice: Vec<f64> = [own.clone(), own].concat();
        let halves: Vec<f64> = [people.clone(), people].concat();
        let split = Distribution::new(&twice, &halves).unwrap();
        let (whole, parts) =
            (distribution.equivalent(Aversion::ExtendedGini(2.5)).unwrap(), split.equivalent(Aversion::ExtendedGini(2.5)).unwrap());
        prop_assert!((whole - parts).abs() <= 1e-9 * whole, "splitting groups in two must not matter");
    }
}
