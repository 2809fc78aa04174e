//! Gradient-boosted trees by `forust-ml`, with the directions of the feature set and early stopping on later data, averaged with
//! the linear model: straight lines are steadier where trees have seen few appointments, and models that err differently err
//! less together.

use forust_ml::constraints::{Constraint, ConstraintMap};
use forust_ml::gradientbooster::{ContributionsMethod, GradientBooster, GrowPolicy, ImportanceMethod};
use forust_ml::objective::ObjectiveType;
use forust_ml::{Matrix as Columns, sampler::SampleMethod};
use serde::{Deserialize, Serialize};

use super::Logistic;
use super::flat::Flat;
use crate::PredictError;
use crate::features::{Direction, Matrix};

/// Most trees.
const TREES: usize = 600;
/// Trees without improvement on the later data after which no more are grown.
const PATIENCE: usize = 30;

/// What is tried out.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// Depth of a tree.
    pub depth: usize,
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
        Self { depth: 3, leaf_weight: 20.0, rate: 0.08, ridge: 1.0 },
        Self { depth: 3, leaf_weight: 60.0, rate: 0.05, ridge: 10.0 },
        Self { depth: 4, leaf_weight: 20.0, rate: 0.05, ridge: 10.0 },
        Self { depth: 4, leaf_weight: 60.0, rate: 0.04, ridge: 10.0 },
        Self { depth: 5, leaf_weight: 40.0, rate: 0.03, ridge: 30.0 },
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

/// What trees are grown from.
#[derive(Clone, Copy)]
pub struct Ground<'a> {
    /// The features.
    pub matrix: &'a Matrix,
    /// Which way the risk may go with each.
    pub directions: &'a [Option<Direction>],
    /// To grow on.
    pub fit: Part<'a>,
    /// To stop by.
    pub later: Part<'a>,
}

/// Fitted trees, and the linear model that they are averaged with.
#[derive(Serialize, Deserialize)]
pub struct Boosted {
    /// What they were grown with.
    pub settings: Settings,
    /// The linear model.
    pub linear: Logistic,
    /// Its share of the log-odds (0–1).
    pub linear_share: f64,
    trees: GradientBooster,
}

impl Boosted {
    /// Grows trees; the linear model has no share yet.
    pub fn grow(ground: &Ground<'_>, settings: Settings, linear: Logistic, seed: u64) -> Result<Self, PredictError> {
        Ok(Self { settings, linear, linear_share: 0.0, trees: grow(ground, settings, seed)? })
    }

    /// Log-odds of some rows.
    pub(crate) fn log_odds(&self, matrix: &Matrix, rows: &[usize]) -> Vec<f64> {
        let mut sums = self.of_trees(matrix, rows);
        if self.linear_share > 0.0 {
            for (sum, linear) in sums.iter_mut().zip(self.linear.log_odds(matrix, rows)) {
                *sum = (1.0 - self.linear_share) * *sum + self.linear_share * linear;
            }
        }
        sums
    }

    /// Log-odds by the trees alone.
    pub(crate) fn of_trees(&self, matrix: &Matrix, rows: &[usize]) -> Vec<f64> {
        match Flat::new(&self.trees, matrix.columns.len()) {
            Some(flat) => flat.log_odds(matrix, rows),
            None => with_columns(matrix, rows, |data| self.trees.predict(data, true)),
        }
    }

    /// What each feature adds to the log-odds of some rows (Shapley values), a row after another, and the same for all last.
    pub(crate) fn contributions(&self, matrix: &Matrix, rows: &[usize]) -> Vec<f64> {
        let of = |data: &Columns<'_, f64>| self.trees.predict_contributions(data, ContributionsMethod::Shapley, true);
        let mut adds = with_columns(matrix, rows, of);
        let share = self.linear_share;
        for (row, adds) in rows.iter().zip(adds.chunks_mut(matrix.columns.len() + 1)) {
            let linear =
                self.linear.coefficients.iter().zip(&matrix.columns).map(|(own, column)| own.adds(column[*row]));
            for (add, linear) in adds.iter_mut().zip(linear.chain([self.linear.intercept])) {
                *add = (1.0 - share) * *add + share * linear;
            }
        }
        adds
    }

    /// Number of trees.
    pub fn trees(&self) -> usize {
        self.trees.trees.len()
    }

    /// Share of what moves the log-odds that each feature brings, by position: of the trees' improvement, and of the linear
    /// weights.
    pub fn importance(&self) -> Vec<f64> {
        let gains = self.trees.calculate_feature_importance(ImportanceMethod::TotalGain, true);
        let gain = |feature: usize| gains.get(&feature).copied().map_or(0.0, f64::from);
        let shares = self.linear.importance().into_iter().enumerate();
        shares.map(|(feature, linear)| (1.0 - self.linear_share) * gain(feature) + self.linear_share * linear).collect()
    }
}

fn with_columns<T>(matrix: &Matrix, rows: &[usize], of: impl Fn(&Columns<'_, f64>) -> T) -> T {
    let values = matrix.of_rows(rows);
    of(&Columns::new(&values, rows.len(), matrix.columns.len()))
}

fn grow(ground: &Ground<'_>, settings: Settings, seed: u64) -> Result<GradientBooster, PredictError> {
    let constraint = |(feature, direction): (usize, &Option<Direction>)| {
        let constraint = match direction.as_ref()? {
            Direction::Rises => Constraint::Positive,
            Direction::Falls => Constraint::Negative,
        };
        Some((feature, constraint))
    };
    let constraints: ConstraintMap = ground.directions.iter().enumerate().filter_map(constraint).collect();
    let mut trees = GradientBooster::default()
        .set_objective_type(ObjectiveType::LogLoss)
        .set_iterations(TREES)
        .set_learning_rate(settings.rate)
        .set_max_depth(settings.depth)
        .set_min_leaf_weight(settings.leaf_weight)
        .set_l2(settings.ridge)
        .set_initialize_base_score(true)
        .set_monotone_constraints(Some(constraints))
        .set_sample_method(SampleMethod::None)
        .set_early_stopping_rounds(Some(PATIENCE))
        .set_seed(seed);
    // Leaf by leaf, the crate goes on at the leaf with the largest gain of its own and not of its split, which fits worse.
    trees.grow_policy = GrowPolicy::DepthWise;
    // A third less time; sums are added in another order, but always the same one.
    trees.tiled_histograms = true;
    let outcomes =
        |part: &Part<'_>| part.missed.iter().map(|missed| f64::from(u8::from(*missed))).collect::<Vec<f64>>();
    let (outcome, later_outcome) = (outcomes(&ground.fit), outcomes(&ground.later));
    let (weights, later_weights) = (vec![1.0; outcome.len()], vec![1.0; later_outcome.len()]);
    let later_values = ground.matrix.of_rows(ground.later.rows);
    let later = Columns::new(&later_values, later_outcome.len(), ground.matrix.columns.len());
    let values = ground.matrix.of_rows(ground.fit.rows);
    let data = Columns::new(&values, outcome.len(), ground.matrix.columns.len());
    trees
        .fit(&data, &outcome, &weights, Some(vec![(later, &later_outcome, &later_weights)]))
        .map_err(|error| PredictError::Fit(error.to_string()))?;
    // What was only needed for fitting is not kept; it has no order that is the same each time.
    trees.evaluation_history = None;
    trees.monotone_constraints = None;
    if let Some(best) = trees.prediction_iteration {
        trees.trees.truncate(best);
    }
    Ok(trees)
}

#[cfg(test)]
mod tests {
    use rand::{RngExt, SeedableRng};
    use rand_xoshiro::Xoshiro256PlusPlus;

    use super::{Boosted, Ground, Settings, with_columns};
    use crate::features::{Direction, Matrix};
    use crate::model::{Logistic, part};

    /// Made-up rows: a feature that matters, one with gaps, one without meaning.
    fn made_up(rows: usize) -> (Matrix, Vec<bool>) {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(2);
        let (mut columns, mut missed) = (vec![Vec::new(); 3], Vec::new());
        for _ in 0..rows {
            let own = [random.random::<f64>(), f64::from(random.random_range(0..9_u32)), random.random::<f64>()];
            let known = random.random::<f64>() < 0.7;
            let log_odds = 3.0 * own[0] - 2.5 + if known { 0.2 * own[1] } else { 1.5 };
            missed.push(random.random::<f64>() < 1.0 / (1.0 + (-log_odds).exp()));
            columns[0].push(own[0]);
            columns[1].push(if known { own[1] } else { f64::NAN });
            columns[2].push(own[2]);
        }
        (Matrix { features: ["a", "b", "c"].map(str::to_owned).to_vec(), columns }, missed)
    }

    fn grown(matrix: &Matrix, missed: &[bool], settings: Settings) -> Boosted {
        let rows: Vec<usize> = (0..missed.len()).collect();
        let (early, late) = rows.split_at(missed.len() * 3 / 4);
        let linear = Logistic::fit(matrix, &[false; 3], early, &missed[..early.len()], 1.0, None).unwrap();
        let fit = part(early, &missed[..early.len()]);
        let later = part(late, &missed[early.len()..]);
        let directions = [Some(Direction::Rises), None, None];
        let ground = Ground { matrix, directions: &directions, fit, later };
        Boosted::grow(&ground, settings, linear, 1).unwrap()
    }

    #[test]
    fn the_fast_layout_gives_what_the_crate_gives_to_the_last_bit() {
        let (mut matrix, missed) = made_up(4_000);
        for settings in [Settings::TRIED[0], Settings::TRIED[4]] {
            let boosted = grown(&matrix, &missed, settings);
            assert!(boosted.trees() > 20);
            // Values never seen, on every side, and at the split values themselves.
            for (place, value) in [f64::INFINITY, f64::NEG_INFINITY, -0.0, 1e300, f64::NAN].into_iter().enumerate() {
                matrix.columns[0][place] = value;
                matrix.columns[1][place + 1] = value;
            }
            let rows: Vec<usize> = (0..missed.len()).rev().collect();
            let by_crate = with_columns(&matrix, &rows, |data| boosted.trees.predict(data, false));
            let bits = |values: Vec<f64>| values.into_iter().map(f64::to_bits).collect::<Vec<u64>>();
            assert_eq!(bits(boosted.of_trees(&matrix, &rows)), bits(by_crate));
        }
    }

    #[test]
    fn contributions_add_up_and_the_direction_holds() {
        let (matrix, missed) = made_up(4_000);
        let mut boosted = grown(&matrix, &missed, Settings::TRIED[1]);
        boosted.linear_share = 0.2;
        let rows: Vec<usize> = (0..40).collect();
        let (log_odds, adds) = (boosted.log_odds(&matrix, &rows), boosted.contributions(&matrix, &rows));
        for (log_odds, adds) in log_odds.iter().zip(adds.chunks(4)) {
            assert!((adds.iter().sum::<f64>() - log_odds).abs() < 1e-4, "{adds:?} {log_odds}");
        }
        assert!((boosted.importance().iter().sum::<f64>() - 1.0).abs() < 1e-5);
        let mut higher = matrix.clone();
        for value in &mut higher.columns[0] {
            *value += 0.3;
        }
        let rises = boosted.of_trees(&higher, &rows).into_iter().zip(boosted.of_trees(&matrix, &rows));
        assert!(rises.into_iter().all(|(after, before)| after >= before));
    }
}
