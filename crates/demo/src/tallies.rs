//! Sums of the truth over all appointments, in whole numbers, so that the order of adding does not matter.

use crate::clinics::CLINICS;
use crate::place::EthnicGroup;
use crate::risk::{Chance, logistic};

/// Chances are summed in thousand-millionths.
const UNIT: f64 = 1e9;

/// What is known of one appointment that was attended or missed.
#[derive(Clone, Copy, Debug)]
pub struct Seen {
    /// On or after the project's first day.
    pub after: bool,
    /// Deprivation fifth.
    pub fifth: u8,
    /// Male.
    pub male: bool,
    /// Age band's position.
    pub band: usize,
    /// Clinic's position.
    pub clinic: usize,
    /// Missed, or too late to be seen.
    pub missed: bool,
    /// For a missed one: whether it ended in discharge.
    pub discharged: Option<bool>,
}

/// Appointments, missed ones, and the sum of their chances.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sum {
    /// Appointments attended or missed.
    pub appointments: u64,
    /// Missed.
    pub missed: u64,
    chances: u64,
    without_distance: u64,
}

impl Sum {
    /// Share that was missed.
    pub fn observed(&self) -> f64 {
        self.missed as f64 / self.appointments.max(1) as f64
    }

    /// Mean true chance.
    pub fn chance(&self) -> f64 {
        self.chances as f64 / UNIT / self.appointments.max(1) as f64
    }

    /// Mean chance had everybody lived next door.
    pub fn without_distance(&self) -> f64 {
        self.without_distance as f64 / UNIT / self.appointments.max(1) as f64
    }

    fn add(&mut self, other: &Self) {
        self.appointments += other.appointments;
        self.missed += other.missed;
        self.chances += other.chances;
        self.without_distance += other.without_distance;
    }
}

/// Missed appointments and those that ended in discharge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Discharges {
    /// Missed without warning.
    pub missed: u64,
    /// Discharged after it.
    pub discharged: u64,
}

const PERIODS: usize = 2;
const FIFTHS: usize = 5;
const SEXES: usize = 2;
const BANDS: usize = 6;
const GROUPS: usize = 5;

/// All sums.
#[derive(Clone, Debug)]
pub struct Tallies {
    strata: Vec<Sum>,
    clinics: Vec<Sum>,
    discharges: [[Discharges; FIFTHS]; PERIODS],
}

impl Default for Tallies {
    fn default() -> Self {
        Self {
            strata: vec![Sum::default(); PERIODS * FIFTHS * SEXES * BANDS * GROUPS],
            clinics: vec![Sum::default(); CLINICS.len() * SEXES * GROUPS],
            discharges: Default::default(),
        }
    }
}

impl Tallies {
    /// Adds one appointment that was attended or missed.
    pub fn add(&mut self, seen: &Seen, group: EthnicGroup, chance: Chance) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 1e9")]
        let whole = |chance: f64| (chance * UNIT) as u64;
        let sum = Sum {
            appointments: 1,
            missed: u64::from(seen.missed),
            chances: whole(chance.missed),
            without_distance: whole(logistic(chance.without_distance)),
        };
        let period = usize::from(seen.after);
        let fifth = usize::from(seen.fifth - 1);
        let stratum = (((period * FIFTHS + fifth) * SEXES + usize::from(seen.male)) * BANDS + seen.band) * GROUPS;
        self.strata[stratum + group as usize].add(&sum);
        self.clinics[(seen.clinic * SEXES + usize::from(seen.male)) * GROUPS + group as usize].add(&sum);
        if let Some(discharged) = seen.discharged {
            let cell = &mut self.discharges[period][fifth];
            cell.missed += 1;
            cell.discharged += u64::from(discharged);
        }
    }

    /// Adds another's sums.
    pub fn merge(&mut self, other: &Self) {
        let pairs = self.strata.iter_mut().zip(&other.strata).chain(self.clinics.iter_mut().zip(&other.clinics));
        for (own, other) in pairs {
            own.add(other);
        }
        for (own, other) in self.discharges.iter_mut().flatten().zip(other.discharges.iter().flatten()) {
            own.missed += other.missed;
            own.discharged += other.discharged;
        }
    }

    /// The sum over strata that are asked for: after the project began, fifth, male, age band, ethnic group.
    pub fn over(&self, asked: impl Fn(bool, u8, bool, usize, EthnicGroup) -> bool) -> Sum {
        let mut total = Sum::default();
        for (index, sum) in self.strata.iter().enumerate() {
            let (rest, group) = (index / GROUPS, EthnicGroup::ALL[index % GROUPS]);
            let (rest, band) = (rest / BANDS, rest % BANDS);
            let (rest, male) = (rest / SEXES, rest % SEXES == 1);
            let fifth = u8::try_from(rest % FIFTHS).unwrap_or(0) + 1;
            if asked(rest / FIFTHS == 1, fifth, male, band, group) {
                total.add(sum);
            }
        }
        total
    }

    /// The sum over clinics that are asked for: clinic's position, male, ethnic group.
    pub fn over_clinics(&self, asked: impl Fn(usize, bool, EthnicGroup) -> bool) -> Sum {
        let mut total = Sum::default();
        for (index, sum) in self.clinics.iter().enumerate() {
            let (rest, group) = (index / GROUPS, EthnicGroup::ALL[index % GROUPS]);
            if asked(rest / SEXES, rest % SEXES == 1, group) {
                total.add(sum);
            }
        }
        total
    }

    /// Discharges after a missed appointment, before or after the project began, in a fifth.
    pub fn discharges(&self, after: bool, fifth: u8) -> Discharges {
        self.discharges[usize::from(after)][usize::from(fifth - 1)]
    }
}
