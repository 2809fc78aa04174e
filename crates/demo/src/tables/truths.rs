//! The files beside `truth.json`: the true chance of each appointment, the true barrier of each missed one, and who is who.

use std::sync::Arc;

use arrow_array::{Float32Array, Int64Array, StringArray};

use super::Lists;
use crate::chunk::Chunk;
use crate::outpatients::Appointment;
use crate::write::{Rows, codes, growing, plain};

/// `truth/risk.parquet`: one row for each appointment, those that come twice once.
pub fn risk(chunk: &Chunk<'_>) -> Rows {
    let visits = || each_once(&chunk.appointments);
    vec![
        growing("OPA_Ident", Arc::new(visits().map(|visit| chunk.ident(visit.number)).collect::<Int64Array>())),
        plain("chance_of_missing", Arc::new(visits().map(|visit| visit.risk).collect::<Float32Array>())),
    ]
}

/// `truth/barriers.parquet`: one row for each missed appointment.
pub fn barriers(chunk: &Chunk<'_>, lists: &Lists) -> Rows {
    let visits = || each_once(&chunk.appointments).filter(|visit| visit.barrier >= 0);
    vec![
        growing("OPA_Ident", Arc::new(visits().map(|visit| chunk.ident(visit.number)).collect::<Int64Array>())),
        codes("barrier", &lists.barriers, visits().map(|visit| visit.barrier).collect()),
    ]
}

/// `truth/identities.parquet`: which record of which system is which person.
pub fn identities(chunk: &Chunk<'_>) -> Rows {
    let rows = chunk.hospital.iter().map(|record| ("hospital", record));
    let rows = || rows.clone().chain(chunk.emergency.iter().map(|record| ("emergency", record)));
    let systems = crate::write::list(["hospital", "emergency"]);
    vec![
        codes("system", &systems, rows().map(|(system, _)| i16::from(system == "emergency")).collect()),
        plain("local_id", Arc::new(StringArray::from_iter_values(rows().map(|(_, record)| &record.local_id)))),
        growing(
            "person",
            Arc::new(rows().map(|(_, record)| i64::try_from(record.person).unwrap_or(0)).collect::<Int64Array>()),
        ),
    ]
}

fn each_once(visits: &[Appointment]) -> impl Iterator<Item = &Appointment> {
    let again = |index: usize| index > 0 && visits[index - 1].number == visits[index].number;
    visits.iter().enumerate().filter(move |(index, _)| !again(*index)).map(|(_, visit)| visit)
}
