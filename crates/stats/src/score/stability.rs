//! What the order of units owes to each weight: the input left out, halved and doubled.

use super::local::{mean_places, places, weighted};

/// What another weight of one input would change.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Reweighted {
    /// Factor on the weight; the others keep their proportions.
    pub factor: f64,
    /// Rank correlation (Spearman) of the new scores with the old; `None` when the new scores are all the same, or when no
    /// weight would be left.
    pub rank_correlation: Option<f64>,
    /// Largest change of a place, and whose.
    pub largest_move: Option<(f64, usize)>,
    /// Whether the unit or units with the highest score stay the same.
    pub same_highest: Option<bool>,
}

impl Reweighted {
    /// What is done with the weight, in words.
    pub fn what(&self) -> &'static str {
        match self.factor {
            factor if factor <= 0.0 => "left out",
            factor if factor < 1.0 => "at half its weight",
            _ => "at double its weight",
        }
    }

    /// What that moves, in words.
    pub fn moved(&self, units: &[String]) -> String {
        let (Some((most, unit)), Some(same)) = (self.largest_move, self.same_highest) else {
            return "no weight would be left".to_owned();
        };
        let highest = if same { "the highest score stays where it is" } else { "another unit has the highest score" };
        let who = &units[unit];
        let most = if most > 0.0 { format!("{who} moves most, by {most:.0}") } else { "no unit moves".to_owned() };
        format!("{most}; {highest}")
    }
}

/// One input's weight, tried at 0, a half and double.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sensitivity {
    /// The weight as a share of all.
    pub weight: f64,
    /// Left out, halved, doubled.
    pub tried: [Reweighted; 3],
}

const FACTORS: [f64; 3] = [0.0, 0.5, 2.0];

/// Tries other weights of every input.
pub fn sensitivity(points: &[Vec<f64>], weights: &[f64], base: &[f64]) -> Vec<Sensitivity> {
    let tried = |input: usize| FACTORS.map(|factor| reweighted(points, weights, base, input, factor));
    (0..points.len()).map(|input| Sensitivity { weight: weights[input], tried: tried(input) }).collect()
}

fn reweighted(points: &[Vec<f64>], weights: &[f64], base: &[f64], input: usize, factor: f64) -> Reweighted {
    let mut changed = weights.to_vec();
    changed[input] *= factor;
    let total: f64 = changed.iter().sum();
    if total <= 0.0 {
        return Reweighted { factor, rank_correlation: None, largest_move: None, same_highest: None };
    }
    for weight in &mut changed {
        *weight /= total;
    }
    let scores = weighted(points, &changed);
    let (before, after) = (places(base), places(&scores));
    let moves = before.iter().zip(&after).map(|(before, after)| (before - after).abs()).enumerate();
    let largest = moves.fold((0.0, 0), |most, (unit, own)| if own > most.0 { (own, unit) } else { most });
    let first = |places: &[f64]| places.iter().map(|place| *place <= 1.0).collect::<Vec<_>>();
    let varies = scores.iter().any(|score| (score - scores[0]).abs() > 1e-12);
    Reweighted {
        factor,
        rank_correlation: varies.then(|| rank_correlation(base, &scores)),
        largest_move: Some(largest),
        same_highest: Some(first(&before) == first(&after)),
    }
}

/// Spearman's rank correlation, ties at the mean of their places; 0 where one side does not vary.
pub fn rank_correlation(one: &[f64], other: &[f64]) -> f64 {
    let (one, other) = (mean_places(one), mean_places(other));
    let centre = (one.len() as f64 - 1.0) / 2.0;
    let product = |left: &[f64], right: &[f64]| -> f64 {
        left.iter().zip(right).map(|(left, right)| (left - centre) * (right - centre)).sum()
    };
    let spread = (product(&one, &one) * product(&other, &other)).sqrt();
    if spread > 0.0 { product(&one, &other) / spread } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::{rank_correlation, sensitivity};
    use crate::score::local::weighted;

    #[test]
    fn an_input_that_decides_the_order_is_shown_to_decide_it() {
        let points = [vec![0.0, 50.0, 100.0], vec![100.0, 60.0, 0.0]];
        let weights = [0.9, 0.1];
        let own = sensitivity(&points, &weights, &weighted(&points, &weights));
        assert_eq!(own[0].tried[0].rank_correlation, Some(-1.0));
        assert_eq!(own[0].tried[0].same_highest, Some(false));
        assert_eq!(own[0].tried[0].largest_move, Some((2.0, 0)));
        assert_eq!(own[1].tried[0].rank_correlation, Some(1.0));
        assert_eq!(own[1].tried[2].same_highest, Some(true));
    }

    #[test]
    fn a_single_input_cannot_be_left_out() {
        let points = [vec![0.0, 50.0, 100.0]];
        let own = sensitivity(&points, &[1.0], &points[0]);
        assert_eq!(own[0].tried[0].rank_correlation, None);
        assert_eq!(own[0].tried[1].rank_correlation, Some(1.0));
    }

    /// R: `cor(c(1, 2, 2, 4), c(1, 3, 2, 4), method = "spearman")` = 0.948683298050514.
    #[test]
    fn the_rank_correlation_is_that_of_r() {
        let own = rank_correlation(&[1.0, 2.0, 2.0, 4.0], &[1.0, 3.0, 2.0, 4.0]);
        assert!((own - 0.948_683_298_050_514).abs() < 1e-14);
    }
}
