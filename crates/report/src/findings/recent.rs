//! Whether a series lately lies above or below its own earlier level, beyond its usual variation.
//!
//! The latest point, the latest half-year and the latest year are each set against everything before them; the surest of the
//! three is taken, and its p-value allows for there being three. How much points vary is learnt from the points themselves
//! (around both levels), never less than their counts make likely and, where neighbouring points go together, more: so a
//! hundred series may be looked at without finding a worsening that is none.

use evenly_stats::Estimate;
use evenly_stats::numeric::{t_quantile, t_upper};

/// One point: its value and the variance that its own counts explain.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// The value.
    pub value: f64,
    /// Variance by its counts alone, above nought.
    pub variance: f64,
    /// Events to be expected of it, or out of it without one, whichever are fewer; infinite where it is no count.
    pub expected: f64,
}

/// The latest points against those before them.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Recent {
    /// How many of the latest points.
    pub points: usize,
    /// Level before them.
    pub before: f64,
    /// Their level.
    pub after: f64,
    /// After less before, with its 95 % interval.
    pub change: Estimate,
    /// One-sided, by the sign asked for; all lengths looked at are allowed for.
    pub p_value: f64,
}

/// Latest points that are looked at together, where a year has twelve: one, half a year, a year.
const LENGTHS: [usize; 3] = [1, 6, 12];
/// Fewest events, and fewest without one, that both sides must lead one to expect: with fewer nothing is normal.
const FEWEST_EVENTS: f64 = 10.0;
/// Fewest points before them.
const FEWEST_BEFORE: usize = 10;
/// From how many standard errors on the likeness of neighbouring points is believed,
const ALIKE: f64 = 1.0;
/// and how far at most.
const MOST_ALIKE: f64 = 0.8;

/// The surest of the lengths, by a sign: 1 where higher is what is looked for, −1 where lower is. `least` is the smallest
/// variance as a multiple of what counts explain. `None` where the series is too short.
pub fn recent(points: &[Option<Point>], sign: f64, least: f64) -> Option<Recent> {
    let known: Vec<Point> = points.iter().flatten().copied().collect();
    let lengths = LENGTHS.iter().filter(|length| known.len() >= **length + FEWEST_BEFORE);
    let looked_at = lengths.clone().count() as f64;
    let each = lengths.filter_map(|length| against(&known, *length, sign, least));
    let surest = each.min_by(|a, b| a.p_value.total_cmp(&b.p_value))?;
    Some(Recent { p_value: (surest.p_value * looked_at).min(1.0), ..surest })
}

fn against(points: &[Point], length: usize, sign: f64, least: f64) -> Option<Recent> {
    let (before, after) = points.split_at(points.len() - length);
    let expected = |side: &[Point]| side.iter().map(|own| own.expected).sum::<f64>();
    if expected(before).min(expected(after)) < FEWEST_EVENTS {
        return None;
    }
    let (old, new) = (level(before)?, level(after)?);
    let residual = |own: &Point, level: &Level| (own.value - level.value) / own.variance.sqrt();
    let scores: Vec<f64> =
        before.iter().map(|own| residual(own, &old)).chain(after.iter().map(|own| residual(own, &new))).collect();
    let freedom = points.len() as f64 - 2.0;
    let squares: f64 = scores.iter().map(|score| score * score).sum();
    let spread = (squares / freedom).max(least.max(1.0)) * together(&scores, squares);
    let error = (spread * (old.variance + new.variance)).sqrt();
    let value = new.value - old.value;
    if !(error > 0.0 && value.is_finite()) {
        return None;
    }
    let reach = t_quantile(0.975, freedom) * error;
    Some(Recent {
        points: length,
        before: old.value,
        after: new.value,
        change: Estimate { value, lower: value - reach, upper: value + reach },
        p_value: t_upper(sign * value / error, freedom),
    })
}

/// A level and its variance by counts.
struct Level {
    value: f64,
    variance: f64,
}

fn level(points: &[Point]) -> Option<Level> {
    let weight: f64 = points.iter().map(|own| 1.0 / own.variance).sum();
    let value = points.iter().map(|own| own.value / own.variance).sum::<f64>() / weight;
    (weight.is_finite() && weight > 0.0 && value.is_finite()).then_some(Level { value, variance: 1.0 / weight })
}

/// How much wider a mean of points is where neighbours go together: (1 + r) / (1 − r), where their correlation is beyond chance.
fn together(scores: &[f64], squares: f64) -> f64 {
    let products: f64 = scores.windows(2).map(|pair| pair[0] * pair[1]).sum();
    let alike = (products / squares).min(MOST_ALIKE);
    if alike * (scores.len() as f64).sqrt() > ALIKE { (1.0 + alike) / (1.0 - alike) } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::{Point, recent};

    /// A reproducible standard normal number.
    fn normal(state: &mut u64) -> f64 {
        let mut uniform = || {
            *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            ((*state >> 11) as f64 + 0.5) / (1_u64 << 53) as f64
        };
        let (one, other) = (uniform(), uniform());
        (-2.0 * one.ln()).sqrt() * (std::f64::consts::TAU * other).cos()
    }

    fn series(state: &mut u64, spread: f64, alike: f64, after: f64) -> Vec<Option<Point>> {
        let mut last = normal(state);
        (0..36)
            .map(|month| {
                last = alike * last + (1.0 - alike * alike).sqrt() * normal(state);
                Some(Point {
                    value: 0.1 + 0.01 * spread * last + if month >= 24 { after } else { 0.0 },
                    variance: 1e-4,
                    expected: 100.0,
                })
            })
            .collect()
    }

    #[test]
    fn where_nothing_changes_one_in_a_hundred_is_as_sure_as_it_says() {
        for (spread, alike) in [(1.0, 0.0), (2.0, 0.0), (1.0, 0.4)] {
            let mut state = 11;
            let sure = (0..4000)
                .filter(|_| recent(&series(&mut state, spread, alike, 0.0), 1.0, 1.0).unwrap().p_value < 0.01)
                .count();
            assert!(sure <= 60, "{sure} of 4,000 at spread {spread}, likeness {alike}");
        }
    }

    #[test]
    fn a_year_that_is_higher_is_found_and_measured_and_a_short_series_is_not_judged() {
        let mut state = 5;
        let all: Vec<_> = (0..200).map(|_| recent(&series(&mut state, 1.0, 0.0, 0.02), 1.0, 1.0).unwrap()).collect();
        assert!(all.iter().filter(|own| own.p_value < 1e-3).count() > 180);
        assert!(all.iter().filter(|own| own.points == 12 && own.change.holds(0.02)).count() > 100);
        let long = series(&mut state, 1.0, 0.0, 0.02);
        assert!(recent(&long[..10], 1.0, 1.0).is_none());
        assert!(recent(&long, -1.0, 1.0).unwrap().p_value > 0.1, "looked for in the other direction");
        let mut and_nothing = long.clone();
        and_nothing.push(None);
        assert_eq!(recent(&and_nothing, 1.0, 1.0), recent(&long, 1.0, 1.0), "nobody was counted in the last month");
        let few: Vec<_> = long.iter().map(|own| own.map(|own| Point { expected: 0.2, ..own })).collect();
        assert!(recent(&few, 1.0, 1.0).is_none(), "two events in a year say nothing");
    }
}
