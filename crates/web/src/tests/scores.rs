//! Scores: who stands where, by which weights, agreed with whom; other weights tried.

use axum::http::StatusCode;

use crate::roles::Role;
use crate::testing::{TestApp, app};

const OURS: &str = r#"
id = "ours"
title = "Where care is missed"
version = 1
source = "Board, March 2026"
date = "2026-03-01"

[[inputs]]
indicator = "did-not-attend"
weight = 3
source = "Board, minute 7"

[[inputs]]
indicator = "waits"
weight = 1
source = "Patients' panel, 2 March"
"#;

async fn scored() -> TestApp {
    let app = app().await;
    app.release("Outpatients").await;
    app.definition("score", "ours", OURS, "the patients’ panel and the board").await;
    app
}

#[tokio::test]
async fn a_score_says_who_stands_highest_by_whose_weights() {
    let app = scored().await;
    let mut browser = app.signed_in("Ada Obi", &[Role::Viewer]).await;
    let list = browser.get("/scores").await;
    assert!(list.text().contains("Missed care"), "the one that comes with Evenly: {}", list.text());
    assert!(list.text().contains("None yet: no current data have all of its indicators"), "{}", list.text());
    assert!(list.body.contains("/scores/ours?of=deprivation"), "{}", list.body);
    let page = browser.get("/scores/ours?of=deprivation").await;
    insta::assert_snapshot!(page.text());
    assert_eq!(page.body.matches("<h1").count(), 1);
}

#[tokio::test]
async fn other_weights_are_tried_and_nothing_is_changed() {
    let app = scored().await;
    let mut browser = app.signed_in("Ada Obi", &[Role::Viewer]).await;
    let tried = browser.get("/scores/ours?of=deprivation&weight-did-not-attend=0&weight-waits=2").await;
    assert!(tried.text().contains("These weights are tried, not agreed."), "{}", tried.text());
    assert!(tried.text().contains("Score as agreed"), "{}", tried.text());
    assert!(!browser.get("/scores/ours?of=deprivation").await.text().contains("tried, not agreed"));
    let wrong = browser.get("/scores/ours?of=deprivation&weight-did-not-attend=many").await;
    assert_eq!(wrong.text().matches("Enter a weight from 0 to 1000").count(), 2, "at the top and beside the field");
    assert!(wrong.body.contains(r#"value="many""#), "what was typed stays");
    assert!(!wrong.text().contains("tried, not agreed"));
}

#[tokio::test]
async fn a_score_that_cannot_be_worked_out_says_so() {
    let app = scored().await;
    let mut browser = app.signed_in("Ada Obi", &[Role::Viewer]).await;
    let none = browser.get("/scores/missed-care").await;
    assert!(none.text().contains("there is nothing to score yet"), "{}", none.text());
    for path in ["/scores/nothing", "/scores/ours?of=sex", "/scores/ours?release=nothing", "/scores/..%2Fours"] {
        assert_eq!(browser.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    let script = browser.get("/scores/ours?weight-waits=%22%3E%3Cscript%3Ealert(1)%3C/script%3E").await;
    assert!(!script.body.contains("<script"));
}
