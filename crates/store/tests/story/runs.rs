//! Work is asked for, claimed, ended once, taken up again, given back, cancelled and retried; its release is kept.

use evenly_store::claims::{self, Ending, STARTS_MAX, Signal};
use evenly_store::extracts::{self, NewExtract};
use evenly_store::releases::{self, NewRelease};
use evenly_store::runs::{self, Level, NewRun, Run, State};
use evenly_store::schedules::{self, FoundFile, NewSchedule, Take};
use evenly_store::work::{Analysing, Folder, Reading, Work};
use evenly_store::{Actor, Id, Store, StoreError};
use jiff::SignedDuration;
use serde_json::json;

use crate::records::{Records, at, on_both, person, provenance, release};

on_both!(
    a_run_is_done_once_though_its_worker_seemed_dead,
    a_run_that_kills_its_workers_is_given_up,
    a_run_is_cancelled_and_asked_for_again,
    a_worker_that_stops_gives_its_run_back,
    a_release_comes_back_as_it_was,
    a_folder_is_looked_into_and_each_file_taken_once,
    a_claims_folder_is_of_use_while_the_run_is_its_own,
    ids_of_one_change_keep_their_order,
);

const LEASE: SignedDuration = SignedDuration::from_mins(1);

async fn ask(store: &Store, minutes: i64) -> Id<Run> {
    let mut change = store.change(Actor::CommandLine, at(minutes)).await.expect("a change begins");
    let new = NewRun { kind: "analyse".to_owned(), parameters: json!({"files": ["a.csv"]}), schedule: None };
    let id = runs::request(&mut change, &new).await.expect("the run is asked for");
    change.commit().await.expect("the change is made");
    id
}

async fn finish(store: &Store, claim: &claims::Claim, minutes: i64, ending: Ending) -> Result<(), StoreError> {
    let mut change = store.change(claim.actor(), at(minutes)).await.expect("a change begins");
    claims::finish(&mut change, claim, &ending).await?;
    change.commit().await
}

async fn a_run_is_done_once_though_its_worker_seemed_dead(records: Records) {
    let store = &records.store;
    let (first, second) = (ask(store, 0).await, ask(store, 1).await);
    let slow = claims::claim(store, "slow", at(2), LEASE).await.expect("it is claimed").expect("a run waits");
    assert_eq!(slow.run.id, first, "the one that waited longest");
    let other = claims::claim(store, "other", at(2), LEASE).await.expect("it is claimed").expect("a run waits");
    assert_eq!(other.run.id, second);
    assert!(claims::claim(store, "idle", at(2), LEASE).await.expect("it is asked").is_none());

    let signal = claims::heartbeat(store, &slow, at(2), LEASE, "reading rows", 1_000).await.expect("it is alive");
    assert_eq!(signal, Signal::Continue);
    claims::say(store, &slow, at(2), Level::Info, "reading 1 file").await.expect("it is kept");
    claims::say(store, &slow, at(2), Level::Warning, "12 rows rejected").await.expect("it is kept");
    let shown = runs::get(store, first).await.expect("it is read");
    assert_eq!((&*shown.step, shown.rows_done, shown.state), ("reading rows", 1_000, State::Running));
    let lines: Vec<_> = runs::log(store, first).await.expect("it is read").into_iter().map(|line| line.text).collect();
    assert_eq!(lines, ["reading 1 file", "12 rows rejected"]);

    claims::heartbeat(store, &other, at(4), LEASE, "", 0).await.expect("it is alive");
    let taken = claims::claim(store, "fresh", at(4), LEASE).await.expect("it is claimed").expect("the lease has ended");
    assert_eq!((taken.run.id, taken.run.starts), (first, 2));
    assert_ne!(taken.name(), slow.name(), "each claim writes to its own folder");
    let late = claims::heartbeat(store, &slow, at(4), LEASE, "", 2_000).await;
    assert!(matches!(late, Err(StoreError::LeaseLost)), "{late:?}");
    let late = claims::say(store, &slow, at(4), Level::Info, "done").await;
    assert!(matches!(late, Err(StoreError::LeaseLost)), "{late:?}");
    finish(store, &taken, 4, Ending::Done(json!({"rows": 5}))).await.expect("it is done");
    let late = finish(store, &slow, 4, Ending::Done(json!({"rows": 4}))).await;
    assert!(matches!(late, Err(StoreError::LeaseLost)), "{late:?}");
    let done = runs::get(store, first).await.expect("it is read");
    assert_eq!((done.state, done.outcome, done.lease_until), (State::Done, Some(json!({"rows": 5})), None));
    assert_eq!(runs::counts(store).await.expect("they are read"), [(State::Done, 1), (State::Running, 1)]);
}

async fn a_run_that_kills_its_workers_is_given_up(records: Records) {
    let store = &records.store;
    let id = ask(store, 0).await;
    for start in 1..=STARTS_MAX {
        let minutes = i64::try_from(start).expect("small") * 10;
        let claim = claims::claim(store, "w", at(minutes), LEASE).await.expect("it is claimed").expect("it is free");
        assert_eq!(claim.run.starts, start);
    }
    assert!(claims::claim(store, "w", at(100), LEASE).await.expect("it is asked").is_none());
    let run = runs::get(store, id).await.expect("it is read");
    assert_eq!(run.state, State::Failed);
    let reason = run.outcome.expect("a reason")["reason"].to_string();
    assert!(reason.contains("3 times"), "{reason}");
}

async fn a_run_is_cancelled_and_asked_for_again(records: Records) {
    let store = &records.store;
    let cancel = async |id, minutes| {
        let mut change = store.change(Actor::CommandLine, at(minutes)).await.expect("a change begins");
        runs::cancel(&mut change, id).await?;
        change.commit().await
    };
    let waiting = ask(store, 0).await;
    cancel(waiting, 1).await.expect("it is cancelled");
    assert_eq!(runs::get(store, waiting).await.expect("it is read").state, State::Cancelled);
    assert!(matches!(cancel(waiting, 2).await, Err(StoreError::Conflict(_))));

    let running = ask(store, 3).await;
    let claim = claims::claim(store, "w", at(4), LEASE).await.expect("it is claimed").expect("a run waits");
    cancel(running, 4).await.expect("it is asked to stop");
    let signal = claims::heartbeat(store, &claim, at(4), LEASE, "", 0).await.expect("it is alive");
    assert_eq!(signal, Signal::Cancel);
    finish(store, &claim, 5, Ending::Cancelled).await.expect("it ends");

    let mut change = store.change(Actor::CommandLine, at(6)).await.expect("a change begins");
    let again = runs::retry(&mut change, running).await.expect("it is asked for again");
    assert!(matches!(runs::retry(&mut change, again).await, Err(StoreError::Conflict(_))), "it waits already");
    change.commit().await.expect("the change is made");
    let run = runs::get(store, again).await.expect("it is read");
    assert_eq!((run.state, run.retry_of, run.kind), (State::Waiting, Some(running), "analyse".to_owned()));

    // A worker that dies after it was asked to stop leaves a run that nobody begins anew.
    claims::claim(store, "w", at(7), LEASE).await.expect("it is claimed").expect("a run waits");
    cancel(again, 7).await.expect("it is asked to stop");
    assert!(claims::claim(store, "w", at(20), LEASE).await.expect("it is asked").is_none());
    assert_eq!(runs::get(store, again).await.expect("it is read").state, State::Cancelled);
    assert_eq!(runs::list(store, Some(State::Cancelled), 10).await.expect("they are read").len(), 3);
    assert_eq!(runs::list(store, None, 2).await.expect("they are read").len(), 2);
}

async fn a_worker_that_stops_gives_its_run_back(records: Records) {
    let store = &records.store;
    let id = ask(store, 0).await;
    let claim = claims::claim(store, "w", at(1), LEASE).await.expect("it is claimed").expect("a run waits");
    let mut change = store.change(claim.actor(), at(1)).await.expect("a change begins");
    claims::give_back(&mut change, &claim).await.expect("it is given back");
    change.commit().await.expect("the change is made");
    let run = runs::get(store, id).await.expect("it is read");
    assert_eq!((run.state, run.starts), (State::Waiting, 0));
    let late = finish(store, &claim, 1, Ending::Cancelled).await;
    assert!(matches!(late, Err(StoreError::LeaseLost)), "{late:?}");
    assert!(
        claims::claim(store, "v", at(1), LEASE).await.expect("it is claimed").is_some(),
        "at once, not after the lease"
    );
}

async fn a_release_comes_back_as_it_was(records: Records) {
    let store = &records.store;
    let release = release();
    let mut ids = Vec::new();
    for month in [0, 10] {
        let run = ask(store, month).await;
        let claim = claims::claim(store, "w", at(month), LEASE).await.expect("it is claimed").expect("a run waits");
        let mut change = store.change(claim.actor(), at(month + 1)).await.expect("a change begins");
        claims::finish(&mut change, &claim, &Ending::Done(json!({}))).await.expect("it is done");
        let new = NewExtract {
            run,
            name: "Outpatients".to_owned(),
            purpose: "analysis".to_owned(),
            profile: "sus-outpatient".to_owned(),
            periods: Some(("2024-01".to_owned(), "2024-12".to_owned())),
            opt_out: Some("applied before export".to_owned()),
            provenance: provenance(),
        };
        let extract = extracts::add(&mut change, &new).await.expect("the extract is kept");
        let title = "Outpatients, 2024".to_owned();
        let new = NewRelease { run, extract, purpose: "analysis".to_owned(), title, context: json!({"split": null}) };
        ids.push(releases::add(&mut change, &new, &release).await.expect("the release is kept"));
        change.commit().await.expect("the change is made");
        let extract = extracts::get(store, extract).await.expect("it is read");
        assert_eq!((extract.rows, &*extract.name), (provenance().rows, "Outpatients"));
        assert_eq!(extracts::files(store, extract.id).await.expect("they are read"), provenance().sources);
    }
    assert_eq!(releases::load(store, ids[0]).await.expect("it opens"), release);
    let indicators = releases::indicators(store, ids[0]).await.expect("they are read");
    assert_eq!(indicators[0].indicator, "did-not-attend");
    assert_eq!(extracts::with_file(store, &"ab".repeat(32)).await.expect("they are read").len(), 2);
    assert_eq!(extracts::list(store, "analysis", 10).await.expect("they are read").len(), 2);

    let current = async || releases::current(store, "analysis").await.expect("they are read");
    assert_eq!(current().await.iter().map(|own| own.id).collect::<Vec<_>>(), [ids[1]], "the newest of the extract");
    let mut change = store.change(Actor::CommandLine, at(20)).await.expect("a change begins");
    releases::withdraw(&mut change, ids[1], "wrong month").await.expect("it is withdrawn");
    change.commit().await.expect("the change is made");
    assert_eq!(current().await.iter().map(|own| own.id).collect::<Vec<_>>(), [ids[0]], "the one before");
    let info = releases::get(store, ids[1]).await.expect("it is read");
    assert_eq!(info.withdrawn.expect("it is withdrawn").because, "wrong month");
    assert_eq!(releases::list(store, "analysis", 10).await.expect("they are read").len(), 2);
    assert_eq!(releases::of_run(store, info.run).await.expect("they are read").len(), 1);

    let raw = records.raw().await;
    sqlx::query("UPDATE releases SET sha256 = 'other'").execute(&raw).await.expect("it is altered");
    assert!(matches!(releases::load(store, ids[0]).await, Err(StoreError::Damaged(_))));
}

async fn a_folder_is_looked_into_and_each_file_taken_once(records: Records) {
    let store = &records.store;
    let ada = person(store, "Ada", "analyst").await;
    let mut change = store.change(Actor::Person(ada), at(0)).await.expect("a change begins");
    let reading = Reading {
        name: "Outpatients".to_owned(),
        folder: Folder::Import("outpatients".to_owned()),
        profile: "sus-outpatient".to_owned(),
        ..Reading::default()
    };
    let new = NewSchedule {
        name: "Outpatients, nightly".to_owned(),
        work: Work::Analyse(Analysing { reading, split: None }),
        take: Take::All,
        every_minutes: 60,
        first_at: at(30),
        made_by: ada,
    };
    let id = schedules::make(&mut change, &new).await.expect("it is made");
    change.commit().await.expect("the change is made");
    assert!(schedules::due(store, at(29)).await.expect("they are read").is_empty());
    let due = schedules::due(store, at(30)).await.expect("they are read").remove(0);
    let file = |name: &str, sha256: &str| FoundFile { file: name.to_owned(), sha256: sha256.to_owned() };

    let mut change = store.change(Actor::System, at(30)).await.expect("a change begins");
    let found = [file("april.csv", "1"), file("april-copy.csv", "1"), file("may.csv", "2")];
    let run = schedules::looked(&mut change, &due, &found).await.expect("it is kept").expect("there are new files");
    change.commit().await.expect("the change is made");
    let run = runs::get(store, run).await.expect("it is read");
    let work = Work::of_run(&run).expect("a worker can do it");
    let reading = work.reading().expect("it reads an extract");
    assert_eq!((run.schedule, &*reading.profile), (Some(id), "sus-outpatient"));
    assert_eq!(reading.files, ["april.csv", "may.csv"]);

    let mut change = store.change(Actor::System, at(31)).await.expect("a change begins");
    let twice = schedules::looked(&mut change, &due, &found).await;
    assert!(matches!(twice, Err(StoreError::Conflict(_))), "another worker has done it: {twice:?}");
    drop(change);
    let due = schedules::due(store, at(90)).await.expect("they are read").remove(0);
    let mut change = store.change(Actor::System, at(90)).await.expect("a change begins");
    let none = schedules::looked(&mut change, &due, &found).await.expect("it is kept");
    change.commit().await.expect("the change is made");
    assert_eq!(none, None, "nothing new");
    let due = schedules::due(store, at(150)).await.expect("they are read").remove(0);
    let mut change = store.change(Actor::System, at(150)).await.expect("a change begins");
    let found = [file("april.csv", "1"), file("may.csv", "2"), file("june.csv", "3")];
    let run = schedules::looked(&mut change, &due, &found).await.expect("it is kept").expect("there is a new file");
    change.commit().await.expect("the change is made");
    let work = Work::of_run(&runs::get(store, run).await.expect("it is read")).expect("a worker can do it");
    assert_eq!(work.reading().expect("it reads").files, ["april.csv", "may.csv", "june.csv"], "the whole folder");
    let mut change = store.change(Actor::Person(ada), at(91)).await.expect("a change begins");
    schedules::enable(&mut change, id, false).await.expect("it is turned off");
    change.commit().await.expect("the change is made");
    assert!(schedules::due(store, at(1_000)).await.expect("they are read").is_empty());
    assert!(!schedules::list(store).await.expect("they are read")[0].enabled);
}

async fn a_claims_folder_is_of_use_while_the_run_is_its_own(records: Records) {
    let store = &records.store;
    let of_use = async |name: String| claims::is_of_use(store, &name).await.expect("it is asked");
    let id = ask(store, 0).await;
    let slow = claims::claim(store, "slow", at(1), LEASE).await.expect("it is claimed").expect("a run waits");
    assert!(of_use(slow.name()).await, "it has the run");
    let fresh =
        claims::claim(store, "fresh", at(10), LEASE).await.expect("it is claimed").expect("the lease has ended");
    assert!(!of_use(slow.name()).await && of_use(fresh.name()).await, "another has it");
    let mut change = store.change(slow.actor(), at(10)).await.expect("a change begins");
    assert!(matches!(claims::hold(&mut change, &slow).await, Err(StoreError::LeaseLost)));
    claims::hold(&mut change, &fresh).await.expect("it is its own");
    drop(change);
    finish(store, &fresh, 11, Ending::Done(json!({claims::FOLDER: fresh.name()}))).await.expect("it is done");
    assert!(of_use(fresh.name()).await, "the outcome names it");
    for stray in [slow.name(), format!("{id}-99"), id.to_string(), "notes".to_owned(), "a-1".to_owned()] {
        assert!(!of_use(stray.clone()).await, "{stray}");
    }
}

async fn ids_of_one_change_keep_their_order(records: Records) {
    let mut change = records.store.change(Actor::CommandLine, at(0)).await.expect("a change begins");
    let mut ids = Vec::new();
    for _ in 0..200 {
        let new = NewRun { kind: "check".to_owned(), parameters: json!({}), schedule: None };
        ids.push(runs::request(&mut change, &new).await.expect("it is asked for").to_string());
    }
    assert!(ids.is_sorted(), "{ids:?}");
}
