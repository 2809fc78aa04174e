//! Makes a trust: chunks of people are made and encoded on all cores, and appended in their order.

use std::fs;
use std::path::Path;

use rayon::prelude::*;

use crate::calendar;
use crate::chunk::{self, Chunk};
use crate::clinics::Clinics;
use crate::error::DemoError;
use crate::outpatients::World;
use crate::place::Place;
use crate::risk::Risk;
use crate::scenario::Scenario;
use crate::tables::{
    Lists, births, community, emergency, feedback, inpatients, maternity, outpatients, patients, recruitment, sessions,
    staff, therapies, truths, volunteers, waiting_list,
};
use crate::tallies::Tallies;
use crate::truth::{self, FileRows, Truth};
use crate::write::{Encoded, Encoder, Rows, Table};

/// Fewest people a trust is made of.
pub const FEWEST_PEOPLE: u64 = 5_000;
/// Most.
pub const MOST_PEOPLE: u64 = 5_000_000;

/// What to make.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// What is planted.
    pub scenario: Scenario,
    /// Seed of all chance.
    pub seed: u64,
    /// People of the trust, 5,000 to 5 million.
    pub people: u64,
}

/// Watches the work, and may stop it.
pub trait Watch: Sync {
    /// More people are done with.
    fn people(&self, people: u64);
    /// Whether to stop.
    fn cancelled(&self) -> bool;
}

/// Nobody watches.
#[derive(Clone, Copy, Debug)]
pub struct Unwatched;

impl Watch for Unwatched {
    fn people(&self, _people: u64) {}

    fn cancelled(&self) -> bool {
        false
    }
}

/// A file and how one chunk's rows of it are made.
struct File {
    path: &'static str,
    rows: fn(&Chunk<'_>, &Lists) -> Rows,
}

/// All files that people fill.
const FILES: [File; 18] = [
    File { path: "extracts/outpatients.parquet", rows: outpatients::rows },
    File { path: "extracts/emergency-care.parquet", rows: emergency::rows },
    File { path: "extracts/inpatients.parquet", rows: inpatients::rows },
    File { path: "extracts/waiting-list.parquet", rows: waiting_list::rows },
    File { path: "extracts/maternity-bookings.parquet", rows: maternity::rows },
    File { path: "extracts/talking-therapies.parquet", rows: therapies::rows },
    File { path: "extracts/staff.parquet", rows: staff::rows },
    File { path: "extracts/maternity-births.parquet", rows: births::rows },
    File { path: "extracts/talking-therapies-sessions.parquet", rows: sessions::rows },
    File { path: "extracts/community.parquet", rows: community::rows },
    File { path: "extracts/staff-recruitment.parquet", rows: recruitment::rows },
    File { path: "extracts/friends-and-family.parquet", rows: feedback::rows },
    File { path: "extracts/calls.parquet", rows: volunteers::rows },
    File { path: "extracts/patients-hospital.parquet", rows: hospital_register },
    File { path: "extracts/patients-emergency.parquet", rows: emergency_register },
    File { path: "truth/risk.parquet", rows: |chunk, _| truths::risk(chunk) },
    File { path: "truth/barriers.parquet", rows: truths::barriers },
    File { path: "truth/identities.parquet", rows: |chunk, _| truths::identities(chunk) },
];

/// The extracts that a shipped profile reads: name of the file in `extracts/`, id of the profile.
pub const READ_BY: [(&str, &str); 12] = [
    ("outpatients", "sus-outpatient"),
    ("emergency-care", "ecds"),
    ("inpatients", "apc"),
    ("waiting-list", "waiting-list"),
    ("maternity-bookings", "maternity-bookings"),
    ("maternity-births", "maternity-births"),
    ("talking-therapies", "talking-therapies"),
    ("talking-therapies-sessions", "talking-therapies-contacts"),
    ("community", "community"),
    ("friends-and-family", "friends-and-family"),
    ("staff", "esr-staff"),
    ("staff-recruitment", "staff-recruitment"),
];

fn hospital_register(chunk: &Chunk<'_>, lists: &Lists) -> Rows {
    patients::rows(&chunk.hospital, &lists.lsoa21, "LSOA_2021", lists)
}

fn emergency_register(chunk: &Chunk<'_>, lists: &Lists) -> Rows {
    patients::rows(&chunk.emergency, &lists.lsoa11, "LSOA_2011", lists)
}

/// Chunks that are made at once for each core: more would only take memory.
const CHUNKS_FOR_EACH_CORE: usize = 2;

/// Makes a trust in a folder, which should be empty, and says what is true of it.
pub fn generate(settings: &Settings, folder: &Path, watch: &dyn Watch) -> Result<Truth, DemoError> {
    if !(FEWEST_PEOPLE..=MOST_PEOPLE).contains(&settings.people) {
        return Err(DemoError::People { people: settings.people, fewest: FEWEST_PEOPLE, most: MOST_PEOPLE });
    }
    let planted = settings.scenario.planted();
    let world = World {
        place: Place::load()?,
        clinics: Clinics::new(),
        risk: Risk::new(planted, settings.seed),
        planted,
        months: calendar::months_of_days(),
    };
    let lists = Lists::new(&world);
    let chunks: Vec<u64> = (0..settings.people.div_ceil(chunk::PEOPLE)).collect();
    // A few people give every file its columns.
    let first = Chunk::make(&world, settings.seed, 0, 200);
    let mut tables = create(folder, &first, &lists)?;
    let mut tallies = Tallies::default();
    for wave in chunks.chunks(rayon::current_num_threads() * CHUNKS_FOR_EACH_CORE) {
        if watch.cancelled() {
            return Err(DemoError::Cancelled);
        }
        let encoders: Vec<&Encoder> = tables.iter().map(Table::encoder).collect();
        let make = |number: &u64| -> Result<(Tallies, Vec<Encoded>), DemoError> {
            let chunk = Chunk::make(&world, settings.seed, *number, settings.people);
            let encode = |(file, encoder): (&File, &&Encoder)| encoder.encode(&(file.rows)(&chunk, &lists));
            let encoded = FILES.iter().zip(&encoders).map(encode).collect::<Result<_, _>>()?;
            watch.people(chunk.people.len() as u64);
            Ok((chunk.tallies, encoded))
        };
        let made = wave.par_iter().map(make).collect::<Result<Vec<_>, _>>()?;
        for (sums, encoded) in made {
            tallies.merge(&sums);
            for (table, rows) in tables.iter_mut().zip(encoded) {
                table.append(rows)?;
            }
        }
    }
    let mut rows = Vec::new();
    for (file, table) in FILES.iter().zip(tables) {
        rows.push(FileRows { file: file.path.to_owned(), rows: table.finish()? });
    }
    let truth = truth::truth(settings.scenario, settings.seed, settings.people, &tallies, rows);
    write_truth(folder, &truth)?;
    Ok(truth)
}

/// Starts all files, with the columns of the first chunk's rows.
fn create(folder: &Path, first: &Chunk, lists: &Lists) -> Result<Vec<Table>, DemoError> {
    FILES.iter().map(|file| Table::create(&folder.join(file.path), &(file.rows)(first, lists))).collect()
}

fn write_truth(folder: &Path, truth: &Truth) -> Result<(), DemoError> {
    let path = folder.join("truth.json");
    let fault = |reason: String| DemoError::Write { path: path.clone(), reason };
    let text = serde_json::to_string_pretty(truth).map_err(|error| fault(error.to_string()))?;
    fs::write(&path, text + "\n").map_err(|error| fault(error.to_string()))
}
