//! Workers that are killed in the middle of their work: every run is done once all the same, and nothing half done is left.
//!
//! `EVENLY_KILL_ROUNDS` and `EVENLY_KILL_SEED` make it longer and other (`make kill`).

use std::time::Duration;

use evenly_store::audit::{self, Chain, Filter};
use evenly_store::claims::STARTS_MAX;
use evenly_store::runs::{self, Run, State};
use evenly_store::work::Folder;
use evenly_store::{Actor, Id, extracts, findings, releases};
use jiff::Timestamp;

use crate::chance::{next, variable};
use crate::platform::{Platform, analyse, names, on_both, reading};
use crate::sandbox::appointments;

mod server;

on_both!(every_run_is_done_once);

/// Workers at a time, of which one is killed in each round.
const WORKERS: usize = 2;
/// Longest that a worker lives after the run that is waited for, in milliseconds: it does another in a few hundred.
const LIFE_MAX_MS: u64 = 400;

async fn every_run_is_done_once(platform: Platform) {
    let rounds = variable("EVENLY_KILL_ROUNDS").map_or(5, |own| own.parse().expect("a number of rounds"));
    let mut seed: u64 = variable("EVENLY_KILL_SEED").map_or(2026, |own| own.parse().expect("a seed"));
    platform.sandbox.write("imports/appointments.csv", appointments(400));
    let mut asked: Vec<Id<Run>> = Vec::new();
    let mut workers: Vec<_> = (0..WORKERS).map(|_| platform.worker()).collect();
    for round in 0..rounds {
        let wanted = ended(&platform).await + next(&mut seed) % 2;
        asked.push(ask(&platform).await);
        platform.eventually("a run ends", async || (ended(&platform).await >= wanted).then_some(())).await;
        // The moment is random on purpose: nothing waits for it.
        tokio::time::sleep(Duration::from_millis(next(&mut seed) % LIFE_MAX_MS)).await;
        // Dropped is killed.
        workers[round % WORKERS] = platform.worker();
    }
    let started = more_than_once(&platform, &asked).await;
    let again = until_done(&platform, &asked).await;
    drop(workers);
    judge(&platform, &asked, &again).await;
    eprintln!(
        "{rounds} kills, {} runs, {started} of them begun more than once, {} given up after {STARTS_MAX} and asked for again: each \
         done once",
        asked.len(),
        again.len()
    );
}

async fn ask(platform: &Platform) -> Id<Run> {
    platform.ask(&analyse(reading("Outpatients", Folder::default(), "appointments.csv"))).await
}

/// How many runs have ended.
async fn ended(platform: &Platform) -> u64 {
    let counts = runs::counts(&platform.store).await.expect("they are read");
    counts.into_iter().filter(|(state, _)| state.is_end()).map(|(_, runs)| runs).sum()
}

/// Waits until every run has ended; one that was given up because its workers died is asked for again, as a person would.
async fn until_done(platform: &Platform, asked: &[Id<Run>]) -> Vec<Id<Run>> {
    let mut again = Vec::new();
    for id in asked {
        let mut run = platform.ended(*id).await;
        while run.state == State::Failed {
            let reason = run.outcome.as_ref().map(ToString::to_string).unwrap_or_default();
            assert!(run.starts == STARTS_MAX && reason.contains("its worker ended"), "{run:?}");
            let mut change =
                platform.store.change(Actor::CommandLine, Timestamp::now()).await.expect("a change begins");
            let next = runs::retry(&mut change, run.id).await.expect("it is asked for again");
            change.commit().await.expect("the change is made");
            again.push(next);
            run = platform.ended(next).await;
        }
        assert_eq!(run.state, State::Done, "{run:?}");
    }
    again
}

/// How many runs more than one worker has begun.
async fn more_than_once(platform: &Platform, asked: &[Id<Run>]) -> usize {
    let mut count = 0;
    for id in asked {
        count += usize::from(runs::get(&platform.store, *id).await.expect("it is read").starts > 1);
    }
    count
}

/// One extract, one release, its findings and one folder of exact counts for each run that is done; and a whole audit log that
/// tells of each end once.
async fn judge(platform: &Platform, asked: &[Id<Run>], again: &[Id<Run>]) {
    let store = &platform.store;
    let chain = audit::verify(store).await.expect("it is walked");
    assert!(matches!(chain, Chain::Whole(_)), "{chain:?}");
    let mut folders = Vec::new();
    for id in asked.iter().chain(again) {
        let run = runs::get(store, *id).await.expect("it is read");
        let kept = releases::of_run(store, *id).await.expect("they are read");
        assert_eq!(kept.len(), usize::from(run.state == State::Done), "{run:?}");
        for release in kept {
            releases::load(store, release.id).await.expect("it opens");
            assert_eq!(extracts::get(store, release.extract).await.expect("it is read").run, *id);
            let found = findings::of_release(store, release.id).await.expect("they are read");
            assert_eq!(run.outcome.as_ref().expect("an outcome")["findings"], found.len());
            let cube = platform.cube(&run);
            assert!(cube.is_file(), "its exact counts are there");
            folders.extend(cube.parent().and_then(|own| own.file_name()).map(|own| own.to_string_lossy().into_owned()));
        }
        let filter = Filter { subject: Some(id.to_string()), limit: 1_000, ..Filter::default() };
        let events = audit::list(store, &filter).await.expect("they are read");
        let ends = events.iter().filter(|event| event.action == "run done" || event.action == "run failed").count();
        assert_eq!(ends, 1, "{events:?}");
    }
    let done = extracts::list(store, "analysis", u32::MAX).await.expect("they are read").len();
    assert_eq!(done, asked.len(), "one extract for each run that was asked for");
    folders.sort();
    // What killed workers had begun goes when a worker starts.
    let worker = platform.worker();
    platform
        .eventually("what is of no use goes", async || (names(&platform.data("exact")) == folders).then_some(()))
        .await;
    drop(worker);
}
