//! The findings of an analysis as the store follows them from release to release.

use evenly_report::Analysis;
use evenly_report::analysis::Finding;
use evenly_store::findings::NewFinding;
use serde_json::json;

/// One for each of the analysis's findings, in its order.
pub fn found(analysis: &Analysis) -> Vec<NewFinding> {
    analysis.findings.iter().map(|finding| one(analysis, finding)).collect()
}

fn one(analysis: &Analysis, finding: &Finding) -> NewFinding {
    let mut about: Vec<(String, String)> = finding
        .groups
        .iter()
        .map(|(place, group)| {
            let dimension = analysis.dimension(*place);
            (dimension.id.clone(), group.map_or_else(String::new, |group| dimension.groups[group].id.clone()))
        })
        .collect();
    let groups = about.clone();
    // A gap is known again by its dimension, though its two ends may change places.
    let dimension = match finding.groups.as_slice() {
        [(place, _)] => Some(analysis.dimension(*place).id.clone()),
        _ => None,
    };
    if finding.of_sharing {
        about.push(("test".to_owned(), "sharing".to_owned()));
    }
    NewFinding {
        kind: finding.kind.id().to_owned(),
        indicator: finding.indicator.map(|place| analysis.indicators[place].definition.id.clone()),
        dimension,
        about,
        sentence: finding.sentence.clone(),
        people: finding.people.is_finite().then_some(finding.people),
        evidence: json!({
            "groups": groups,
            "estimate": finding.estimate,
            "lower": finding.lower,
            "upper": finding.upper,
            "probability": finding.probability,
        }),
    }
}
