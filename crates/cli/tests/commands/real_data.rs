//! The published figures of real data, from the file as it comes.

use crate::sandbox::{Sandbox, shared};

/// Analyses a file into `report` and gives its report.json.
fn report_of(sandbox: &Sandbox, file: &str, profile: &str) -> serde_json::Value {
    sandbox.evenly(&["analyse", file, "--profile", profile, "--out", "report"]).expect_success();
    sandbox.json("report/report.json")
}

fn indicator<'a>(report: &'a serde_json::Value, id: &str) -> &'a serde_json::Value {
    let indicators = report["indicators"].as_array().expect("indicators");
    indicators.iter().find(|indicator| indicator["id"] == id).unwrap_or_else(|| panic!("no indicator {id}"))
}

fn group(indicator: &serde_json::Value, dimension: &str, group: &str) -> f64 {
    let groups = indicator["groups"].as_array().expect("groups").iter();
    let mut found = groups
        .filter(|own| own["dimension"] == dimension && own["group"].as_str().is_some_and(|own| own.starts_with(group)));
    found.next().unwrap_or_else(|| panic!("no group {group} of {dimension}"))["value"].as_f64().expect("a value")
}

fn measure<'a>(indicator: &'a serde_json::Value, method: &str, dimension: &str) -> &'a serde_json::Value {
    let measures = indicator["measures"].as_array().expect("measures").iter();
    let mut found = measures.filter(|own| own["method"] == method && own["dimension"] == dimension);
    found.next().unwrap_or_else(|| panic!("no {method} of {dimension}"))
}

fn bundled(name: &str) -> String {
    format!("{}/../../data/open/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn vitoria_from_the_zip() {
    let Some(zip) = shared("noshow-vitoria-2016/KaggleV2-May-2016.csv.zip") else { return };
    let sandbox = Sandbox::new();
    let report = report_of(&sandbox, zip.to_str().expect("a path"), "vitoria-noshow");
    assert_eq!(report["rows"]["read"], 110_527);
    let left_out: u64 =
        report["rows"]["excluded"].as_array().expect("rules").iter().filter_map(|rule| rule["rows"].as_u64()).sum();
    let rejected = report["rows"]["rejected"].as_u64().expect("a count");
    assert_eq!(left_out + rejected, 6, "one age below zero, five bookings after the appointment");
    assert_eq!(report["rows"]["counted"], 110_521);
    let missed = indicator(&report, "did-not-attend");
    // 22,319 of 110,527 as published; the five bookings after the appointment were all missed.
    assert_eq!(missed["overall"]["numerator"], 22_314);
    assert!((missed["overall"]["value"].as_f64().expect("a value") - 0.2019).abs() < 0.000_1);
    assert!((group(missed, "bolsa_familia", "1") - 0.237).abs() < 0.000_5);
    assert!((group(missed, "bolsa_familia", "0") - 0.198).abs() < 0.000_5);
    // With a text message 27.6 % were missed and without 16.7 %; but nobody booked for within three days got one.
    let findings = report["findings"].as_array().expect("findings");
    let mix = findings.iter().find(|own| own["kind"] == "mix").expect("the reversal is told");
    assert!(mix["upper"].as_f64().expect("a limit") < 0.0 && mix["dimension"] == "sms", "{mix}");
}

#[test]
fn vaccine_coverage_from_counted_groups() {
    let sandbox = Sandbox::new();
    let report = report_of(&sandbox, &bundled("opensafely-covid-vaccine-coverage.csv"), "grouped-table");
    let first = indicator(&report, "coverage-first-16-17");
    assert!((group(first, "deprivation", "1") - 0.512).abs() < 0.000_5);
    assert!((group(first, "deprivation", "5") - 0.811).abs() < 0.000_5);
    let slope = measure(first, "sii", "deprivation");
    let (value, lower, upper) = (slope["value"].as_f64(), slope["lower"].as_f64(), slope["upper"].as_f64());
    assert!(lower < value && value < upper, "{slope}");
    let ethnicity = measure(first, "sii", "ethnic_group");
    assert!(
        ethnicity["value"].is_null() && ethnicity["refused"].as_str().is_some_and(|why| why.contains("order")),
        "{ethnicity}"
    );
    let groups = first["groups"].as_array().expect("groups");
    assert!(
        groups.iter().any(|own| own["dimension"] == "deprivation" && own["label"] == "Not known"),
        "the unknown group is not shown"
    );
}

#[test]
fn general_practice_by_month_and_place() {
    let sandbox = Sandbox::new();
    let report = report_of(&sandbox, &bundled("gp-appointments-2019-2021.parquet"), "gp-appointments");
    let missed = indicator(&report, "gp-did-not-attend");
    assert!((missed["overall"]["value"].as_f64().expect("a value") - 0.0452).abs() < 0.000_1);
    let series = missed["series"].as_array().expect("a series");
    let months = series.iter().filter(|point| point["dimension"].is_null()).count();
    assert_eq!(months, 30, "March 2019 to August 2021");
    let html = std::fs::read_to_string(sandbox.path().join("report/report.html")).expect("the report is there");
    assert!(html.contains("<svg"), "no chart was drawn");
}
