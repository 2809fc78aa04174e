//! Fitted trees laid out for speed: the same log-odds as the crate that grew them, to the last bit, many rows at once.
//!
//! Values become positions among the split values of their feature, once for each row. A tree is then a list of splits, each of
//! which strikes out the leaves that a row cannot reach any more; the first leaf left is the row's. A split is done for a block
//! of rows in one go, without a branch, so that the compiler can use wide instructions.
//!
//! Source: Lucchese et al., `QuickScorer`, SIGIR 2015, 73–82.

use forust_ml::GradientBooster;
use forust_ml::tree::Tree;
use rayon::prelude::*;

use crate::features::Matrix;

/// Rows that are worked on together; their positions fit the first cache.
const BLOCK: usize = 256;
/// Most leaves of a tree, a bit for each.
const LEAVES: usize = u32::BITS as usize;

/// Trees as lists.
pub(super) struct Flat {
    /// Log-odds before the first tree.
    base: f64,
    /// For each feature, the values at which trees split, ascending.
    cuts: Vec<Vec<f64>>,
    splits: Vec<Split>,
    /// Leaf weights of all trees.
    leaves: Vec<f64>,
    /// For each tree, one past its last split and its first leaf.
    trees: Vec<(usize, usize)>,
}

/// Rows whose position is `at` or more go right; unknown values have position 0, which `shift` turns into the last.
struct Split {
    feature: u32,
    at: u16,
    shift: u16,
    /// Leaves that a row cannot reach which goes right: the left side's are 0.
    keeps: u32,
}

impl Flat {
    /// Lays out trees; `None` where they are not as Evenly grows them (more leaves than bits, or damaged).
    pub(super) fn new(booster: &GradientBooster, features: usize) -> Option<Self> {
        let mut cuts: Vec<Vec<f64>> = vec![Vec::new(); features];
        for node in booster.trees.iter().flat_map(|tree| &tree.nodes).filter(|node| !node.is_leaf) {
            cuts.get_mut(node.split_feature)?.push(node.split_value);
        }
        for own in &mut cuts {
            own.sort_unstable_by(f64::total_cmp);
            own.dedup();
        }
        let mut flat =
            Self { base: booster.base_score, cuts, splits: Vec::new(), leaves: Vec::new(), trees: Vec::new() };
        for tree in &booster.trees {
            let first = flat.leaves.len();
            flat.add(tree, 0, first)?;
            flat.trees.push((flat.splits.len(), first));
        }
        Some(flat)
    }

    /// Adds a node and what hangs on it, left before right; leaves get their places in that order.
    fn add(&mut self, tree: &Tree, node: usize, first: usize) -> Option<()> {
        let own = tree.nodes.get(node)?;
        if own.is_leaf {
            self.leaves.push(f64::from(own.weight_value));
            return (self.leaves.len() - first <= LEAVES).then_some(());
        }
        if own.left_child <= node || own.right_child <= node {
            return None;
        }
        let from = self.leaves.len() - first;
        self.add(tree, own.left_child, first)?;
        let to = self.leaves.len() - first;
        let at = 1 + self.cuts[own.split_feature].partition_point(|cut| *cut < own.split_value);
        self.splits.push(Split {
            feature: u32::try_from(own.split_feature).ok()?,
            at: u16::try_from(at + 1).ok()?,
            shift: u16::from(own.missing_node == own.right_child),
            keeps: !bits(from, to),
        });
        self.add(tree, own.right_child, first)
    }

    /// Log-odds of some rows.
    pub(super) fn log_odds(&self, matrix: &Matrix, rows: &[usize]) -> Vec<f64> {
        let mut sums = vec![self.base; rows.len()];
        sums.par_chunks_mut(BLOCK).zip(rows.par_chunks(BLOCK)).for_each(|(sums, rows)| self.block(matrix, rows, sums));
        sums
    }

    fn block(&self, matrix: &Matrix, rows: &[usize], sums: &mut [f64]) {
        let mut positions = vec![[0_u16; BLOCK]; self.cuts.len()];
        for ((own, cuts), column) in positions.iter_mut().zip(&self.cuts).zip(&matrix.columns) {
            for (position, row) in own.iter_mut().zip(rows) {
                *position = position_of(column[*row], cuts);
            }
        }
        let mut start = 0;
        for (place, (end, first)) in self.trees.iter().enumerate() {
            let after = self.trees.get(place + 1).map_or(self.leaves.len(), |(_, first)| *first);
            let (splits, leaves) = (&self.splits[start..*end], &self.leaves[*first..after]);
            match leaves.len() {
                ..=8 => add_tree::<u8>(splits, leaves, &positions, sums),
                9..=16 => add_tree::<u16>(splits, leaves, &positions, sums),
                _ => add_tree::<u32>(splits, leaves, &positions, sums),
            }
            start = *end;
        }
    }
}

/// Adds to each row the leaf of one tree that it reaches.
fn add_tree<B: Bits>(splits: &[Split], leaves: &[f64], positions: &[[u16; BLOCK]], sums: &mut [f64]) {
    let mut reachable = [B::ALL; BLOCK];
    for split in splits {
        let (at, shift, keeps) = (split.at - split.shift, split.shift, B::lowest(split.keeps));
        for (reachable, position) in reachable.iter_mut().zip(&positions[split.feature as usize]) {
            reachable.keep_if(position.wrapping_sub(shift) >= at, keeps);
        }
    }
    for (sum, reachable) in sums.iter_mut().zip(reachable) {
        *sum += leaves[reachable.first()];
    }
}

/// A bit for each leaf of a tree.
trait Bits: Copy {
    const ALL: Self;
    /// The lowest of 32 bits.
    fn lowest(bits: u32) -> Self;
    /// Strikes out all but some bits, or nothing. In numbers: of an `if` the compiler makes a branch for each row, which is eight
    /// times as slow.
    fn keep_if(&mut self, right: bool, keeps: Self);
    /// The first bit.
    fn first(self) -> usize;
}

macro_rules! bits {
    ($($own:ty),*) => {$(
        impl Bits for $own {
            const ALL: Self = Self::MAX;
            #[expect(clippy::allow_attributes, reason = "nothing is lost of 32 bits where this is for as many")]
            #[allow(clippy::cast_possible_truncation, clippy::unnecessary_cast, reason = "a tree of few leaves has its bits at the lowest")]
            fn lowest(bits: u32) -> Self {
                bits as Self
            }
            fn keep_if(&mut self, right: bool, keeps: Self) {
                *self &= keeps | Self::from(right).wrapping_sub(1);
            }
            fn first(self) -> usize {
                self.trailing_zeros() as usize
            }
        }
    )*};
}
bits!(u8, u16, u32);

/// Bits from one position up to another, which is left out.
fn bits(from: usize, to: usize) -> u32 {
    let below = |end: usize| if end >= LEAVES { u32::MAX } else { (1 << end) - 1 };
    below(to) & !below(from)
}

/// 0 where the value is not known, else one more than the split values that it has reached.
fn position_of(value: f64, cuts: &[f64]) -> u16 {
    if value.is_nan() {
        return 0;
    }
    // `Flat::new` refuses more split values than fit.
    u16::try_from(1 + cuts.partition_point(|cut| *cut <= value)).unwrap_or(u16::MAX)
}
