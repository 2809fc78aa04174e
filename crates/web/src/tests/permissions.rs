//! Route × role, over the whole router.

use std::collections::BTreeSet;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use evenly_store::Secret;
use evenly_store::tokens::{self, NewToken};
use jiff::SignedDuration;

use crate::guard::Access;
use crate::roles::{Permission, Role, TABLE, may};
use crate::routes::{self, Listed};
use crate::testing::{TestApp, app};

/// The address of a route with something in its variable parts; nothing there exists, so that nothing is changed.
fn address(route: &Listed) -> String {
    let parts = route
        .path
        .split('/')
        .map(|part| if part.starts_with('{') { "00000000-0000-7000-8000-000000000000" } else { part });
    parts.collect::<Vec<_>>().join("/")
}

fn is_api(route: &Listed) -> bool {
    route.path.starts_with("/api/v1/")
}

/// Whether the door let somebody in: whatever lies behind it may still say that there is no such thing.
fn let_in(status: StatusCode, location: &str) -> bool {
    !matches!(status, StatusCode::FORBIDDEN | StatusCode::UNAUTHORIZED) && !location.starts_with("/sign-in")
}

#[tokio::test]
async fn nobody_reaches_a_page_without_signing_in_but_those_for_everybody() {
    let app = app().await;
    let mut open = Vec::new();
    for route in routes::all(&app.app).listed().iter().filter(|own| !is_api(own)) {
        let mut browser = app.browser();
        browser.get("/sign-in").await;
        let answer = match route.method {
            "GET" => browser.get(&address(route)).await,
            _ => browser.post(&address(route), &[]).await,
        };
        let entered = let_in(answer.status, answer.location());
        assert_eq!(entered, route.access == Access::Anyone, "{route:?}: {} {}", answer.status, answer.location());
        if entered {
            open.push(format!("{} {}", route.method, route.path));
        }
    }
    // This list is the whole of what the world can ask: it grows by decision only.
    let expected = [
        "GET /set-up",
        "POST /set-up",
        "GET /sign-in",
        "POST /sign-in",
        "GET /sign-in/elsewhere",
        "GET /sign-in/elsewhere/return",
        "GET /welcome",
        "POST /welcome",
        "GET /accessibility",
        "GET /assets/{name}",
        "GET /logo",
        "GET /health",
        "GET /metrics",
        "GET /api/openapi.json",
    ];
    assert_eq!(open, expected);
}

#[tokio::test]
async fn every_role_reaches_what_the_table_gives_it_and_nothing_else() {
    let app = app().await;
    let mut looked = 0;
    for role in Role::ALL {
        let person = app.person(role.title(), &[role]).await;
        for route in routes::all(&app.app).listed().iter().filter(|own| !is_api(own)) {
            // Signed in anew each time: signing out is one of the routes.
            let mut browser = app.sign_in(person).await;
            let answer = match route.method {
                "GET" => browser.get(&address(route)).await,
                _ if route.takes_file => {
                    let token = browser.token();
                    browser.upload(route.path, Some(&token), &[], ("", Vec::new())).await
                }
                _ => browser.post(&address(route), &[]).await,
            };
            let expected = match route.access {
                Access::Anyone | Access::SignedIn => true,
                Access::May(permission) => may(&BTreeSet::from([role]), permission),
            };
            let entered = answer.status != StatusCode::FORBIDDEN;
            assert_eq!(entered, expected, "{role:?} {route:?}: {}", answer.status);
            assert!(!answer.status.is_server_error(), "{role:?} {route:?}: {}", answer.body);
            looked += 1;
        }
    }
    assert!(looked > 7 * 40, "only {looked} combinations");
}

#[tokio::test]
async fn a_token_reaches_what_its_scopes_and_its_owners_roles_both_give() {
    let app = app().await;
    let listed: Vec<Listed> = routes::all(&app.app).listed().iter().filter(|own| is_api(own)).copied().collect();
    for role in Role::ALL {
        for scope in TABLE.iter().map(|row| row.permission) {
            let token = token(&app, role, scope).await;
            for route in &listed {
                let Access::May(permission) = route.access else { panic!("{route:?} must name a permission") };
                let request = Request::builder()
                    .method(route.method)
                    .uri(address(route))
                    .header(header::AUTHORIZATION, format!("Bearer {token}"))
                    .body(Body::from(r#"{"text": "x"}"#))
                    .expect("a request");
                let answer = app.send(request).await;
                let expected = permission == scope && may(&BTreeSet::from([role]), permission);
                assert_eq!(answer.status != StatusCode::FORBIDDEN, expected, "{role:?} {scope:?} {route:?}");
                assert!(!answer.status.is_server_error());
            }
        }
    }
    for route in &listed {
        let request =
            Request::builder().method(route.method).uri(address(route)).body(Body::empty()).expect("a request");
        let answer = app.send(request).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{route:?}");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
}

async fn token(app: &TestApp, role: Role, scope: Permission) -> String {
    let person = app.person(&format!("{} {}", role.id(), scope.id()), &[role]).await;
    let secret = Secret::new();
    let new = NewToken {
        person,
        name: "test".to_owned(),
        secret: secret.hash(),
        scopes: vec![scope.id().to_owned()],
        expires_at: app.app.now() + SignedDuration::from_hours(1),
    };
    let mut change = app.app.store.change(evenly_store::Actor::Person(person), app.app.now()).await.expect("a change");
    tokens::make(&mut change, &new).await.expect("a token");
    change.commit().await.expect("a commit");
    secret.reveal().to_owned()
}

#[tokio::test]
async fn a_session_does_not_open_the_programs_door() {
    let app = app().await;
    app.release("Outpatients").await;
    let mut browser = app.signed_in("Ada Obi", &Role::ALL).await;
    assert_eq!(browser.get("/api/v1/findings").await.status, StatusCode::UNAUTHORIZED);
}
