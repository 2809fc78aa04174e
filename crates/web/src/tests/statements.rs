//! The annual statement from draft to print, and who may do which step.

use axum::http::StatusCode;
use evenly_store::statements;

use crate::roles::Role;
use crate::testing::{Browser, TestApp, app};

const FIELDS: [(&str, &str); 3] =
    [("title", "Statement 2023-24"), ("period", "2023-24"), ("organisation", "Anytown Hospitals")];

async fn drafted(app: &TestApp, analyst: &mut Browser<'_>) -> String {
    let answer = analyst.post("/statements/draft", &FIELDS).await;
    assert!(answer.location().ends_with("?done=statement-drafted"), "{} {}", answer.status, answer.text());
    let place = answer.location().split('?').next().expect("an address").to_owned();
    assert!(analyst.get(&place).await.text().contains("Its evidence is being counted."));
    app.evidence(statements::list(&app.app.store).await.expect("statements")[0].id).await;
    place
}

fn revision(page: &str) -> String {
    page.split("name=\"revision\" value=\"").nth(1).expect("a field").split('"').next().expect("a number").to_owned()
}

#[tokio::test]
async fn a_statement_is_drafted_written_approved_by_another_and_published() {
    let app = app().await;
    let (_, findings) = app.release("Outpatients").await;
    let mut analyst = app.signed_in("Ada Obi", &[Role::Analyst, Role::Approver]).await;
    let mut approver = app.signed_in("Ben Cole", &[Role::Approver]).await;
    let mut viewer = app.signed_in("Cy Dunn", &[Role::Viewer]).await;
    let decision = [("choice", "act"), ("reason", "A bus pass for who needs one.")];
    analyst.post(&format!("/findings/{}/decisions", findings[0].id), &decision).await;
    let place = drafted(&app, &mut analyst).await;
    assert_eq!(viewer.get(&place).await.status, StatusCode::NOT_FOUND, "a draft is for those who work on it");
    assert!(!viewer.get("/statements").await.text().contains("2023-24"));

    let overview = format!("{place}/parts/overview");
    let words = "We looked together.\r\n\r\nNumbers <b>alone</b> do not say why.";
    let saved = analyst.post(&overview, &[("text", words)]).await;
    assert_eq!(saved.location(), format!("{overview}?done=commentary-written"));
    let part = analyst.get(&overview).await;
    assert!(
        part.text().contains("In our words\nWe looked together.\nNumbers <b>alone</b> do not say why."),
        "{}",
        part.text()
    );
    assert!(analyst.get(&format!("{place}/parts/actions")).await.text().contains("A bus pass for who needs one."));
    assert_eq!(viewer.post(&overview, &[("text", "x")]).await.status, StatusCode::FORBIDDEN);

    let page = approver.get(&place).await;
    assert!(page.text().contains("With your words") || page.text().contains("Numbers alone"), "{}", page.text());
    let seen = revision(&page.body);
    let own = analyst.post(&format!("{place}/approve"), &[("revision", &seen)]).await;
    assert_eq!(own.status, StatusCode::CONFLICT, "nobody approves their own");
    assert!(
        own.text().contains("Somebody else than its authors") || own.text().contains("somebody else than its authors")
    );
    analyst.post(&overview, &[("text", "We looked together, twice.")]).await;
    let old = approver.post(&format!("{place}/approve"), &[("revision", &seen)]).await;
    assert_eq!(old.status, StatusCode::CONFLICT, "it has changed since");
    assert_eq!(approver.post(&format!("{place}/publish"), &[]).await.status, StatusCode::CONFLICT, "not approved");
    let seen = revision(&approver.get(&place).await.body);
    let approved = approver.post(&format!("{place}/approve"), &[("revision", &seen)]).await;
    assert_eq!(approved.location(), format!("{place}?done=statement-approved"));
    let published = approver.post(&format!("{place}/publish"), &[]).await;
    assert_eq!(published.location(), format!("{place}?done=statement-published"));

    let out = viewer.get(&place).await;
    assert!(out.text().contains("Published"), "{}", out.text());
    assert!(!out.body.contains("/approve\"") && !out.body.contains("/evidence\""));
    let late = analyst.post(&overview, &[("text", "No.")]).await;
    assert_eq!(late.status, StatusCode::CONFLICT, "what is out does not change");
    assert_eq!(analyst.post(&format!("{place}/evidence"), &[]).await.status, StatusCode::CONFLICT);
    let before = viewer.get(&format!("{place}/files/statement.json")).await.body;
    app.pass(jiff::SignedDuration::from_hours(48));
    let decision = [("choice", "not-act"), ("reason", "It was dear.")];
    let mut analyst = app.signed_in("Di Ede", &[Role::Analyst]).await;
    analyst.post(&format!("/findings/{}/decisions", findings[0].id), &decision).await;
    let mut viewer = app.signed_in("Ed Fox", &[Role::Viewer]).await;
    let after = viewer.get(&format!("{place}/files/statement.json")).await.body;
    assert_eq!(before, after, "a later decision changes nothing in what is out");
}

#[tokio::test]
async fn its_files_are_those_of_the_command() {
    let app = app().await;
    app.release("Outpatients").await;
    let mut analyst = app.signed_in("Ada Obi", &[Role::Analyst]).await;
    let place = drafted(&app, &mut analyst).await;
    let files = [
        ("statement.html", "text/html"),
        ("statement.xlsx", "application/vnd"),
        ("statement.json", "application/json"),
    ];
    for (file, kind) in files {
        let answer = analyst.get(&format!("{place}/files/{file}")).await;
        assert_eq!(answer.status, StatusCode::OK, "{file}");
        assert!(answer.header("content-type").starts_with(kind) && answer.body.len() > 1_000, "{file}");
        assert_eq!(answer.header("content-disposition"), format!("attachment; filename=\"{file}\""));
    }
    for file in ["statement.exe", "..%2Fevenly.db", "cml"] {
        assert_eq!(analyst.get(&format!("{place}/files/{file}")).await.status, StatusCode::NOT_FOUND, "{file}");
    }
    let json: serde_json::Value =
        serde_json::from_str(&analyst.get(&format!("{place}/files/statement.json")).await.body).expect("JSON");
    assert_eq!(
        (json["organisation"].as_str(), json["period"]["id"].as_str()),
        (Some("Anytown Hospitals"), Some("2023-24"))
    );
    let page = analyst.get(&place).await.text();
    assert!(page.contains("Count the evidence anew") && page.contains("Overview"), "{page}");
}

#[tokio::test]
async fn what_is_wrong_with_a_draft_stands_beside_its_field() {
    let app = app().await;
    let mut analyst = app.signed_in("Ada Obi", &[Role::Analyst]).await;
    let fields = [("title", " "), ("period", "last year"), ("organisation", "")];
    let wrong = analyst.post("/statements/draft", &fields).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    for words in ["Enter a title", "Enter a financial year such as 2025-26", "Enter the organisation’s name"] {
        assert_eq!(wrong.text().matches(words).count(), 2, "{words}");
    }
    assert!(wrong.body.contains(r#"value="last year""#), "what was typed stays");
    assert!(statements::list(&app.app.store).await.expect("statements").is_empty());
}
