//! `evenly serve`: it prints where it is, answers, and ends well when it is asked to; what it cannot use it says.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};

use crate::sandbox::Sandbox;

/// A platform that runs.
struct Served {
    process: Child,
    host: String,
    set_up: String,
}

impl Served {
    fn start(sandbox: &Sandbox) -> Self {
        let mut command = sandbox.command();
        command.args(["serve", "--data", "data", "--bind", "127.0.0.1:0", "--log", "warn"]);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("evenly starts");
        let mut lines = BufReader::new(process.stdout.as_mut().expect("standard output")).lines();
        let mut line = || lines.next().and_then(Result::ok).unwrap_or_default();
        let host = line().strip_prefix("Evenly is at http://").expect("it says where it is").to_owned();
        let set_up = line().rsplit_once(&host).expect("a link to make the first account").1.to_owned();
        Self { process, host, set_up }
    }

    fn get(&self, path: &str) -> String {
        let mut stream = TcpStream::connect(&self.host).expect("it listens");
        write!(stream, "GET {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n\r\n", self.host).expect("it is asked");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("it answers");
        answer
    }

    fn stop(self) -> (Option<i32>, String) {
        let asked = Command::new("kill").args(["-TERM", &self.process.id().to_string()]).status().expect("kill runs");
        assert!(asked.success());
        let output = self.process.wait_with_output().expect("evenly ends");
        (output.status.code(), String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

#[test]
fn it_says_where_it_is_answers_and_stops_when_asked() {
    let sandbox = Sandbox::new();
    let served = Served::start(&sandbox);
    assert!(served.get("/health").ends_with("\r\n\r\nok\n"));
    assert!(served.get("/").starts_with("HTTP/1.1 303"), "nobody is signed in");
    let set_up = served.set_up.clone();
    assert!(served.get(&set_up).contains("Make the first account"));
    assert_eq!(served.stop(), (Some(0), String::new()));

    let again = Served::start(&sandbox);
    assert!(again.get(&set_up).starts_with("HTTP/1.1 404"), "a new link takes the old one's place");
    assert_ne!(again.set_up, set_up);
    assert_eq!(again.stop().0, Some(0));
}

#[test]
fn what_it_cannot_use_it_says() {
    let sandbox = Sandbox::new();
    let refused = |arguments: &[&str], words: &str| {
        let outcome = sandbox.evenly(&[&["serve", "--data", "data"], arguments].concat());
        assert_ne!(outcome.status, Some(0));
        assert!(outcome.stderr.contains(words), "{arguments:?}: {}", outcome.stderr);
    };
    refused(&["--bind", "here"], "invalid value 'here' for '--bind <ADDRESS>'");
    refused(&["--bind", "192.0.2.1:80"], "192.0.2.1:80 cannot be listened at; choose another with --bind");
    refused(&["--public-address", "https://trust.test/evenly"], "give http:// or https:// and a name");
    refused(&["--database", "postgres://nobody:hidden@127.0.0.1:1/none"], "the database cannot be opened");
    refused(&["--config", "absent.toml"], "absent.toml: cannot be read");
    sandbox.write("evenly.toml", "[web]\nbinnd = 1\n");
    refused(&["--config", "evenly.toml"], "evenly.toml: line 2: unknown field `binnd`");
    let outcome = sandbox.evenly(&["serve", "--database", "postgres://nobody:hidden@127.0.0.1:1/none"]);
    assert!(!outcome.stderr.contains("hidden"), "{}", outcome.stderr);
}

#[test]
fn the_programming_interface_is_printed_without_serving() {
    let described = Sandbox::new().evenly(&["serve", "--openapi"]).expect_success();
    let described: serde_json::Value = serde_json::from_str(&described.stdout).expect("JSON");
    assert!(described["paths"]["/api/v1/findings"].is_object());
}
