//! The year's statement from the folders of reports: what is written, what is refused, what stays within.

use std::fs;

use crate::sandbox::{Sandbox, appointments};

const STATEMENT: [&str; 8] = ["statement", "report", "--period", "2024-25", "--date", "2025-06-30", "--out", "pack"];

/// A report on made-up appointments of January to December 2024, under the policy of the profile.
fn report(sandbox: &Sandbox, name: &str, rows: usize, policy: &str) {
    let file = format!("{name}.csv");
    sandbox.write(&file, appointments(rows));
    let analyse = ["analyse", &file, "--profile", "sus-outpatient", "--policy", policy, "--out", name];
    sandbox.evenly(&analyse).expect_success();
}

#[test]
fn one_command_gives_the_whole_pack_and_the_same_bytes_again() {
    let sandbox = Sandbox::new();
    report(&sandbox, "report", 6_000, "hes-1-7");
    let outcome = sandbox.evenly(&STATEMENT).expect_success();
    assert!(
        outcome.stdout.contains("statement's") && outcome.stdout.contains("Hospital Episode"),
        "{}",
        outcome.stdout
    );
    let tables = ["metric", "dimensions", "source", "relationships", "metadata"];
    let mut names = ["statement.html", "statement.json", "statement.xlsx"].map(str::to_owned).to_vec();
    if cfg!(feature = "pdf") {
        names.push("statement.pdf".to_owned());
    }
    names.extend(tables.iter().flat_map(|name| ["csv", "parquet"].map(|kind| format!("cml/{name}.{kind}"))));
    let read = |folder: &str, name: &str| fs::read(sandbox.path().join(folder).join(name)).expect("the file is there");
    let json = sandbox.json("pack/statement.json");
    let shown = &json["other_indicators"][0]["shown"];
    assert_eq!(shown["indicator"], "did-not-attend");
    assert_eq!(shown["missing"], serde_json::json!([]));
    assert_eq!(json["extracts"][0]["periods"].as_array().map(Vec::len), Some(9), "April to December 2024");
    assert_eq!(json["extracts"][0]["whole"], false);
    let page = String::from_utf8(read("pack", "statement.html")).expect("UTF-8");
    assert!(page.contains("9 of the 12 months reported on") && page.contains("Wording not checked."));
    let again = [&STATEMENT[..7], &["again"]].concat();
    sandbox.evenly(&again).expect_success();
    for name in &names {
        assert!(read("pack", name) == read("again", name), "{name} differs between two runs");
    }
    let mut renamed = STATEMENT;
    renamed[1] = "outpatients=report";
    sandbox.evenly(&[&renamed[..], &["--replace"]].concat()).expect_success();
    assert_eq!(sandbox.json("pack/statement.json")["extracts"][0]["name"], "outpatients");
}

#[test]
fn where_the_cube_is_the_year_alone_pack_and_report_withhold_the_same() {
    let sandbox = Sandbox::new();
    report(&sandbox, "report", 700, "hes-1-7");
    sandbox.evenly(&["statement", "report", "--period", "2024", "--out", "pack"]).expect_success();
    let (report, pack) = (sandbox.json("report/report.json"), sandbox.json("pack/statement.json"));
    assert_eq!(pack["extracts"][0]["whole"], true);
    assert_eq!(pack["extracts"][0]["suppressed"], report["policy"]["suppressed"]);
    let groups = report["indicators"][0]["groups"].as_array().expect("groups");
    let mut compared = 0;
    for dimension in pack["other_indicators"][0]["shown"]["dimensions"].as_array().expect("dimensions") {
        for own in dimension["groups"].as_array().expect("groups") {
            let same =
                |other: &&serde_json::Value| other["dimension"] == dimension["id"] && other["group"] == own["id"];
            let other = groups.iter().find(same).expect("the report has the group");
            for key in ["value", "numerator", "denominator", "suppressed"] {
                assert_eq!(own[key], other[key], "{own} {other}");
            }
            compared += 1;
        }
    }
    assert!(compared > 10, "{compared}");
}

#[test]
fn actions_are_told_and_local_domains_take_their_place() {
    let sandbox = Sandbox::new();
    report(&sandbox, "report", 2_000, "none-synthetic");
    let project = "[[projects]]\ntitle = \"Calls before the day\"\naim = \"One in ten fewer\"\npeople = \"Most deprived fifth\"\n";
    sandbox.write("actions.toml", project);
    let domain = "id = \"outpatients\"\ntitle = \"Outpatients\"\nversion = 1\nsource = \"Board\"\ndate = \"2025-01-01\"\n\
                  [[indicators]]\nid = \"missed\"\ntitle = \"Missed\"\nwording = \"Missed appointments\"\nsource = \"Board\"\n\
                  checked = true\nindicator = \"did-not-attend\"\nneeds = \"outpatients\"\n";
    sandbox.write("ours.toml", domain);
    let more = ["--actions", "actions.toml", "--definitions", "ours.toml"];
    sandbox.evenly(&[&STATEMENT[..], &more].concat()).expect_success();
    let json = sandbox.json("pack/statement.json");
    assert_eq!(json["projects"][0]["title"], "Calls before the day");
    assert_eq!(json["domains"][11]["indicators"][0]["available"], true);
    let broken = domain.replace("needs", "neds");
    sandbox.write("ours.toml", broken);
    let refused = sandbox.evenly(&[&STATEMENT[..7], &["other"], &more[..]].concat());
    assert!(
        refused.status == Some(1) && refused.stderr.contains("ours.toml") && refused.stderr.contains("neds"),
        "{refused:?}"
    );
}

#[test]
fn what_cannot_be_a_pack_is_refused_and_leaves_nothing() {
    let sandbox = Sandbox::new();
    report(&sandbox, "report", 900, "hes-1-7");
    report(&sandbox, "open", 901, "none-synthetic");
    report(&sandbox, "twice", 900, "hes-1-7");
    sandbox.write("empty/report.json", r#"{"policy": {"id": "hes-1-7", "version": 1}}"#);
    let before = sandbox.names();
    for (arguments, status, parts) in [
        (&["report", "--period", "2025-27"][..], 2, &["`2025-27`", "2025-26"][..]),
        (&["nowhere", "--period", "2024-25"], 1, &["nowhere: there is no such folder"]),
        (&["empty", "--period", "2024-25"], 1, &["empty/exact/cube.parquet", "exact cube"]),
        (&["report", "--period", "2019-20"], 1, &["report: ", "2019-04-01", "they run from 2024-01 to 2024-12"]),
        (&["report", "open", "--period", "2024-25"], 2, &["`hes-1-7`", "`none-synthetic`", "--policy"]),
        (&["report", "twice", "--period", "2024-25"], 1, &["report and twice both counted", "Count it once"]),
        (&["report", "report=twice", "--period", "2024-25"], 2, &["called `report`", "NAME=FOLDER"]),
        (&["report", "--period", "2024-25", "--date", "tomorrow"], 2, &["`tomorrow`"]),
        (&["report", "--period", "2024-25", "--policy", "none"], 2, &["`none`", "hes-1-7"]),
    ] {
        let outcome = sandbox.evenly(&[&["statement"], arguments, &["--out", "pack"]].concat());
        assert_eq!(outcome.status, Some(status), "{outcome:?}");
        assert!(parts.iter().all(|part| outcome.stderr.contains(part)), "{}", outcome.stderr);
        assert_eq!(sandbox.names(), before, "something was left behind");
    }
    let one = ["statement", "report", "open", "--period", "2024-25", "--policy", "hes-1-7", "--out", "pack"];
    sandbox.evenly(&one).expect_success();
}
