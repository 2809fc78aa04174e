//! Home: what needs attention now, in order of people affected; what to do next; every indicator at a glance.

use axum::extract::State;
use evenly_report::Analysis;
use evenly_report::analysis::FindingKind;
use evenly_report::parts;
use evenly_store::actions::{self, Action};
use evenly_store::runs::{self, State as RunState};
use maud::{Markup, PreEscaped, html};

use crate::analyses::{self, Shown};
use crate::app::{App, Platform};
use crate::components::frame::{Frame, Page};
use crate::components::times;
use crate::error::Fault;
use crate::links;
use crate::pages::findings::list::{Told, told};
use crate::roles::Permission;

/// The most sentences on the page.
const SENTENCES: usize = 7;

/// The page.
pub struct Home {
    /// What needs attention, the first first.
    pub attention: Vec<Told>,
    /// How many findings there are besides.
    pub more: usize,
    /// What is waiting for somebody.
    pub waiting: Vec<Waiting>,
    /// The table of icons of each release.
    pub glances: Vec<Glance>,
}

/// Something that waits, with where to go for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// What it is.
    pub sentence: String,
    /// Where to go.
    pub address: String,
    /// Words of the link.
    pub link: &'static str,
}

/// Every indicator of a release at a glance.
pub struct Glance {
    /// What the extract is called.
    pub name: String,
    /// From when to when, how fresh.
    pub facts: String,
    /// The table, as markup.
    pub table: String,
}

impl Page for Home {
    fn title(&self) -> String {
        "What needs attention".to_owned()
    }

    fn body(&self, frame: &Frame) -> Markup {
        html! {
            @if self.glances.is_empty() { (no_data(frame)) }
            @else {
                @if self.attention.is_empty() { p.nhsuk-lede-text { (parts::NOTHING_FOUND) } }
                ol.findings { @for told in &self.attention { (told.item(frame)) } }
                @if self.more > 0 {
                    p.findings__more { a href="/findings" { "All findings" } ": " (self.more) " more." }
                }
            }
            @if !self.waiting.is_empty() {
                section aria-labelledby="waiting" {
                    h2.nhsuk-heading-l #waiting { "Waiting for somebody" }
                    ul.nhsuk-list.nhsuk-list--bullet {
                        @for own in &self.waiting { li { (own.sentence) " " a href=(own.address) { (own.link) } } }
                    }
                }
            }
            @if !self.glances.is_empty() {
                section aria-labelledby="glance" {
                    h2.nhsuk-heading-l #glance { "At a glance" }
                    @for (place, glance) in self.glances.iter().enumerate() {
                        details.nhsuk-details.nhsuk-expander open[place == 0] {
                            summary.nhsuk-details__summary { h3.nhsuk-details__summary-text { (glance.name) } }
                            div.nhsuk-details__text { p.aside { (glance.facts) } (PreEscaped(&glance.table)) }
                        }
                    }
                }
            }
        }
    }
}

fn no_data(frame: &Frame) -> Markup {
    html! {
        p.page-lede { "There are no data yet." }
        @if frame.may(Permission::Import) {
            p { "Bring in an extract, such as a year or two of outpatient appointments. Evenly counts it, withholds what is too small to show, and lists here what stands out." }
            p { a.nhsuk-button href="/data/import" { "Bring data in" } }
        } @else {
            p { "An analyst of your trust can bring an extract in; what stands out will be listed here." }
        }
    }
}

/// Shows it.
pub async fn show(State(app): State<App>, frame: Frame) -> Result<Markup, Fault> {
    let shown = analyses::current(&app).await?;
    let mut all = Vec::new();
    for own in &shown {
        all.extend(told(&app, own).await?);
    }
    let (attention, more) = first(all);
    let mut waiting = waiting_runs(&app, &frame).await?;
    waiting.extend(shown.iter().filter_map(|own| quiet(&app, own)));
    waiting.extend(overdue(&app, &frame).await?);
    let mut glances: Vec<Glance> = shown.iter().map(|own| glance(own, shown.len())).collect();
    // First those of which something stands above, in its order.
    glances.sort_by_key(|own| attention.iter().position(|told| told.extract == own.name).unwrap_or(usize::MAX));
    Ok(frame.page(&Home { attention, more, waiting, glances }))
}

/// The first of all: each release's headlines, hidden inequalities before others, then by people affected.
fn first(all: Vec<Told>) -> (Vec<Told>, usize) {
    let (mut headlines, rest): (Vec<Told>, Vec<Told>) = all.into_iter().partition(|own| own.headline);
    let rank = |own: &Told| match own.kind {
        FindingKind::Masked => 0,
        FindingKind::DataQuality => 2,
        _ => 1,
    };
    headlines.sort_by(|a, b| rank(a).cmp(&rank(b)).then(b.people.total_cmp(&a.people)));
    let left_out = headlines.len().saturating_sub(SENTENCES);
    headlines.truncate(SENTENCES);
    (headlines, rest.len() + left_out)
}

async fn waiting_runs(app: &Platform, frame: &Frame) -> Result<Vec<Waiting>, Fault> {
    let mut waiting = Vec::new();
    if !frame.may(Permission::SeeRuns) {
        return Ok(waiting);
    }
    // The newest run alone: an older failure that was tried again needs nobody.
    for run in runs::list(&app.store, None, 1).await? {
        let sentence = match run.state {
            RunState::Failed => "The last run came to nothing.",
            RunState::Waiting | RunState::Running => "A run is under way.",
            RunState::Done | RunState::Cancelled => continue,
        };
        let address = format!("/data/runs/{}", run.id);
        waiting.push(Waiting { sentence: sentence.to_owned(), address, link: "See the run" });
    }
    Ok(waiting)
}

/// Data that have gone quiet.
fn quiet(app: &Platform, shown: &Shown) -> Option<Waiting> {
    let days = (app.now().as_second() - shown.extract.read_at.as_second()) / 86_400;
    (days > app.options.quiet_days).then(|| Waiting {
        sentence: format!("“{}” has had no new data for {days} days.", shown.extract.name),
        address: "/data".to_owned(),
        link: "See the data",
    })
}

async fn overdue(app: &Platform, frame: &Frame) -> Result<Option<Waiting>, Fault> {
    if !frame.may(Permission::SeeDiscussion) {
        return Ok(None);
    }
    let today = times::day_of(app.now());
    let late = |action: &&Action| action.due_on.is_some_and(|day| day < today);
    let open = actions::open(&app.store, None).await?;
    let late: Vec<&Action> = open.iter().filter(late).collect();
    Ok(late.first().map(|first| Waiting {
        sentence: match late.len() {
            1 => "An action is past its day.".to_owned(),
            many => format!("{many} actions are past their day."),
        },
        address: format!("/findings/{}#actions", first.finding),
        link: "See the first",
    }))
}

fn glance(shown: &Shown, of: usize) -> Glance {
    let table = shown.glance[usize::from(of > 1)].get_or_init(|| {
        let analysis = &shown.analysis;
        let table = parts::glance(analysis, &|indicator| address(analysis, indicator, shown, of)).into_string();
        distinct(&table, &shown.info.id.to_string())
    });
    Glance { name: shown.extract.name.clone(), facts: facts(shown), table: table.clone() }
}

/// The ids of a table's drawings, `g0-v` and so on, made distinct from those of other releases' tables.
fn distinct(table: &str, release: &str) -> String {
    let mut text = String::with_capacity(table.len() * 2);
    let mut before = ' ';
    let mut after = table.chars().skip(1).chain([' ']);
    for (own, next) in table.chars().zip(&mut after) {
        if own == 'g' && next.is_ascii_digit() && matches!(before, '"' | ' ') {
            text.push('r');
            text.push_str(release);
        }
        text.push(own);
        before = own;
    }
    text
}

/// The page of an indicator; where several extracts have it, of this release.
fn address(analysis: &Analysis, indicator: usize, shown: &Shown, of: usize) -> String {
    let id = links::part(&analysis.indicators[indicator].definition.id);
    let release = shown.info.id.to_string();
    links::with(&format!("/indicators/{id}"), &[("release", (of > 1).then_some(release.as_str()))])
}

fn facts(shown: &Shown) -> String {
    let periods = parts::periods(&shown.analysis);
    let span = match (periods.first(), periods.last()) {
        (Some((_, first)), Some((_, last))) if first != last => format!("{first} to {last}. "),
        (Some((_, one)), _) => format!("{one}. "),
        _ => String::new(),
    };
    format!("{span}Counted on {}.", times::day(times::day_of(shown.info.made_at)))
}
