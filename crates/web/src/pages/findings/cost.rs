//! What the gap of a finding costs and on whom that falls, where the trust has agreed a unit cost.

use evenly_cube::CostDefinition;
use evenly_report::analysis::Finding as Analysed;
use evenly_report::economics::cost_of_gap;
use maud::{Markup, html};

use crate::analyses::Shown;
use crate::app::Platform;
use crate::components::frame::Frame;
use crate::definitions::{Kind, in_use};
use crate::error::Fault;
use crate::roles::Permission;

/// The section; nothing where the finding is not of one dimension of an indicator.
pub async fn section(app: &Platform, frame: &Frame, shown: &Shown, finding: &Analysed) -> Result<Markup, Fault> {
    let (Some(place), [(dimension, _)]) = (finding.indicator, finding.groups.as_slice()) else {
        return Ok(html! {});
    };
    let own = &shown.analysis.indicators[place];
    let Some(breakdown) = own.breakdowns.iter().find(|own| own.dimension == *dimension) else {
        return Ok(html! {});
    };
    let all = in_use::all(app, Kind::Cost).await?;
    let mut costs = all.iter().filter_map(|own| CostDefinition::parse(&own.id, &own.text).ok());
    let Some(cost) = costs.find(|cost| cost.indicator == own.definition.id) else {
        return Ok(framed(&not_agreed(frame)));
    };
    let answer = cost_of_gap(&shown.analysis, own, breakdown, &cost);
    Ok(match answer {
        Ok(None) => html! {},
        Err(refusal) => framed(&html! { p { "The cost cannot be worked out: " (refusal) "." } }),
        Ok(Some(gap)) => framed(&html! {
            p { (gap.sentence) }
            (gap.table())
            p.aside {
                "Unit cost: " a href=(format!("/definitions/cost/{}", cost.id)) { (cost.title) } ", version " (cost.version)
                ", prices of " (cost.prices) ". Source: " (cost.source.trim_end_matches('.'))
                ". It is what the gap costs today, not what a change would save."
            }
            @for note in &cost.notes { p.aside { (note) } }
        }),
    })
}

fn framed(inside: &Markup) -> Markup {
    html! {
        section aria-labelledby="cost" {
            h2.nhsuk-heading-l #cost { "What the gap costs, and on whom it falls" }
            (inside)
        }
    }
}

fn not_agreed(frame: &Frame) -> Markup {
    html! {
        p {
            "No cost of one such event has been agreed, and none is built in. "
            @if frame.may(Permission::ProposeDefinitions) {
                a href="/definitions/cost/new/propose" { "Propose one, with its source" } "; it is used once a second person has approved it."
            } @else { "An analyst can propose one with its source, and a second person approves it." }
        }
    }
}
