//! Makes a trust and says how long it took: `generate SCENARIO SEED PEOPLE FOLDER`.

use std::path::Path;
use std::time::Instant;

use evenly_demo::{Settings, Unwatched, generate};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [scenario, seed, people, folder] = arguments.as_slice() else {
        return Err("give SCENARIO SEED PEOPLE FOLDER".into());
    };
    let settings = Settings { scenario: scenario.parse()?, seed: seed.parse()?, people: people.parse()? };
    let start = Instant::now();
    let truth = generate(&settings, Path::new(folder), &Unwatched)?;
    let seconds = start.elapsed().as_secs_f64();
    let rows: u64 = truth.rows.iter().map(|file| file.rows).sum();
    let appointments = truth.rows.first().map_or(0, |file| file.rows);
    println!("{appointments} appointments, {rows} rows in all files, {seconds:.2} s");
    println!("{:.0} appointments a second, {:.0} rows a second", appointments as f64 / seconds, rows as f64 / seconds);
    Ok(())
}
