//! Adapters for run charts and control charts.
//!
//! What is ours to reproduce: every line, flag, rule and icon. The reference's `bestbox` and `cutbox` limits of runs are
//! those of Anhøj in every case; a rebase date that is not in the data is left out here, since our chart refuses it.

use std::collections::BTreeMap;

use evenly_stats::spc::chart::{Chart, ChartOptions, Rebase};
use evenly_stats::spc::control::{ControlChart, ControlOptions};
use evenly_stats::spc::icons::{AssuranceIcon, PointKind, VariationIcon};
use evenly_stats::spc::rules::Signal;
use evenly_stats::spc::{c, g, i, i_prime, mr, p_control, run, runs, s, t, u, xbar, xmr};
use evenly_stats::{Better, Refusal};
use serde_json::{Value, json};

use crate::inputs::{flag, groups, has, list, maybe_numbers, number, number_of, numbers, text, texts};
use crate::outcome::{Adapter, Outcome};

/// The reference's function names and what answers them.
pub const ADAPTERS: &[(&str, Adapter)] =
    &[("ptd_spc", ptd_spc), ("qic(return.data=TRUE)", qic), ("table", anhoej_table)];

/// One facet of a Making Data Count case: the positions of its rows in order of date, and its chart.
struct Facet {
    name: String,
    rows: Vec<usize>,
    chart: Chart,
    target: Option<f64>,
}

fn ptd_spc(case: &Value) -> Outcome {
    match facets(case) {
        Ok(facets) => Outcome::Answer(ptd_answer(case, &facets)),
        Err(refusal) => Outcome::Refused(refusal),
    }
}

fn facets(case: &Value) -> Result<Vec<Facet>, Refusal> {
    let (values, dates) = (maybe_numbers(case, "y"), texts(case, "date"));
    let labels = if has(case, "facet") { texts(case, "facet") } else { vec!["no facet".to_owned(); values.len()] };
    let mut facets = Vec::new();
    for (name, mut rows) in groups(&labels) {
        rows.sort_by(|a, b| dates[*a].cmp(&dates[*b]));
        if let Some(pair) = rows.windows(2).find(|pair| dates[pair[0]] == dates[pair[1]]) {
            let must = "must not come twice";
            return Err(Refusal::OutOfRange { column: "date".into(), row: pair[1] + 1, must });
        }
        let target = match &case["inputs"]["target"] {
            Value::Object(targets) => targets.get(&name).and_then(number_of),
            single => number_of(single),
        };
        let rebase = match &case["inputs"]["rebase"] {
            Value::Object(rebases) => rebases.get(&name).cloned().unwrap_or_default(),
            list => list.clone(),
        };
        let starts = rebase.as_array().into_iter().flatten().filter_map(Value::as_str);
        let positions = starts.filter_map(|date| rows.iter().position(|row| dates[*row] == date));
        let rebases = positions.map(|start| Rebase { start, reason: "as in the case".into() }).collect();
        let options = ChartOptions {
            better: match text(case, "improvement_direction") {
                Some("increase") => Some(Better::Higher),
                Some("decrease") => Some(Better::Lower),
                _ => None,
            },
            target,
            screen_outliers: flag(case, "screen_outliers").unwrap_or(true),
            fix_after: number(case, "fix_after_n_points").map(whole),
            rebases,
            ..ChartOptions::default()
        };
        let own: Vec<Option<f64>> = rows.iter().map(|row| values[*row]).collect();
        facets.push(Facet { name, chart: xmr::chart(&own, &options)?, rows, target });
    }
    Ok(facets)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cases hold small counts here")]
fn whole(number: f64) -> usize {
    number as usize
}

fn rule_name(signal: Option<Signal>) -> &'static str {
    match signal {
        None => "Common Cause",
        Some(Signal::AboveLimit) => "Above UCL",
        Some(Signal::BelowLimit) => "Below LCL",
        Some(Signal::TrendUp) => "7 Point Trend (Increasing)",
        Some(Signal::TrendDown) => "7 Point Trend (Decreasing)",
        Some(Signal::TwoOfThreeHigh) => "2 in 3 Above CL",
        Some(Signal::TwoOfThreeLow) => "2 in 3 Below CL",
        Some(Signal::RunAbove) => "7 Points Above CL",
        Some(Signal::RunBelow) => "7 Points Below CL",
    }
}

fn kind_name(kind: PointKind) -> &'static str {
    match kind {
        PointKind::CommonCause => "common_cause",
        PointKind::Improvement => "special_cause_improvement",
        PointKind::Concern => "special_cause_concern",
        PointKind::NeutralHigh => "special_cause_neutral_high",
        PointKind::NeutralLow => "special_cause_neutral_low",
    }
}

fn assurance_name(icon: AssuranceIcon) -> Option<&'static str> {
    match icon {
        AssuranceIcon::Pass => Some("consistent_pass"),
        AssuranceIcon::Fail => Some("consistent_fail"),
        AssuranceIcon::HitOrMiss => Some("inconsistent"),
        AssuranceIcon::None => None,
    }
}

fn ptd_answer(case: &Value, facets: &[Facet]) -> Value {
    let dates = texts(case, "date");
    let mut points: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    let mut summary: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    for facet in facets {
        let (chart, last) = (&facet.chart, facet.chart.phases.len() - 1);
        // The reference counts a rebase at the first point as a group of its own, without a group before it.
        let first = usize::from(chart.phases[0].reason.is_some());
        for (number, phase) in chart.phases.iter().enumerate() {
            let own = &chart.points[phase.points.clone()];
            for (index, point) in phase.points.clone().zip(own) {
                let judged = point.value.zip(point.upper).zip(point.lower);
                let outside = judged.map(|((value, upper), lower)| value > upper || value < lower);
                let near = point.value.zip(point.near_upper).zip(point.near_lower);
                let near = near.map(|((value, upper), lower)| value > upper || value < lower);
                let side = point.value.map(|value| i8::from(value > point.centre) - i8::from(value < point.centre));
                let row = [
                    ("f", json!(facet.name)),
                    ("x", json!(dates[facet.rows[index]])),
                    ("y", json!(point.value)),
                    ("rebase_group", json!(number + first)),
                    ("mean_col", json!(point.centre)),
                    ("lpl", json!(point.lower)),
                    ("upl", json!(point.upper)),
                    ("outside_limits", json!(outside)),
                    ("relative_to_mean", json!(side)),
                    ("close_to_limits", json!(near.zip(outside).map(|(near, outside)| near && !outside))),
                    ("special_cause_type", json!(rule_name(point.signal))),
                    ("special_cause_flag", json!(point.signal.is_some())),
                    ("point_type", json!(kind_name(point.kind))),
                    ("short_group_warning", json!(phase.trial_limits)),
                    ("target", json!(facet.target)),
                ];
                for (key, value) in row {
                    points.entry(key).or_default().push(value);
                }
            }
            let count = |kind: PointKind| own.iter().filter(|point| point.kind == kind).count();
            let assurance = assurance_name(chart.assurance).filter(|_| number == last);
            let row = [
                ("f", json!(facet.name)),
                ("rebase_group", json!(number + first)),
                ("mean_col", json!(own[0].centre)),
                ("lpl", json!(own[0].lower)),
                ("upl", json!(own[0].upper)),
                ("n", json!(own.len())),
                ("common_cause", json!(count(PointKind::CommonCause))),
                ("special_cause_improvement", json!(count(PointKind::Improvement))),
                ("special_cause_concern", json!(count(PointKind::Concern))),
                ("special_cause_neutral", json!(count(PointKind::NeutralHigh) + count(PointKind::NeutralLow))),
                ("variation_type", json!(kind_name(own[own.len() - 1].kind))),
                ("assurance_type", json!(assurance)),
            ];
            for (key, value) in row {
                summary.entry(key).or_default().push(value);
            }
        }
    }
    json!({"points": points, "summary": summary, "icons": icons(facets), "assurance": {
        "f": facets.iter().map(|facet| facet.name.as_str()).collect::<Vec<_>>(),
        "assurance_type": facets.iter().map(|facet| assurance_name(facet.chart.assurance)).collect::<Vec<_>>(),
    }})
}

fn icons(facets: &[Facet]) -> Value {
    let variation = facets.iter().map(|facet| (facet, "variation", variation_file(facet.chart.variation)));
    let assurance = facets.iter().filter_map(|facet| {
        let file = match facet.chart.assurance {
            AssuranceIcon::Pass => "pass.svg",
            AssuranceIcon::Fail => "fail.svg",
            AssuranceIcon::HitOrMiss => "inconsistent.svg",
            AssuranceIcon::None => return None,
        };
        Some((facet, "assurance", file.to_owned()))
    });
    let all: Vec<_> = variation.chain(assurance).collect();
    json!({
        "f": all.iter().map(|(facet, _, _)| facet.name.as_str()).collect::<Vec<_>>(),
        "type": all.iter().map(|(_, kind, _)| *kind).collect::<Vec<_>>(),
        "icon": all.iter().map(|(_, _, file)| file.as_str()).collect::<Vec<_>>(),
    })
}

fn variation_file(icon: VariationIcon) -> String {
    format!("{}.svg", icon.id())
}

fn anhoej_table(_: &Value) -> Outcome {
    let sizes: Vec<usize> = (1..=300).collect();
    Outcome::Answer(json!({
        "n": sizes,
        "longest_run_max": sizes.iter().map(|size| runs::longest_allowed(*size)).collect::<Vec<_>>(),
        "crossings_min": sizes.iter().map(|size| runs::crossings_needed(*size)).collect::<Vec<_>>(),
    }))
}

fn qic(case: &Value) -> Outcome {
    let options = ControlOptions {
        freeze: number(case, "freeze").map(whole),
        parts: numbers(case, "part").into_iter().map(whole).collect(),
        exclude: numbers(case, "exclude").into_iter().map(|point| whole(point) - 1).collect(),
        centre: number(case, "cl"),
        screen_outliers: flag(case, "screenedmr").unwrap_or(true),
        multiply: number(case, "multiply").unwrap_or(1.0),
    };
    let Some(kind) = text(case, "chart") else { return Outcome::Skipped("qic without a chart".into()) };
    match qic_chart(case, kind, &options) {
        Some(Ok(chart)) => Outcome::Answer(qic_answer(case, &chart, &options)),
        Some(Err(refusal)) => Outcome::Refused(refusal),
        None => Outcome::Skipped(format!("qic chart {kind}")),
    }
}

fn qic_chart(case: &Value, kind: &str, options: &ControlOptions) -> Option<Result<ControlChart, Refusal>> {
    let values = maybe_numbers(case, "y");
    // A period without numerator or denominator takes no part in a ratio.
    let pairs = || -> (Vec<f64>, Vec<f64>) {
        let both = values.iter().zip(maybe_numbers(case, "n"));
        both.map(|(value, size)| (*value).zip(size).unwrap_or((0.0, 0.0))).unzip()
    };
    let samples = || -> Vec<Vec<f64>> {
        let members = groups(&texts(case, "x")).into_iter();
        members.map(|(_, rows)| rows.iter().filter_map(|row| values[*row]).collect()).collect()
    };
    let (x, n) = pairs();
    Some(match kind {
        "run" if has(case, "n") => {
            run::chart(&x.iter().zip(&n).map(|(x, n)| (*n > 0.0).then(|| x / n)).collect::<Vec<_>>(), options)
        }
        "run" => run::chart(&values, options),
        "i" => i::chart(&values, options),
        "mr" => mr::chart(&values, options),
        "c" => c::chart(&values, options),
        "g" => g::chart(&values, options),
        "t" => t::chart(&values, options),
        "p" | "pp" => p_control::chart(&x, &n, kind == "pp", options),
        "u" | "up" => u::chart(&x, &n, kind == "up", options),
        "ip" => i_prime::chart(&x, &n, options),
        "xbar" => xbar::chart(&samples(), options),
        "s" => s::chart(&samples(), options),
        _ => return None,
    })
}

fn qic_answer(case: &Value, chart: &ControlChart, options: &ControlOptions) -> Value {
    let mut columns: BTreeMap<&str, Vec<Value>> = BTreeMap::new();
    let labels = groups(&texts(case, "x"));
    let sizes = list(case, "n");
    let one_row_per_point = labels.len() == list(case, "x").len();
    for (number, part) in chart.parts.iter().enumerate() {
        let verdict = part.runs.verdict;
        for index in part.points.clone() {
            let point = &chart.points[index];
            let limits = point.lines.limits;
            let size = one_row_per_point.then(|| sizes.get(index).map(|size| number_of(size).unwrap_or(0.0))).flatten();
            let row = [
                ("x", case["inputs"]["x"][labels[index].1[0]].clone()),
                ("y", json!(point.value)),
                ("n", json!(size)),
                ("y.length", lengths(case, &labels[index].1, point.value.is_some())),
                ("part", json!(number + 1)),
                ("baseline", json!(options.freeze.is_none_or(|points| index < points))),
                ("include", json!(point.included)),
                ("cl", json!(point.lines.centre)),
                ("lcl", json!(limits.map(|limits| limits.lower))),
                ("ucl", json!(limits.map(|limits| limits.upper))),
                ("lcl.95", json!(limits.map(|limits| limits.near_lower))),
                ("ucl.95", json!(limits.map(|limits| limits.near_upper))),
                ("sigma.signal", json!(point.outside)),
                ("n.obs", json!(part.runs.points)),
                ("n.useful", json!(part.runs.useful)),
                ("longest.run", json!(verdict.map(|verdict| verdict.longest))),
                ("longest.run.max", json!(verdict.map(|verdict| verdict.longest_allowed))),
                ("n.crossings", json!(verdict.map(|verdict| verdict.crossings))),
                ("n.crossings.min", json!(verdict.map(|verdict| verdict.crossings_needed))),
                ("runs.signal", json!(part.runs.signal())),
            ];
            for (key, value) in row {
                columns.entry(key).or_default().push(value);
            }
        }
    }
    json!(columns)
}

/// How many measurements stand behind a point; the reference counts the first point of an MR chart too.
fn lengths(case: &Value, rows: &[usize], recorded: bool) -> Value {
    if rows.len() > 1 || text(case, "chart") == Some("mr") {
        return json!(rows.len());
    }
    json!(usize::from(recorded))
}
