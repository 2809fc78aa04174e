//! Which appointments a model is fitted, calibrated and tested on: by time, and by person.
//!
//! Days come first: what a model is tested on lies after all that it was made of. Within the days of the test, the people of
//! one part were never seen in fitting or calibration; the figures are those people's.

use evenly_extract::profile::date_of;
use serde::{Deserialize, Serialize};

use crate::PredictError;
use crate::appointments::Appointments;

/// Share of the days that are for the test, the last of them.
const TEST_DAYS: f64 = 0.25;
/// Share of the days before the test that are for calibration, the last of them.
const CALIBRATION_DAYS: f64 = 0.2;
/// One person of so many is kept out of fitting and calibration.
const HELD_OUT: u64 = 4;
/// Fewest days that can be split.
const FEWEST_DAYS: usize = 8;
/// Fewest missed and fewest attended appointments in each part.
pub const FEWEST_EVENTS: usize = 50;

/// The parts, as rows in ascending order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Split {
    /// To fit on.
    pub fit: Vec<usize>,
    /// To choose by and to calibrate on: later days.
    pub calibrate: Vec<usize>,
    /// To test on: later days still, people never seen.
    pub test: Vec<usize>,
    /// The first days of calibration and test.
    pub days: SplitDays,
}

/// The days of a split, ISO.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SplitDays {
    /// First day of fitting.
    pub first: String,
    /// First day of calibration.
    pub calibrate: String,
    /// First day of the test.
    pub test: String,
    /// Last day.
    pub last: String,
}

impl Split {
    /// Splits the judged appointments.
    pub fn new(appointments: &Appointments, seed: u64) -> Result<Self, PredictError> {
        let judged: Vec<usize> = appointments.judged().collect();
        let mut days: Vec<i32> = judged.iter().map(|row| appointments.day[*row]).collect();
        days.sort_unstable();
        days.dedup();
        if days.len() < FEWEST_DAYS {
            return Err(PredictError::TooFewDays { days: days.len(), needed: FEWEST_DAYS });
        }
        let test_from = days[share(days.len(), 1.0 - TEST_DAYS)];
        let earlier = days.partition_point(|day| *day < test_from);
        let calibrate_from = days[share(earlier, 1.0 - CALIBRATION_DAYS)];
        let held_out = |row: usize| mix(u64::from(appointments.person[row]), seed).is_multiple_of(HELD_OUT);
        let (mut fit, mut calibrate, mut test) = (Vec::new(), Vec::new(), Vec::new());
        for row in judged {
            match (appointments.day[row], held_out(row)) {
                (day, true) if day >= test_from => test.push(row),
                (day, false) if day < calibrate_from => fit.push(row),
                (day, false) if day < test_from => calibrate.push(row),
                _ => {}
            }
        }
        for (part, rows) in [("fitting part", &fit), ("calibration part", &calibrate), ("test part", &test)] {
            enough(appointments, part, rows)?;
        }
        let iso = |day: i32| date_of(day).map_or_else(String::new, |date| date.to_string());
        let last = days.last().copied().unwrap_or(test_from);
        let days =
            SplitDays { first: iso(days[0]), calibrate: iso(calibrate_from), test: iso(test_from), last: iso(last) };
        Ok(Self { fit, calibrate, test, days })
    }
}

/// Refuses a part in which too few appointments were missed or attended.
pub fn enough(appointments: &Appointments, part: &'static str, rows: &[usize]) -> Result<(), PredictError> {
    let missed = rows.iter().filter(|row| appointments.missed(**row)).count();
    let attended = rows.len() - missed;
    for (found, outcome, other) in [(missed, "missed", "attended"), (attended, "attended", "missed")] {
        if found == 0 && !rows.is_empty() {
            return Err(PredictError::OneClass { part, rows: rows.len(), outcome: other });
        }
        if found < FEWEST_EVENTS {
            return Err(PredictError::TooFew { part, found, outcome, needed: FEWEST_EVENTS });
        }
    }
    Ok(())
}

fn share(count: usize, part: f64) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a position among the days")]
    let position = (count as f64 * part) as usize;
    position.min(count.saturating_sub(1))
}

/// A number that looks random and depends on nothing but person and seed (`SplitMix64`; Steele et al., OOPSLA 2014).
fn mix(person: u64, seed: u64) -> u64 {
    let mut z = person.wrapping_add(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15)).wrapping_add(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}
