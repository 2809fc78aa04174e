//! `extracts/maternity-bookings.parquet`: one row for each pregnancy, as the profile `maternity-bookings` reads it.
//!
//! Sources. About 52 births a year for each 1,000 women of 15 to 44 (Office for National Statistics, Births in England and Wales,
//! 2023); about two thirds book within ten weeks, fewer in deprived areas and among Black and Asian women, and about 7 to 8 %
//! smoke at booking or delivery, far more in deprived areas (NHS England, Maternity Services Monthly Statistics, 2023-24).

use std::sync::Arc;

use super::Lists;
use super::shared::{Event, Headers, events, people, whole, yes_no};
use crate::calendar::{DAYS, dates, years};
use crate::chunk::Chunk;
use crate::people::{Needs, Person};
use crate::place::EthnicGroup;
use crate::random::{Purpose, Stream};
use crate::write::{Rows, codes, list, repeated};

const HEADERS: Headers = Headers {
    person: "Person_ID_Mother",
    age: "AgeAtBookingMother",
    sex: "Person_Stated_Gender_Code",
    ethnicity: "EthnicCategoryMother",
    area: "LSOAMother2011",
};

/// Share who smoke at booking, by deprivation fifth.
const SMOKERS: [f64; 5] = [0.16, 0.12, 0.09, 0.07, 0.04];

/// The rows of one chunk.
pub fn rows(chunk: &Chunk<'_>, lists: &Lists) -> Rows {
    let mut stream = Stream::new(chunk.seed(), Purpose::Maternity, chunk.number());
    let bookings = events(chunk, &mut stream, |person| match years(person.born, DAYS / 2) {
        17..43 if !person.male => 0.19,
        _ => 0.0,
    });
    let flat = chunk.flat();
    let (mut gestation, mut smoking, mut continuity, mut social, mut disabled) =
        (vec![], vec![], vec![], vec![], vec![]);
    for booking in &bookings {
        let person = &chunk.people[booking.person];
        let fifth = usize::from(chunk.fifth(person) - 1);
        let late = if flat { 0.0 } else { lateness(person, fifth) };
        #[expect(clippy::cast_possible_truncation, reason = "days of a pregnancy")]
        gestation.push(((66.0 + late) * (0.28 * stream.normal()).exp()).clamp(28.0, 280.0) as i32);
        let white = person.group == EthnicGroup::White;
        let smokes = if flat { 0.1 } else { SMOKERS[fifth] * if white { 1.4 } else { 0.35 } };
        smoking.push(i16::from(!stream.chance(smokes)));
        continuity.push(Some(stream.chance(0.16)));
        let complex = Needs::HOMELESS | Needs::MIGRANT | Needs::INTERPRETER | Needs::MENTAL_ILLNESS;
        social.push(Some(person.needs.has(complex) || stream.chance(0.06)));
        disabled.push(if stream.chance(0.2) { -1 } else { i16::from(person.needs.has(Needs::DISABLED)) });
    }
    let mut rows = vec![
        repeated("AntenatalAppDate", Arc::new(dates(bookings.iter().map(|event| event.day)))),
        whole("GestAgeBooking", gestation.into_iter().map(Some)),
        codes("SmokingStatusGroupBooking", &list(["Smoker", "Non-Smoker / Ex-Smoker"]), smoking),
        yes_no("ContCarePathInd", lists, continuity.into_iter()),
        yes_no("ComplexSocialFactorsInd", lists, social.into_iter()),
        codes("DisabilityIndMother", &lists.no_yes, disabled),
        codes("OrgCodeProvider", &lists.provider, vec![0; bookings.len()]),
    ];
    let who: Vec<Event> = bookings;
    rows.extend(people(&HEADERS, &who, chunk, lists, &mut stream));
    rows
}

/// Days by which some book later.
fn lateness(person: &Person, fifth: usize) -> f64 {
    let deprived = [7.0, 4.0, 1.0, 0.0, -2.0][fifth];
    let group = match person.group {
        EthnicGroup::White => 0.0,
        EthnicGroup::Mixed => 2.0,
        EthnicGroup::Asian => 3.0,
        EthnicGroup::Black => 8.0,
        EthnicGroup::Other => 9.0,
    };
    deprived + group + if person.needs.has(Needs::INTERPRETER | Needs::MIGRANT) { 10.0 } else { 0.0 }
}
