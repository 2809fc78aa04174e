//! Signing in by e-mail address and password.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use evenly_store::Actor;
use evenly_store::people::{self, Person};
use jiff::SignedDuration;
use maud::{Markup, html};
use serde::Deserialize;

use crate::app::{App, OpenAccount};
use crate::components::forms::{Errors, Input, button, hidden, post, summary};
use crate::components::frame::{Frame, Page};
use crate::error::Fault;
use crate::links;
use crate::security::limits;

const WRONG: &str = "Check your email address and password. After five wrong passwords in a row an account rests for a minute, and longer each time after that";
const TOO_OFTEN: &str = "There were too many tries. Wait a minute and try again";

/// The page.
#[derive(Default)]
pub struct SignIn {
    /// What was typed.
    pub email: String,
    /// Where to go afterwards.
    pub next: String,
    /// Name of the identity provider, where there is one.
    pub elsewhere: Option<String>,
    /// Accounts that everybody may use, on a made-up trust.
    pub open: Vec<OpenAccount>,
    /// What is wrong.
    pub errors: Errors,
}

impl Page for SignIn {
    fn title(&self) -> String {
        "Sign in".to_owned()
    }

    fn has_errors(&self) -> bool {
        !self.errors.none()
    }

    fn body(&self, frame: &Frame) -> Markup {
        let email = Input {
            name: "email",
            label: "Email address",
            hint: None,
            value: &self.email,
            kind: "email",
            autocomplete: Some("username"),
        };
        let password = Input {
            name: "password",
            label: "Password",
            hint: None,
            value: "",
            kind: "password",
            autocomplete: Some("current-password"),
        };
        let fields = html! {
            input type="hidden" name="next" value=(self.next);
            (email.markup(&self.errors))
            (password.markup(&self.errors))
            (button("Sign in"))
        };
        html! {
            div.narrow {
                (summary(&self.errors))
                @if !self.open.is_empty() { (self.open_accounts(frame)) }
                @if let Some(name) = &self.elsewhere {
                    p { a.nhsuk-button href=(links::with("/sign-in/elsewhere", &[("next", Some(&self.next))])) { "Sign in with " (name) } }
                    h2.nhsuk-heading-m { "Or with a password" }
                }
                (post("/sign-in", &frame.token, &fields))
                p { "Forgotten your password? An administrator of your trust can give you a link to set another." }
            }
        }
    }
}

impl SignIn {
    /// A button for each account of a made-up trust.
    fn open_accounts(&self, frame: &Frame) -> Markup {
        html! {
            div.caution { p { "This trust and everybody in it are made up. Look around as one of these people." } }
            div.buttons {
                @for account in &self.open {
                    form method="post" action="/sign-in" {
                        (hidden(&frame.token))
                        input type="hidden" name="next" value=(self.next);
                        input type="hidden" name="email" value=(account.email);
                        input type="hidden" name="password" value=(account.password);
                        button.nhsuk-button type="submit" { "Sign in as " (account.who) }
                    }
                }
            }
            h2.nhsuk-heading-m { "Or as somebody else" }
        }
    }
}

/// Where to go afterwards.
#[derive(Deserialize)]
pub struct Next {
    #[serde(default)]
    next: String,
}

/// Shows it.
pub async fn show(State(app): State<App>, frame: Frame, Query(Next { next }): Query<Next>) -> Result<Response, Fault> {
    let next = links::within(&next);
    if frame.person.is_some() {
        return Ok(Redirect::to(&next).into_response());
    }
    Ok(frame.page(&SignIn { next, ..page(&app) }).into_response())
}

fn page(app: &App) -> SignIn {
    SignIn {
        next: "/".to_owned(),
        elsewhere: app.elsewhere.as_ref().map(|own| own.name().to_owned()),
        open: app.options.open_accounts.clone(),
        ..SignIn::default()
    }
}

/// What is sent.
#[derive(Deserialize)]
pub struct Sent {
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    next: String,
}

/// Signs in. Whatever is wrong, the answer is the same and takes as long.
pub async fn save(
    State(app): State<App>,
    frame: Frame,
    headers: HeaderMap,
    Form(sent): Form<Sent>,
) -> Result<Response, Fault> {
    let next = links::within(&sent.next);
    let again = |status: StatusCode, field: &'static str, words: &str, email: String| {
        let page = SignIn { email, next: next.clone(), errors: Errors::one(field, words), ..page(&app) };
        (status, frame.page(&page)).into_response()
    };
    if !app.limits.may_sign_in(&sent.email) {
        return Ok(again(StatusCode::TOO_MANY_REQUESTS, "email", TOO_OFTEN, sent.email));
    }
    let person = people::by_email(&app.store, &sent.email).await?;
    let may = person.as_ref().filter(|own| own.status == people::Status::Active && !own.is_locked(app.now()));
    let kept = match may {
        Some(own) => people::password_hash(&app.store, own.id).await?,
        None => None,
    };
    if app.passwords.verify(sent.password, kept).await?
        && let Some(own) = may
    {
        let change = app.store.change(Actor::Person(own.id), app.now()).await?;
        return super::begin(&app, change, own.id, "password", &headers, &next).await;
    }
    if let Some(own) = may {
        failed(&app, own).await?;
    }
    Ok(again(StatusCode::UNPROCESSABLE_ENTITY, "email", WRONG, sent.email))
}

async fn failed(app: &App, person: &Person) -> Result<(), Fault> {
    let wrong = u32::try_from(person.failed_sign_ins + 1).unwrap_or(u32::MAX);
    let until = limits::rest_seconds(wrong).map(|seconds| app.now() + SignedDuration::from_secs(seconds));
    let mut change = app.store.change(Actor::Nobody, app.now()).await?;
    people::sign_in_failed(&mut change, person.id, until).await?;
    Ok(change.commit().await?)
}
