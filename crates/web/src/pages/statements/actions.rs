//! What a statement tells of what is done: findings on which it was decided to act, with their actions.

use evenly_cube::statement::{Action, Actions, Project};
use evenly_store::decisions::{self, Choice, Decision};
use evenly_store::findings::{self, Finding};
use evenly_store::{Id, releases};
use jiff::Timestamp;

use crate::analyses::{self, Shown};
use crate::app::Platform;
use crate::components::times;
use crate::error::Fault;

/// How many decisions are looked through.
const LOOKED_AT: u32 = 500;

/// As of a moment: a published statement tells no more than what was so when it went out.
pub(super) async fn until(app: &Platform, moment: Timestamp) -> Result<Actions, Fault> {
    let mut seen: Vec<Id<Finding>> = Vec::new();
    let mut projects = Vec::new();
    for decision in decisions::list(&app.store, LOOKED_AT).await? {
        if decision.decided_at > moment || seen.contains(&decision.finding) {
            continue;
        }
        // The newest decision on a finding is the one that holds.
        seen.push(decision.finding);
        if decision.choice == Choice::Act
            && let Some(project) = project(app, &decision, moment).await?
        {
            projects.push(project);
        }
    }
    projects.reverse();
    Ok(Actions { projects })
}

async fn project(app: &Platform, decision: &Decision, moment: Timestamp) -> Result<Option<Project>, Fault> {
    let Some(finding) = as_of(app, decision.finding, moment).await? else { return Ok(None) };
    let shown = analyses::named(app, &finding.release.to_string()).await?;
    let mut actions = evenly_store::actions::of_finding(&app.store, decision.finding).await?;
    actions.retain(|own| own.made_at <= moment);
    let present =
        if decision.present.is_empty() { String::new() } else { format!("; in the room: {}", decision.present) };
    Ok(Some(Project {
        title: finding.sentence.clone(),
        aim: decision.reason.clone(),
        people: whom(&shown, &finding),
        indicators: finding.indicator.into_iter().collect(),
        lead: None,
        decision: Some(format!("to act, on {}{present}", times::day(times::day_of(decision.decided_at)))),
        actions: actions
            .into_iter()
            .map(|own| Action { date: times::day_of(own.made_at).to_string(), what: own.what })
            .collect(),
    }))
}

/// A finding as the newest release of a moment had it.
async fn as_of(app: &Platform, id: Id<Finding>, moment: Timestamp) -> Result<Option<Finding>, Fault> {
    for finding in findings::history(&app.store, id).await? {
        if releases::get(&app.store, finding.release).await?.made_at <= moment {
            return Ok(Some(finding));
        }
    }
    Ok(None)
}

/// Whom a finding is about, in words.
fn whom(shown: &Shown, finding: &Finding) -> String {
    let analysed = usize::try_from(finding.position).ok().and_then(|place| shown.analysis.findings.get(place));
    let groups = analysed.map(|own| own.groups.as_slice()).unwrap_or_default();
    let labels: Vec<String> = groups
        .iter()
        .map(|(dimension, group)| match group {
            Some(group) => shown.analysis.group(*dimension, *group).label.clone(),
            None => format!(
                "all groups by {}",
                evenly_report::parts::dimension_name(shown.analysis.dimension(*dimension)).to_lowercase()
            ),
        })
        .collect();
    if labels.is_empty() { "everybody".to_owned() } else { labels.join(" and ") }
}
