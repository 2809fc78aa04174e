//! The platform as tests drive it: a real router on a real SQLite file, a clock that stands still, browsers with cookies.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use evenly_cube::{Releasable, Release};
use evenly_report::Analysis;
use evenly_report::sample::{UNEVEN, release};
use evenly_store::claims::{self, Ending};
use evenly_store::definitions::{self, NewDefinition};
use evenly_store::extracts::{self, NewExtract};
use evenly_store::findings::{self, Finding};
use evenly_store::people::{self, NewPerson, Person};
use evenly_store::releases::{self, NewRelease, ReleaseInfo};
use evenly_store::runs::{self, Run};
use evenly_store::sessions::{self, NewSession};
use evenly_store::statements::{self, Statement};
use evenly_store::work::{Analysing, Reading, Work};
use evenly_store::{Actor, Change, Id, Place, Secret, Store};
use jiff::{SignedDuration, Timestamp};
use openidconnect::url::form_urlencoded::Serializer;
use tempfile::TempDir;
use tower::ServiceExt as _;

use crate::analyses::PURPOSE;
use crate::app::{App, Options, Platform};
use crate::definitions::Named;
use crate::found::found;
use crate::roles::Role;
use crate::routes;
use crate::rows::{Registered, RowKind, RowSide};
use crate::security::csrf;

/// When every test begins.
pub const BEGINNING: &str = "2026-11-25T09:00:00Z";
/// A password that is good enough.
pub const PASSWORD: &str = "kettle-marmot-fjord";

/// The platform.
pub struct TestApp {
    /// What handlers share.
    pub app: App,
    /// The folder of its database and its uploads.
    pub folder: TempDir,
    router: Router,
    seconds: Arc<AtomicI64>,
}

/// The side of rows as far as these tests go, which cannot name the real one either: one profile and one group, which are their ids.
/// The real one is tested where the program is put together.
#[derive(Debug)]
pub struct OneProfile;

impl RowSide for OneProfile {
    fn read(&self, _: RowKind, text: &str) -> Result<Named, String> {
        let named =
            |id: &str| Named { id: id.to_owned(), title: "Outpatient appointments (SUS)".to_owned(), version: 1 };
        let id = text.strip_prefix("id = ").filter(|id| id.starts_with(|own: char| own.is_ascii_lowercase()));
        id.map(named).ok_or_else(|| "line 1: this says nothing".to_owned())
    }

    fn shipped(&self, kind: RowKind) -> Vec<(String, &'static str)> {
        match kind {
            RowKind::Group => vec![("homeless".to_owned(), "id = homeless")],
            RowKind::Profile => vec![("sus-outpatient".to_owned(), "id = sus-outpatient")],
        }
    }

    fn register(&self, groups: &[String], profiles: &[String]) -> Result<Vec<Registered>, String> {
        let registered = |text: &String| Registered {
            id: text.trim_start_matches("id = ").to_owned(),
            title: "People who are homeless".to_owned(),
            kind: "inclusion health",
            shown_by: profiles.iter().filter(|_| text.contains("core20")).cloned().collect(),
            lacks: vec!["accommodation".to_owned()],
            why: Some("The outpatient table has no field for it.".to_owned()),
        };
        Ok(groups.iter().map(registered).collect())
    }
}

/// A platform with nobody and nothing in it.
pub async fn app() -> TestApp {
    with(|_| {}).await
}

/// A platform that is set up in some way.
pub async fn with(change: impl FnOnce(&mut Options)) -> TestApp {
    let folder = tempfile::tempdir().expect("a folder");
    let data = folder.path().join("data");
    let store = Store::open(&Place::in_folder(&data)).await.expect("a store");
    let mut options =
        Options::new("Anytown Hospitals", "http://evenly.test", data.join("uploads"), Arc::new(OneProfile));
    change(&mut options);
    let beginning: Timestamp = BEGINNING.parse().expect("a time");
    let seconds = Arc::new(AtomicI64::new(beginning.as_second()));
    let clock = seconds.clone();
    let now = move || Timestamp::from_second(clock.load(Ordering::SeqCst)).unwrap_or_default();
    let app = Platform::new(store, options, Box::new(now));
    let router = routes::all(&app).router();
    TestApp { app, folder, router, seconds }
}

impl TestApp {
    /// Lets time pass.
    pub fn pass(&self, time: SignedDuration) {
        self.seconds.fetch_add(time.as_secs(), Ordering::SeqCst);
    }

    /// Adds an account with roles.
    pub async fn person(&self, name: &str, roles: &[Role]) -> Id<Person> {
        let new = NewPerson {
            name: name.to_owned(),
            email: format!("{}@trust.test", name.to_lowercase().replace(' ', ".")),
            roles: roles.iter().map(|role| role.id().to_owned()).collect(),
            password_hash: None,
            oidc: None,
        };
        let mut change = self.app.store.change(Actor::CommandLine, self.app.now()).await.expect("a change");
        let id = people::add(&mut change, &new).await.expect("a person");
        change.commit().await.expect("a commit");
        id
    }

    /// Gives an account the usual password.
    pub async fn set_password(&self, id: Id<Person>) {
        let hash = self.app.passwords.hash(PASSWORD.to_owned()).await.expect("a hash");
        let mut change = self.app.store.change(Actor::CommandLine, self.app.now()).await.expect("a change");
        people::set_password(&mut change, id, &hash, false).await.expect("a password");
        change.commit().await.expect("a commit");
    }

    /// A browser in which a new person with these roles is signed in.
    pub async fn signed_in(&self, name: &str, roles: &[Role]) -> Browser<'_> {
        let id = self.person(name, roles).await;
        self.sign_in(id).await
    }

    /// A browser in which somebody is signed in.
    pub async fn sign_in(&self, person: Id<Person>) -> Browser<'_> {
        let secret = Secret::new();
        let new = NewSession {
            person,
            secret: secret.hash(),
            user_agent: "Firefox on Linux".to_owned(),
            expires_at: self.app.now() + SignedDuration::from_hours(self.app.options.session_hours),
        };
        let mut change = self.app.store.change(Actor::Person(person), self.app.now()).await.expect("a change");
        sessions::start(&mut change, &new).await.expect("a session");
        change.commit().await.expect("a commit");
        let cookies = BTreeMap::from([("evenly-session".to_owned(), secret.reveal().to_owned())]);
        Browser { app: self, cookies }
    }

    /// A browser in which nobody is signed in.
    pub fn browser(&self) -> Browser<'_> {
        Browser { app: self, cookies: BTreeMap::new() }
    }

    /// Sends a request as it is.
    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let body = to_bytes(body, usize::MAX).await.expect("a body");
        Answer { status: parts.status, headers: parts.headers, body: String::from_utf8_lossy(&body).into_owned() }
    }

    /// Stores the release of a small hospital whose inequalities are planted; gives it and its findings.
    pub async fn release(&self, name: &str) -> (Id<ReleaseInfo>, Vec<Finding>) {
        self.release_of(name, &release(UNEVEN)).await
    }

    /// Stores a release as the worker does; gives it and its findings.
    pub async fn release_of(&self, name: &str, release: &Release) -> (Id<ReleaseInfo>, Vec<Finding>) {
        let reading = Reading { name: name.to_owned(), profile: "sus-outpatient".to_owned(), ..Reading::default() };
        let work = Work::Analyse(Analysing { reading, split: None });
        let mut change = self.app.store.change(Actor::System, self.app.now()).await.expect("a change");
        let run = runs::request(&mut change, &work.as_run()).await.expect("a run");
        let id = keep(&mut change, run, name, (PURPOSE, serde_json::json!({})), release).await;
        let analysis = analysed(release);
        findings::keep(&mut change, id, &found(&analysis)).await.expect("findings");
        change.commit().await.expect("a commit");
        (id, findings::of_release(&self.app.store, id).await.expect("findings"))
    }

    /// Does what a worker does when it ends the run of a statement's evidence: it keeps the releases and names itself.
    pub async fn evidence(&self, statement: Id<Statement>) {
        let now = self.app.now();
        let claim = loop {
            let claimed = claims::claim(&self.app.store, "worker", now, SignedDuration::from_mins(1)).await;
            let claim = claimed.expect("a store").expect("a run that waits");
            if claim.run.kind == "statement" {
                break claim;
            }
            let mut change = self.app.store.change(claim.actor(), now).await.expect("a change");
            claims::finish(&mut change, &claim, &Ending::Done(serde_json::json!({}))).await.expect("an end");
            change.commit().await.expect("a commit");
        };
        let context = serde_json::json!({
            "name": "outpatients", "periods": [], "snapshot": false, "whole": true, "lost": [],
        });
        let mut change = self.app.store.change(claim.actor(), now).await.expect("a change");
        keep(&mut change, claim.run.id, "Outpatients", ("statement", context), &release(UNEVEN)).await;
        statements::set_run(&mut change, statement, claim.run.id).await.expect("its run");
        claims::finish(&mut change, &claim, &Ending::Done(serde_json::json!({}))).await.expect("an end");
        change.commit().await.expect("a commit");
    }

    /// Puts a definition in use: one person proposes it, another approves it.
    pub async fn definition(&self, kind: &str, name: &str, text: &str, agreed_with: &str) {
        let [author, approver] =
            [self.person("Pat Roe", &[Role::Analyst]).await, self.person("Quinn Soo", &[Role::Approver]).await];
        let new = NewDefinition {
            kind: kind.to_owned(),
            name: name.to_owned(),
            text: text.to_owned(),
            why: "It was agreed".to_owned(),
            agreed_with: agreed_with.to_owned(),
            proposed_by: author,
        };
        let mut change = self.app.store.change(Actor::Person(author), self.app.now()).await.expect("a change");
        let id = definitions::propose(&mut change, &new).await.expect("a version");
        definitions::judge(&mut change, id, approver, true, "").await.expect("a judgement");
        change.commit().await.expect("a commit");
    }
}

fn releasable(release: &Release) -> Releasable<Release> {
    let text = serde_json::to_string(release).expect("JSON");
    let saved = format!(r#"{{"evenly.disclosure":"releasable","layout":1,"release":{text}}}"#);
    Releasable::reopen(&saved).expect("a release")
}

/// What is worked out of a made-up release.
pub fn analysed(release: &Release) -> Analysis {
    evenly_report::analyse(&releasable(release))
}

/// Keeps a release of a run for a purpose, with its context.
async fn keep(
    change: &mut Change,
    run: Id<Run>,
    name: &str,
    (purpose, context): (&str, serde_json::Value),
    release: &Release,
) -> Id<ReleaseInfo> {
    let releasable = releasable(release);
    let extract = NewExtract {
        run,
        name: name.to_owned(),
        purpose: purpose.to_owned(),
        profile: "sus-outpatient".to_owned(),
        periods: Some(("2023-01".to_owned(), "2024-12".to_owned())),
        opt_out: None,
        provenance: releasable.provenance.clone(),
    };
    let extract = extracts::add(change, &extract).await.expect("an extract");
    let new = NewRelease { run, extract, purpose: purpose.to_owned(), title: name.to_owned(), context };
    releases::add(change, &new, &releasable).await.expect("a release")
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: HeaderMap,
    /// Body as text.
    pub body: String,
}

impl Answer {
    /// A header's value, empty where it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// Where it sends the browser.
    pub fn location(&self) -> &str {
        self.header("location")
    }

    /// The body as a reader has it: words without markup, one block a line.
    pub fn text(&self) -> String {
        text(&self.body)
    }
}

/// A browser: it keeps cookies and knows the token of its forms.
pub struct Browser<'a> {
    app: &'a TestApp,
    /// Cookies by name.
    pub cookies: BTreeMap<String, String>,
}

impl Browser<'_> {
    /// Follows a link.
    pub async fn get(&mut self, path: &str) -> Answer {
        let request = self.request("GET", path).body(Body::empty()).expect("a request");
        self.send(request).await
    }

    /// Sends a form with its token.
    pub async fn post(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let token = self.token();
        let fields: Vec<(&str, &str)> =
            std::iter::once((csrf::FIELD, token.as_str())).chain(fields.iter().copied()).collect();
        self.post_bare(path, &fields).await
    }

    /// Sends a form as it is.
    pub async fn post_bare(&mut self, path: &str, fields: &[(&str, &str)]) -> Answer {
        let mut body = Serializer::new(String::new());
        for (name, value) in fields {
            body.append_pair(name, value);
        }
        let request = self.request("POST", path).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
        self.send(request.body(Body::from(body.finish())).expect("a request")).await
    }

    /// Sends a form with a file, with or without its token.
    pub async fn upload(
        &mut self,
        path: &str,
        token: Option<&str>,
        fields: &[(&str, &str)],
        file: (&str, Vec<u8>),
    ) -> Answer {
        const BOUNDARY: &str = "a-boundary-that-is-in-no-file";
        let mut body = Vec::new();
        let own = token.map(|token| (csrf::FIELD, token));
        for (name, value) in own.into_iter().chain(fields.iter().copied()) {
            let part = format!("--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n");
            body.extend_from_slice(part.as_bytes());
        }
        let name = file.0;
        let part = format!(
            "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\nContent-Type: text/csv\r\n\r\n"
        );
        body.extend_from_slice(part.as_bytes());
        body.extend_from_slice(&file.1);
        body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={BOUNDARY}");
        let request = self.request("POST", path).header(header::CONTENT_TYPE, kind);
        self.send(request.body(Body::from(body)).expect("a request")).await
    }

    /// The token that its forms hold.
    pub fn token(&self) -> String {
        let cookie = self.cookies.get("evenly-session").or_else(|| self.cookies.get("evenly-visitor"));
        csrf::token(cookie.map_or("", String::as_str))
    }

    fn request(&self, method: &str, path: &str) -> axum::http::request::Builder {
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "evenly.test")
            .header(header::COOKIE, cookies.join("; "))
    }

    async fn send(&mut self, request: Request<Body>) -> Answer {
        let answer = self.app.send(request).await;
        for set in answer.headers.get_all(header::SET_COOKIE) {
            let set = set.to_str().expect("a cookie");
            let (name, rest) = set.split_once('=').expect("a cookie");
            let value = rest.split(';').next().unwrap_or_default();
            if value.is_empty() {
                self.cookies.remove(name);
            } else {
                self.cookies.insert(name.to_owned(), value.to_owned());
            }
        }
        answer
    }
}

/// Words of a page without markup, one block a line, without what only pictures say.
pub fn text(html: &str) -> String {
    let body = html.split_once("<body>").map_or(html, |(_, body)| body);
    let mut words = String::new();
    let mut rest = body;
    while let Some(start) = rest.find('<') {
        words.push_str(&rest[..start]);
        rest = &rest[start..];
        let skip = ["svg", "style"].into_iter().find(|name| rest[1..].starts_with(*name));
        if let Some(name) = skip {
            let end = format!("</{name}>");
            rest = rest.split_once(end.as_str()).map_or("", |(_, after)| after);
            continue;
        }
        let Some((tag, after)) = rest.split_once('>') else { break };
        let tag = tag.trim_start_matches(['<', '/']);
        let name = tag.split([' ', '/']).next().unwrap_or_default();
        let inline = ["a", "span", "strong", "code", "time", "b", "i", "input", "button"].contains(&name);
        if let Some(value) = tag.split_once(" value=\"").filter(|_| name == "input" && !tag.contains("hidden")) {
            words.push_str(&format!(" [{}]", value.1.split('"').next().unwrap_or_default()));
        }
        words.push(if inline { ' ' } else { '\n' });
        rest = after;
    }
    let plain = words
        .replace("&amp;", "&")
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace('\u{a0}', " ");
    let lines = plain.lines().map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    lines.filter(|line| !line.is_empty() && line != ">").collect::<Vec<_>>().join("\n")
}
