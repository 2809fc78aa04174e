//! One account: name, roles, sessions; closing it, resetting its password.

use axum::extract::{Path, State};
use evenly_store::people::{Person, Status};
use evenly_store::sessions::{self, Session};
use maud::{Markup, html};

use super::add::{above, name_and_email};
use super::role_boxes;
use crate::app::App;
use crate::components::forms::{Errors, button, one_button, post, summary};
use crate::components::frame::{Frame, Page};
use crate::components::{facts, times};
use crate::error::Fault;

/// The page.
pub struct PersonPage {
    /// The account.
    pub person: Person,
    /// Its sessions.
    pub sessions: Vec<Session>,
    /// Whether it is locked for now.
    pub locked: bool,
    /// What was typed, where something is wrong.
    pub typed: Option<(String, String, Vec<String>)>,
    /// What is wrong.
    pub errors: Errors,
}

impl Page for PersonPage {
    fn title(&self) -> String {
        self.person.name.clone()
    }

    fn above(&self) -> Vec<(String, String)> {
        above()
    }

    fn has_errors(&self) -> bool {
        !self.errors.none()
    }

    fn body(&self, frame: &Frame) -> Markup {
        let person = &self.person;
        let address = format!("/people/{}", person.id);
        let (name, email, roles) = match &self.typed {
            Some((name, email, roles)) => (name.as_str(), email.as_str(), roles.as_slice()),
            None => (person.name.as_str(), person.email.as_str(), person.roles.as_slice()),
        };
        let fields = html! {
            (name_and_email(name, email, &self.errors))
            (role_boxes(roles, &self.errors))
            (button("Save"))
        };
        let active = person.status == Status::Active;
        let way = match (person.has_password, person.oidc.is_some()) {
            (true, true) => "password, or the trust’s sign-in",
            (true, false) => "password",
            (false, true) => "the trust’s sign-in",
            (false, false) => "not yet: the link was not used",
        };
        html! {
            (summary(&self.errors))
            @if !active { div.caution { p { "This account is closed: its owner cannot sign in. What was said and done stays under the name." } } }
            @if self.locked { div.caution { p { "This account rests after too many wrong passwords. A new link for a password ends that." } } }
            (facts(&[
                ("Signs in by", way.to_owned()),
                ("Last signed in", person.last_sign_in_at.map_or_else(|| "never".to_owned(), times::words)),
                ("Added", times::words(person.created_at)),
                ("Sessions", self.sessions.len().to_string()),
            ]))
            div.narrow { (post(&format!("{address}/change"), &frame.token, &fields)) }
            section aria-labelledby="access" {
                h2.nhsuk-heading-m #access { "Access" }
                div.buttons {
                    @if active {
                        (one_button(&format!("{address}/reset"), &frame.token, "nhsuk-button--secondary", "Make a link for a new password", None))
                        @if !self.sessions.is_empty() {
                            (one_button(&format!("{address}/sessions"), &frame.token, "nhsuk-button--secondary", "Sign out everywhere", None))
                        }
                        form.inline-form method="post" action={ (address) "/status" } {
                            (crate::components::forms::hidden(&frame.token))
                            input type="hidden" name="status" value="disabled";
                            button.nhsuk-button.nhsuk-button--warning type="submit" { "Close this account" }
                        }
                    } @else {
                        form.inline-form method="post" action={ (address) "/status" } {
                            (crate::components::forms::hidden(&frame.token))
                            input type="hidden" name="status" value="active";
                            button.nhsuk-button.nhsuk-button--secondary type="submit" { "Open this account again" }
                        }
                    }
                }
            }
        }
    }
}

/// Shows it.
pub async fn show(State(app): State<App>, frame: Frame, Path(id): Path<String>) -> Result<Markup, Fault> {
    let person = super::named(&app, &id).await?;
    Ok(frame.page(&page(&app, person).await?))
}

/// The page of an account, with nothing typed.
pub async fn page(app: &App, person: Person) -> Result<PersonPage, Fault> {
    let sessions = sessions::list(&app.store, person.id, app.now()).await?;
    let locked = person.is_locked(app.now());
    Ok(PersonPage { person, sessions, locked, typed: None, errors: Errors::default() })
}
