//! `extracts/waiting-list.parquet`: the list on the last Sunday of each month, as the profile `waiting-list` reads it.
//!
//! Source. In 2025 about 60 % of pathways waited within 18 weeks and about 3 % over a year (NHS England, Consultant-led Referral
//! to Treatment Waiting Times). That people of deprived areas wait longer is an assumption of the order that The King's Fund
//! reported in 2021 (1.8 times as likely to wait over a year), taken at half strength.

use std::sync::Arc;

use super::Lists;
use super::shared::{Event, Headers, events, optional_dates, people};
use crate::calendar::{DAYS, dates};
use crate::chunk::Chunk;
use crate::random::{Purpose, Stream};
use crate::write::{Rows, codes, list, repeated};

const HEADERS: Headers = Headers {
    person: "Der_Pseudo_NHS_Number",
    age: "Age_At_Week_Ending_Date",
    sex: "Sex",
    ethnicity: "Ethnic_Category",
    area: "Der_Postcode_LSOA_2021_Code",
};

/// Days between two pictures of the list: four weeks and a few days would drift, so it is four weeks.
const BETWEEN: i32 = 28;
/// Days before the first one from which clocks run.
const RUN_IN: i32 = 730;
/// The first Sunday (2023-04-02) is day 1.
const FIRST_SUNDAY: i32 = 1;

/// The rows of one chunk.
pub fn rows(chunk: &Chunk<'_>, lists: &Lists) -> Rows {
    let mut stream = Stream::new(chunk.seed(), Purpose::Waiting, chunk.number());
    let flat = chunk.flat();
    // About one person in eleven waits at any time. Clocks have run for two years before the first picture and start until the
    // last, so that no picture lacks the long waits or the new ones.
    let stretch = f64::from(DAYS + RUN_IN) / f64::from(DAYS);
    let starts = events(chunk, &mut stream, |_| 0.9 * stretch);
    let (mut who, mut clock, mut clinic, mut priority, mut kind) = (vec![], vec![], vec![], vec![], vec![]);
    for start in starts {
        let deprived = !flat && chunk.fifth(&chunk.people[start.person]) == 1;
        // Clocks run for 16 weeks in the middle, and for more than a year now and then.
        let median = if deprived { 122.0 } else { 108.0 };
        #[expect(clippy::cast_possible_truncation, reason = "days of a wait")]
        let wait = (median * (0.75 * stream.normal()).exp()) as i32;
        let (own_clinic, own_priority, own_kind) = (stream.below(24), stream.below(10), stream.below(10));
        let began = start.day * (DAYS + RUN_IN) / DAYS - RUN_IN;
        let first = (began - FIRST_SUNDAY).div_euclid(BETWEEN) + 1;
        let weeks = (first.max(0)..).map(|picture| FIRST_SUNDAY + picture * BETWEEN);
        for week in weeks.take_while(|week| *week < DAYS && *week <= began + wait) {
            who.push(Event { person: start.person, day: week });
            clock.push(began);
            clinic.push(i16::try_from(own_clinic).unwrap_or(0));
            priority.push(i16::from(own_priority == 9));
            kind.push(i16::from(own_kind > 7) + i16::from(own_kind == 0) * 2);
        }
    }
    let no_stop = vec![None; who.len()];
    let mut rows = vec![
        repeated("Week_Ending_Date", Arc::new(dates(who.iter().map(|event| event.day)))),
        repeated("Referral_To_Treatment_Period_Start_Date", Arc::new(dates(clock.into_iter()))),
        optional_dates("Referral_To_Treatment_Period_End_Date", &no_stop),
        codes("Waiting_List_Type", &list(["ORTT", "IRTT", "ONON"]), kind),
        codes("Priority_Type_Code", &list(["1", "2"]), priority),
        codes("Activity_Treatment_Function_Code", &lists.clinics, clinic),
    ];
    rows.extend(people(&HEADERS, &who, chunk, lists, &mut stream));
    rows
}
