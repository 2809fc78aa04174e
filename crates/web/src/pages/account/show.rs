//! One's own account.

use axum::extract::State;
use evenly_store::Id;
use evenly_store::sessions::{self, Session};
use evenly_store::tokens::{self, ApiToken};
use jiff::Timestamp;
use maud::{Markup, html};

use crate::app::App;
use crate::components::forms::{Errors, Input, Item, Several, button, one_button, post, select, several, summary};
use crate::components::frame::{Frame, Page};
use crate::components::{facts, table, times};
use crate::error::Fault;
use crate::guard::Signed;
use crate::roles::TABLE;

/// The page.
pub struct Account {
    /// Name.
    pub name: String,
    /// E-mail address.
    pub email: String,
    /// Roles in words.
    pub roles: String,
    /// Whether there is a password to change.
    pub has_password: bool,
    /// Sessions, with the one that asks.
    pub sessions: Vec<Session>,
    /// The session that asks.
    pub own: Option<Id<Session>>,
    /// Tokens that still work.
    pub tokens: Vec<ApiToken>,
    /// What a token may be given.
    pub scopes: Vec<(&'static str, &'static str)>,
    /// A token that was just made, shown once.
    pub made: Option<String>,
    /// What was typed for a token: name and scopes.
    pub typed: (String, Vec<String>),
    /// What is wrong.
    pub errors: Errors,
}

impl Page for Account {
    fn title(&self) -> String {
        "Your account".to_owned()
    }

    fn has_errors(&self) -> bool {
        !self.errors.none()
    }

    fn body(&self, frame: &Frame) -> Markup {
        html! {
            (summary(&self.errors))
            @if let Some(token) = &self.made {
                div.caution { p { "This is the new token. It is not shown again: copy it now." } }
                p.secret { (token) }
            }
            (facts(&[("Name", self.name.clone()), ("Email address", self.email.clone()), ("Roles", self.roles.clone())]))
            @if self.has_password { p { a href="/account/password" { "Change your password" } } }
            section aria-labelledby="sessions" {
                h2.nhsuk-heading-l #sessions { "Where you are signed in" }
                (self.sessions(frame))
            }
            section aria-labelledby="tokens" {
                h2.nhsuk-heading-l #tokens { "Tokens for programs" }
                p { "A program that has a token may do what you tick, as long as your roles allow it. " a href="/api/openapi.json" { "What programs can ask for (OpenAPI)" } }
                (self.tokens(frame))
            }
        }
    }
}

impl Account {
    fn sessions(&self, frame: &Frame) -> Markup {
        let rows: Vec<Vec<Markup>> = self
            .sessions
            .iter()
            .map(|session| {
                vec![
                    html! { (session.user_agent) @if Some(session.id) == self.own { " (this one)" } },
                    times::moment(session.started_at),
                    times::moment(session.last_seen_at),
                    html! {
                        @if Some(session.id) != self.own {
                            (one_button(&format!("/account/sessions/{}/end", session.id), &frame.token, "nhsuk-button--secondary nhsuk-button--small", "Sign out", Some(&format!("of {}", session.user_agent))))
                        }
                    },
                ]
            })
            .collect();
        html! {
            (table("Where you are signed in", &["Browser", "Since", "Last seen", "Sign out"], &rows))
            @if self.sessions.len() > 1 {
                (one_button("/account/sessions/end-others", &frame.token, "nhsuk-button--secondary", "Sign out everywhere else", None))
            }
        }
    }

    fn tokens(&self, frame: &Frame) -> Markup {
        let rows: Vec<Vec<Markup>> = self
            .tokens
            .iter()
            .map(|token| {
                vec![
                    html! { (token.name) },
                    html! { (token.scopes.join(", ")) },
                    times::moment(token.expires_at),
                    html! { @match token.last_used_at { Some(at) => (times::moment(at)), None => "never" } },
                    one_button(
                        &format!("/account/tokens/{}/revoke", token.id),
                        &frame.token,
                        "nhsuk-button--secondary nhsuk-button--small",
                        "Revoke",
                        Some(&token.name),
                    ),
                ]
            })
            .collect();
        let items: Vec<Item> = self
            .scopes
            .iter()
            .map(|(id, words)| Item {
                value: id,
                label: words,
                hint: None,
                chosen: self.typed.1.iter().any(|own| own == id),
            })
            .collect();
        let item = |value, label, chosen| Item { value, label, hint: None, chosen };
        let days = [item("30", "30 days", false), item("90", "90 days", true), item("365", "A year", false)];
        let name = Input {
            name: "token_name",
            label: "What is it for?",
            hint: Some("Such as “Power BI, board report”"),
            value: &self.typed.0,
            kind: "text",
            autocomplete: Some("off"),
        };
        let fields = html! {
            (name.markup(&self.errors))
            (several(Several::Any, "scopes", "It may", None, &items, &self.errors))
            (select("days", "It works for", None, &days, &self.errors))
            (button("Make a token"))
        };
        html! {
            @if !rows.is_empty() { (table("Tokens", &["Name", "May", "Works until", "Last used", "Revoke"], &rows)) }
            @if !self.scopes.is_empty() {
                details.nhsuk-details open[!self.errors.none()] {
                    summary.nhsuk-details__summary { span.nhsuk-details__summary-text { "Make a token" } }
                    div.nhsuk-details__text { (post("/account/tokens", &frame.token, &fields)) }
                }
            }
        }
    }
}

/// Shows it.
pub async fn show(State(app): State<App>, frame: Frame, signed: Signed) -> Result<Markup, Fault> {
    Ok(frame.page(&page(&app, &signed).await?))
}

/// The page, with nothing typed.
pub async fn page(app: &App, signed: &Signed) -> Result<Account, Fault> {
    let now: Timestamp = app.now();
    let works = |token: &ApiToken| token.revoked_at.is_none() && token.expires_at > now;
    let person = &signed.person;
    Ok(Account {
        name: person.name.clone(),
        email: person.email.clone(),
        roles: signed.role_words(),
        has_password: person.has_password,
        sessions: sessions::list(&app.store, person.id, now).await?,
        own: signed.session(),
        tokens: tokens::list(&app.store, person.id).await?.into_iter().filter(works).collect(),
        scopes: TABLE
            .iter()
            .filter(|row| signed.may(row.permission))
            .map(|row| (row.permission.id(), row.words))
            .collect(),
        made: None,
        typed: (String::new(), Vec::new()),
        errors: Errors::default(),
    })
}
