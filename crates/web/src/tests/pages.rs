//! What each page says, as a reader has it; one `h1` on each.

use axum::http::StatusCode;

use crate::roles::Role;
use crate::testing::{TestApp, app};

/// A page's words, with what differs from run to run taken out.
async fn said(app: &TestApp, path: &str) -> String {
    let mut browser = app.signed_in("Ada Obi", &Role::ALL).await;
    let answer = browser.get(path).await;
    assert_eq!(answer.status, StatusCode::OK, "{path}");
    assert_eq!(answer.body.matches("<h1").count(), 1, "{path}");
    answer.text()
}

#[tokio::test]
async fn the_first_page() {
    let app = app().await;
    app.release("Outpatient appointments").await;
    insta::assert_snapshot!(said(&app, "/").await);
}

#[tokio::test]
async fn the_first_page_without_data() {
    let app = app().await;
    insta::assert_snapshot!(said(&app, "/").await);
}

#[tokio::test]
async fn a_finding() {
    let app = app().await;
    let (_, findings) = app.release("Outpatient appointments").await;
    let text = said(&app, &format!("/findings/{}", findings[0].id)).await;
    // The charts and tables are the report's, and tested there: the first lines, and what follows them.
    let head: Vec<&str> = text.lines().take(24).collect();
    let tail = text.split_once("What was decided").map_or("", |(_, tail)| tail);
    insta::assert_snapshot!(format!("{}\n[…]\nWhat was decided{tail}", head.join("\n")));
}

#[tokio::test]
async fn indicators() {
    let app = app().await;
    app.release("Outpatient appointments").await;
    insta::assert_snapshot!(said(&app, "/indicators").await);
}

#[tokio::test]
async fn one_group_of_an_indicator() {
    let app = app().await;
    let (release, _) = app.release("Outpatient appointments").await;
    let text = said(&app, "/indicators/did-not-attend?by=deprivation&group=1").await;
    insta::assert_snapshot!(text.replace(&release.to_string(), "RELEASE"));
}

#[tokio::test]
async fn data() {
    let app = app().await;
    app.release("Outpatient appointments").await;
    insta::assert_snapshot!(said(&app, "/data").await);
}

#[tokio::test]
async fn bringing_data_in() {
    let app = app().await;
    insta::assert_snapshot!(said(&app, "/data/import").await);
}

#[tokio::test]
async fn people() {
    let app = app().await;
    insta::assert_snapshot!(said(&app, "/people").await);
}

#[tokio::test]
async fn ones_own_account() {
    let app = app().await;
    insta::assert_snapshot!(said(&app, "/account").await);
}

#[tokio::test]
async fn signing_in() {
    let app = app().await;
    let answer = app.browser().get("/sign-in").await;
    insta::assert_snapshot!(answer.text());
}

#[tokio::test]
async fn what_is_not_there() {
    let app = app().await;
    let answer = app.browser().get("/nowhere").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    insta::assert_snapshot!(answer.text());
}

#[tokio::test]
async fn groups_that_care_is_owed_to() {
    let app = app().await;
    app.release("Outpatient appointments").await;
    insta::assert_snapshot!(said(&app, "/data/groups").await);
}
