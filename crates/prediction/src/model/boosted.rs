//! Gradient-boosted trees by `forust-ml`, with the directions of the feature set and early stopping on later data.

use std::collections::HashMap;

use forust_ml::constraints::{Constraint, ConstraintMap};
use forust_ml::gradientbooster::{GradientBooster, GrowPolicy};
use forust_ml::objective::ObjectiveType;
use forust_ml::{Matrix as Columns, sampler::SampleMethod};
use serde::{Deserialize, Serialize};

use crate::PredictError;
use crate::features::{Direction, Matrix};

/// Most trees.
const TREES: usize = 600;
/// Trees without improvement on the later data after which no more are grown.
const PATIENCE: usize = 30;
/// Deepest tree.
const DEPTH: usize = 12;

/// What is tried out.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Most leaves of a tree.
    pub leaves: usize,
    /// Least weight of a leaf (sum of p(1 − p)).
    pub leaf_weight: f32,
    /// How much of each tree is taken.
    pub rate: f32,
    /// Ridge on the leaves.
    pub ridge: f32,
}

impl Settings {
    /// What is tried: the same few for every file, so that the effort is known beforehand.
    pub const TRIED: [Self; 5] = [
        Self { leaves: 8, leaf_weight: 20.0, rate: 0.08, ridge: 1.0 },
        Self { leaves: 8, leaf_weight: 60.0, rate: 0.05, ridge: 10.0 },
        Self { leaves: 16, leaf_weight: 20.0, rate: 0.05, ridge: 10.0 },
        Self { leaves: 16, leaf_weight: 60.0, rate: 0.04, ridge: 10.0 },
        Self { leaves: 31, leaf_weight: 40.0, rate: 0.03, ridge: 30.0 },
    ];
}

/// Rows with outcomes.
#[derive(Clone, Copy)]
pub struct Part<'a> {
    /// The rows.
    pub rows: &'a [usize],
    /// Whether each was missed.
    pub missed: &'a [bool],
}

/// Fitted trees.
#[derive(Serialize, Deserialize)]
pub struct Boosted {
    /// What they were grown with.
    pub settings: Settings,
    trees: GradientBooster,
}

impl Boosted {
    /// Grows trees on `fit` until `later` is predicted no better.
    pub fn fit(
        matrix: &Matrix,
        directions: &[Option<Direction>],
        fit: Part<'_>,
        later: Part<'_>,
        settings: Settings,
        seed: u64,
    ) -> Result<Self, PredictError> {
        let constraint = |(feature, direction): (usize, &Option<Direction>)| {
            let constraint = match direction.as_ref()? {
                Direction::Rises => Constraint::Positive,
                Direction::Falls => Constraint::Negative,
            };
            Some((feature, constraint))
        };
        let constraints: ConstraintMap = directions.iter().enumerate().filter_map(constraint).collect();
        let mut trees = GradientBooster::default()
            .set_objective_type(ObjectiveType::LogLoss)
            .set_iterations(TREES)
            .set_learning_rate(settings.rate)
            .set_max_depth(DEPTH)
            .set_max_leaves(settings.leaves)
            .set_min_leaf_weight(settings.leaf_weight)
            .set_l2(settings.ridge)
            .set_initialize_base_score(true)
            .set_monotone_constraints(Some(constraints))
            .set_sample_method(SampleMethod::None)
            .set_early_stopping_rounds(Some(PATIENCE))
            .set_seed(seed);
        trees.grow_policy = GrowPolicy::LossGuide;
        let columns = matrix.columns.len();
        let (values, later_values) = (matrix.of_rows(fit.rows), matrix.of_rows(later.rows));
        let (outcome, later_outcome) = (numbers(fit.missed), numbers(later.missed));
        let (weights, later_weights) = (vec![1.0; outcome.len()], vec![1.0; later_outcome.len()]);
        let data = Columns::new(&values, fit.rows.len(), columns);
        let later_data = Columns::new(&later_values, later.rows.len(), columns);
        trees
            .fit(&data, &outcome, &weights, Some(vec![(later_data, &later_outcome, &later_weights)]))
            .map_err(|error| PredictError::Fit(error.to_string()))?;
        // What was only needed for fitting is not kept; it has no order that is the same each time.
        trees.evaluation_history = None;
        trees.monotone_constraints = None;
        if let Some(best) = trees.prediction_iteration {
            trees.trees.truncate(best);
        }
        Ok(Self { settings, trees })
    }

    /// Log-odds of some rows.
    pub(crate) fn log_odds(&self, matrix: &Matrix, rows: &[usize]) -> Vec<f64> {
        let values = matrix.of_rows(rows);
        self.trees.predict(&Columns::new(&values, rows.len(), matrix.columns.len()), true)
    }

    /// What each feature adds to the log-odds of some rows (Shapley values), a row after another, and the same for all last.
    pub(crate) fn contributions(&self, matrix: &Matrix, rows: &[usize]) -> Vec<f64> {
        let values = matrix.of_rows(rows);
        let data = Columns::new(&values, rows.len(), matrix.columns.len());
        self.trees.predict_contributions(&data, forust_ml::gradientbooster::ContributionsMethod::Shapley, true)
    }

    /// Number of trees.
    pub fn trees(&self) -> usize {
        self.trees.trees.len()
    }

    /// Share of the improvement that each feature brought, by position; features never split on are absent.
    pub fn gains(&self) -> HashMap<usize, f32> {
        self.trees.calculate_feature_importance(forust_ml::gradientbooster::ImportanceMethod::TotalGain, true)
    }
}

fn numbers(missed: &[bool]) -> Vec<f64> {
    missed.iter().map(|missed| f64::from(u8::from(*missed))).collect()
}
