//! Tests of the slope index: planted lines, bends and single groups, the zero rule, and invariants.

use proptest::prelude::*;

use super::*;

fn means(values: &[f64], error: f64) -> Vec<Group> {
    values.iter().map(|value| Group { population: 1000.0, value: *value, error: Error::Standard(error) }).collect()
}

fn proportions(counts: &[(f64, f64)]) -> Vec<Group> {
    let groups = counts
        .iter()
        .map(|(numerator, denominator)| Group::from_counts(*numerator, *denominator, ValueType::Proportion, 1.0, 1));
    groups.collect::<Result<_, _>>().unwrap()
}

const SHARES: SiiOptions = SiiOptions {
    value_type: ValueType::Proportion,
    transform: Transform::None,
    multiplier: 1.0,
    confidence: 0.95,
    limits: Limits::Best,
    repetitions: 20_000,
    seed: 7,
    reliability: false,
};

#[test]
fn a_planted_line_is_found_with_its_exact_interval() {
    // Equal groups at mid-ranks 0.1, 0.3, …: values 10 + 4·b have the slope 4 and the ends 10 and 14.
    let answer = slope_index(&means(&[10.4, 11.2, 12.0, 12.8, 13.6], 0.5), &SiiOptions::default()).unwrap();
    assert!((answer.sii.value - 4.0).abs() < 1e-12);
    assert!((answer.rii.unwrap().value - 1.4).abs() < 1e-12);
    // The slope takes (−0.4, −0.2, 0, 0.2, 0.4)/5 over a variance of 0.08: −1, −½, 0, ½, 1; SE = 0.5·√2.5.
    let half = 1.959_963_984_540_054 * 0.5 * 2.5_f64.sqrt();
    assert!((answer.sii.upper - answer.sii.value - half).abs() < 1e-12);
    assert_eq!(answer.origin, Origin::Exact);
    assert!(answer.linearity.linear && answer.stability.stable && answer.caution().is_none());
}

#[test]
fn a_bend_is_flagged_and_a_line_in_noise_is_not() {
    let bent = slope_index(&means(&[20.0, 12.0, 10.5, 10.2, 10.0], 0.3), &SiiOptions::default()).unwrap();
    assert!(!bent.linearity.linear && bent.linearity.p_value < 1e-6);
    let valley = slope_index(&means(&[14.0, 11.0, 10.0, 11.0, 14.0], 0.3), &SiiOptions::default()).unwrap();
    assert!(!valley.linearity.linear, "an index near 0 must not hide a valley");
    let scatter = slope_index(&means(&[10.0, 14.0, 9.0, 15.0, 10.0], 0.3), &SiiOptions::default()).unwrap();
    assert!(!scatter.linearity.linear);
    let noisy = slope_index(&means(&[10.1, 11.6, 11.8, 13.1, 13.5], 0.5), &SiiOptions::default()).unwrap();
    assert!(noisy.linearity.linear);
    let flat = slope_index(&means(&[10.1, 9.8, 10.2, 9.9, 10.0], 0.3), &SiiOptions::default()).unwrap();
    assert!(flat.linearity.linear && flat.stability.stable, "no gradient is an answer too");
}

#[test]
fn an_index_that_hangs_on_one_group_is_flagged() {
    let answer = slope_index(&means(&[10.0, 10.0, 10.0, 10.0, 10.0, 10.0, 16.0], 0.3), &SiiOptions::default()).unwrap();
    assert!(!answer.stability.stable);
    assert_eq!(answer.stability.group, 7);
}

#[test]
fn the_expansion_agrees_with_a_long_simulation() {
    let groups =
        proportions(&[(30.0, 400.0), (38.0, 600.0), (20.0, 500.0), (12.0, 300.0), (14.0, 700.0), (9.0, 400.0)]);
    let best = slope_index(&groups, &SHARES).unwrap();
    assert_eq!(best.origin, Origin::Expansion);
    let options = SiiOptions { limits: Limits::Simulated, repetitions: 1_000_000, ..SHARES };
    let drawn = slope_index(&groups, &options).unwrap();
    let (best_ratio, drawn_ratio) = (best.rii.unwrap(), drawn.rii.unwrap());
    // Monte Carlo error of a 2.5% point is 0.0027 standard deviations at a million draws.
    let deviation = (best.sii.upper - best.sii.lower) / 3.92;
    assert!((best.sii.lower - drawn.sii.lower).abs() < 0.012 * deviation);
    assert!((best.sii.upper - drawn.sii.upper).abs() < 0.012 * deviation);
    let ratio_deviation = (best_ratio.upper - best_ratio.lower) / 3.92;
    assert!((best_ratio.lower - drawn_ratio.lower).abs() < 0.02 * ratio_deviation);
    assert!((best_ratio.upper - drawn_ratio.upper).abs() < 0.03 * ratio_deviation);
}

#[test]
fn zero_and_one_have_an_answer_under_every_transform() {
    let groups = proportions(&[(0.0, 40.0), (3.0, 60.0), (5.0, 50.0), (9.0, 30.0), (70.0, 70.0)]);
    for transform in [Transform::None, Transform::Log, Transform::Logit] {
        let answer = slope_index(&groups, &SiiOptions { transform, ..SHARES }).unwrap();
        assert!(answer.sii.lower < answer.sii.value && answer.sii.value < answer.sii.upper, "{transform:?}");
    }
    let options = SiiOptions { value_type: ValueType::Rate, transform: Transform::Log, ..SHARES };
    let mut rates: Vec<Group> = [0.0, 4.0, 9.0, 20.0, 22.0]
        .iter()
        .map(|events| Group::from_counts(*events, 1000.0, ValueType::Rate, 1000.0, 1).unwrap())
        .collect();
    let with_zero = slope_index(&rates, &options).unwrap();
    assert!(with_zero.rii.unwrap().lower > 1.0);
    // Half an event at the zero: the point is that of a group with a rate of 0.5.
    rates[0] = Group { value: 0.5, error: Error::Standard(0.5 * 2.0_f64.sqrt()), ..rates[0] };
    let with_half = slope_index(&rates, &options).unwrap();
    assert!((with_zero.sii.value - with_half.sii.value).abs() < 1e-9);
    assert!((with_zero.sii.lower - with_half.sii.lower).abs() < 1e-9);
}

#[test]
fn reliability_is_reported_of_simulations_only() {
    let groups = means(&[10.4, 11.2, 12.0, 12.8, 13.6], 0.5);
    let options = SiiOptions { reliability: true, repetitions: 1000, ..SiiOptions::default() };
    assert_eq!(slope_index(&groups, &options).unwrap().reliability, None);
    let drawn = slope_index(&groups, &SiiOptions { limits: Limits::Simulated, ..options }).unwrap();
    assert!(drawn.reliability.unwrap().iter().all(|moved| *moved > 0.0 && *moved < 0.2));
}

#[test]
fn bad_input_is_refused_with_its_row() {
    let good = means(&[1.0, 2.0, 3.0, 4.0, 5.0], 0.1);
    let refusal = slope_index(&good[..4], &SiiOptions::default()).unwrap_err();
    assert!(matches!(refusal, Refusal::TooFew { found: 4, needed: 5, .. }));
    let broken: [fn(&mut Group); 5] = [
        |group| group.population = 0.0,
        |group| group.population = f64::INFINITY,
        |group| group.value = f64::NAN,
        |group| group.error = Error::Standard(0.0),
        |group| group.error = Error::Limits { lower: 4.0, upper: 5.0 },
    ];
    for spoil in broken {
        let mut groups = good.clone();
        spoil(&mut groups[2]);
        let refusal = slope_index(&groups, &SiiOptions::default()).unwrap_err();
        assert!(matches!(refusal, Refusal::OutOfRange { row: 3, .. }), "{refusal}");
    }
    let refusal = slope_index(&good, &SHARES).unwrap_err();
    assert!(matches!(refusal, Refusal::OutOfRange { row: 2, .. }), "{refusal}");
}

fn table(text_ranks: bool) -> Table {
    let ranks = [10.0, 2.0, 1.0, 4.0, 3.0];
    let rank = |rank: &f64| if text_ranks { Value::Text(rank.to_string()) } else { Value::Number(*rank) };
    let numbers = |values: [f64; 5]| values.map(Value::Number).to_vec();
    Table::new(vec![
        ("rank".to_owned(), ranks.iter().map(rank).collect()),
        ("numerator".to_owned(), numbers([5.0, 30.0, 40.0, 12.0, 20.0])),
        ("denominator".to_owned(), numbers([200.0; 5])),
    ])
    .unwrap()
}

#[test]
fn ranks_are_ordered_as_numbers_never_as_text() {
    let rows = METHOD.measure(&table(false), &Options::default()).unwrap();
    let groups = proportions(&[(40.0, 200.0), (30.0, 200.0), (20.0, 200.0), (12.0, 200.0), (5.0, 200.0)]);
    assert_eq!(rows[0][0], ("sii", Value::Number(slope_index(&groups, &SHARES).unwrap().sii.value)));
    let refusal = METHOD.measure(&table(true), &Options::default()).unwrap_err();
    assert_eq!(refusal, Refusal::NotANumber { column: "rank".to_owned(), row: 1 });
}

fn any_counts() -> impl Strategy<Value = Vec<(f64, f64)>> {
    proptest::collection::vec((0_u32..=1000, 1_u32..5000), 5..20).prop_map(|groups| {
        let share = |(part, whole): (u32, u32)| {
            let whole = f64::from(whole);
            ((f64::from(part) / 1000.0 * whole).floor(), whole)
        };
        groups.into_iter().map(share).collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_interval_holds_the_estimate_and_all_is_finite(counts in any_counts(), logit in any::<bool>()) {
        let transform = if logit { Transform::Logit } else { Transform::None };
        let options = SiiOptions { transform, repetitions: 1000, ..SHARES };
        let answer = slope_index(&proportions(&counts), &options).unwrap();
        let Estimate { value, lower, upper } = answer.sii;
        prop_assert!([value, lower, upper, answer.intercept].iter().all(|number| number.is_finite()));
        prop_assert!((0.0..=1.0).contains(&answer.linearity.p_value));
        prop_assert!((0.0..=1.0).contains(&answer.linearity.lack_of_fit));
        // Without transform the draws of a 0 or 1 lie beside it, so only the exact interval must hold the estimate.
        if logit {
            prop_assert!(lower <= value && value <= upper);
        }
    }

    #[test]
    fn a_group_split_in_two_equal_halves_leaves_a_line_alone(start in 1.0..50.0_f64, slope in -5.0..5.0_f64) {
        let line = |place: f64| start + slope * place;
        let whole = means(&[line(0.1), line(0.3), line(0.5), line(0.7), line(0.9)], 0.4);
        let mut split = whole.clone();
        let half = |place: f64| Group { population: 500.0, value: line(place), error: Error::Standard(0.4) };
        split.splice(2..3, [half(0.45), half(0.55)]);
        let (one, other) = (slope_index(&whole, &SiiOptions::default()), slope_index(&split, &SiiOptions::default()));
        prop_assert!((one.unwrap().sii.value - other.unwrap().sii.value).abs() < 1e-9);
    }

    #[test]
    fn turning_the_order_turns_the_sign(counts in any_counts()) {
        let mut groups = proportions(&counts);
        let options = SiiOptions { transform: Transform::Logit, ..SHARES };
        let one = slope_index(&groups, &options).unwrap().sii;
        groups.reverse();
        let other = slope_index(&groups, &options).unwrap().sii;
        prop_assert!((one.value + other.value).abs() < 1e-9);
        prop_assert!((one.lower + other.upper).abs() < 1e-9);
    }

    #[test]
    fn scale_of_populations_does_not_matter_and_scale_of_means_carries_over(
        values in proptest::collection::vec(1.0..100.0_f64, 5..15), factor in 0.01..100.0_f64,
    ) {
        let groups = means(&values, 1.0);
        let scaled: Vec<Group> = groups
            .iter()
            .map(|group| Group {
                population: group.population * 7.0,
                value: group.value * factor,
                error: Error::Standard(factor),
            })
            .collect();
        let one = slope_index(&groups, &SiiOptions::default()).unwrap();
        let other = slope_index(&scaled, &SiiOptions::default()).unwrap();
        prop_assert!((one.sii.value * factor - other.sii.value).abs() <= 1e-9 * factor * 100.0);
        if let (Some(one), Some(other)) = (one.rii, other.rii) {
            prop_assert!((one.value - other.value).abs() <= 1e-9 * one.value.abs());
        }
    }
}
