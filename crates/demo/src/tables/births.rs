//! `extracts/maternity-births.parquet`: one row for each baby, as the profile `maternity-births` reads it.
//!
//! Sources. About 7.9 % of babies are born before 37 weeks, more of them in deprived areas and to Black and Asian mothers; about
//! 1.5 % of births are of twins (Office for National Statistics, Birth characteristics in England and Wales, 2022). About 23 %
//! of births are by emergency caesarean, and about 73 % of babies have breast milk first (NHS England, Maternity Services
//! Monthly Statistics, 2023-24). How much the shares differ between groups is an assumption.

use std::sync::Arc;

use super::Lists;
use super::shared::{Event, Headers, events, people, whole};
use crate::calendar::{DAYS, dates, years};
use crate::chunk::Chunk;
use crate::place::EthnicGroup;
use crate::random::{Purpose, Stream};
use crate::write::{Rows, codes, list, repeated};

const HEADERS: Headers = Headers {
    person: "Person_ID_Mother",
    age: "AgeAtBirthMother",
    sex: "Person_Stated_Gender_Code",
    ethnicity: "EthnicCategoryMother",
    area: "LSOAMother2011",
};

/// Share born before 37 weeks, by deprivation fifth.
const EARLY: [f64; 5] = [0.090, 0.083, 0.077, 0.072, 0.066];

struct Baby {
    event: Event,
    days: i32,
    together: i32,
    method: i16,
    milk: i16,
}

/// The rows of one chunk.
pub fn rows(chunk: &Chunk<'_>, lists: &Lists) -> Rows {
    let mut stream = Stream::new(chunk.seed(), Purpose::Births, chunk.number());
    let deliveries = events(chunk, &mut stream, |person| match years(person.born, DAYS / 2) {
        17..43 if !person.male => 0.17,
        _ => 0.0,
    });
    let mut babies = Vec::new();
    for event in deliveries {
        let together = 1 + i32::from(stream.chance(0.015));
        let days = pregnancy(event, together, chunk, &mut stream);
        // Spontaneous, forceps, planned and emergency caesarean.
        let method = match stream.unit() {
            ..0.50 => 0,
            0.50..0.61 => 1,
            0.61..0.77 => 2,
            _ => 3,
        };
        for _ in 0..together {
            let milk = milk(event, chunk, &mut stream);
            babies.push(Baby { event, days, together, method, milk });
        }
    }
    let who: Vec<Event> = babies.iter().map(|baby| baby.event).collect();
    let mut rows = vec![
        repeated("PersonBirthDateBaby", Arc::new(dates(who.iter().map(|event| event.day)))),
        whole("GestationLengthBirth", babies.iter().map(|baby| Some(baby.days))),
        codes("PregOutcome", &list(["01"]), vec![0; babies.len()]),
        whole("BirthsPerLabandDel", babies.iter().map(|baby| Some(baby.together))),
        codes("DeliveryMethodCode", &list(["0", "3", "7", "8"]), babies.iter().map(|baby| baby.method).collect()),
        codes("BabyFirstFeedIndCode", &list(["01", "02", "03"]), babies.iter().map(|baby| baby.milk).collect()),
        codes("OrgCodeProvider", &lists.provider, vec![0; babies.len()]),
    ];
    rows.extend(people(&HEADERS, &who, chunk, lists, &mut stream));
    rows
}

/// Days of the pregnancy.
fn pregnancy(event: Event, together: i32, chunk: &Chunk<'_>, stream: &mut Stream) -> i32 {
    let person = &chunk.people[event.person];
    let early = match (together > 1, chunk.flat()) {
        (true, _) => 0.54,
        (false, true) => 0.075,
        (false, false) => {
            let group = match person.group {
                EthnicGroup::Black => 1.25,
                EthnicGroup::Asian => 1.1,
                EthnicGroup::White | EthnicGroup::Mixed | EthnicGroup::Other => 1.0,
            };
            EARLY[usize::from(chunk.fifth(person) - 1)] * group
        }
    };
    #[expect(clippy::cast_possible_truncation, reason = "days of a pregnancy")]
    if stream.chance(early) {
        (258.0 - 14.0 * stream.exponential()).max(160.0) as i32
    } else {
        (277.0 + 7.0 * stream.normal()).clamp(259.0, 296.0) as i32
    }
}

/// Position of the first feed: the mother's own milk, a donor's, none; −1 where it is not recorded.
fn milk(event: Event, chunk: &Chunk<'_>, stream: &mut Stream) -> i16 {
    let person = &chunk.people[event.person];
    let deprived = !chunk.flat() && chunk.fifth(person) == 1;
    let white = !chunk.flat() && person.group == EthnicGroup::White;
    let share = 0.80 - if deprived { 0.06 } else { 0.0 } - if white { 0.10 } else { 0.0 };
    match stream.unit() {
        ..0.03 => -1,
        0.03..0.04 => 1,
        _ if stream.chance(share) => 0,
        _ => 2,
    }
}
