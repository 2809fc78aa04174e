//! The main job on made-up appointments: what is printed, what is written, what stays closed.

use std::fs;

use insta::assert_snapshot;

use crate::sandbox::{Sandbox, appointments};

const ANALYSE: [&str; 6] = ["analyse", "appointments.csv", "--profile", "sus-outpatient", "--out", "report"];

#[test]
fn one_command_gives_the_whole_folder() {
    let sandbox = Sandbox::new();
    sandbox.write("appointments.csv", appointments(20_000));
    let outcome = sandbox.evenly(&ANALYSE).expect_success();
    assert_snapshot!(outcome.stdout);
    assert_eq!(outcome.stderr, "");
    for name in ["report.html", "report.json", "findings.csv", "tables.xlsx", "rejects.csv", "exact"] {
        assert!(sandbox.path().join("report").join(name).exists(), "{name} is missing");
    }
    let report = sandbox.json("report/report.json");
    assert_eq!(report["rows"]["read"], 20_000);
}

#[test]
fn same_input_same_bytes() {
    let sandbox = Sandbox::new();
    sandbox.write("appointments.csv", appointments(5_000));
    sandbox.evenly(&ANALYSE).expect_success();
    let mut second = ANALYSE;
    second[5] = "again";
    sandbox.evenly(&second).expect_success();
    for name in ["report.html", "report.json", "findings.csv", "tables.xlsx", "rejects.csv"] {
        let read = |folder: &str| fs::read(sandbox.path().join(folder).join(name)).expect("the file is there");
        assert!(read("report") == read("again"), "{name} differs between two runs");
    }
}

#[cfg(unix)]
#[test]
fn the_exact_cube_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    let sandbox = Sandbox::new();
    sandbox.write("appointments.csv", appointments(500));
    sandbox.evenly(&ANALYSE).expect_success();
    let mode = |name: &str| fs::metadata(sandbox.path().join(name)).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode("report"), 0o755);
    assert_eq!(mode("report/exact"), 0o700);
}

#[test]
fn several_files_are_one_extract() {
    let sandbox = Sandbox::new();
    let whole = appointments(2_000);
    let mut lines = whole.lines();
    let header = lines.next().expect("a header");
    let rows: Vec<_> = lines.collect();
    let (first, second) = rows.split_at(700);
    sandbox.write("appointments.csv", &whole);
    sandbox.write("extracts/a.csv", format!("{header}\n{}\n", first.join("\n")));
    sandbox.write("extracts/b.csv", format!("{header}\n{}\n", second.join("\n")));
    sandbox.evenly(&ANALYSE).expect_success();
    sandbox.evenly(&["analyse", "extracts", "--profile", "sus-outpatient", "--out", "parts"]).expect_success();
    assert_eq!(sandbox.json("report/report.json")["indicators"], sandbox.json("parts/report.json")["indicators"]);
}

#[test]
fn an_existing_report_is_kept_unless_told_otherwise() {
    let sandbox = Sandbox::new();
    sandbox.write("appointments.csv", appointments(500));
    sandbox.evenly(&ANALYSE).expect_success();
    let refused = sandbox.evenly(&ANALYSE);
    assert_eq!(
        refused.message(),
        "exit 1\nerror: report: is there already; choose another folder with --out, or add --replace\n"
    );
    sandbox.evenly(&[&ANALYSE[..], &["--replace"]].concat()).expect_success();
    assert_eq!(sandbox.names(), ["appointments.csv", "report"]);
}

#[test]
fn the_report_meets_its_schema() {
    let sandbox = Sandbox::new();
    sandbox.write("appointments.csv", appointments(5_000));
    sandbox.evenly(&ANALYSE).expect_success();
    let schema = include_str!("../../../../docs/reference/report.schema.json");
    let schema = serde_json::from_str(schema).expect("the schema is JSON");
    let validator = jsonschema::validator_for(&schema).expect("the schema is a schema");
    let report = sandbox.json("report/report.json");
    let errors: Vec<_> = validator.iter_errors(&report).map(|error| error.to_string()).collect();
    assert!(errors.is_empty(), "{errors:#?}");
}
