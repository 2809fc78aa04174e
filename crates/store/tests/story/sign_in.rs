//! The first administrator, colleagues, lock-out, sessions and tokens.

use evenly_store::flows::{self, Flow};
use evenly_store::links::{self, Purpose};
use evenly_store::people::{self, NewPerson, Status};
use evenly_store::sessions::{self, NewSession};
use evenly_store::tokens::{self, NewToken};
use evenly_store::{Actor, Secret, SecretHash, StoreError};

use crate::records::{Records, at, on_both, person};

on_both!(
    the_first_administrator_signs_in_and_out,
    too_many_failures_lock_an_account,
    the_last_administrator_stays,
    a_token_works_until_it_is_revoked,
    a_sign_in_elsewhere_comes_back_once,
);

async fn the_first_administrator_signs_in_and_out(records: Records) {
    let store = &records.store;
    assert!(!people::any(store).await.expect("it is read"));
    let (earlier, link) = (Secret::new(), Secret::new());
    for secret in [&earlier, &link] {
        let mut change = store.change(Actor::System, at(0)).await.expect("a change begins");
        links::make(&mut change, Purpose::Setup, None, &secret.hash(), at(60)).await.expect("the link is made");
        change.commit().await.expect("the change is made");
    }
    assert!(
        links::find(store, &earlier.hash(), at(1)).await.expect("it is read").is_none(),
        "a newer link replaces it"
    );
    assert!(links::find(store, &link.hash(), at(60)).await.expect("it is read").is_none(), "it has expired");
    assert!(links::find(store, &link.hash(), at(1)).await.expect("it is read").is_some());

    let mut change = store.change(Actor::Nobody, at(2)).await.expect("a change begins");
    let used = links::use_up(&mut change, &link.hash()).await.expect("the link works once");
    assert_eq!((used.purpose, used.person), (Purpose::Setup, None));
    let new = NewPerson {
        name: " Ada Okafor ".to_owned(),
        email: "Ada@Trust.Example".to_owned(),
        roles: vec!["administrator".to_owned(), "analyst".to_owned()],
        password_hash: Some("$argon2id$x".to_owned()),
        oidc: None,
    };
    let ada = people::add_first(&mut change, &new).await.expect("the person is added");
    let second =
        people::add_first(&mut change, &NewPerson { email: "eve@trust.example".to_owned(), ..new.clone() }).await;
    assert!(matches!(second, Err(StoreError::Refused(_))), "{second:?}");
    let cookie = Secret::new();
    let session = NewSession {
        person: ada,
        secret: cookie.hash(),
        user_agent: "Firefox on Windows".to_owned(),
        expires_at: at(600),
    };
    let session = sessions::start(&mut change, &session).await.expect("the session starts");
    change.commit().await.expect("the change is made");

    let mut again = store.change(Actor::Nobody, at(3)).await.expect("a change begins");
    let twice = links::use_up(&mut again, &link.hash()).await;
    assert!(matches!(twice, Err(StoreError::NotFound("link"))), "{twice:?}");
    drop(again);

    let (found, who) =
        sessions::find(store, &cookie.hash(), at(3), at(-27)).await.expect("it is read").expect("it is signed in");
    assert_eq!((found.id, who.id, &*who.name, &*who.email), (session, ada, "Ada Okafor", "ada@trust.example"));
    assert!(who.has_role("analyst") && !who.has_role("viewer"));
    assert_eq!(people::by_email(store, "ADA@trust.example ").await.expect("it is read").map(|own| own.id), Some(ada));
    assert_eq!(people::password_hash(store, ada).await.expect("it is read").as_deref(), Some("$argon2id$x"));
    assert!(sessions::find(store, &SecretHash::of("guessed"), at(3), at(-27)).await.expect("it is read").is_none());

    sessions::seen(store, session, at(40)).await.expect("it is kept");
    assert!(sessions::find(store, &cookie.hash(), at(60), at(30)).await.expect("it is read").is_some());
    assert!(sessions::find(store, &cookie.hash(), at(71), at(41)).await.expect("it is read").is_none(), "idle");
    assert!(sessions::find(store, &cookie.hash(), at(600), at(0)).await.expect("it is read").is_none(), "expired");

    let mut change = store.change(Actor::Person(ada), at(50)).await.expect("a change begins");
    sessions::end(&mut change, session, ada).await.expect("it ends");
    change.commit().await.expect("the change is made");
    assert!(sessions::find(store, &cookie.hash(), at(51), at(0)).await.expect("it is read").is_none(), "signed out");
}

async fn too_many_failures_lock_an_account(records: Records) {
    let store = &records.store;
    let bo = person(store, "Bo", "viewer").await;
    for failure in 1..=3 {
        let mut change = store.change(Actor::Nobody, at(failure)).await.expect("a change begins");
        let locked = (failure == 3).then(|| at(20));
        let failed = people::sign_in_failed(&mut change, bo, locked).await.expect("it is kept");
        assert_eq!(failed, u64::try_from(failure).expect("a count"));
        change.commit().await.expect("the change is made");
    }
    let locked = people::get(store, bo).await.expect("it is read");
    assert!(locked.is_locked(at(19)) && !locked.is_locked(at(20)));
    let mut change = store.change(Actor::Person(bo), at(21)).await.expect("a change begins");
    people::signed_in(&mut change, bo, "password").await.expect("it is kept");
    change.commit().await.expect("the change is made");
    let open = people::get(store, bo).await.expect("it is read");
    assert_eq!((open.failed_sign_ins, open.locked_until, open.last_sign_in_at), (0, None, Some(at(21))));
}

async fn the_last_administrator_stays(records: Records) {
    let store = &records.store;
    let ada = person(store, "Ada", "administrator").await;
    let bo = person(store, "Bo", "viewer").await;
    let keep = Some("administrator");
    let mut change = store.change(Actor::Person(ada), at(1)).await.expect("a change begins");
    let roles = people::set_roles(&mut change, ada, &["viewer".to_owned()], keep).await;
    assert!(matches!(roles, Err(StoreError::Refused(_))), "{roles:?}");
    let status = people::set_status(&mut change, ada, Status::Disabled, keep).await;
    assert!(matches!(status, Err(StoreError::Refused(_))), "{status:?}");
    people::set_roles(&mut change, bo, &["administrator".to_owned()], keep).await.expect("the roles are set");
    people::set_status(&mut change, ada, Status::Disabled, keep).await.expect("she is not the last any more");
    change.commit().await.expect("the change is made");

    let mut change = store.change(Actor::Person(bo), at(2)).await.expect("a change begins");
    let twin = NewPerson {
        name: "Bo".to_owned(),
        email: "BO@trust.example".to_owned(),
        roles: vec![],
        password_hash: None,
        oidc: None,
    };
    let taken = people::add(&mut change, &twin).await;
    assert!(matches!(taken, Err(StoreError::Taken(_))), "{taken:?}");
    assert!(change.commit().await.is_err(), "half a change is not made");
}

async fn a_token_works_until_it_is_revoked(records: Records) {
    let store = &records.store;
    let (ada, bo) = (person(store, "Ada", "analyst").await, person(store, "Bo", "analyst").await);
    let secret = Secret::new();
    let mut change = store.change(Actor::Person(ada), at(0)).await.expect("a change begins");
    let new = NewToken {
        person: ada,
        name: "nightly import".to_owned(),
        secret: secret.hash(),
        scopes: vec!["runs:write".to_owned(), "findings:read".to_owned()],
        expires_at: at(100),
    };
    let id = tokens::make(&mut change, &new).await.expect("the token is made");
    change.commit().await.expect("the change is made");
    let (token, who) = tokens::find(store, &secret.hash(), at(1)).await.expect("it is read").expect("it works");
    assert_eq!((token.id, who.id, token.scopes), (id, ada, new.scopes));
    tokens::used(store, id, at(1)).await.expect("it is kept");
    assert_eq!(tokens::list(store, ada).await.expect("they are read")[0].last_used_at, Some(at(1)));
    assert!(tokens::find(store, &secret.hash(), at(100)).await.expect("it is read").is_none(), "expired");

    let mut change = store.change(Actor::Person(bo), at(2)).await.expect("a change begins");
    assert!(matches!(tokens::revoke(&mut change, id, bo).await, Err(StoreError::NotFound(_))), "not Bo's");
    drop(change);
    let mut change = store.change(Actor::Token(id, ada), at(3)).await.expect("a change begins");
    tokens::revoke(&mut change, id, ada).await.expect("it is revoked");
    change.commit().await.expect("the change is made");
    assert!(tokens::find(store, &secret.hash(), at(4)).await.expect("it is read").is_none(), "revoked");
}

async fn a_sign_in_elsewhere_comes_back_once(records: Records) {
    let store = &records.store;
    let state = Secret::new();
    let flow = Flow { nonce: "n".to_owned(), verifier: "v".to_owned(), return_to: "/findings".to_owned() };
    flows::begin(store, &state.hash(), &flow, at(0), at(10)).await.expect("it begins");
    assert_eq!(flows::take(store, &state.hash(), at(5)).await.expect("it is read"), Some(flow.clone()));
    assert_eq!(flows::take(store, &state.hash(), at(5)).await.expect("it is read"), None);
    flows::begin(store, &state.hash(), &flow, at(20), at(30)).await.expect("it begins");
    assert_eq!(flows::take(store, &state.hash(), at(30)).await.expect("it is read"), None, "expired");
}
