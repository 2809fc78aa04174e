//! Every extract of the made-up trust is checked and analysed by its profile, as a trust's own would be.

use evenly_demo::READ_BY;

use crate::sandbox::Sandbox;

#[test]
fn each_is_checked_and_analysed_under_its_own_policy() {
    let sandbox = Sandbox::new();
    sandbox.evenly(&["demo", "--people", "5000", "--out", "demo", "--extracts-only"]).expect_success();
    for (name, profile) in READ_BY {
        let file = format!("demo/extracts/{name}.parquet");
        let check = ["check", &file, "--profile", profile, "--format", "json"];
        let checked: serde_json::Value =
            serde_json::from_str(&sandbox.evenly(&check).expect_success().stdout).expect("JSON");
        assert_eq!(checked["rows"]["balances"], true, "{name}");
        let analyse = ["analyse", &file, "--profile", profile, "--out", name];
        let told = sandbox.evenly(&analyse).expect_success().stdout;
        assert!(told.contains("rows read = ") && told.contains("report.html"), "{name}: {told}");
        let report = sandbox.json(&format!("{name}/report.json"));
        let indicators = report["indicators"].as_array().expect("indicators");
        assert!(!indicators.is_empty(), "{name}");
        for own in indicators {
            // A share of nobody would be a definition that this extract cannot show.
            assert!(own["overall"]["denominator"].as_f64().is_none_or(|rows| rows > 0.0), "{name}: {}", own["id"]);
        }
    }
}
