//! The commands on the records: the audit log walked, a backup taken and brought back.

use evenly_store::{Actor, Place, Store, audit, people, settings};
use jiff::Timestamp;

use crate::platform::{Platform, on_both};

on_both!(a_backup_comes_back_and_is_whole, records_that_hold_anything_are_left_alone, a_broken_record_is_told);

async fn a_backup_comes_back_and_is_whole(platform: Platform) {
    platform.person("Ada").await;
    let said = platform.evenly(&["audit", "verify"]).expect_success().stdout;
    let end = audit::end(&platform.store).await.expect("an end");
    assert_eq!(said, format!("The record is whole: {} events. Last hash: {}\n", end.sequence, end.hash));
    let said = platform.evenly(&["backup", "all.backup"]).expect_success().stdout;
    assert!(said.ends_with("all.backup\n"), "{said}");
    let twice = platform.evenly(&["backup", "all.backup"]);
    assert!(twice.status == Some(1) && twice.stderr.contains("is there already"), "{twice:?}");

    // On a database of its own, whatever it came from.
    let restored = platform.sandbox.evenly(&["restore", "all.backup", "--data", "new"]).expect_success();
    assert!(restored.stdout.contains("rows are back in new/evenly.db"), "{}", restored.stdout);
    let store = Store::open(&Place::in_folder(&platform.sandbox.path().join("new"))).await.expect("it opens");
    assert_eq!(people::list(&store).await.expect("they are read")[0].name, "Ada");
    let json = platform.sandbox.evenly(&["audit", "verify", "--data", "new", "--format", "json"]).expect_success();
    let json: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON");
    assert_eq!((&json["whole"], &json["events"]), (&true.into(), &(end.sequence + 1).into()), "and the restoring");
}

async fn records_that_hold_anything_are_left_alone(platform: Platform) {
    platform.person("Ada").await;
    platform.evenly(&["backup", "all.backup"]).expect_success();
    let refused = platform.evenly(&["restore", "all.backup"]);
    assert!(refused.status == Some(1) && refused.stderr.contains("restore into a new"), "{refused:?}");
    assert_eq!(people::list(&platform.store).await.expect("they are read").len(), 1);
    platform
        .sandbox
        .write("cut.backup", &std::fs::read(platform.sandbox.path().join("all.backup")).expect("it is read")[..90]);
    let refused = platform.sandbox.evenly(&["restore", "cut.backup", "--data", "new"]);
    assert!(refused.status == Some(1) && refused.stderr.contains("not a whole backup"), "{refused:?}");
    for command in [&["audit", "verify"][..], &["backup", "other.backup"]] {
        let refused = platform.sandbox.evenly(&[command, &["--data", "nowhere"]].concat());
        assert!(refused.status == Some(1) && refused.stderr.contains("there are no records"), "{refused:?}");
    }
    assert!(!platform.sandbox.path().join("nowhere").exists(), "looking makes nothing");
}

async fn a_broken_record_is_told(platform: Platform) {
    for value in ["Anytown", "Othertown"] {
        let mut change = platform.store.change(Actor::CommandLine, Timestamp::now()).await.expect("a change begins");
        settings::set(&mut change, settings::ORGANISATION, value).await.expect("it is set");
        change.commit().await.expect("the change is made");
    }
    platform.tamper().await;
    let broken = platform.evenly(&["audit", "verify"]);
    assert_eq!(broken.status, Some(1));
    assert_eq!(broken.stderr, "error: the record is not whole, from event 1 on: it is not as it was written\n");
}
