//! Runs asked of real workers: what they come to, how they fail, how they are stopped.

use std::fs;

use evenly_store::runs::{self, Level, State};
use evenly_store::work::{Analysing, Folder, Work};
use evenly_store::{Actor, extracts, findings, releases};
use jiff::Timestamp;

use crate::platform::{Platform, analyse, names, on_both, reading};
use crate::sandbox::{SUS_HEADER, appointments};

on_both!(
    an_analysis_says_what_the_command_says,
    a_check_keeps_its_data_quality_and_no_indicator,
    what_cannot_be_read_fails_and_says_why,
    nothing_outside_the_folders_is_read,
    a_run_is_stopped_on_request_and_tried_again,
    a_worker_that_is_stopped_gives_its_run_back,
    rows_counted_twice_are_told,
);

async fn an_analysis_says_what_the_command_says(platform: Platform) {
    let csv = appointments(6_000);
    platform.sandbox.write("appointments.csv", &csv);
    let command =
        ["analyse", "appointments.csv", "--profile", "sus-outpatient", "--split", "2024-07", "--out", "report"];
    platform.sandbox.evenly(&command).expect_success();
    let folder = platform.upload("appointments.csv", csv);
    let _worker = platform.worker();
    let mut own = reading("Outpatients", folder, "appointments.csv");
    own.opt_out = Some("applied".to_owned());
    let run = platform.done(&Work::Analyse(Analysing { reading: own, split: Some("2024-07".to_owned()) })).await;

    let info = platform.release(&run).await;
    let release = releases::load(&platform.store, info.id).await.expect("it opens");
    let analysis = evenly_report::analyse(&release);
    let report = fs::read_to_string(platform.sandbox.path().join("report/report.json")).expect("a report");
    assert!(analysis.json().expect("JSON") == report, "report.json differs");
    let kept = findings::of_release(&platform.store, info.id).await.expect("they are read");
    assert_eq!(
        kept.iter().map(|own| &*own.sentence).collect::<Vec<_>>(),
        analysis.findings.iter().map(|own| &*own.sentence).collect::<Vec<_>>()
    );

    let extract = extracts::get(&platform.store, info.extract).await.expect("it is read");
    assert_eq!((&*extract.name, extract.rows.read, run.rows_done), ("Outpatients", 6_000, 6_000));
    assert_eq!(extract.period_from.zip(extract.period_to), Some(("2024-01".to_owned(), "2024-12".to_owned())));
    assert_eq!(extract.opt_out.as_deref(), Some("applied"));
    let (theirs, ours) = (platform.sandbox.path().join("report/exact/cube.parquet"), platform.cube(&run));
    assert!(fs::read(theirs).expect("a cube") == fs::read(&ours).expect("a cube"), "the exact counts differ");
    assert!(is_closed(&platform.data("exact")) && is_closed(ours.parent().expect("a folder")));
    assert_eq!(names(&platform.data("uploads")), [""; 0], "rows are not kept");
    let log = runs::log(&platform.store, run.id).await.expect("it is read");
    assert!(log.iter().any(|line| line.text.contains("6,000 rows read")), "{log:?}");
}

async fn a_check_keeps_its_data_quality_and_no_indicator(platform: Platform) {
    let mut csv = appointments(600);
    csv.push_str("not a day,5,1,1,A,1,40,E01021988,100\n");
    // Three in whom nothing is recorded: too few to be told.
    csv.push_str(&"2024-01-05,5,1,1,,1,40,E01021988,100\n".repeat(3));
    let folder = platform.upload("appointments.csv", csv);
    let _worker = platform.worker();
    let run = platform.done(&Work::Check(reading("Outpatients", folder, "appointments.csv"))).await;
    let info = platform.release(&run).await;
    assert_eq!(info.purpose, "check");
    let release = releases::load(&platform.store, info.id).await.expect("it opens");
    assert!(release.indicators.is_empty() && !release.quality.is_empty());
    assert!(release.suppressed > 0, "a check goes through the gate: {}", release.policy_sentence);
    let log = runs::log(&platform.store, run.id).await.expect("it is read");
    let rejected = log.iter().find(|line| line.level == Level::Warning).expect("a warning");
    assert!(rejected.text.contains("603 counted") && rejected.text.contains("1 rejected"), "{rejected:?}");
    assert!(!log.iter().any(|line| line.text.contains("not a day")), "no values: {log:?}");
    assert!(releases::current(&platform.store, "analysis").await.expect("they are read").is_empty());
    assert_eq!(names(&platform.data("uploads")).len(), 1, "it is to be analysed next");
}

async fn what_cannot_be_read_fails_and_says_why(platform: Platform) {
    let bomb = gzip(&[SUS_HEADER.as_bytes(), &vec![b'0'; 40_000_000]].concat());
    let headless = "Obi,2024-01-05,5,943 476 5919\nMayer,2024-01-06,3,943 476 5870\n";
    let cases: [(&str, Vec<u8>, &str); 5] = [
        ("empty.csv", Vec::new(), "empty.csv"),
        ("headers.csv", SUS_HEADER.into(), "no rows under them"),
        ("headless.csv", headless.into(), "first line must hold the names of its columns"),
        ("broken.parquet", b"PAR1 and no more".into(), "broken.parquet"),
        ("bomb.csv.gz", bomb, "bomb.csv.gz"),
    ];
    let _worker = platform.worker();
    for (name, bytes, words) in cases {
        let reason = platform.failed(&analyse(reading("Outpatients", platform.upload(name, bytes), name))).await;
        assert!(reason.contains(words), "{name}: {reason}");
        assert!(!reason.contains("943") && !reason.contains("Obi"), "{name}: no values: {reason}");
    }
    let mut unknown = reading("Outpatients", platform.upload("a.csv", appointments(300)), "a.csv");
    "/etc/passwd".clone_into(&mut unknown.profile);
    let reason = platform.failed(&analyse(unknown.clone())).await;
    assert!(reason.contains("neither shipped nor approved"), "{reason}");
    "sus-outpatient".clone_into(&mut unknown.profile);
    unknown.period = Some("fortnight".to_owned());
    let reason = platform.failed(&Work::Check(unknown)).await;
    assert!(reason.contains("`fortnight`") && reason.contains("quarter"), "{reason}");
    assert_eq!(names(&platform.data("exact")), [""; 0], "nothing half done is left");
    assert_eq!(names(&platform.data("uploads")).len(), 6, "they can be tried again");
    assert!(extracts::list(&platform.store, "analysis", 10).await.expect("they are read").is_empty());
}

async fn nothing_outside_the_folders_is_read(platform: Platform) {
    platform.sandbox.write("secret.csv", appointments(300));
    platform.sandbox.write("imports/april/appointments.csv", appointments(300));
    let _worker = platform.worker();
    let import = |folder: &str, file: &str| analyse(reading("Outpatients", Folder::Import(folder.to_owned()), file));
    for (folder, file) in [("..", "secret.csv"), ("april/../..", "secret.csv"), ("", "../secret.csv")] {
        let reason = platform.failed(&import(folder, file)).await;
        assert!(reason.contains("name"), "{folder} {file}: {reason}");
    }
    let reason = platform.failed(&import("may", "appointments.csv")).await;
    assert!(reason.contains("no folder `may`"), "{reason}");
    platform.done(&import("april", "appointments.csv")).await;
    assert_eq!(names(&platform.sandbox.path().join("imports/april")), ["appointments.csv"], "imports are not removed");
}

async fn a_run_is_stopped_on_request_and_tried_again(platform: Platform) {
    platform.sandbox.write("imports/appointments.csv", appointments(1_500_000));
    let worker = platform.worker();
    let id = platform.ask(&analyse(reading("Outpatients", Folder::default(), "appointments.csv"))).await;
    platform.until(id, |run| run.state == State::Running).await;
    let mut change = platform.store.change(Actor::CommandLine, Timestamp::now()).await.expect("a change begins");
    runs::cancel(&mut change, id).await.expect("it is asked to stop");
    change.commit().await.expect("the change is made");
    let run = platform.ended(id).await;
    assert_eq!((run.state, run.outcome), (State::Cancelled, None));
    assert!(releases::of_run(&platform.store, id).await.expect("they are read").is_empty());

    drop(worker);
    platform.sandbox.write("imports/appointments.csv", appointments(900));
    let mut change = platform.store.change(Actor::CommandLine, Timestamp::now()).await.expect("a change begins");
    let again = runs::retry(&mut change, id).await.expect("it is asked for again");
    change.commit().await.expect("the change is made");
    let _worker = platform.worker();
    assert_eq!(platform.ended(again).await.state, State::Done);
    assert_eq!(names(&platform.data("exact")).len(), 1, "what the stopped one began is gone");
}

async fn a_worker_that_is_stopped_gives_its_run_back(platform: Platform) {
    platform.sandbox.write("imports/appointments.csv", appointments(1_500_000));
    let mut worker = platform.worker();
    let id = platform.ask(&analyse(reading("Outpatients", Folder::default(), "appointments.csv"))).await;
    platform.until(id, |run| run.state == State::Running).await;
    let process = worker.0.id().to_string();
    let told = std::process::Command::new("kill").args(["-TERM", &process]).status().expect("kill runs");
    assert!(told.success());
    assert!(worker.0.wait().expect("it ends").success());
    let run = runs::get(&platform.store, id).await.expect("it is read");
    assert_eq!((run.state, run.starts), (State::Waiting, 0), "it waits for another, and this start does not count");
    assert_eq!(names(&platform.data("exact")), [""; 0]);
}

async fn rows_counted_twice_are_told(platform: Platform) {
    platform.sandbox.write("imports/appointments.csv", appointments(300));
    let _worker = platform.worker();
    platform.done(&analyse(reading("Outpatients", Folder::default(), "appointments.csv"))).await;
    let twice = platform.done(&analyse(reading("Clinics", Folder::default(), "appointments.csv"))).await;
    let log = runs::log(&platform.store, twice.id).await.expect("it is read");
    assert!(log.iter().any(|line| line.level == Level::Warning && line.text.contains("as “Outpatients”")), "{log:?}");
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("file");
    fs::write(&path, bytes).expect("a file");
    assert!(std::process::Command::new("gzip").arg(&path).status().expect("gzip runs").success());
    fs::read(path.with_extension("gz")).expect("a packed file")
}

#[cfg(unix)]
fn is_closed(folder: &std::path::Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    /// What a group and others may do.
    const OTHERS: u32 = 0o077;
    fs::metadata(folder).expect("it is there").permissions().mode() & OTHERS == 0
}

#[cfg(not(unix))]
fn is_closed(_: &std::path::Path) -> bool {
    true
}
