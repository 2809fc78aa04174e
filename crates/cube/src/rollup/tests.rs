//! Roll-up against a naive sum over every key.

use proptest::prelude::*;

use crate::counts::{CellTable, Counts};
use crate::cube::Cube;
use crate::dimension::{About, Dimension, Group, Order};
use crate::provenance::{Provenance, RowsEquation};

fn cube(sizes: &[usize], readings: u32, counts: Counts) -> Cube {
    let dimensions = sizes
        .iter()
        .enumerate()
        .map(|(position, size)| Dimension {
            id: format!("d{position}"),
            title: String::new(),
            about: About::Person,
            order: Order::Nominal,
            groups: (0..*size).map(|group| Group::known(group.to_string(), "")).collect(),
            vintage: None,
            note: None,
        })
        .collect();
    let table = CellTable { dimensions: (0..sizes.len()).collect(), readings, counts };
    let provenance = Provenance {
        evenly: String::new(),
        sources: Vec::new(),
        definitions: Vec::new(),
        rows: RowsEquation::default(),
        notes: Vec::new(),
    };
    Cube { dimensions, indicators: Vec::new(), tables: vec![table], quality: Vec::new(), provenance }
}

fn naive(dense: &[u32], sizes: &[usize], readings: usize, view: &[usize]) -> Vec<u64> {
    let mut sums = vec![0; view.iter().map(|axis| sizes[*axis]).product::<usize>() * readings];
    for (key, count) in dense.iter().enumerate() {
        let mut digits = vec![0; sizes.len()];
        let mut rest = key / readings;
        for axis in (0..sizes.len()).rev() {
            digits[axis] = rest % sizes[axis];
            rest /= sizes[axis];
        }
        let cell = view.iter().fold(0, |cell, axis| cell * sizes[*axis] + digits[*axis]);
        sums[cell * readings + key % readings] += u64::from(*count);
    }
    sums
}

fn all_views(axes: usize) -> Vec<Vec<usize>> {
    let mut views = vec![Vec::new()];
    for first in 0..axes {
        views.push(vec![first]);
        for second in 0..axes {
            if first != second {
                views.push(vec![first, second]);
            }
        }
    }
    views.push((0..axes).rev().collect());
    views
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn dense_wide_and_sparse_tables_roll_up_to_the_naive_sums(
        sizes in prop::collection::vec(1..5usize, 0..5),
        readings in 1..4u32,
        seed in prop::collection::vec(prop_oneof![3 => Just(0_u32), 2 => 1..20u32, 1 => Just(u32::MAX)], 1..60),
    ) {
        let cells = sizes.iter().product::<usize>() * readings as usize;
        let dense: Vec<u32> = seed.iter().copied().cycle().take(cells).collect();
        let wide = dense.iter().map(|count| u64::from(*count)).collect();
        let (keys, counts) = dense.iter().enumerate().filter(|(_, count)| **count > 0)
            .map(|(key, count)| (key as u64, u64::from(*count))).unzip();
        let views = all_views(sizes.len());
        let expected: Vec<_> = views.iter().map(|view| naive(&dense, &sizes, readings as usize, view)).collect();
        for table in [Counts::Dense(dense), Counts::DenseWide(wide), Counts::Sparse { keys, counts }] {
            let sums = cube(&sizes, readings, table).slice(0, &views).unwrap();
            prop_assert_eq!(&sums, &expected);
        }
    }
}

#[test]
fn large_tables_are_summed_by_threads_to_the_same_counts() {
    // Beyond the threshold for threads; the first axis (one group) makes the other split necessary too.
    for sizes in [vec![40, 30, 20, 12], vec![1, 200, 1500]] {
        let cells: usize = sizes.iter().product::<usize>() * 2;
        let dense: Vec<u32> = (0..cells).map(|key| u32::try_from(key * 7919 % 13).unwrap()).collect();
        let views = vec![vec![], vec![1], vec![2, 1], vec![0, 2]];
        let expected: Vec<_> = views.iter().map(|view| naive(&dense, &sizes, 2, view)).collect();
        assert_eq!(cube(&sizes, 2, Counts::Dense(dense)).slice(0, &views).unwrap(), expected);
    }
}

#[test]
fn tables_that_do_not_hold_together_are_refused() {
    let short = cube(&[2, 3], 2, Counts::Dense(vec![1; 11]));
    assert!(short.slice(0, &[vec![0]]).is_err());
    let unsorted = cube(&[2], 1, Counts::Sparse { keys: vec![1, 0], counts: vec![1, 1] });
    assert!(unsorted.slice(0, &[vec![0]]).is_err());
    let absent = cube(&[2], 1, Counts::Dense(vec![1, 1]));
    assert!(absent.slice(1, &[vec![0]]).is_err());
    assert!(absent.slice(0, &[vec![3]]).is_err());
}
