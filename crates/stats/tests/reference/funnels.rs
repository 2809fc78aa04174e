//! Adapters for funnel plots (`PHEindicatormethods`, `FunnelPlotR`).

use evenly_stats::Estimate;
use evenly_stats::funnel::{
    ControlLimits, Funnel, FunnelUnit, OverdispersedOptions, Significance, Transform, overdispersed, proportion_axis,
    proportion_limits, proportion_significance, rate_axis, ratio_at_events, ratio_axis, ratio_significance,
};
use serde_json::{Value, json};

use crate::compare::Tolerance;
use crate::inputs;
use crate::outcome::{Adapter, Check, Outcome, must_refuse};

/// The reference's function names and what answers them.
pub const ADAPTERS: &[(&str, Adapter)] = &[
    ("calculate_funnel_limits+assign_funnel_significance", phe_funnel),
    ("calculate_funnel_limits+assign_funnel_significance+calculate_funnel_points", phe_funnel),
    ("funnel_plot", funnel_plot),
];

/// The reference finds its Poisson limits by bisection and stops at 1e-7; ours are exact.
const BISECTION: Tolerance = Tolerance { relative: 1e-5, absolute: 1e-6 };

/// Near one event that stop leaves up to 5e-5 of the expected events.
const NEAR_ONE_EVENT: Tolerance = Tolerance { relative: 1e-4, absolute: 1e-9 };

fn phe_funnel(case: &Value) -> Outcome {
    match inputs::text(case, "statistic") {
        Some("proportion") => proportion_funnel(case),
        Some("ratio") => ratio_funnel(case),
        Some("rate") => rate_funnel(case),
        _ => Outcome::Skipped("funnel of another statistic".to_owned()),
    }
}

fn label(place: Significance) -> &'static str {
    match place {
        Significance::VeryHigh => "High (0.001)",
        Significance::High => "High (0.025)",
        Significance::Within => "Not significant",
        Significance::Low => "Low (0.025)",
        Significance::VeryLow => "Low (0.001)",
    }
}

fn column(limits: &[ControlLimits], part: fn(&ControlLimits) -> f64) -> Vec<f64> {
    limits.iter().map(part).collect()
}

fn proportion_funnel(case: &Value) -> Outcome {
    let (x, n) = (inputs::numbers(case, "x"), inputs::numbers(case, "n"));
    let multiplier = inputs::number(case, "multiplier").unwrap_or(100.0);
    let average = x.iter().sum::<f64>() / n.iter().sum::<f64>();
    let axis = proportion_axis(&n);
    let limits: Vec<_> = axis.iter().map(|size| proportion_limits(average, *size).scaled(multiplier)).collect();
    let expected = &case["expected"];
    let mut checks = vec![
        Check::new("limits.Population", axis, expected["limits"]["Population"].clone(), Tolerance::STRICT),
        Check::new(
            "limits.baseline",
            vec![average * multiplier; limits.len()],
            expected["limits"]["baseline"].clone(),
            Tolerance::STRICT,
        ),
    ];
    for (name, part) in [
        ("lower_2s_limit", (|own| own.lower95) as fn(&ControlLimits) -> f64),
        ("upper_2s_limit", |own| own.upper95),
        ("lower_3s_limit", |own| own.lower998),
        ("upper_3s_limit", |own| own.upper998),
    ] {
        // The reference cuts its upper limits at 100 whatever the multiplier; ours are cut at the whole. Where it cut,
        // its value says nothing.
        let mut got = column(&limits, part);
        let mut want: Vec<f64> = inputs::list_of(&expected["limits"][name]);
        for (got, want) in got.iter_mut().zip(&mut want) {
            let whole = multiplier.min(100.0);
            (*got, *want) = (got.min(whole), want.min(whole));
        }
        checks.push(Check::new(format!("limits.{name}"), got, want, Tolerance::STRICT));
    }
    let places: Vec<_> = x.iter().zip(&n).map(|(x, n)| label(proportion_significance(*x, *n, average))).collect();
    checks.push(Check::new("significance", places, expected["significance"].clone(), Tolerance::STRICT));
    Outcome::Checks(checks)
}

/// Expected events of the four curves at each number of observed events, under the reference's names.
fn curves(events: &[f64]) -> [(&'static str, Vec<f64>); 4] {
    let at: Vec<(Estimate, Estimate)> = events.iter().map(|events| ratio_at_events(*events)).collect();
    [
        ("lower_2s", at.iter().map(|(inner, _)| inner.lower).collect()),
        ("upper_2s", at.iter().map(|(inner, _)| inner.upper).collect()),
        ("lower_3s", at.iter().map(|(_, outer)| outer.lower).collect()),
        ("upper_3s", at.iter().map(|(_, outer)| outer.upper).collect()),
    ]
}

fn ratio_funnel(case: &Value) -> Outcome {
    let (x, expected_events) = (inputs::numbers(case, "x"), inputs::numbers(case, "expected"));
    let is_count = inputs::text(case, "ratio_type") == Some("count");
    let axis = ratio_axis(&expected_events);
    let want = &case["expected"];
    let mut checks = vec![Check::new(
        "limits.Observed_events",
        axis.clone(),
        want["limits"]["Observed_events"].clone(),
        Tolerance::STRICT,
    )];
    for (name, expected) in curves(&axis) {
        let ratio = |(observed, expected): (&f64, &f64)| {
            if is_count { observed / expected - 1.0 } else { observed / expected * 100.0 }
        };
        let limits: Vec<f64> = axis.iter().zip(&expected).map(ratio).collect();
        let (events, limit) = (format!("{name}_exp_events"), format!("{name}_limit"));
        checks.push(Check::new(format!("limits.{events}"), expected, want["limits"][&events].clone(), BISECTION));
        checks.push(Check::new(format!("limits.{limit}"), limits, want["limits"][&limit].clone(), NEAR_ONE_EVENT));
    }
    let places: Vec<_> = x.iter().zip(&expected_events).map(|(x, e)| label(ratio_significance(*x, *e))).collect();
    checks.push(Check::new("significance", places, want["significance"].clone(), Tolerance::STRICT));
    Outcome::Checks(checks)
}

fn rate_funnel(case: &Value) -> Outcome {
    let (x, rates) = (inputs::numbers(case, "x"), inputs::numbers(case, "rate"));
    let n = inputs::maybe_numbers(case, "n");
    let multiplier = inputs::number(case, "multiplier").unwrap_or(100_000.0);
    let years = inputs::number(case, "years_of_data").unwrap_or(1.0);
    let is_dsr = inputs::text(case, "rate_type") == Some("dsr");
    let too_few = |events: f64| is_dsr && events < 10.0;
    let population = |place: usize| {
        let own = if rates[place] > 0.0 { x[place] / rates[place] * multiplier } else { n[place].unwrap_or(f64::NAN) };
        own / years
    };
    let units: Vec<(f64, f64)> = (0..x.len()).map(|place| (x[place], population(place))).collect();
    let points = rate_axis(&units, years);
    let want = &case["expected"];
    let average = points.average;
    let mut checks = vec![
        Check::new("limits.Events", points.events.clone(), want["limits"]["Events"].clone(), Tolerance::STRICT),
        Check::new(
            "limits.baseline",
            vec![average * multiplier; points.events.len()],
            want["limits"]["baseline"].clone(),
            Tolerance::STRICT,
        ),
    ];
    for (name, expected) in curves(&points.events) {
        let limits: Vec<f64> = points
            .events
            .iter()
            .zip(&expected)
            .map(|(events, expected)| events / expected * average * multiplier)
            .collect();
        let people: Vec<f64> = expected.iter().map(|expected| expected / average / years).collect();
        let (population, limit) = (format!("{name}_population_1_year"), format!("{name}_limit"));
        checks.push(Check::new(
            format!("limits.{population}"),
            people,
            want["limits"][&population].clone(),
            NEAR_ONE_EVENT,
        ));
        checks.push(Check::new(format!("limits.{limit}"), limits, want["limits"][&limit].clone(), NEAR_ONE_EVENT));
    }
    let place = |(events, population): &(f64, f64)| {
        if too_few(*events) {
            "Not applicable for events less than 10 for dsrs"
        } else {
            label(ratio_significance(*events, average * population * years))
        }
    };
    let places: Vec<_> = units.iter().map(place).collect();
    checks.push(Check::new("significance", places, want["significance"].clone(), Tolerance::STRICT));
    if want["points"].is_object() {
        let shown = |value: f64, events: f64| (!too_few(events)).then_some(value);
        let charted: Vec<_> = rates.iter().zip(&x).map(|(rate, events)| shown(*rate, *events)).collect();
        let people: Vec<_> = units.iter().map(|(events, population)| shown(*population, *events)).collect();
        checks.push(Check::new("points.rt_chart", charted, want["points"]["rt_chart"].clone(), Tolerance::STRICT));
        let derived = want["points"]["denominator_derived"].clone();
        checks.push(Check::new("points.denominator_derived", people, derived, Tolerance::STRICT));
    }
    Outcome::Checks(checks)
}

/// The quantiles that FunnelPlotR has in its code, in seven digits.
const FUNNELPLOTR_Z: (f64, f64) = (1.959_964, 3.090_232);

fn funnel_plot(case: &Value) -> Outcome {
    let rounds = inputs::flag(case, "SHMI_rounding").unwrap_or(true);
    let transform = match (inputs::text(case, "data_type"), inputs::text(case, "sr_method")) {
        (Some("SR"), Some("SHMI")) => Transform::LogRatio,
        (Some("SR"), Some("CQC")) => Transform::RootRatio,
        (Some("PR"), _) => Transform::ArcsineProportion,
        (Some("RC"), _) => Transform::LogCountRatio,
        _ => return Outcome::Skipped("funnel_plot of another data type".to_owned()),
    };
    let (num, den) = (inputs::numbers(case, "num"), inputs::numbers(case, "den"));
    let mut groups = inputs::groups(&inputs::texts(case, "grp"));
    groups.sort();
    let unit = |(_, rows): &(String, Vec<usize>)| {
        let (above, below) = rows.iter().fold((0.0, 0.0), |(a, b), row| (a + num[*row], b + den[*row]));
        // The reference rounds the expected events of this method to two decimals, as they are printed.
        let rounded = if rounds && transform == Transform::LogRatio { two_decimals(below) } else { below };
        (above, rounded)
    };
    let units: Vec<(f64, f64)> = groups.iter().map(unit).collect();
    let adjust = inputs::flag(case, "draw_adjusted").unwrap_or(true);
    let trim = inputs::number(case, "trim_by").unwrap_or(0.1);
    match overdispersed(&units, &OverdispersedOptions { transform, trim, adjust, z: FUNNELPLOTR_Z }) {
        Err(refusal) => Outcome::Refused(refusal),
        Ok(_) if must_refuse(case) => Outcome::Answer(Value::Null),
        Ok(funnel) => {
            let names: Vec<_> = groups.iter().map(|(name, _)| name.as_str()).collect();
            Outcome::Checks(compare_funnel(case, transform, &names, &units, &funnel))
        }
    }
}

/// Rounds to two decimals as R does: to the nearer of the two neighbours, on a tie to the even one.
fn two_decimals(value: f64) -> f64 {
    let (floor, ceiling) = ((value * 100.0).floor(), (value * 100.0).ceil());
    let (down, up) = (value - floor / 100.0, ceiling / 100.0 - value);
    let is_even = (floor / 2.0).fract().abs() < 0.25;
    if down < up || (down <= up && is_even) { floor / 100.0 } else { ceiling / 100.0 }
}

/// A number as the reference files write it.
fn written(value: f64) -> Value {
    if value.is_infinite() { json!(if value > 0.0 { "Inf" } else { "-Inf" }) } else { json!(value) }
}

fn compare_funnel(
    case: &Value,
    transform: Transform,
    names: &[&str],
    units: &[(f64, f64)],
    funnel: &Funnel,
) -> Vec<Check> {
    let want = &case["expected"];
    let table = &want["aggregated"];
    let mut checks = vec![
        Check::new("phi", funnel.phi, want["phi"].clone(), Tolerance::STRICT),
        Check::new("tau2", funnel.tau_squared, want["tau2"].clone(), Tolerance::STRICT),
        Check::new("group", names.to_vec(), table["group"].clone(), Tolerance::STRICT),
    ];
    let mut push = |name: &str, got: Vec<Value>| {
        checks.push(Check::new(name, got, table[name].clone(), Tolerance::STRICT));
    };
    let each = |part: &dyn Fn(&FunnelUnit) -> Value| -> Vec<Value> { funnel.units.iter().map(part).collect() };
    push("numerator", units.iter().map(|unit| json!(unit.0)).collect());
    push("denominator", units.iter().map(|unit| json!(unit.1)).collect());
    // The reference works its ratio out before it rounds the expected.
    if transform != Transform::LogRatio {
        push("rr", each(&|unit| json!(unit.value)));
    }
    push("target_transformed", each(&|_| json!(funnel.target)));
    push("Y", each(&|unit| written(unit.transformed)));
    push("Uzscore", each(&|unit| written(unit.z)));
    push("Wuzscore", each(&|unit| json!(unit.kept_z)));
    let flag = if transform == Transform::LogRatio { "truncated" } else { "winsorised" };
    push(flag, each(&|unit| json!(u8::from(unit.extreme))));
    let multiplier = inputs::number(case, "multiplier").unwrap_or(1.0);
    let adjusted = |unit: &FunnelUnit, _: usize| unit.adjusted.scaled(multiplier);
    let plain = |unit: &FunnelUnit, _: usize| unit.plain.scaled(multiplier);
    match transform {
        Transform::LogRatio | Transform::ArcsineProportion => {
            checks.extend(limit_checks(table, funnel, ["OD95LCL", "OD95UCL", "OD99LCL", "OD99UCL"], adjusted));
            checks.extend(limit_checks(table, funnel, ["LCL95", "UCL95", "LCL99", "UCL99"], plain));
            checks.push(outlier_check(case, funnel));
        }
        Transform::RootRatio => {
            // The reference leaves these limits on the root scale: ours are their squares.
            let rooted = |unit: &FunnelUnit, _: usize| ControlLimits {
                lower95: unit.adjusted.lower95.sqrt(),
                upper95: unit.adjusted.upper95.sqrt(),
                lower998: unit.adjusted.lower998.sqrt(),
                upper998: unit.adjusted.upper998.sqrt(),
            };
            checks.extend(limit_checks(table, funnel, ["OD95LCL", "OD95UCL", "OD99LCL", "OD99UCL"], rooted));
            checks.extend(limit_checks(table, funnel, ["LCL95", "UCL95", "LCL99", "UCL99"], plain));
        }
        Transform::LogCountRatio => {
            // The reference makes its limits with s = 1/(2√E), not with the s of its z: with its s and our target and
            // τ² they must be its own.
            let with = |tau: f64| {
                move |_: &FunnelUnit, place: usize| {
                    let spread = (0.25 / units[place].1 + tau).sqrt();
                    let at = |z: f64| (funnel.target + z * spread).exp() * multiplier;
                    let (inner, outer) = FUNNELPLOTR_Z;
                    ControlLimits { lower95: at(-inner), upper95: at(inner), lower998: at(-outer), upper998: at(outer) }
                }
            };
            let names = ["OD95LCL", "OD95UCL", "OD99LCL", "OD99UCL"];
            checks.extend(limit_checks(table, funnel, names, with(funnel.tau_squared)));
            checks.extend(limit_checks(table, funnel, ["LCL95", "UCL95", "LCL99", "UCL99"], with(0.0)));
        }
    }
    checks
}

fn limit_checks(
    table: &Value,
    funnel: &Funnel,
    names: [&str; 4],
    limits: impl Fn(&FunnelUnit, usize) -> ControlLimits,
) -> Vec<Check> {
    let own: Vec<ControlLimits> = funnel.units.iter().enumerate().map(|(place, unit)| limits(unit, place)).collect();
    let parts: [fn(&ControlLimits) -> f64; 4] =
        [|own| own.lower95, |own| own.upper95, |own| own.lower998, |own| own.upper998];
    let check = |(name, part): (&str, fn(&ControlLimits) -> f64)| {
        Check::new(name, column(&own, part), table[name].clone(), Tolerance::STRICT)
    };
    names.into_iter().zip(parts).map(check).collect()
}

/// Units outside the limits that the reference chose: adjusted where asked for (and, if alone, where φ > 1).
fn outlier_check(case: &Value, funnel: &Funnel) -> Check {
    let adjusted = inputs::flag(case, "draw_adjusted").unwrap_or(true);
    let plain = inputs::flag(case, "draw_unadjusted").unwrap_or(true);
    let by_adjusted = adjusted && (plain || funnel.phi > 1.0);
    let is_inner = inputs::number(case, "limit").is_some_and(|limit| limit < 96.0);
    let outside = |unit: &FunnelUnit| {
        let limits = if by_adjusted { unit.adjusted } else { unit.plain };
        let (low, high) = if is_inner { (limits.lower95, limits.upper95) } else { (limits.lower998, limits.upper998) };
        u8::from(unit.value < low || unit.value > high)
    };
    let got: Vec<u8> = funnel.units.iter().map(outside).collect();
    Check::new("outlier", got, case["expected"]["aggregated"]["outlier"].clone(), Tolerance::STRICT)
}
