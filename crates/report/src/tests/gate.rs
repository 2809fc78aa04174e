//! Through the real gate: what it withholds can be read in no document.

use evenly_cube::{
    About, CellTable, CountedIndicator, Counts, Cube, Dimension, Exact, Group, Membership, Order, Policy, Provenance,
    Reading, RowsEquation, Views, shipped_indicator,
};

use crate::findings::analyse;

const MONTHS: usize = 4;

/// Missed and kept appointments of four groups in four months. The first two groups miss few appointments.
fn cube(missed: [[u32; MONTHS]; 2]) -> Exact<Cube> {
    let dimension = |id: &str, order, groups: Vec<Group>| Dimension {
        id: id.into(),
        title: id.into(),
        about: About::Person,
        order,
        groups,
        vintage: None,
        note: None,
    };
    let months = (1..=MONTHS).map(|month| format!("2024-{month:02}")).map(|id| Group::known(id.clone(), id)).collect();
    let groups = ["A", "B", "C", "D"].map(|id| Group::known(id, format!("Group {id}"))).to_vec();
    let mut counts = Vec::new();
    for month in 0..MONTHS {
        // Everyone has as many appointments whatever is missed, so that only the missed ones tell two cubes apart.
        for (all, missed) in [(70, missed[0][month]), (70, missed[1][month]), (1000, 100), (1000, 200)] {
            counts.extend([all - missed, missed]);
        }
    }
    Exact::new(Cube {
        dimensions: vec![dimension("month", Order::Period, months), dimension("group", Order::Nominal, groups)],
        indicators: vec![CountedIndicator {
            definition: shipped_indicator("did-not-attend").unwrap(),
            tables: vec![0],
            reading: Reading::Membership(vec![Membership::Denominator, Membership::Numerator]),
            sums: None,
            repeats: None,
        }],
        tables: vec![CellTable { dimensions: vec![0, 1], readings: 2, counts: Counts::Dense(counts) }],
        quality: Vec::new(),
        provenance: Provenance {
            evenly: "0.1.0".into(),
            sources: Vec::new(),
            definitions: Vec::new(),
            rows: RowsEquation { read: 8560, counted: 8560, ..RowsEquation::default() },
            notes: Vec::new(),
        },
    })
}

/// Every document of a cube, as text where it is text.
fn documents(cube: &Exact<Cube>) -> (Vec<String>, Vec<u8>) {
    let views = Views { period: Some("month".into()), by: vec!["group".into()], pairs: Vec::new(), change: None };
    let release = cube.release(&Policy::shipped("hes-1-7").unwrap(), &views).unwrap();
    let analysis = analyse(&release);
    let texts = vec![analysis.html(), analysis.json().unwrap(), analysis.findings_csv().unwrap()];
    (texts, analysis.xlsx().unwrap())
}

/// If two truths that differ in withheld counts alone give the same bytes, no withheld count can be read in them, nor
/// worked out of a percentage, an interval, a chart's coordinates or a sentence.
#[test]
fn documents_do_not_depend_on_what_is_withheld() {
    let (texts, workbook) = documents(&cube([[1, 2, 1, 1], [3, 1, 1, 2]]));
    assert!(texts[0].contains("withheld") && texts[1].contains(r#""suppressed": true"#));
    // The two groups change places in every month: all totals stay, and each of their counts, added up too, is from 1 to 7.
    let (others, other_workbook) = documents(&cube([[3, 1, 1, 2], [1, 2, 1, 1]]));
    assert_eq!(texts, others);
    assert_eq!(workbook, other_workbook);
}

/// Counts that may be shown do reach the documents: the test above is not passed by empty ones.
#[test]
fn documents_depend_on_what_is_shown() {
    let (texts, workbook) = documents(&cube([[20, 20, 20, 20], [30, 30, 30, 30]]));
    let (others, other_workbook) = documents(&cube([[30, 30, 30, 30], [20, 20, 20, 20]]));
    assert_ne!(texts[0], others[0]);
    assert_ne!(texts[1], others[1]);
    assert_ne!(workbook, other_workbook);
}
