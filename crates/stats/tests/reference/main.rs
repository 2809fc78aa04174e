//! Runs every published answer in `reference/` (or the folder named by `EVENLY_REFERENCE_DIR`) against our methods.
//!
//! A file holds `{source, cases: [{id, fn, inputs, expected, tol?, notes?}]}`. Each case goes to the adapter whose name
//! is the case's `fn`; a name without an adapter is reported as skipped, never as a failure. How to add an adapter:
//!
//! 1. Write `fn my_adapter(case: &Value) -> Outcome` in the file of its family (`estimates.rs`, `inequality.rs`, …).
//!    Read inputs with the helpers of [`inputs`]; call the typed function of the method.
//! 2. List it in that file's `ADAPTERS` under every `fn` name that it answers.
//! 3. Return one of the [`Outcome`]s: usually `Outcome::Answer(json)` in the shape of the case's `expected`; keys that
//!    the answer has beyond `expected` are ignored, keys that it lacks are failures. Use `Outcome::Checks` when only some
//!    of `expected` is ours to reproduce, or when tolerances differ from value to value.
//!
//! Rules of comparison ([`compare`]): relative 1e-9 with an absolute floor of 1e-12, unless the case's `tol` names
//! `relative` or `point`. A `NaN` in the reference is a missing value in ours. The blocks `corrected`,
//! `single_weight_logit` and `analytic` overlay `expected` ([`outcome::right_answer`]); `expected.values` is hoisted
//! and `expected.warnings` dropped. `expected.error` (without such a block) passes only with `Outcome::Refused`.
//!
//! See the table with `cargo nextest run --release -p evenly-stats --test reference --no-capture`.

mod compare;
mod decompose;
mod economics;
mod estimates;
mod funnels;
mod inequality;
mod inputs;
mod multilevel;
mod outcome;
mod spc;
mod standardise;

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use outcome::{Adapter, Outcome, Verdict};
use serde_json::Value;

/// At most so many differing paths are printed for a case.
const SHOWN_DIFFERENCES: usize = 5;

#[derive(Default)]
struct Tally {
    passed: usize,
    failed: Vec<(String, Vec<String>)>,
    skipped: BTreeMap<String, usize>,
}

#[expect(clippy::disallowed_methods, reason = "a test may be told where its data lie")]
fn folder() -> PathBuf {
    std::env::var_os("EVENLY_REFERENCE_DIR")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../reference"), PathBuf::from)
}

fn adapters() -> BTreeMap<&'static str, Adapter> {
    [
        estimates::ADAPTERS,
        standardise::ADAPTERS,
        funnels::ADAPTERS,
        inequality::ADAPTERS,
        spc::ADAPTERS,
        multilevel::ADAPTERS,
        decompose::ADAPTERS,
        economics::ADAPTERS,
    ]
    .concat()
    .into_iter()
    .collect()
}

fn run_case(case: &Value, adapter: Adapter) -> Verdict {
    match catch_unwind(AssertUnwindSafe(|| adapter(case))) {
        Ok(outcome) => outcome::judge(case, outcome),
        Err(_) => Verdict::Failed(vec!["the adapter or the method panicked".to_owned()]),
    }
}

fn run_file(text: &str, adapters: &BTreeMap<&'static str, Adapter>) -> Result<Tally, String> {
    let file: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
    let cases = file["cases"].as_array().ok_or("no `cases` in the file")?;
    let mut tally = Tally::default();
    for case in cases {
        let name = case["fn"].as_str().unwrap_or("(no `fn`)");
        let id = case["id"].as_str().unwrap_or("(no `id`)").to_owned();
        let verdict = adapters.get(name).map_or_else(|| Verdict::Skipped(name.to_owned()), |run| run_case(case, *run));
        match verdict {
            Verdict::Passed => tally.passed += 1,
            Verdict::Failed(differences) => tally.failed.push((id, differences)),
            Verdict::Skipped(what) => *tally.skipped.entry(what).or_default() += 1,
        }
    }
    Ok(tally)
}

fn print(name: &str, tally: &Tally) {
    let skipped: usize = tally.skipped.values().sum();
    let run = tally.passed + tally.failed.len();
    println!(
        "{name:<40} {run:>4} run {:>4} passed {:>3} failed {skipped:>3} skipped",
        tally.passed,
        tally.failed.len()
    );
    for (what, count) in &tally.skipped {
        println!("    skipped: {what} ({count})");
    }
    for (id, differences) in &tally.failed {
        println!("    FAILED {id}: {} differences", differences.len());
        for difference in differences.iter().take(SHOWN_DIFFERENCES) {
            println!("        {difference}");
        }
    }
}

#[test]
fn methods_agree_with_the_reference_answers() {
    let folder = folder();
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("cannot read {}: {error}", folder.display()))
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    assert!(!files.is_empty(), "no reference files in {}", folder.display());
    let adapters = adapters();
    let mut failed = 0;
    for path in files {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        let text = std::fs::read_to_string(&path).map_err(|error| error.to_string());
        match text.and_then(|text| run_file(&text, &adapters)) {
            Ok(tally) => {
                failed += tally.failed.len();
                print(&name, &tally);
            }
            Err(error) => {
                failed += 1;
                println!("{name:<40} cannot be read: {error}");
            }
        }
    }
    assert_eq!(failed, 0, "reference answers differ; see the list above");
}

#[test]
fn an_unknown_function_is_skipped_by_name() {
    let text = r#"{"cases": [{"id": "a", "fn": "no such function", "inputs": {}, "expected": {"value": 1}}]}"#;
    let tally = run_file(text, &adapters()).unwrap();
    assert_eq!((tally.passed, tally.failed.len()), (0, 0));
    assert_eq!(tally.skipped, BTreeMap::from([("no such function".to_owned(), 1)]));
}

#[test]
fn a_wrong_answer_fails_and_names_its_path() {
    fn wrong(_: &Value) -> Outcome {
        Outcome::Answer(serde_json::json!({"value": [1.0, 2.0]}))
    }
    let text = r#"{"cases": [{"id": "a", "fn": "f", "inputs": {}, "expected": {"value": [1.0, 2.1]}}]}"#;
    let tally = run_file(text, &BTreeMap::from([("f", wrong as Adapter)])).unwrap();
    let (id, differences) = &tally.failed[0];
    assert_eq!(id, "a");
    assert!(differences[0].starts_with("value[1]:"), "{differences:?}");
}
