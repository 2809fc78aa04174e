//! Setting a password by a link that an administrator hands over: an invitation, or a reset.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use evenly_store::links::{self as one_time, Purpose};
use evenly_store::people::{self, Person};
use evenly_store::{Actor, SecretHash, sessions};
use maud::{Markup, html};
use serde::Deserialize;

use super::{judge_password, new_password};
use crate::app::App;
use crate::components::forms::{Errors, button, post, summary};
use crate::components::frame::{Frame, Page};
use crate::error::Fault;

/// The page.
#[derive(Default)]
pub struct Welcome {
    /// The secret of the link.
    pub link: String,
    /// Name of whose account it is.
    pub name: String,
    /// E-mail address of the account.
    pub email: String,
    /// What is wrong.
    pub errors: Errors,
}

impl Page for Welcome {
    fn title(&self) -> String {
        "Set your password".to_owned()
    }

    fn has_errors(&self) -> bool {
        !self.errors.none()
    }

    fn body(&self, frame: &Frame) -> Markup {
        let fields = html! {
            input type="hidden" name="link" value=(self.link);
            input type="hidden" name="email" value=(self.email) autocomplete="username";
            (new_password("Password", "The same password again", &self.errors))
            (button("Set password and sign in"))
        };
        html! {
            div.narrow {
                (summary(&self.errors))
                p.page-lede { "For the account of " (self.name) ", " (self.email) "." }
                (post("/welcome", &frame.token, &fields))
            }
        }
    }
}

/// A link's secret.
#[derive(Deserialize)]
pub struct Link {
    #[serde(default)]
    link: String,
}

/// Shows it to whoever has the link.
pub async fn show(State(app): State<App>, frame: Frame, Query(Link { link }): Query<Link>) -> Result<Markup, Fault> {
    let person = owner(&app, &link).await?;
    Ok(frame.page(&Welcome { link, name: person.name, email: person.email, errors: Errors::default() }))
}

async fn owner(app: &App, link: &str) -> Result<Person, Fault> {
    let found = one_time::find(&app.store, &SecretHash::of(link), app.now()).await?;
    let person = found.filter(|own| own.purpose != Purpose::Setup).and_then(|own| own.person).ok_or(Fault::NotFound)?;
    Ok(people::get(&app.store, person).await?)
}

/// What is sent.
#[derive(Deserialize)]
pub struct Sent {
    #[serde(default)]
    link: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
}

/// Sets the password, ends other sessions, and signs in.
pub async fn save(
    State(app): State<App>,
    frame: Frame,
    headers: HeaderMap,
    Form(sent): Form<Sent>,
) -> Result<Response, Fault> {
    let person = owner(&app, &sent.link).await?;
    let mut errors = Errors::default();
    judge_password(&mut errors, &sent.password, &sent.again, &[&person.name, &person.email]);
    if !errors.none() {
        let page = Welcome { link: sent.link, name: person.name, email: person.email, errors };
        return Ok(frame.again(&page));
    }
    let hash = app.passwords.hash(sent.password).await?;
    let mut change = app.store.change(Actor::Person(person.id), app.now()).await?;
    one_time::use_up(&mut change, &SecretHash::of(&sent.link)).await?;
    people::set_password(&mut change, person.id, &hash, false).await?;
    sessions::end_all(&mut change, person.id, None).await?;
    super::begin(&app, change, person.id, "link", &headers, "/").await
}
