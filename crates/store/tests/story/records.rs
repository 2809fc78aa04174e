//! Empty records on either database, and what the tests put into them.

use evenly_cube::{
    About, CellTable, CountedIndicator, Counts, Cube, Dimension, Exact, Group, Membership, Order, Policy, Provenance,
    Reading, Releasable, Release, RowsEquation, SourceFile, Views, shipped_indicator,
};
use evenly_store::people::{self, NewPerson, Person};
use evenly_store::{Actor, Id, Place, Store};
use jiff::Timestamp;
use sqlx::AnyPool;
use tempfile::TempDir;

use crate::postgres::Postgres;

/// Records of a test, gone with it.
pub struct Records {
    pub store: Store,
    pub place: Place,
    folder: TempDir,
    server: Option<Postgres>,
}

impl Records {
    /// In an SQLite file.
    pub async fn sqlite() -> Option<Self> {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let place = Place::in_folder(&folder.path().join("data"));
        let store = Store::open(&place).await.expect("the store opens");
        Some(Self { store, place, folder, server: None })
    }

    /// In a PostgreSQL database of its own.
    pub async fn postgres() -> Option<Self> {
        let server = Postgres::start()?;
        let place = Place::Server(server.make_database());
        let store = Store::open(&place).await.expect("the store opens");
        Some(Self { store, place, folder: tempfile::tempdir().expect("a temporary folder"), server: Some(server) })
    }

    /// A folder for the test's files.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Another empty place on the same kind of database.
    pub fn another_place(&self) -> Place {
        match &self.server {
            None => Place::in_folder(&self.folder.path().join("another")),
            Some(server) => Place::Server(server.make_database()),
        }
    }

    /// Statements past the store, as whoever has the database could run them.
    pub async fn raw(&self) -> AnyPool {
        let address = match &self.place {
            Place::File(path) => format!("sqlite://{}", path.display()),
            Place::Server(address) => address.clone(),
        };
        AnyPool::connect(&address).await.expect("the database is reached")
    }
}

/// A moment of the story, in minutes after its beginning.
pub fn at(minutes: i64) -> Timestamp {
    Timestamp::from_second(1_780_000_000 + 60 * minutes).expect("a time")
}

/// Adds a person with one role.
pub async fn person(store: &Store, name: &str, role: &str) -> Id<Person> {
    let mut change = store.change(Actor::System, at(0)).await.expect("a change begins");
    let new = NewPerson {
        name: name.to_owned(),
        email: format!("{}@Trust.example", name.to_lowercase()),
        roles: vec![role.to_owned()],
        password_hash: None,
        oidc: None,
    };
    let id = people::add(&mut change, &new).await.expect("the person is added");
    change.commit().await.expect("the change is made");
    id
}

/// A small release past the gate: two groups and an indicator.
pub fn release() -> Releasable<Release> {
    let cube = Cube {
        dimensions: vec![Dimension {
            id: "sex".into(),
            title: "Sex".into(),
            about: About::Person,
            order: Order::Nominal,
            groups: vec![Group::known("1", "Male"), Group::known("2", "Female")],
            vintage: None,
            note: None,
        }],
        indicators: vec![CountedIndicator {
            definition: shipped_indicator("did-not-attend").expect("the indicator is shipped"),
            tables: vec![0],
            reading: Reading::Membership(vec![Membership::Outside, Membership::Denominator, Membership::Numerator]),
            sums: None,
        }],
        tables: vec![CellTable { dimensions: vec![0], readings: 3, counts: Counts::Dense(vec![4, 90, 10, 2, 80, 20]) }],
        quality: vec![],
        provenance: provenance(),
    };
    let views = Views { period: None, by: vec!["sex".into()], pairs: vec![], change: None };
    let policy = Policy::shipped("none-synthetic").expect("the policy is shipped");
    Exact::new(cube).release(&policy, &views).expect("it is released")
}

/// Where the small release comes from.
pub fn provenance() -> Provenance {
    Provenance {
        evenly: "0.1.0".into(),
        sources: vec![SourceFile { file: "a.csv".into(), sha256: "ab".repeat(32), bytes: 10, rows: 206 }],
        definitions: vec![],
        rows: RowsEquation { read: 206, counted: 206, ..RowsEquation::default() },
        notes: vec![],
    }
}

/// Runs a test on both databases, each under its own name.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test]
            fn $name() {
                crate::records::run(crate::records::Records::sqlite(), super::$name);
            })+
        }
        mod postgres {
            $(#[test]
            fn $name() {
                crate::records::run(crate::records::Records::postgres(), super::$name);
            })+
        }
    };
}
pub(crate) use on_both;

/// Makes the records and runs a test on them, on several threads as the server does.
pub fn run<M, T, F>(make: M, test: T)
where
    M: Future<Output = Option<Records>>,
    T: FnOnce(Records) -> F,
    F: Future<Output = ()>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build();
    runtime.expect("a runtime").block_on(async {
        if let Some(records) = make.await {
            test(records).await;
        }
    });
}
