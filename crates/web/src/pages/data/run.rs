//! A run: how far it is, what it says, what came of it; stopping it, trying it again.

use axum::extract::{Path, State};
use axum::response::Redirect;
use evenly_report::parts::numbers::count;
use evenly_store::Id;
use evenly_store::releases::{self, ReleaseInfo};
use evenly_store::runs::{self, Level, LogLine, Run, State as RunState};
use evenly_store::work::{Analysing, Work};
use maud::{Markup, html};

use crate::app::App;
use crate::components::forms::one_button;
use crate::components::frame::{Frame, Page};
use crate::components::{facts, tag, times};
use crate::error::Fault;
use crate::guard::Signed;
use crate::roles::Permission;

/// The page.
pub struct RunPage {
    /// The run.
    pub run: Run,
    /// What it said.
    pub log: Vec<LogLine>,
    /// What it released.
    pub releases: Vec<ReleaseInfo>,
}

impl Page for RunPage {
    fn title(&self) -> String {
        title(&self.run)
    }

    fn above(&self) -> Vec<(String, String)> {
        vec![("/".to_owned(), "Home".to_owned()), ("/data".to_owned(), "Data".to_owned())]
    }

    fn body(&self, frame: &Frame) -> Markup {
        let run = &self.run;
        let time = |at: Option<jiff::Timestamp>| at.map_or_else(|| "–".to_owned(), times::words);
        html! {
            p { (state_tag(run)) @if run.cancel_requested_at.is_some() && !run.state.is_end() { " It was asked to stop." } }
            @if let Some(reason) = run.outcome.as_ref().and_then(|outcome| outcome.get("reason")).and_then(|reason| reason.as_str()) {
                div.caution { p { strong { "What went wrong" } } p.said-text { (reason) } }
            }
            @if !run.state.is_end() {
                p { @if run.step.is_empty() { "Waiting for its turn." } @else { (run.step) } @if run.rows_done > 0 { " " (count(run.rows_done)) " rows so far." } }
                div.buttons {
                    a.nhsuk-button.nhsuk-button--secondary href=(address(run.id)) { "Look again" }
                    @if frame.may(Permission::Import) && run.cancel_requested_at.is_none() {
                        (one_button(&format!("{}/cancel", address(run.id)), &frame.token, "nhsuk-button--warning", "Stop this run", None))
                    }
                }
            }
            @if matches!(run.state, RunState::Failed | RunState::Cancelled) && frame.may(Permission::Import) {
                div.buttons { (one_button(&format!("{}/retry", address(run.id)), &frame.token, "", "Try again", None)) }
            }
            @if !self.releases.is_empty() { (self.came_of_it()) }
            (facts(&[
                ("Asked for", times::words(run.requested_at)),
                ("Began", time(run.started_at)),
                ("Ended", time(run.finished_at)),
                ("Rows", count(run.rows_done)),
            ]))
            @if !self.log.is_empty() {
                section aria-labelledby="log" {
                    h2.nhsuk-heading-m #log { "Log" }
                    ol.log tabindex="0" aria-labelledby="log" {
                        @for line in &self.log {
                            li { (times::clock(line.at)) span { @match line.level { Level::Info => "", Level::Warning => strong { "Warning: " }, Level::Error => strong { "Error: " } } (line.text) } }
                        }
                    }
                }
            }
        }
    }
}

impl RunPage {
    fn came_of_it(&self) -> Markup {
        if let Ok(Work::Statement(own)) = Work::of_run(&self.run) {
            return html! { p { a.nhsuk-button href=(format!("/statements/{}", own.statement)) { "See the statement" } } };
        }
        html! {
            ul.nhsuk-list.nhsuk-list--bullet {
                @for release in &self.releases { li { a href=(format!("/data/releases/{}", release.id)) { "What came of it: " (release.title) } } }
            }
            p { a.nhsuk-button href="/" { "See what needs attention" } }
        }
    }
}

/// What a run does, in words.
pub fn title(run: &Run) -> String {
    let what = match run.kind.as_str() {
        "analyse" => "Count and analyse",
        "check" => "Check",
        "statement" => "Statement",
        "score" => "Score",
        _ => "Run",
    };
    match Work::of_run(run) {
        Ok(Work::Analyse(Analysing { reading, .. }) | Work::Check(reading)) => format!("{what}: {}", reading.name),
        _ => what.to_owned(),
    }
}

/// How far a run is, as a coloured word.
pub fn state_tag(run: &Run) -> Markup {
    match run.state {
        RunState::Waiting => tag("grey", "Waiting"),
        RunState::Running => tag("blue", "Under way"),
        RunState::Done => tag("green", "Done"),
        RunState::Failed => tag("red", "Came to nothing"),
        RunState::Cancelled => tag("yellow", "Stopped"),
    }
}

fn address(id: Id<Run>) -> String {
    format!("/data/runs/{id}")
}

fn named(id: &str) -> Result<Id<Run>, Fault> {
    id.parse().map_err(|_| Fault::NotFound)
}

/// Shows it.
pub async fn show(State(app): State<App>, frame: Frame, Path(id): Path<String>) -> Result<Markup, Fault> {
    let id = named(&id)?;
    Ok(frame.page(&RunPage {
        run: runs::get(&app.store, id).await?,
        log: runs::log(&app.store, id).await?,
        releases: releases::of_run(&app.store, id).await?,
    }))
}

/// Asks it to stop.
pub async fn cancel(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Result<Redirect, Fault> {
    let id = named(&id)?;
    let mut change = app.store.change(signed.actor(), app.now()).await?;
    runs::cancel(&mut change, id).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("{}?done=cancelled", address(id))))
}

/// Asks for it again.
pub async fn retry(State(app): State<App>, signed: Signed, Path(id): Path<String>) -> Result<Redirect, Fault> {
    let id = named(&id)?;
    let mut change = app.store.change(signed.actor(), app.now()).await?;
    let again = runs::retry(&mut change, id).await?;
    change.commit().await?;
    Ok(Redirect::to(&format!("{}?done=retried", address(again))))
}
