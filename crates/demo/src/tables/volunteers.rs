//! `extracts/calls.parquet`: what volunteers heard when they called people who had missed an appointment. Not everybody answers,
//! and not everybody tells the first barrier: `truth/barriers.parquet` holds what it was.

use std::sync::Arc;

use arrow_array::{Int64Array, StringArray};

use super::Lists;
use crate::barriers::BARRIERS;
use crate::calendar::{DAYS, dates};
use crate::chunk::Chunk;
use crate::outpatients::Appointment;
use crate::people::Needs;
use crate::random::{Purpose, Stream};
use crate::write::{Rows, codes, growing, list, repeated};

/// Calls are made for the last half year.
const FIRST_CALL: i32 = DAYS - 183;
/// Share of people whom volunteers try to call.
const CALLED: f64 = 0.25;

/// The rows of one chunk.
pub fn rows(chunk: &Chunk<'_>, _lists: &Lists) -> Rows {
    let mut stream = Stream::new(chunk.seed(), Purpose::Calls, chunk.number());
    let (mut visits, mut answered, mut told) = (Vec::<&Appointment>::new(), vec![], vec![]);
    let missed = chunk.appointments.iter().filter(|visit| visit.barrier >= 0 && visit.day >= FIRST_CALL);
    for visit in missed {
        if !stream.chance(CALLED) {
            continue;
        }
        let needs = chunk.people[visit.person as usize].needs;
        let hard = needs.has(Needs::INTERPRETER | Needs::HOMELESS | Needs::OFFLINE) || visit.barrier == 2;
        let reached = stream.chance(if hard { 0.3 } else { 0.55 });
        visits.push(visit);
        answered.push(i16::from(reached));
        told.push(if reached { say(visit.barrier, &mut stream) } else { -1 });
    }
    let volunteers: Vec<String> = (1..=12).map(|number| format!("V{number:02}")).collect();
    let reasons: Vec<String> =
        BARRIERS.iter().map(|barrier| (*barrier).to_owned()).chain(["prefers not to say".to_owned()]).collect();
    let who = visits.iter().map(|_| i16::try_from(stream.below(12)).unwrap_or(0)).collect();
    vec![
        growing("OPA_Ident", Arc::new(visits.iter().map(|visit| chunk.ident(visit.number)).collect::<Int64Array>())),
        repeated("Call_Date", Arc::new(dates(visits.iter().map(|visit| visit.day + 5)))),
        codes("Volunteer", &Arc::new(StringArray::from_iter_values(volunteers)), who),
        codes("Answered", &list(["N", "Y"]), answered),
        codes("Reason", &Arc::new(StringArray::from_iter_values(reasons)), told),
    ]
}

/// What is said: mostly what it was; "forgot" in place of what is hard to say; or nothing.
fn say(barrier: i16, stream: &mut Stream) -> i16 {
    match stream.unit() {
        ..0.72 => barrier,
        0.72..0.88 => 0,
        0.88..0.95 => i16::try_from(stream.below(u32::try_from(BARRIERS.len()).unwrap_or(1))).unwrap_or(0),
        _ => i16::try_from(BARRIERS.len()).unwrap_or(0),
    }
}
