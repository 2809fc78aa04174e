//! The audit log, the newest first, and whether its chain is whole.

use std::collections::HashMap;

use axum::extract::{Query, State};
use evenly_report::parts::numbers::count;
use evenly_store::audit::{self, AuditEvent, Chain, Filter};
use evenly_store::people;
use maud::{Markup, html};
use serde::Deserialize;

use crate::app::App;
use crate::components::frame::{Frame, Page};
use crate::components::{table, times};
use crate::error::Fault;
use crate::links;

/// Events on a page.
const ON_A_PAGE: u32 = 100;

/// The page.
pub struct Audit {
    /// Events, the newest first.
    pub events: Vec<AuditEvent>,
    /// Names of people by id.
    pub names: HashMap<String, String>,
    /// Whether the chain is whole; only worked out when asked for.
    pub chain: Option<Chain>,
    /// Only events of this kind of subject.
    pub kind: String,
}

impl Page for Audit {
    fn title(&self) -> String {
        "Audit log".to_owned()
    }

    fn body(&self, _: &Frame) -> Markup {
        let rows: Vec<Vec<Markup>> = self.events.iter().map(|event| self.row(event)).collect();
        let older = self.events.last().map(|last| last.sequence).filter(|_| self.events.len() == ON_A_PAGE as usize);
        html! {
            p.page-lede { "Every change, sealed by the hash of the one before it." }
            @match &self.chain {
                None => { p { a.nhsuk-button.nhsuk-button--secondary href="/audit?verify=yes" { "Check the whole chain" } } }
                Some(Chain::Whole(end)) => { div.done role="status" { p { "All " (count(end.sequence)) " events are as they were written." } p { "Last hash: " code.hash { (end.hash) } } } }
                Some(Chain::Broken { sequence, reason }) => { div.caution { p { strong { "Event " (sequence) " is not as it was written: " (reason) } } } }
            }
            @if rows.is_empty() { p { "There are no such events." } }
            @else { (table("Events, the newest first", &["Number", "When", "Who", "What", "Of what", "More"], &rows)) }
            @if let Some(before) = older {
                @let before = before.to_string();
                p { a href=(links::with("/audit", &[("before", Some(&before)), ("kind", (!self.kind.is_empty()).then_some(&self.kind))])) { "Older events" } }
            }
        }
    }
}

impl Audit {
    fn row(&self, event: &AuditEvent) -> Vec<Markup> {
        vec![
            html! { (event.sequence) },
            html! { @match event.at.parse() { Ok(at) => (times::moment(at)), Err(_) => (event.at) } },
            html! { (self.named(&event.actor)) },
            html! { (event.action) },
            html! {
                (event.subject_kind) " "
                @match self.names.get(&event.subject) { Some(name) => (name), None => span.hash { (event.subject) } }
            },
            html! { @if event.details != "{}" { code.hash { (event.details) } } },
        ]
    }

    /// An actor with the name in the place of the id.
    fn named(&self, actor: &str) -> String {
        let id = actor.rsplit(' ').next().unwrap_or_default();
        self.names.get(id).map_or_else(|| actor.to_owned(), |name| actor.replace(id, name))
    }
}

/// What to list.
#[derive(Deserialize)]
pub struct Asked {
    before: Option<u64>,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    verify: String,
}

/// Shows it.
pub async fn show(State(app): State<App>, frame: Frame, Query(asked): Query<Asked>) -> Result<Markup, Fault> {
    let filter = Filter {
        subject_kind: (!asked.kind.is_empty()).then(|| asked.kind.clone()),
        before: asked.before,
        limit: ON_A_PAGE,
        ..Filter::default()
    };
    let everybody = people::list(&app.store).await?;
    let chain = if asked.verify == "yes" { Some(audit::verify(&app.store).await?) } else { None };
    Ok(frame.page(&Audit {
        events: audit::list(&app.store, &filter).await?,
        names: everybody.into_iter().map(|own| (own.id.to_string(), own.name)).collect(),
        chain,
        kind: asked.kind,
    }))
}
