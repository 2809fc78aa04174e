//! Which strata are findings, with the false discovery rate held; and nested findings told once.

use super::candidates::Candidate;
use super::outcome::StratumChange;
use crate::numeric::normal_quantile;

/// Share of the false discovery rate that the model may spend.
const BY_MODEL: f64 = 0.6;

/// Share of the false discovery rate that strata may spend by their own counts.
const BY_COUNTS: f64 = 0.4;

/// Flags strata by two roads that share the false discovery rate.
///
/// By the model: the largest set whose mean probability of having shared is at most its part of the rate; strong where a
/// shortfall follows the structure of the strata. By their own counts: Benjamini and Hochberg's rule on one-sided p-values;
/// strong where a single small stratum stands out that the model holds to be unlikely. The two parts add up to the rate,
/// so the share of false findings of both together is held where each holds its own; the example `bench_masked` checks it.
///
/// SOURCE: Newton, Noueiry, Sarkar and Ahlquist, Biostatistics 5 (2004), p. 155–176; Benjamini and Hochberg, Journal of
/// the Royal Statistical Society B 57 (1995), p. 289–300.
pub(super) fn decide(strata: &mut [StratumChange], rate: f64) {
    let mut order: Vec<usize> = (0..strata.len()).collect();
    order.sort_by(|a, b| strata[*b].probability.total_cmp(&strata[*a].probability));
    let (mut doubt, mut by_model) = (0.0, 0);
    for (rank, index) in order.iter().enumerate() {
        doubt += 1.0 - strata[*index].probability;
        if doubt <= BY_MODEL * rate * (rank + 1) as f64 {
            by_model = rank + 1;
        }
    }
    for index in &order[..by_model] {
        strata[*index].flagged = true;
    }
    order.sort_by(|a, b| strata[*b].standardised.total_cmp(&strata[*a].standardised));
    let step = BY_COUNTS * rate / strata.len() as f64;
    let passes = |rank: &usize| strata[order[*rank]].p_value <= step * (*rank + 1) as f64;
    let by_counts = (0..order.len()).rev().find(passes).map_or(0, |rank| rank + 1);
    for index in &order[..by_counts] {
        strata[*index].flagged = true;
    }
    // What the counts alone would show: the place of the last finding, or of a single one.
    let reach = normal_quantile(1.0 - step * by_counts.max(1) as f64) + normal_quantile(0.8);
    for own in strata.iter_mut() {
        own.detectable *= reach;
    }
}

/// Tells nested findings once: in order of evidence by their own counts, a finding that contains or is contained in one
/// already told is listed under it.
pub(super) fn nest(strata: &mut [StratumChange], candidates: &[Candidate]) {
    let mut order: Vec<usize> = (0..strata.len()).filter(|index| strata[*index].flagged).collect();
    order.sort_by(|a, b| strata[*b].standardised.total_cmp(&strata[*a].standardised));
    let mut told: Vec<usize> = Vec::new();
    for index in order {
        let contains = |outer: usize, inner: usize| {
            candidates[inner].leaves.iter().all(|leaf| candidates[outer].leaves.binary_search(leaf).is_ok())
        };
        match told.iter().find(|head| contains(**head, index) || contains(index, **head)) {
            Some(head) => strata[index].told_under = Some(*head),
            None => told.push(index),
        }
    }
}
