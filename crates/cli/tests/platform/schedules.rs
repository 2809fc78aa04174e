//! A folder that is looked into: each file is taken once, when it has settled.

use std::fs::File;
use std::path::Path;
use std::time::{Duration, SystemTime};

use evenly_store::runs::{self, Run, State};
use evenly_store::schedules::{self, NewSchedule, Schedule, Take};
use evenly_store::work::{Analysing, Folder, Reading, Work};
use evenly_store::{Actor, Id, extracts};
use jiff::Timestamp;

use crate::platform::{Platform, on_both};
use crate::sandbox::appointments;

on_both!(each_file_of_a_folder_is_taken_once);

async fn each_file_of_a_folder_is_taken_once(platform: Platform) {
    let folder = platform.sandbox.path().join("imports/outpatients");
    settled(&platform.sandbox.write("imports/outpatients/april.csv", appointments(600)));
    settled(&platform.sandbox.write("imports/outpatients/README.txt", "how it was made"));
    settled(&platform.sandbox.write("imports/outpatients/.hidden.csv", appointments(700)));
    platform.sandbox.write("imports/outpatients/on-its-way.csv", appointments(10));
    let id = schedule(&platform).await;
    let _worker = platform.worker();
    let first = run_of(&platform, id, 1).await;
    assert_eq!(platform.ended(first.id).await.state, State::Done);
    assert_eq!(files(&first), ["april.csv"]);

    settled(&folder.join("on-its-way.csv"));
    std::fs::copy(folder.join("april.csv"), folder.join("april-again.csv")).expect("a copy");
    settled(&folder.join("april-again.csv"));
    look_again(&platform, id).await;
    let second = run_of(&platform, id, 2).await;
    assert_eq!(platform.ended(second.id).await.state, State::Done);
    assert_eq!(files(&second), ["on-its-way.csv"], "a copy of what was taken is not taken");
    look_again(&platform, id).await;
    assert_eq!(runs::list(&platform.store, None, 10).await.expect("they are read").len(), 2, "nothing new, no run");
    assert_eq!(extracts::list(&platform.store, "analysis", 10).await.expect("they are read").len(), 2);
}

async fn schedule(platform: &Platform) -> Id<Schedule> {
    let made_by = platform.person("Ada").await;
    let now = Timestamp::now();
    let mut change = platform.store.change(Actor::CommandLine, now).await.expect("a change begins");
    let reading = Reading {
        name: "Outpatients".to_owned(),
        folder: Folder::Import("outpatients".to_owned()),
        profile: "sus-outpatient".to_owned(),
        ..Reading::default()
    };
    let new = NewSchedule {
        name: "Outpatients, nightly".to_owned(),
        work: Work::Analyse(Analysing { reading, split: None }),
        take: Take::New,
        every_minutes: 1,
        first_at: now,
        made_by,
    };
    let id = schedules::make(&mut change, &new).await.expect("it is made");
    change.commit().await.expect("the change is made");
    id
}

/// The newest run that a schedule asked for, once there are so many.
async fn run_of(platform: &Platform, schedule: Id<Schedule>, count: usize) -> Run {
    platform
        .eventually("the schedule asks for a run", async || {
            let all = runs::list(&platform.store, None, 10).await.expect("they are read");
            let mut own: Vec<Run> = all.into_iter().filter(|run| run.schedule == Some(schedule)).collect();
            (own.len() == count).then(|| own.remove(0))
        })
        .await
}

/// Makes a schedule due and waits until it was looked into.
async fn look_again(platform: &Platform, id: Id<Schedule>) {
    let before = schedules::get(&platform.store, id).await.expect("it is read").looked_at;
    let mut change = platform.store.change(Actor::CommandLine, Timestamp::now()).await.expect("a change begins");
    schedules::look_now(&mut change, id).await.expect("it is due");
    change.commit().await.expect("the change is made");
    platform
        .eventually("the schedule is looked into", async || {
            let own = schedules::get(&platform.store, id).await.expect("it is read");
            (own.looked_at > before).then_some(())
        })
        .await;
}

fn files(run: &Run) -> Vec<String> {
    Work::of_run(run).expect("work").reading().expect("it reads").files.clone()
}

/// Makes a file look as if nobody had written to it for a while.
fn settled(file: &Path) {
    let earlier = SystemTime::from(Timestamp::now()) - Duration::from_hours(1);
    File::options().write(true).open(file).and_then(|own| own.set_modified(earlier)).expect("it can be touched");
}
