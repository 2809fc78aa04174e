//! The chance of missing an appointment: every term of it, with what each rests on. Terms add up on the log-odds scale.
//!
//! Sources. The whole: 7.6 % of appointments attended or missed were missed in 2021/22 (NHS England, Reducing did not attends
//! in outpatient services, 2023). Past misses are the strongest predictors, then age (Imperial College Healthcare, `PLoS`
//! Medicine 2021: recency 25 %, frequency 13 %, age 10 % of importance). Longer from booking means more missed, telephone means
//! fewer: Appointments in General Practice, March 2019 to August 2021 (same day 2.0 %, more than 28 days 10.2 %; telephone 1.9 %,
//! face to face 5.7 %), taken at less than half strength, because hospital and practice differ. More are missed by people of
//! deprived areas and of minority ethnic groups (London trust, BMC Health Services Research 2024): sizes are assumptions, as
//! no table of England gives them.

use crate::calendar::{MONTHS, PROJECT_DAY};
use crate::clinics::{CLINICS, MATERNITY, MISSED_MORE, SKIN};
use crate::people::{Needs, Person};
use crate::place::EthnicGroup;
use crate::random::{Purpose, Stream};
use crate::scenario::Planted;

/// First years of Evenly's age bands after the first.
const BANDS: [i32; 5] = [18, 35, 50, 65, 80];

/// Position of an age's band: 0–17, 18–34, 35–49, 50–64, 65–79, 80 and over.
#[inline]
pub fn age_band(age: i32) -> usize {
    BANDS.iter().filter(|first| age >= **first).count()
}

/// The ids of the bands in Evenly's dimension `age_band`.
pub const BAND_IDS: [&str; 6] = ["0-17", "18-34", "35-49", "50-64", "65-79", "80+"];

/// The stratum that does not share in the improvement.
#[derive(Clone, Copy, Debug)]
pub struct Stratum {
    /// Deprivation fifth.
    pub fifth: u8,
    /// Male or female.
    pub male: bool,
    /// Position of the age band.
    pub band: usize,
}

/// Women of 35 to 49 in the most deprived fifth: about one in seventeen appointments. The story behind it: reminders are text
/// messages with a link, and people who share a telephone, work shifts or have no data cannot answer them.
pub const STRATUM: Stratum = Stratum { fifth: 1, male: false, band: 2 };

impl Stratum {
    /// Whether somebody belongs to it.
    #[inline]
    pub fn holds(&self, fifth: u8, male: bool, band: usize) -> bool {
        self.fifth == fifth && self.male == male && self.band == band
    }
}

/// Log-odds of the chance that average people miss an average appointment before the project.
const BASE: f64 = -3.43;

/// Log-odds of the same in the scenario `null`, where nothing else is added but chance.
const FLAT_BASE: f64 = -2.66;

/// What the reminders change (log-odds): a seventh fewer missed, the order of published trials of reminders' content.
const REMINDERS: f64 = -0.18;

/// What happens meanwhile to the stratum that they do not reach.
const NOT_REACHED: f64 = 0.18;

const OF_FIFTH: [f64; 5] = [0.34, 0.18, 0.04, -0.10, -0.22];
const OF_BAND: [f64; 6] = [0.10, 0.40, 0.20, -0.08, -0.42, -0.20];
const OF_MALE: f64 = 0.10;
/// Cancels that women are younger in clinics that both go to.
const OF_MALE_WHERE_MIX: f64 = 0.03;
/// And that women of the stratum of [`STRATUM`] miss more since the project, where that is planted too.
const AND_MASKED: f64 = 0.02;
const OF_REMOTE: f64 = -0.25;
const OF_FIRST: f64 = 0.12;
const OF_LAST_MISSED: f64 = 0.55;
const OF_EVER_MISSED: f64 = 0.25;
/// For each doubling of the weeks from booking, one week added.
const OF_LEAD: f64 = 0.10;
/// For each mile, by car or without one.
const OF_MILE: [f64; 2] = [0.012, 0.035];
/// For each mile where `distance` is planted, to any clinic and for everybody alike, so that only the distance is between the skin
/// clinic and others; and the miles of an average visit, so that no more are missed in all.
const OF_MILE_WHERE_FAR: f64 = 0.065;
const USUAL_MILES: f32 = 2.0;
/// Makes the skin clinic's patients miss as many as others do at the same distance; and where `reversal` makes others miss more.
const SKIN_WHERE_FAR: f64 = 0.03;
const AND_REVERSED: f64 = 0.02;
/// Remote appointments of people who do not use the internet.
const OF_OFFLINE: f64 = 0.5;

/// Maternity clinics where `mix` is planted, and the clinics of [`MISSED_MORE`] where `reversal` is.
const MATERNITY_WHERE_MIX: f64 = -2.20;
const MISSED_MORE_WHERE_REVERSED: f64 = 1.05;

/// Log-odds added by what people need.
const OF_NEEDS: [(u16, f64); 7] = [
    (Needs::INTERPRETER, 0.25),
    (Needs::LEARNING_DISABILITY, 0.25),
    (Needs::CARER, 0.12),
    (Needs::HOMELESS, 0.90),
    (Needs::TRAVELLER, 0.45),
    (Needs::MIGRANT, 0.30),
    (Needs::MENTAL_ILLNESS, 0.40),
];

/// One appointment, as far as its chance of being missed depends on it.
#[derive(Clone, Copy, Debug)]
#[expect(clippy::struct_excessive_bools, reason = "facts that are or are not so")]
pub struct Visit {
    /// Day, counted from the calendar's first.
    pub day: i32,
    /// Month of that day.
    pub month: u8,
    /// Clinic's position.
    pub clinic: usize,
    /// First of its pathway.
    pub first: bool,
    /// By telephone or video.
    pub remote: bool,
    /// Days from booking.
    pub lead: i32,
    /// Miles to the place.
    pub miles: f32,
    /// The appointment before it was missed.
    pub last_missed: bool,
    /// Any earlier appointment was missed.
    pub ever_missed: bool,
}

/// The chances under one scenario.
#[derive(Debug)]
pub struct Risk {
    planted: Planted,
    months: [f64; MONTHS],
    clinic_months: Vec<[f64; MONTHS]>,
}

/// A chance, and what it would have been without the distance.
#[derive(Clone, Copy, Debug)]
pub struct Chance {
    /// Of missing the appointment.
    pub missed: f64,
    /// The same log-odds without the term for distance.
    pub without_distance: f64,
}

impl Risk {
    /// Draws what months and clinics have in common: good and bad months of the whole (sd 0.03) and of clinics (sd 0.05), and
    /// more missed in December and January.
    pub fn new(planted: Planted, seed: u64) -> Self {
        let mut stream = Stream::new(seed, Purpose::Months, 0);
        let winter = |month: usize| if planted.gradients && matches!(month % 12, 8 | 9) { 0.06 } else { 0.0 };
        let months = std::array::from_fn(|month| winter(month) + 0.03 * stream.normal());
        let clinic_months = CLINICS.iter().map(|_| std::array::from_fn(|_| 0.05 * stream.normal())).collect();
        Self { planted, months, clinic_months }
    }

    /// What a person brings to every appointment in these years of theirs.
    pub fn of_person(&self, person: &Person, fifth: u8, age: i32) -> f64 {
        if !self.planted.gradients {
            return FLAT_BASE + person.own;
        }
        let needs = OF_NEEDS.iter().filter(|(flag, _)| person.needs.has(*flag)).map(|(_, effect)| effect);
        BASE + person.own
            + OF_FIFTH[usize::from(fifth - 1)]
            + OF_BAND[age_band(age)]
            + self.of_sex(person.male)
            + self.of_group(person.group)
            + needs.sum::<f64>()
    }

    /// Published direction: more missed by minority ethnic groups. Where `reversal` is planted, the terms of the groups are made
    /// to cancel what deprivation adds, and Asian patients miss less than others like them.
    fn of_group(&self, group: EthnicGroup) -> f64 {
        let (usual, reversed) = match group {
            EthnicGroup::White => (0.0, 0.0),
            EthnicGroup::Mixed => (0.12, -0.06),
            // Among the other plants maternity draws women of every group to clinics that nobody misses, so less is needed.
            EthnicGroup::Asian => (0.08, if self.planted.mix { -0.32 } else { -0.36 }),
            EthnicGroup::Black => (0.18, -0.15),
            EthnicGroup::Other => (0.15, -0.20),
        };
        if self.planted.reversal { reversed } else { usual }
    }

    /// Men miss a little more; where `mix` is planted, no more than women in the same clinic.
    fn of_sex(&self, male: bool) -> f64 {
        match (male, self.planted.mix) {
            (false, _) => 0.0,
            (true, false) => OF_MALE,
            (true, true) if self.planted.masked => OF_MALE_WHERE_MIX + AND_MASKED,
            (true, true) => OF_MALE_WHERE_MIX,
        }
    }

    fn of_clinic(&self, clinic: usize) -> f64 {
        match clinic {
            SKIN if self.planted.distance => SKIN_WHERE_FAR + if self.planted.reversal { AND_REVERSED } else { 0.0 },
            clinic if self.planted.mix && MATERNITY.contains(&clinic) => MATERNITY_WHERE_MIX,
            clinic if self.planted.reversal && MISSED_MORE.contains(&clinic) => MISSED_MORE_WHERE_REVERSED,
            clinic => CLINICS[clinic].effect,
        }
    }

    /// The chance that a person misses a visit; `of_person` is what [`Risk::of_person`] gave.
    #[inline]
    pub fn chance(&self, of_person: f64, person: &Person, in_stratum: bool, visit: &Visit) -> Chance {
        let month = usize::from(visit.month);
        let mut sum = of_person + self.months[month];
        if self.planted.gradients {
            sum += self.clinic_months[visit.clinic][month] + self.of_visit(person, visit);
        }
        if self.planted.reminders && visit.day >= PROJECT_DAY {
            sum += if self.planted.masked && in_stratum { NOT_REACHED } else { REMINDERS };
        }
        let distance = self.of_distance(person, visit);
        Chance { missed: logistic(sum + distance), without_distance: sum }
    }

    fn of_visit(&self, person: &Person, visit: &Visit) -> f64 {
        let when = |is: bool, effect: f64| if is { effect } else { 0.0 };
        self.of_clinic(visit.clinic)
            + when(visit.first, OF_FIRST)
            + when(visit.remote, OF_REMOTE)
            + when(visit.remote && person.needs.has(Needs::OFFLINE), OF_OFFLINE)
            + when(visit.last_missed, OF_LAST_MISSED)
            + when(visit.ever_missed, OF_EVER_MISSED)
            + OF_LEAD * doublings(visit.lead)
    }

    fn of_distance(&self, person: &Person, visit: &Visit) -> f64 {
        if visit.remote || !self.planted.gradients {
            return 0.0;
        }
        if self.planted.distance {
            return OF_MILE_WHERE_FAR * f64::from(visit.miles - USUAL_MILES);
        }
        OF_MILE[usize::from(person.needs.has(Needs::NO_CAR))] * f64::from(visit.miles)
    }
}

/// Doublings of the weeks from booking, one week added.
#[inline]
fn doublings(lead: i32) -> f64 {
    let weeks = f64::from(lead.max(0)) / 7.0 + 1.0;
    weeks.log2()
}

/// The chance that belongs to log-odds.
#[inline]
pub fn logistic(log_odds: f64) -> f64 {
    1.0 / (1.0 + (-log_odds).exp())
}

#[cfg(test)]
mod tests {
    use super::{BAND_IDS, age_band, logistic};

    #[test]
    fn ages_fall_into_evenlys_bands() {
        for (age, band) in
            [(0, "0-17"), (17, "0-17"), (18, "18-34"), (49, "35-49"), (64, "50-64"), (80, "80+"), (99, "80+")]
        {
            assert_eq!(BAND_IDS[age_band(age)], band);
        }
    }

    #[test]
    fn log_odds_become_chances() {
        assert!((logistic(0.0) - 0.5).abs() < 1e-12);
        assert!((logistic(-2.586_689_344_097_943) - 0.07).abs() < 1e-9);
    }
}
