//! `extracts/talking-therapies.parquet`: referrals, as the profile `talking-therapies` reads them.
//!
//! Sources. About 1.8 million referrals a year in England, 38 % of those that end have completed a course, 50 % of these recover,
//! 67 % improve reliably; 90 % of courses begin within six weeks; fewer recover in deprived areas and among some ethnic groups
//! (NHS England, NHS Talking Therapies for anxiety and depression, Annual reports 2023-24).

use std::sync::Arc;

use super::Lists;
use super::shared::{Event, Headers, events, optional_dates, people, yes_no};
use crate::calendar::{DAYS, dates, years};
use crate::chunk::Chunk;
use crate::people::Person;
use crate::place::EthnicGroup;
use crate::random::{Purpose, Stream};
use crate::write::{Rows, codes, repeated};

const HEADERS: Headers = Headers {
    person: "Person_ID",
    age: "Age_ReferralRequest_ReceivedDate",
    sex: "Gender",
    ethnicity: "EthnicCategory",
    area: "LSOA2021",
};

/// Share of completed courses that end in recovery, by deprivation fifth.
const RECOVERED: [f64; 5] = [0.44, 0.48, 0.51, 0.53, 0.55];

struct Course {
    event: Event,
    first: Option<i32>,
    second: Option<i32>,
    ended: Option<i32>,
    completed: bool,
    recovered: Option<bool>,
    improved: Option<bool>,
    not_caseness: bool,
}

/// The rows of one chunk.
pub fn rows(chunk: &Chunk<'_>, lists: &Lists) -> Rows {
    let mut stream = Stream::new(chunk.seed(), Purpose::Therapies, chunk.number());
    let referrals = events(chunk, &mut stream, |person| match years(person.born, DAYS / 2) {
        16..65 => 0.13,
        65.. => 0.04,
        _ => 0.0,
    });
    let courses: Vec<Course> = referrals.into_iter().map(|event| course(event, chunk, &mut stream)).collect();
    let who: Vec<Event> = courses.iter().map(|course| course.event).collect();
    let mut rows = vec![
        repeated("ReferralRequestReceivedDate", Arc::new(dates(who.iter().map(|event| event.day)))),
        optional_dates("TherapySession_FirstDate", &courses.iter().map(|course| course.first).collect::<Vec<_>>()),
        optional_dates("TherapySession_SecondDate", &courses.iter().map(|course| course.second).collect::<Vec<_>>()),
        optional_dates("ServDischDate", &courses.iter().map(|course| course.ended).collect::<Vec<_>>()),
        yes_no("CompletedTreatment_Flag", lists, courses.iter().map(|course| Some(course.completed))),
        yes_no("Recovery_Flag", lists, courses.iter().map(|course| course.recovered)),
        yes_no("ReliableImprovement_Flag", lists, courses.iter().map(|course| course.improved)),
        yes_no("NotCaseness_Flag", lists, courses.iter().map(|course| Some(course.not_caseness))),
        codes("OrgID_Provider", &lists.provider, vec![0; courses.len()]),
    ];
    rows.extend(people(&HEADERS, &who, chunk, lists, &mut stream));
    rows
}

fn course(event: Event, chunk: &Chunk<'_>, stream: &mut Stream) -> Course {
    let person = &chunk.people[event.person];
    let entered = stream.chance(0.68);
    #[expect(clippy::cast_possible_truncation, reason = "days of a wait")]
    let mut days = |median: f64| (median * (0.6 * stream.normal()).exp()).min(600.0) as i32;
    let (first, second, rest) = (event.day + days(17.0), days(38.0), days(80.0));
    let seen = |day: i32| Some(day).filter(|day| entered && *day < DAYS);
    let ended = Some(if entered { first + second + rest } else { event.day + 45 }).filter(|day| *day < DAYS);
    let completed = entered && ended.is_some() && stream.chance(0.56);
    let recovers = if chunk.flat() { 0.5 } else { recovery(person, chunk.fifth(person)) };
    Course {
        event,
        first: seen(first),
        second: seen(first + second),
        ended,
        completed,
        recovered: completed.then(|| stream.chance(recovers)),
        improved: completed.then(|| stream.chance(0.67)),
        not_caseness: stream.chance(0.07),
    }
}

fn recovery(person: &Person, fifth: u8) -> f64 {
    let less = match person.group {
        EthnicGroup::White => 0.0,
        EthnicGroup::Black | EthnicGroup::Mixed => 0.03,
        EthnicGroup::Asian | EthnicGroup::Other => 0.05,
    };
    RECOVERED[usize::from(fifth - 1)] - less
}
