//! Tests of the decomposition of gaps: sums, planted gaps, order of rows, baselines.

use proptest::prelude::*;

use super::*;

fn settings(model: Model, pooled: Pooled) -> Settings {
    let confidence = Confidence::new(0.95).unwrap();
    Settings { model, pooled, normalised: true, confidence, repetitions: 0, seed: 3 }
}

/// Rows of two groups with a number and a category; the outcome is yes in `yes` of 10 people.
fn cells() -> (Vec<f64>, Vec<bool>, Vec<f64>, Vec<Term>) {
    let (mut outcomes, mut second, mut weights) = (Vec::new(), Vec::new(), Vec::new());
    let (mut lead, mut mode) = (Vec::new(), Vec::new());
    for (group, weeks, way, people, yes) in [
        (false, 1.0, "phone", 400.0, 30.0),
        (false, 4.0, "phone", 200.0, 25.0),
        (false, 1.0, "clinic", 300.0, 40.0),
        (false, 4.0, "clinic", 150.0, 35.0),
        (true, 1.0, "phone", 100.0, 12.0),
        (true, 4.0, "phone", 250.0, 50.0),
        (true, 1.0, "clinic", 90.0, 20.0),
        (true, 4.0, "clinic", 300.0, 110.0),
    ] {
        for (outcome, count) in [(1.0, yes), (0.0, people - yes)] {
            outcomes.push(outcome);
            second.push(group);
            weights.push(count);
            lead.push(weeks);
            mode.push(way.to_owned());
        }
    }
    let terms = vec![
        Term { name: "lead".to_owned(), values: Values::Numbers(lead) },
        Term { name: "mode".to_owned(), values: Values::Levels(mode) },
    ];
    (outcomes, second, weights, terms)
}

fn adds_up(answer: &Oaxaca) {
    let gap = answer.gap();
    assert!((answer.explained.total + answer.unexplained.total - gap).abs() < 1e-12);
    assert!((answer.unexplained_a.total + answer.unexplained_b.total - answer.unexplained.total).abs() < 1e-12);
    let threefold = answer.endowments.total + answer.coefficients.total + answer.interaction.total;
    assert!((threefold - gap).abs() < 1e-12);
    for part in [&answer.explained, &answer.unexplained, &answer.endowments, &answer.coefficients] {
        assert!((part.by_term.iter().sum::<f64>() - part.total).abs() < 1e-10);
    }
}

#[test]
fn parts_add_up_to_the_gap_in_every_model() {
    let (outcomes, second, weights, terms) = cells();
    let data = Data { outcomes: &outcomes, second: &second, weights: &weights, terms: &terms };
    for model in [Model::Linear, Model::Logit] {
        for pooled in [Pooled::WithGroup, Pooled::WithoutGroup] {
            let answer = oaxaca(&data, &settings(model, pooled)).unwrap();
            adds_up(&answer);
            assert!(answer.second_is_higher && answer.explained.total > 0.0 && answer.unexplained.total > 0.0);
            assert_eq!(answer.terms, ["(Intercept)", "lead", "mode.baseline", "modephone"]);
        }
    }
}

#[test]
fn limits_hold_the_parts_and_depend_on_the_seed_only() {
    let (outcomes, second, weights, terms) = cells();
    let data = Data { outcomes: &outcomes, second: &second, weights: &weights, terms: &terms };
    let with = Settings { repetitions: 400, ..settings(Model::Logit, Pooled::WithGroup) };
    let answer = oaxaca(&data, &with).unwrap();
    for part in [&answer.explained, &answer.unexplained] {
        let [lower, upper] = part.limits.unwrap();
        assert!(lower < part.total && part.total < upper && upper - lower < 0.2, "{part:?}");
    }
    assert_eq!(answer, oaxaca(&data, &with).unwrap());
}

#[test]
fn a_gap_that_characteristics_make_is_explained_and_one_they_do_not_is_not() {
    // The outcome is 2 + 3x in both groups, which differ in x only.
    let x: Vec<f64> = (0..20).map(f64::from).collect();
    let second: Vec<bool> = (0..20).map(|row| row >= 10).collect();
    let terms = [Term { name: "x".to_owned(), values: Values::Numbers(x.clone()) }];
    let outcomes: Vec<f64> = x.iter().map(|x| 2.0 + 3.0 * x).collect();
    let weights = vec![1.0; 20];
    let own = settings(Model::Linear, Pooled::WithGroup);
    let data = Data { outcomes: &outcomes, second: &second, weights: &weights, terms: &terms };
    let answer = oaxaca(&data, &own).unwrap();
    assert!((answer.explained.total - 30.0).abs() < 1e-9 && answer.unexplained.total.abs() < 1e-9);
    // Now x is the same in both, and the second group has 5 more.
    let x: Vec<f64> = (0..20).map(|row| f64::from(row % 10)).collect();
    let terms = [Term { name: "x".to_owned(), values: Values::Numbers(x.clone()) }];
    let outcomes: Vec<f64> = x.iter().zip(&second).map(|(x, second)| x + if *second { 5.0 } else { 0.0 }).collect();
    let data = Data { outcomes: &outcomes, second: &second, weights: &weights, terms: &terms };
    let answer = oaxaca(&data, &own).unwrap();
    assert!(answer.explained.total.abs() < 1e-9 && (answer.unexplained.total - 5.0).abs() < 1e-9);
}

#[test]
fn what_cannot_be_fitted_is_refused() {
    let (outcomes, second, weights, mut terms) = cells();
    let own = settings(Model::Logit, Pooled::WithGroup);
    let one_group = vec![true; outcomes.len()];
    let data = Data { outcomes: &outcomes, second: &one_group, weights: &weights, terms: &terms };
    assert!(oaxaca(&data, &own).is_err());
    let too_high: Vec<f64> = outcomes.iter().map(|outcome| outcome * 2.0).collect();
    let data = Data { outcomes: &too_high, second: &second, weights: &weights, terms: &terms };
    assert!(matches!(oaxaca(&data, &own), Err(Refusal::OutOfRange { .. })));
    // A characteristic that repeats another.
    let Values::Numbers(lead) = terms[0].values.clone() else { panic!("lead is a number") };
    let twice = lead.iter().map(|weeks| 2.0 * weeks).collect();
    terms.push(Term { name: "again".to_owned(), values: Values::Numbers(twice) });
    let data = Data { outcomes: &outcomes, second: &second, weights: &weights, terms: &terms };
    assert!(matches!(oaxaca(&data, &own), Err(Refusal::Undefined(_))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn swapping_the_groups_changes_nothing(counts in proptest::collection::vec(5_u32..200, 16), logit in any::<bool>()) {
        let (outcomes, second, _, terms) = cells();
        let weights: Vec<f64> = counts.iter().map(|count| f64::from(*count)).collect();
        let own = settings(if logit { Model::Logit } else { Model::Linear }, Pooled::WithGroup);
        let swapped: Vec<bool> = second.iter().map(|second| !second).collect();
        let one = oaxaca(&Data { outcomes: &outcomes, second: &second, weights: &weights, terms: &terms }, &own).unwrap();
        let other = oaxaca(&Data { outcomes: &outcomes, second: &swapped, weights: &weights, terms: &terms }, &own).unwrap();
        adds_up(&one);
        prop_assert!((one.explained.total - other.explained.total).abs() < 1e-9);
    }
}
