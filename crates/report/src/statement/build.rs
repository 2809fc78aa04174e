//! From releases to a pack: which extract shows what the statement asks for, and how often a group is not known.

use evenly_cube::{GroupState, ReleasedCount};

use super::{Entry, Extract, Section, Statement, StatementParts, Unknown};
use crate::analysis::{Breakdown, IndicatorAnalysis};
use crate::findings::analyse;

/// Why there is no pack.
#[derive(Debug, thiserror::Error)]
pub enum StatementError {
    /// Nothing to show.
    #[error("a statement needs at least one extract")]
    Nothing,
    /// The releases did not pass the gate under one policy.
    #[error(
        "the extracts “{0}” and “{1}” were released under different disclosure policies ({2} and {3}); a pack has one"
    )]
    Policies(String, String, String, String),
}

impl Statement {
    /// Works out the pack. All extracts must have passed the gate under one policy.
    pub fn new(parts: StatementParts) -> Result<Self, StatementError> {
        let first = parts.extracts.first().ok_or(StatementError::Nothing)?;
        let policy = first.release.policy.clone();
        for other in &parts.extracts {
            if other.release.policy != policy {
                return Err(StatementError::Policies(
                    first.name.clone(),
                    other.name.clone(),
                    policy.id,
                    other.release.policy.id.clone(),
                ));
            }
        }
        let mut policy_sentences: Vec<String> = Vec::new();
        for own in &parts.extracts {
            policy_sentences.push(format!("{}: {}", own.name, own.release.policy_sentence));
        }
        let extracts: Vec<Extract> = parts
            .extracts
            .into_iter()
            .map(|own| Extract {
                analysis: analyse(&own.release).with_heading(parts.heading.clone()),
                name: own.name,
                periods: own.periods,
                snapshot: own.snapshot,
                whole: own.whole,
                lost: own.lost,
            })
            .collect();
        let sections = sections(&extracts, parts.domains);
        Ok(Self {
            heading: parts.heading,
            code: parts.code,
            period: parts.period,
            policy,
            policy_sentences,
            protected: parts.protected,
            extracts,
            sections,
            actions: parts.actions,
            commentary: Vec::new(),
        })
    }
}

fn sections(extracts: &[Extract], domains: Vec<evenly_cube::statement::Domain>) -> Vec<Section> {
    let find = |id: &str| {
        extracts.iter().enumerate().find_map(|(extract, own)| {
            let indicator = own.analysis.indicators.iter().position(|own| own.definition.id == id)?;
            Some((extract, indicator))
        })
    };
    let mut taken: Vec<(usize, usize)> = Vec::new();
    let mut sections: Vec<Section> = Vec::new();
    for domain in domains {
        let entries = domain.indicators.iter().map(|asked| {
            let shown = asked.indicator.as_deref().and_then(find);
            taken.extend(shown);
            Entry { asked: Some(asked.clone()), shown }
        });
        let entries = entries.collect();
        sections.push(Section { domain: Some(domain), entries });
    }
    let all = extracts
        .iter()
        .enumerate()
        .flat_map(|(extract, own)| (0..own.analysis.indicators.len()).map(move |indicator| (extract, indicator)));
    let others: Vec<Entry> =
        all.filter(|own| !taken.contains(own)).map(|own| Entry { asked: None, shown: Some(own) }).collect();
    if !others.is_empty() {
        sections.push(Section { domain: None, entries: others });
    }
    sections
}

/// How many of the denominator are in a group that is not known.
pub(super) fn unknown(extract: &Extract, own: &IndicatorAnalysis, breakdown: &Breakdown) -> Unknown {
    let dimension = extract.analysis.dimension(breakdown.dimension);
    if dimension.groups.iter().all(|group| group.state == GroupState::Known) {
        return Unknown::NoGroup;
    }
    let unknown = breakdown.groups.iter().filter(|group| dimension.groups[group.group].state != GroupState::Known);
    let rows: Option<u64> = unknown.map(|group| group.reading.denominator.shown()).sum();
    match (rows, own.overall.denominator) {
        // Counts rounded apart may add up to a little more than the whole.
        (Some(rows), ReleasedCount::Shown(all)) if all > 0 => Unknown::Counted(rows.min(all), all),
        _ => Unknown::Withheld,
    }
}
