//! The score itself: points of each input relative to the peers, weighted mean, interval and places by simulation.

use rand::SeedableRng;
use rand_distr::{Distribution, StandardNormal};
use rand_xoshiro::Xoshiro256PlusPlus;

use super::definition::{Measured, Scaling, ScoreDefinition};
use super::stability::{Sensitivity, sensitivity};
use crate::interval::{Confidence, Estimate};
use crate::refusal::Refusal;

/// How the uncertainty is simulated.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ScoreOptions {
    /// Level of the intervals.
    pub confidence: Confidence,
    /// Draws, at least 200.
    pub draws: usize,
    /// Seed of the draws.
    pub seed: u64,
}

/// One unit's score.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitScore {
    /// Score from 0 (best of the peers on every input) to 100 (worst of the peers on every input).
    pub score: Estimate,
    /// Place, 1 = highest score, with the interval of its place in the draws; units with equal scores share one.
    pub place: Estimate,
    /// Share of draws in which the unit keeps its place.
    pub keeps_place: f64,
    /// Share of draws in which it is among the highest fifth of places.
    pub highest_fifth: f64,
    /// What each input adds to the score; adds up to it.
    pub parts: Vec<f64>,
}

/// Scores of all units, and what would be otherwise with other weights.
#[derive(Clone, Debug, PartialEq)]
pub struct Scores {
    /// By unit.
    pub units: Vec<UnitScore>,
    /// By input.
    pub sensitivity: Vec<Sensitivity>,
    /// Mean rank correlation of the draws with the score: 1 = chance does not move the order.
    pub rank_stability: f64,
    /// Units that have an input of which the error is taken as 0.
    pub without_error: usize,
}

impl Scores {
    /// Positions of the units, the highest score first: where to look first.
    pub fn highest_first(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.units.len()).collect();
        order.sort_by(|one, other| self.units[*other].score.value.total_cmp(&self.units[*one].score.value));
        order
    }
}

/// The relative score of every unit of a peer set.
///
/// SOURCE: OECD and European Commission, Joint Research Centre, *Handbook on Constructing Composite Indicators* (2008),
/// steps 5 (normalisation), 6 (weighting) and 7 (robustness and sensitivity).
pub fn scores(definition: &ScoreDefinition, options: &ScoreOptions) -> Result<Scores, Refusal> {
    definition.check()?;
    if !(200..=100_000).contains(&options.draws) {
        return Err(Refusal::option("draws", "a whole number from 200 to 100000"));
    }
    let weights = definition.weights();
    let points = Points::new(definition);
    let own: Vec<Vec<f64>> =
        definition.values.iter().map(|values| values.iter().map(|own| own.value).collect()).collect();
    let own: Vec<Vec<f64>> = own.iter().enumerate().map(|(input, values)| points.of(input, values)).collect();
    let base = weighted(&own, &weights);
    let drawn = draws(definition, &points, &weights, options);
    let places = places(&base);
    let count = base.len();
    let fifth = (count as f64 / 5.0).ceil();
    let mut units = Vec::with_capacity(count);
    let drawn_places: Vec<Vec<f64>> = drawn.iter().map(|scores| self::places(scores)).collect();
    let share = |of: &dyn Fn(&Vec<f64>) -> bool| {
        drawn_places.iter().filter(|places| of(places)).count() as f64 / options.draws as f64
    };
    for unit in 0..count {
        let tail = options.confidence.tail();
        units.push(UnitScore {
            score: limits(base[unit], drawn.iter().map(|scores| scores[unit].clamp(0.0, 100.0)), tail, false),
            place: limits(places[unit], drawn_places.iter().map(|places| places[unit]), tail, true),
            keeps_place: share(&|drawn| drawn[unit].total_cmp(&places[unit]).is_eq()),
            highest_fifth: share(&|drawn| drawn[unit] <= fifth),
            parts: own.iter().zip(&weights).map(|(values, weight)| values[unit] * weight).collect(),
        });
    }
    let known = |unit: usize| definition.values.iter().any(|values| values[unit].error == 0.0);
    let stability = drawn.iter().map(|scores| super::stability::rank_correlation(&base, scores)).sum::<f64>();
    Ok(Scores {
        units,
        sensitivity: sensitivity(&own, &weights, &base),
        rank_stability: stability / options.draws as f64,
        without_error: (0..count).filter(|unit| known(*unit)).count(),
    })
}

/// The peers' scale of each input: its best and worst observed value, fixed through all draws.
struct Points {
    ends: Vec<(f64, f64)>,
    scaling: Scaling,
}

impl Points {
    fn new(definition: &ScoreDefinition) -> Self {
        let ends = definition.inputs.iter().zip(&definition.values).map(|(input, values)| {
            let bad = |own: &Measured| own.value * input.better.sign();
            let low = values.iter().map(bad).fold(f64::INFINITY, f64::min);
            let high = values.iter().map(bad).fold(f64::NEG_INFINITY, f64::max);
            if input.better.sign() > 0.0 { (low, high) } else { (-low, -high) }
        });
        Self { ends: ends.collect(), scaling: definition.scaling }
    }

    /// Points of an input's values, 0 good to 100 bad; a draw beyond the observed ends goes beyond 0 and 100.
    fn of(&self, input: usize, values: &[f64]) -> Vec<f64> {
        let (best, worst) = self.ends[input];
        let along = values.iter().map(|value| 100.0 * ((value - best) / (worst - best)));
        match self.scaling {
            Scaling::Range => along.collect(),
            Scaling::Place => {
                let along: Vec<f64> = along.collect();
                let last = (values.len() - 1) as f64;
                mean_places(&along).into_iter().map(|place| 100.0 * place / last).collect()
            }
        }
    }
}

/// Scores of each draw: every value drawn from a normal distribution about itself.
fn draws(definition: &ScoreDefinition, points: &Points, weights: &[f64], options: &ScoreOptions) -> Vec<Vec<f64>> {
    let mut random = Xoshiro256PlusPlus::seed_from_u64(options.seed);
    let mut draw = |own: &Measured| {
        let normal: f64 = StandardNormal.sample(&mut random);
        own.value + own.error * normal
    };
    let mut one = || {
        let drawn = definition.values.iter().enumerate();
        let drawn: Vec<Vec<f64>> =
            drawn.map(|(input, values)| points.of(input, &values.iter().map(&mut draw).collect::<Vec<_>>())).collect();
        weighted(&drawn, weights)
    };
    (0..options.draws).map(|_| one()).collect()
}

/// Weighted mean of the inputs' points by unit.
pub(super) fn weighted(points: &[Vec<f64>], weights: &[f64]) -> Vec<f64> {
    let count = points.first().map_or(0, Vec::len);
    let own = |unit: usize| points.iter().zip(weights).map(|(points, weight)| points[unit] * weight).sum();
    (0..count).map(own).collect()
}

/// Places from 1 for the highest; equals share the first of theirs.
pub(super) fn places(scores: &[f64]) -> Vec<f64> {
    let mut sorted = scores.to_vec();
    sorted.sort_by(|one, other| other.total_cmp(one));
    let above = |score: &f64| sorted.partition_point(|own| own.total_cmp(score).is_gt());
    scores.iter().map(|score| (above(score) + 1) as f64).collect()
}

/// Places from 0 for the lowest; equals share the mean of theirs.
pub(super) fn mean_places(values: &[f64]) -> Vec<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = |value: &f64| {
        let below = sorted.partition_point(|own| own.total_cmp(value).is_lt());
        let upto = sorted.partition_point(|own| own.total_cmp(value).is_le());
        (below + upto - 1) as f64 / 2.0
    };
    values.iter().map(place).collect()
}

/// An estimate with the quantiles of its draws, widened to hold it where needed; places take whole numbers outwards.
fn limits(value: f64, draws: impl Iterator<Item = f64>, tail: f64, whole: bool) -> Estimate {
    let mut sorted: Vec<f64> = draws.collect();
    sorted.sort_by(f64::total_cmp);
    let quantile = |share: f64| {
        let place = (sorted.len() - 1) as f64 * share;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a place within the draws")]
        let below = place.floor() as usize;
        let above = (below + 1).min(sorted.len() - 1);
        sorted[below] + (place - place.floor()) * (sorted[above] - sorted[below])
    };
    let (mut lower, mut upper) = (quantile(tail), quantile(1.0 - tail));
    if whole {
        (lower, upper) = (lower.floor(), upper.ceil());
    }
    Estimate { value, lower: lower.min(value), upper: upper.max(value) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{ScoreOptions, mean_places, places, scores};
    use crate::interval::{Better, Confidence};
    use crate::score::definition::{Input, Measured, Scaling, ScoreDefinition};

    fn input(name: &str, better: Better, weight: f64) -> Input {
        Input { name: name.to_owned(), better, weight, source: "agreed by the board".to_owned() }
    }

    fn definition(columns: &[(&str, Better, f64, &[f64])], error: f64, scaling: Scaling) -> ScoreDefinition {
        let values = columns
            .iter()
            .map(|(_, _, _, values)| values.iter().map(|value| Measured { value: *value, error }).collect::<Vec<_>>());
        ScoreDefinition {
            inputs: columns.iter().map(|(name, better, weight, _)| input(name, *better, *weight)).collect(),
            units: (0..columns[0].3.len()).map(|unit| format!("unit {unit}")).collect(),
            values: values.collect(),
            scaling,
        }
    }

    fn options() -> ScoreOptions {
        ScoreOptions { confidence: Confidence::new(0.95).unwrap(), draws: 2000, seed: 1 }
    }

    #[test]
    fn a_score_worked_by_hand() {
        let columns: &[(&str, Better, f64, &[f64])] = &[
            ("missed", Better::Lower, 3.0, &[5.0, 10.0, 15.0]),
            ("screened", Better::Higher, 1.0, &[40.0, 80.0, 60.0]),
        ];
        let own = scores(&definition(columns, 0.0, Scaling::Range), &options()).unwrap();
        let got: Vec<f64> = own.units.iter().map(|unit| unit.score.value).collect();
        for (got, want) in got.iter().zip([25.0, 37.5, 87.5]) {
            assert!((got - want).abs() < 1e-12);
        }
        assert!(own.units[2].place.value <= 1.0);
        assert!(own.units[2].keeps_place >= 1.0);
        assert!((own.units[1].parts.iter().sum::<f64>() - 37.5).abs() < 1e-12);
        assert_eq!(own.without_error, 3);
        let rank = scores(&definition(columns, 0.0, Scaling::Place), &options()).unwrap();
        assert!((rank.units[1].score.value - 37.5).abs() < 1e-12);
    }

    /// With fixed ends the score is linear in the values: its standard error is known.
    #[test]
    fn the_interval_is_that_of_the_linear_sum() {
        let columns: &[(&str, Better, f64, &[f64])] = &[
            ("missed", Better::Lower, 1.0, &[0.0, 50.0, 100.0]),
            ("screened", Better::Higher, 1.0, &[0.0, 50.0, 100.0]),
        ];
        let many = ScoreOptions { draws: 40_000, ..options() };
        let own = scores(&definition(columns, 4.0, Scaling::Range), &many).unwrap();
        let half = 1.96 * 4.0 * (0.5_f64).sqrt();
        let middle = own.units[1].score;
        assert!((middle.upper - middle.lower - 2.0 * half).abs() < 0.15, "{middle:?}");
    }

    #[test]
    fn errors_as_large_as_the_differences_leave_no_order_and_small_ones_leave_it() {
        let columns: &[(&str, Better, f64, &[f64])] =
            &[("missed", Better::Lower, 1.0, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0])];
        let sure = scores(&definition(columns, 0.01, Scaling::Range), &options()).unwrap();
        assert!(sure.rank_stability > 0.999 && sure.units.iter().all(|unit| unit.keeps_place > 0.99));
        let unsure = scores(&definition(columns, 10.0, Scaling::Range), &options()).unwrap();
        assert!(unsure.rank_stability < 0.5 && unsure.units[9].keeps_place < 0.5);
        assert!(unsure.units[5].place.upper - unsure.units[5].place.lower >= 7.0);
    }

    #[test]
    fn definitions_that_make_no_score_are_refused() {
        let good: &[(&str, Better, f64, &[f64])] = &[("missed", Better::Lower, 1.0, &[1.0, 2.0, 3.0])];
        let mut spoilt = Vec::new();
        for change in 0..6 {
            let mut own = definition(good, 0.1, Scaling::Range);
            match change {
                0 => own.inputs[0].weight = 0.0,
                1 => own.inputs[0].weight = f64::INFINITY,
                2 => own.inputs[0].source = " ".to_owned(),
                3 => own.values[0] = vec![Measured { value: 1.0, error: 0.1 }; 3],
                4 => own.values[0][1].error = -1.0,
                _ => own.values[0].truncate(2),
            }
            spoilt.push(own);
        }
        assert!(spoilt.iter().all(|own| scores(own, &options()).is_err()));
        assert!(scores(&definition(good, 0.1, Scaling::Range), &options()).is_ok());
    }

    #[test]
    fn equals_share_their_place() {
        assert_eq!(places(&[3.0, 5.0, 3.0]), [2.0, 1.0, 2.0]);
        assert_eq!(mean_places(&[3.0, 5.0, 3.0]), [0.5, 2.0, 0.5]);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 40, ..ProptestConfig::default() })]

        #[test]
        fn scores_stay_in_their_range_and_ignore_units_of_inputs_and_of_weights(
            values in proptest::collection::vec((-50_i16..50, -50_i16..50), 3..15),
            error in 0.0_f64..20.0,
            by_place: bool,
        ) {
            let scaling = if by_place { Scaling::Place } else { Scaling::Range };
            let (one, other): (Vec<f64>, Vec<f64>) = values.iter().map(|(a, b)| (f64::from(*a), f64::from(*b))).unzip();
            let scaled: Vec<f64> = one.iter().map(|value| 8.0 * value + 16.0).collect();
            let few = ScoreOptions { draws: 200, ..options() };
            let plain = definition(&[("a", Better::Lower, 1.0, &one), ("b", Better::Higher, 3.0, &other)], error, scaling);
            let moved = definition(&[("a", Better::Lower, 2.0, &scaled), ("b", Better::Higher, 6.0, &other)], error, scaling);
            let Ok(plain) = scores(&plain, &few) else { return Ok(()) };
            let moved = scores(&moved, &few).unwrap();
            for (plain, moved) in plain.units.iter().zip(&moved.units) {
                prop_assert!(plain.score.holds(plain.score.value) && plain.place.holds(plain.place.value));
                prop_assert!(plain.score.lower >= -1e-9 && plain.score.upper <= 100.0 + 1e-9);
                prop_assert!((plain.score.value - moved.score.value).abs() < 1e-9);
                prop_assert!((plain.parts.iter().sum::<f64>() - plain.score.value).abs() < 1e-9);
            }
        }
    }
}
