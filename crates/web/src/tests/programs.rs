//! The programming interface, health and metrics.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};

use crate::roles::Role;
use crate::testing::{Answer, TestApp, app};

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
