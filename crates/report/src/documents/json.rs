//! `report.json`: paths that others build on, documented by `docs/reference/report.schema.json`.

mod change;

use evenly_cube::{Better, ReleasedCount, RowsEquation};
use evenly_stats::Estimate;
use serde::Serialize;

use super::DocumentError;
use crate::analysis::{Analysis, ChartKind, Finding, IndicatorAnalysis, LookedAt, ProcessChart, Reading};
use crate::findings::{numbers, periods, words};

#[derive(Serialize)]
struct Report<'a> {
    evenly: &'a str,
    rows: Rows<'a>,
    policy: Policy<'a>,
    dimensions: &'a [evenly_cube::Dimension],
    indicators: Vec<Indicator<'a>>,
    findings: Vec<FindingOut<'a>>,
    looked_at: Vec<LookedAtOut>,
    sources: Vec<Source<'a>>,
    definitions: &'a [evenly_cube::Definition],
    notes: &'a [String],
}

#[derive(Serialize)]
struct Rows<'a> {
    read: u64,
    counted: u64,
    excluded: &'a [evenly_cube::Excluded],
    rejected: u64,
    rejected_by: &'a [evenly_cube::Rejected],
}

#[derive(Serialize)]
struct Policy<'a> {
    id: &'a str,
    version: u32,
    sentence: &'a str,
    suppressed: u64,
}

#[derive(Serialize)]
struct Indicator<'a> {
    id: &'a str,
    title: &'a str,
    version: u32,
    better: &'static str,
    unit: &'a str,
    overall: Value,
    groups: Vec<Group<'a>>,
    series: Vec<SeriesPoint<'a>>,
    measures: Vec<MeasureOut<'a>>,
    gaps: Vec<GapPoint<'a>>,
    charts: Vec<ChartOut<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    repeats: Option<evenly_cube::RepeatEffect>,
    #[serde(skip_serializing_if = "Option::is_none")]
    change: Option<change::Change<'a>>,
}

/// A value with its interval and its counts.
#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the names are the document's keys")]
pub(crate) struct Value {
    value: Option<f64>,
    lower: Option<f64>,
    upper: Option<f64>,
    numerator: Option<u64>,
    denominator: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    p90: Option<Limits>,
    #[serde(skip_serializing_if = "Option::is_none")]
    over_52_weeks: Option<u64>,
    suppressed: bool,
}

#[derive(Serialize)]
struct Limits {
    value: f64,
    lower: f64,
    upper: f64,
}

#[derive(Serialize)]
#[expect(clippy::struct_field_names, reason = "the names are the document's keys")]
struct Group<'a> {
    dimension: &'a str,
    group: &'a str,
    label: &'a str,
    state: evenly_cube::GroupState,
    #[serde(flatten)]
    value: Value,
}

#[derive(Serialize)]
struct SeriesPoint<'a> {
    period: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    dimension: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'a str>,
    #[serde(flatten)]
    value: Value,
}

#[derive(Serialize)]
struct MeasureOut<'a> {
    method: &'a str,
    dimension: &'a str,
    value: Option<f64>,
    lower: Option<f64>,
    upper: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reference: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    refused: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    caution: Option<&'a str>,
}

#[derive(Serialize)]
struct GapPoint<'a> {
    period: &'a str,
    dimension: &'a str,
    group: &'a str,
    reference: &'a str,
    value: Option<f64>,
    lower: Option<f64>,
    upper: Option<f64>,
}

#[derive(Serialize)]
struct ChartOut<'a> {
    of: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    dimension: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'a str>,
    kind: &'static str,
    variation: &'static str,
    trial_limits: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    direction: Option<&'static str>,
}

#[derive(Serialize)]
struct FindingOut<'a> {
    kind: &'static str,
    indicator: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dimension: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    group: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    stratum: Option<Vec<StratumPart<'a>>>,
    sentence: &'a str,
    estimate: f64,
    lower: Option<f64>,
    upper: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    explained_by: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    probability: Option<f64>,
    people: f64,
}

#[derive(Serialize)]
struct StratumPart<'a> {
    dimension: &'a str,
    group: &'a str,
}

/// How many answers to a question were looked at, and how many of them are findings.
#[derive(Serialize)]
struct LookedAtOut {
    question: &'static str,
    answers: usize,
    told: usize,
    rate: f64,
}

impl LookedAtOut {
    fn of(own: &LookedAt) -> Self {
        Self { question: own.question.id(), answers: own.answers, told: own.told, rate: own.rate }
    }
}

#[derive(Serialize)]
struct Source<'a> {
    file: &'a str,
    sha256: &'a str,
    bytes: u64,
    rows: u64,
}

/// The text of `report.json`.
pub fn document(analysis: &Analysis) -> Result<String, DocumentError> {
    let release = &analysis.release;
    let provenance = &release.provenance;
    let names = period_names(analysis);
    let report = Report {
        evenly: &provenance.evenly,
        rows: rows(&provenance.rows),
        policy: Policy {
            id: &release.policy.id,
            version: release.policy.version,
            sentence: &release.policy_sentence,
            suppressed: release.suppressed,
        },
        dimensions: &release.dimensions,
        indicators: analysis.indicators.iter().map(|own| indicator(analysis, own, &names)).collect(),
        findings: analysis.findings.iter().map(|own| finding(analysis, own)).collect(),
        looked_at: analysis.looked_at.iter().map(LookedAtOut::of).collect(),
        sources: provenance
            .sources
            .iter()
            .map(|own| Source { file: &own.file, sha256: &own.sha256, bytes: own.bytes, rows: own.rows })
            .collect(),
        definitions: &provenance.definitions,
        notes: &provenance.notes,
    };
    let mut text = serde_json::to_string_pretty(&report)?;
    text.push('\n');
    Ok(text)
}

fn rows(rows: &RowsEquation) -> Rows<'_> {
    Rows {
        read: rows.read,
        counted: rows.counted,
        excluded: &rows.excluded,
        rejected: rows.rejected_rows(),
        rejected_by: &rows.rejected,
    }
}

fn indicator<'a>(analysis: &'a Analysis, own: &'a IndicatorAnalysis, names: &'a [&'a str]) -> Indicator<'a> {
    let mut out = Indicator {
        id: &own.definition.id,
        title: &own.definition.title,
        version: own.definition.version,
        better: match own.definition.better {
            Better::Lower => "lower",
            Better::Higher => "higher",
        },
        unit: &own.definition.unit,
        overall: value(&own.overall),
        groups: Vec::new(),
        series: Vec::new(),
        measures: Vec::new(),
        gaps: Vec::new(),
        charts: Vec::new(),
        repeats: analysis
            .release
            .indicators
            .iter()
            .find(|released| released.definition.id == own.definition.id)
            .and_then(|own| own.repeats),
        change: own.sharing.as_ref().map(|sharing| change::change(&analysis.release, sharing)),
    };
    if let Some(series) = &own.series {
        out.series.extend(points(&series.readings, names, None));
        out.charts.extend(series.chart.as_ref().map(|own| chart("series", None, own)));
    }
    for breakdown in &own.breakdowns {
        let dimension = analysis.dimension(breakdown.dimension);
        let id = |group: usize| dimension.groups[group].id.as_str();
        for group in &breakdown.groups {
            let place = Some((dimension.id.as_str(), id(group.group)));
            let known = &dimension.groups[group.group];
            out.groups.push(Group {
                dimension: &dimension.id,
                group: &known.id,
                label: &known.label,
                state: known.state,
                value: value(&group.reading),
            });
            if let Some(series) = &group.series {
                out.series.extend(points(&series.readings, names, place));
                out.charts.extend(series.chart.as_ref().map(|own| chart("series", place, own)));
            }
        }
        out.measures.extend(breakdown.measures.iter().map(|own| MeasureOut {
            method: own.method,
            dimension: &dimension.id,
            value: own.value.map(|value| value.value),
            lower: own.value.map(|value| value.lower),
            upper: own.value.map(|value| value.upper),
            group: own.groups.map(|(group, _)| id(group)),
            reference: own.groups.map(|(_, reference)| id(reference)),
            refused: own.refused.as_deref(),
            caution: own.caution.as_deref(),
        }));
        if let Some(gap) = &breakdown.gap {
            let (group, reference) = (id(gap.groups.0), id(gap.groups.1));
            out.gaps.extend(names.iter().zip(&gap.values).map(|(period, own)| GapPoint {
                period,
                dimension: &dimension.id,
                group,
                reference,
                value: own.map(|own| own.value),
                lower: own.map(|own| own.lower),
                upper: own.map(|own| own.upper),
            }));
            let place = Some((dimension.id.as_str(), group));
            out.charts.extend(
                gap.chart.as_ref().map(|own| ChartOut {
                    direction: Some(words::direction(gap.direction)),
                    ..chart("gap", place, own)
                }),
            );
        }
    }
    out
}

/// Ids of the periods, in order.
pub fn period_names(analysis: &Analysis) -> Vec<&str> {
    periods(&analysis.release).map_or_else(Vec::new, |(place, ids)| {
        ids.iter().map(|id| analysis.release.dimensions[place].groups[*id].id.as_str()).collect()
    })
}

fn points<'a>(
    readings: &'a [Option<Reading>],
    names: &'a [&'a str],
    place: Option<(&'a str, &'a str)>,
) -> impl Iterator<Item = SeriesPoint<'a>> {
    names.iter().zip(readings).filter_map(move |(period, own)| {
        Some(SeriesPoint {
            period,
            dimension: place.map(|place| place.0),
            group: place.map(|place| place.1),
            value: value(own.as_ref()?),
        })
    })
}

fn chart<'a>(of: &'static str, place: Option<(&'a str, &'a str)>, own: &ProcessChart) -> ChartOut<'a> {
    ChartOut {
        of,
        dimension: place.map(|place| place.0),
        group: place.map(|place| place.1),
        kind: match own.kind {
            ChartKind::P => "p",
            ChartKind::PPrime => "p-prime",
            ChartKind::Xmr => "xmr",
        },
        variation: own.chart.variation.id(),
        trial_limits: own.chart.trial_limits,
        direction: None,
    }
}

/// A reading as it stands in JSON.
pub(crate) fn value(reading: &Reading) -> Value {
    let limits = |own: Estimate| Limits { value: own.value, lower: own.lower, upper: own.upper };
    Value {
        value: reading.value.map(|own| own.value),
        lower: reading.value.map(|own| own.lower),
        upper: reading.value.map(|own| own.upper),
        numerator: reading.numerator.shown(),
        denominator: reading.denominator.shown(),
        p90: reading.p90.map(limits),
        over_52_weeks: reading.over_52_weeks.and_then(ReleasedCount::shown),
        suppressed: reading.suppressed(),
    }
}

fn finding<'a>(analysis: &'a Analysis, own: &'a Finding) -> FindingOut<'a> {
    let place = |(dimension, group): &(usize, Option<usize>)| {
        let dimension = analysis.dimension(*dimension);
        (dimension.id.as_str(), group.map(|group| dimension.groups[group].id.as_str()))
    };
    let (dimension, group, stratum) = match own.groups.as_slice() {
        [] => (None, None, None),
        [one] => {
            let (dimension, group) = place(one);
            (Some(dimension), group, None)
        }
        several => {
            let parts = several
                .iter()
                .map(place)
                .map(|(dimension, group)| StratumPart { dimension, group: group.unwrap_or_default() });
            (None, None, Some(parts.collect()))
        }
    };
    FindingOut {
        kind: own.kind.id(),
        indicator: own.indicator.map(|place| analysis.indicators[place].definition.id.as_str()),
        dimension,
        group,
        stratum,
        sentence: &own.sentence,
        estimate: own.estimate,
        lower: own.lower,
        upper: own.upper,
        explained_by: own.explained_by.map(|place| analysis.dimension(place).id.as_str()),
        probability: own.probability,
        people: own.people.round(),
    }
}

/// A period's name for a reader, for the other documents.
pub fn period_labels(analysis: &Analysis, long: bool) -> Vec<String> {
    let name = if long { numbers::period } else { numbers::short_period };
    period_names(analysis).into_iter().map(name).collect()
}
