//! A finding: the evidence, what colleagues say of it, what was decided and by whom, and what is being done.

use std::collections::HashMap;

use axum::extract::{Path, State};
use evenly_report::analysis::Finding as Analysed;
use evenly_report::parts;
use evenly_store::actions::{self, Action, ActionStatus};
use evenly_store::comments::{self, Comment};
use evenly_store::decisions::{self, Choice, Decision};
use evenly_store::findings::{self, Finding};
use evenly_store::people::{self, Person};
use evenly_store::{Id, Word as _};
use jiff::Timestamp;
use maud::{Markup, html};

use crate::analyses::{self, Shown};
use crate::app::{App, Platform};
use crate::components::forms::{Area, Errors, Input, Item, Several, button, hidden, post, select, several, summary};
use crate::components::frame::{Frame, Page};
use crate::components::times;
use crate::error::Fault;
use crate::links;
use crate::roles::Permission;

/// The page.
#[derive(Default)]
pub struct FindingPage {
    /// Its address.
    pub address: String,
    /// The line over it.
    pub facts: String,
    /// What the statistics support.
    pub sentence: String,
    /// When it was first found, and how often since.
    pub since: String,
    /// Whether the newest release no longer supports it.
    pub past: bool,
    /// The chart and the table that show it.
    pub evidence: Markup,
    /// What the gap costs.
    pub cost: Markup,
    /// Where all of it is.
    pub indicator: Option<(String, String)>,
    /// What was said.
    pub said: Vec<Said>,
    /// What was decided, the newest first.
    pub decided: Vec<Decided>,
    /// What is being done.
    pub actions: Vec<Doing>,
    /// Who can do something: id and name.
    pub colleagues: Vec<(String, String)>,
    /// What is being typed.
    pub typed: Typed,
    /// What is wrong with it.
    pub errors: Errors,
}

/// A comment.
#[derive(Clone, Debug, PartialEq)]
pub struct Said {
    /// Who, in what role.
    pub who: String,
    /// When.
    pub at: Timestamp,
    /// What.
    pub text: String,
    /// Whether it is a dissent.
    pub dissent: bool,
}

/// A decision.
#[derive(Clone, Debug, PartialEq)]
pub struct Decided {
    /// What.
    pub choice: Choice,
    /// Why.
    pub reason: String,
    /// Who was in the room.
    pub present: String,
    /// Who wrote it down.
    pub who: String,
    /// When.
    pub at: Timestamp,
    /// When to look again.
    pub review: Option<String>,
}

/// An action.
#[derive(Clone, Debug, PartialEq)]
pub struct Doing {
    /// Its address.
    pub address: String,
    /// What, who, by when.
    pub what: String,
    /// Who.
    pub who: String,
    /// By when.
    pub due: Option<String>,
    /// How far it is.
    pub status: ActionStatus,
    /// What came of it.
    pub outcome: String,
    /// When it last changed: what a change must have seen.
    pub changed_at: Timestamp,
}

/// What is being typed, so that it stays where something is wrong.
#[derive(Clone, Debug, Default)]
pub struct Typed {
    /// A comment.
    pub comment: String,
    /// A decision.
    pub choice: String,
    /// Its reason.
    pub reason: String,
    /// Who was in the room.
    pub present: String,
    /// When to look again.
    pub review: String,
    /// An action.
    pub what: String,
    /// Who does it.
    pub owner: String,
    /// By when.
    pub due: String,
}

impl Page for FindingPage {
    fn title(&self) -> String {
        self.facts.split(" · about ").next().unwrap_or("Finding").to_owned()
    }

    fn above(&self) -> Vec<(String, String)> {
        vec![("/".to_owned(), "Home".to_owned()), ("/findings".to_owned(), "Findings".to_owned())]
    }

    fn has_errors(&self) -> bool {
        !self.errors.none()
    }

    fn body(&self, frame: &Frame) -> Markup {
        html! {
            (summary(&self.errors))
            p.nhsuk-lede-text { (parts::sentence(&self.sentence)) }
            @if self.past {
                div.caution { p { "The newest data do not support this any more, or were counted another way. This is how it was last found." } }
            }
            p.aside { (self.since) }
            section aria-labelledby="evidence" {
                h2.nhsuk-heading-l #evidence { "The evidence" }
                (self.evidence)
            }
            @if let Some((address, title)) = &self.indicator {
                p { a href=(address) { "All of “" (title) "”" } ": every group, over time, with definition and downloads" }
            }
            (self.cost)
            @if frame.may(Permission::SeeDiscussion) {
                (self.decisions(frame))
                (self.doing(frame))
                (self.discussion(frame))
            }
        }
    }
}

impl FindingPage {
    fn decisions(&self, frame: &Frame) -> Markup {
        let choice = |choice: Choice, label| Item {
            value: choice.word(),
            label,
            hint: None,
            chosen: self.typed.choice == choice.word(),
        };
        let choices = [
            choice(Choice::Act, "We will act"),
            choice(Choice::NotAct, "We looked and will not act"),
            choice(Choice::MoreEvidence, "We need more evidence first"),
        ];
        let field = |name: &'static str, label, hint, value, kind| Input {
            name,
            label,
            hint: Some(hint),
            value,
            kind,
            autocomplete: None,
        };
        let reason = Area {
            name: "reason",
            label: "Because",
            hint: Some("A reader next year should understand it"),
            value: &self.typed.reason,
            rows: 4,
        };
        let fields = html! {
            (several(Several::One, "choice", "What was decided?", None, &choices, &self.errors))
            (reason.markup(&self.errors))
            (field("present", "Who was in the room", "Roles rather than names: matron, analyst, health economist", &*self.typed.present, "text").markup(&self.errors))
            (field("review", "Look again on", "Optional", &*self.typed.review, "date").markup(&self.errors))
            (button("Put decision on record"))
        };
        html! {
            section aria-labelledby="decisions" {
                h2.nhsuk-heading-l #decisions { "What was decided" }
                @if self.decided.is_empty() { p { "Nothing yet." } }
                ol.things { @for (place, own) in self.decided.iter().enumerate() { (decided(own, place == 0)) } }
                @if frame.may(Permission::Decide) {
                    (fold("Put a decision on record", self.errors.any_of(&["choice", "reason", "present", "review"]), &post(&format!("{}/decisions", self.address), &frame.token, &fields)))
                }
            }
        }
    }

    fn doing(&self, frame: &Frame) -> Markup {
        let colleagues: Vec<Item> = self
            .colleagues
            .iter()
            .map(|(id, name)| Item { value: id, label: name, hint: None, chosen: *id == self.typed.owner })
            .collect();
        let what = Area { name: "what", label: "What will be done", hint: None, value: &self.typed.what, rows: 2 };
        let due = Input {
            name: "due",
            label: "By",
            hint: Some("Optional"),
            value: &self.typed.due,
            kind: "date",
            autocomplete: None,
        };
        let fields = html! {
            (what.markup(&self.errors))
            (select("owner", "Who does it", None, &colleagues, &self.errors))
            (due.markup(&self.errors))
            (button("Add action"))
        };
        html! {
            section aria-labelledby="actions" {
                h2.nhsuk-heading-l #actions { "What is being done" }
                @if self.actions.is_empty() { p { "Nothing yet." } }
                ul.things { @for own in &self.actions { (doing(own, frame)) } }
                @if frame.may(Permission::Act) {
                    (fold("Add an action", self.errors.any_of(&["what", "owner", "due"]), &post(&format!("{}/actions", self.address), &frame.token, &fields)))
                }
            }
        }
    }

    fn discussion(&self, frame: &Frame) -> Markup {
        let text = Area {
            name: "comment",
            label: "Your comment",
            hint: Some("Your name and roles stand beside it. Write nothing about a person who could be known by it."),
            value: &self.typed.comment,
            rows: 4,
        };
        let dissent = Item {
            value: "yes",
            label: "I do not agree with the decision",
            hint: Some("It stays on record beside the decision"),
            chosen: false,
        };
        html! {
            section aria-labelledby="discussion" {
                h2.nhsuk-heading-l #discussion { "Discussion" }
                @if self.said.is_empty() { p { "Nobody has said anything yet." } }
                ol.things { @for own in &self.said { (said(own)) } }
                @if frame.may(Permission::Discuss) {
                    form method="post" action={ (self.address) "/comments" } novalidate {
                        (hidden(&frame.token))
                        (text.markup(&self.errors))
                        @if !self.decided.is_empty() && frame.may(Permission::Decide) {
                            (several(Several::Any, "dissent", "Dissent", None, &[dissent], &self.errors))
                        }
                        (button("Add comment"))
                    }
                }
            }
        }
    }
}

fn fold(words: &str, open: bool, inside: &Markup) -> Markup {
    html! {
        details.nhsuk-details.no-print open[open] {
            summary.nhsuk-details__summary { span.nhsuk-details__summary-text { (words) } }
            div.nhsuk-details__text { (inside) }
        }
    }
}

fn decided(own: &Decided, newest: bool) -> Markup {
    let words = match own.choice {
        Choice::Act => "We will act",
        Choice::NotAct => "We looked and will not act, because",
        Choice::MoreEvidence => "More evidence first",
    };
    html! {
        li.thing.thing--decision {
            p.thing__title { (words) @if !newest { " (earlier decision)" } }
            p.said-text { (own.reason) }
            p.thing__facts {
                (own.who) ", " (times::moment(own.at))
                @if !own.present.is_empty() { ". In the room: " (own.present) }
                @if let Some(day) = &own.review { ". To be looked at again on " (day) }
            }
        }
    }
}

fn said(own: &Said) -> Markup {
    html! {
        li.thing.{ @if own.dissent { "thing--dissent" } } {
            @if own.dissent { p.thing__title { "Dissent" } }
            p.said-text { (own.text) }
            p.thing__facts { (own.who) ", " (times::moment(own.at)) }
        }
    }
}

fn doing(own: &Doing, frame: &Frame) -> Markup {
    let status = match own.status {
        ActionStatus::Open => "to be done",
        ActionStatus::Done => "done",
        ActionStatus::Dropped => "not to be done any more",
    };
    let outcome_id = format!("outcome-{}", own.address.rsplit('/').next().unwrap_or_default());
    html! {
        li.thing.{ @if own.status != ActionStatus::Open { "thing--done" } } {
            p.thing__title.said-text { (own.what) }
            p.thing__facts { (own.who) @if let Some(due) = &own.due { ", by " (due) } ": " (status) }
            @if !own.outcome.is_empty() { p.said-text { "What came of it: " (own.outcome) } }
            @if own.status == ActionStatus::Open && frame.may(Permission::Act) {
                form.no-print method="post" action=(own.address) {
                    (hidden(&frame.token))
                    input type="hidden" name="seen" value=(own.changed_at.to_string());
                    label.nhsuk-label for=(outcome_id) { "What came of it" span.nhsuk-u-visually-hidden { " (" (own.what) ")" } }
                    div.buttons {
                        input.nhsuk-input #(outcome_id) name="outcome" type="text" maxlength="2000";
                        button.nhsuk-button.nhsuk-button--small.nhsuk-button--secondary type="submit" name="status" value="done" { "Mark done" }
                        button.nhsuk-button.nhsuk-button--small.nhsuk-button--secondary type="submit" name="status" value="dropped" { "Drop" }
                    }
                }
            }
        }
    }
}

/// Shows it.
pub async fn show(State(app): State<App>, frame: Frame, Path(id): Path<String>) -> Result<Markup, Fault> {
    let finding = super::named(&app, &id).await?;
    Ok(frame.page(&page(&app, &frame, &finding).await?))
}

/// The page of a finding, with nothing typed.
pub async fn page(app: &Platform, frame: &Frame, finding: &Finding) -> Result<FindingPage, Fault> {
    let current = analyses::current(app).await?;
    let mut page = FindingPage {
        address: format!("/findings/{}", finding.id),
        sentence: finding.sentence.clone(),
        since: since(app, finding).await?,
        ..FindingPage::default()
    };
    let now = current.iter().find(|own| own.info.id == finding.release);
    page.past = now.is_none();
    let shown = match now {
        Some(shown) => shown.clone(),
        None => analyses::named(app, &finding.release.to_string()).await?,
    };
    if let Some(analysed) = usize::try_from(finding.position).ok().and_then(|place| shown.analysis.findings.get(place))
    {
        page.facts = parts::facts(&shown.analysis, analysed);
        page.evidence = evidence(&shown, analysed);
        page.cost = super::cost::section(app, frame, &shown, analysed).await?;
        page.indicator = indicator(&shown, analysed, page.past || current.len() > 1);
    }
    if frame.may(Permission::SeeDiscussion) {
        talk(app, finding, &mut page).await?;
    }
    Ok(page)
}

async fn since(app: &Platform, finding: &Finding) -> Result<String, Fault> {
    let times_found = findings::history(&app.store, finding.id).await?.len();
    let first = times::day(times::day_of(finding.found_at));
    Ok(match times_found {
        1 => format!("First found on {first}."),
        many => format!("First found on {first}, and in {many} releases since."),
    })
}

/// The charts and tables of the report that show what the finding says.
fn evidence(shown: &Shown, finding: &Analysed) -> Markup {
    let analysis = &shown.analysis;
    let Some(place) = finding.indicator else { return parts::quality(analysis) };
    let own = &analysis.indicators[place];
    let breakdown = |dimension: usize| own.breakdowns.iter().find(|own| own.dimension == dimension);
    match finding.groups.as_slice() {
        _ if finding.of_sharing => parts::change(analysis, place),
        [] => parts::whole(analysis, place),
        [(dimension, _)] => breakdown(*dimension).map(|own| parts::by(analysis, place, own)).unwrap_or_default(),
        _ => parts::combinations(analysis, place),
    }
}

fn indicator(shown: &Shown, finding: &Analysed, pinned: bool) -> Option<(String, String)> {
    let definition = &shown.analysis.indicators[finding.indicator?].definition;
    let release = shown.info.id.to_string();
    let by = match finding.groups.as_slice() {
        [(dimension, _)] if !finding.of_sharing => Some(shown.analysis.dimension(*dimension).id.as_str()),
        _ => None,
    };
    let path = format!("/indicators/{}", links::part(&definition.id));
    Some((links::with(&path, &[("by", by), ("release", pinned.then_some(release.as_str()))]), definition.title.clone()))
}

async fn talk(app: &Platform, finding: &Finding, page: &mut FindingPage) -> Result<(), Fault> {
    let everybody = people::list(&app.store).await?;
    let names: HashMap<Id<Person>, &str> = everybody.iter().map(|own| (own.id, own.name.as_str())).collect();
    let name = |id: Id<Person>| names.get(&id).copied().unwrap_or("somebody").to_owned();
    let one = |own: Comment| Said {
        who: if own.author_role.is_empty() {
            name(own.author)
        } else {
            format!("{}, {}", name(own.author), own.author_role)
        },
        at: own.written_at,
        text: own.text,
        dissent: own.dissent,
    };
    page.said = comments::list(&app.store, "finding", &finding.id.to_string()).await?.into_iter().map(one).collect();
    let one = |own: Decision| Decided {
        choice: own.choice,
        reason: own.reason,
        present: own.present,
        who: name(own.decided_by),
        at: own.decided_at,
        review: own.review_on.map(times::day),
    };
    page.decided = decisions::of_finding(&app.store, finding.id).await?.into_iter().map(one).collect();
    let one = |own: Action| Doing {
        address: format!("/actions/{}", own.id),
        who: name(own.owner),
        what: own.what,
        due: own.due_on.map(times::day),
        status: own.status,
        outcome: own.outcome,
        changed_at: own.changed_at,
    };
    page.actions = actions::of_finding(&app.store, finding.id).await?.into_iter().map(one).collect();
    let active = everybody.iter().filter(|own| own.status == people::Status::Active);
    page.colleagues = active.map(|own| (own.id.to_string(), own.name.clone())).collect();
    Ok(())
}
