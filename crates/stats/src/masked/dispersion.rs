//! How much months vary beyond chance, at every level at once.
//!
//! Each stratum's squared residuals exceed their binomial variance by the month-to-month variance of its own level, and
//! by what finer and crossing levels contribute through the leaves they share. One variance per level is fitted to all
//! strata by weighted least squares, none below zero.

use std::collections::HashMap;

use super::cells::Level;
use super::evidence::Evidence;

/// Rounds of reweighting.
const ROUNDS: usize = 3;

/// One stratum's excess, with what each level's variance contributes to it.
struct Equation {
    excess: f64,
    shares: Vec<f64>,
    /// Mean information of a period: chance alone makes residuals of few events heavy-tailed.
    information: f64,
    degrees: f64,
}

/// Variance of a month's log-odds beyond chance at each level; zeros where a side of the split has a single period.
pub(super) fn month_variances(evidence: &[Evidence], levels: &[Level], split: usize) -> Vec<f64> {
    let periods = evidence.first().map_or(0, |own| own.by_period.len());
    if split < 2 || periods - split < 2 {
        return vec![0.0; levels.len()];
    }
    let equations = equations(evidence, levels, split, periods);
    let mut variances = vec![0.0; levels.len()];
    for _ in 0..ROUNDS {
        let weights: Vec<f64> = equations
            .iter()
            .map(|own| {
                let spread = 1.0 + own.shares.iter().zip(&variances).map(|(share, value)| share * value).sum::<f64>();
                own.degrees / (2.0 * spread * spread + 1.0 / own.information)
            })
            .collect();
        descend(&equations, &weights, &mut variances);
    }
    variances
}

fn equations(evidence: &[Evidence], levels: &[Level], split: usize, periods: usize) -> Vec<Equation> {
    let mut found = Vec::new();
    for level in levels {
        let (sums, residuals) = period_sums(evidence, &level.of_leaf, level.strata.len(), periods);
        // Squared information that each other level has inside each stratum, by period.
        let inside: Vec<Vec<Vec<f64>>> =
            levels.iter().map(|other| squares_inside(evidence, level, other, periods)).collect();
        for stratum in 0..level.strata.len() {
            let (mut ratio, mut shares, mut used) = (0.0, vec![0.0; levels.len()], 0.0);
            for span in [0..split, split..periods] {
                let left = 1.0 - 1.0 / span.len() as f64;
                for period in span.filter(|period| sums[stratum][*period] > 0.0) {
                    let own = sums[stratum][period];
                    ratio += residuals[stratum][period].powi(2) / own / left;
                    for (share, inside) in shares.iter_mut().zip(&inside) {
                        *share += inside[stratum][period] / own;
                    }
                    used += 1.0;
                }
            }
            if used > 2.0 {
                let information = sums[stratum].iter().sum::<f64>() / used;
                let shares = shares.into_iter().map(|share| share / used).collect();
                found.push(Equation { excess: ratio / used - 1.0, shares, information, degrees: used - 2.0 });
            }
        }
    }
    found
}

type ByPeriod = Vec<Vec<f64>>;

fn period_sums(evidence: &[Evidence], of_leaf: &[usize], strata: usize, periods: usize) -> (ByPeriod, ByPeriod) {
    let (mut sums, mut residuals) = (vec![vec![0.0; periods]; strata], vec![vec![0.0; periods]; strata]);
    for (own, stratum) in evidence.iter().zip(of_leaf) {
        for period in 0..periods {
            sums[*stratum][period] += own.by_period[period];
            residuals[*stratum][period] += own.residuals[period];
        }
    }
    (sums, residuals)
}

fn squares_inside(evidence: &[Evidence], level: &Level, other: &Level, periods: usize) -> ByPeriod {
    let mut parts: HashMap<(usize, usize), usize> = HashMap::new();
    let mut owners = Vec::new();
    let of_leaf: Vec<usize> = level
        .of_leaf
        .iter()
        .zip(&other.of_leaf)
        .map(|(own, other)| {
            *parts.entry((*own, *other)).or_insert_with(|| {
                owners.push(*own);
                owners.len() - 1
            })
        })
        .collect();
    let (sums, _) = period_sums(evidence, &of_leaf, owners.len(), periods);
    let mut squares = vec![vec![0.0; periods]; level.strata.len()];
    for (owner, sums) in owners.into_iter().zip(sums) {
        squares[owner].iter_mut().zip(sums).for_each(|(square, sum)| *square += sum * sum);
    }
    squares
}

/// Weighted least squares by coordinates, none below zero.
fn descend(equations: &[Equation], weights: &[f64], variances: &mut [f64]) {
    let size = variances.len();
    let (mut normal, mut target) = (vec![vec![0.0; size]; size], vec![0.0; size]);
    for (own, weight) in equations.iter().zip(weights) {
        for (row, (target, normal)) in target.iter_mut().zip(&mut normal).enumerate() {
            *target += weight * own.shares[row] * own.excess;
            normal.iter_mut().zip(&own.shares).for_each(|(cell, share)| *cell += weight * own.shares[row] * share);
        }
    }
    for _ in 0..500 {
        for index in 0..size {
            let others: f64 =
                (0..size).filter(|other| *other != index).map(|other| normal[index][other] * variances[other]).sum();
            let best = if normal[index][index] > 0.0 { (target[index] - others) / normal[index][index] } else { 0.0 };
            variances[index] = best.max(0.0);
        }
    }
}
