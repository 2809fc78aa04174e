//! The score of a report's groups, from the report alone.

use crate::sandbox::{Sandbox, appointments};

fn report() -> Sandbox {
    let sandbox = Sandbox::new();
    sandbox.write("appointments.csv", appointments(20_000));
    let analyse = ["analyse", "appointments.csv", "--profile", "sus-outpatient", "--out", "report"];
    sandbox.evenly(&analyse).expect_success();
    sandbox.write(
        "ours.toml",
        "id = \"ours\"\ntitle = \"Ours\"\nversion = 1\nsource = \"Board\"\ndate = \"2026-01-01\"\n\
         [[inputs]]\nindicator = \"did-not-attend\"\nweight = 3\nsource = \"Board, minute 7\"\n",
    );
    sandbox
}

#[test]
fn groups_are_ranked_by_open_weights_with_their_source() {
    let sandbox = report();
    let rank = ["score", "rank", "report/report.json", "--score", "ours.toml", "--of", "age_band"];
    let text = sandbox.evenly(&rank).expect_success().stdout;
    assert!(text.starts_with("Ours, version 1. Board.") && text.contains("Weight from: Board, minute 7"), "{text}");
    let json = sandbox.evenly(&[&rank[..], &["--format", "json"]].concat()).expect_success().stdout;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let scores: Vec<f64> = json["results"]
        .as_array()
        .expect("rows")
        .iter()
        .filter(|row| row["part"] == "unit")
        .map(|row| row["score"].as_f64().expect("a score"))
        .collect();
    assert!(scores.len() == 4 && scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
    assert!(scores.iter().all(|score| (0.0..=100.0).contains(score)));
}

#[test]
fn what_a_report_lacks_is_named() {
    let sandbox = report();
    let rank =
        |score: &str, of: &str| sandbox.evenly(&["score", "rank", "report/report.json", "--score", score, "--of", of]);
    let unknown = rank("theirs", "deprivation");
    assert!(unknown.status == Some(2) && unknown.stderr.contains("missed-care"), "{unknown:?}");
    let dimension = rank("ours.toml", "shoe_size");
    assert!(dimension.status == Some(1) && dimension.stderr.contains("`shoe_size`; it does by"), "{dimension:?}");
    let indicator = rank("missed-care", "sex");
    assert!(indicator.stderr.contains("no indicator `over-18-weeks`; it has did-not-attend"), "{indicator:?}");
    sandbox.write("report.json", "{}");
    let wrong = sandbox.evenly(&["score", "rank", "report.json", "--score", "missed-care", "--of", "sex"]);
    assert!(wrong.status == Some(1) && wrong.stderr.contains("not a report.json"), "{wrong:?}");
}
