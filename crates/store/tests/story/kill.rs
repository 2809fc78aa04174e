//! A program that is killed while it writes loses no change that was acknowledged, and leaves no half of one.
//!
//! The test starts itself again as the program to be killed ([`PLACE`] is set then). `EVENLY_KILL_ROUNDS` and `EVENLY_KILL_SEED`
//! make it longer and other (`make kill`).

use std::io::{BufRead, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::time::Duration;

use evenly_store::audit::{self, Chain, Filter};
use evenly_store::people::Person;
use evenly_store::{Database, Id, Place, Store, people};

use crate::chance::{next, variable};
use crate::records::{Records, person, run};

mod sqlite {
    #[test]
    fn acknowledged_changes_survive() {
        super::program_or_test(super::Records::sqlite());
    }
}

mod postgres {
    #[test]
    fn acknowledged_changes_survive() {
        super::program_or_test(super::Records::postgres());
    }
}

/// Set for the program that is to be killed: where it writes.
const PLACE: &str = "EVENLY_KILL_PLACE";
/// Most acknowledged changes after which a program is killed.
const CHANGES_MAX: u64 = 12;
/// Longest that it lives after them, in microseconds: a change takes a few thousand.
const LIFE_MAX_US: u64 = 20_000;

/// Is the program that is to be killed, where it was started as that; otherwise the test.
fn program_or_test(records: impl Future<Output = Option<Records>>) {
    match variable(PLACE) {
        Some(place) => {
            tokio::runtime::Runtime::new().expect("a runtime").block_on(write_until_killed(&Place::parse(&place)));
        }
        None => run(records, acknowledged_changes_survive),
    }
}

async fn acknowledged_changes_survive(records: Records) {
    let rounds = variable("EVENLY_KILL_ROUNDS").map_or(6, |own| own.parse().expect("a number of rounds"));
    let mut seed: u64 = variable("EVENLY_KILL_SEED").map_or(2026, |own| own.parse().expect("a seed"));
    let mut acknowledged: Vec<Id<Person>> = Vec::new();
    for round in 0..rounds {
        let (changes, life) = (next(&mut seed) % CHANGES_MAX, Duration::from_micros(next(&mut seed) % LIFE_MAX_US));
        let told = killed_after(&records, changes, life);
        acknowledged.extend(told);
        judge(&records, &acknowledged).await.unwrap_or_else(|fault| panic!("round {round}: {fault}"));
    }
    assert!(!acknowledged.is_empty(), "no program lived long enough to write anything");
    eprintln!("{rounds} kills, {} acknowledged changes, none lost", acknowledged.len());
}

/// Adds people one after the other, and says so once each is durable.
async fn write_until_killed(place: &Place) {
    let store = Store::open(place).await.expect("the store opens");
    loop {
        let name = format!("P{}", uuid::Uuid::new_v4().simple());
        let id = person(&store, &name, "viewer").await;
        let mut out = std::io::stdout().lock();
        writeln!(out, "acknowledged {id}").and_then(|()| out.flush()).expect("the other program listens");
    }
}

/// Runs the program until it has acknowledged so many changes and a moment longer, kills it, and gives back what it had
/// acknowledged.
fn killed_after(records: &Records, changes: u64, life: Duration) -> Vec<Id<Person>> {
    let address = match &records.place {
        Place::File(path) => path.display().to_string(),
        Place::Server(address) => address.clone(),
    };
    let database = if records.store.database() == Database::Sqlite { "sqlite" } else { "postgres" };
    let name = format!("kill::{database}::acknowledged_changes_survive");
    let mut command = Command::new(std::env::current_exe().expect("this test has a file"));
    command.args([&*name, "--exact", "--nocapture"]).env(PLACE, address).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut program = command.spawn().expect("the program starts");
    let lines = BufReader::new(program.stdout.take().expect("its output is read")).lines().map_while(Result::ok);
    let mut told = lines.filter_map(|line| line.split_once("acknowledged ")?.1.trim().parse().ok());
    let mut acknowledged: Vec<_> = told.by_ref().take(usize::try_from(changes).expect("few")).collect();
    // The moment is random on purpose: nothing waits for it.
    std::thread::sleep(life);
    program.kill().expect("it is killed");
    acknowledged.extend(told);
    program.wait().expect("it is gone");
    acknowledged
}

async fn judge(records: &Records, acknowledged: &[Id<Person>]) -> Result<(), String> {
    let store = &records.store;
    if let Chain::Broken { sequence, reason } = audit::verify(store).await.expect("it is walked") {
        return Err(format!("audit event {sequence}: {reason}"));
    }
    let there = people::list(store).await.expect("they are read");
    if let Some(lost) = acknowledged.iter().find(|id| !there.iter().any(|person| person.id == **id)) {
        return Err(format!("an acknowledged change is lost: {lost}"));
    }
    let filter = Filter { subject_kind: Some("person".to_owned()), limit: u32::MAX, ..Filter::default() };
    let events = audit::list(store, &filter).await.expect("they are read").len();
    if events != there.len() {
        return Err(format!("{} people and {events} events", there.len()));
    }
    if store.database() == Database::Sqlite {
        let check: String =
            sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&records.raw().await).await.expect("checked");
        if check != "ok" {
            return Err(check);
        }
    }
    // And the records go on: nothing is left locked.
    person(store, &format!("After{events}"), "viewer").await;
    Ok(())
}
