//! What was brought in, the runs, and the releases that pages show.

use axum::extract::State;
use evenly_report::parts::numbers::count;
use evenly_store::extracts::{self, Extract};
use evenly_store::releases::{self, ReleaseInfo};
use evenly_store::runs::{self, Run};
use maud::{Markup, html};

use super::run::state_tag;
use crate::analyses::PURPOSE;
use crate::app::App;
use crate::components::frame::{Frame, Page};
use crate::components::{table, times};
use crate::definitions::in_use;
use crate::error::Fault;
use crate::roles::Permission;

/// How many of each are listed.
const LISTED: u32 = 50;

/// The page.
#[derive(Default)]
pub struct Data {
    /// Runs, the newest first.
    pub runs: Vec<Run>,
    /// Extracts that were read, the newest first.
    pub extracts: Vec<Extract>,
    /// Releases of analyses, the newest first.
    pub releases: Vec<ReleaseInfo>,
    /// Names of profiles.
    pub profiles: Vec<(String, String)>,
}

impl Page for Data {
    fn title(&self) -> String {
        "Data".to_owned()
    }

    fn body(&self, frame: &Frame) -> Markup {
        html! {
            @if frame.may(Permission::Import) {
                p { a.nhsuk-button href="/data/import" { "Bring data in" } }
            }
            section.plain aria-labelledby="extracts" {
                h2.nhsuk-heading-l #extracts { "What was read" }
                @if self.extracts.is_empty() { p { "Nothing yet." } }
                @else { (self.extracts()) }
            }
            section aria-labelledby="groups" {
                h2.nhsuk-heading-l #groups { "Whom the data can show" }
                p { a href="/data/groups" { "Groups that care is owed to" } ", and which of them no data here can show." }
            }
            section aria-labelledby="profiles" {
                h2.nhsuk-heading-l #profiles { "How data can be read" }
                p { "A profile says what the columns of an extract mean, which rows are left out and why, and what it is broken down by." }
                details.nhsuk-details {
                    summary.nhsuk-details__summary { span.nhsuk-details__summary-text { "The profiles" } }
                    div.nhsuk-details__text {
                        ul.nhsuk-list.nhsuk-list--bullet { @for (id, title) in &self.profiles { li { (title) " (" code { (id) } ")" } } }
                    }
                }
            }
            section aria-labelledby="runs" {
                h2.nhsuk-heading-l #runs { "Runs" }
                @if self.runs.is_empty() { p { "None yet." } }
                @else { (self.runs()) }
            }
        }
    }
}

impl Data {
    fn extracts(&self) -> Markup {
        let rows: Vec<Vec<Markup>> = self
            .extracts
            .iter()
            .map(|own| {
                let release = self.releases.iter().find(|release| release.extract == own.id);
                let profile = self.profiles.iter().find(|(id, _)| *id == own.profile).map_or(&own.profile, |(_, title)| title);
                vec![
                    html! {
                        @match release {
                            Some(release) => a href=(format!("/data/releases/{}", release.id)) { (own.name) },
                            None => (own.name),
                        }
                        @if release.is_some_and(|release| release.withdrawn.is_some()) { " (withdrawn)" }
                    },
                    html! { (profile) },
                    html! { @match (&own.period_from, &own.period_to) { (Some(from), Some(to)) => { (from) " to " (to) }, _ => "–" } },
                    html! { (count(own.rows.counted)) " of " (count(own.rows.read)) },
                    html! { (times::moment(own.read_at)) },
                    html! { (own.opt_out.as_deref().unwrap_or("not stated")) },
                ]
            })
            .collect();
        table(
            "What was read",
            &["Extract", "Read as", "Periods", "Rows counted", "Read on", "National data opt-out"],
            &rows,
        )
    }

    fn runs(&self) -> Markup {
        let rows: Vec<Vec<Markup>> = self
            .runs
            .iter()
            .map(|own| {
                vec![
                    html! { a href=(format!("/data/runs/{}", own.id)) { (super::run::title(own)) } },
                    state_tag(own),
                    html! { (times::moment(own.requested_at)) },
                    html! { @if own.step.is_empty() { "–" } @else { (own.step) } },
                ]
            })
            .collect();
        table("Runs", &["Run", "State", "Asked for", "What it does or did last"], &rows)
    }
}

/// Shows it.
pub async fn show(State(app): State<App>, frame: Frame) -> Result<Markup, Fault> {
    Ok(frame.page(&Data {
        runs: runs::list(&app.store, None, LISTED).await?,
        extracts: extracts::list(&app.store, PURPOSE, LISTED).await?,
        releases: releases::list(&app.store, PURPOSE, LISTED).await?,
        profiles: in_use::profiles(&app).await?,
    }))
}
