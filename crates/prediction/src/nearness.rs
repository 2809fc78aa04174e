//! How near chances come to the true ones; only made-up people have those.

use evenly_cube::GroupState;
use evenly_stats::discrimination::{Resampler, percentile_interval};
use serde::Serialize;

use crate::appointments::Appointments;
use crate::audit::FEWEST_IN_GROUP;
use crate::explain::Span;
use crate::{Chances, PredictError};

/// Fewest appointments: of fewer, a mean would say too much of one.
const FEWEST: usize = 500;
/// Samples of people for the intervals.
const SAMPLES: usize = 200;

/// Chances beside the true ones.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Nearness {
    /// Correlation of estimated and true log-odds.
    pub correlation: f64,
    /// All appointments, then each group.
    pub of: Vec<Near>,
}

/// Mean chances of some appointments.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Near {
    /// Dimension and group by their ids; absent for the whole.
    pub group: Option<(String, String)>,
    /// Label.
    pub label: String,
    /// Appointments.
    pub appointments: usize,
    /// Mean true chance.
    pub truth: f64,
    /// Mean estimated chance less mean true chance.
    pub off: Span,
}

/// Compares the chances of some rows with the true ones, in the same order.
pub fn nearness(
    appointments: &Appointments,
    rows: &[usize],
    chances: &Chances,
    truth: &[f64],
    seed: u64,
) -> Result<Nearness, PredictError> {
    let chances = chances.values();
    if rows.len() < FEWEST || rows.len() != truth.len() || chances.len() != truth.len() {
        return Err(PredictError::Fit(
            "true chances are compared for 500 appointments or more, one for each".to_owned(),
        ));
    }
    let log_odds = |chance: f64| (chance / (1.0 - chance)).ln();
    let pairs: Vec<(f64, f64)> =
        chances.iter().zip(truth).map(|(own, truth)| (log_odds(*own), log_odds(*truth))).collect();
    let mut of = vec![near(appointments, rows, chances, truth, seed, &(0..rows.len()).collect::<Vec<usize>>(), None)];
    for groups in &appointments.rows.groups {
        for (code, group) in groups.dimension.groups.iter().enumerate() {
            let inside: Vec<usize> =
                (0..rows.len()).filter(|place| groups.codes[rows[*place]] as usize == code).collect();
            if group.state == GroupState::Known && inside.len() >= FEWEST_IN_GROUP {
                let named = Some((groups.dimension.id.clone(), group.id.clone(), group.label.clone()));
                of.push(near(appointments, rows, chances, truth, seed, &inside, named));
            }
        }
    }
    Ok(Nearness { correlation: correlation(&pairs), of })
}

fn near(
    appointments: &Appointments,
    rows: &[usize],
    chances: &[f64],
    truth: &[f64],
    seed: u64,
    inside: &[usize],
    named: Option<(String, String, String)>,
) -> Near {
    let people: Vec<u32> = inside.iter().map(|place| appointments.person[rows[*place]]).collect();
    let off = |weights: Option<&[f64]>| {
        let (mut sum, mut all) = (0.0, 0.0);
        for (position, place) in inside.iter().enumerate() {
            let weight = weights.map_or(1.0, |weights| weights[position]);
            sum += weight * (chances[*place] - truth[*place]);
            all += weight;
        }
        (all > 0.0).then(|| sum / all)
    };
    let mut resampler = Resampler::new(&people, seed);
    let mut weights = Vec::new();
    let drawn: Vec<Option<f64>> = (0..SAMPLES)
        .map(|_| {
            resampler.next_weights(&mut weights);
            off(Some(&weights))
        })
        .collect();
    let value = off(None).unwrap_or(0.0);
    let (lower, upper) = percentile_interval(&drawn, 0.95).unwrap_or((value, value));
    let (group, label) =
        named.map_or((None, "everybody".to_owned()), |(dimension, group, label)| (Some((dimension, group)), label));
    Near {
        group,
        label,
        appointments: inside.len(),
        truth: inside.iter().map(|place| truth[*place]).sum::<f64>() / inside.len() as f64,
        off: Span { value, lower, upper },
    }
}

fn correlation(pairs: &[(f64, f64)]) -> f64 {
    let count = pairs.len() as f64;
    let mean = pairs.iter().fold((0.0, 0.0), |sum, own| (sum.0 + own.0 / count, sum.1 + own.1 / count));
    let (mut both, mut one, mut other) = (0.0, 0.0, 0.0);
    for (x, y) in pairs {
        both += (x - mean.0) * (y - mean.1);
        one += (x - mean.0).powi(2);
        other += (y - mean.1).powi(2);
    }
    both / (one * other).sqrt().max(f64::MIN_POSITIVE)
}
