//! Explaining: what each appointment's features add to its chance, gathered by the barrier that they hint at, in plain words.

mod picture;
mod reasons;
mod words;

pub use picture::{BarrierShare, GroupPicture, Picture, Raised, Span, picture};
pub use reasons::{Reason, reasons};
pub use words::picture_text;

use crate::features::Matrix;
use crate::model::Saved;

/// What every feature adds to the log-odds of some appointments, and which barrier each hints at.
pub(crate) struct Contributions {
    /// Barrier of each feature, as a position in the feature set's list; `None` for a feature that hints at none.
    barrier_of: Vec<Option<usize>>,
    /// A row of features after another.
    adds: Vec<f64>,
    /// Whether each value bears out its barrier's words, in the same order.
    hints: Vec<bool>,
    /// The values, a column for each feature.
    values: Vec<Vec<f64>>,
    barriers: usize,
}

/// What the features of one appointment add, by barrier.
pub(crate) struct ByBarrier {
    /// All that a barrier's features add.
    pub adds: Vec<f64>,
    /// Only what those add whose value bears out the words.
    pub borne_out: Vec<f64>,
    /// What features without a barrier add.
    pub other: f64,
}

impl Contributions {
    /// Works them out: exactly for the linear model, as Shapley values for trees (Lundberg et al., Nature Machine Intelligence 2
    /// (2020) 56–67), both against an average appointment of the fitting.
    pub(crate) fn new(saved: &Saved, matrix: &Matrix, rows: &[usize]) -> Self {
        let set = &saved.features;
        let own: Vec<Option<&Vec<f64>>> = saved
            .used
            .iter()
            .map(|id| matrix.features.iter().position(|other| other == id).map(|place| &matrix.columns[place]))
            .collect();
        let value = |feature: usize, row: usize| own[feature].map_or(f64::NAN, |column| column[row]);
        let few = Matrix {
            features: saved.used.clone(),
            columns: (0..own.len()).map(|feature| rows.iter().map(|row| value(feature, *row)).collect()).collect(),
        };
        let places: Vec<usize> = (0..rows.len()).collect();
        let features: Vec<Option<&crate::features::Feature>> =
            saved.used.iter().map(|id| set.feature.iter().find(|feature| feature.id == *id)).collect();
        let position = |id: &String| set.barrier.iter().position(|barrier| barrier.id == *id);
        let hints = |place: &usize| -> Vec<bool> {
            features
                .iter()
                .zip(&few.columns)
                .map(|(feature, column)| feature.is_some_and(|feature| feature.hints(column[*place])))
                .collect()
        };
        Self {
            barrier_of: features.iter().map(|feature| position((*feature)?.barrier.as_ref()?)).collect(),
            hints: places.iter().flat_map(hints).collect(),
            adds: saved.model.contributions(&few, &places),
            barriers: set.barrier.len(),
            values: few.columns,
        }
    }

    /// A barrier in the closer words of the feature that adds most to it for one of the rows, where there are some.
    pub(crate) fn closer<'a>(&self, saved: &'a Saved, place: usize, barrier: usize) -> Option<&'a str> {
        let count = self.barrier_of.len();
        let adds = |feature: &usize| self.adds[place * count + feature];
        let of_barrier = (0..count).filter(|feature| self.barrier_of[*feature] == Some(barrier));
        let most = of_barrier.max_by(|one, other| adds(one).total_cmp(&adds(other)))?;
        let feature = saved.features.feature.iter().find(|own| own.id == saved.used[most])?;
        feature.words(self.values[most][place])
    }

    /// The sums of one of the rows, by its place among those asked for.
    pub(crate) fn by_barrier(&self, place: usize) -> ByBarrier {
        let count = self.barrier_of.len();
        let span = place * count..(place + 1) * count;
        let mut sums = ByBarrier { adds: vec![0.0; self.barriers], borne_out: vec![0.0; self.barriers], other: 0.0 };
        for ((barrier, adds), hints) in self.barrier_of.iter().zip(&self.adds[span.clone()]).zip(&self.hints[span]) {
            match barrier {
                None => sums.other += adds,
                Some(barrier) => {
                    sums.adds[*barrier] += adds;
                    sums.borne_out[*barrier] += if *hints { *adds } else { 0.0 };
                }
            }
        }
        sums
    }
}
