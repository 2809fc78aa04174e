//! What people try: forged forms, other people's things, scripts in texts, links that lead away, headers in values.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use evenly_store::tokens::{self, NewToken};
use evenly_store::{Actor, Secret, comments, sessions};
use jiff::SignedDuration;

use crate::roles::Role;
use crate::routes;
use crate::testing::{PASSWORD, app};

const SCRIPT: &str = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'><svg onload=alert(3)>";

#[tokio::test]
async fn no_form_is_taken_without_the_token_of_its_own_session() {
    let app = app().await;
    let (_, findings) = app.release("Outpatients").await;
    let other = app.signed_in("Ben Cole", &Role::ALL).await.token();
    let person = app.person("Ada Obi", &Role::ALL).await;
    let mut posts = 0;
    for route in
        routes::all(&app.app).listed().iter().filter(|own| own.method == "POST" && !own.path.starts_with("/api/"))
    {
        let path =
            route.path.replace("{finding}", &findings[0].id.to_string()).replace("{person}", &person.to_string());
        let mut browser = app.sign_in(person).await;
        for token in [None, Some(""), Some(other.as_str()), Some("guessed")] {
            let fields: Vec<(&str, &str)> = token.map(|token| ("csrf", token)).into_iter().collect();
            let answer = browser.post_bare(&path, &fields).await;
            assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path} with {token:?}");
            let answer = browser.upload(&path, token, &[("comment", "x")], ("a.csv", b"a,b\n1,2\n".to_vec())).await;
            assert!(answer.status.is_client_error(), "{path} as a file with {token:?}: {}", answer.status);
        }
        // The right token in the query is no token of the form.
        let answer = browser.post_bare(&format!("{path}?csrf={}", browser.token()), &[]).await;
        assert_eq!(answer.status, StatusCode::FORBIDDEN, "{path}");
        posts += 1;
    }
    assert!(posts >= 20, "only {posts} forms");
    let said = comments::list(&app.app.store, "finding", &findings[0].id.to_string()).await.expect("comments");
    assert!(said.is_empty());
    assert!(!app.app.options.uploads.exists(), "nothing was kept of any file");
}

#[tokio::test]
async fn a_form_that_the_browser_says_comes_from_elsewhere_is_refused_with_a_right_token_too() {
    let app = app().await;
    let browser = app.signed_in("Ada Obi", &[Role::Viewer]).await;
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://bad.test")] {
        let request = Request::builder()
            .method("POST")
            .uri("/sign-out")
            .header(header::HOST, "evenly.test")
            .header(header::COOKIE, format!("evenly-session={}", browser.cookies["evenly-session"]))
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(name, value)
            .body(Body::from(format!("csrf={}", browser.token())))
            .expect("a request");
        assert_eq!(app.send(request).await.status, StatusCode::FORBIDDEN, "{name}");
    }
}

#[tokio::test]
async fn other_peoples_sessions_and_tokens_are_not_found() {
    let app = app().await;
    let victim = app.person("Ada Obi", &[Role::Viewer]).await;
    let mut hers = app.sign_in(victim).await;
    let session = sessions::list(&app.app.store, victim, app.app.now()).await.expect("sessions")[0].id;
    let mut change = app.app.store.change(Actor::Person(victim), app.app.now()).await.expect("a change");
    let new = NewToken {
        person: victim,
        name: "hers".to_owned(),
        secret: Secret::new().hash(),
        scopes: vec!["see-findings".to_owned()],
        expires_at: app.app.now() + SignedDuration::from_hours(1),
    };
    let token = tokens::make(&mut change, &new).await.expect("a token");
    change.commit().await.expect("a commit");

    let mut attacker = app.signed_in("Ben Cole", &Role::ALL).await;
    let ended = attacker.post(&format!("/account/sessions/{session}/end"), &[]).await;
    let revoked = attacker.post(&format!("/account/tokens/{token}/revoke"), &[]).await;
    assert_eq!((ended.status, revoked.status), (StatusCode::NOT_FOUND, StatusCode::NOT_FOUND));
    assert_eq!(hers.get("/").await.status, StatusCode::OK);
    assert!(hers.get("/account").await.text().contains("hers"));
    let own = hers.post(&format!("/account/tokens/{token}/revoke"), &[]).await;
    assert_eq!(own.location(), "/account?done=token-revoked");
}

#[tokio::test]
async fn a_token_can_be_given_no_more_than_its_owner_has() {
    let app = app().await;
    let mut viewer = app.signed_in("Ada Obi", &[Role::Viewer]).await;
    let fields = [("token_name", "x"), ("days", "30"), ("scopes", "manage-people"), ("scopes", "import")];
    let answer = viewer.post("/account/tokens", &fields).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.text().contains("Choose what it may do"));
}

#[tokio::test]
async fn texts_of_people_are_text_wherever_they_are_shown() {
    let app = app().await;
    let (_, findings) = app.release(SCRIPT).await;
    let finding = format!("/findings/{}", findings[0].id);
    let mut browser = app.signed_in(SCRIPT, &Role::ALL).await;
    browser.post(&format!("{finding}/comments"), &[("comment", SCRIPT)]).await;
    browser.post(&format!("{finding}/decisions"), &[("choice", "act"), ("reason", SCRIPT), ("present", SCRIPT)]).await;
    let person = evenly_store::people::list(&app.app.store).await.expect("people")[0].id;
    browser.post(&format!("{finding}/actions"), &[("what", SCRIPT), ("owner", &person.to_string())]).await;
    let mut seen = 0;
    let pages = [
        "/",
        "/findings",
        &finding,
        "/indicators",
        "/data",
        "/people",
        "/account",
        "/audit",
        &format!("/people/{person}"),
    ];
    for path in pages {
        let answer = browser.get(path).await;
        assert_eq!(answer.status, StatusCode::OK, "{path}");
        for bad in ["<script", "<img", "onload=alert(3)>", "<svg onload"] {
            assert!(!answer.body.contains(bad), "{path} holds {bad}");
        }
        seen += usize::from(answer.body.contains("&lt;script&gt;alert(1)"));
    }
    assert!(seen >= 6, "the text was shown on only {seen} pages");
}

#[tokio::test]
async fn what_comes_in_addresses_is_not_shown_as_markup() {
    let app = app().await;
    app.release("Outpatients").await;
    let mut browser = app.signed_in("Ada Obi", &Role::ALL).await;
    let script = "%3Cscript%3Ealert(1)%3C%2Fscript%3E";
    for path in [
        format!("/sign-in?next=/{script}"),
        format!("/?done={script}"),
        format!("/findings/{script}"),
        format!("/indicators/{script}"),
        format!("/indicators/did-not-attend?by={script}"),
        format!("/indicators/did-not-attend?by=deprivation&group={script}"),
        format!("/indicators/did-not-attend?period={script}&release={script}"),
        format!("/audit?kind={script}"),
        format!("/audit?before={script}"),
        format!("/{script}"),
    ] {
        let answer = browser.get(&path).await;
        assert!(!answer.body.contains("<script"), "{path}");
        assert!(!answer.status.is_server_error(), "{path}: {}", answer.status);
    }
    let wrong = app.browser().get(&format!("/sign-in?next={script}&link={script}")).await;
    assert!(!wrong.body.contains("<script"));
}

#[tokio::test]
async fn signing_in_never_leads_away() {
    let app = app().await;
    let id = app.person("Ada Obi", &[Role::Viewer]).await;
    app.set_password(id).await;
    for next in ["https://bad.test/", "//bad.test/", "/\\bad.test", "javascript:alert(1)", "/a\r\nSet-Cookie: evil=1"] {
        let mut browser = app.browser();
        browser.get("/sign-in").await;
        let fields = [("email", "ada.obi@trust.test"), ("password", PASSWORD), ("next", next)];
        let answer = browser.post("/sign-in", &fields).await;
        assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/"), "{next}");
        assert!(!browser.cookies.contains_key("evil"));
        // Signed in already, a link with such an address leads nowhere either.
        let path = crate::links::with("/sign-in", &[("next", Some(next))]);
        assert_eq!(browser.get(&path).await.location(), "/", "{next}");
    }
}

#[tokio::test]
async fn files_to_download_have_names_that_cannot_break_a_header() {
    let app = app().await;
    app.release("Outpatients").await;
    let mut browser = app.signed_in("Ada Obi", &[Role::Viewer]).await;
    let path = "/indicators/did-not-attend/chart.svg?by=deprivation";
    let answer = browser.get(path).await;
    assert_eq!(answer.header("content-disposition"), "attachment; filename=\"did-not-attend-deprivation.svg\"");
    assert!(answer.header("content-security-policy").contains("sandbox"));
    let answer = browser.get("/indicators/did-not-attend%0d%0aX-Evil:%201/numbers.csv").await;
    assert_eq!(answer.status, StatusCode::NOT_FOUND);
    assert_eq!(answer.header("x-evil"), "");
}

#[tokio::test]
async fn every_answer_forbids_scripts_frames_and_guessing() {
    let app = app().await;
    app.release("Outpatients").await;
    let mut browser = app.signed_in("Ada Obi", &Role::ALL).await;
    let paths = [
        "/",
        "/findings",
        "/indicators/did-not-attend?by=deprivation",
        "/data",
        "/nowhere",
        "/api/v1/findings",
        "/health",
    ];
    for path in paths {
        let answer = browser.get(path).await;
        let policy = answer.header("content-security-policy");
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert!(policy.contains("frame-ancestors 'none'") && policy.contains("form-action 'self'"), "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        for bad in [" style=\"", "<style", "<script", "javascript:", " onclick", " onload"] {
            assert!(!answer.body.contains(bad), "{path} holds {bad}");
        }
    }
}

#[tokio::test]
async fn words_of_what_was_done_are_chosen_and_not_told() {
    let app = app().await;
    let mut browser = app.signed_in("Ada Obi", &[Role::Viewer]).await;
    assert!(browser.get("/account?done=sessions-ended").await.text().contains("The sessions were ended."));
    let answer = browser.get("/account?done=You%20have%20won").await;
    assert!(!answer.text().contains("You have won"));
}
