//! Seconds of CPU that each step of a fit takes: `bench_fitting FILE PROFILE SEED`, as JSON, one thread if `RAYON_NUM_THREADS=1`.

use std::path::PathBuf;
use std::sync::Mutex;

use evenly_extract::engine::Progress;
use evenly_extract::profile::Profile;
use evenly_extract::readers::{Limits, open};
use evenly_prediction::appointments::{Appointments, Reading};
use evenly_prediction::audit::AuditOptions;
use evenly_prediction::features::shipped_set;
use evenly_prediction::fit::{FitOptions, Steps, fit, prepare};
use evenly_prediction::model::ModelKind;

/// Ticks of the kernel's clock in a second, as `/proc` gives them on every machine that Linux runs on.
const TICKS: f64 = 100.0;

struct Quiet;

impl Progress for Quiet {
    fn rows(&self, _: u64) {}
    fn cancelled(&self) -> bool {
        false
    }
}

/// When each step began, in seconds of CPU.
#[derive(Default)]
struct Began(Mutex<Vec<(String, f64)>>);

impl Steps for Began {
    fn step(&self, what: &str) -> bool {
        if let Ok(mut list) = self.0.lock() {
            list.push((what.to_owned(), spent()));
        }
        true
    }
}

/// Seconds of CPU that this program has taken (`proc_pid_stat(5)`, fields 14 and 15).
fn spent() -> f64 {
    let text = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after_name = text.rsplit(')').next().unwrap_or_default();
    after_name.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum::<f64>() / TICKS
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [file, profile, seed] = &arguments[..] else { return Err("give FILE PROFILE SEED".into()) };
    let (seed, began) = (seed.parse()?, Began::default());
    let (profile, set) = (Profile::load(profile, &[])?, shipped_set("missed-appointments")?);
    began.step("reading");
    let extract = open(&[PathBuf::from(file)], &Limits::default())?;
    let appointments =
        Appointments::read(&profile, &extract, &set, &Reading { today: i32::MAX, ..Reading::default() }, &Quiet)?;
    let prepared = prepare(&appointments, &set, seed, &began)?;
    let options = FitOptions {
        kind: ModelKind::Boosted,
        seed,
        audit: AuditOptions::default(),
        version: env!("CARGO_PKG_VERSION"),
    };
    fit(&appointments, &set, &profile, &prepared, &options, &began)?;
    began.step("end");
    let list = began.0.into_inner()?;
    let took: Vec<(&str, f64)> = list.windows(2).map(|pair| (pair[0].0.as_str(), pair[1].1 - pair[0].1)).collect();
    println!("{}", serde_json::to_string(&took)?);
    Ok(())
}
