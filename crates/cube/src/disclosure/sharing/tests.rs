//! A hospital where one stratum is left out of an improvement, behind the gate.

use crate::counts::{CellTable, Counts};
use crate::cube::{CountedIndicator, Cube, Membership, Reading};
use crate::dimension::{About, Dimension, Group, GroupState, Order};
use crate::disclosure::{Policy, Views};
use crate::exact::Exact;
use crate::indicator::shipped_indicator;
use crate::provenance::{Provenance, RowsEquation};
use crate::release::ReleasedCount;
use crate::sharing::{NotShared, Sharing, SharingTest, Split, Verdict};

const MONTHS: usize = 24;
const SIZES: [usize; 3] = [5, 3, 2];

fn dimension(id: &str, order: Order, groups: Vec<Group>) -> Dimension {
    Dimension { id: id.into(), title: id.into(), about: About::Person, order, groups, vintage: None, note: None }
}

/// People of every stratum in every month, and the share of them that misses.
struct World {
    size: fn([usize; 3]) -> u64,
    missed: fn([usize; 3], usize) -> f64,
}

/// Everybody improves from 10 to 8 % but women of the third ethnic group in the poorest fifth.
const MASKED: World = World {
    size: |_| 240,
    missed: |[deprivation, ethnicity, sex], month| match (deprivation, ethnicity, sex, month >= 12) {
        (0, 1, 1, true) => 0.14,
        (0, 1, 1, false) => 0.13,
        (.., true) => 0.08,
        _ => 0.10,
    },
};

fn known(count: usize, id: &str) -> Vec<Group> {
    (0..count).map(|own| Group::known(format!("{id}{own}"), format!("{id} {own}"))).collect()
}

fn cube(world: &World) -> Cube {
    let mut ethnicity = known(2, "e");
    ethnicity.push(Group::unknown(GroupState::NotStated));
    let months = (0..MONTHS).map(|own| Group::known(format!("{}-{:02}", 2023 + own / 12, own % 12 + 1), "")).collect();
    let mut counts = Vec::new();
    let mut state = 11_u64;
    for deprivation in 0..SIZES[0] {
        for ethnicity in 0..SIZES[1] {
            for sex in 0..SIZES[2] {
                for month in 0..MONTHS {
                    let people = (world.size)([deprivation, ethnicity, sex]);
                    let share = (world.missed)([deprivation, ethnicity, sex], month);
                    let missed = (0..people).filter(|_| uniform(&mut state) < share).count() as u64;
                    counts.extend([0, people - missed, missed]);
                }
            }
        }
    }
    Cube {
        dimensions: vec![
            dimension("deprivation", Order::Ranked, known(SIZES[0], "d")),
            dimension("ethnicity", Order::Nominal, ethnicity),
            dimension("sex", Order::Nominal, known(SIZES[2], "s")),
            dimension("month", Order::Period, months),
        ],
        indicators: vec![CountedIndicator {
            definition: shipped_indicator("did-not-attend").unwrap(),
            tables: vec![0],
            reading: Reading::Membership(vec![Membership::Outside, Membership::Denominator, Membership::Numerator]),
            sums: None,
            repeats: None,
        }],
        tables: vec![CellTable { dimensions: vec![0, 1, 2, 3], readings: 3, counts: Counts::DenseWide(counts) }],
        quality: vec![],
        provenance: Provenance {
            evenly: "0".into(),
            sources: vec![],
            definitions: vec![],
            rows: RowsEquation::default(),
            notes: vec![],
        },
    }
}

fn uniform(state: &mut u64) -> f64 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*state >> 11) as f64 / (1_u64 << 53) as f64
}

fn sharing(world: &World, policy: &str, split: Split) -> Sharing {
    let views = Views {
        period: None,
        by: ["deprivation", "ethnicity", "sex"].map(str::to_owned).to_vec(),
        pairs: vec![],
        change: Some(split),
    };
    let release = Exact::new(cube(world)).release(&Policy::shipped(policy).unwrap(), &views).unwrap();
    release.indicators[0].sharing.clone().unwrap()
}

fn tested(world: &World, policy: &str) -> SharingTest {
    match sharing(world, policy, Split::LatestYear) {
        Sharing::Tested(tested) => tested,
        Sharing::NotTested(reason) => panic!("{reason}"),
    }
}

fn told(test: &SharingTest) -> &NotShared {
    assert_eq!(test.strata.len(), 1, "{:?}", test.strata);
    &test.strata[0]
}

#[test]
fn the_stratum_left_out_is_told_once_with_rounded_counts() {
    let test = tested(&MASKED, "hes-1-7");
    assert!(test.improved && test.whole[2] < 0.0);
    assert_eq!((test.before.len(), test.after[0]), (12, 12));
    let own = told(&test);
    assert_eq!((own.stratum.clone(), own.verdict), (vec![(0, 0), (1, 1), (2, 1)], Verdict::Masked));
    let counts = own.counts.before.iter().chain(&own.counts.after).map(|count| count.shown().unwrap());
    assert!(counts.clone().all(|count| count % 5 == 0), "{own:?}");
    assert!((own.points[0] * 1000.0).fract().abs() < 1e-9, "no finer than a tenth of a point: {own:?}");
    assert!(own.points[1] > 0.0 && own.probability > 0.9 && test.looked_at() > 30 && test.reach.len() == 3);
}

#[test]
fn nobody_is_told_of_where_everybody_shares_and_the_answer_is_the_same_each_time() {
    let even = World { missed: |_, month| if month < 12 { 0.10 } else { 0.08 }, ..MASKED };
    assert_eq!(tested(&even, "hes-1-7").strata, []);
    assert_eq!(tested(&MASKED, "none-synthetic"), tested(&MASKED, "none-synthetic"));
}

#[test]
fn people_of_whom_a_group_is_not_known_are_no_finding() {
    let missing = World {
        missed: |[_, ethnicity, _], month| match (ethnicity, month < 12) {
            (2, _) => 0.14,
            (_, true) => 0.10,
            _ => 0.07,
        },
        ..MASKED
    };
    assert_eq!(tested(&missing, "hes-1-7").strata, []);
}

#[test]
fn counts_that_would_tell_of_few_others_are_withheld() {
    // In the poorest fifth the second ethnic group is almost only women, so the few men could be had by subtraction.
    let few = World { size: |stratum| if stratum == [0, 1, 0] { 1 } else { 240 }, ..MASKED };
    let test = tested(&few, "hes-1-7");
    let own = told(&test);
    assert!(own.stratum.contains(&(0, 0)) && own.stratum.contains(&(1, 1)), "{own:?}");
    let none = [ReleasedCount::Suppressed; 2];
    let three = own.stratum.len() == 3;
    assert_eq!((own.counts.before == none, own.counts.after == none), (three, three), "{own:?}");
    assert!(own.points[0] > 0.0);
}

#[test]
fn what_cannot_be_tested_says_why() {
    for (split, reason) in
        [(Split::From("2030-01".into()), "periods stand before"), (Split::From("2023-01".into()), "needed")]
    {
        let Sharing::NotTested(why) = sharing(&MASKED, "hes-1-7", split) else { panic!("tested") };
        assert!(why.contains(reason), "{why}");
    }
}
