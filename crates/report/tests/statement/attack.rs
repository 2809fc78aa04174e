//! The pack attacked as a whole: every number of its documents, as linear inequalities, and a solver that tries to work out what
//! is withheld.
//!
//! The attacker reads `statement.json` and the metrics library's METRIC table, knows the policy, that no count is negative, that
//! all tables are sums of one table that crosses everything, and how many rows were counted.

use std::collections::BTreeMap;

use evenly_cube::{PlainValues, Policy};
use evenly_report::Statement;
use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};
use serde_json::Value;

use crate::made_up::{BY, SIZES, STATES, cube_of, extract_with, parts_of};

/// States of the numerator and of the denominator.
const INDICATORS: [(&str, &[usize], &[usize]); 2] =
    [("did-not-attend", &[1, 2], &[1, 2, 3, 4]), ("virtual-share", &[2, 4], &[1, 2, 3, 4])];

/// A set of cells, and how many the pack says are in it; `None` where it withholds that.
#[derive(Clone, Debug)]
struct Seen {
    name: String,
    cells: Vec<usize>,
    shown: Option<u64>,
}

/// Counts of one month, usual ones of about `scale` and rarer numerators, some empty.
fn counts(seed: u64, scale: u64) -> Vec<u32> {
    let mut state = seed;
    let mut below = |bound: u64| {
        // splitmix64
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    };
    let cells = SIZES.iter().product::<usize>() * STATES;
    let count = |cell: usize| {
        let usual = if cell % STATES == 3 { scale * 8 } else { scale };
        let count = if below(4) == 0 { 0 } else { below(usual + 1) };
        u32::try_from(count).unwrap()
    };
    (0..cells).map(count).collect()
}

/// Cells of a group of a dimension (or of everybody) in some states.
fn cells(group: Option<(usize, usize)>, states: &[usize]) -> Vec<usize> {
    let [_, ethnic, sex] = SIZES;
    let digits = |cell: usize| [cell / sex / ethnic, cell / sex % ethnic, cell % sex];
    (0..SIZES.iter().product())
        .filter(|cell| group.is_none_or(|(dimension, group)| digits(*cell)[dimension] == group))
        .flat_map(|cell| states.iter().map(move |state| cell * STATES + state))
        .collect()
}

/// Everything that the documents say about counts; the same count said twice must be the same.
fn seen(pack: &Statement) -> Vec<Seen> {
    let json: Value = serde_json::from_str(&pack.json().unwrap()).unwrap();
    let indicators = json["domains"].as_array().unwrap().iter().flat_map(|own| own["indicators"].as_array().unwrap());
    let shown: Vec<&Value> =
        indicators.chain(json["other_indicators"].as_array().unwrap()).filter_map(|own| own.get("shown")).collect();
    assert_eq!(shown.len(), INDICATORS.len());
    let library = library(pack);
    let mut all = Vec::new();
    for own in shown {
        let (id, numerator, denominator) =
            INDICATORS.iter().find(|(id, ..)| own["indicator"] == *id).expect("an indicator of the cube");
        let mut see = |of: &str, group: Option<(usize, usize)>, reading: &Value| {
            let said = library.get(&(format!("evenly-{id}-v1"), of.to_owned())).expect("the library has the group");
            for (key, states) in [("numerator", numerator), ("denominator", denominator)] {
                assert_eq!(said[key], reading[key], "{id} {of}: the documents disagree");
                let name = format!("{id} {of} {key}");
                all.push(Seen { name, cells: cells(group, states), shown: reading[key].as_u64() });
            }
            // A value beside withheld counts would give them away.
            assert!(reading["suppressed"] != true || reading["value"].is_null(), "{id} {of}");
        };
        see("", None, &own["overall"]);
        for (dimension, by) in BY.iter().enumerate() {
            let own = own["dimensions"].as_array().unwrap().iter().find(|own| own["id"] == *by).unwrap();
            for (group, reading) in own["groups"].as_array().unwrap().iter().enumerate() {
                see(&format!("{by}={}", reading["id"].as_str().unwrap()), Some((dimension, group)), reading);
            }
        }
    }
    let rows = json["extracts"][0]["rows"]["counted"].as_u64();
    all.push(Seen { name: "rows".into(), cells: cells(None, &(0..STATES).collect::<Vec<_>>()), shown: rows });
    all
}

/// The counts of METRIC, by metric and dimension.
fn library(pack: &Statement) -> BTreeMap<(String, String), Value> {
    let metric = &pack.cml()[0];
    let column = |name: &str| {
        let column = metric.columns.iter().find(|own| own.name == name).unwrap();
        let PlainValues::Text(values) = &column.values else { panic!("{name} is no text") };
        values.iter().map(|own| own.clone().unwrap_or_default()).collect::<Vec<_>>()
    };
    let keys = column("metric_id").into_iter().zip(column("dimension_id"));
    keys.zip(column("additional_metric_values").iter().map(|own| serde_json::from_str(own).unwrap())).collect()
}

/// Which true counts are shown as this one.
fn alike(policy: &Policy, shown: u64) -> (u64, u64) {
    if shown == 0 {
        return (0, if policy.withholds(1) { 0 } else { policy.round_to / 2 });
    }
    let half = policy.round_to / 2;
    ((shown - half).max(policy.suppress_to + 1), shown + half)
}

/// Lowest and highest that a set of cells can hold, given everything seen.
fn bounds(policy: &Policy, seen: &[Seen], target: &[usize]) -> (f64, f64) {
    let solve = |direction, otherwise: f64| {
        let mut problem = Problem::new(direction);
        let variables: Vec<Variable> = (0..SIZES.iter().product::<usize>() * STATES)
            .map(|cell| problem.add_var(f64::from(u8::from(target.contains(&cell))), (0.0, 1e5)))
            .collect();
        for own in seen {
            let Some(shown) = own.shown else { continue };
            let (low, high) = if own.name == "rows" { (shown, shown) } else { alike(policy, shown) };
            let terms: Vec<(Variable, f64)> = own.cells.iter().map(|cell| (variables[*cell], 1.0)).collect();
            problem.add_constraint(terms.clone(), ComparisonOp::Ge, low as f64);
            problem.add_constraint(terms, ComparisonOp::Le, high as f64);
        }
        match problem.solve().map(microlp::SolveOutcome::into_solution) {
            Ok(Ok(solution)) => solution.objective(),
            // A solver that gives up learns nothing in this direction.
            _ => otherwise,
        }
    };
    (solve(OptimizationDirection::Minimize, 0.0), solve(OptimizationDirection::Maximize, 1e5))
}

fn truth(counts: &[u32], cells: &[usize]) -> u64 {
    cells.iter().map(|cell| u64::from(counts[*cell])).sum()
}

/// Withheld counts, and the differences that subtraction would give (a denominator less its numerator), each with the least that
/// a reader may know it is.
fn targets(policy: &Policy, seen: &[Seen]) -> Vec<(Seen, u64)> {
    let withheld = seen.iter().filter(|own| own.shown.is_none()).cloned();
    let mut targets: Vec<(Seen, u64)> = withheld.map(|own| (own, policy.suppress_from)).collect();
    for pair in seen.windows(2).filter(|pair| pair[1].name == pair[0].name.replace("numerator", "denominator")) {
        let cells = pair[1].cells.iter().copied().filter(|cell| !pair[0].cells.contains(cell)).collect();
        let difference = Seen { name: format!("{} less it", pair[0].name), cells, shown: None };
        targets.push((difference, policy.suppress_from.max(1)));
    }
    targets
}

/// Those of the targets, withheld for their size, that the attack narrows further than the policy lets a reader know.
fn given_away(policy: &Policy, seen: &[Seen], counts: &[u32], tried: &mut usize) -> Vec<String> {
    let mut found = Vec::new();
    for (target, least) in targets(policy, seen) {
        let count = truth(counts, &target.cells);
        if count == 0 || !policy.withholds(count) {
            continue;
        }
        *tried += 1;
        let (low, high) = bounds(policy, seen, &target.cells);
        if low > least as f64 + 1e-6 || high < policy.suppress_to as f64 - 1e-6 {
            found.push(format!("{} is {count}, found between {low:.2} and {high:.2}", target.name));
        }
    }
    found
}

/// One made-up year that is the whole extract, so that the rows counted are those of the pack.
fn year(policy: &str, seed: u64) -> (Vec<u32>, Vec<Seen>) {
    let counts = counts(seed, [1, 1, 2, 4][usize::try_from(seed % 4).unwrap()]);
    let rows = counts.iter().copied().map(u64::from).sum();
    let by = BY.map(str::to_owned);
    let pairs = [(0, 1), (0, 2), (1, 2)].map(|(one, other)| (by[one].clone(), by[other].clone()));
    let extract = extract_with(&cube_of(5, 1, counts.clone(), rows), policy, "outpatients", pairs.into());
    assert!(extract.whole);
    (counts, seen(&Statement::new(parts_of(vec![extract], true)).unwrap()))
}

#[test]
fn nothing_withheld_can_be_worked_out_of_the_whole_pack() {
    for id in ["hes-1-7", "round-5-suppress-0-4"] {
        let policy = Policy::shipped(id).unwrap();
        let (mut tried, mut found) = (0, Vec::new());
        for seed in 0..48 {
            let (counts, seen) = year(id, seed);
            found.extend(
                given_away(&policy, &seen, &counts, &mut tried).into_iter().map(|own| format!("{seed}: {own}")),
            );
        }
        assert!(tried > 50, "{id}: only {tried} counts were tried");
        assert!(found.is_empty(), "{id}: {} of {tried}\n{}", found.len(), found.join("\n"));
    }
}

/// The attack is worth something: it finds what withholding small counts alone would give away.
#[test]
fn the_attack_succeeds_where_only_small_counts_are_withheld() {
    let policy = Policy { round_to: 1, ..Policy::shipped("hes-1-7").unwrap() };
    let found = (0..48).any(|seed| {
        let (counts, mut seen) = year("hes-1-7", seed);
        for own in &mut seen {
            let count = truth(&counts, &own.cells);
            own.shown = (own.name == "rows" || !policy.withholds(count)).then_some(count);
        }
        !given_away(&policy, &seen, &counts, &mut 0).is_empty()
    });
    assert!(found);
}
