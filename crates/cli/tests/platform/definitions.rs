//! Definitions of the trust's own, approved by a second person, are what runs are counted by.

use std::fs;

use evenly_cube::{Policy, shipped_indicator_text};
use evenly_extract::profile::Profile;
use evenly_store::definitions::{self, NewDefinition};
use evenly_store::people::Person;
use evenly_store::work::Folder;
use evenly_store::{Actor, Id, releases};
use jiff::Timestamp;

use crate::platform::{Platform, analyse, on_both, reading};
use crate::sandbox::appointments;

on_both!(approved_definitions_are_used_and_proposed_ones_are_not);

async fn approved_definitions_are_used_and_proposed_ones_are_not(platform: Platform) {
    let text = |own: Option<&str>| own.expect("it is shipped").to_owned();
    let profile = text(Profile::shipped_text("sus-outpatient")).replacen("sus-outpatient", "ours", 1);
    let policy = text(Policy::shipped_text("hes-1-7")).replacen("hes-1-7", "our-policy", 1);
    let indicator = text(shipped_indicator_text("did-not-attend")).replacen("version = 1", "version = 9", 1);
    platform.sandbox.write("imports/a.csv", appointments(3_000));
    for (name, text) in [("ours.toml", &profile), ("policy.toml", &policy), ("indicator.toml", &indicator)] {
        platform.sandbox.write(name, text);
    }
    let command = [
        "analyse",
        "imports/a.csv",
        "--profile",
        "ours.toml",
        "--policy",
        "policy.toml",
        "--definitions",
        "indicator.toml",
    ];
    platform.sandbox.evenly(&[&command[..], &["--out", "report"]].concat()).expect_success();

    let (ada, ben) = (platform.person("Ada").await, platform.person("Ben").await);
    let _worker = platform.worker();
    let mut wanted = reading("Outpatients", Folder::default(), "a.csv");
    (wanted.profile, wanted.policy) = ("ours".to_owned(), Some("our-policy".to_owned()));
    let proposed = [
        propose(&platform, ada, "profile", "ours", &profile).await,
        propose(&platform, ada, "policy", "our-policy", &policy).await,
        propose(&platform, ada, "indicator", "did-not-attend", &indicator).await,
    ];
    let reason = platform.failed(&analyse(wanted.clone())).await;
    assert!(reason.contains("`ours`") && reason.contains("neither shipped nor approved"), "{reason}");
    let mut change = platform.store.change(Actor::Person(ben), Timestamp::now()).await.expect("a change begins");
    for id in proposed {
        definitions::judge(&mut change, id, ben, true, "agreed").await.expect("it is approved");
    }
    change.commit().await.expect("the change is made");

    let run = platform.done(&analyse(wanted)).await;
    let info = platform.release(&run).await;
    assert!(info.policy.starts_with("our-policy "), "{}", info.policy);
    let indicators = releases::indicators(&platform.store, info.id).await.expect("they are read");
    assert!(indicators.iter().any(|own| own.indicator == "did-not-attend" && own.version == 9), "{indicators:?}");
    let release = releases::load(&platform.store, info.id).await.expect("it opens");
    let report = fs::read_to_string(platform.sandbox.path().join("report/report.json")).expect("a report");
    assert!(evenly_report::analyse(&release).json().expect("JSON") == report, "report.json differs");
}

async fn propose(
    platform: &Platform,
    by: Id<Person>,
    kind: &str,
    name: &str,
    text: &str,
) -> Id<definitions::Definition> {
    let mut change = platform.store.change(Actor::Person(by), Timestamp::now()).await.expect("a change begins");
    let new = NewDefinition {
        kind: kind.to_owned(),
        name: name.to_owned(),
        text: text.to_owned(),
        why: "ours differs".to_owned(),
        agreed_with: "the board".to_owned(),
        proposed_by: by,
    };
    let id = definitions::propose(&mut change, &new).await.expect("it is proposed");
    change.commit().await.expect("the change is made");
    id
}
