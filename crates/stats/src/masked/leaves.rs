//! What the test reads: counts by period of the smallest strata, and every coarser stratum made of them.

use std::collections::HashMap;

use crate::multilevel::{Count, Dimension};
use crate::refusal::Refusal;

/// Most dimensions that a stratum combines.
const DEEPEST: usize = 3;

/// Counts of the smallest strata (leaves: one group of every dimension) in every period.
#[derive(Clone, Debug)]
pub struct Leaves {
    /// The dimensions; `of_stratum` names each leaf's group.
    pub dimensions: Vec<Dimension>,
    /// Index of the first period after the split.
    pub split: usize,
    /// Counts by leaf, then by period in order of time.
    pub counts: Vec<Vec<Count>>,
}

impl Leaves {
    /// Number of periods.
    pub fn periods(&self) -> usize {
        self.counts.first().map_or(0, Vec::len)
    }

    /// Refuses what cannot be tested, with the reason.
    pub fn check(&self) -> Result<(), Refusal> {
        let (leaves, periods) = (self.counts.len(), self.periods());
        if leaves < 2 || self.dimensions.iter().all(|dimension| dimension.groups.len() < 2) {
            return Err(Refusal::TooFew { what: "groups to compare", found: leaves.min(1), needed: 2 });
        }
        if self.split == 0 || self.split >= periods {
            return Err(Refusal::option("split", "a period with at least one period before it"));
        }
        let uneven = self.counts.iter().any(|own| own.len() != periods);
        if uneven || self.dimensions.iter().any(|dimension| dimension.of_stratum.len() != leaves) {
            return Err(Refusal::Undefined("every stratum needs a count for every period and dimension".to_owned()));
        }
        for (row, count) in self.counts.iter().flatten().enumerate() {
            if !(count.events.is_finite() && count.trials.is_finite() && count.events >= 0.0) {
                let must = "must be a finite number of 0 or more";
                return Err(Refusal::OutOfRange { column: "numerator".into(), row: row + 1, must });
            }
            if count.events > count.trials {
                return Err(Refusal::NumeratorAboveDenominator { row: row + 1 });
            }
        }
        for (when, span) in [("before", 0..self.split), ("after", self.split..periods)] {
            let all = self.counts.iter().flat_map(|own| &own[span.clone()]);
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
pub struct Level {
    /// The dimensions, by index.
    pub dimensions: Vec<usize>,
    /// Each stratum's group in each of these dimensions.
    pub strata: Vec<Vec<usize>>,
    /// Each leaf's stratum.
    pub of_leaf: Vec<usize>,
}

/// Every level of one to three dimensions that tells leaves apart, coarse levels first.
pub fn levels(leaves: &Leaves) -> Vec<Level> {
    let usable: Vec<usize> =
        (0..leaves.dimensions.len()).filter(|index| leaves.dimensions[*index].groups.len() > 1).collect();
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
    for level in subsets.into_iter().map(|subset| level(leaves, subset)) {
        // Strata are numbered by first appearance, so equal partitions have equal numbers.
        if !found.iter().any(|coarser| coarser.of_leaf == level.of_leaf) {
            found.push(level);
        }
    }
    found
}

fn level(leaves: &Leaves, dimensions: Vec<usize>) -> Level {
    let mut positions: HashMap<Vec<usize>, usize> = HashMap::new();
    let mut strata = Vec::new();
    let of_leaf = (0..leaves.counts.len())
        .map(|leaf| {
            let groups: Vec<usize> =
                dimensions.iter().map(|index| leaves.dimensions[*index].of_stratum[leaf]).collect();
            *positions.entry(groups).or_insert_with_key(|groups| {
                strata.push(groups.clone());
                strata.len() - 1
            })
        })
        .collect();
    Level { dimensions, strata, of_leaf }
}
