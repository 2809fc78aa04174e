//! Calibration by group: how much more or less often a group misses appointments than the chances of its appointments say.
//!
//! Added to the log-odds, fitted on the days of calibration with a normal prior around nothing, so that small groups are moved
//! little. Only differences between known groups count: what is not known may be so because of what happened (ethnicity that is
//! asked on arrival is unknown of those who did not come). What the groups of a dimension get adds up to nothing, so that as many
//! missed appointments are expected as before.

use evenly_cube::GroupState;
use evenly_extract::rows::Groups;
use serde::{Deserialize, Serialize};

use super::{Evidence, chance};
use crate::appointments::Appointments;

/// Standard deviation of the prior, in log-odds: most groups lie within a fifth of the odds of others like them.
pub(super) const SPREAD: f64 = 0.2;
/// Times that each dimension is fitted, given the others.
const ROUNDS: usize = 15;

/// What calibration by group adds to the log-odds.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ByGroup {
    /// By dimension.
    pub dimensions: Vec<OfDimension>,
}

/// What is added for the groups of one dimension.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OfDimension {
    /// Id of the dimension.
    pub dimension: String,
    /// Id of each known group and what is added; nothing for others.
    pub groups: Vec<(String, f64)>,
}

/// A dimension as appointments have it.
pub(super) struct Known<'a> {
    /// Their groups.
    pub groups: &'a Groups,
    /// For each code, its place among the groups that something is added for.
    pub places: Vec<Option<usize>>,
}

/// One dimension while it is fitted.
struct Fitted<'a> {
    groups: &'a Groups,
    adds: Vec<f64>,
}

impl ByGroup {
    /// Fits to calibrated log-odds of some rows and what happened, by these dimensions where the extract has them.
    pub(crate) fn fit(evidence: &Evidence<'_>, by: &[&str]) -> Self {
        let Evidence { appointments, rows, log_odds, missed } = *evidence;
        let has = |groups: &&Groups| by.contains(&groups.dimension.id.as_str());
        let mut fitted: Vec<Fitted<'_>> = appointments
            .rows
            .groups
            .iter()
            .filter(has)
            .map(|groups| Fitted { groups, adds: vec![0.0; groups.dimension.groups.len()] })
            .collect();
        let mut moved = log_odds.to_vec();
        for _ in 0..ROUNDS {
            for own in &mut fitted {
                own.step(rows, &mut moved, missed);
            }
        }
        Self { dimensions: fitted.into_iter().map(Fitted::done).collect() }
    }

    /// What is added to the log-odds of some rows.
    pub(crate) fn adds(&self, appointments: &Appointments, rows: &[usize]) -> Vec<f64> {
        let mut adds = vec![0.0; rows.len()];
        for (own, found) in self.in_order(appointments) {
            let Some(Known { groups, places }) = found else { continue };
            let of = |place: &Option<usize>| place.map_or(0.0, |place| own.groups[place].1);
            let by_code: Vec<f64> = places.iter().map(of).collect();
            for (sum, row) in adds.iter_mut().zip(rows) {
                *sum += by_code[groups.codes[*row] as usize];
            }
        }
        adds
    }

    /// Each dimension, with what appointments have of it.
    pub(super) fn in_order<'a>(
        &'a self,
        appointments: &'a Appointments,
    ) -> impl Iterator<Item = (&'a OfDimension, Option<Known<'a>>)> {
        self.dimensions.iter().map(|own| {
            let found = appointments.rows.groups.iter().find(|groups| groups.dimension.id == own.dimension);
            let place = |id: &String| own.groups.iter().position(|(group, _)| group == id);
            let known = |groups: &'a Groups| {
                let places = groups.dimension.groups.iter().map(|group| place(&group.id)).collect();
                Known { groups, places }
            };
            (own, found.map(known))
        })
    }
}

impl Fitted<'_> {
    fn is_known(&self, code: usize) -> bool {
        self.groups.dimension.groups[code].state == GroupState::Known
    }

    /// One step of Newton's method for each known group, given all else.
    fn step(&mut self, rows: &[usize], log_odds: &mut [f64], missed: &[bool]) {
        // Missed, expected, and the variance of what is expected, by group.
        let mut sums = vec![[0.0; 3]; self.adds.len()];
        for ((row, log_odds), missed) in rows.iter().zip(log_odds.iter()).zip(missed) {
            let (p, own) = (chance(*log_odds), &mut sums[self.groups.codes[*row] as usize]);
            own[0] += f64::from(u8::from(*missed));
            own[1] += p;
            own[2] += p * (1.0 - p);
        }
        let known: Vec<usize> = (0..sums.len()).filter(|code| self.is_known(*code)).collect();
        let [all_missed, all_expected, all_variance] =
            [0, 1, 2].map(|place| known.iter().map(|code| sums[*code][place]).sum::<f64>());
        if all_variance <= 0.0 {
            return;
        }
        let (usual, penalty) = (all_missed / all_expected, 1.0 / (SPREAD * SPREAD));
        let mut steps = vec![0.0; sums.len()];
        for code in &known {
            let [missed, expected, variance] = sums[*code];
            steps[*code] = (missed - usual * expected - penalty * self.adds[*code]) / (variance + penalty);
        }
        // Weighted by the variance, what is added in all changes the number expected by nothing.
        let mean =
            known.iter().map(|code| sums[*code][2] * (self.adds[*code] + steps[*code])).sum::<f64>() / all_variance;
        for code in known {
            steps[code] -= mean;
            self.adds[code] += steps[code];
        }
        for (row, log_odds) in rows.iter().zip(log_odds.iter_mut()) {
            *log_odds += steps[self.groups.codes[*row] as usize];
        }
    }

    fn done(self) -> OfDimension {
        let known: Vec<usize> = (0..self.adds.len()).filter(|code| self.is_known(*code)).collect();
        let group = |code: usize| (self.groups.dimension.groups[code].id.clone(), self.adds[code]);
        OfDimension { dimension: self.groups.dimension.id.clone(), groups: known.into_iter().map(group).collect() }
    }
}
