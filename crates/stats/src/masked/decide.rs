//! Which strata are findings, with the false discovery rate held; and nested findings told once.

use super::candidates::Candidate;
use super::outcome::StratumChange;
use crate::numeric::{normal_quantile, t_quantile};

/// Share of the false discovery rate at which the model's findings may be false, by its own account, where they are many.
const BY_MODEL: f64 = 0.8;

/// Share of the false discovery rate that strata may spend by their own counts.
const BY_COUNTS: f64 = 0.3;

/// Share of the rate that a set of few may be expected to hold in all.
const BY_FEW: f64 = 0.9;

/// Degrees of freedom from which on Student's t is taken for the normal.
const LARGE: f64 = 1e4;

/// Flags strata by two roads.
///
/// By the model: the largest set in which no more strata are expected to have shared than a part of the rate times their
/// number, or than a part of the rate in all: where little is found, a set of few is mostly empty, and the share of false findings
/// counts the empty ones too. Strong where a shortfall follows the structure of the strata. By their own counts: Benjamini
/// and Hochberg's rule on one-sided p-values at a part of the rate; strong where a single small stratum stands out that
/// the model holds to be unlikely. That both together hold the rate is no theorem: the parts were chosen, and are checked,
/// over the worlds of the example `bench_masked`.
///
/// SOURCE: Newton, Noueiry, Sarkar and Ahlquist, Biostatistics 5 (2004), p. 155–176; Benjamini and Hochberg, Journal of
/// the Royal Statistical Society B 57 (1995), p. 289–300.
pub(super) fn decide(strata: &mut [StratumChange], degrees: &[f64], rate: f64) {
    let mut order: Vec<usize> = (0..strata.len()).collect();
    order.sort_by(|a, b| strata[*b].probability.total_cmp(&strata[*a].probability));
    let (mut doubt, mut by_model) = (0.0, 0);
    for (rank, index) in order.iter().enumerate() {
        doubt += 1.0 - strata[*index].probability;
        if doubt <= rate * (BY_MODEL * (rank + 1) as f64).max(BY_FEW) {
            by_model = rank + 1;
        }
    }
    for index in &order[..by_model] {
        strata[*index].flagged = true;
    }
    order.sort_by(|a, b| strata[*a].p_value.total_cmp(&strata[*b].p_value));
    let step = BY_COUNTS * rate / strata.len() as f64;
    let passes = |rank: &usize| strata[order[*rank]].p_value <= step * (*rank + 1) as f64;
    let by_counts = (0..order.len()).rev().find(passes).map_or(0, |rank| rank + 1);
    for index in &order[..by_counts] {
        strata[*index].flagged = true;
    }
    // What the counts alone would show: the place of the last finding, or of a single one.
    let needed = step * by_counts.max(1) as f64;
    for (own, degrees) in strata.iter_mut().zip(degrees) {
        let critical =
            if *degrees > LARGE { normal_quantile(1.0 - needed) } else { t_quantile(1.0 - needed, *degrees) };
        own.detectable = own.error * (critical + normal_quantile(0.8));
    }
}

/// Shortfall in standard errors that a stratum must still show, the people it shares with findings already told left out, to be
/// told beside them. Where one group is truly behind, dozens of strata that hold it are flagged with it, and let in as many more
/// that only chance adds to: each of them has to stand by itself among all (one in 4,000).
const STANDS: f64 = 3.5;

/// Tells findings once, in order of evidence by their own counts: one that contains or is contained in one already told is
/// listed under it; so is one that only shares people with those told, unless its other people stand out too (`standing`:
/// shortfall of some leaves in standard errors).
pub(super) fn nest(strata: &mut [StratumChange], candidates: &[Candidate], standing: impl Fn(&[usize]) -> f64) {
    let mut order: Vec<usize> = (0..strata.len()).filter(|index| strata[*index].flagged).collect();
    order.sort_by(|a, b| strata[*b].standardised.total_cmp(&strata[*a].standardised));
    let mut told: Vec<usize> = Vec::new();
    for index in order {
        let own = &candidates[index].leaves;
        let shared =
            |head: usize| own.iter().filter(|leaf| candidates[head].leaves.binary_search(leaf).is_ok()).count();
        let nested = |head: &&usize| {
            let smaller = own.len().min(candidates[**head].leaves.len());
            shared(**head) == smaller
        };
        let most = || told.iter().max_by_key(|head| shared(**head)).filter(|head| shared(**head) > 0);
        let head = told.iter().find(nested).or_else(|| {
            let others: Vec<usize> = own
                .iter()
                .copied()
                .filter(|leaf| told.iter().all(|head| candidates[*head].leaves.binary_search(leaf).is_err()))
                .collect();
            // People of whom the counts say nothing do not stand out either.
            let stands = !others.is_empty() && standing(&others) >= STANDS;
            most().filter(|_| !stands)
        });
        match head.copied() {
            Some(head) => strata[index].told_under = Some(head),
            None => told.push(index),
        }
    }
}
