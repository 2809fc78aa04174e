//! What a release holds: the views asked for, in order, with counts that a naive sum gives too.

use super::{Policy, Views};
use crate::counts::{CellTable, Counts};
use crate::cube::{CountedIndicator, Cube, Membership, Reading};
use crate::dimension::{About, Dimension, Group, Order};
use crate::error::CubeError;
use crate::exact::Exact;
use crate::indicator::shipped_indicator;
use crate::provenance::{Provenance, RowsEquation};
use crate::release::{ReleasedCount, ReleasedTable};

fn dimension(id: &str, order: Order, groups: usize) -> Dimension {
    let groups = (0..groups).map(|group| Group::known(group.to_string(), "")).collect();
    Dimension {
        id: id.to_owned(),
        title: id.to_owned(),
        about: About::Person,
        order,
        groups,
        vintage: None,
        note: None,
    }
}

fn cube(sizes: &[(&str, usize)], indicator: &str, reading: Reading, readings: u32, counts: Counts) -> Cube {
    Cube {
        dimensions: sizes
            .iter()
            .map(|(id, size)| dimension(id, if *id == "month" { Order::Period } else { Order::Nominal }, *size))
            .collect(),
        indicators: vec![CountedIndicator {
            definition: shipped_indicator(indicator).unwrap(),
            tables: vec![0],
            reading,
            sums: None,
            repeats: None,
        }],
        tables: vec![CellTable { dimensions: (0..sizes.len()).collect(), readings, counts }],
        quality: Vec::new(),
        provenance: Provenance {
            evenly: String::new(),
            sources: Vec::new(),
            definitions: Vec::new(),
            rows: RowsEquation::default(),
            notes: Vec::new(),
        },
    }
}

fn states() -> Reading {
    Reading::Membership(vec![Membership::Outside, Membership::Denominator, Membership::Numerator])
}

fn views(by: &[&str], pairs: &[(&str, &str)]) -> Views {
    Views {
        period: Some("month".to_owned()),
        by: by.iter().map(|id| (*id).to_owned()).collect(),
        pairs: pairs.iter().map(|(one, other)| ((*one).to_owned(), (*other).to_owned())).collect(),
        change: None,
    }
}

fn shown(table: &ReleasedTable) -> Vec<(Vec<usize>, u64, u64)> {
    let count = |count: ReleasedCount| count.shown().unwrap();
    table.cells.iter().map(|cell| (cell.groups.clone(), count(cell.numerator), count(cell.denominator))).collect()
}

#[test]
fn a_release_holds_the_views_in_order_with_exact_counts_where_nothing_is_withheld() {
    // month 2 × sex 2 × area 2; the last combination is empty.
    let mut counts: Vec<u32> = (0..24).collect();
    counts[21..].fill(0);
    let cube = cube(&[("month", 2), ("sex", 2), ("area", 2)], "did-not-attend", states(), 3, Counts::Dense(counts));
    let policy = Policy::shipped("none-synthetic").unwrap();
    let wanted = views(&["sex", "area"], &[("area", "sex"), ("sex", "area"), ("sex", "month")]);
    let release = Exact::new(cube).release(&policy, &wanted).unwrap();
    let indicator = &release.indicators[0];
    let tables: Vec<_> = indicator.tables.iter().map(|table| table.dimensions.join(" × ")).collect();
    assert_eq!(tables, ["", "month", "sex", "area", "month × sex", "month × area", "area × sex"]);
    // Numerators are the keys 2, 5, 8, …, 20; the others in the denominator 1, 4, …, 19.
    assert_eq!(shown(indicator.table(&[]).unwrap()), [(vec![], 77, 147)]);
    assert_eq!(shown(indicator.table(&["month"]).unwrap()), [(vec![0], 26, 48), (vec![1], 51, 99)]);
    assert_eq!(
        shown(indicator.table(&["area", "sex"]).unwrap()),
        [(vec![0, 0], 16, 30), (vec![0, 1], 28, 54), (vec![1, 0], 22, 42), (vec![1, 1], 11, 21)]
    );
    let last = indicator.table(&["month", "sex"]).unwrap().cells.last().unwrap();
    assert_eq!((last.numerator, last.denominator), (ReleasedCount::Shown(20), ReleasedCount::Shown(39)));
    assert_eq!(release.suppressed, 0);
}

#[test]
fn a_dimension_that_is_not_there_is_named_with_those_that_are() {
    let cube = cube(&[("month", 1)], "did-not-attend", states(), 3, Counts::Dense(vec![0; 3]));
    let result = Exact::new(cube).release(&Policy::shipped("hes-1-7").unwrap(), &views(&["ethnicity"], &[]));
    assert!(matches!(result, Err(CubeError::NoDimension(id, known)) if id == "ethnicity" && known == "month"));
}

#[test]
fn noughts_are_listed_as_withheld_where_the_policy_withholds_them() {
    let counts = vec![0, 400, 50, 0, 0, 0, 0, 300, 40, 0, 500, 60];
    let cube = cube(&[("month", 2), ("sex", 2)], "did-not-attend", states(), 3, Counts::Dense(counts));
    let wanted = views(&["sex"], &[]);
    let five = Exact::new(cube.clone()).release(&Policy::shipped("round-5-suppress-0-4").unwrap(), &wanted).unwrap();
    let cells = &five.indicators[0].table(&["month", "sex"]).unwrap().cells;
    assert_eq!(cells.len(), 4);
    assert_eq!(cells[1].denominator, ReleasedCount::Suppressed);
    let hes = Exact::new(cube).release(&Policy::shipped("hes-1-7").unwrap(), &wanted).unwrap();
    assert_eq!(hes.indicators[0].table(&["month", "sex"]).unwrap().cells.len(), 3, "absent means nought");
    assert!(hes.policy_sentence.contains("withheld"));
}

#[test]
fn waits_have_quantiles_only_where_the_counts_beside_them_allow_it() {
    let weeks = || Reading::Weeks((0..105).map(Some).collect());
    let policy = Policy::shipped("hes-1-7").unwrap();
    // 120 waits spread over weeks 0–9, and three of 20 weeks: few enough to be withheld.
    let mut counts = vec![0_u32; 105];
    counts[..10].fill(12);
    counts[20] = 3;
    let few = cube(&[("month", 1)], "waits", weeks(), 105, Counts::Dense(counts.clone()));
    let release = Exact::new(few).release(&policy, &views(&[], &[])).unwrap();
    let cell = &release.indicators[0].table(&[]).unwrap().cells[0];
    assert_eq!(cell.numerator, ReleasedCount::Suppressed);
    assert!(cell.quantiles.is_none(), "the upper limit of the 90th percentile leans on the last seven rows");
    counts[..10].fill(60);
    let many = cube(&[("month", 1)], "waits", weeks(), 105, Counts::Dense(counts));
    let release = Exact::new(many).release(&policy, &views(&[], &[])).unwrap();
    let quantiles = release.indicators[0].table(&[]).unwrap().cells[0].quantiles.unwrap();
    assert!((quantiles.median[0] - 5.0).abs() < 0.11, "{quantiles:?}");
}

#[test]
fn the_same_count_in_two_tables_is_withheld_in_both() {
    // Appointments by month and sex, once by attendance (none missed) and once by weeks waited, all within a week.
    let attended = [120, 4, 90, 60, 75, 33];
    let by_state = attended.iter().flat_map(|count| [0, *count, 0]).collect();
    let mut cube = cube(&[("month", 3), ("sex", 2)], "did-not-attend", states(), 3, Counts::Dense(by_state));
    let weeks = attended.iter().flat_map(|count| [*count, 0, 0]).collect();
    cube.tables.push(CellTable { dimensions: vec![0, 1], readings: 3, counts: Counts::Dense(weeks) });
    cube.indicators.push(CountedIndicator {
        definition: shipped_indicator("waits").unwrap(),
        tables: vec![1],
        reading: Reading::Weeks(vec![Some(0), Some(20), None]),
        sums: None,
        repeats: None,
    });
    let policy = Policy { round_to: 1, ..Policy::shipped("hes-1-7").unwrap() };
    let release = Exact::new(cube).release(&policy, &views(&["sex"], &[])).unwrap();
    let mut withheld = 0;
    for (one, other) in release.indicators[0].tables.iter().zip(&release.indicators[1].tables) {
        for (one, other) in one.cells.iter().zip(&other.cells) {
            assert_eq!(one.denominator, other.denominator, "{:?}", one.groups);
            withheld += u32::from(one.denominator == ReleasedCount::Suppressed);
        }
    }
    assert!(withheld >= 4, "the count of 4, and three more that would give it away: {withheld}");
}

#[test]
fn published_tables_serve_the_views_that_they_have() {
    let mut cube = cube(&[("sex", 2), ("area", 2)], "coverage", states(), 3, Counts::Dense(vec![0; 12]));
    cube.tables = vec![
        CellTable { dimensions: vec![0], readings: 3, counts: Counts::DenseWide(vec![0, 60, 40, 0, 50, 50]) },
        CellTable { dimensions: vec![1], readings: 3, counts: Counts::DenseWide(vec![0, 70, 30, 0, 40, 60]) },
    ];
    cube.indicators[0].tables = vec![0, 1];
    let views = Views {
        period: None,
        by: vec!["sex".into(), "area".into()],
        pairs: vec![("sex".into(), "area".into())],
        change: None,
    };
    let release = Exact::new(cube).release(&Policy::shipped("none-published").unwrap(), &views).unwrap();
    let tables = &release.indicators[0].tables;
    assert_eq!(tables.iter().map(|table| table.dimensions.len()).collect::<Vec<_>>(), [0, 1, 1]);
    assert_eq!(shown(&tables[2]), [(vec![0], 30, 100), (vec![1], 60, 100)]);
}
