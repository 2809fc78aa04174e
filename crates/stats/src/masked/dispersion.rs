//! How much months vary beyond chance, at every level at once.
//!
//! Each stratum's squared residuals exceed their binomial variance by a factor common to all counts (people who come, and
//! miss, repeatedly), by the month-to-month variance of its own level, and by what finer and crossing levels contribute
//! through the leaves they share. The factor and one variance per level are fitted to all strata by weighted least squares,
//! the factor not below one, no variance below zero.
//!
//! With as many periods after as before, each period is set against the one that stands as long after the split: seasons
//! that a stratum has for itself then drop out, as they do from its change.

use std::collections::HashMap;
use std::ops::Range;

use super::cells::Level;
use super::evidence::Evidence;

/// Rounds of reweighting.
const ROUNDS: usize = 3;

/// One stratum's excess, with what the factor and each level's variance contribute to it.
struct Equation {
    excess: f64,
    shares: Vec<f64>,
    /// Mean information of a period: chance alone makes residuals of few events heavy-tailed.
    information: f64,
    degrees: f64,
}

/// Variation of months beyond chance.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Dispersion {
    /// Variance of counts as a multiple of the binomial's; 1 or more.
    pub factor: f64,
    /// Variance of a month's log-odds at each level.
    pub months: Vec<f64>,
    /// Degrees of freedom that each level's variance rests on; infinite where it is taken as known.
    pub degrees: Vec<f64>,
}

/// Variation of months beyond chance; none where a side of the split has a single period.
pub(super) fn dispersion(evidence: &[Evidence], levels: &[Level], split: usize) -> Dispersion {
    let periods = evidence.first().map_or(0, |own| own.by_period.len());
    if split < 2 || periods - split < 2 {
        let (months, degrees) = (vec![0.0; levels.len()], vec![f64::INFINITY; levels.len()]);
        return Dispersion { factor: 1.0, months, degrees };
    }
    let pairs = Pairs::of(split, periods);
    let equations = equations(evidence, levels, &pairs, periods);
    let mut parts = vec![0.0; levels.len() + 1];
    for _ in 0..ROUNDS {
        let weights: Vec<f64> = equations
            .iter()
            .map(|own| {
                let spread = 1.0 + own.shares.iter().zip(&parts).map(|(share, value)| share * value).sum::<f64>();
                own.degrees / (2.0 * spread * spread + 1.0 / own.information)
            })
            .collect();
        descend(&equations, &weights, &mut parts);
    }
    let freedom = pairs.freedom();
    let degrees = levels.iter().map(|level| freedom * (level.strata.len() - 1) as f64).collect();
    let excess = parts.pop().unwrap_or(0.0);
    Dispersion { factor: 1.0 + excess, months: parts, degrees }
}

/// What stands against what: a period before and one after, or a period against its side's own level.
enum Pairs {
    Paired(Range<usize>, usize),
    Sides([Range<usize>; 2]),
}

/// A residual as a weighted sum of the residuals of periods, with its information.
type Contrast = Vec<(usize, f64)>;

impl Pairs {
    fn of(split: usize, periods: usize) -> Self {
        if 2 * split == periods && split > 2 {
            Self::Paired(0..split, split)
        } else {
            Self::Sides([0..split, split..periods])
        }
    }

    fn freedom(&self) -> f64 {
        match self {
            Self::Paired(span, _) => (span.len() - 1) as f64,
            Self::Sides(sides) => sides.iter().map(|side| (side.len() - 1) as f64).sum(),
        }
    }

    /// The residuals of a stratum with these informations by period, each with its share of degrees of freedom.
    fn contrasts(&self, sums: &[f64]) -> Vec<(Contrast, f64)> {
        match self {
            Self::Paired(span, away) => {
                let left = 1.0 - 1.0 / span.len() as f64;
                let told = span.clone().filter(|period| sums[*period] > 0.0 && sums[period + away] > 0.0);
                told.map(|period| {
                    let (before, after) = (sums[period], sums[period + away]);
                    (vec![(period, -after / (before + after)), (period + away, before / (before + after))], left)
                })
                .collect()
            }
            Self::Sides(sides) => sides
                .iter()
                .flat_map(|side| {
                    let left = 1.0 - 1.0 / side.len() as f64;
                    side.clone().filter(|period| sums[*period] > 0.0).map(move |period| (vec![(period, 1.0)], left))
                })
                .collect(),
        }
    }

    /// Residuals that fitting each side's level takes away.
    fn fitted(&self) -> f64 {
        if matches!(self, Self::Paired(..)) { 1.0 } else { 2.0 }
    }
}

fn equations(evidence: &[Evidence], levels: &[Level], pairs: &Pairs, periods: usize) -> Vec<Equation> {
    let mut found = Vec::new();
    for level in levels {
        let (sums, residuals) = period_sums(evidence, &level.of_leaf, level.strata.len(), periods);
        // Squared information that each other level has inside each stratum, by period.
        let inside: Vec<Vec<Vec<f64>>> =
            levels.iter().map(|other| squares_inside(evidence, level, other, periods)).collect();
        for stratum in 0..level.strata.len() {
            let (mut ratio, mut shares, mut used) = (0.0, vec![0.0; levels.len() + 1], 0.0);
            for (contrast, left) in pairs.contrasts(&sums[stratum]) {
                let sum = |of: &dyn Fn(usize, f64) -> f64| -> f64 {
                    contrast.iter().map(|(period, weight)| of(*period, *weight)).sum()
                };
                let chance = sum(&|period, weight| weight * weight * sums[stratum][period]);
                ratio += sum(&|period, weight| weight * residuals[stratum][period]).powi(2) / chance / left;
                for (share, inside) in shares.iter_mut().zip(&inside) {
                    *share += sum(&|period, weight| weight * weight * inside[stratum][period]) / chance;
                }
                used += 1.0;
            }
            if used > pairs.fitted() {
                let information = sums[stratum].iter().sum::<f64>() / periods as f64;
                let mut shares: Vec<f64> = shares.into_iter().map(|share| share / used).collect();
                shares[levels.len()] = 1.0;
                let degrees = used - pairs.fitted();
                found.push(Equation { excess: ratio / used - 1.0, shares, information, degrees });
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
