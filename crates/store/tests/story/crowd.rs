//! Many at once: no run is claimed twice, no change is lost, and the chain has no gap.

use std::collections::BTreeSet;

use evenly_store::audit::{self, Chain};
use evenly_store::claims::{self, Ending};
use evenly_store::runs::{self, NewRun, State};
use evenly_store::{Actor, Place, Store};
use jiff::SignedDuration;
use serde_json::json;
use tokio::task::JoinSet;

use crate::records::{Records, at, on_both};

on_both!(many_workers_share_the_runs, many_writers_make_one_chain, two_programs_start_at_once);

const LEASE: SignedDuration = SignedDuration::from_mins(60);

async fn ask(store: &Store, number: i64) {
    let mut change = store.change(Actor::CommandLine, at(number)).await.expect("a change begins");
    let new = NewRun { kind: "check".to_owned(), parameters: json!({"number": number}), schedule: None };
    runs::request(&mut change, &new).await.expect("the run is asked for");
    change.commit().await.expect("the change is made");
}

async fn whole_chain(store: &Store) -> u64 {
    match audit::verify(store).await.expect("it is walked") {
        Chain::Whole(end) => end.sequence,
        Chain::Broken { sequence, reason } => panic!("event {sequence}: {reason}"),
    }
}

async fn many_workers_share_the_runs(records: Records) {
    const RUNS: i64 = 24;
    for number in 0..RUNS {
        ask(&records.store, number).await;
    }
    let mut workers = JoinSet::new();
    for worker in 0..8 {
        // Every other worker is another process, with connections of its own.
        let store = if worker % 2 == 0 { records.store.clone() } else { open(&records.place).await };
        workers.spawn(async move {
            let mut mine = Vec::new();
            while let Some(claim) = claims::claim(&store, "w", at(60), LEASE).await.expect("it is asked") {
                let mut change = store.change(claim.actor(), at(60)).await.expect("a change begins");
                claims::finish(&mut change, &claim, &Ending::Done(json!({}))).await.expect("it is this worker's");
                change.commit().await.expect("the change is made");
                mine.push(claim.run.id);
            }
            mine
        });
    }
    let done: Vec<_> = workers.join_all().await.into_iter().flatten().collect();
    assert_eq!(done.len(), done.iter().collect::<BTreeSet<_>>().len(), "no run is done twice");
    assert_eq!(runs::counts(&records.store).await.expect("they are read"), [(State::Done, 24)]);
    assert_eq!(whole_chain(&records.store).await, 72, "asked for, started, done");
}

async fn many_writers_make_one_chain(records: Records) {
    let mut writers = JoinSet::new();
    for writer in 0..6 {
        let store = if writer % 2 == 0 { records.store.clone() } else { open(&records.place).await };
        writers.spawn(async move {
            for number in 0..10 {
                ask(&store, writer * 10 + number).await;
                if number % 3 == 0 {
                    // A change that is given up leaves no gap.
                    let mut change = store.change(Actor::CommandLine, at(0)).await.expect("a change begins");
                    let new = NewRun { kind: "given up".to_owned(), parameters: json!({}), schedule: None };
                    runs::request(&mut change, &new).await.expect("it is asked for");
                }
            }
        });
    }
    writers.join_all().await;
    assert_eq!(whole_chain(&records.store).await, 60);
    assert_eq!(runs::counts(&records.store).await.expect("they are read"), [(State::Waiting, 60)]);
}

async fn two_programs_start_at_once(records: Records) {
    let place = records.another_place();
    let mut programs = JoinSet::new();
    for _ in 0..4 {
        let place = place.clone();
        programs.spawn(async move { open(&place).await.ping().await });
    }
    for pinged in programs.join_all().await {
        pinged.expect("the schema is there");
    }
}

async fn open(place: &Place) -> Store {
    Store::open(place).await.expect("the store opens")
}
