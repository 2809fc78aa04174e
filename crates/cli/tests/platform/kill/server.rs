//! Servers that are killed while people write and runs are done in them: nothing acknowledged is lost, no run is done by half or twice.

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::process::{Child, Stdio};
use std::time::Duration;

use evenly_store::audit::{self, Chain, Filter};
use evenly_store::findings::Finding;
use evenly_store::tokens::{self, NewToken};
use evenly_store::{Actor, Id, Secret, comments, findings};
use jiff::{SignedDuration, Timestamp};

use super::{ask, judge, more_than_once, until_done};
use crate::chance::{next, variable};
use crate::platform::{Platform, on_both};
use crate::sandbox::appointments;

on_both!(what_was_acknowledged_is_there);

/// People who write at a time.
const WRITERS: usize = 4;
/// Longest that a server lives after it has begun to answer, in milliseconds.
const LIFE_MAX_MS: u64 = 500;

async fn what_was_acknowledged_is_there(platform: Platform) {
    let rounds: usize = variable("EVENLY_KILL_ROUNDS").map_or(4, |own| own.parse().expect("a number of rounds"));
    let mut seed: u64 = variable("EVENLY_KILL_SEED").map_or(2026, |own| own.parse().expect("a seed"));
    platform.sandbox.write("imports/appointments.csv", appointments(400));
    let token = token(&platform).await;
    let mut asked = vec![ask(&platform).await];
    let worker = platform.worker();
    platform.ended(asked[0]).await;
    drop(worker);
    let finding = first_finding(&platform, asked[0]).await;
    let mut acknowledged: Vec<String> = Vec::new();
    for round in 0..rounds {
        if round % 4 == 0 {
            asked.push(ask(&platform).await);
        }
        let mut server = Server::start(&platform);
        let path = format!("/api/v1/findings/{finding}/comments");
        let writers: Vec<_> = (0..WRITERS)
            .map(|_| {
                let (host, token, path) = (server.host.clone(), token.clone(), path.clone());
                tokio::task::spawn_blocking(move || write_until_gone(&host, &token, &path))
            })
            .collect();
        // The moment is random on purpose: nothing waits for it.
        tokio::time::sleep(Duration::from_millis(next(&mut seed) % LIFE_MAX_MS)).await;
        server.process.kill().expect("it is killed");
        server.process.wait().expect("it is gone");
        for writer in writers {
            acknowledged.extend(writer.await.expect("a writer ends"));
        }
    }
    let worker = platform.worker();
    let again = until_done(&platform, &asked).await;
    drop(worker);
    let started = more_than_once(&platform, &asked).await;
    judge_comments(&platform, finding, &acknowledged).await;
    judge(&platform, &asked, &again).await;
    eprintln!(
        "{rounds} kills of a server, {} acknowledged comments, none lost; {} runs, {started} of them begun more than once",
        acknowledged.len(),
        asked.len()
    );
}

/// A token of somebody who may write comments.
async fn token(platform: &Platform) -> String {
    let person = platform.person("ada").await;
    let secret = Secret::new();
    let new = NewToken {
        person,
        name: "kill".to_owned(),
        secret: secret.hash(),
        scopes: vec!["discuss".to_owned()],
        expires_at: Timestamp::now() + SignedDuration::from_hours(24),
    };
    let mut change = platform.store.change(Actor::CommandLine, Timestamp::now()).await.expect("a change begins");
    tokens::make(&mut change, &new).await.expect("a token");
    change.commit().await.expect("the change is made");
    secret.reveal().to_owned()
}

async fn first_finding(platform: &Platform, run: Id<evenly_store::runs::Run>) -> Id<Finding> {
    let run = evenly_store::runs::get(&platform.store, run).await.expect("it is read");
    let release = platform.release(&run).await;
    let found = findings::of_release(&platform.store, release.id).await.expect("they are read");
    found.first().expect("a planted gap is found").id
}

/// A server in a process of its own, with a worker in it.
struct Server {
    process: Child,
    host: String,
}

impl Server {
    fn start(platform: &Platform) -> Self {
        let serve =
            ["serve", "--bind", "127.0.0.1:0", "--imports", "imports", "--lease-seconds", "5", "--log", "error"];
        let mut command = platform.command(&serve);
        let mut process = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("a server starts");
        let output = process.stdout.as_mut().expect("its output is read");
        let line = BufReader::new(output).lines().next().and_then(Result::ok).unwrap_or_default();
        let host = line.strip_prefix("Evenly is at http://").expect("it says where it is").to_owned();
        Self { process, host }
    }
}

/// Writes one comment after the other until nobody answers; gives the ids that were acknowledged.
fn write_until_gone(host: &str, token: &str, path: &str) -> Vec<String> {
    let mut acknowledged = Vec::new();
    loop {
        let body = format!(r#"{{"text":"comment {}"}}"#, acknowledged.len());
        match post(host, token, path, &body) {
            Ok(answer) if answer.starts_with("HTTP/1.1 201") => {
                let json = answer.split_once("\r\n\r\n").map_or("", |(_, body)| body);
                // An answer that was cut off is no acknowledgement.
                let Ok(made) = serde_json::from_str::<serde_json::Value>(json) else { return acknowledged };
                acknowledged.push(made["id"].as_str().expect("an id").to_owned());
            }
            Ok(answer) if answer.is_empty() || !answer.contains("\r\n\r\n") => return acknowledged,
            Ok(answer) => panic!("{answer}"),
            Err(_) => return acknowledged,
        }
    }
}

fn post(host: &str, token: &str, path: &str, body: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(host)?;
    write!(
        stream,
        "POST {path} HTTP/1.1\r\nHost: {host}\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// Every acknowledged comment is there, and there is one audit event for each that is.
async fn judge_comments(platform: &Platform, finding: Id<Finding>, acknowledged: &[String]) {
    let store = &platform.store;
    let there = comments::list(store, "finding", &finding.to_string()).await.expect("they are read");
    let lost = acknowledged.iter().find(|id| !there.iter().any(|own| own.id.to_string() == **id));
    assert_eq!(lost, None, "an acknowledged comment is lost");
    assert!(!acknowledged.is_empty(), "no server lived long enough to acknowledge anything");
    let chain = audit::verify(store).await.expect("it is walked");
    assert!(matches!(chain, Chain::Whole(_)), "{chain:?}");
    let filter = Filter { subject_kind: Some("comment".to_owned()), limit: u32::MAX, ..Filter::default() };
    let events = audit::list(store, &filter).await.expect("they are read").len();
    assert_eq!(events, there.len());
}
