//! The programming interface, health and metrics.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use evenly_store::tokens::{self, NewToken};
use evenly_store::{Actor, Secret};
use jiff::SignedDuration;

use crate::roles::{Role, TABLE};
use crate::testing::{Answer, TestApp, app, with};

async fn ask(app: &TestApp, token: &str, method: &str, path: &str, body: &str) -> Answer {
    let request = Request::builder()
        .method(method)
        .uri(path)
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json")
        .body(Body::from(body.to_owned()))
        .expect("a request");
    app.send(request).await
}

#[tokio::test]
async fn a_program_reads_findings_and_comments_in_its_owners_name() {
    let app = app().await;
    let (_, findings) = app.release("Outpatients").await;
    let mut browser = app.signed_in("Ada Obi", &[Role::Analyst]).await;
    let fields = [
        ("token_name", "Board report"),
        ("days", "30"),
        ("scopes", "see-findings"),
        ("scopes", "see-discussion"),
        ("scopes", "discuss"),
    ];
    let made = browser.post("/account/tokens", &fields).await;
    let token =
        made.body.split("class=\"secret\">").nth(1).expect("a token").split('<').next().expect("a token").to_owned();
    let listed: serde_json::Value =
        serde_json::from_str(&ask(&app, &token, "GET", "/api/v1/findings", "").await.body).expect("JSON");
    assert_eq!(listed.as_array().expect("a list").len(), findings.len());
    assert_eq!(listed[0]["sentence"], findings[0].sentence.as_str());
    let path = format!("/api/v1/findings/{}", findings[0].id);
    let written = ask(&app, &token, "POST", &format!("{path}/comments"), r#"{"text": "Seen by a program"}"#).await;
    assert_eq!(written.status, StatusCode::CREATED);
    for bad in ["", "{}", r#"{"text": ""}"#, "[1]", "\u{0}"] {
        let answer = ask(&app, &token, "POST", &format!("{path}/comments"), bad).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{bad:?}: {}", answer.body);
        assert_eq!(answer.header("content-type"), "application/json");
    }
    let said = ask(&app, &token, "GET", &format!("{path}/discussion"), "").await;
    assert!(said.body.contains("Seen by a program") && said.body.contains("\"role\":\"Analyst\""), "{}", said.body);
    let page = browser.get(&format!("/findings/{}", findings[0].id)).await;
    assert!(page.text().contains("Seen by a program\nAda Obi, Analyst"), "{}", page.text());
    assert_eq!(ask(&app, &token, "GET", "/api/v1/runs", "").await.status, StatusCode::FORBIDDEN, "not in its scopes");
    let lost = ask(&app, &token, "GET", "/api/v1/findings/nothing", "").await;
    assert_eq!(lost.status, StatusCode::NOT_FOUND);
    assert!(lost.body.starts_with(r#"{"error":"not-found""#), "{}", lost.body);
}

#[tokio::test]
async fn health_and_metrics_tell_nothing_of_anybody() {
    let app = app().await;
    let (_, findings) = app.release("Outpatients").await;
    let mut browser = app.signed_in("Ada Obi", &[Role::Analyst]).await;
    browser.get(&format!("/findings/{}?secret=abc", findings[0].id)).await;
    assert_eq!(app.browser().get("/health").await.body, "ok\n");
    let metrics = app.browser().get("/metrics").await.body;
    let counted = r#"evenly_http_requests_total{method="GET",route="/findings/{finding}",status="200"} 1"#;
    assert!(metrics.contains(counted), "{metrics}");
    assert!(!metrics.contains(&findings[0].id.to_string()) && !metrics.contains("secret") && !metrics.contains("Obi"));
}

/// A token with every scope that its owner's roles give.
async fn token_of(app: &TestApp, name: &str, roles: &[Role]) -> String {
    let person = app.person(name, roles).await;
    let secret = Secret::new();
    let new = NewToken {
        person,
        name: "test".to_owned(),
        secret: secret.hash(),
        scopes: TABLE.iter().map(|row| row.permission.id().to_owned()).collect(),
        expires_at: app.app.now() + SignedDuration::from_hours(1),
    };
    let mut change = app.app.store.change(Actor::Person(person), app.app.now()).await.expect("a change");
    tokens::make(&mut change, &new).await.expect("a token");
    change.commit().await.expect("a commit");
    secret.reveal().to_owned()
}

async fn json(app: &TestApp, token: &str, path: &str) -> serde_json::Value {
    let answer = ask(app, token, "GET", path, "").await;
    assert_eq!(answer.status, StatusCode::OK, "{path}: {}", answer.body);
    serde_json::from_str(&answer.body).expect("JSON")
}

#[tokio::test]
async fn a_program_asks_for_a_run_of_a_file_that_the_import_folder_lists() {
    let imports = tempfile::tempdir().expect("a folder");
    std::fs::write(imports.path().join("outpatients.csv"), "a,b\n1,2\n").expect("a file");
    let folder = imports.path().to_owned();
    let app = with(|options| options.imports = Some(folder)).await;
    let token = token_of(&app, "Ada Obi", &[Role::Analyst]).await;
    let body = |file: &str, profile: &str| {
        serde_json::json!({"name": "Outpatients", "profile": profile, "file": file}).to_string()
    };
    for (file, profile) in [
        ("../outpatients.csv", "sus-outpatient"),
        ("/etc/passwd", "sus-outpatient"),
        ("nothing.csv", "sus-outpatient"),
        ("outpatients.csv", "made-up"),
    ] {
        let answer = ask(&app, &token, "POST", "/api/v1/runs", &body(file, profile)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST, "{file} {profile}");
    }
    let asked = ask(&app, &token, "POST", "/api/v1/runs", &body("outpatients.csv", "sus-outpatient")).await;
    assert_eq!(asked.status, StatusCode::CREATED, "{}", asked.body);
    let made: serde_json::Value = serde_json::from_str(&asked.body).expect("JSON");
    let run = json(&app, &token, &format!("/api/v1/runs/{}", made["id"].as_str().expect("an id"))).await;
    assert_eq!((run["kind"].as_str(), run["state"].as_str()), (Some("analyse"), Some("waiting")));
}

#[tokio::test]
async fn programs_see_definitions_scores_statements_people_and_the_log() {
    let app = app().await;
    app.release("Outpatients").await;
    let text = "id = \"ours\"\ntitle = \"Ours\"\nversion = 1\nsource = \"Board\"\ndate = \"2026-01-01\"\n\
                [[inputs]]\nindicator = \"did-not-attend\"\nweight = 3\nsource = \"Board, minute 7\"\n";
    app.definition("score", "ours", text, "the board").await;
    let all = token_of(&app, "Ada Obi", &Role::ALL).await;
    let viewer = token_of(&app, "Cy Dunn", &[Role::Viewer]).await;

    let definitions = json(&app, &all, "/api/v1/definitions").await;
    let own = definitions.as_array().expect("a list").iter().find(|own| own["id"] == "ours").expect("ours");
    assert_eq!((own["kind"].as_str(), own["version"].as_str()), (Some("score"), Some("the trust’s own, version 1")));
    let versions = json(&app, &all, "/api/v1/definitions/score/ours/versions").await;
    assert_eq!(
        (versions[0]["state"].as_str(), versions[0]["agreed_with"].as_str()),
        (Some("approved"), Some("the board"))
    );
    assert_eq!(
        ask(&app, &all, "GET", "/api/v1/definitions/score/nothing/versions", "").await.status,
        StatusCode::NOT_FOUND
    );

    let score = json(&app, &viewer, "/api/v1/scores/ours?of=deprivation").await;
    assert_eq!(score["groups"][0]["name"], "Most deprived fifth");
    assert_eq!(score["groups"].as_array().expect("groups").len(), 5);
    assert_eq!(ask(&app, &viewer, "GET", "/api/v1/scores/missed-care", "").await.status, StatusCode::NOT_FOUND);

    let mut analyst = app.signed_in("Di Ede", &[Role::Analyst]).await;
    let fields = [("title", "Statement 2023-24"), ("period", "2023-24"), ("organisation", "Anytown Hospitals")];
    analyst.post("/statements/draft", &fields).await;
    let id = evenly_store::statements::list(&app.app.store).await.expect("statements")[0].id;
    app.evidence(id).await;
    assert_eq!(json(&app, &viewer, "/api/v1/statements").await.as_array().expect("a list").len(), 0, "a draft");
    let path = format!("/api/v1/statements/{id}/document");
    assert_eq!(ask(&app, &viewer, "GET", &path, "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(json(&app, &all, "/api/v1/statements").await[0]["state"], "draft");
    assert_eq!(json(&app, &all, &path).await["period"]["id"], "2023-24");

    let people = json(&app, &all, "/api/v1/people").await;
    assert!(people.as_array().expect("a list").iter().any(|own| own["email"] == "ada.obi@trust.test"));
    assert_eq!(ask(&app, &viewer, "GET", "/api/v1/people", "").await.status, StatusCode::FORBIDDEN);
    let events = json(&app, &all, "/api/v1/audit?kind=statement").await;
    assert!(events.as_array().expect("a list").iter().all(|own| own["subject_kind"] == "statement"));
    assert_eq!(ask(&app, &all, "GET", "/api/v1/audit?before=soon", "").await.status, StatusCode::BAD_REQUEST);
}
