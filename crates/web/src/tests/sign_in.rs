//! Signing in and out: the first account, wrong passwords, rests, sessions that end, links that work once.

use axum::http::StatusCode;
use evenly_store::links::{self, Purpose};
use evenly_store::{Actor, Secret};
use jiff::SignedDuration;

use crate::roles::Role;
use crate::testing::{Browser, PASSWORD, TestApp, app, with};

async fn set_up_link(app: &TestApp) -> String {
    let secret = Secret::new();
    let until = app.app.now() + SignedDuration::from_hours(24);
    let mut change = app.app.store.change(Actor::CommandLine, app.app.now()).await.expect("a change");
    links::make(&mut change, Purpose::Setup, None, &secret.hash(), until).await.expect("a link");
    change.commit().await.expect("a commit");
    secret.reveal().to_owned()
}

async fn sign_in(browser: &mut Browser<'_>, email: &str, password: &str) -> crate::testing::Answer {
    browser.get("/sign-in").await;
    browser.post("/sign-in", &[("email", email), ("password", password)]).await
}

#[tokio::test]
async fn the_first_account_is_made_by_the_link_once() {
    let app = app().await;
    let link = set_up_link(&app).await;
    let mut browser = app.browser();
    assert_eq!(browser.get("/set-up?link=guessed").await.status, StatusCode::NOT_FOUND);
    assert_eq!(browser.get(&format!("/set-up?link={link}")).await.status, StatusCode::OK);
    let bad =
        [("link", link.as_str()), ("name", "Ada Obi"), ("email", "ada"), ("password", "short"), ("again", "short")];
    let answer = browser.post("/set-up", &bad).await;
    assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(answer.body.contains(r#"value="Ada Obi""#), "what was typed stays");
    assert!(answer.body.contains("Error: Set up Evenly"));
    assert!(answer.body.contains("at least 12 characters") && answer.body.contains("name@trust.nhs.uk"));
    let good = [
        ("link", link.as_str()),
        ("name", "Ada Obi"),
        ("email", "Ada@trust.test"),
        ("password", PASSWORD),
        ("again", PASSWORD),
        ("analyst", "yes"),
    ];
    let answer = browser.post("/set-up", &good).await;
    assert_eq!((answer.status, answer.location()), (StatusCode::SEE_OTHER, "/"));
    assert!(browser.get("/people").await.text().contains("Administrator"));
    assert_eq!(app.browser().get(&format!("/set-up?link={link}")).await.status, StatusCode::NOT_FOUND, "used up");
}

#[tokio::test]
async fn a_password_signs_in_and_the_answer_to_a_wrong_one_tells_nothing() {
    let app = app().await;
    let id = app.person("Ada Obi", &[Role::Viewer]).await;
    app.set_password(id).await;
    let mut browser = app.browser();
    let wrong = sign_in(&mut browser, "ada.obi@trust.test", "not-my-password").await;
    let nobody = sign_in(&mut app.browser(), "nobody@trust.test", "not-my-password").await;
    assert_eq!((wrong.status, nobody.status), (StatusCode::UNPROCESSABLE_ENTITY, StatusCode::UNPROCESSABLE_ENTITY));
    let said = |text: String| text.lines().filter(|line| line.contains("Check your email")).count();
    assert_eq!(said(wrong.text()), said(nobody.text()));
    assert!(!wrong.body.contains("not-my-password"));
    let right = sign_in(&mut browser, " ADA.OBI@trust.test ", PASSWORD).await;
    assert_eq!((right.status, right.location()), (StatusCode::SEE_OTHER, "/"));
    assert_eq!(browser.get("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn five_wrong_passwords_make_an_account_rest() {
    let app = app().await;
    let id = app.person("Ada Obi", &[Role::Viewer]).await;
    app.set_password(id).await;
    let mut browser = app.browser();
    for _ in 0..5 {
        sign_in(&mut browser, "ada.obi@trust.test", "not-my-password").await;
    }
    let refused = sign_in(&mut browser, "ada.obi@trust.test", PASSWORD).await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "the right one, too, while it rests");
    app.pass(SignedDuration::from_secs(61));
    let right = sign_in(&mut browser, "ada.obi@trust.test", PASSWORD).await;
    assert_eq!(right.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn many_tries_of_one_name_are_turned_away() {
    let app = app().await;
    let mut browser = app.browser();
    browser.get("/sign-in").await;
    let mut last = StatusCode::OK;
    for _ in 0..12 {
        last = browser.post("/sign-in", &[("email", "x@trust.test"), ("password", "not-my-password")]).await.status;
    }
    assert_eq!(last, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn signing_in_gives_a_new_session_and_ends_the_one_before() {
    let app = app().await;
    let id = app.person("Ada Obi", &[Role::Viewer]).await;
    app.set_password(id).await;
    let mut victim = app.browser();
    // Somebody plants a session, and a visitor's cookie, of their own making.
    let planted = Secret::new().reveal().to_owned();
    victim.cookies.insert("evenly-session".to_owned(), planted.clone());
    victim.cookies.insert("evenly-visitor".to_owned(), planted.clone());
    // Not a session that we know, so that forms are bound to the visitor's cookie.
    victim.get("/sign-in").await;
    victim.cookies.remove("evenly-session");
    victim.post("/sign-in", &[("email", "ada.obi@trust.test"), ("password", PASSWORD)]).await;
    let session = victim.cookies["evenly-session"].clone();
    assert_ne!(session, planted);
    let mut attacker = app.browser();
    attacker.cookies.insert("evenly-session".to_owned(), planted);
    assert_eq!(attacker.get("/").await.status, StatusCode::SEE_OTHER);
    // Signing in again in the same browser ends the session before.
    victim.post("/sign-in", &[("email", "ada.obi@trust.test"), ("password", PASSWORD)]).await;
    assert_ne!(victim.cookies["evenly-session"], session);
    let mut old = app.browser();
    old.cookies.insert("evenly-session".to_owned(), session);
    assert_eq!(old.get("/").await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_session_ends_when_idle_after_a_day_at_work_and_on_signing_out() {
    let app = app().await;
    let mut idle = app.signed_in("Ada Obi", &[Role::Viewer]).await;
    app.pass(SignedDuration::from_mins(29));
    assert_eq!(idle.get("/").await.status, StatusCode::OK);
    app.pass(SignedDuration::from_mins(29));
    assert_eq!(idle.get("/").await.status, StatusCode::OK, "seen again, so not idle");
    app.pass(SignedDuration::from_mins(31));
    let answer = idle.get("/findings?x=1").await;
    assert_eq!(answer.location(), "/sign-in?next=%2Ffindings%3Fx%3D1");

    let mut busy = app.signed_in("Ben Cole", &[Role::Viewer]).await;
    for _ in 0..25 {
        app.pass(SignedDuration::from_mins(29));
        busy.get("/").await;
    }
    assert_eq!(busy.get("/").await.status, StatusCode::SEE_OTHER, "twelve hours are over");

    let mut leaving = app.signed_in("Cy Dunn", &[Role::Viewer]).await;
    let cookies = leaving.cookies.clone();
    assert_eq!(leaving.post("/sign-out", &[]).await.location(), "/sign-in?done=signed-out");
    assert!(leaving.cookies.is_empty());
    let mut kept = app.browser();
    kept.cookies = cookies;
    assert_eq!(kept.get("/").await.status, StatusCode::SEE_OTHER, "the cookie works no more");
}

#[tokio::test]
async fn a_link_sets_a_password_once_and_ends_sessions() {
    let app = app().await;
    let mut administrator = app.signed_in("Ada Obi", &[Role::Administrator]).await;
    let added = administrator
        .post(
            "/people/add",
            &[("name", "Ben Cole"), ("email", "ben@trust.test"), ("roles", "analyst"), ("roles", "approver")],
        )
        .await;
    assert_eq!(added.status, StatusCode::OK);
    let link =
        added.body.split("http://evenly.test").nth(1).expect("a link").split('<').next().expect("a link").to_owned();
    let secret = link.split("link=").nth(1).expect("a secret").to_owned();
    let mut ben = app.browser();
    assert!(ben.get(&link).await.text().contains("Ben Cole"));
    let weak =
        ben.post("/welcome", &[("link", &secret), ("password", "bencole-bencole"), ("again", "bencole-bencole")]).await;
    assert_eq!(weak.status, StatusCode::UNPROCESSABLE_ENTITY);
    let set = ben.post("/welcome", &[("link", &secret), ("password", PASSWORD), ("again", PASSWORD)]).await;
    assert_eq!(set.location(), "/");
    assert_eq!(app.browser().get(&link).await.status, StatusCode::NOT_FOUND);
    let mut again = app.browser();
    assert_eq!(sign_in(&mut again, "ben@trust.test", PASSWORD).await.status, StatusCode::SEE_OTHER);
    // Signing out everywhere else from one's own page.
    assert!(ben.get("/account").await.text().contains("Sign out everywhere else"));
    ben.post("/account/sessions/end-others", &[]).await;
    assert_eq!(again.get("/").await.status, StatusCode::SEE_OTHER);
    assert_eq!(ben.get("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_closed_account_is_signed_out_and_the_last_administrator_stays() {
    let app = app().await;
    let ada = app.person("Ada Obi", &[Role::Administrator]).await;
    let ben = app.person("Ben Cole", &[Role::Viewer]).await;
    let (mut administrator, mut viewer) = (app.sign_in(ada).await, app.sign_in(ben).await);
    assert_eq!(viewer.get("/").await.status, StatusCode::OK);
    administrator.post(&format!("/people/{ben}/status"), &[("status", "disabled")]).await;
    assert_eq!(viewer.get("/").await.status, StatusCode::SEE_OTHER);
    let refused = administrator.post(&format!("/people/{ada}/status"), &[("status", "disabled")]).await;
    assert_eq!(refused.status, StatusCode::CONFLICT);
    let refused = administrator
        .post(
            &format!("/people/{ada}/change"),
            &[("name", "Ada Obi"), ("email", "ada.obi@trust.test"), ("roles", "viewer")],
        )
        .await;
    assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(refused.text().contains("This is the last administrator"));
}

#[tokio::test]
async fn changing_a_password_asks_for_the_old_one() {
    let app = app().await;
    let id = app.person("Ada Obi", &[Role::Viewer]).await;
    app.set_password(id).await;
    let (mut own, mut elsewhere) = (app.sign_in(id).await, app.sign_in(id).await);
    let new = "otter-lamp-quarry";
    let wrong = own.post("/account/password", &[("current", "guess"), ("password", new), ("again", new)]).await;
    assert!(wrong.text().contains("Enter your password as it is now"));
    let right = own.post("/account/password", &[("current", PASSWORD), ("password", new), ("again", new)]).await;
    assert_eq!(right.location(), "/account?done=password-changed");
    assert_eq!(elsewhere.get("/").await.status, StatusCode::SEE_OTHER);
    assert_eq!(sign_in(&mut app.browser(), "ada.obi@trust.test", new).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn over_tls_cookies_are_bound_to_the_host() {
    let app = with(|options| options.public_address = "https://evenly.test".to_owned()).await;
    let answer = app.browser().get("/sign-in").await;
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("__Host-evenly-visitor="), "{cookie}");
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax; Secure"), "{cookie}");
    assert_eq!(answer.header("strict-transport-security"), "max-age=31536000");
}

#[tokio::test]
async fn a_reset_leaves_the_old_password_good_for_nothing_but_setting_another() {
    let app = app().await;
    let mut administrator = app.signed_in("Ada Obi", &[Role::Administrator]).await;
    let ben = app.person("Ben Cole", &[Role::Viewer]).await;
    app.set_password(ben).await;
    let mut own = app.sign_in(ben).await;
    let link = administrator.post(&format!("/people/{ben}/reset"), &[]).await;
    let secret = link.body.split("link=").nth(1).expect("a link").split('<').next().expect("a secret").to_owned();
    assert_eq!(own.get("/").await.location(), "/account/password", "a session that was open");
    let mut again = app.browser();
    sign_in(&mut again, "ben.cole@trust.test", PASSWORD).await;
    assert_eq!(again.get("/findings").await.location(), "/account/password", "the old password");
    let other = "walnut-harbour-mitten";
    let mut by_link = app.browser();
    by_link.get(&format!("/welcome?link={secret}")).await;
    by_link.post("/welcome", &[("link", &secret), ("password", other), ("again", other)]).await;
    assert_eq!(by_link.get("/").await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_set_up_link_makes_no_account_where_there_is_one() {
    let app = app().await;
    let link = set_up_link(&app).await;
    app.person("Ada Obi", &[Role::Administrator]).await;
    let mut late = app.browser();
    late.get(&format!("/set-up?link={link}")).await;
    let fields = [
        ("link", link.as_str()),
        ("name", "Eve"),
        ("email", "eve@trust.test"),
        ("password", PASSWORD),
        ("again", PASSWORD),
    ];
    assert_eq!(late.post("/set-up", &fields).await.status, StatusCode::CONFLICT);
    assert_eq!(evenly_store::people::list(&app.app.store).await.expect("people").len(), 1);
}
