//! The frame of every page: masthead, sections, breadcrumbs, what was just done, the page, the foot.

use std::sync::Arc;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

use super::forms;
use crate::assets;
use crate::look::Look;
use crate::roles::Permission;

/// A page: one file in `pages/` has its struct, its words and its handler.
pub trait Page {
    /// Its one `h1`.
    fn title(&self) -> String;

    /// Address and words of the pages above it, the highest first.
    fn above(&self) -> Vec<(String, String)> {
        Vec::new()
    }

    /// Whether something that was typed is wrong: the browser's title says so first.
    fn has_errors(&self) -> bool {
        false
    }

    /// What stands under the title.
    fn body(&self, frame: &Frame) -> Markup;
}

/// What the frame shows around a page.
#[derive(Clone, Debug, Default)]
pub struct Frame {
    /// Name and logo of the trust.
    pub look: Arc<Look>,
    /// Who is signed in.
    pub person: Option<Person>,
    /// Token for forms.
    pub token: String,
    /// Path of the page.
    pub path: String,
    /// What was just done, from the fixed list of [`Done`].
    pub done: Option<Done>,
}

/// Who is signed in, as the frame needs it.
#[derive(Clone, Debug, Default)]
pub struct Person {
    /// Name for a reader.
    pub name: String,
    /// What this person may do.
    pub may: Vec<Permission>,
}

/// Something done, to be said at the top of the next page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Done(&'static str, &'static str);

/// All that is ever said; a link chooses by name, so that nobody can put words into a page.
const DONE: &[Done] = &[
    Done("commented", "Your comment is on record."),
    Done("decided", "The decision is on record."),
    Done("dissented", "The dissent is on record beside the decision."),
    Done("action-added", "The action was added."),
    Done("action-done", "The action was changed."),
    Done("uploaded", "The file was received and its run is waiting for its turn."),
    Done("cancelled", "The run will stop as soon as it can."),
    Done("retried", "The run will be tried again."),
    Done("proposed", "The version waits for a second person."),
    Done("approved", "The version is in use from the next run on."),
    Done("refused", "The version was refused, with your reason beside it."),
    Done("statement-drafted", "The statement was drafted, and its evidence was asked for."),
    Done("evidence-asked", "The evidence was asked for; it takes the place of what was there when it is ready."),
    Done("commentary-written", "The commentary was saved."),
    Done("statement-approved", "The statement was approved as it stands."),
    Done("statement-published", "The statement is out. It does not change any more."),
    Done("settings-saved", "The settings were saved."),
    Done("person-added", "The account was added."),
    Done("person-changed", "The account was changed."),
    Done("sessions-ended", "The sessions were ended."),
    Done("password-changed", "Your password was changed and your other sessions were ended."),
    Done("token-revoked", "The token no longer works."),
    Done("signed-out", "You are signed out."),
];

impl Done {
    /// By name.
    pub fn of(name: &str) -> Option<Self> {
        DONE.iter().copied().find(|done| done.0 == name)
    }
}

impl Frame {
    /// Whether the person may do something.
    pub fn may(&self, permission: Permission) -> bool {
        self.person.as_ref().is_some_and(|person| person.may.contains(&permission))
    }

    /// A page whose form must be sent again, with what is wrong beside each field.
    pub fn again(&self, page: &dyn Page) -> Response {
        (StatusCode::UNPROCESSABLE_ENTITY, self.page(page)).into_response()
    }

    /// The whole document.
    pub fn page(&self, page: &dyn Page) -> Markup {
        let title = page.title();
        let error = if page.has_errors() { "Error: " } else { "" };
        html! {
            (DOCTYPE)
            html lang="en-GB" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="robots" content="noindex";
                    meta name="color-scheme" content="light";
                    title { (error) (title) " – " (self.name()) }
                    link rel="stylesheet" href=(assets::STYLE.address());
                    link rel="icon" type="image/svg+xml" href=(assets::ICON.address());
                }
                body {
                    a.nhsuk-skip-link href="#main" { "Skip to main content" }
                    (self.masthead())
                    (self.sections())
                    div.nhsuk-width-container {
                        (breadcrumb(&page.above()))
                        main.nhsuk-main-wrapper #main tabindex="-1" {
                            @if let Some(done) = self.done { div.done role="status" { p { (done.1) } } }
                            h1.nhsuk-heading-xl { (title) }
                            (page.body(self))
                        }
                    }
                    footer.report-footer {
                        div.nhsuk-width-container { p { "Evenly " (env!("CARGO_PKG_VERSION")) ". Counts only: no row about a person is on any page. " a href="/accessibility" { "Accessibility" } } }
                    }
                }
            }
        }
    }

    fn name(&self) -> &str {
        if self.look.organisation.is_empty() { "Evenly" } else { &self.look.organisation }
    }

    fn masthead(&self) -> Markup {
        html! {
            header.masthead {
                div.nhsuk-width-container.masthead__row {
                    a.masthead__name href="/" {
                        @if let Some(logo) = &self.look.logo { img.masthead__logo src=(logo.address) alt=""; }
                        strong { (self.name()) }
                        @if !self.look.organisation.is_empty() { "Evenly: is care reaching people evenly?" }
                    }
                    @if let Some(person) = &self.person {
                        div.masthead__account {
                            a.masthead__link href="/account" { span.nhsuk-u-visually-hidden { "Your account: " } (person.name) }
                            form method="post" action="/sign-out" {
                                (forms::hidden(&self.token))
                                button.masthead__link type="submit" { "Sign out" }
                            }
                        }
                    }
                }
            }
        }
    }

    fn sections(&self) -> Markup {
        let Some(person) = &self.person else { return html! {} };
        let own: Vec<&Section> = SECTIONS.iter().filter(|section| person.may.contains(&section.permission)).collect();
        html! {
            nav.sections aria-label="Sections" {
                div.nhsuk-width-container {
                    ul {
                        @for section in own {
                            li { a href=(section.address) aria-current=[self.here(section)] { (section.words) } }
                        }
                    }
                }
            }
        }
    }

    fn here(&self, section: &Section) -> Option<&'static str> {
        if self.path == section.address {
            return Some("page");
        }
        let inside = section.address != "/" && self.path.starts_with(&format!("{}/", section.address));
        inside.then_some("true")
    }
}

struct Section {
    address: &'static str,
    words: &'static str,
    permission: Permission,
}

/// The sections, each shown to whom may see it.
const SECTIONS: &[Section] = &[
    Section { address: "/", words: "Home", permission: Permission::SeeFindings },
    Section { address: "/indicators", words: "Indicators", permission: Permission::SeeFindings },
    Section { address: "/findings", words: "Findings", permission: Permission::SeeFindings },
    Section { address: "/scores", words: "Scores", permission: Permission::SeeFindings },
    Section { address: "/map", words: "Map", permission: Permission::SeeFindings },
    Section { address: "/statements", words: "Statements", permission: Permission::SeeStatements },
    Section { address: "/data", words: "Data", permission: Permission::SeeRuns },
    Section { address: "/definitions", words: "Definitions", permission: Permission::SeeDefinitions },
    Section { address: "/settings", words: "Settings", permission: Permission::ManageSettings },
    Section { address: "/people", words: "People", permission: Permission::ManagePeople },
    Section { address: "/audit", words: "Audit", permission: Permission::SeeAudit },
];

fn breadcrumb(above: &[(String, String)]) -> Markup {
    html! {
        @if !above.is_empty() {
            nav.nhsuk-breadcrumb aria-label="Breadcrumb" {
                ol.nhsuk-breadcrumb__list {
                    @for (address, words) in above {
                        li.nhsuk-breadcrumb__list-item { a.nhsuk-breadcrumb__link href=(address) { (words) } }
                    }
                }
            }
        }
    }
}
