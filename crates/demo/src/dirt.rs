//! What systems record about people, with the errors of real extracts: codes missing more for some groups than for others,
//! wrong codes, old addresses, rows that come twice.
//!
//! Sources. Ethnicity not stated 11.7 %, not known 8.6 % of attendances: NHS England, Hospital Outpatient Activity 2023-24.
//! That it is missing, and wrong, more often for minority ethnic groups: NHS Race and Health Observatory and Nuffield Trust,
//! Ethnicity coding in English health service datasets, 2021. The other shares are assumptions.

use crate::people::Person;
use crate::place::{EthnicGroup, Place};
use crate::random::Stream;

/// What can stand in the column for ethnic category; the last two are no codes.
pub const ETHNICITIES: [&str; 20] =
    ["A", "B", "C", "D", "E", "F", "G", "H", "J", "K", "L", "M", "N", "P", "R", "S", "Z", "99", "T", "I"];
const NOT_STATED: u8 = 16;
const NOT_KNOWN: u8 = 17;

/// What can stand in the column for sex; the last is no code.
pub const SEXES: [&str; 5] = ["1", "2", "9", "X", "8"];

/// What can stand in the column for attendance; the last is no code.
pub const ATTENDANCES: [&str; 8] = ["0", "2", "3", "4", "5", "6", "7", "8"];

/// Share of records of another system that hold another category than the outpatient one: few for White British, more for
/// others (the direction after NHS Race and Health Observatory and Nuffield Trust, 2021; the size is an assumption).
const DIFFERS: [f64; 2] = [0.01, 0.06];

/// The category that another system recorded when it asked itself: now and then another one, most often Other.
pub fn asked_again(ethnicity: u8, flat: bool, stream: &mut Stream) -> u8 {
    let british = flat || ethnicity == 0;
    if ethnicity >= NOT_STATED || !stream.chance(DIFFERS[usize::from(!british)]) {
        return ethnicity;
    }
    let other = stream.below(NOT_STATED.into());
    if stream.chance(0.5) { NOT_STATED - 1 } else { u8::try_from(other).unwrap_or(ethnicity) }
}

/// NHS number trace status: verified, not yet traced.
pub const TRACES: [&str; 2] = ["01", "03"];

/// Share of rows with a code for attendance that is none.
pub const WRONG_ATTENDANCE: f64 = 0.0008;
/// Share of rows without an age.
pub const NO_AGE: f64 = 0.001;
/// Share of rows that come twice.
pub const TWICE: f64 = 0.0005;
/// Share of visits of the last two weeks whose outcome is recorded only after the extract was taken.
pub const LATE: f64 = 0.12;

/// What one system records about one person.
#[derive(Clone, Copy, Debug)]
pub struct Recorded {
    /// Position in [`ETHNICITIES`].
    pub ethnicity: u8,
    /// Ethnicity was not asked yet: it will be when the person next arrives.
    pub to_be_asked: bool,
    /// Position in [`SEXES`].
    pub sex: u8,
    /// Position of the area by the address on record.
    pub area: Option<u16>,
    /// The address on record is that of before a move.
    pub old_address: bool,
    /// The NHS number was traced.
    pub traced: bool,
}

/// What a system records about a person; `flat` records everybody equally badly.
pub fn record(place: &Place, person: &Person, flat: bool, stream: &mut Stream) -> Recorded {
    let white = flat || person.group == EthnicGroup::White;
    let own = ETHNICITIES.iter().position(|code| code.as_bytes()[0] == person.category);
    let mut ethnicity = u8::try_from(own.unwrap_or(0)).unwrap_or(0);
    let draw = stream.unit();
    let (not_stated, wrong) = if white { (0.10, 0.01) } else { (0.15, 0.07) };
    if draw < not_stated {
        ethnicity = NOT_STATED;
    } else if draw < not_stated + wrong {
        ethnicity = wrong_ethnicity(ethnicity, stream);
    }
    let sex = match stream.unit() {
        ..0.0004 => 4,
        0.0004..0.0012 => 3,
        0.0012..0.0014 => 2,
        _ => u8::from(!person.male),
    };
    let old_address = person.earlier_area.is_some() && stream.chance(0.35);
    let area = if old_address { person.earlier_area } else { Some(person.area) };
    let deprived = place.areas[usize::from(person.area)].fifth == 1;
    let homeless = if deprived && !flat { 0.012 } else { 0.006 };
    Recorded {
        ethnicity,
        to_be_asked: stream.chance(if white { 0.16 } else { 0.22 }),
        sex,
        area: area.filter(|_| !stream.chance(homeless)),
        old_address,
        traced: !stream.chance(if white { 0.01 } else { 0.025 }),
    }
}

/// Wrong codes: another category of a neighbouring kind, "any other", or a letter that is no code.
fn wrong_ethnicity(own: u8, stream: &mut Stream) -> u8 {
    match stream.below(10) {
        0 => 18,
        1 => 19,
        2..6 => 15,
        _ => (own + 1) % 16,
    }
}

/// What stands in a row for ethnicity, given whether the person came. Where the artefact is planted, ethnicity is asked on
/// arrival, so "not known" holds mostly people who did not arrive; where it is not, it is missing at random.
#[inline]
pub fn ethnicity_of_row(recorded: &Recorded, artefact: bool, came: bool, stream: &mut Stream) -> u8 {
    let share = match (recorded.to_be_asked, artefact, came) {
        (false, ..) => return recorded.ethnicity,
        (true, false, _) => 0.5,
        (true, true, true) => 0.42,
        (true, true, false) => 0.96,
    };
    if stream.chance(share) { NOT_KNOWN } else { recorded.ethnicity }
}
