//! `statement.json`: paths that others build on, documented by `docs/reference/statement.schema.json`.

use evenly_cube::GroupState;
use evenly_cube::statement::{Project, ReportingPeriod};
use serde::Serialize;

use super::build::unknown;
use super::{Entry, Extract, Statement, StatementCommentary, Unknown, content};
use crate::analysis::Breakdown;
use crate::documents::DocumentError;
use crate::documents::json::{Value, value};

#[derive(Serialize)]
struct Document<'a> {
    evenly: &'a str,
    period: &'a ReportingPeriod,
    organisation: Option<&'a str>,
    code: Option<&'a str>,
    date: Option<&'a str>,
    policy: Policy<'a>,
    available: Available,
    domains: Vec<DomainOut<'a>>,
    other_indicators: Vec<IndicatorOut<'a>>,
    projects: &'a [Project],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    commentary: &'a [StatementCommentary],
    extracts: Vec<ExtractOut<'a>>,
}

#[derive(Serialize)]
struct Policy<'a> {
    id: &'a str,
    version: u32,
    title: &'a str,
    protects: bool,
    sentences: &'a [String],
}

#[derive(Serialize)]
struct Available {
    shown: usize,
    asked: usize,
}

#[derive(Serialize)]
struct DomainOut<'a> {
    id: &'a str,
    title: &'a str,
    version: u32,
    source: &'a str,
    date: &'a str,
    indicators: Vec<IndicatorOut<'a>>,
}

#[derive(Serialize)]
struct IndicatorOut<'a> {
    id: &'a str,
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    asked: Option<Asked<'a>>,
    available: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    needs: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    shown: Option<Shown<'a>>,
}

#[derive(Serialize)]
struct Asked<'a> {
    wording: &'a str,
    source: &'a str,
    checked: bool,
    note: Option<&'a str>,
    differs: Option<&'a str>,
}

#[derive(Serialize)]
struct Shown<'a> {
    extract: &'a str,
    indicator: &'a str,
    version: u32,
    better: &'static str,
    unit: &'a str,
    overall: Value,
    dimensions: Vec<DimensionOut<'a>>,
    missing: Vec<&'static str>,
    sentences: Vec<String>,
}

#[derive(Serialize)]
struct DimensionOut<'a> {
    id: &'a str,
    title: &'a str,
    unknown: UnknownOut,
    groups: Vec<GroupOut<'a>>,
}

#[derive(Serialize)]
struct UnknownOut {
    /// `counted`, `withheld`, `no-group`.
    state: &'static str,
    rows: Option<u64>,
    out_of: Option<u64>,
    share: Option<f64>,
}

#[derive(Serialize)]
struct GroupOut<'a> {
    id: &'a str,
    label: &'a str,
    state: GroupState,
    #[serde(flatten)]
    value: Value,
}

#[derive(Serialize)]
struct ExtractOut<'a> {
    name: &'a str,
    periods: Vec<&'a str>,
    snapshot: bool,
    whole: bool,
    lost: &'a [String],
    suppressed: u64,
    rows: &'a evenly_cube::RowsEquation,
    sources: &'a [evenly_cube::SourceFile],
    definitions: &'a [evenly_cube::Definition],
    notes: &'a [String],
}

/// The text of `statement.json`.
pub fn document(statement: &Statement) -> Result<String, DocumentError> {
    let (shown, asked) = statement.available();
    let mut domains = Vec::new();
    let mut other_indicators = Vec::new();
    for section in &statement.sections {
        match &section.domain {
            Some(own) => domains.push(DomainOut {
                id: &own.id,
                title: &own.title,
                version: own.version,
                source: &own.source,
                date: &own.date,
                indicators: section.entries.iter().map(|entry| indicator(statement, entry)).collect(),
            }),
            None => other_indicators = section.entries.iter().map(|entry| indicator(statement, entry)).collect(),
        }
    }
    let document = Document {
        evenly: statement.extracts.first().map_or("", |own| &own.analysis.release.provenance.evenly),
        period: &statement.period,
        organisation: statement.heading.organisation.as_deref(),
        code: statement.code.as_deref(),
        date: statement.heading.date.as_deref(),
        policy: Policy {
            id: &statement.policy.id,
            version: statement.policy.version,
            title: &statement.policy.title,
            protects: statement.protected,
            sentences: &statement.policy_sentences,
        },
        available: Available { shown, asked },
        domains,
        other_indicators,
        projects: &statement.actions.projects,
        commentary: &statement.commentary,
        extracts: statement.extracts.iter().map(extract).collect(),
    };
    let mut text = serde_json::to_string_pretty(&document)?;
    text.push('\n');
    Ok(text)
}

fn indicator<'a>(statement: &'a Statement, entry: &'a Entry) -> IndicatorOut<'a> {
    let shown = entry.shown.map(|place| {
        let (extract, own) = (&statement.extracts[place.0], statement.indicator(place));
        Shown {
            extract: &extract.name,
            indicator: &own.definition.id,
            version: own.definition.version,
            better: match own.definition.better {
                evenly_cube::Better::Lower => "lower",
                evenly_cube::Better::Higher => "higher",
            },
            unit: &own.definition.unit,
            overall: value(&own.overall),
            dimensions: statement
                .breakdowns(place)
                .into_iter()
                .map(|breakdown| dimension(extract, unknown(extract, own, breakdown), breakdown))
                .collect(),
            missing: statement.missing(place),
            sentences: content::commentary(statement, place),
        }
    });
    let own = entry.shown.map(|place| &statement.indicator(place).definition);
    let asked = entry.asked.as_ref();
    IndicatorOut {
        id: asked.map_or_else(|| own.map_or("", |own| &own.id), |asked| &asked.id),
        title: asked.map_or_else(|| own.map_or("", |own| &own.title), |asked| &asked.title),
        asked: asked.map(|asked| Asked {
            wording: &asked.wording,
            source: &asked.source,
            checked: asked.checked,
            note: asked.note.as_deref(),
            differs: asked.differs.as_deref(),
        }),
        available: shown.is_some(),
        needs: asked.filter(|_| shown.is_none()).map(|asked| asked.needs.as_str()),
        shown,
    }
}

fn dimension<'a>(extract: &'a Extract, unknown: Unknown, breakdown: &'a Breakdown) -> DimensionOut<'a> {
    let dimension = extract.analysis.dimension(breakdown.dimension);
    let (state, counts) = match unknown {
        Unknown::Counted(rows, all) => ("counted", Some((rows, all))),
        Unknown::Withheld => ("withheld", None),
        Unknown::NoGroup => ("no-group", None),
    };
    DimensionOut {
        id: &dimension.id,
        title: &dimension.title,
        unknown: UnknownOut {
            state,
            rows: counts.map(|own| own.0),
            out_of: counts.map(|own| own.1),
            share: counts.map(|(rows, all)| rows as f64 / all as f64),
        },
        groups: breakdown
            .groups
            .iter()
            .map(|own| {
                let group = &dimension.groups[own.group];
                GroupOut { id: &group.id, label: &group.label, state: group.state, value: value(&own.reading) }
            })
            .collect(),
    }
}

fn extract(own: &Extract) -> ExtractOut<'_> {
    let release = &own.analysis.release;
    ExtractOut {
        name: &own.name,
        periods: own.periods.iter().map(|own| own.id.as_str()).collect(),
        snapshot: own.snapshot,
        whole: own.whole,
        lost: &own.lost,
        suppressed: release.suppressed,
        rows: &release.provenance.rows,
        sources: &release.provenance.sources,
        definitions: &release.provenance.definitions,
        notes: &release.provenance.notes,
    }
}
