//! A statement: how far it is, its evidence, its parts, its files; approving and publishing it.

use axum::extract::{Path, State};
use evenly_report::{Statement as Pack, StatementPart};
use evenly_store::runs::{Run, State as RunState};
use evenly_store::statements::{Statement, StatementState};
use evenly_store::{people, statements};
use maud::{Markup, html};

use super::download::FILES;
use super::{above, address, evidence, may_write, named, pack, state_tag};
use crate::app::{App, Platform};
use crate::components::forms::{hidden, one_button};
use crate::components::frame::{Frame, Page};
use crate::components::{facts, times};
use crate::error::Fault;
use crate::guard::Signed;
use crate::pages::data::run;
use crate::roles::Permission;

/// The page.
pub struct StatementPage {
    /// The statement.
    pub statement: Statement,
    /// Who wrote it, who approved it.
    pub facts: Vec<(&'static str, String)>,
    /// The newest run that its evidence was asked of.
    pub run: Option<Run>,
    /// Its parts; none where there is no evidence yet.
    pub parts: Vec<StatementPart>,
    /// Ids of parts that somebody has written about.
    pub written: Vec<String>,
}

impl Page for StatementPage {
    fn title(&self) -> String {
        self.statement.title.clone()
    }

    fn above(&self) -> Vec<(String, String)> {
        above()
    }

    fn body(&self, frame: &Frame) -> Markup {
        html! {
            p { (state_tag(self.statement.state)) }
            (facts(&self.facts))
            (self.evidence(frame))
            @if !self.parts.is_empty() {
                (self.files())
                (self.judging(frame))
                (self.contents(frame))
            }
        }
    }
}

impl StatementPage {
    fn evidence(&self, frame: &Frame) -> Markup {
        let writing = may_write(frame, &self.statement);
        let ask = |words| {
            one_button(
                &format!("{}/evidence", address(self.statement.id)),
                &frame.token,
                "nhsuk-button--secondary",
                words,
                None,
            )
        };
        html! {
            @match &self.run {
                Some(run) if !run.state.is_end() => {
                    div.caution { p { "Its evidence is being counted. " (run::state_tag(run)) } }
                    div.buttons { a.nhsuk-button.nhsuk-button--secondary href=(address(self.statement.id)) { "Look again" } }
                }
                Some(run) if self.parts.is_empty() || matches!(run.state, RunState::Failed | RunState::Cancelled) => {
                    div.caution { p { "Its evidence could not be counted. "
                        @if frame.may(Permission::SeeRuns) { a href=(format!("/data/runs/{}", run.id)) { "The run says why" } } } }
                    @if writing { div.buttons { (ask("Ask for the evidence again")) } }
                }
                Some(_) => { @if writing { div.buttons { (ask("Count the evidence anew")) } } }
                None => { p { "It has no evidence yet." } @if writing { div.buttons { (ask("Ask for the evidence")) } } }
            }
        }
    }

    fn files(&self) -> Markup {
        html! {
            div.downloads {
                h2.nhsuk-heading-s { "Downloads" }
                ul.nhsuk-list.nhsuk-list--bullet {
                    @for (file, words) in FILES { li { a href=(format!("{}/files/{file}", address(self.statement.id))) download { (words) } } }
                }
            }
        }
    }

    fn judging(&self, frame: &Frame) -> Markup {
        let place = address(self.statement.id);
        let may = frame.may(Permission::ApproveStatements);
        html! {
            @match self.statement.state {
                StatementState::Draft if may => {
                    p.aside { "Somebody else than its authors approves it, as it stands; any change makes it a draft again." }
                    form method="post" action={ (place) "/approve" } {
                        (hidden(&frame.token))
                        input type="hidden" name="revision" value=(self.statement.revision);
                        button.nhsuk-button type="submit" { "Approve it as it stands" }
                    }
                }
                StatementState::Draft => p.aside { "It waits for somebody else than its authors to approve it." },
                StatementState::Approved if may => { div.buttons { (one_button(&format!("{place}/publish"), &frame.token, "", "Publish it", None)) } },
                StatementState::Approved => p.aside { "It is approved and waits to be published." },
                StatementState::Published => {}
            }
        }
    }

    fn contents(&self, frame: &Frame) -> Markup {
        let part = |id: &str| format!("{}/parts/{id}", address(self.statement.id));
        let writing = may_write(frame, &self.statement);
        let first = self.parts.first();
        html! {
            section aria-labelledby="parts" {
                h2.nhsuk-heading-l #parts { "Its parts" }
                ul.things {
                    @for own in &self.parts {
                        li.thing {
                            p.thing__title { a href=(part(&own.id)) { (own.title) } }
                            p.thing__facts {
                                @if self.written.contains(&own.id) { "With your words" }
                                @else if writing { "No words of yours yet" }
                                @else { "Numbers alone" }
                            }
                        }
                    }
                }
            }
            @if let Some(overview) = first {
                section aria-labelledby="first-part" {
                    h2.nhsuk-heading-l #first-part { (overview.title) }
                    (overview.body)
                }
            }
        }
    }
}

/// Shows it.
pub async fn show(
    State(app): State<App>,
    frame: Frame,
    signed: Signed,
    Path(id): Path<String>,
) -> Result<Markup, Fault> {
    let statement = named(&app, &signed, &id).await?;
    let run = evidence::newest_run(&app, statement.id).await?;
    let parts = pack::of(&app, &statement).await?.as_ref().map(Pack::parts).unwrap_or_default();
    let written = statements::commentary(&app.store, statement.id).await?.into_iter();
    let written = written.filter(|own| !own.text.is_empty()).map(|own| own.block).collect();
    let facts = told(&app, &statement).await?;
    Ok(frame.page(&StatementPage { statement, facts, run, parts, written }))
}

async fn told(app: &Platform, own: &Statement) -> Result<Vec<(&'static str, String)>, Fault> {
    let author = people::get(&app.store, own.author).await?.name;
    let mut told = vec![
        ("Time reported on", own.period.clone()),
        ("Organisation", own.organisation.clone()),
        ("Drafted", format!("{author}, {}", times::words(own.made_at))),
    ];
    if let (Some(by), Some(at)) = (own.approved_by, own.approved_at) {
        let by = people::get(&app.store, by).await?.name;
        told.push(("Approved", format!("{by}, {}", times::words(at))));
    }
    told.extend(own.published_at.map(|at| ("Published", times::words(at))));
    Ok(told)
}
