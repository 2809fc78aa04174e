//! How many appointments a second a model scores: `bench_scoring MODEL FILE PROFILE`, once with all cores and once with one.
#![expect(clippy::disallowed_methods, reason = "a benchmark looks at the clock")]

use std::path::PathBuf;
use std::time::Instant;

use evenly_extract::engine::Progress;
use evenly_extract::profile::Profile;
use evenly_extract::readers::{Limits, open};
use evenly_prediction::appointments::{Appointments, Reading};
use evenly_prediction::features::build;
use evenly_prediction::model::read_model;

struct Quiet;

impl Progress for Quiet {
    fn rows(&self, _: u64) {}
    fn cancelled(&self) -> bool {
        false
    }
}

/// Rounds; the best counts, because others may use the machine.
const ROUNDS: usize = 5;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, file, profile] = &arguments[..] else { return Err("give MODEL FILE PROFILE".into()) };
    let saved = read_model(model, &std::fs::read_to_string(model)?)?;
    let profile = Profile::load(profile, &[])?;
    let extract = open(&[PathBuf::from(file)], &Limits::default())?;
    let reading = Reading { today: i32::MAX, to_come: true, ..Reading::default() };
    let appointments = Appointments::read(&profile, &extract, &saved.features, &reading, &Quiet)?;
    let matrix = build(&appointments, &saved.features, &appointments.outcome)?;
    let rows: Vec<usize> = (0..appointments.len()).collect();
    for threads in [0, 1] {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build()?;
        let once = |_| {
            let start = Instant::now();
            let found = pool.install(|| saved.chances(&appointments, &matrix, &rows));
            assert_eq!(found.len(), rows.len());
            start.elapsed().as_secs_f64()
        };
        let best = (0..ROUNDS).map(once).fold(f64::INFINITY, f64::min);
        println!(
            "{} threads: {} rows in {best:.3} s, {:.2} million a second",
            pool.current_num_threads(),
            rows.len(),
            rows.len() as f64 / best / 1e6
        );
    }
    Ok(())
}
