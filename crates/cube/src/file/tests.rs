//! Saving and loading: the same cube comes back, and a wrong file is refused with the reason.

use std::fs;

use crate::counts::{CellTable, Counts};
use crate::cube::{CountedIndicator, Cube, Membership, Reading, Sums};
use crate::dimension::{About, Dimension, Group, GroupState, Order};
use crate::exact::Exact;
use crate::indicator::shipped_indicator;
use crate::provenance::{Excluded, Provenance, QualityCount, RowsEquation};

fn dimension(id: &str, groups: usize) -> Dimension {
    let mut groups: Vec<_> =
        (1..groups).map(|group| Group::known(group.to_string(), format!("Group {group}"))).collect();
    groups.push(Group::unknown(GroupState::NotStated));
    Dimension {
        id: id.to_owned(),
        title: id.to_owned(),
        about: About::Person,
        order: Order::Nominal,
        groups,
        vintage: None,
        note: None,
    }
}

fn cube() -> Cube {
    let states = vec![Membership::Outside, Membership::Denominator, Membership::Numerator];
    Cube {
        dimensions: vec![dimension("month", 4), dimension("sex", 3)],
        indicators: vec![
            CountedIndicator {
                definition: shipped_indicator("did-not-attend").unwrap(),
                tables: vec![0, 1],
                reading: Reading::Membership(states),
                sums: Some(Sums { numerator: vec![0, 1], denominator: vec![0, 1], squares: [1, 1, 1] }),
                repeats: None,
            },
            CountedIndicator {
                definition: shipped_indicator("waits").unwrap(),
                tables: vec![2],
                reading: Reading::Weeks(vec![None, Some(0), Some(20)]),
                sums: None,
                repeats: None,
            },
        ],
        tables: vec![
            CellTable {
                dimensions: vec![1, 0],
                readings: 3,
                counts: Counts::Dense((0..36).map(|key| key % 5).collect()),
            },
            CellTable {
                dimensions: vec![],
                readings: 3,
                counts: Counts::DenseWide(vec![0, u64::from(u32::MAX) + 7, 3]),
            },
            CellTable {
                dimensions: vec![1],
                readings: 3,
                counts: Counts::Sparse { keys: vec![1, 8], counts: vec![4, 9] },
            },
        ],
        quality: vec![QualityCount {
            field: "sex".to_owned(),
            group: Some(("month".to_owned(), 1)),
            state: GroupState::NotStated,
            rows: 3,
            out_of: 9,
        }],
        provenance: Provenance {
            evenly: "0.1.0".to_owned(),
            sources: Vec::new(),
            definitions: Vec::new(),
            rows: RowsEquation {
                read: 10,
                counted: 9,
                excluded: vec![Excluded { rule: "future".to_owned(), rows: 1 }],
                rejected: Vec::new(),
            },
            notes: vec!["a note".to_owned()],
        },
    }
}

/// Everything that makes a cube what it is, in comparable form.
fn parts(cube: &Cube) -> String {
    let tables: Vec<String> = cube
        .tables
        .iter()
        .map(|table| {
            let counts = match &table.counts {
                Counts::Dense(counts) => format!("dense {counts:?}"),
                Counts::DenseWide(counts) => format!("wide {counts:?}"),
                Counts::Sparse { keys, counts } => format!("sparse {keys:?} {counts:?}"),
            };
            format!("{:?} {} {counts}", table.dimensions, table.readings)
        })
        .collect();
    let indicators: Vec<_> =
        cube.indicators.iter().map(|own| (&own.definition, &own.tables, &own.reading, &own.sums)).collect();
    format!("{:?}\n{indicators:?}\n{tables:?}\n{:?}\n{:?}", cube.dimensions, cube.quality, cube.provenance)
}

fn message(result: Result<Exact<Cube>, crate::CubeError>) -> String {
    result.err().map(|error| error.to_string()).unwrap_or_default()
}

#[test]
fn what_is_saved_is_loaded() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("exact").join("cube.parquet");
    Exact::new(cube()).save(&file).unwrap();
    Exact::new(cube()).save(&file).unwrap();
    assert_eq!(parts(&Exact::<Cube>::load(&file).unwrap().0), parts(&cube()));
    assert_eq!(fs::read_dir(file.parent().unwrap()).unwrap().count(), 1, "nothing partial is left");
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_open_folder_and_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("exact").join("cube.parquet");
    Exact::new(cube()).save(&file).unwrap();
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&file), 0o600);
    assert_eq!(mode(file.parent().unwrap()), 0o700);
    fs::set_permissions(file.parent().unwrap(), fs::Permissions::from_mode(0o755)).unwrap();
    let refused = Exact::new(cube()).save(&file).unwrap_err().to_string();
    assert!(refused.contains("chmod 700"), "{refused}");
}

#[test]
fn a_file_cut_anywhere_is_refused_with_the_path() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("exact").join("cube.parquet");
    Exact::new(cube()).save(&file).unwrap();
    let whole = fs::read(&file).unwrap();
    for length in (0..whole.len()).step_by(37) {
        fs::write(&file, &whole[..length]).unwrap();
        let refused = message(Exact::<Cube>::load(&file));
        assert!(refused.contains("cube.parquet") && refused.contains("whole Parquet"), "{length}: {refused}");
    }
    // Bytes changed in the middle: refused or read, never a panic.
    for place in (0..whole.len()).step_by(13) {
        let mut changed = whole.clone();
        changed[place] ^= 0x55;
        fs::write(&file, &changed).unwrap();
        let _ = Exact::<Cube>::load(&file);
    }
}

#[test]
fn a_parquet_file_that_is_no_cube_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("other.parquet");
    let schema = super::write::schema(&[]);
    let sink = fs::File::create(&file).unwrap();
    parquet::arrow::ArrowWriter::try_new(sink, schema, None).unwrap().close().unwrap();
    assert!(message(Exact::<Cube>::load(&file)).contains("marker"));
    assert!(message(Exact::<Cube>::load(&folder.path().join("none.parquet"))).contains("none.parquet"));
}
