//! The first account, by the link that `evenly serve` prints once.

use axum::Form;
use axum::extract::{Query, State};
use axum::http::HeaderMap;
use axum::response::Response;
use evenly_store::links::{self as one_time, Purpose};
use evenly_store::people::{self, NewPerson};
use evenly_store::{Actor, SecretHash};
use maud::{Markup, html};
use serde::Deserialize;

use super::{judge_password, judge_person, new_password};
use crate::app::App;
use crate::components::forms::{Errors, Input, Item, Several, button, post, several, summary};
use crate::components::frame::{Frame, Page};
use crate::error::Fault;
use crate::roles::Role;

/// The page.
#[derive(Default)]
pub struct SetUp {
    /// The secret of the link.
    pub link: String,
    /// What was typed.
    pub name: String,
    /// What was typed.
    pub email: String,
    /// Whether the first person also brings data in.
    pub also_analyst: bool,
    /// What is wrong.
    pub errors: Errors,
}

impl Page for SetUp {
    fn title(&self) -> String {
        "Set up Evenly".to_owned()
    }

    fn has_errors(&self) -> bool {
        !self.errors.none()
    }

    fn body(&self, frame: &Frame) -> Markup {
        let input = |name, label, hint, value, kind, fill| {
            Input { name, label, hint, value, kind, autocomplete: Some(fill) }.markup(&self.errors)
        };
        let also = Item {
            value: "yes",
            label: "I also bring data in and work with the findings",
            hint: Some("Gives you the role of an analyst beside that of administrator"),
            chosen: self.also_analyst,
        };
        let fields = html! {
            input type="hidden" name="link" value=(self.link);
            (input("name", "Your name", None, &self.name, "text", "name"))
            (input("email", "Your email address", Some("You sign in with it"), &self.email, "email", "username"))
            (new_password("Password", "The same password again", &self.errors))
            (several(Several::Any, "analyst", "What else will you do?", None, &[also], &self.errors))
            (button("Make the first account"))
        };
        html! {
            div.narrow {
                (summary(&self.errors))
                p.page-lede { "The first account looks after all others: it is an administrator’s." }
                (post("/set-up", &frame.token, &fields))
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
    works(&app, &link).await?;
    Ok(frame.page(&SetUp { link, also_analyst: true, ..SetUp::default() }))
}

async fn works(app: &App, link: &str) -> Result<(), Fault> {
    let found = one_time::find(&app.store, &SecretHash::of(link), app.now()).await?;
    found.filter(|own| own.purpose == Purpose::Setup).map(|_| ()).ok_or(Fault::NotFound)
}

/// What is sent.
#[derive(Deserialize)]
pub struct Sent {
    #[serde(default)]
    link: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    email: String,
    #[serde(default)]
    password: String,
    #[serde(default)]
    again: String,
    #[serde(default)]
    analyst: String,
}

/// Makes the account, uses the link up and signs in.
pub async fn save(
    State(app): State<App>,
    frame: Frame,
    headers: HeaderMap,
    Form(sent): Form<Sent>,
) -> Result<Response, Fault> {
    works(&app, &sent.link).await?;
    let mut errors = Errors::default();
    judge_person(&mut errors, &sent.name, &sent.email);
    judge_password(&mut errors, &sent.password, &sent.again, &[&sent.name, &sent.email]);
    let also_analyst = sent.analyst == "yes";
    if !errors.none() {
        let page = SetUp { link: sent.link, name: sent.name, email: sent.email, also_analyst, errors };
        return Ok(frame.again(&page));
    }
    let mut roles = vec![Role::Administrator.id().to_owned()];
    if also_analyst {
        roles.push(Role::Analyst.id().to_owned());
    }
    let hash = app.passwords.hash(sent.password).await?;
    let new = NewPerson { name: sent.name, email: sent.email, roles, password_hash: Some(hash), oidc: None };
    let mut change = app.store.change(Actor::Nobody, app.now()).await?;
    one_time::use_up(&mut change, &SecretHash::of(&sent.link)).await?;
    let person = people::add_first(&mut change, &new).await?;
    super::begin(&app, change, person, "set-up", &headers, "/").await
}
