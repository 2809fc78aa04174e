//! Definitions of the trust's own, approved by a second person, are what runs are counted by.

use std::fs;

use evenly_cube::{Policy, shipped_indicator_text};
use evenly_extract::profile::Profile;
use evenly_store::definitions::{self, NewDefinition};
use evenly_store::people::Person;
use evenly_store::work::{Folder, Scoring, Work};
use evenly_store::{Actor, Id, releases};
use jiff::Timestamp;

use crate::platform::{Platform, analyse, on_both, reading};
use crate::sandbox::appointments;

on_both!(approved_definitions_are_used_and_proposed_ones_are_not, a_score_by_agreed_weights_is_the_commands);

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
    approve(&platform, ben, &proposed).await;

    let run = platform.done(&analyse(wanted)).await;
    let info = platform.release(&run).await;
    assert!(info.policy.starts_with("our-policy "), "{}", info.policy);
    let indicators = releases::indicators(&platform.store, info.id).await.expect("they are read");
    assert!(indicators.iter().any(|own| own.indicator == "did-not-attend" && own.version == 9), "{indicators:?}");
    let release = releases::load(&platform.store, info.id).await.expect("it opens");
    let report = fs::read_to_string(platform.sandbox.path().join("report/report.json")).expect("a report");
    assert!(evenly_report::analyse(&release).json().expect("JSON") == report, "report.json differs");
}

/// A score of the trust's own, of one indicator.
const SCORE: &str = "id = \"ours\"\ntitle = \"Ours\"\nversion = 1\nsource = \"Board\"\ndate = \"2026-01-01\"\n\
     [[inputs]]\nindicator = \"did-not-attend\"\nweight = 3\nsource = \"Board, minute 7\"\n";

async fn a_score_by_agreed_weights_is_the_commands(platform: Platform) {
    platform.sandbox.write("imports/a.csv", appointments(20_000));
    platform.sandbox.write("ours.toml", SCORE);
    let analysed = ["analyse", "imports/a.csv", "--profile", "sus-outpatient", "--out", "report"];
    platform.sandbox.evenly(&analysed).expect_success();
    let rank = ["score", "rank", "report/report.json", "--score", "ours.toml", "--of", "age_band", "--format", "json"];
    let theirs = platform.sandbox.evenly(&rank).expect_success().stdout;
    let theirs: serde_json::Value = serde_json::from_str(&theirs).expect("JSON");

    let (ada, ben) = (platform.person("Ada").await, platform.person("Ben").await);
    let _worker = platform.worker();
    let run = platform.done(&analyse(reading("Outpatients", Folder::default(), "a.csv"))).await;
    let release = platform.release(&run).await.id;
    let scoring =
        |score: &str, of: &str| Work::Score(Scoring { release, score: score.to_owned(), of: of.to_owned(), seed: 1 });
    let proposed = propose(&platform, ada, "score", "ours", SCORE).await;
    let reason = platform.failed(&scoring("ours", "age_band")).await;
    assert!(reason.contains("`ours`: it is neither shipped nor approved"), "{reason}");
    approve(&platform, ben, &[proposed]).await;
    let scored = platform.done(&scoring("ours", "age_band")).await.outcome.expect("an outcome");
    for key in ["score", "of", "left_out", "results"] {
        assert_eq!(scored[key], theirs[key], "{key}");
    }
    let reason = platform.failed(&scoring("ours", "shoe_size")).await;
    assert!(reason.contains("`shoe_size`; it does by"), "{reason}");
}

async fn approve(platform: &Platform, by: Id<Person>, proposed: &[Id<definitions::Definition>]) {
    let mut change = platform.store.change(Actor::Person(by), Timestamp::now()).await.expect("a change begins");
    for id in proposed {
        definitions::judge(&mut change, *id, by, true, "agreed").await.expect("it is approved");
    }
    change.commit().await.expect("the change is made");
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
