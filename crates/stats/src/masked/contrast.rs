//! A stratum's change against that of the rest, by its own counts alone.

use super::cells::Level;
use super::evidence::Evidence;

/// Change of some leaves together less that of the rest by their own counts, with its standard error.
pub(super) fn observed(own: &[usize], levels: &[Level], evidence: &[Evidence], noise: &[Vec<f64>]) -> (f64, f64) {
    let mut inside = vec![false; evidence.len()];
    for leaf in own {
        inside[*leaf] = true;
    }
    let sum = |wanted: bool, value: &dyn Fn(&Evidence) -> f64| -> f64 {
        evidence.iter().zip(&inside).filter(|(_, inside)| **inside == wanted).map(|(leaf, _)| value(leaf)).sum()
    };
    let (mine, rest) = (sum(true, &|leaf| leaf.information), sum(false, &|leaf| leaf.information));
    let change = |wanted: bool, all: f64| sum(wanted, &|leaf| leaf.information * leaf.change) / all;
    let mut variance = 1.0 / mine + 1.0 / rest;
    for (level, noise) in levels.iter().zip(noise) {
        let mut shares = vec![0.0; level.strata.len()];
        for ((leaf, inside), stratum) in evidence.iter().zip(&inside).zip(&level.of_leaf) {
            shares[*stratum] += if *inside { leaf.information / mine } else { -leaf.information / rest };
        }
        variance += shares.iter().zip(noise).map(|(share, noise)| share * share * noise).sum::<f64>();
    }
    (change(true, mine) - change(false, rest), variance.sqrt())
}
