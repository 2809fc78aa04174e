//! All findings of the current releases, and where each stands.

use axum::extract::State;
use evenly_report::analysis::FindingKind;
use evenly_report::parts;
use evenly_store::Id;
use evenly_store::decisions::Choice;
use evenly_store::findings::{self, Standing};
use maud::{Markup, html};

use crate::analyses::{self, Shown};
use crate::app::{App, Platform};
use crate::components::frame::{Frame, Page};
use crate::error::Fault;
use crate::roles::Permission;

/// A finding, as it is told in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// Its address.
    pub id: Id<findings::Finding>,
    /// What the extract is called.
    pub extract: String,
    /// What it is about.
    pub kind: FindingKind,
    /// The line over it.
    pub facts: String,
    /// The sentence.
    pub sentence: String,
    /// How many people or events it is about.
    pub people: f64,
    /// Whether it stands on its report's first page.
    pub headline: bool,
    /// Where the talk about it stands.
    pub standing: String,
}

impl Told {
    /// Its place in a list.
    pub fn item(&self, frame: &Frame) -> Markup {
        html! {
            li.finding.{ "finding--" (self.kind.id()) } {
                p.finding__kind { (self.facts) }
                p.finding__sentence { (parts::sentence(&self.sentence)) }
                p.finding__link {
                    a href=(format!("/findings/{}", self.id)) {
                        "See the evidence" @if frame.may(Permission::Discuss) { " and talk it over" }
                        span.nhsuk-u-visually-hidden { ": " (self.facts) }
                    }
                    @if frame.may(Permission::SeeDiscussion) { " · " (self.standing) }
                }
            }
        }
    }
}

/// The findings of a release, in its order.
pub async fn told(app: &Platform, shown: &Shown) -> Result<Vec<Told>, Fault> {
    let standings = findings::standing(&app.store, shown.info.id).await?;
    let headlines = shown.analysis.headlines();
    // The store keeps a release's findings in the order of its analysis.
    let told = shown.analysis.findings.iter().zip(&standings).map(|(finding, standing)| Told {
        id: standing.finding,
        extract: shown.extract.name.clone(),
        kind: finding.kind,
        facts: parts::facts(&shown.analysis, finding),
        sentence: finding.sentence.clone(),
        people: finding.people,
        headline: headlines.iter().any(|own| std::ptr::eq(*own, finding)),
        standing: standing_words(standing),
    });
    Ok(told.collect())
}

/// Where the talk about a finding stands, in a few words.
fn standing_words(standing: &Standing) -> String {
    let several = |number: u64, one: &str, many: &str| match number {
        0 => None,
        1 => Some(format!("1 {one}")),
        number => Some(format!("{number} {many}")),
    };
    let decided = standing.decided.map(|choice| decision_words(choice).to_owned());
    let said = several(standing.comments, "comment", "comments");
    let open = several(standing.open_actions, "action to be done", "actions to be done");
    let parts: Vec<String> = decided.into_iter().chain(said).chain(open).collect();
    if parts.is_empty() { "not talked over yet".to_owned() } else { parts.join(" · ") }
}

/// A decision in a few words.
pub fn decision_words(choice: Choice) -> &'static str {
    match choice {
        Choice::Act => "decided: we will act",
        Choice::NotAct => "decided: we looked and will not act",
        Choice::MoreEvidence => "decided: more evidence first",
    }
}

/// The page.
pub struct Findings {
    /// Findings of each extract.
    pub of: Vec<(String, Vec<Told>)>,
}

impl Page for Findings {
    fn title(&self) -> String {
        "Findings".to_owned()
    }

    fn body(&self, frame: &Frame) -> Markup {
        html! {
            @if self.of.is_empty() { p.page-lede { "There are no data yet, so that nothing could be found." } }
            @for (place, (name, told)) in self.of.iter().enumerate() {
                section.plain aria-labelledby={ "of-" (place) } {
                    h2.nhsuk-heading-l #{ "of-" (place) } { (name) }
                    @if told.is_empty() { p { (parts::NOTHING_FOUND) } }
                    ol.findings { @for own in told { (own.item(frame)) } }
                }
            }
        }
    }
}

/// Shows it.
pub async fn show(State(app): State<App>, frame: Frame) -> Result<Markup, Fault> {
    let mut of = Vec::new();
    for shown in analyses::current(&app).await? {
        of.push((shown.extract.name.clone(), told(&app, &shown).await?));
    }
    Ok(frame.page(&Findings { of }))
}
