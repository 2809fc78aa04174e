//! Explaining: what each appointment's features add to its chance, gathered by the barrier that they hint at, in plain words.

mod picture;
mod reasons;
mod words;

pub use picture::{BarrierShare, GroupPicture, Picture, Raised, Span, picture};
pub use reasons::{Reason, reasons};
pub use words::picture_text;

use crate::features::{Feature, FeatureSet, Matrix};
use crate::model::{Model, Saved};

/// Appointments that are enough to know what features usually add; Shapley values are slow.
const USUAL_OF: usize = 1_000;
/// Fewest appointments of which a barrier's words do not hold; of fewer, nothing usual is known.
const FEWEST: usize = 50;

/// What each feature adds, on average, where its barrier's words do not hold: nothing for features whose words hold always. A
/// reason is measured against this, for against an average appointment a barrier that many have would seem the smaller for it.
pub(crate) fn usual(model: &Model, set: &FeatureSet, matrix: &Matrix, rows: &[usize]) -> Vec<f64> {
    let rows: Vec<usize> = rows.iter().copied().step_by(rows.len().div_ceil(USUAL_OF).max(1)).collect();
    let (adds, width) = (model.contributions(matrix, &rows), matrix.features.len());
    let of = |(place, id): (usize, &String)| {
        let feature = set.feature.iter().find(|own| own.id == *id).filter(|own| own.has_limits());
        let Some(feature) = feature else { return 0.0 };
        let is_without = |(_, row): &(usize, &usize)| !feature.hints(matrix.columns[place][**row]);
        let without: Vec<f64> =
            rows.iter().enumerate().filter(is_without).map(|(line, _)| adds[line * width + place]).collect();
        if without.len() < FEWEST { 0.0 } else { without.iter().sum::<f64>() / without.len() as f64 }
    };
    matrix.features.iter().enumerate().map(of).collect()
}

/// What every feature adds to the log-odds of some appointments, and which barrier each hints at.
pub(crate) struct Contributions {
    /// Barrier of each feature, as a position in the feature set's list; `None` for a feature that hints at none.
    barrier_of: Vec<Option<usize>>,
    /// A row of features after another.
    adds: Vec<f64>,
    /// What each feature usually adds where its barrier's words do not hold.
    usual: Vec<f64>,
    /// Whether each value bears out its barrier's words, in the same order.
    hints: Vec<bool>,
    /// The values, a column for each feature.
    values: Vec<Vec<f64>>,
    barriers: usize,
}

/// What the features of one appointment add, by barrier.
pub(crate) struct ByBarrier {
    /// All that a barrier's features add to what is usual.
    pub adds: Vec<f64>,
    /// Only what those add whose value bears out the words.
    pub borne_out: Vec<f64>,
    /// What features without a barrier add.
    pub other: f64,
}

impl Contributions {
    /// Works them out: exactly for the linear model, as Shapley values for trees (Lundberg et al., Nature Machine Intelligence 2
    /// (2020) 56–67), both against an average appointment of the fitting; sums by barrier are against what is usual.
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
        let features: Vec<Option<&Feature>> =
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
            usual: saved.usual.clone(),
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
        let lines = self.barrier_of.iter().zip(&self.adds[span.clone()]).zip(&self.usual).zip(&self.hints[span]);
        for (((barrier, adds), usual), hints) in lines {
            let adds = adds - usual;
            match barrier {
                None => sums.other += adds,
                Some(barrier) => {
                    sums.adds[*barrier] += adds;
                    sums.borne_out[*barrier] += if *hints { adds } else { 0.0 };
                }
            }
        }
        sums
    }
}
