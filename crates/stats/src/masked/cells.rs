//! What the test reads: counts by period of the smallest strata, and every coarser stratum made of them.

use std::collections::HashMap;

use crate::interval::Better;
use crate::multilevel::Count;
use crate::refusal::Refusal;

/// Most dimensions that a stratum combines.
pub(super) const DEEPEST: usize = 3;

/// Counts of one of the smallest strata: one group of every dimension.
#[derive(Clone, Debug, PartialEq)]
pub struct Leaf {
    /// Its group in each dimension, by position.
    pub groups: Vec<usize>,
    /// Events (numerator) and trials (denominator) in each period, in order of time.
    pub counts: Vec<Count>,
}

/// A slice of a cube: one indicator's counts by period and groups, with the moment of the change.
#[derive(Clone, Debug, PartialEq)]
pub struct Cells {
    /// Number of groups of each dimension. A dimension with a single group is carried along and not looked at.
    pub dimensions: Vec<usize>,
    /// The smallest strata. Combinations without anybody may be left out; those given twice are added up.
    pub leaves: Vec<Leaf>,
    /// Index of the first period after the change.
    pub split: usize,
    /// Which way the indicator should go.
    pub better: Better,
}

impl Cells {
    /// Number of periods.
    pub fn periods(&self) -> usize {
        self.leaves.first().map_or(0, |leaf| leaf.counts.len())
    }

    /// Refuses what cannot be tested, with the reason. Rows are counted leaf by leaf, period by period.
    pub fn check(&self) -> Result<(), Refusal> {
        let (leaves, periods) = (self.leaves.len(), self.periods());
        if leaves < 2 || self.dimensions.iter().all(|groups| *groups < 2) {
            return Err(Refusal::TooFew { what: "groups to compare", found: leaves.min(1), needed: 2 });
        }
        if self.split == 0 || self.split >= periods {
            return Err(Refusal::option("split", "a period with at least one period before it"));
        }
        let fits = |leaf: &Leaf| {
            leaf.counts.len() == periods
                && leaf.groups.len() == self.dimensions.len()
                && leaf.groups.iter().zip(&self.dimensions).all(|(group, groups)| group < groups)
        };
        if !self.leaves.iter().all(fits) {
            return Err(Refusal::Undefined("every stratum needs a count for every period and dimension".to_owned()));
        }
        for (row, count) in self.leaves.iter().flat_map(|leaf| &leaf.counts).enumerate() {
            if !(count.events.is_finite() && count.trials.is_finite() && count.events >= 0.0) {
                let must = "must be a finite number of 0 or more";
                return Err(Refusal::OutOfRange { column: "numerator".into(), row: row + 1, must });
            }
            if count.events > count.trials {
                return Err(Refusal::NumeratorAboveDenominator { row: row + 1 });
            }
        }
        for (when, span) in [("before", 0..self.split), ("after", self.split..periods)] {
            let all = self.leaves.iter().flat_map(|leaf| &leaf.counts[span.clone()]);
            let total = all.fold((0.0, 0.0), |sum, count| (sum.0 + count.events, sum.1 + count.trials));
            if total.0 <= 0.0 || total.0 >= total.1 {
                return Err(Refusal::Undefined(format!("no events, or nothing but events, {when} the split")));
            }
        }
        Ok(())
    }
}

/// All strata that combine the same dimensions.
#[derive(Clone, Debug)]
pub(super) struct Level {
    /// The dimensions, by index.
    pub dimensions: Vec<usize>,
    /// Each stratum's group in each of these dimensions.
    pub strata: Vec<Vec<usize>>,
    /// Each leaf's stratum.
    pub of_leaf: Vec<usize>,
}

/// Every level of one to three dimensions that tells leaves apart, coarse levels first.
pub(super) fn levels(cells: &Cells) -> Vec<Level> {
    let usable: Vec<usize> = (0..cells.dimensions.len()).filter(|index| cells.dimensions[*index] > 1).collect();
    let mut subsets: Vec<Vec<usize>> = vec![Vec::new()];
    for dimension in usable {
        let longer: Vec<Vec<usize>> = subsets
            .iter()
            .filter(|subset| subset.len() < DEEPEST)
            .map(|subset| subset.iter().copied().chain([dimension]).collect())
            .collect();
        subsets.extend(longer);
    }
    subsets.retain(|subset| !subset.is_empty());
    subsets.sort_by_key(|subset| (subset.len(), subset.clone()));
    let mut found: Vec<Level> = Vec::new();
    for level in subsets.into_iter().map(|subset| level(cells, subset)) {
        // Strata are numbered by first appearance, so equal partitions have equal numbers.
        if level.strata.len() > 1 && !found.iter().any(|coarser| coarser.of_leaf == level.of_leaf) {
            found.push(level);
        }
    }
    found
}

fn level(cells: &Cells, dimensions: Vec<usize>) -> Level {
    let mut positions: HashMap<Vec<usize>, usize> = HashMap::new();
    let mut strata = Vec::new();
    let of_leaf = cells
        .leaves
        .iter()
        .map(|leaf| {
            let groups: Vec<usize> = dimensions.iter().map(|index| leaf.groups[*index]).collect();
            *positions.entry(groups).or_insert_with_key(|groups| {
                strata.push(groups.clone());
                strata.len() - 1
            })
        })
        .collect();
    Level { dimensions, strata, of_leaf }
}
