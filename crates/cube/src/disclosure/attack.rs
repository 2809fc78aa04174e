//! The gate judged by attack: everything released, as linear inequalities, and a solver that tries to work out what is
//! withheld.
//!
//! Two attackers. One knows that every table adds up to its margins, and takes each released table as it stands. The other
//! also knows that all tables are sums of one table that crosses every dimension. Both know the policy: each shown count is
//! one of those that would be shown alike, what is absent is nought where the policy shows noughts, no count is negative, and
//! the number of rows counted is exact.

use std::collections::HashMap;

use microlp::{ComparisonOp, OptimizationDirection, Problem, Variable};

use super::{Policy, Views};
use crate::counts::{CellTable, Counts};
use crate::cube::{CountedIndicator, Cube, Membership, Reading};
use crate::dimension::{About, Dimension, Group, GroupState, Order};
use crate::exact::Exact;
use crate::indicator::shipped_indicator;
use crate::provenance::{Provenance, QualityCount, RowsEquation};
use crate::release::{Release, ReleasedCount};

const STATES: usize = 4;

/// A small pseudo-random generator (splitmix64), so that a failure can be repeated from its seed.
struct Seeded(u64);

impl Seeded {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (z ^ (z >> 31)) % bound
    }
}

fn dimension(id: &str, groups: usize) -> Dimension {
    let mut all: Vec<_> = (1..groups).map(|group| Group::known(group.to_string(), "")).collect();
    all.push(Group::unknown(GroupState::NotStated));
    Dimension {
        id: id.to_owned(),
        title: id.to_owned(),
        about: About::Person,
        order: Order::Nominal,
        groups: all,
        vintage: None,
        note: None,
    }
}

fn indicator(id: &str, states: [Membership; STATES]) -> CountedIndicator {
    CountedIndicator {
        definition: shipped_indicator(id).unwrap(),
        tables: vec![0],
        reading: Reading::Membership(states.to_vec()),
        sums: None,
        repeats: None,
    }
}

/// A cube of three dimensions and two nested indicators; `scale` is the usual size of a count.
fn random_cube(seed: u64, sizes: [usize; 3], scale: u64) -> Cube {
    use Membership::{Denominator as D, Numerator as N, Outside as O};
    let mut random = Seeded(seed);
    let counts: Vec<u32> = (0..sizes.iter().product::<usize>() * STATES)
        .map(|key| {
            // Numerators are rarer than the rest; now and then a cell is empty or large.
            let usual = if key % STATES == 1 { scale * 6 } else { scale };
            let count = match random.below(8) {
                0 | 1 => 0,
                2 => random.below(usual * 4 + 1),
                _ => random.below(usual + 1),
            };
            u32::try_from(count).unwrap()
        })
        .collect();
    let dimensions: Vec<_> = ["month", "sex", "area"].iter().zip(sizes).map(|(id, size)| dimension(id, size)).collect();
    let mut cube = Cube {
        dimensions,
        indicators: vec![indicator("did-not-attend", [O, D, N, N]), indicator("late-and-not-seen", [O, D, D, N])],
        tables: vec![CellTable {
            dimensions: vec![0, 1, 2],
            readings: u32::try_from(STATES).unwrap(),
            counts: Counts::Dense(counts.clone()),
        }],
        quality: Vec::new(),
        provenance: Provenance {
            evenly: String::new(),
            sources: Vec::new(),
            definitions: Vec::new(),
            rows: RowsEquation::default(),
            notes: Vec::new(),
        },
    };
    let rows = counts.iter().copied().map(u64::from).sum();
    cube.provenance.rows = RowsEquation { read: rows, counted: rows, excluded: Vec::new(), rejected: Vec::new() };
    cube.quality = quality(&cube, rows);
    cube
}

/// Rows in which sex is not stated: in all and by area, as the engine counts them.
fn quality(cube: &Cube, rows: u64) -> Vec<QualityCount> {
    let sums = cube.slice(0, &[vec![1], vec![2], vec![1, 2]]).unwrap();
    let universe = |counts: &[u64], cell: usize| counts[cell * STATES..(cell + 1) * STATES].iter().sum();
    let unknown = cube.dimensions[1].groups.len() - 1;
    let areas = cube.dimensions[2].groups.len();
    let count = |group, rows, out_of| QualityCount {
        field: "sex".to_owned(),
        group,
        state: GroupState::NotStated,
        rows,
        out_of,
    };
    let mut quality = vec![count(None, universe(&sums[0], unknown), rows)];
    for area in 0..areas {
        let group = Some(("area".to_owned(), area));
        quality.push(count(group, universe(&sums[2], unknown * areas + area), universe(&sums[1], area)));
    }
    quality
}

fn views() -> Views {
    Views {
        period: Some("month".to_owned()),
        by: vec!["sex".to_owned(), "area".to_owned()],
        pairs: vec![("sex".to_owned(), "area".to_owned())],
        change: None,
    }
}

/// A count as an attacker sees it: which states of which cell of which view, and what is known of it.
struct Seen {
    name: String,
    dimensions: Vec<usize>,
    groups: Vec<usize>,
    states: Vec<usize>,
    shown: Option<(u64, u64)>,
}

fn states_of(cube: &Cube, indicator: usize) -> [Vec<usize>; 2] {
    let Reading::Membership(states) = &cube.indicators[indicator].reading else { unreachable!() };
    let of = |wanted: &[Membership]| (0..STATES).filter(|state| wanted.contains(&states[*state])).collect();
    [of(&[Membership::Numerator]), of(&[Membership::Numerator, Membership::Denominator])]
}

fn seen(cube: &Cube, release: &Release, policy: &Policy) -> Vec<Seen> {
    let known = |count: ReleasedCount| count.shown().map(|count| policy.interval(count));
    let place = |id: &String| cube.dimensions.iter().position(|dimension| dimension.id == *id).unwrap();
    let mut all = Vec::new();
    for (position, indicator) in release.indicators.iter().enumerate() {
        let [numerator, denominator] = states_of(cube, position);
        for table in &indicator.tables {
            let dimensions: Vec<usize> = table.dimensions.iter().map(place).collect();
            for groups in combinations(cube, &dimensions) {
                let cell = table.cells.iter().find(|cell| cell.groups == groups);
                let name = format!("{} {:?} {groups:?}", indicator.definition.id, table.dimensions);
                for (states, count) in [
                    (&numerator, cell.map_or(Some((0, 0)), |cell| known(cell.numerator))),
                    (&denominator, cell.map_or(Some((0, 0)), |cell| known(cell.denominator))),
                ] {
                    let (name, groups, states) = (format!("{name} {states:?}"), groups.clone(), states.clone());
                    all.push(Seen { name, dimensions: dimensions.clone(), groups, states, shown: count });
                }
            }
        }
    }
    let every: Vec<usize> = (0..STATES).collect();
    let rows = release.provenance.rows.counted;
    let mut see = |name: &str, dimensions: Vec<usize>, groups: Vec<usize>, shown| {
        all.push(Seen { name: name.to_owned(), dimensions, groups, states: every.clone(), shown });
    };
    see("rows counted", vec![], vec![], Some((rows, rows)));
    let unknown = cube.dimensions[1].groups.len() - 1;
    for cell in release.quality.iter().flat_map(|field| &field.cells) {
        match &cell.group {
            None => see("quality rows", vec![1], vec![unknown], known(cell.rows)),
            Some((_, area)) => {
                see("quality rows by area", vec![1, 2], vec![unknown, *area], known(cell.rows));
                see("quality out of", vec![2], vec![*area], known(cell.out_of));
            }
        }
    }
    all
}

fn combinations(cube: &Cube, dimensions: &[usize]) -> Vec<Vec<usize>> {
    dimensions.iter().fold(vec![Vec::new()], |all, dimension| {
        let size = cube.dimensions[*dimension].groups.len();
        all.iter().flat_map(|groups| (0..size).map(move |group| [groups.clone(), vec![group]].concat())).collect()
    })
}

type Key = (Vec<usize>, Vec<usize>, usize);

/// Margins (or, for the second attacker, sums of the table that crosses everything) as equations between variables.
fn known_structure(cube: &Cube, seen: &[Seen], joint: bool) -> (Vec<Key>, Vec<(Key, Vec<Key>)>) {
    let mut views: Vec<Vec<usize>> = Vec::new();
    for one in seen {
        if !views.contains(&one.dimensions) {
            views.push(one.dimensions.clone());
        }
    }
    let all = vec![0, 1, 2];
    let finer: Vec<Vec<usize>> = if joint { vec![all.clone()] } else { views.clone() };
    if joint {
        views.push(all);
    }
    let mut keys = Vec::new();
    let mut equations = Vec::new();
    for view in &views {
        for groups in combinations(cube, view) {
            for state in 0..STATES {
                keys.push((view.clone(), groups.clone(), state));
                for fine in &finer {
                    let margin = fine.len() > view.len() && view.iter().all(|dimension| fine.contains(dimension));
                    if !margin || (!joint && fine.len() != view.len() + 1) {
                        continue;
                    }
                    let parts = combinations(cube, fine)
                        .into_iter()
                        .filter(|parts| {
                            view.iter().zip(&groups).all(|(dimension, group)| {
                                parts[fine.iter().position(|own| own == dimension).unwrap()] == *group
                            })
                        })
                        .map(|parts| (fine.clone(), parts, state))
                        .collect();
                    equations.push(((view.clone(), groups.clone(), state), parts));
                }
            }
        }
    }
    (keys, equations)
}

/// Lowest and highest value that a count can have, given everything seen.
fn bounds(structure: &(Vec<Key>, Vec<(Key, Vec<Key>)>), seen: &[Seen], target: &Seen) -> (f64, f64) {
    let solve = |direction, sign: f64| {
        let mut problem = Problem::new(direction);
        let mut variables: HashMap<&Key, Variable> = HashMap::new();
        for key in &structure.0 {
            let wanted = key.0 == target.dimensions && key.1 == target.groups && target.states.contains(&key.2);
            // A bound far above every count keeps the problem bounded; reaching it means that nothing is known.
            variables.insert(key, problem.add_var(if wanted { 1.0 } else { 0.0 }, (0.0, 1e5)));
        }
        for (whole, parts) in &structure.1 {
            let mut terms: Vec<(Variable, f64)> = parts.iter().map(|part| (variables[part], 1.0)).collect();
            terms.push((variables[whole], -1.0));
            problem.add_constraint(terms, ComparisonOp::Eq, 0.0);
        }
        for one in seen {
            let Some((low, high)) = one.shown else { continue };
            let terms: Vec<(Variable, f64)> = one
                .states
                .iter()
                .map(|state| (variables[&(one.dimensions.clone(), one.groups.clone(), *state)], 1.0))
                .collect();
            if low == high {
                problem.add_constraint(terms, ComparisonOp::Eq, low as f64);
            } else {
                problem.add_constraint(terms.clone(), ComparisonOp::Ge, low as f64);
                problem.add_constraint(terms, ComparisonOp::Le, high as f64);
            }
        }
        match problem.solve().map(microlp::SolveOutcome::into_solution) {
            Ok(Ok(solution)) => solution.objective(),
            // A solver that gives up learns nothing in this direction.
            _ => sign,
        }
    };
    (solve(OptimizationDirection::Minimize, 0.0), solve(OptimizationDirection::Maximize, 1e5))
}

/// What one attack found: withheld counts tried, and those given away.
#[derive(Default)]
struct Outcome {
    tried: usize,
    given_away: Vec<String>,
}

fn attack(cube: &Cube, policy: &Policy, joint: bool, outcome: &mut Outcome) {
    let release = Exact::new(cube.clone()).release(policy, &views()).unwrap();
    let seen = seen(cube, &release, policy);
    let structure = known_structure(cube, &seen, joint);
    let differences = differences(cube, &seen);
    let targets = seen.iter().filter(|one| one.shown.is_none()).chain(&differences);
    for (position, target) in targets.enumerate() {
        let count = truth(cube, target);
        let difference = position >= seen.iter().filter(|one| one.shown.is_none()).count();
        if difference && (count == 0 || !policy.withholds(count)) {
            continue;
        }
        let (low, high) = bounds(&structure, &seen, target);
        outcome.tried += 1;
        let least = if difference { policy.suppress_from.max(1) } else { policy.suppress_from };
        let safe = if policy.withholds(count) {
            low <= least as f64 + 1e-6 && high >= policy.suppress_to as f64 - 1e-6
        } else {
            // A nought withheld with its denominator, where the policy shows noughts, is nobody's secret.
            count == 0 || high - low > 0.5
        };
        if !safe {
            outcome.given_away.push(format!("{} is {count}, found between {low:.2} and {high:.2}", target.name));
        }
    }
}

/// What no table shows but subtraction would: the denominator less the numerator, and one numerator less the other.
fn differences(cube: &Cube, seen: &[Seen]) -> Vec<Seen> {
    let [missed, all] = states_of(cube, 0);
    let [late, _] = states_of(cube, 1);
    let less = |whole: &[usize], part: &[usize]| whole.iter().copied().filter(|state| !part.contains(state)).collect();
    let of = |one: &Seen, name: &str, states: Vec<usize>| Seen {
        name: format!("{name} {:?} {:?}", one.dimensions, one.groups),
        dimensions: one.dimensions.clone(),
        groups: one.groups.clone(),
        states,
        shown: None,
    };
    seen.iter()
        .filter(|one| one.states == missed)
        .flat_map(|one| {
            [
                of(one, "attended", less(&all, &missed)),
                of(one, "missed but not late", less(&missed, &late)),
                of(one, "all but late", less(&all, &late)),
            ]
        })
        .collect()
}

fn truth(cube: &Cube, target: &Seen) -> u64 {
    let sums = cube.slice(0, std::slice::from_ref(&target.dimensions)).unwrap().remove(0);
    let sizes = target.dimensions.iter().map(|dimension| cube.dimensions[*dimension].groups.len());
    let cell = target.groups.iter().zip(sizes).fold(0, |cell, (group, size)| cell * size + group);
    target.states.iter().map(|state| sums[cell * STATES + state]).sum()
}

/// Attacks the releases of several made-up cubes, small to large counts, by both attackers.
fn campaign(policy: &Policy, seeds: std::ops::Range<u64>) {
    for joint in [false, true] {
        let mut outcome = Outcome::default();
        for seed in seeds.clone() {
            let sizes = [[2, 3, 3], [3, 2, 2], [2, 2, 4], [1, 3, 3]][usize::try_from(seed % 4).unwrap()];
            let scale = [1, 3, 10, 40][usize::try_from((seed + seed / 4) % 4).unwrap()];
            let before = outcome.given_away.len();
            attack(&random_cube(seed, sizes, scale), policy, joint, &mut outcome);
            let knows = if joint { "one table behind all" } else { "the margins" };
            for own in &mut outcome.given_away[before..] {
                *own = format!("cube {seed}, knowing {knows}: {own}");
            }
        }
        assert!(outcome.tried > 50, "{}: only {} counts were tried", policy.id, outcome.tried);
        let (given_away, tried) = (outcome.given_away.len(), outcome.tried);
        // Against the margins each count is protected by a world that was built. Against one table behind all of them it is
        // not proved: a few in ten thousand were narrowed in tiny cubes (decision record 0003).
        let allowed = if joint { tried / 500 } else { 0 };
        assert!(given_away <= allowed, "{}: {given_away} of {tried}\n{}", policy.id, outcome.given_away.join("\n"));
    }
}

/// A rule harder than those shipped: exact counts beside withheld ones.
fn exact_beside_withheld() -> Policy {
    Policy { round_to: 1, suppress_to: 4, id: "exact-1-4".to_owned(), ..Policy::shipped("hes-1-7").unwrap() }
}

#[test]
fn nothing_withheld_by_the_hes_rule_can_be_worked_out() {
    campaign(&Policy::shipped("hes-1-7").unwrap(), 0..cubes());
}

#[test]
fn nothing_withheld_with_noughts_can_be_worked_out() {
    campaign(&Policy::shipped("round-5-suppress-0-4").unwrap(), 0..cubes());
}

#[test]
fn nothing_withheld_beside_exact_counts_can_be_worked_out() {
    campaign(&exact_beside_withheld(), 0..cubes());
}

/// How many cubes each attack tries: a few in every run, many by `make attack` when the gate changes.
fn cubes() -> u64 {
    #[expect(clippy::disallowed_methods, reason = "the length of a test run is not part of the product")]
    let asked = std::env::var("EVENLY_ATTACK_CUBES");
    asked.ok().and_then(|text| text.parse().ok()).unwrap_or(4)
}

/// The attack itself is worth something: it finds what a gate without secondary suppression would give away.
#[test]
fn an_attack_on_primary_suppression_alone_succeeds() {
    let policy = exact_beside_withheld();
    let cube = random_cube(2, [2, 2, 4], 10);
    let release = Exact::new(cube.clone()).release(&policy, &views()).unwrap();
    let mut seen = seen(&cube, &release, &policy);
    for one in &mut seen {
        let count = truth(&cube, one);
        one.shown = (!policy.withholds(count)).then_some((count, count));
    }
    let structure = known_structure(&cube, &seen, false);
    let found = seen.iter().filter(|one| one.shown.is_none()).filter(|one| {
        let (low, high) = bounds(&structure, &seen, one);
        high - low < 0.5
    });
    assert!(found.count() > 0);
}
