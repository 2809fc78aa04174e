//! The Vitória appointments, read straight from the zip. The file is not part of Evenly.

use evenly_extract::checks::NoRejects;
use evenly_extract::count::check;
use evenly_extract::engine::InProcess;
use evenly_extract::profile::Profile;
use evenly_extract::readers;

use crate::support::{Quiet, count_files, options, shared};

#[test]
fn published_rates_are_found() {
    let Some(file) = shared("data/noshow-vitoria-2016/KaggleV2-May-2016.csv.zip") else { return };
    let by = ["bolsa_familia", "sex", "age_band", "lead_band", "sms", "neighbourhood"];
    let answer = count_files("vitoria-noshow", &[file], &options(&by, &["did-not-attend"])).unwrap();
    assert_eq!(answer.equation(), "110527 = 110521 counted + 1 age below zero + 5 appointment before it was booked");
    assert_eq!(answer.whole("did-not-attend"), (22_314, 110_521));
    let rate = |(numerator, denominator): (u64, u64)| 100.0 * numerator as f64 / denominator as f64;
    assert!((rate(answer.whole("did-not-attend")) - 20.19).abs() < 0.005);
    let bolsa = |group| rate(answer.group("did-not-attend", "bolsa_familia", group));
    assert!((bolsa("1") - 23.7).abs() < 0.05 && (bolsa("0") - 19.8).abs() < 0.05);
    assert!((rate(answer.group("did-not-attend", "lead_band", "0")) - 4.6).abs() < 0.1);
    assert_eq!(answer.cells("did-not-attend", &["week"]).len(), 7);
    assert_eq!(answer.cells("did-not-attend", &["neighbourhood"]).len(), 81);
    assert_eq!(answer.release.provenance.sources[0].sha256.len(), 64);
    assert_eq!(answer.release.provenance.sources[0].rows, 110_527);
}

#[test]
fn five_patient_numbers_are_kept_as_text() {
    let Some(file) = shared("data/noshow-vitoria-2016/KaggleV2-May-2016.csv.zip") else { return };
    let extract = readers::open(&[file], &readers::Limits::default()).unwrap();
    let profile = Profile::load("vitoria-noshow", &[]).unwrap();
    let engine = InProcess::new(2);
    let report = check(&profile, &extract, &options(&[], &[]), &engine, &NoRejects, &Quiet).unwrap();
    let person = report.fields.iter().find(|field| field.field == "person").unwrap();
    assert_eq!(person.unusual, Some(5));
    assert_eq!(person.states, [110_521, 0, 0, 0, 0]);
    assert!(report.absent.is_empty(), "{:?}", report.absent);
    assert!(report.unused.is_empty(), "{:?}", report.unused);
}
