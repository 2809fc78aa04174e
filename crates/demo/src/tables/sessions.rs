//! `extracts/talking-therapies-sessions.parquet`: appointments of talking therapies, as the profile `talking-therapies-contacts`
//! reads them.
//!
//! Sources. About eight appointments for each course, and about 10 to 12 % of appointments missed without notice (NHS England,
//! NHS Talking Therapies, Annual reports 2023-24). That more are missed in deprived areas is an assumption after outpatient
//! care.

use std::sync::Arc;

use super::Lists;
use super::shared::{Headers, events, people};
use crate::calendar::{DAYS, dates, years};
use crate::chunk::Chunk;
use crate::random::{Purpose, Stream};
use crate::write::{Rows, codes, list, repeated};

const HEADERS: Headers = Headers {
    person: "Person_ID",
    age: "Age_CareContDate",
    sex: "Gender",
    ethnicity: "EthnicCategory",
    area: "LSOA2021",
};

/// Attendance as this data set writes it: with a nought before it.
const ATTENDANCES: [&str; 6] = ["05", "06", "07", "03", "02", "04"];
/// Share missed, by deprivation fifth.
const MISSED: [f64; 5] = [0.135, 0.120, 0.108, 0.098, 0.090];

/// The rows of one chunk.
pub fn rows(chunk: &Chunk<'_>, lists: &Lists) -> Rows {
    let mut stream = Stream::new(chunk.seed(), Purpose::Sessions, chunk.number());
    let who = events(chunk, &mut stream, |person| match years(person.born, DAYS / 2) {
        16..65 => 0.5,
        65.. => 0.15,
        _ => 0.0,
    });
    let mut attendance = Vec::with_capacity(who.len());
    let mut medium = Vec::with_capacity(who.len());
    for event in &who {
        let missed =
            if chunk.flat() { 0.11 } else { MISSED[usize::from(chunk.fifth(&chunk.people[event.person]) - 1)] };
        attendance.push(match stream.unit() {
            draw if draw < missed => 3,
            draw if draw < missed + 0.004 => 2,
            draw if draw < missed + 0.10 => 4,
            draw if draw < missed + 0.14 => 5,
            draw if draw < missed + 0.20 => 1,
            _ => 0,
        });
        medium.push(i16::from(stream.chance(0.45)));
    }
    let mut rows = vec![
        repeated("CareContDate", Arc::new(dates(who.iter().map(|event| event.day)))),
        codes("AttendOrDNACode", &list(ATTENDANCES), attendance),
        codes("ConsMechanism", &lists.medium, medium),
        codes("OrgID_Provider", &lists.provider, vec![0; who.len()]),
    ];
    rows.extend(people(&HEADERS, &who, chunk, lists, &mut stream));
    rows
}
