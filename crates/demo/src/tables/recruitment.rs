//! `extracts/staff-recruitment.parquet`: one row for each person shortlisted for a post, as the profile `staff-recruitment` reads
//! them.
//!
//! Source. White applicants were 1.6 times as likely to be appointed from shortlisting as those from ethnic minorities (NHS
//! England, Workforce Race Equality Standard, 2023). How many are shortlisted, and that about one in five is appointed, are
//! assumptions.

use std::sync::Arc;

use arrow_array::{Int16Array, StringArray};

use super::Lists;
use super::staff::{BANDS, GROUPS};
use crate::calendar::{DAYS, dates};
use crate::chunk::Chunk;
use crate::dirt::ETHNICITIES;
use crate::place::EthnicGroup;
use crate::random::{Purpose, Stream};
use crate::write::{Rows, codes, list, repeated};

/// People of the trust for each person shortlisted in the three years.
const PEOPLE_FOR_EACH: usize = 8;

struct Applicant {
    number: u64,
    day: i32,
    age: i16,
    male: bool,
    ethnicity: i16,
    disability: i16,
    band: i16,
    appointed: bool,
}

/// The rows of one chunk.
pub fn rows(chunk: &Chunk<'_>, lists: &Lists) -> Rows {
    let mut stream = Stream::new(chunk.seed(), Purpose::Recruitment, chunk.number());
    let count = chunk.people.len() / PEOPLE_FOR_EACH;
    let people: Vec<Applicant> =
        (0..count).map(|position| applicant(chunk.number() << 16 | position as u64, chunk, &mut stream)).collect();
    let column = |value: fn(&Applicant) -> i16| people.iter().map(value).collect::<Vec<i16>>();
    let names = people.iter().map(|own| crate::names::pseudonym(chunk.seed() ^ 0xA991, own.number));
    // Healthcare assistants, clerks, nurses, managers, doctors: the group goes with the band.
    let group = |own: &Applicant| match own.band {
        0..3 => own.band % 2,
        3..6 => 3,
        6..9 => 1,
        _ => 4,
    };
    vec![
        repeated("Applicant_Pseudonym", Arc::new(StringArray::from_iter_values(names))),
        repeated("Shortlisted_Date", Arc::new(dates(people.iter().map(|own| own.day)))),
        codes("Appointed", &lists.no_yes, column(|own| i16::from(own.appointed))),
        repeated("Age", Arc::new(people.iter().map(|own| own.age).collect::<Int16Array>())),
        codes("Gender", &lists.sex, column(|own| i16::from(!own.male))),
        codes("Ethnic Origin", &lists.ethnicity, column(|own| own.ethnicity)),
        codes("Disability", &lists.no_yes, column(|own| own.disability)),
        codes("Band", &list(BANDS), column(|own| own.band)),
        codes("Staff Group", &list(GROUPS), people.iter().map(group).collect()),
    ]
}

fn applicant(number: u64, chunk: &Chunk<'_>, stream: &mut Stream) -> Applicant {
    let place = chunk.place();
    let group = place.draw_group(place.draw_area(stream), stream);
    let category = place.draw_category(group, stream);
    let own = ETHNICITIES.iter().position(|code| code.as_bytes()[0] == category).unwrap_or(17);
    let white = group == EthnicGroup::White;
    let chance = match (chunk.flat(), white) {
        (true, _) => 0.19,
        (false, true) => 0.21,
        (false, false) => 0.14,
    };
    let limit = u32::try_from(DAYS).unwrap_or(1);
    Applicant {
        number,
        day: i32::try_from(stream.below(limit)).unwrap_or(0),
        age: 18 + i16::try_from(stream.below(20) + stream.below(24)).unwrap_or(0),
        male: stream.chance(0.24),
        ethnicity: if stream.chance(0.05) { 16 } else { i16::try_from(own).unwrap_or(17) },
        disability: match stream.unit() {
            ..0.06 => -1,
            0.06..0.14 => 1,
            _ => 0,
        },
        band: i16::try_from(stream.below(10)).unwrap_or(0),
        appointed: stream.chance(chance),
    }
}
