//! Signing in at the trust's identity provider.

use axum::extract::{Query, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Redirect, Response};
use evenly_store::people::{self, Person};
use evenly_store::{Actor, Secret, SecretHash, flows};
use jiff::SignedDuration;
use serde::Deserialize;

use super::password::SignIn;
use crate::app::{App, Platform};
use crate::components::forms::Errors;
use crate::components::frame::Frame;
use crate::elsewhere::{FLOW_MINUTES, Identity};
use crate::error::Fault;
use crate::links;
use crate::security::cookies::Cookie;

const DID_NOT_WORK: &str = "Signing in there did not work. Try again, or sign in with a password";
const NO_ACCOUNT: &str = "You signed in there, but there is no account here for your email address. An administrator of your trust can add one";

/// Where to go afterwards.
#[derive(Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

/// Sends the browser to the provider.
pub async fn begin(State(app): State<App>, frame: Frame, Query(Next { next }): Query<Next>) -> Result<Response, Fault> {
    let elsewhere = app.elsewhere.as_ref().ok_or(Fault::NotFound)?;
    let now = app.now();
    let (address, state, flow) = match elsewhere.begin(&back(&app), &links::within(&next), now).await {
        Ok(begun) => begun,
        Err(error) => {
            tracing::error!(%error, "sign-in elsewhere could not begin");
            return Ok(again(&app, &frame, DID_NOT_WORK));
        }
    };
    // The state alone could be carried to another browser; the cookie ties it to this one.
    let browser = Secret::new();
    let until = now + SignedDuration::from_mins(FLOW_MINUTES);
    flows::begin(&app.store, &bound(&state, browser.reveal()), &flow, now, until).await?;
    let mut response = Redirect::to(&address).into_response();
    let cookie = Cookie::Elsewhere.set(browser.reveal(), app.options.secure());
    response.headers_mut().append(header::SET_COOKIE, cookie);
    Ok(response)
}

fn bound(state: &str, browser: &str) -> SecretHash {
    SecretHash::of(&format!("{state}\0{browser}"))
}

fn back(app: &Platform) -> String {
    format!("{}/sign-in/elsewhere/return", app.options.public_address)
}

fn again(app: &App, frame: &Frame, words: &str) -> Response {
    let page = SignIn {
        next: "/".to_owned(),
        elsewhere: app.elsewhere.as_ref().map(|own| own.name().to_owned()),
        errors: Errors::one("email", words),
        ..SignIn::default()
    };
    frame.again(&page)
}

/// What the provider sends back.
#[derive(Deserialize)]
pub struct Answer {
    #[serde(default)]
    code: String,
    #[serde(default)]
    state: String,
}

/// Takes the browser back from the provider.
pub async fn finish(
    State(app): State<App>,
    frame: Frame,
    headers: HeaderMap,
    Query(answer): Query<Answer>,
) -> Result<Response, Fault> {
    let elsewhere = app.elsewhere.as_ref().ok_or(Fault::NotFound)?;
    let now = app.now();
    let browser = Cookie::Elsewhere.value(&headers, app.options.secure()).unwrap_or_default();
    let Some(flow) = flows::take(&app.store, &bound(&answer.state, &browser), now).await? else {
        return Ok(again(&app, &frame, DID_NOT_WORK));
    };
    let identity = match elsewhere.finish(&back(&app), &answer.code, &flow, now).await {
        Ok(identity) => identity,
        Err(error) => {
            tracing::warn!(%error, "sign-in elsewhere was refused");
            return Ok(again(&app, &frame, DID_NOT_WORK));
        }
    };
    let Some((person, new)) = account(&app, &identity).await? else {
        return Ok(again(&app, &frame, NO_ACCOUNT));
    };
    let mut change = app.store.change(Actor::Person(person.id), now).await?;
    if new {
        people::set_oidc(&mut change, person.id, &identity.issuer, &identity.subject).await?;
    }
    let mut response =
        super::begin(&app, change, person.id, "elsewhere", &headers, &links::within(&flow.return_to)).await?;
    response.headers_mut().append(header::SET_COOKIE, Cookie::Elsewhere.clear(app.options.secure()));
    Ok(response)
}

/// The account of an identity, and whether it is tied to it only now: by an address that the provider has verified, once.
async fn account(app: &Platform, identity: &Identity) -> Result<Option<(Person, bool)>, Fault> {
    let known = people::by_oidc(&app.store, &identity.issuer, &identity.subject).await?;
    let active = |person: &Person| person.status == people::Status::Active;
    if let Some(person) = known {
        return Ok(Some((person, false)).filter(|(person, _)| active(person)));
    }
    let Some(email) = &identity.verified_email else { return Ok(None) };
    let person = people::by_email(&app.store, email).await?;
    Ok(person.filter(|person| active(person) && person.oidc.is_none()).map(|person| (person, true)))
}
