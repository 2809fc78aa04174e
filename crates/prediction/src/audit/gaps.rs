//! The largest differences between groups: in being reached where it would be missed, and in the truth of the chances.

use evenly_cube::{Dimension, GroupState};
use evenly_stats::discrimination::{Resampler, percentile_interval};
use serde::{Deserialize, Serialize};

use super::figures::{Interval, Scored};
use super::{AuditOptions, GroupFigures};

/// The largest difference between two groups of a dimension.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Gap {
    /// `equal-opportunity`: share of missed appointments for which help is offered. `calibration`: share missed less mean
    /// chance.
    pub kind: String,
    /// The dimension.
    pub dimension: String,
    /// The group with the highest value.
    pub highest: String,
    /// The group with the lowest value.
    pub lowest: String,
    /// Labels of the two groups.
    pub labels: [String; 2],
    /// The difference.
    pub value: f64,
    /// Its 95 % interval, for these two groups; that they were chosen as the farthest apart is not taken into account.
    pub interval: Option<Interval>,
}

/// The kind of gap that is about the truth of the chances.
const CALIBRATION: &str = "calibration";

/// Sums of one group: missed, missed and listed, all, chances.
type Sums = [f64; 4];

/// What a gap is a difference of.
type Of = fn(&Sums) -> Option<f64>;

fn reach(sums: &Sums) -> Option<f64> {
    (sums[0] > 0.0).then(|| sums[1] / sums[0])
}

fn off(sums: &Sums) -> Option<f64> {
    (sums[2] > 0.0).then(|| (sums[0] - sums[3]) / sums[2])
}

/// The gaps of a dimension among its known groups with figures.
pub(super) fn gaps(
    scored: &Scored<'_>,
    listed: &[f64],
    dimension: &Dimension,
    codes: &[u32],
    options: &AuditOptions<'_>,
    figures: &[GroupFigures],
) -> Vec<Gap> {
    let shown: Vec<usize> = (0..dimension.groups.len())
        .filter(|code| {
            let group = &dimension.groups[*code];
            let has_figures =
                |own: &GroupFigures| own.dimension == dimension.id && own.group == group.id && own.figures.is_some();
            group.state == GroupState::Known && figures.iter().any(has_figures)
        })
        .collect();
    if shown.len() < 2 {
        return Vec::new();
    }
    let sums = |weights: Option<&[f64]>| {
        let mut sums: Vec<Sums> = vec![[0.0; 4]; dimension.groups.len()];
        for row in 0..codes.len() {
            let weight = weights.map_or(1.0, |weights| weights[row]);
            let own = &mut sums[codes[row] as usize];
            if scored.missed[row] {
                own[0] += weight;
                own[1] += weight * listed[row];
            }
            own[2] += weight;
            own[3] += weight * scored.chances()[row];
        }
        sums
    };
    let whole = sums(None);
    let mut resampler = Resampler::new(scored.people, options.seed);
    let mut weights = Vec::new();
    let drawn: Vec<Vec<Sums>> = (0..options.samples)
        .map(|_| {
            resampler.next_weights(&mut weights);
            sums(Some(&weights))
        })
        .collect();
    let gap = |(kind, of): (&str, Of)| {
        let value = |code: usize| of(&whole[code]);
        let by = |a: &&usize, b: &&usize| value(**a).unwrap_or(f64::NAN).total_cmp(&value(**b).unwrap_or(f64::NAN));
        let (highest, lowest) = (*shown.iter().max_by(by)?, *shown.iter().min_by(by)?);
        let differences: Vec<Option<f64>> =
            drawn.iter().map(|sums| Some(of(&sums[highest])? - of(&sums[lowest])?)).collect();
        let value = value(highest)? - value(lowest)?;
        let interval = percentile_interval(&differences, 0.95).map(|(lower, upper)| Interval { lower, upper });
        let pull = |code: usize| {
            let places: Vec<usize> = (0..codes.len()).filter(|place| codes[*place] as usize == code).collect();
            scored.estimates.pull(&places) / places.len() as f64
        };
        let error =
            if kind == CALIBRATION { scored.estimates.variance(&(pull(highest) - pull(lowest))).sqrt() } else { 0.0 };
        Some(Gap {
            kind: kind.to_owned(),
            dimension: dimension.id.clone(),
            highest: dimension.groups[highest].id.clone(),
            lowest: dimension.groups[lowest].id.clone(),
            labels: [highest, lowest].map(|code| dimension.groups[code].label.clone()),
            value,
            interval: interval.map(|own| own.widened(value, error)),
        })
    };
    let kinds: [(&str, Of); 2] = [("equal-opportunity", reach), (CALIBRATION, off)];
    kinds.into_iter().filter_map(gap).collect()
}
