//! A made-up extract of four months, through the real gate, and packs of it.

use evenly_cube::statement::{Actions, ReportingPeriod, Take, shipped_domains};
use evenly_cube::{
    About, CellTable, CountedIndicator, Counts, Cube, Dimension, Exact, Group, GroupState, Membership, Order, Policy,
    Provenance, Reading, RowsEquation, Views, shipped_indicator,
};
use evenly_report::analysis::Heading;
use evenly_report::{Statement, StatementExtract, StatementParts};

/// Cells of a month: four fifths (one not stated), four ethnic groups (one not stated), two sexes.
pub const SIZES: [usize; 3] = [4, 4, 2];
/// Outside, missed face to face, missed by video, seen face to face, seen by video.
pub const STATES: usize = 5;
/// The dimensions that a pack shows.
pub const BY: [&str; 3] = ["deprivation", "ethnic_group", "sex"];
const MONTHS: usize = 4;

fn dimension(id: &str, title: &str, order: Order, mut groups: Vec<Group>, unknown: bool) -> Dimension {
    if unknown {
        groups.push(Group::unknown(GroupState::NotStated));
    }
    Dimension { id: id.into(), title: title.into(), about: About::Person, order, groups, vintage: None, note: None }
}

fn known(labels: &[&str]) -> Vec<Group> {
    labels.iter().map(|label| Group::known(label.to_lowercase(), *label)).collect()
}

/// Months of 2025 from `first` on, by deprivation, ethnic group and sex, without age.
pub fn cube_of(first: usize, months: usize, counts: Vec<u32>, rows: u64) -> Exact<Cube> {
    use Membership::{Denominator, Numerator, Outside};
    let months = (first..first + months)
        .map(|month| format!("2025-{month:02}"))
        .map(|id| Group::known(id.clone(), id))
        .collect();
    let dimensions = vec![
        dimension("month", "Month", Order::Period, months, false),
        dimension("deprivation", "Deprivation (fifths)", Order::Ranked, known(&["Most", "Middle", "Least"]), true),
        dimension("ethnic_group", "Ethnic group", Order::Nominal, known(&["A", "Few", "Rare"]), true),
        dimension("sex", "Sex", Order::Nominal, known(&["Male", "Female"]), false),
    ];
    let counted = |id: &str, states: [Membership; 5]| CountedIndicator {
        definition: shipped_indicator(id).unwrap(),
        tables: vec![0],
        reading: Reading::Membership(states.into()),
        sums: None,
        repeats: None,
    };
    Exact::new(Cube {
        dimensions,
        indicators: vec![
            counted("did-not-attend", [Outside, Numerator, Numerator, Denominator, Denominator]),
            counted("virtual-share", [Outside, Denominator, Numerator, Denominator, Numerator]),
        ],
        tables: vec![CellTable { dimensions: vec![0, 1, 2, 3], readings: 5, counts: Counts::Dense(counts) }],
        quality: vec![],
        provenance: Provenance {
            evenly: "0.1.0".into(),
            sources: vec![],
            definitions: vec![],
            rows: RowsEquation { read: rows, counted: rows, ..RowsEquation::default() },
            notes: vec![],
        },
    })
}

/// March to June 2025. `few` is how many of two small groups missed in a month.
pub fn cube(few: [u32; 2]) -> Exact<Cube> {
    let mut counts = Vec::new();
    for _ in 0..MONTHS {
        for deprivation in 0..4_u32 {
            for ethnic in 0..4_u32 {
                for sex in 0..2_u32 {
                    let small = ethnic == 1 || ethnic == 2;
                    let few = few[usize::from(ethnic == 2)] * u32::from(deprivation == 0 && sex == 0);
                    let missed = if small { few } else { 40 - 10 * deprivation };
                    counts.extend([3, missed, 0, if small { 30 - missed } else { 300 }, 20]);
                }
            }
        }
    }
    cube_of(3, MONTHS, counts, 50_000)
}

/// The cube within the year, released with the tables asked for.
pub fn extract(cube: &Exact<Cube>, policy: &str, name: &str) -> StatementExtract {
    extract_with(cube, policy, name, vec![])
}

/// The same, with tables by two dimensions too, as the command asks for them.
pub fn extract_with(cube: &Exact<Cube>, policy: &str, name: &str, pairs: Vec<(String, String)>) -> StatementExtract {
    let within = cube.within(&ReportingPeriod::parse("2025-26").unwrap(), Take::All).unwrap();
    let views = Views { period: Some("month".into()), by: BY.map(str::to_owned).into(), pairs, change: None };
    let release = within.cube.release(&Policy::shipped(policy).unwrap(), &views).unwrap();
    StatementExtract {
        name: name.into(),
        release,
        periods: within.periods,
        snapshot: false,
        whole: within.whole,
        lost: within.lost,
    }
}

/// A pack of extracts, not yet made.
pub fn parts_of(extracts: Vec<StatementExtract>, protected: bool) -> StatementParts {
    StatementParts {
        heading: Heading {
            organisation: Some("Anytown Hospitals".into()),
            title: None,
            date: Some("2026-06-30".into()),
        },
        code: Some("RX1".into()),
        period: ReportingPeriod::parse("2025-26").unwrap(),
        domains: shipped_domains().unwrap(),
        extracts,
        protected,
        actions: Actions::default(),
    }
}

/// The pack of the made-up cube.
pub fn pack(policy: &str) -> Statement {
    Statement::new(parts_of(vec![extract(&cube([1, 2]), policy, "outpatients")], policy != "none-synthetic")).unwrap()
}
