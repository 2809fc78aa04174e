//! Outpatient appointments: pathways of visits to clinics, and what becomes of each visit.

use crate::barriers;
use crate::calendar::{BOOKED_AHEAD, DAYS, PROJECT_DAY, working_day, years};
use crate::clinics::{CLINICS, Clinics, SKIN};
use crate::dirt::{self, Recorded};
use crate::people::{Needs, Person};
use crate::place::{EthnicGroup, Place};
use crate::random::Stream;
use crate::risk::{Risk, STRATUM, Visit, age_band};
use crate::scenario::Planted;
use crate::tallies::{Seen, Tallies};

/// What became of a visit; the numbers are positions in [`dirt::ATTENDANCES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(i16)]
pub enum Attendance {
    /// Booked for a day after the extract was taken.
    Future = 0,
    /// Cancelled by the patient.
    ByPatient = 1,
    /// Did not attend.
    Missed = 2,
    /// Cancelled by the hospital.
    ByHospital = 3,
    /// Seen on time.
    Seen = 4,
    /// Late but seen.
    SeenLate = 5,
    /// Too late to be seen.
    TooLate = 6,
}

/// One row of the extract, before it is written.
#[derive(Clone, Copy, Debug)]
pub struct Appointment {
    /// Number within the chunk; a row that comes twice has the same twice.
    pub number: u32,
    /// Position of the person in the chunk.
    pub person: u32,
    /// Day, counted from the calendar's first.
    pub day: i32,
    /// Day of booking.
    pub booked: i32,
    /// Position in [`dirt::ATTENDANCES`], −1 where it is not recorded yet.
    pub attendance: i16,
    /// First attendance code 1 to 5.
    pub first_attendance: i16,
    /// Outcome code 1 to 3, −1 where there is none.
    pub outcome: i16,
    /// Age on the day, 999 where it is not known.
    pub age: i16,
    /// Position in [`dirt::ETHNICITIES`].
    pub ethnicity: i16,
    /// Clinic's position.
    pub clinic: i16,
    /// The outlying hospital.
    pub outlying: bool,
    /// Whole miles from the address on record.
    pub miles: i16,
    /// True chance of being missed.
    pub risk: f32,
    /// Position in [`barriers::BARRIERS`], −1 where it was not missed.
    pub barrier: i16,
}

/// What all people share.
#[derive(Debug)]
pub struct World {
    /// Where they live.
    pub place: Place,
    /// Where they are seen.
    pub clinics: Clinics,
    /// Their chances.
    pub risk: Risk,
    /// What is planted.
    pub planted: Planted,
    /// Month of each day.
    pub months: Vec<u8>,
}

/// Mean further visits of a pathway after its first.
const FURTHER_VISITS: f64 = 3.0;
/// Everybody has one pathway at least, which adds to the mean what is taken away here.
const NOT_ALL_OF_IT: f64 = 0.91;
/// Days before the first in which pathways begin that reach into the three years.
const BEFORE: i32 = 540;
/// Cancelled out of all booked: the difference between 122 million booked and 103 million attended or missed in 2021/22
/// (domain figures of NHS England's two publications), by patients and hospital in like parts.
const CANCELLED_BY_HOSPITAL: f64 = 0.080;
const CANCELLED_BY_PATIENT: f64 = 0.072;
/// Clock stops and other administrative rows that are no attendance.
const ADMINISTRATIVE: f64 = 0.006;
/// Discharged after one missed appointment; and after the project in the most deprived fifth where a harm is planted.
const DISCHARGED_AFTER_MISSED: f64 = 0.22;
const DISCHARGED_AFTER_MISSED_NOW: f64 = 0.26;
/// How much more the outlying hospital's own neighbours go there, with the clinics that both hospitals hold.
const OUTLYING_NEAR: f64 = 0.7;
const OUTLYING_FAR: f64 = 0.06;

/// A visit that is planned, before anything is known of its day.
#[derive(Clone, Copy)]
struct Planned {
    day: i32,
    booked: i32,
    clinic: u8,
    first: bool,
}

/// What came of the people of a chunk.
pub struct Came {
    stream: Stream,
    planned: Vec<Planned>,
    /// Their appointments.
    pub rows: Vec<Appointment>,
    /// Sums of the truth.
    pub tallies: Tallies,
}

impl Came {
    /// Nothing yet; chance comes from this stream.
    pub fn new(stream: Stream, people: usize) -> Self {
        Self { stream, planned: Vec::new(), rows: Vec::with_capacity(people * 14), tallies: Tallies::default() }
    }
}

impl World {
    /// Adds one person's appointments to what came of a chunk.
    pub fn appointments(&self, person: &Person, recorded: &Recorded, position: u32, came: &mut Came) {
        self.plan(person, &mut came.stream, &mut came.planned);
        let mut life = Life::new(self, person, recorded, position);
        for planned in &came.planned {
            let mut row = life.live(planned, &mut came.stream, &mut came.tallies);
            row.number = u32::try_from(came.rows.len()).unwrap_or(u32::MAX);
            if came.stream.chance(dirt::TWICE) {
                came.rows.push(row);
            }
            came.rows.push(row);
        }
    }

    /// Pathways that touch the three years, in order of day.
    fn plan(&self, person: &Person, stream: &mut Stream, planned: &mut Vec<Planned>) {
        planned.clear();
        let time = BEFORE + DAYS + BOOKED_AHEAD;
        let of_all = person.activity * f64::from(time) / f64::from(DAYS) * NOT_ALL_OF_IT;
        let pathways = stream.poisson(of_all / (1.0 + FURTHER_VISITS)).max(1);
        let age = years(person.born, DAYS / 2);
        let tilted = self.planted.reversal && person.group == EthnicGroup::Asian;
        for _ in 0..pathways {
            let clinic = self.clinics.draw(age, person.male, tilted, stream);
            let weeks = if self.planted.gradients { CLINICS[clinic].weeks } else { 8.0 };
            let wait = spread_days(weeks * 7.0, stream);
            let further = stream.poisson(FURTHER_VISITS);
            // A pathway may have begun long before the first day; what is before it is in no extract. So as many visits are first
            // ones in the first month as in the last, and nothing changes over time of itself.
            let mut day = i32::try_from(stream.below(u32::try_from(time).unwrap_or(0))).unwrap_or(0) - BEFORE;
            let mut booked = day - wait;
            for visit in 0..=further {
                if (0..DAYS + BOOKED_AHEAD).contains(&day) {
                    let clinic = u8::try_from(clinic).unwrap_or(0);
                    planned.push(Planned { day: working_day(day).max(0), booked, clinic, first: visit == 0 });
                }
                let gap = spread_days(60.0, stream);
                // Follow-ups are booked at the visit before, or nearer the day.
                booked = day + if stream.chance(0.5) { 0 } else { gap / 2 };
                day += gap;
            }
        }
        planned.sort_unstable_by_key(|visit| (visit.day, visit.clinic));
    }
}

/// Days around a median: log-normal, sd 0.6.
#[expect(clippy::cast_possible_truncation, reason = "a few hundred days")]
fn spread_days(median: f64, stream: &mut Stream) -> i32 {
    (median * (0.6 * stream.normal()).exp()).clamp(1.0, 600.0) as i32
}

/// One person going from visit to visit.
#[expect(clippy::struct_excessive_bools, reason = "facts that are or are not so")]
struct Life<'a> {
    world: &'a World,
    person: &'a Person,
    recorded: &'a Recorded,
    position: u32,
    fifth: u8,
    band: usize,
    in_stratum: bool,
    of_person: f64,
    nearer_outlying: bool,
    last_missed: bool,
    ever_missed: bool,
}

impl<'a> Life<'a> {
    fn new(world: &'a World, person: &'a Person, recorded: &'a Recorded, position: u32) -> Self {
        let area = &world.place.areas[usize::from(person.area)];
        Self {
            world,
            person,
            recorded,
            position,
            fifth: area.fifth,
            band: usize::MAX,
            in_stratum: false,
            of_person: 0.0,
            nearer_outlying: area.miles[1] < area.miles[0],
            last_missed: false,
            ever_missed: false,
        }
    }

    fn live(&mut self, planned: &Planned, stream: &mut Stream, tallies: &mut Tallies) -> Appointment {
        let age = years(self.person.born, planned.day);
        self.grow(age);
        let clinic = usize::from(planned.clinic);
        let outlying = self.is_outlying(clinic, stream);
        let remote = stream.chance(self.chance_of_remote(clinic));
        let miles = self.world.place.areas[usize::from(self.person.area)].miles[usize::from(outlying)];
        let visit = Visit {
            day: planned.day,
            month: self.world.months[usize::try_from(planned.day).unwrap_or(0)],
            clinic,
            first: planned.first,
            remote,
            lead: planned.day - planned.booked,
            miles,
            last_missed: self.last_missed,
            ever_missed: self.ever_missed,
        };
        let chance = self.world.risk.chance(self.of_person, self.person, self.in_stratum, &visit);
        let attendance = if planned.day >= DAYS { Attendance::Future } else { attendance(chance.missed, stream) };
        let missed = matches!(attendance, Attendance::Missed | Attendance::TooLate);
        let administrative = attendance == Attendance::Seen && stream.chance(ADMINISTRATIVE);
        let outcome = self.outcome(attendance, planned.day, stream);
        if missed || matches!(attendance, Attendance::Seen | Attendance::SeenLate) {
            self.last_missed = missed;
            self.ever_missed |= missed;
            if !administrative {
                let after = planned.day >= PROJECT_DAY;
                let discharged = (attendance == Attendance::Missed).then_some(outcome == 1);
                let seen = Seen {
                    after,
                    fifth: self.fifth,
                    male: self.person.male,
                    band: self.band,
                    clinic,
                    missed,
                    discharged,
                };
                tallies.add(&seen, self.person.group, chance);
            }
        }
        let barrier = if missed {
            i16::from(barriers::draw(self.person, age, self.recorded.old_address, &visit, stream))
        } else {
            -1
        };
        let came = matches!(attendance, Attendance::Seen | Attendance::SeenLate);
        let ethnicity = dirt::ethnicity_of_row(self.recorded, self.world.planted.artefact, came, stream);
        let code = match (administrative, planned.first, remote) {
            (true, ..) => 4,
            (_, true, false) => 0,
            (_, false, false) => 1,
            (_, true, true) => 2,
            (_, false, true) => 3,
        };
        #[expect(clippy::cast_possible_truncation, reason = "miles within a district, and chances")]
        let (whole_miles, risk) = (miles.round() as i16, chance.missed as f32);
        Appointment {
            number: 0,
            person: self.position,
            day: planned.day,
            booked: planned.booked,
            attendance: recorded_attendance(attendance, planned.day, stream),
            first_attendance: code,
            outcome,
            age: if stream.chance(dirt::NO_AGE) { 999 } else { i16::try_from(age).unwrap_or(999) },
            ethnicity: i16::from(ethnicity),
            clinic: i16::from(planned.clinic),
            outlying,
            miles: whole_miles,
            risk,
            barrier,
        }
    }

    /// Birthdays move people between age bands.
    fn grow(&mut self, age: i32) {
        let band = age_band(age);
        if band != self.band {
            self.band = band;
            self.in_stratum = STRATUM.holds(self.fifth, self.person.male, band);
            self.of_person = self.world.risk.of_person(self.person, self.fifth, age);
        }
    }

    fn is_outlying(&self, clinic: usize, stream: &mut Stream) -> bool {
        let planted = &self.world.planted;
        if planted.distance && clinic == SKIN {
            return true;
        }
        let share = match (planted.gradients, self.nearer_outlying) {
            (false, _) => 0.2,
            (true, true) => OUTLYING_NEAR,
            (true, false) => OUTLYING_FAR,
        };
        stream.chance(share)
    }

    fn chance_of_remote(&self, clinic: usize) -> f64 {
        if !self.world.planted.gradients {
            return 0.18;
        }
        let fewer = if self.person.needs.has(Needs::OFFLINE) { 0.75 } else { 1.0 };
        CLINICS[clinic].remote * fewer
    }

    fn outcome(&self, attendance: Attendance, day: i32, stream: &mut Stream) -> i16 {
        match attendance {
            Attendance::Missed => {
                let harmed = self.world.planted.balancing && self.fifth == 1 && day >= PROJECT_DAY;
                let discharged = if harmed { DISCHARGED_AFTER_MISSED_NOW } else { DISCHARGED_AFTER_MISSED };
                if stream.chance(discharged) { 1 } else { 2 }
            }
            Attendance::Seen | Attendance::SeenLate => match stream.unit() {
                ..0.27 => 1,
                0.27..0.80 => 2,
                0.80..0.98 => 3,
                _ => -1,
            },
            Attendance::TooLate => 2,
            _ => -1,
        }
    }
}

fn attendance(missed: f64, stream: &mut Stream) -> Attendance {
    let draw = stream.unit();
    if draw < CANCELLED_BY_HOSPITAL {
        return Attendance::ByHospital;
    }
    if draw < CANCELLED_BY_HOSPITAL + CANCELLED_BY_PATIENT {
        return Attendance::ByPatient;
    }
    match (stream.chance(missed), stream.unit()) {
        (true, ..0.03) => Attendance::TooLate,
        (true, _) => Attendance::Missed,
        (false, ..0.06) => Attendance::SeenLate,
        (false, _) => Attendance::Seen,
    }
}

/// What stands in the row: a wrong code now and then, and nothing yet for some visits of the last days.
fn recorded_attendance(attendance: Attendance, day: i32, stream: &mut Stream) -> i16 {
    if (DAYS - 14..DAYS).contains(&day) && stream.chance(dirt::LATE) {
        return -1;
    }
    if stream.chance(dirt::WRONG_ATTENDANCE) { 7 } else { attendance as i16 }
}
