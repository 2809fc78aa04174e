//! `extracts/emergency-care.parquet`: attendances at the emergency department, as the profile `ecds` reads them. Areas are coded
//! as of 2011 here, as of 2021 elsewhere.
//!
//! Sources. About 0.43 attendances a head and year (NHS England, A&E Attendances and Emergency Admissions, 2023-24: 26 million
//! in England), nearly twice as many from the most as from the least deprived areas (Hospital Accident and Emergency Activity);
//! about 70 % leave within four hours, about 6 % before treatment. Differences beyond these are assumptions.

use std::sync::Arc;

use super::Lists;
use super::shared::{Event, Headers, events, people, whole};
use crate::calendar::dates;
use crate::chunk::Chunk;
use crate::people::{Needs, Person};
use crate::random::{Purpose, Stream};
use crate::write::{Rows, codes, list, repeated};

const HEADERS: Headers = Headers {
    person: "Der_Pseudo_NHS_Number",
    age: "Age_At_Arrival",
    sex: "Sex",
    ethnicity: "Ethnic_Category",
    area: "Der_Postcode_LSOA_2011_Code",
};

/// Attendances a head in three years, by deprivation fifth.
const BY_FIFTH: [f64; 5] = [1.65, 1.35, 1.15, 1.00, 0.90];

/// Treatment completed, left before and after assessment, streamed to an inpatient unit.
const STATUS: [&str; 4] = ["182992009", "1066301000000103", "1066311000000101", "1324201000000109"];

struct Visit {
    event: Event,
    category: i16,
    kind: i16,
    assessed: i32,
    treated: Option<i32>,
    left: i32,
    status: i16,
    before: i32,
}

/// The rows of one chunk.
pub fn rows(chunk: &Chunk<'_>, lists: &Lists) -> Rows {
    let mut stream = Stream::new(chunk.seed(), Purpose::Emergency, chunk.number());
    let flat = chunk.flat();
    let rate = |person: &Person| {
        let often = if !flat && person.needs.has(Needs::HOMELESS | Needs::MENTAL_ILLNESS) { 3.0 } else { 1.0 };
        often * if flat { 1.3 } else { BY_FIFTH[usize::from(chunk.fifth(person) - 1)] }
    };
    let mut all = events(chunk, &mut stream, rate);
    all.sort_unstable_by_key(|event| (event.person, event.day));
    let mut visits: Vec<Visit> = Vec::with_capacity(all.len());
    for event in all {
        let earlier = || visits.iter().rev().take_while(|visit| visit.event.person == event.person);
        let before = earlier().filter(|visit| event.day - visit.event.day <= 365).count();
        let again = earlier().next().is_some_and(|visit| event.day - visit.event.day <= 7);
        visits.push(visit(event, again, before, &mut stream));
    }
    let who: Vec<Event> = visits.iter().map(|visit| visit.event).collect();
    let mut rows = vec![
        repeated("Arrival_Date", Arc::new(dates(who.iter().map(|event| event.day)))),
        codes("EC_AttendanceCategory", &list(["1", "2", "4"]), visits.iter().map(|visit| visit.category).collect()),
        codes("EC_Department_Type", &list(["01", "03"]), visits.iter().map(|visit| visit.kind).collect()),
        whole("EC_Initial_Assessment_Time_Since_Arrival", visits.iter().map(|visit| Some(visit.assessed))),
        whole("EC_Seen_For_Treatment_Time_Since_Arrival", visits.iter().map(|visit| visit.treated)),
        whole("EC_Departure_Time_Since_Arrival", visits.iter().map(|visit| Some(visit.left))),
        codes("EC_Discharge_Status_SNOMED_CT", &list(STATUS), visits.iter().map(|visit| visit.status).collect()),
        whole("Attendances_Previous_12_Months", visits.iter().map(|visit| Some(visit.before))),
        codes("Provider_Code", &lists.provider, vec![0; visits.len()]),
    ];
    rows.extend(people(&HEADERS, &who, chunk, lists, &mut stream));
    rows
}

fn visit(event: Event, again: bool, before: usize, stream: &mut Stream) -> Visit {
    #[expect(clippy::cast_possible_truncation, reason = "minutes of a visit")]
    let mut minutes = |median: f64, spread: f64| (median * (spread * stream.normal()).exp()).min(4000.0) as i32;
    let (assessed, wait, rest) = (minutes(15.0, 0.7), minutes(70.0, 0.7), minutes(95.0, 0.8));
    let status = match stream.unit() {
        ..0.02 => 1,
        0.02..0.06 => 2,
        0.06..0.30 => 3,
        _ => 0,
    };
    let treated = (status == 0 || status == 3).then_some(assessed + wait);
    Visit {
        event,
        category: if stream.chance(0.02) { 2 } else { i16::from(again) },
        kind: i16::from(stream.chance(0.3)),
        assessed,
        treated,
        left: treated.map_or(assessed + wait / 2 + 1, |treated| treated + rest),
        status,
        before: i32::try_from(before).unwrap_or(0),
    }
}
