//! Tests across the measures: small examples by hand, invariants that theory demands, refusals.

use proptest::prelude::*;

use super::bootstrap::Sampling;
use super::concentration::{Index, concentration};
use super::concentration_index::{Estimator, Normalisation, Ties, concentration_index};
use super::design::Design;
use super::gradient::{Area, gradient};
use super::groups::{Group, Groups, Measured, Setting};
use super::individual::{self, Sample};
use super::mean_deviation::{From, Weighting, index_of_disparity, mean_deviation};
use super::rank_line::Model;
use super::{METHODS, attributable, between_group_variance, entropy, extremes, slope_grouped};
use crate::interval::{Better, Confidence};
use crate::method::Options;
use crate::refusal::Refusal;
use crate::table::{Table, Value};

fn confidence() -> Confidence {
    Confidence::new(0.95).unwrap()
}

fn sampling() -> Sampling {
    Sampling { confidence: confidence(), repetitions: 200, seed: 5 }
}

fn group(rank: f64, value: f64, population: f64) -> Group {
    Group { value: Some(value), se: Some(0.5), population: Some(population), rank: Some(rank), reference: false }
}

fn groups(rows: &[Group]) -> Groups {
    Groups::new(rows, Setting { scale: Some(100.0), ..Setting::default() }).unwrap()
}

/// Every measure of groups that has an order, with its id.
fn all(groups: &Groups) -> Vec<(&'static str, Result<Measured, Refusal>)> {
    let (level, draws) = (confidence(), sampling());
    let deviation = |from, weighting| mean_deviation(groups, from, weighting, &draws);
    vec![
        ("difference", extremes::difference(groups, level)),
        ("ratio", extremes::ratio(groups, level)),
        ("bgv", between_group_variance::bgv(groups, level)),
        ("bgsd", between_group_variance::bgsd(groups, &draws)),
        ("cov", between_group_variance::cov(groups, &draws)),
        ("mdmw", deviation(From::Average, Weighting::Population)),
        ("mdmu", deviation(From::Average, Weighting::Equal)),
        ("mdbw", deviation(From::Best, Weighting::Population)),
        ("mdbu", deviation(From::Best, Weighting::Equal)),
        ("idisw", index_of_disparity(groups, Weighting::Population, &draws)),
        ("idisu", index_of_disparity(groups, Weighting::Equal, &draws)),
        ("theil", entropy::theil(groups, level)),
        ("mld", entropy::mean_log_deviation(groups, level)),
        ("par", attributable::par(groups, level)),
        ("paf", attributable::paf(groups, level)),
        ("sii-linear", slope_grouped::slope(groups, Model::Linear, level)),
        ("sii-logit", slope_grouped::slope(groups, Model::Logit, level)),
        ("rii-logit", slope_grouped::relative(groups, Model::Logit, level)),
        ("rii-mean", slope_grouped::relative_to_mean(groups, level)),
        ("aci", concentration(groups, Index::Absolute, None, level)),
        ("rci", concentration(groups, Index::Relative, None, level)),
        ("rci-erreygers", concentration(groups, Index::Erreygers, Some([0.0, 100.0]), level)),
        ("rci-wagstaff", concentration(groups, Index::Wagstaff, Some([0.0, 100.0]), level)),
    ]
}

#[test]
fn two_to_one_by_hand() {
    // A third of people at 10, two thirds at 40: average 30, variance 200, mean distance 40/3.
    let own = groups(&[group(1.0, 40.0, 200.0), group(2.0, 40.0, 200.0), group(3.0, 10.0, 200.0)]);
    let value = |name: &str| {
        let measured = all(&own).into_iter().find(|(id, _)| *id == name).unwrap().1;
        measured.unwrap().value
    };
    assert!((value("difference") - 30.0).abs() < 1e-12);
    assert!((value("ratio") - 4.0).abs() < 1e-12);
    assert!((value("bgv") - 200.0).abs() < 1e-9);
    assert!((value("mdmw") - 40.0 / 3.0).abs() < 1e-12);
    assert!((value("idisw") - 400.0 / 9.0).abs() < 1e-9);
    assert!((value("mdbw") - 20.0).abs() < 1e-12);
    assert!((value("par") + 20.0).abs() < 1e-12);
    assert!((value("paf") + 200.0 / 3.0).abs() < 1e-9);
    let (high, low) = (4.0_f64 / 3.0, 1.0_f64 / 3.0);
    assert!((value("theil") - 1000.0 * (2.0 * high * high.ln() + low * low.ln()) / 3.0).abs() < 1e-9);
    assert!((value("mld") + 1000.0 * (2.0 * high.ln() + low.ln()) / 3.0).abs() < 1e-9);
    // Mid-ranks 1/6, 1/2, 5/6: slope −30/3·(1/3)/(2/27) = −45.
    assert!((value("sii-linear") + 45.0).abs() < 1e-9);
    assert!((value("aci") + 20.0 / 3.0).abs() < 1e-9);
}

#[test]
fn an_unordered_dimension_is_refused_for_ordered_measures_and_served_by_the_others() {
    let rows: Vec<Group> =
        [12.0, 9.0, 15.0].iter().map(|value| Group { rank: None, ..group(1.0, *value, 300.0) }).collect();
    let setting = Setting { dimension: "ethnicity".to_owned(), scale: Some(100.0), ..Setting::default() };
    let own = Groups::new(&rows, setting).unwrap();
    for (name, answer) in all(&own) {
        let ordered = name.contains("ii-") || name.contains("ci");
        match answer {
            Err(Refusal::Unordered { dimension, .. }) => assert!(ordered && dimension == "ethnicity", "{name}"),
            answer => assert!(!ordered && answer.is_ok(), "{name}"),
        }
    }
}

#[test]
fn bad_groups_are_refused_with_their_row() {
    let good = [group(1.0, 10.0, 100.0), group(2.0, 20.0, 100.0), group(3.0, 30.0, 100.0)];
    let spoil: [fn(&mut Group); 5] = [
        |own| own.value = Some(f64::NAN),
        |own| own.se = Some(-1.0),
        |own| own.population = Some(f64::INFINITY),
        |own| own.population = Some(-3.0),
        |own| own.rank = Some(f64::NAN),
    ];
    for spoil in spoil {
        let mut rows = good;
        spoil(&mut rows[1]);
        let refusal = Groups::new(&rows, Setting::default()).unwrap_err();
        assert!(matches!(refusal, Refusal::OutOfRange { row: 2, .. }), "{refusal}");
    }
    let mut rows = good;
    rows[2].value = None;
    assert!(Groups::new(&rows, Setting::default()).is_err(), "a third of the groups cannot be left out");
    let tied = groups(&[good[0], Group { rank: Some(1.0), ..good[1] }, good[2]]);
    assert!(matches!(extremes::difference(&tied, confidence()), Err(Refusal::OutOfRange { row: 2, .. })));
    let zero = groups(&[group(1.0, 4.0, 50.0), group(2.0, 3.0, 50.0), group(3.0, 0.0, 50.0)]);
    assert!(matches!(extremes::ratio(&zero, confidence()), Err(Refusal::Undefined(_))));
}

#[test]
fn an_empty_group_changes_no_weighted_measure() {
    let rows = [group(1.0, 40.0, 200.0), group(2.0, 31.0, 220.0), group(3.0, 24.0, 300.0), group(4.0, 9.0, 180.0)];
    let mut with_empty = rows.to_vec();
    with_empty.push(Group { rank: Some(2.5), ..group(2.5, 30.0, 0.0) });
    for ((name, one), (_, other)) in all(&groups(&rows)).into_iter().zip(all(&groups(&with_empty))) {
        if ["mdmu", "mdbu", "idisu"].contains(&name) {
            continue;
        }
        let (one, other) = (one.unwrap(), other.unwrap());
        assert!((one.value - other.value).abs() < 1e-9, "{name}");
        assert_eq!(one.se.is_some(), other.se.is_some(), "{name}");
        if let (Some(one), Some(other)) = (one.se, other.se) {
            assert!((one - other).abs() < 1e-9, "{name}: {one} {other}");
        }
    }
}

#[test]
fn every_method_runs_its_own_example_and_answers_with_numbers() {
    for method in METHODS {
        let mut lines = method.example.lines().map(|line| line.split(',').map(str::to_owned).collect::<Vec<_>>());
        let header = lines.next().unwrap();
        let rows: Vec<Vec<String>> = lines.collect();
        let cell = |text: &String| text.parse().map_or_else(|_| Value::Text(text.clone()), Value::Number);
        let column = |place: usize| rows.iter().map(|row| cell(&row[place])).collect();
        let columns = header.iter().enumerate().map(|(place, name)| (name.clone(), column(place)));
        let table = Table::new(columns.collect()).unwrap();
        let needs_reference = method.id.starts_with("mdr");
        let reference = needs_reference.then(|| ("reference".to_owned(), "White".to_owned()));
        let answer =
            method.measure(&table, &Options::new(reference)).unwrap_or_else(|why| panic!("{}: {why}", method.id));
        let numbers = answer[0].iter().filter(|(_, value)| matches!(value, Value::Number(_))).count();
        assert!(numbers >= 3, "{} answers with {numbers} numbers", method.id);
    }
}

#[test]
fn rows_in_groups_agree_with_the_groups_themselves() {
    // 100 people a group, 40, 30, 20 and 10 of them with the outcome.
    let (mut outcomes, mut places) = (Vec::new(), Vec::new());
    for (place, yes) in [(1.0, 40), (2.0, 30), (3.0, 20), (4.0, 10)] {
        for person in 0..100 {
            outcomes.push(f64::from(u8::from(person < yes)));
            places.push(place);
        }
    }
    let sample = Sample::new(outcomes, &places, vec![1.0; 400]).unwrap();
    let grouped =
        groups(&[group(1.0, 40.0, 100.0), group(2.0, 30.0, 100.0), group(3.0, 20.0, 100.0), group(4.0, 10.0, 100.0)]);
    for model in [Model::Linear, Model::Logit] {
        let one = individual::slope(&sample, model, &Design::default(), confidence()).unwrap();
        let other = slope_grouped::slope(&grouped, model, confidence()).unwrap();
        assert!((100.0 * one.value - other.value).abs() < 1e-9);
        assert!(one.limits.unwrap()[1] < 0.0);
    }
    let lonely = vec!["a".to_owned(); 400];
    let design = Design { clusters: Some(&lonely), strata: None };
    assert!(individual::slope(&sample, Model::Linear, &design, confidence()).is_err());
}

#[test]
fn rows_with_the_same_place_share_a_rank_so_that_their_order_does_not_matter() {
    let index = |outcomes: &[f64]| {
        let places = [1.0, 1.0, 2.0, 2.0, 3.0];
        let (estimator, normalisation) = (Estimator::Delta, Normalisation::Relative);
        concentration_index(&places, outcomes, &[1.0; 5], estimator, normalisation, Ties::Shared).unwrap().value
    };
    assert!((index(&[1.0, 0.0, 2.0, 5.0, 3.0]) - index(&[0.0, 1.0, 5.0, 2.0, 3.0])).abs() < 1e-14);
}

#[test]
fn the_gradient_index_extends_a_local_line_over_the_country() {
    // All areas lie between the 60th and the 90th hundredth of national deprivation; slope 50 over the whole range.
    let areas: Vec<Area> = (0..7)
        .map(|step| {
            let national_rank = 0.6 + 0.05 * f64::from(step);
            Area { value: 20.0 + 50.0 * national_rank, national_rank, population: 1500.0 }
        })
        .collect();
    let answer = gradient(&areas, Some(40.0), confidence()).unwrap();
    assert!((answer.absolute.value - 50.0).abs() < 1e-9);
    assert!((answer.relative.unwrap().value - 1.25).abs() < 1e-9);
    assert!(gradient(&areas[..4], None, confidence()).is_err());
    assert!(gradient(&areas, Some(0.0), confidence()).is_err());
}

fn any_groups() -> impl Strategy<Value = Vec<Group>> {
    proptest::collection::vec((1.0..99.0_f64, 50_u32..5000, 0.01..3.0_f64), 3..12).prop_map(|rows| {
        let own = |(place, (value, population, se)): (usize, (f64, u32, f64))| Group {
            se: Some(se),
            ..group(place as f64, value, f64::from(population))
        };
        rows.into_iter().enumerate().map(own).collect()
    })
}

fn close(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-7 * (1.0 + one.abs().max(other.abs()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn intervals_hold_their_estimates_and_nothing_is_nan(rows in any_groups(), higher in any::<bool>()) {
        let better = if higher { Better::Higher } else { Better::Lower };
        let own = Groups::new(&rows, Setting { better, scale: Some(100.0), ..Setting::default() }).unwrap();
        for (name, answer) in all(&own) {
            let Ok(measured) = answer else { continue };
            prop_assert!(measured.value.is_finite(), "{}", name);
            if let Some([lower, upper]) = measured.limits {
                prop_assert!(lower <= measured.value && measured.value <= upper, "{}: {:?}", name, measured);
            }
        }
    }

    #[test]
    fn the_order_of_rows_does_not_matter(rows in any_groups()) {
        let mut turned = rows.clone();
        turned.reverse();
        for ((name, one), (_, other)) in all(&groups(&rows)).into_iter().zip(all(&groups(&turned))) {
            if let (Ok(one), Ok(other)) = (one, other) {
                prop_assert!(close(one.value, other.value), "{}: {} {}", name, one.value, other.value);
            }
        }
    }

    #[test]
    fn a_group_split_in_two_equal_halves_leaves_weighted_unordered_measures_alone(rows in any_groups()) {
        let mut split = rows.clone();
        let half = split[0].population.map(|population| population / 2.0);
        split[0].population = half;
        split.push(Group { rank: Some(-1.0), ..split[0] });
        let names = ["bgv", "bgsd", "cov", "mdmw", "mdbw", "idisw", "theil", "mld"];
        for ((name, one), (_, other)) in all(&groups(&rows)).into_iter().zip(all(&groups(&split))) {
            if names.contains(&name) {
                prop_assert!(close(one.unwrap().value, other.unwrap().value), "{}", name);
            }
        }
    }

    #[test]
    fn relative_measures_do_not_depend_on_the_unit(rows in any_groups(), factor in 0.01..1.0_f64) {
        let scaled: Vec<Group> =
            rows.iter().map(|own| Group { value: own.value.map(|value| value * factor), ..*own }).collect();
        let names = ["ratio", "cov", "idisw", "idisu", "theil", "mld", "rci", "rii-mean", "paf"];
        for ((name, one), (_, other)) in all(&groups(&rows)).into_iter().zip(all(&groups(&scaled))) {
            if names.contains(&name) {
                prop_assert!(close(one.unwrap().value, other.unwrap().value), "{}", name);
            }
        }
    }

    #[test]
    fn erreygers_index_mirrors_for_the_opposite_outcome(rows in any_groups()) {
        let opposite: Vec<Group> =
            rows.iter().map(|own| Group { value: own.value.map(|value| 100.0 - value), ..*own }).collect();
        let index = |rows: &[Group]| {
            concentration(&groups(rows), Index::Erreygers, Some([0.0, 100.0]), confidence()).unwrap().value
        };
        prop_assert!(close(index(&rows), -index(&opposite)));
    }
}
