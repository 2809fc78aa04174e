//! `evenly serve` starts, answers, and ends when it is told to.
#![cfg(unix)]

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Command, Stdio};

use crate::sandbox::Sandbox;

#[test]
fn it_says_where_it_is_answers_and_ends_gracefully() {
    let sandbox = Sandbox::new();
    for _ in 0..2 {
        let mut command = sandbox.command();
        command.args(["serve", "--data", "data", "--bind", "127.0.0.1:0"]);
        let mut running = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("evenly starts");
        let mut lines = BufReader::new(running.stdout.take().expect("standard output")).lines();
        let first = lines.next().expect("a line").expect("text");
        let address = first.strip_prefix("Evenly is at http://").expect("an address").to_owned();
        let link = lines.map(|line| line.expect("text")).find(|line| line.contains("/set-up?link=")).expect("a link");
        let path = link.trim().split_once(&address).expect("its own address").1.to_owned();
        assert!(ask(&address, "/health").ends_with("ok\n"));
        assert!(
            ask(&address, &path).contains("Make the first account"),
            "until there is an account, each start gives a link"
        );
        let told = Command::new("kill").args(["-TERM", &running.id().to_string()]).status().expect("kill runs");
        assert!(told.success());
        assert_eq!(running.wait().expect("it ends").code(), Some(0));
    }
}

#[test]
fn wrong_usage_is_told() {
    let sandbox = Sandbox::new();
    let outcome = sandbox.evenly(&["serve"]);
    assert_eq!(outcome.status, Some(2), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("--data"), "{}", outcome.stderr);
    let outcome = sandbox.evenly(&["serve", "--data", "data", "--bind", "192.0.2.1:80"]);
    assert_eq!(outcome.status, Some(1), "{}", outcome.stderr);
    assert!(outcome.stderr.contains("192.0.2.1:80: cannot be listened on"), "{}", outcome.stderr);
}

fn ask(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).expect("it listens");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").expect("sent");
    let mut text = String::new();
    stream.read_to_string(&mut text).expect("an answer");
    text
}
