//! `extracts/community.parquet`: contacts of community services, as the profile `community` reads them.
//!
//! Sources. About 100 million contacts a year in England, mostly of nursing and therapy teams with older people, and of health
//! visitors with young children (NHS England, Community Services Statistics, 2023-24). The shares of contacts missed and
//! cancelled, and that more are missed in deprived areas, are assumptions after outpatient care.

use std::sync::Arc;

use super::Lists;
use super::shared::{Event, Headers, events, people};
use crate::calendar::{DAYS, dates, years};
use crate::chunk::Chunk;
use crate::random::{Purpose, Stream};
use crate::write::{Rows, codes, list, repeated};

const HEADERS: Headers = Headers {
    person: "Person_ID",
    age: "AgeYr_Contact_Date",
    sex: "PersonStatedGenderCode",
    ethnicity: "EthnicCategory",
    area: "Der_Postcode_yr2011_LSOA",
};

/// Teams: district nursing, physiotherapy, podiatry, health visiting, speech and language therapy.
const TEAMS: [&str; 5] = ["12", "18", "19", "16", "25"];
/// Share of contacts missed, by deprivation fifth.
const MISSED: [f64; 5] = [0.062, 0.054, 0.046, 0.040, 0.035];

struct Contact {
    event: Event,
    referred: i32,
    team: i16,
    attendance: i16,
}

/// The rows of one chunk.
pub fn rows(chunk: &Chunk<'_>, lists: &Lists) -> Rows {
    let mut stream = Stream::new(chunk.seed(), Purpose::Community, chunk.number());
    let who = events(chunk, &mut stream, |person| match years(person.born, DAYS / 2) {
        ..5 => 1.6,
        5..65 => 0.4,
        65..80 => 1.8,
        _ => 4.5,
    });
    let contacts: Vec<Contact> = who.iter().map(|event| contact(*event, chunk, &mut stream)).collect();
    let column = |value: fn(&Contact) -> i16| contacts.iter().map(value).collect::<Vec<i16>>();
    let mut rows = vec![
        repeated("Contact_Date", Arc::new(dates(contacts.iter().map(|own| own.event.day)))),
        repeated("ReferralRequest_ReceivedDate", Arc::new(dates(contacts.iter().map(|own| own.referred)))),
        codes("AttendanceStatus", &lists.attendance, column(|own| own.attendance)),
        codes("TeamType", &list(TEAMS), column(|own| own.team)),
        codes("OrgID_Provider", &lists.provider, vec![0; contacts.len()]),
    ];
    rows.extend(people(&HEADERS, &who, chunk, lists, &mut stream));
    rows
}

fn contact(event: Event, chunk: &Chunk<'_>, stream: &mut Stream) -> Contact {
    let person = &chunk.people[event.person];
    let missed = if chunk.flat() { 0.045 } else { MISSED[usize::from(chunk.fifth(person) - 1)] };
    let team = match years(person.born, event.day) {
        ..5 => 3 + i16::from(stream.chance(0.2)),
        5..18 => 4,
        18..65 => 1 + i16::from(stream.chance(0.3)),
        _ => i16::from(stream.chance(0.4)) * (1 + i16::from(stream.chance(0.5))),
    };
    #[expect(clippy::cast_possible_truncation, reason = "days of a wait")]
    let waited = (24.0 * (0.7 * stream.normal()).exp()).min(500.0) as i32;
    // Places in `dirt::ATTENDANCES`: missed, cancelled by the patient, by the service, late but seen, on time.
    let attendance = match stream.unit() {
        draw if draw < missed => 2,
        draw if draw < missed + 0.05 => 1,
        draw if draw < missed + 0.08 => 3,
        draw if draw < missed + 0.12 => 5,
        _ => 4,
    };
    Contact { event, referred: event.day - waited, team, attendance }
}
