//! A statement's evidence: every analysis in use, limited to the time, and the pack that the command writes of the same.

use evenly_cube::statement::{Actions, ReportingPeriod, shipped_domains};
use evenly_report::{Heading, Statement, StatementExtract, StatementParts};
use evenly_store::releases;
use evenly_store::runs::{self, Run};
use evenly_store::statements::{self, Limited, NewStatement};
use evenly_store::work::{Folder, Stating, Work};
use evenly_store::{Actor, Id};
use jiff::Timestamp;

use crate::platform::{Platform, analyse, names, on_both, reading};
use crate::sandbox::appointments;

on_both!(a_statement_says_what_the_command_says, what_cannot_be_stated_fails_and_says_why);

const PERIOD: &str = "2024-25";

async fn a_statement_says_what_the_command_says(platform: Platform) {
    let _worker = platform.worker();
    for (name, rows) in [("clinics", 4_000), ("outpatients", 6_000)] {
        let file = format!("{name}.csv");
        let path = platform.sandbox.write(&format!("imports/{file}"), appointments(rows));
        let command = ["analyse", path.to_str().expect("a path"), "--profile", "sus-outpatient", "--out", name];
        platform.sandbox.evenly(&command).expect_success();
        platform.done(&analyse(reading(name, Folder::default(), &file))).await;
    }
    let command = ["statement", "outpatients", "clinics", "--period", PERIOD, "--date", "2025-06-30", "--out", "pack"];
    platform.sandbox.evenly(&command).expect_success();

    let statement = draft(&platform).await;
    let run = platform.done(&stating(statement, None)).await;
    assert_eq!(statements::get(&platform.store, statement).await.expect("it is read").run, Some(run.id));
    let theirs = std::fs::read_to_string(platform.sandbox.path().join("pack/statement.json")).expect("a pack");
    assert!(pack(&platform, &run).await == theirs, "statement.json differs");
    assert_eq!(names(&platform.data("exact")).len(), 2, "a statement keeps no exact counts of its own");
}

async fn what_cannot_be_stated_fails_and_says_why(platform: Platform) {
    let _worker = platform.worker();
    let statement = draft(&platform).await;
    let reason = platform.failed(&stating(statement, None)).await;
    assert!(reason.contains("bring data in first"), "{reason}");

    platform.sandbox.write("imports/a.csv", appointments(900));
    let run = platform.done(&analyse(reading("Outpatients", Folder::default(), "a.csv"))).await;
    let mut another = Stating { statement, period: "2019-20".to_owned(), policy: None };
    let reason = platform.failed(&Work::Statement(another.clone())).await;
    assert!(reason.contains("Outpatients") && reason.contains("2024-01 to 2024-12"), "{reason}");
    "lately".clone_into(&mut another.period);
    let reason = platform.failed(&Work::Statement(another)).await;
    assert!(reason.contains("`lately`"), "{reason}");

    let mut open = reading("Clinics", Folder::default(), "b.csv");
    open.policy = Some("none-synthetic".to_owned());
    platform.sandbox.write("imports/b.csv", appointments(800));
    platform.done(&analyse(open)).await;
    let reason = platform.failed(&stating(statement, None)).await;
    assert!(reason.contains("`none-synthetic`") && reason.contains("a statement has one"), "{reason}");
    platform.done(&stating(statement, Some("hes-1-7"))).await;

    std::fs::remove_file(platform.cube(&run)).expect("it is removed");
    let reason = platform.failed(&stating(statement, Some("hes-1-7"))).await;
    assert!(reason.contains("“Outpatients” are not kept here; analyse it again"), "{reason}");
}

fn stating(statement: Id<statements::Statement>, policy: Option<&str>) -> Work {
    Work::Statement(Stating { statement, period: PERIOD.to_owned(), policy: policy.map(str::to_owned) })
}

async fn draft(platform: &Platform) -> Id<statements::Statement> {
    let author = platform.person("Ada").await;
    let mut change = platform.store.change(Actor::CommandLine, Timestamp::now()).await.expect("a change begins");
    let new = NewStatement {
        title: "Health inequalities".to_owned(),
        period: PERIOD.to_owned(),
        organisation: "Anytown Hospitals".to_owned(),
        author,
    };
    let id = statements::draft(&mut change, &new).await.expect("a draft");
    change.commit().await.expect("the change is made");
    id
}

/// The pack of a run's releases, as the pages make it.
async fn pack(platform: &Platform, run: &Run) -> String {
    assert!(runs::get(&platform.store, run.id).await.expect("it is read").state.is_end());
    let mut extracts = Vec::new();
    for info in releases::of_run(&platform.store, run.id).await.expect("they are read") {
        let limited: Limited = serde_json::from_value(info.context.clone()).expect("its limits");
        extracts.push(StatementExtract {
            name: limited.name,
            release: releases::load(&platform.store, info.id).await.expect("it opens"),
            periods: limited.periods,
            snapshot: limited.snapshot,
            whole: limited.whole,
            lost: limited.lost,
        });
    }
    let statement = Statement::new(StatementParts {
        heading: Heading { organisation: None, title: None, date: Some("2025-06-30".to_owned()) },
        code: None,
        period: ReportingPeriod::parse(PERIOD).expect("a period"),
        domains: shipped_domains().expect("domains"),
        extracts,
        protected: true,
        actions: Actions::default(),
    });
    statement.expect("a statement").json().expect("JSON")
}
