//! Bad input gets a message that names file, row, field and what to do; nothing is lost, nothing half done is left.

use std::fs::File;
use std::process::Command;

use insta::assert_snapshot;

use crate::sandbox::{Outcome, SUS_HEADER, Sandbox, appointments};

/// Runs the main job on one file, which must fail and leave nothing but that file.
fn refused(name: &str, bytes: impl AsRef<[u8]>) -> Outcome {
    let sandbox = Sandbox::new();
    sandbox.write(name, bytes);
    refused_in(&sandbox, &["analyse", name, "--profile", "sus-outpatient", "--out", "report"])
}

fn refused_in(sandbox: &Sandbox, arguments: &[&str]) -> Outcome {
    let before = sandbox.names();
    let outcome = sandbox.evenly(arguments);
    assert_eq!(outcome.status, Some(1), "{outcome:?}");
    assert_eq!(sandbox.names(), before, "something was left behind");
    assert!(!outcome.stderr.contains("panicked"), "{}", outcome.stderr);
    outcome
}

#[test]
fn a_wrong_profile_says_which_fits_better() {
    let sandbox = Sandbox::new();
    sandbox.write("appointments.csv", appointments(50));
    let outcome =
        refused_in(&sandbox, &["analyse", "appointments.csv", "--profile", "vitoria-noshow", "--out", "report"]);
    assert_snapshot!(outcome.message());
}

#[test]
fn an_unknown_profile_is_named_with_those_there_are() {
    let sandbox = Sandbox::new();
    sandbox.write("appointments.csv", appointments(50));
    let outcome = refused_in(&sandbox, &["analyse", "appointments.csv", "--profile", "sus", "--out", "report"]);
    assert_snapshot!(outcome.message());
}

#[test]
fn a_missing_column_is_named() {
    assert_snapshot!(refused("no-status.csv", "Appointment_Date,Ethnic_Category\n2024-04-01,A\n").message());
}

#[test]
fn an_absent_file_is_named() {
    let sandbox = Sandbox::new();
    let outcome = refused_in(&sandbox, &["analyse", "nowhere.csv", "--profile", "sus-outpatient", "--out", "report"]);
    assert_snapshot!(outcome.message());
}

#[test]
fn an_empty_file_is_said_to_be_empty() {
    assert_snapshot!(refused("empty.csv", "").message());
}

#[test]
fn a_header_without_rows_is_said_to_have_none() {
    assert_snapshot!(refused("header-only.csv", SUS_HEADER).message());
}

#[test]
fn a_truncated_parquet_file_is_said_to_be_damaged() {
    let whole =
        std::fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/../../data/open/gp-appointments-2019-2021.parquet"));
    let whole = whole.expect("the bundled file is there");
    let sandbox = Sandbox::new();
    sandbox.write("cut.parquet", &whole[..whole.len() / 2]);
    let outcome = refused_in(&sandbox, &["analyse", "cut.parquet", "--profile", "gp-appointments", "--out", "report"]);
    assert_snapshot!(outcome.message());
}

#[test]
fn a_header_that_stands_twice_is_named() {
    let text = appointments(5).replacen("First_Attendance,", "Attendance_Status,", 1);
    assert_snapshot!(refused("twice.csv", text).message());
}

#[test]
fn a_folder_with_one_bad_file_names_it() {
    let sandbox = Sandbox::new();
    sandbox.write("extracts/april.csv", appointments(50));
    sandbox.write("extracts/may.csv", "Colour,Shape\nred,round\n");
    let outcome = refused_in(&sandbox, &["analyse", "extracts", "--profile", "sus-outpatient", "--out", "report"]);
    assert_snapshot!(outcome.message());
}

#[test]
fn a_line_of_two_gigabytes_is_refused_without_holding_it() {
    let sandbox = Sandbox::new();
    let path = sandbox.write("endless.csv", appointments(5));
    // A sparse file: two gigabytes without a line break, which take no room on the disk.
    let file = File::options().write(true).open(&path).expect("the file is there");
    file.set_len(2 << 30).expect("the file system knows sparse files");
    let without_end = appointments(5).into_bytes().into_iter().chain(std::iter::repeat_n(b'x', 48 << 20));
    sandbox.write("unending.csv", without_end.collect::<Vec<u8>>());
    let check = |name: &str| {
        // 1.5 GiB of address space: holding the line would fail the test.
        let evenly = env!("CARGO_BIN_EXE_evenly");
        let script = format!("ulimit -v 1572864; exec '{evenly}' check {name} --profile sus-outpatient");
        let output = Command::new("sh").arg("-c").arg(script).current_dir(sandbox.path()).output().expect("sh runs");
        assert_eq!(output.status.code(), Some(1));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    assert_snapshot!("two_gigabytes", check("endless.csv"));
    assert_snapshot!("without_end", check("unending.csv"));
}

#[test]
fn a_zip_bomb_is_refused_before_it_fills_anything() {
    let sandbox = Sandbox::new();
    let mut member = appointments(5).into_bytes();
    let line = b"2024-04-01,5,1,1,A,1,30,E01000002,100\n";
    member.extend(line.repeat(40_000_000 / line.len()));
    sandbox.write("bomb.csv", &member);
    let zipped = Command::new("zip").args(["-q", "-9", "bomb.zip", "bomb.csv"]).current_dir(sandbox.path()).status();
    assert!(zipped.expect("zip runs").success());
    std::fs::remove_file(sandbox.path().join("bomb.csv")).expect("the plain file can go");
    let outcome = refused_in(
        &sandbox,
        &["analyse", "bomb.zip", "--profile", "sus-outpatient", "--unpacked-limit", "20MB", "--out", "report"],
    );
    assert_snapshot!(outcome.message());
}

#[test]
fn mixed_encodings_lose_nothing() {
    let sandbox = Sandbox::new();
    let mut bytes = appointments(2_000).into_bytes();
    // Windows-1252 in a file that began as UTF-8: a hospital name with an accent.
    bytes.extend(b"2024-04-01,5,1,1,A,1,30,E01000002,10\xe9\n");
    sandbox.write("mixed.csv", bytes);
    let outcome =
        sandbox.evenly(&["check", "mixed.csv", "--profile", "sus-outpatient", "--format", "json"]).expect_success();
    let report: serde_json::Value = serde_json::from_str(&outcome.stdout).expect("JSON");
    assert_eq!(report["rows"]["read"], 2_001);
    assert_eq!(report["rows"]["balances"], true);
}

#[test]
fn dates_in_another_order_are_rejected_by_line() {
    let sandbox = Sandbox::new();
    let mut text = appointments(500);
    text.push_str("04/25/2024,5,1,1,A,1,30,E01000002,100\n");
    sandbox.write("dates.csv", text);
    sandbox.evenly(&["analyse", "dates.csv", "--profile", "sus-outpatient", "--out", "report"]).expect_success();
    let rejects = std::fs::read_to_string(sandbox.path().join("report/rejects.csv")).expect("rejects are written");
    assert_snapshot!(rejects);
}

#[cfg(unix)]
#[test]
fn an_output_that_cannot_be_written_is_named() {
    let sandbox = Sandbox::new();
    sandbox.write("appointments.csv", appointments(50));
    sandbox.write("taken", "a file, not a folder");
    let outcome =
        refused_in(&sandbox, &["analyse", "appointments.csv", "--profile", "sus-outpatient", "--out", "taken/report"]);
    assert_snapshot!(outcome.message());
}

#[test]
fn a_folder_that_is_not_ours_is_never_replaced() {
    let sandbox = Sandbox::new();
    sandbox.write("appointments.csv", appointments(50));
    sandbox.write("thesis/chapter-1.txt", "years of work");
    let arguments = ["analyse", "appointments.csv", "--profile", "sus-outpatient", "--out", "thesis"];
    assert_snapshot!("kept", refused_in(&sandbox, &arguments).message());
    let forced = [&arguments[..], &["--replace"]].concat();
    assert_snapshot!("kept_even_so", refused_in(&sandbox, &forced).message());
    assert!(sandbox.path().join("thesis/chapter-1.txt").exists());
}
