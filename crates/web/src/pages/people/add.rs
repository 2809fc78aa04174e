//! Adding a person: an account, and a link to hand over by which its owner sets a password.

use axum::body::Bytes;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use evenly_store::links::{self, Purpose};
use evenly_store::people::{self, NewPerson};
use evenly_store::{Secret, StoreError};
use jiff::SignedDuration;
use maud::{Markup, html};

use super::{Fields, judge_roles, role_boxes};
use crate::app::{App, Platform};
use crate::components::forms::{Errors, Input, button, post, summary};
use crate::components::frame::{Frame, Page};
use crate::error::Fault;
use crate::guard::Signed;
use crate::pages::sign_in::judge_person;

/// Days for which a link works.
pub const LINK_DAYS: i64 = 7;

/// The page.
#[derive(Default)]
pub struct AddPerson {
    /// What was typed.
    pub name: String,
    /// What was typed.
    pub email: String,
    /// Roles that were ticked.
    pub roles: Vec<String>,
    /// What is wrong.
    pub errors: Errors,
}

impl Page for AddPerson {
    fn title(&self) -> String {
        "Add a person".to_owned()
    }

    fn above(&self) -> Vec<(String, String)> {
        above()
    }

    fn has_errors(&self) -> bool {
        !self.errors.none()
    }

    fn body(&self, frame: &Frame) -> Markup {
        let fields = html! {
            (name_and_email(&self.name, &self.email, &self.errors))
            (role_boxes(&self.roles, &self.errors))
            (button("Add person"))
        };
        html! { div.narrow { (summary(&self.errors)) (post("/people/add", &frame.token, &fields)) } }
    }
}

/// The fields of an account.
pub fn name_and_email(name: &str, email: &str, errors: &Errors) -> Markup {
    let input = |id, label, hint, value, kind| Input { name: id, label, hint, value, kind, autocomplete: Some("off") };
    html! {
        (input("name", "Name", Some("As colleagues know it; it stands beside what the person says"), name, "text").markup(errors))
        (input("email", "Email address", Some("To sign in with"), email, "email").markup(errors))
    }
}

/// The pages above those of a person.
pub fn above() -> Vec<(String, String)> {
    vec![("/".to_owned(), "Home".to_owned()), ("/people".to_owned(), "People".to_owned())]
}

/// A link to hand over, shown once.
pub struct LinkPage {
    /// Whose account.
    pub name: String,
    /// The link.
    pub link: String,
}

impl Page for LinkPage {
    fn title(&self) -> String {
        format!("A link for {}", self.name)
    }

    fn above(&self) -> Vec<(String, String)> {
        above()
    }

    fn body(&self, _: &Frame) -> Markup {
        html! {
            p.page-lede { "Give this link to " (self.name) " by a way that only they read. It sets a password, works once, and for " (LINK_DAYS) " days." }
            p.secret { (self.link) }
            div.caution { p { "It is not shown again. Whoever has it can use the account." } }
            p { a href="/people" { "Back to people" } }
        }
    }
}

/// Shows it.
pub async fn show(frame: Frame) -> Markup {
    frame.page(&AddPerson { roles: vec!["viewer".to_owned()], ..AddPerson::default() })
}

/// Adds the account and shows the link.
pub async fn save(State(app): State<App>, frame: Frame, signed: Signed, body: Bytes) -> Result<Response, Fault> {
    let fields = Fields::read(&body);
    let mut page = AddPerson {
        name: fields.one("name").to_owned(),
        email: fields.one("email").to_owned(),
        roles: fields.all("roles"),
        errors: Errors::default(),
    };
    judge_person(&mut page.errors, &page.name, &page.email);
    let roles = judge_roles(&page.roles, &mut page.errors);
    if page.errors.none() {
        match add(&app, &signed, &page, roles).await {
            Ok(link) => return Ok(frame.page(&LinkPage { name: page.name, link }).into_response()),
            Err(StoreError::Taken(_)) => {
                page.errors.add("email", "There is an account with this email address already");
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(frame.again(&page))
}

async fn add(app: &Platform, signed: &Signed, page: &AddPerson, roles: Vec<String>) -> Result<String, StoreError> {
    let new = NewPerson { name: page.name.clone(), email: page.email.clone(), roles, password_hash: None, oidc: None };
    let secret = Secret::new();
    let until = app.now() + SignedDuration::from_hours(24 * LINK_DAYS);
    let mut change = app.store.change(signed.actor(), app.now()).await?;
    let person = people::add(&mut change, &new).await?;
    links::make(&mut change, Purpose::Invitation, Some(person), &secret.hash(), until).await?;
    change.commit().await?;
    Ok(welcome(app, &secret))
}

/// The address by which a password is set.
pub fn welcome(app: &Platform, secret: &Secret) -> String {
    format!("{}/welcome?link={}", app.options.public_address, secret.reveal())
}
