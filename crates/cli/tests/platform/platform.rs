//! Records in a folder of their own, the workers on them, and what the tests ask of both.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use evenly_store::people::{self, NewPerson, Person};
use evenly_store::releases::{self, ReleaseInfo};
use evenly_store::runs::{self, Run, State};
use evenly_store::work::{Analysing, Folder, Reading, Work};
use evenly_store::{Actor, Id, Place, Store, closed_folder};
use jiff::Timestamp;

use crate::postgres::Postgres;
use crate::sandbox::{Outcome, Sandbox};

/// Longest wait for anything.
const PATIENCE: Duration = Duration::from_mins(2);
/// Time between two looks at the records.
const LOOK: Duration = Duration::from_millis(20);

/// A platform of a test, gone with it.
pub struct Platform {
    pub store: Store,
    pub place: Place,
    pub sandbox: Sandbox,
    _server: Option<Postgres>,
}

/// A worker in a process of its own, killed with the test.
pub struct Worker(pub Child);

impl Drop for Worker {
    fn drop(&mut self) {
        // It may have ended by itself.
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

impl Platform {
    /// On an SQLite file.
    pub async fn sqlite() -> Option<Self> {
        let sandbox = Sandbox::new();
        let place = Place::in_folder(&sandbox.path().join("data"));
        Some(Self::on(place, sandbox, None).await)
    }

    /// On a PostgreSQL database of its own.
    pub async fn postgres() -> Option<Self> {
        let server = Postgres::start()?;
        let place = Place::Server(server.make_database());
        Some(Self::on(place, Sandbox::new(), Some(server)).await)
    }

    async fn on(place: Place, sandbox: Sandbox, server: Option<Postgres>) -> Self {
        closed_folder(&sandbox.path().join("data")).expect("a folder");
        std::fs::create_dir_all(sandbox.path().join("imports")).expect("a folder");
        let store = Store::open(&place).await.expect("the store opens");
        Self { store, place, sandbox, _server: server }
    }

    /// A folder of the data folder.
    pub fn data(&self, name: &str) -> PathBuf {
        self.sandbox.path().join("data").join(name)
    }

    /// A command on these records.
    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.sandbox.command();
        command.args(arguments).args(["--data", "data"]);
        if let Place::Server(address) = &self.place {
            command.env("EVENLY_DATABASE", address);
        }
        command
    }

    /// Runs a command on these records to its end.
    pub fn evenly(&self, arguments: &[&str]) -> Outcome {
        Outcome::of(self.command(arguments).output().expect("evenly runs"))
    }

    /// Alters the first event of the audit log, as whoever has the database could.
    pub async fn tamper(&self) {
        let (address, open) = match &self.place {
            Place::File(path) => (format!("sqlite://{}", path.display()), "DROP TRIGGER audit_events_no_update"),
            Place::Server(address) => (address.clone(), "ALTER TABLE audit_events DISABLE TRIGGER ALL"),
        };
        let pool = sqlx::AnyPool::connect(&address).await.expect("the database is reached");
        for statement in [open, "UPDATE audit_events SET details = '{}' WHERE sequence = 1"] {
            sqlx::query(statement).execute(&pool).await.expect("it is done");
        }
    }

    /// Starts a worker.
    pub fn worker(&self) -> Worker {
        let mut command =
            self.command(&["worker", "--imports", "imports", "--poll-seconds", "1", "--lease-seconds", "5"]);
        Worker(command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("a worker starts"))
    }

    /// Keeps a file as the pages keep an upload, and says which folder it is.
    pub fn upload(&self, name: &str, bytes: impl AsRef<[u8]>) -> Folder {
        let folder = format!("upload-{}", name.replace('.', "-"));
        let place = self.data("uploads").join(&folder);
        closed_folder(&place).expect("a folder");
        std::fs::write(place.join(name), bytes).expect("a file");
        Folder::Upload(folder)
    }

    /// Asks for work.
    pub async fn ask(&self, work: &Work) -> Id<Run> {
        let mut change = self.store.change(Actor::CommandLine, Timestamp::now()).await.expect("a change begins");
        let id = runs::request(&mut change, &work.as_run()).await.expect("it is asked for");
        change.commit().await.expect("the change is made");
        id
    }

    /// Looks again and again until there is what is waited for.
    pub async fn eventually<T>(&self, what: &str, look: impl AsyncFn() -> Option<T>) -> T {
        let looking = async {
            loop {
                if let Some(found) = look().await {
                    return found;
                }
                tokio::time::sleep(LOOK).await;
            }
        };
        match tokio::time::timeout(PATIENCE, looking).await {
            Ok(found) => found,
            Err(elapsed) => panic!("{what}: {elapsed}: {:?}", runs::list(&self.store, None, 5).await),
        }
    }

    /// Waits until a run is as wanted.
    pub async fn until(&self, id: Id<Run>, wanted: impl Fn(&Run) -> bool) -> Run {
        let look = async || Some(runs::get(&self.store, id).await.expect("it is read")).filter(|run| wanted(run));
        self.eventually("a run", look).await
    }

    /// Adds somebody.
    pub async fn person(&self, name: &str) -> Id<Person> {
        let mut change = self.store.change(Actor::CommandLine, Timestamp::now()).await.expect("a change begins");
        let new = NewPerson {
            name: name.to_owned(),
            email: format!("{name}@trust.example"),
            roles: vec!["analyst".to_owned()],
            password_hash: None,
            oidc: None,
        };
        let id = people::add(&mut change, &new).await.expect("a person");
        change.commit().await.expect("the change is made");
        id
    }

    /// Waits until a run has ended.
    pub async fn ended(&self, id: Id<Run>) -> Run {
        self.until(id, |run| run.state.is_end()).await
    }

    /// Asks for work and waits until it is done.
    pub async fn done(&self, work: &Work) -> Run {
        let run = self.ended(self.ask(work).await).await;
        assert_eq!(run.state, State::Done, "{:?}", run.outcome);
        run
    }

    /// Asks for work and waits until it has failed; gives the reason.
    pub async fn failed(&self, work: &Work) -> String {
        let run = self.ended(self.ask(work).await).await;
        assert_eq!(run.state, State::Failed, "{:?}", run.outcome);
        run.outcome.as_ref().and_then(|own| own["reason"].as_str()).expect("a reason").to_owned()
    }

    /// The only release of a run.
    pub async fn release(&self, run: &Run) -> ReleaseInfo {
        let mut all = releases::of_run(&self.store, run.id).await.expect("they are read");
        assert_eq!(all.len(), 1, "{all:?}");
        all.remove(0)
    }

    /// The file of a run's exact counts.
    pub fn cube(&self, run: &Run) -> PathBuf {
        let name = run.outcome.as_ref().and_then(|own| own["exact"].as_str()).expect("a folder");
        self.data("exact").join(name).join("cube.parquet")
    }
}

/// Outpatient appointments under a name, counted as the profile says.
pub fn reading(name: &str, folder: Folder, file: &str) -> Reading {
    Reading {
        name: name.to_owned(),
        folder,
        files: vec![file.to_owned()],
        profile: "sus-outpatient".to_owned(),
        ..Reading::default()
    }
}

/// An analysis of them.
pub fn analyse(reading: Reading) -> Work {
    Work::Analyse(Analysing { reading, split: None })
}

/// Names of what lies in a folder; none where it is not there.
pub fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Runs a test on both databases, each under its own name.
macro_rules! on_both {
    ($($name:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test]
            fn $name() {
                crate::platform::run(crate::platform::Platform::sqlite(), super::$name);
            })+
        }
        mod postgres {
            $(#[test]
            fn $name() {
                crate::platform::run(crate::platform::Platform::postgres(), super::$name);
            })+
        }
    };
}
pub(crate) use on_both;

/// Makes the platform and runs a test on it.
pub fn run<M, T, F>(make: M, test: T)
where
    M: Future<Output = Option<Platform>>,
    T: FnOnce(Platform) -> F,
    F: Future<Output = ()>,
{
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("a runtime").block_on(async {
        if let Some(platform) = make.await {
            test(platform).await;
        }
    });
}
