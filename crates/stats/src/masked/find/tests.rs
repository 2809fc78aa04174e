//! Planted truth: what is found, what is not, and what is refused.

use crate::interval::Better;
use crate::masked::{Cells, Kind, Leaf, MaskedOptions, Outcome, StratumChange, find};
use crate::multilevel::Count;
use crate::refusal::Refusal;

/// Counts of 4 areas × 5 groups over 12 months, without chance: each month's events are those expected, moved up and
/// down by turns so that months vary a little.
fn cells(odds: impl Fn(usize, usize, bool) -> f64, trials: f64, better: Better) -> Cells {
    let leaf = |leaf: usize| {
        let (area, group) = (leaf % 4, leaf / 4);
        let counts = (0..12).map(|month| {
            let wobble = if (leaf + month).is_multiple_of(2) { 0.05 } else { -0.05 };
            let p = 1.0 / (1.0 + (-(odds(area, group, month >= 6) + wobble)).exp());
            Count { events: (trials * p).round(), trials }
        });
        Leaf { groups: vec![area, group], counts: counts.collect() }
    };
    Cells { dimensions: vec![4, 5], leaves: (0..20).map(leaf).collect(), split: 6, better }
}

fn run(cells: &Cells) -> Outcome {
    find(cells, &MaskedOptions { draws: 600, ..MaskedOptions::default() }).expect("an answer")
}

fn place(outcome: &Outcome, stratum: &[(usize, usize)]) -> usize {
    outcome.strata.iter().position(|own| own.stratum == stratum).expect("a stratum")
}

#[test]
fn nothing_is_found_where_all_share() {
    let even = |area: usize, group: usize, after: bool| {
        -2.0 + 0.1 * area as f64 - 0.1 * group as f64 - if after { 0.2 } else { 0.0 }
    };
    let found = run(&cells(even, 300.0, Better::Lower));
    assert!(found.improved && found.told().is_empty());
    assert!(found.strata.iter().all(|own| !own.flagged && own.kind == Kind::Shared));
}

#[test]
fn a_planted_group_is_masked_and_told_once() {
    let found = run(&cells(|_, group, after| if after && group != 3 { -2.3 } else { -2.0 }, 400.0, Better::Lower));
    let head = place(&found, &[(1, 3)]);
    assert_eq!((found.strata[head].kind, found.strata[head].told_under), (Kind::Masked, None));
    assert!(found.strata[head].shortfall.holds(0.3));
    let part = &found.strata[place(&found, &[(0, 1), (1, 3)])];
    assert!(part.flagged && part.told_under == Some(head));
    assert_eq!(found.told(), [&found.strata[head]]);
    assert_eq!(found.told_under(head).count() + 1, found.strata.iter().filter(|own| own.flagged).count());
    assert!(found.strata.iter().filter(|own| own.flagged).all(|own| own.stratum.contains(&(1, 3))));
    let ordered = |own: &StratumChange| own.detectable > 0.0 && own.shortfall.lower <= own.shortfall.upper;
    assert!(found.strata.iter().all(ordered));
    // 4 areas × 6 months × 400 trials at odds of −2.0 instead of −2.3.
    let (p, q) = (1.0 / (1.0 + 2.0_f64.exp()), 1.0 / (1.0 + 2.3_f64.exp()));
    assert!(found.strata[head].avoidable.holds(9600.0 * (p - q)));
}

#[test]
fn a_group_that_gets_worse_under_a_flat_whole_is_found() {
    // The others improve a little, so that the whole stays where it was.
    let odds = |_, group: usize, after: bool| match (after, group) {
        (false, _) => -2.0,
        (true, 0) => -1.7,
        (true, _) => -2.08,
    };
    let found = run(&cells(odds, 500.0, Better::Lower));
    assert!(!found.improved);
    assert_eq!(found.strata[place(&found, &[(1, 0)])].kind, Kind::Worse);
}

#[test]
fn the_other_direction_is_the_mirror_image() {
    let lower = run(&cells(|_, group, after| if after && group != 3 { -2.3 } else { -2.0 }, 400.0, Better::Lower));
    let higher = run(&cells(|_, group, after| if after && group != 3 { 2.3 } else { 2.0 }, 400.0, Better::Higher));
    let head = place(&lower, &[(1, 3)]);
    assert_eq!(lower.strata[head].kind, higher.strata[head].kind);
    assert!((lower.strata[head].standardised - higher.strata[head].standardised).abs() < 0.05);
}

#[test]
fn the_screening_project_that_left_black_women_behind_is_found() {
    // The published changes (IHI): +15.4 % overall in six months, −2 % for Black women. Sizes are ours.
    let uptake = |who: usize, after: bool| -> f64 {
        match (who, after) {
            (0, false) => 0.50,
            (0, true) => 0.49,
            (_, false) => 0.55,
            (_, true) => 0.65,
        }
    };
    let leaf = |who: usize| {
        let size: f64 = if who == 0 { 240.0 } else { 700.0 };
        let month = |month: usize| Count { events: (size * uptake(who, month >= 6)).round(), trials: size };
        Leaf { groups: vec![who], counts: (0..12).map(month).collect() }
    };
    let leaves = (0..3).map(leaf).collect();
    let found = run(&Cells { dimensions: vec![3], leaves, split: 6, better: Better::Higher });
    let share = |count: Count| count.events / count.trials;
    let rise = share(found.counts.after) / share(found.counts.before) - 1.0;
    assert!((rise - 0.154).abs() < 0.01, "{rise}");
    let told: Vec<_> = found.told().into_iter().map(|own| (own.stratum.clone(), own.kind)).collect();
    assert_eq!(told, [(vec![(0, 0)], Kind::Masked)]);
}

#[test]
fn what_is_too_small_or_could_not_be_seen_is_said() {
    let sized = |trials: f64| run(&cells(|_, _, after| if after { -2.2 } else { -2.0 }, trials, Better::Lower));
    let (large, small) = (sized(20_000.0), sized(60.0));
    assert!(large.reach.iter().all(|own| own.blind == 0 && own.too_small == 0 && own.unseen_share == 0.0));
    let pairs = small.reach[1];
    assert_eq!((pairs.dimensions, pairs.tested + pairs.too_small), (2, 20));
    assert!((pairs.unseen_share - 1.0).abs() < 1e-12 && (pairs.unseen - 20.0 * 6.0 * 60.0).abs() < 1e-9);
    assert_eq!(small.tested(), small.strata.len());
}

#[test]
fn what_cannot_be_tested_is_refused() {
    let good = cells(|_, _, _| -2.0, 100.0, Better::Lower);
    let options = MaskedOptions::default();
    assert!(find(&Cells { split: 0, ..good.clone() }, &options).is_err());
    assert!(find(&Cells { split: 12, ..good.clone() }, &options).is_err());
    assert!(find(&Cells { dimensions: vec![4, 2], ..good.clone() }, &options).is_err());
    assert!(find(&good, &MaskedOptions { false_discovery_rate: 0.0, ..options }).is_err());
    assert!(find(&good, &MaskedOptions { margin: f64::NAN, ..options }).is_err());
    let mut bad = good.clone();
    bad.leaves[3].counts[2].events = 101.0;
    assert!(matches!(find(&bad, &options), Err(Refusal::NumeratorAboveDenominator { .. })));
    assert!(find(&good, &MaskedOptions { fewest_events: 1e9, ..options }).is_err());
}
