//! The reasons of single appointments: barriers in plain words with the help to offer, and no number.

use serde::Serialize;

use super::{ByBarrier, Contributions};
use crate::features::{Barrier, FeatureSet, Matrix};
use crate::model::Saved;

/// Log-odds that a barrier must add to be named: odds one tenth higher.
const LEAST: f64 = 0.095;
/// Most reasons for one appointment: a person who calls can ask about a few things.
const MOST: usize = 3;
/// The barrier of a feature set that stands where no other is named.
const ASK: &str = "ask";

/// Why an appointment may need help, and which.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// Id of the barrier.
    pub barrier: String,
    /// What may stand in the way.
    pub words: String,
    /// The help to offer.
    pub offer: String,
}

impl Reason {
    fn of(barrier: &Barrier) -> Self {
        Self { barrier: barrier.id.clone(), words: barrier.words.clone(), offer: barrier.offer.clone() }
    }

    /// Where nothing stands out, the person is asked.
    fn ask(set: &FeatureSet) -> Self {
        set.barrier(ASK).map_or_else(
            || Self {
                barrier: ASK.to_owned(),
                words: "Nothing that is known stands out".to_owned(),
                offer: "A call to ask what would make coming easier".to_owned(),
            },
            Self::of,
        )
    }
}

/// The reasons of some appointments, one to three each, the weightiest first.
pub fn reasons(saved: &Saved, matrix: &Matrix, rows: &[usize]) -> Vec<Vec<Reason>> {
    let contributions = Contributions::new(saved, matrix, rows);
    let one = |place: usize| {
        let named = named(&contributions.by_barrier(place));
        let reason = |barrier: &usize| {
            let own = Reason::of(&saved.features.barrier[*barrier]);
            let words = contributions.closer(saved, place, *barrier).map_or(own.words, str::to_owned);
            Reason { words, ..own }
        };
        let reasons: Vec<Reason> = named.iter().map(reason).collect();
        if reasons.is_empty() { vec![Reason::ask(&saved.features)] } else { reasons }
    };
    (0..rows.len()).map(one).collect()
}

/// Barriers that raise the chance and whose words the appointment bears out, the weightiest first.
pub(super) fn named(sums: &ByBarrier) -> Vec<usize> {
    let weight = |barrier: usize| sums.borne_out[barrier].min(sums.adds[barrier]);
    let mut named: Vec<usize> = (0..sums.adds.len()).filter(|barrier| weight(*barrier) > LEAST).collect();
    named.sort_by(|a, b| weight(*b).total_cmp(&weight(*a)));
    named.truncate(MOST);
    named
}

#[cfg(test)]
mod tests {
    use super::{ByBarrier, named};

    #[test]
    fn only_what_raises_the_chance_and_is_borne_out_is_named() {
        let sums = ByBarrier {
            adds: vec![0.5, 0.9, -0.4, 0.05, 0.3, 0.2],
            borne_out: vec![0.5, 0.0, 0.2, 0.05, 0.6, 0.2],
            other: 2.0,
        };
        assert_eq!(named(&sums), [0, 4, 5]);
    }
}
