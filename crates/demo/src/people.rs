//! The people: who they are, whom they live with, what they need. All made up; only the shares are real.
//!
//! Sources. Activity by age and sex: attendances per head, NHS England, Hospital Outpatient Activity 2023-24, over mid-2020
//! population estimates (Office for National Statistics). Disability: Census 2021 by area. The rest are assumptions of the
//! right order, because no open table gives them for small areas: English not spoken well, by ethnic group and age; unpaid
//! care (about 9 %, Census 2021); no use of the internet, by age; learning disability (about 1 in 200 on registers);
//! inclusion health groups (fewer than 1 in 100 together).

use crate::calendar::DAYS;
use crate::place::{EthnicGroup, Place};
use crate::random::Stream;

/// What a person needs, or stands in the way; a set of flags.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Needs(pub u16);

impl Needs {
    /// Does not speak English well.
    pub const INTERPRETER: u16 = 1;
    /// Disabled under the Equality Act.
    pub const DISABLED: u16 = 1 << 1;
    /// Has a learning disability or is autistic.
    pub const LEARNING_DISABILITY: u16 = 1 << 2;
    /// Cares for somebody without pay.
    pub const CARER: u16 = 1 << 3;
    /// Does not use the internet.
    pub const OFFLINE: u16 = 1 << 4;
    /// Has no car in the household.
    pub const NO_CAR: u16 = 1 << 5;
    /// Is homeless or in temporary housing.
    pub const HOMELESS: u16 = 1 << 6;
    /// Is Roma, Gypsy or Irish Traveller, which no ethnic category of the hospital's shows.
    pub const TRAVELLER: u16 = 1 << 7;
    /// Seeks asylum or is a refugee.
    pub const MIGRANT: u16 = 1 << 8;
    /// Has a severe mental illness.
    pub const MENTAL_ILLNESS: u16 = 1 << 9;

    /// The flags with the names that files give them.
    pub const NAMES: [(u16, &'static str); 10] = [
        (Self::INTERPRETER, "Interpreter_Needed"),
        (Self::DISABLED, "Disability"),
        (Self::LEARNING_DISABILITY, "Learning_Disability_Or_Autism"),
        (Self::CARER, "Unpaid_Carer"),
        (Self::OFFLINE, "No_Internet_Use"),
        (Self::NO_CAR, "No_Car"),
        (Self::HOMELESS, "Homeless_Or_Temporary_Housing"),
        (Self::TRAVELLER, "Roma_Gypsy_Or_Traveller"),
        (Self::MIGRANT, "Asylum_Seeker_Or_Refugee"),
        (Self::MENTAL_ILLNESS, "Severe_Mental_Illness"),
    ];

    /// Whether a flag is set.
    #[inline]
    pub fn has(self, flag: u16) -> bool {
        self.0 & flag != 0
    }
}

/// One person.
#[derive(Clone, Debug)]
pub struct Person {
    /// Position among all people of the trust, from 0.
    pub number: u64,
    /// Position of the household among all of its chunk.
    pub household: u32,
    /// Position of the area they live in.
    pub area: u16,
    /// Where they lived before they moved within the three years, if they did.
    pub earlier_area: Option<u16>,
    /// Day of birth, counted from the calendar's first day.
    pub born: i32,
    /// Recorded as male at birth.
    pub male: bool,
    /// Ethnic group.
    pub group: EthnicGroup,
    /// Ethnic category, a letter of the 16+1 list.
    pub category: u8,
    /// What they need.
    pub needs: Needs,
    /// What makes this one person miss more or fewer appointments than others like them, on the log-odds scale.
    pub own: f64,
    /// Appointments in three years, on average over people like them times their own health.
    pub activity: f64,
}

/// Spread of what is a person's own, on the log-odds scale: an assumption. People who missed one appointment are known to
/// miss more (HSCIC 2014: 1 in 50 who missed one missed three or more others).
const OWN_SPREAD: f64 = 0.5;

/// Appointments of an average person of the trust in three years.
const MEAN_APPOINTMENTS: f64 = 12.0;

/// Average of [`PER_HEAD`] over the district's people, which makes the mean come out.
const MEAN_PER_HEAD: f64 = 1.55;

/// Attendances a year and head, women and men, by age bands 0–4, 5–9, … 90 and over.
const PER_HEAD: [(f64, f64); 19] = [
    (0.90, 1.13),
    (0.64, 0.80),
    (0.78, 0.86),
    (1.10, 0.84),
    (1.33, 0.55),
    (2.13, 0.61),
    (2.76, 0.72),
    (2.38, 0.82),
    (1.90, 0.99),
    (1.64, 1.02),
    (1.97, 1.31),
    (2.32, 1.77),
    (2.76, 2.43),
    (3.00, 2.90),
    (3.06, 3.02),
    (4.67, 4.61),
    (4.53, 4.22),
    (4.79, 4.16),
    (4.17, 2.88),
];

/// Household sizes, cumulative: 30 % live alone (Census 2021, England and Wales), 34 % two, 16 %, 13 %, 5 %, 2 %.
const SIZES: [f64; 5] = [0.30, 0.64, 0.80, 0.93, 0.98];

/// Makes the people of one chunk, household by household.
pub fn people(place: &Place, first: u64, count: usize, stream: &mut Stream) -> Vec<Person> {
    let mut all: Vec<Person> = Vec::with_capacity(count + 6);
    let mut household = 0;
    while all.len() < count {
        let size = stream.unit();
        let size = 1 + SIZES.iter().filter(|limit| size >= **limit).count();
        let start = all.len();
        let area = place.draw_area(stream);
        let group = place.draw_group(area, stream);
        let moved = stream.chance(0.09).then(|| place.draw_area(stream));
        let car = stream.chance(no_car(place.areas[area].fifth));
        for member in 0..size {
            let own_group = if member > 0 && stream.chance(0.06) { place.draw_group(area, stream) } else { group };
            let home = Home { household, area, moved, group: own_group, no_car: car };
            let number = first + all.len() as u64;
            let person = person(place, number, &home, stream);
            all.push(person);
        }
        // Children do not live alone: somebody of the household is of age.
        if all[start..].iter().all(|person| person.born > DAYS / 2 - 18 * 366) {
            all[start].born -= 20 * 365 + i32::try_from(stream.below(20 * 365)).unwrap_or(0);
        }
        household += 1;
    }
    all.truncate(count);
    all
}

struct Home {
    household: u32,
    area: usize,
    moved: Option<usize>,
    group: EthnicGroup,
    no_car: bool,
}

fn person(place: &Place, number: u64, home: &Home, stream: &mut Stream) -> Person {
    let index = |area: usize| u16::try_from(area).unwrap_or(0);
    let age = place.draw_age(home.area, stream);
    let days = i32::try_from(age * 1461 / 4 + stream.below(365)).unwrap_or(0);
    let male = stream.chance(0.489);
    let category = place.draw_category(home.group, stream);
    let (women, men) = PER_HEAD[(age as usize / 5).min(18)];
    let per_head = if male { men } else { women };
    Person {
        number,
        household: home.household,
        area: index(home.area),
        earlier_area: home.moved.map(index),
        born: DAYS / 2 - days,
        male,
        group: home.group,
        category,
        needs: needs(place, home, age, category, stream),
        own: OWN_SPREAD * stream.normal(),
        // Health is uneven: a gamma of shape 2 between people alike.
        activity: MEAN_APPOINTMENTS * per_head / MEAN_PER_HEAD * (stream.exponential() + stream.exponential()) / 2.0,
    }
}

fn no_car(fifth: u8) -> f64 {
    [0.42, 0.30, 0.20, 0.14, 0.08][usize::from(fifth - 1)]
}

fn needs(place: &Place, home: &Home, age: u32, category: u8, stream: &mut Stream) -> Needs {
    let area = &place.areas[home.area];
    let grown = age >= 18;
    let deprived = area.fifth <= 2;
    let little_english = match (home.group, category) {
        (EthnicGroup::White, b'C') => 0.10,
        (EthnicGroup::White | EthnicGroup::Mixed, _) => 0.002,
        (EthnicGroup::Asian, _) if age >= 50 => 0.24,
        (EthnicGroup::Asian, _) => 0.08,
        (EthnicGroup::Black, _) => 0.05,
        (EthnicGroup::Other, _) => 0.14,
    };
    let by_age = |young: f64, middle: f64, old: f64| match age {
        ..18 => young,
        18..65 => middle,
        _ => old,
    };
    // Disability rises with age around the area's own share.
    let disabled = (area.disabled * by_age(0.45, 0.9, 2.0)).min(0.9);
    let offline = by_age(0.02, 0.03, 0.22) * if deprived { 1.3 } else { 0.8 };
    let migrant = matches!((home.group, category), (EthnicGroup::Other, _) | (EthnicGroup::Black, b'N'));
    let chances = [
        (Needs::INTERPRETER, little_english),
        (Needs::DISABLED, disabled),
        (Needs::LEARNING_DISABILITY, 0.012),
        (Needs::CARER, if grown { 0.10 } else { 0.02 }),
        (Needs::OFFLINE, offline),
        (Needs::HOMELESS, if grown && deprived { 0.006 } else { 0.001 }),
        (Needs::TRAVELLER, if category == b'C' { 0.11 } else { 0.0 }),
        (Needs::MIGRANT, if migrant { 0.12 } else { 0.002 }),
        (Needs::MENTAL_ILLNESS, if grown { 0.011 } else { 0.0 }),
    ];
    let mut set = if home.no_car { Needs::NO_CAR } else { 0 };
    for (flag, chance) in chances {
        if stream.chance(chance) {
            set |= flag;
        }
    }
    Needs(set)
}
