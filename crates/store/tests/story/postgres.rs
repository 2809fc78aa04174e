//! A real PostgreSQL of its own: made in a temporary folder, reached through a socket in it, gone when the test is.
//!
//! PostgreSQL refuses to run as root, so a root user hands it to the packaged user `postgres`. Where `EVENLY_TEST_POSTGRES` holds
//! the address of a server (`scripts/run_tests.sh` starts one for all tests), each test makes a database of its own there.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

/// A server, or the way to one.
pub struct Postgres {
    /// `postgres://…/`, without a database's name.
    address: String,
    /// `?host=…`, where the server listens at a socket.
    query: String,
    /// The server that is ours, to be stopped.
    own: Option<Own>,
}

struct Own {
    folder: TempDir,
    programs: PathBuf,
}

/// The variable that names a server.
const SERVER: &str = "EVENLY_TEST_POSTGRES";

impl Postgres {
    /// The server named in the environment, or one of our own; `None`, said aloud, where PostgreSQL is not installed.
    #[expect(clippy::disallowed_methods, reason = "a test may be told where a server is")]
    pub fn start() -> Option<Self> {
        if let Ok(server) = std::env::var(SERVER) {
            let (address, host) = server.split_once('?').unwrap_or((&server, ""));
            let query = if host.is_empty() { String::new() } else { format!("?{host}") };
            return Some(Self { address: address.to_owned(), query, own: None });
        }
        let Some(programs) = programs() else {
            eprintln!("skipped: PostgreSQL is not installed (apt-get install postgresql)");
            return None;
        };
        let folder = tempfile::tempdir().expect("a temporary folder");
        let own = Own { folder, programs };
        own.begin();
        let query = format!("?host={}", own.folder.path().display());
        Some(Self { address: "postgres://postgres@localhost/".to_owned(), query, own: Some(own) })
    }

    /// Makes a database and gives back its address.
    pub fn make_database(&self) -> String {
        let mut command = Command::new(self.psql());
        let name = format!("evenly_{}", own_word());
        command.args(["--quiet", "--no-psqlrc", "--command", &format!("CREATE DATABASE {name}")]);
        success(&command.arg(self.address_of("postgres")).output().expect("psql runs"));
        self.address_of(&name)
    }

    fn address_of(&self, database: &str) -> String {
        format!("{}{database}{}", self.address, self.query)
    }

    fn psql(&self) -> PathBuf {
        let programs = self.own.as_ref().map(|own| own.programs.clone()).or_else(programs);
        let own = programs.map(|folder| folder.join("psql"));
        own.filter(|psql| psql.exists()).unwrap_or_else(|| PathBuf::from("psql"))
    }
}

/// A word that no other test has.
fn own_word() -> String {
    let secret = evenly_store::Secret::new();
    secret.reveal().bytes().map(|byte| format!("{byte:02x}")).take(20).collect()
}

impl Own {
    fn begin(&self) {
        let folder = self.folder.path();
        if is_root() {
            success(&Command::new("chown").arg("postgres").arg(folder).output().expect("chown runs"));
        }
        let data = folder.join("data");
        let quiet = ["--auth=trust", "--username=postgres", "--no-sync", "--encoding=UTF8", "--locale=C"];
        success(&self.run("initdb", &data).args(quiet).output().expect("initdb runs"));
        let options = format!("-c listen_addresses= -c unix_socket_directories={} -c fsync=off", folder.display());
        let log = folder.join("log");
        let mut start = self.run("pg_ctl", &data);
        start.args(["start", "--wait", "--silent", "--log"]).arg(log).args(["--options", &options]);
        success(&start.output().expect("pg_ctl runs"));
    }

    /// One of PostgreSQL's programs, on a data folder, as a user that it accepts.
    fn run(&self, program: &str, data: &Path) -> Command {
        let program = self.programs.join(program);
        let mut command = if is_root() {
            let mut command = Command::new("runuser");
            command.args(["-u", "postgres", "--"]).arg(program);
            command
        } else {
            Command::new(program)
        };
        command.arg("-D").arg(data).current_dir("/");
        command
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        let mut stop = self.run("pg_ctl", &self.folder.path().join("data"));
        // A server that does not stop is no reason to hide what the test found.
        drop(stop.args(["stop", "--wait", "--silent", "--mode", "immediate"]).output());
    }
}

/// Where PostgreSQL's programs are: Debian keeps them out of the path.
fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").into_iter().flatten().flatten();
    let mut folders: Vec<PathBuf> = versions.map(|entry| entry.path().join("bin")).collect();
    folders.sort();
    folders.extend(["/usr/local/bin", "/usr/bin", "/opt/homebrew/bin"].map(PathBuf::from));
    folders.into_iter().find(|folder| folder.join("initdb").exists() && folder.join("pg_ctl").exists())
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}

fn success(output: &Output) {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
}
