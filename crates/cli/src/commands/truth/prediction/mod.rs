//! Prediction judged on made-up trusts: leaks, a useless feature, barriers, chances, allocation, harm and drift, all planted.

mod harm;
mod trust;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::bail;
use evenly_cube::GroupState;
use evenly_demo::{CHANGES_NOTHING, RAISES};
use evenly_prediction::PredictError;
use evenly_prediction::audit::{Audit, Rule};
use evenly_prediction::drift::drift;
use evenly_prediction::explain::{picture, reasons};
use evenly_prediction::nearness::nearness;
use evenly_stats::compare::{Count, Kind, ratio};
use serde::Serialize;

use self::trust::{BARRIERS_OF, Trust, USELESS};

/// Trusts judged: fits take a minute each.
const TRUSTS: u64 = 3;
/// People of each, as many as the demo's trust has: in one of 16,000 the smaller barriers are lost in chance.
const PEOPLE: u64 = 60_000;
/// A day's calls, in a trust of so many people.
const CALLS: (f64, f64) = (200.0, 60_000.0);
/// Fewest groups of a hundred whose share missed less mean chance has 0 within its interval: 95 can be expected, but what is off in
/// a trust is off in all its groups together, so that three trusts tell it to a few.
const CALIBRATED: u64 = 90;
/// Which of Evenly's barriers are about what stood in the way in truth.
const SAME: [(&str, &[&str]); 3] = [
    ("getting-around", &["transport cost", "transport availability or access"]),
    ("time-of-day", &["clash with work", "clash with caring or school"]),
    ("by-telephone", &["digital exclusion"]),
];

/// How prediction did on all trusts.
#[derive(Default, Serialize)]
pub struct Judgement {
    trusts: u64,
    people: u64,
    /// Planted leaks that were refused, of those planted.
    leaks: [u64; 2],
    /// Trusts in which the useless feature's barrier was told.
    useless_told: u64,
    /// Share of what tells missed from attended that was credited to it: the largest.
    useless_share: f64,
    /// For each planted barrier, in how many trusts it was told.
    barriers: BTreeMap<String, u64>,
    /// For each barrier with nothing behind it, in how many trusts it was told.
    false_barriers: BTreeMap<String, u64>,
    /// How much more often a barrier is the true one where it is named (ratio with interval), all trusts together.
    named_is_true: BTreeMap<String, Option<[f64; 3]>>,
    /// Correlation of estimated and true log-odds: the least.
    correlation: f64,
    /// Estimated less true chance of the groups of deprivation, in points: mean over trusts.
    off_by_deprivation: BTreeMap<String, f64>,
    /// Known groups whose share missed less mean chance has 0 within its interval, of those with figures.
    calibrated: [u64; 2],
    /// Trusts whose calibration slope's interval holds 1.
    slope_holds: u64,
    /// Share of missed appointments reached at 200 calls a day, by rule and fifth of deprivation: mean over trusts.
    reach: BTreeMap<String, BTreeMap<String, f64>>,
    /// Planted harm of a group that was found, of those planted.
    harm: [u64; 2],
    /// False alarms of harm, of the trials without any.
    false_alarms: [u64; 2],
    /// Trusts in which the planted change of April 2025 was seen, and those in which drift of everybody was seen before.
    drift: [u64; 2],
}

/// Judges it; seeds as for the other detectors.
pub fn judge(first_seed: u64, seeds: u64) -> anyhow::Result<Judgement> {
    let mut all = Judgement { trusts: seeds.min(TRUSTS), people: PEOPLE, correlation: 1.0, ..Judgement::default() };
    let mut named: BTreeMap<&str, [Count; 2]> = BTreeMap::new();
    for seed in first_seed..first_seed + all.trusts {
        crate::interrupt::check()?;
        let mut trust = Trust::new(seed, PEOPLE)?;
        leaks(&trust, &mut all);
        barriers(&trust, &mut all)?;
        what_stood_in_the_way(&trust, &mut named);
        chances(&trust, &mut all)?;
        allocation(&trust, &mut all)?;
        harm::judge(&trust, seed, &mut all.harm, &mut all.false_alarms)?;
        drifts(&mut trust, &mut all)?;
    }
    for (barrier, [with, without]) in named {
        let lift = ratio(Kind::Proportion, with, without, 0.95).ok();
        all.named_is_true.insert(barrier.to_owned(), lift.map(|own| [own.value, own.lower, own.upper]));
    }
    let trusts = all.trusts as f64;
    all.off_by_deprivation.values_mut().for_each(|own| *own /= trusts);
    all.reach.values_mut().flat_map(BTreeMap::values_mut).for_each(|own| *own /= trusts);
    Ok(all)
}

/// A column that is the outcome, and a count that looks ahead.
fn leaks(trust: &Trust, all: &mut Judgement) {
    all.leaks[1] += 2;
    all.leaks[0] += u64::from(matches!(trust.with_outcome_as_feature(), Err(PredictError::KnowsOutcome { .. })));
    all.leaks[0] += u64::from(matches!(trust.with_history_that_looks_ahead(), Err(PredictError::Leak { .. })));
}

fn barriers(trust: &Trust, all: &mut Judgement) -> anyhow::Result<()> {
    let later = trust.later();
    let found = picture(&trust.saved, &trust.appointments, &trust.prepared.matrix, &later, 40_000, 200, 1)?;
    let told: BTreeSet<&str> =
        found.barriers.iter().filter(|own| own.told).filter_map(|own| own.barrier.as_deref()).collect();
    for own in &found.barriers {
        if own.barrier.as_deref() == Some(USELESS) {
            all.useless_told += u64::from(own.told);
            all.useless_share = all.useless_share.max(own.share.value);
        }
    }
    for (what, barrier) in BARRIERS_OF {
        let list = if RAISES.contains(&what) {
            &mut all.barriers
        } else if CHANGES_NOTHING.contains(&what) {
            &mut all.false_barriers
        } else {
            bail!("the made-up trust says nothing of \"{what}\"");
        };
        *list.entry(barrier.to_owned()).or_default() += u64::from(told.contains(barrier));
    }
    Ok(())
}

/// Missed appointments with and without a barrier among their reasons, and how many of each had it in truth.
fn what_stood_in_the_way(trust: &Trust, named: &mut BTreeMap<&'static str, [Count; 2]>) {
    let missed: Vec<usize> =
        trust.tested.iter().copied().filter(|row| trust.appointments.missed(*row)).take(6000).collect();
    let told = reasons(&trust.saved, &trust.prepared.matrix, &missed);
    for (row, reasons) in missed.iter().zip(&told) {
        let Some(truth) = trust.answer(*row).and_then(|answer| answer.barrier) else { continue };
        for (barrier, same) in SAME {
            let none = [Count { numerator: 0.0, denominator: 0.0 }; 2];
            let counts = named.entry(barrier).or_insert(none);
            let side = usize::from(!reasons.iter().any(|own| own.barrier == barrier));
            counts[side].denominator += 1.0;
            counts[side].numerator += f64::from(u8::from(same.contains(&truth)));
        }
    }
}

fn chances(trust: &Trust, all: &mut Judgement) -> anyhow::Result<()> {
    let (matrix, rows) = (&trust.prepared.matrix, &trust.tested);
    let chances = trust.saved.chances(&trust.appointments, matrix, rows);
    let truth: Vec<f64> =
        rows.iter().map(|row| trust.answer(*row).map_or(0.5, |answer| f64::from(answer.chance))).collect();
    let near = nearness(&trust.appointments, rows, &chances, &truth, 1)?;
    all.correlation = all.correlation.min(near.correlation);
    for own in near.of {
        if let Some((_, group)) = own.group.filter(|(dimension, _)| dimension == "deprivation") {
            *all.off_by_deprivation.entry(group).or_default() += own.off.value * 100.0;
        }
    }
    // Of what is not known of a person, some is so because they did not come.
    let known = trust.saved.audit.by_group.iter().filter(|own| own.state == GroupState::Known);
    for figures in known.filter_map(|own| own.figures.as_ref()) {
        all.calibrated[1] += 1;
        all.calibrated[0] += u64::from(figures.intervals.get("off").is_some_and(|own| own.holds(0.0)));
    }
    let slope = trust.saved.audit.overall.intervals.get("calibration_slope");
    all.slope_holds += u64::from(slope.is_some_and(|own| own.holds(1.0)));
    Ok(())
}

/// Who is reached at 200 calls a day under each rule.
fn allocation(trust: &Trust, all: &mut Judgement) -> anyhow::Result<()> {
    let audit: Audit = trust.audit_at(CALLS.0 * PEOPLE as f64 / CALLS.1)?;
    for own in audit.allocation.iter().filter(|own| own.dimension.as_deref().is_none_or(|own| own == "deprivation")) {
        let rule = match own.rule {
            Rule::Risk => "by risk",
            Rule::RiskTimesBenefit => "by risk and benefit",
            Rule::FloorPerGroup => "with a floor for each fifth",
        };
        let reach = all.reach.entry(rule.to_owned()).or_default();
        *reach.entry("everybody".to_owned()).or_default() += own.reach.unwrap_or(0.0);
        for offered in own.by_group.iter().filter(|own| own.dimension == "deprivation") {
            *reach.entry(format!("fifth {}", offered.group)).or_default() += offered.reach;
        }
    }
    Ok(())
}

fn drifts(trust: &mut Trust, all: &mut Judgement) -> anyhow::Result<()> {
    let seen = |trust: &Trust| -> anyhow::Result<u64> {
        let found = drift(&trust.saved, &trust.appointments, &trust.prepared.matrix)?;
        Ok(u64::from(found.signals.iter().any(|own| own.kind == "calibration" && own.about == "everybody")))
    };
    all.drift[1] += seen(trust)?;
    trust.with_the_project();
    all.drift[0] += seen(trust)?;
    Ok(())
}

/// What was aimed at and missed, in words.
pub fn missed(all: &Judgement) -> Vec<&'static str> {
    let targets = [
        (all.leaks[0] == all.leaks[1], "a planted leak was let through"),
        (all.useless_told == 0, "a feature of no use was told as a barrier"),
        (all.barriers.values().all(|told| *told == all.trusts), "a planted barrier was not told"),
        (all.false_barriers.values().all(|told| *told == 0), "a barrier with nothing behind it was told"),
        (
            all.calibrated[0] * 100 >= all.calibrated[1] * CALIBRATED,
            "fewer than 90 of 100 groups had chances that are true within their interval",
        ),
        (all.harm[0] * 10 >= all.harm[1] * 8, "planted harm was found in fewer than 8 of 10 trials"),
        (all.false_alarms[0] * 10 <= all.false_alarms[1], "there were more false alarms than one in 10 trials"),
        (all.drift[0] == all.trusts, "the change of April 2025 was not seen"),
    ];
    targets.iter().filter(|(met, _)| !met).map(|(_, what)| *what).collect()
}

/// The judgement in words.
pub fn told(all: &Judgement) -> String {
    let of = |[found, planted]: [u64; 2]| format!("{found} of {planted}");
    let mut text =
        format!("prediction ({} trusts of {} people, before the project of April 2025)\n", all.trusts, all.people);
    text.push_str(&format!("  planted leaks refused: {}\n", of(all.leaks)));
    text.push_str(&format!(
        "  planted useless feature told as a barrier: in {} of {}; credited with at most {:.1} % of what tells missed from attended\n",
        all.useless_told,
        all.trusts,
        all.useless_share * 100.0
    ));
    let list = |list: &BTreeMap<String, u64>| {
        list.iter().map(|(barrier, trusts)| format!("{barrier} {trusts}")).collect::<Vec<_>>().join(", ")
    };
    text.push_str(&format!("  planted barriers told, in how many trusts: {}\n", list(&all.barriers)));
    text.push_str(&format!("  barriers with nothing behind them told: {}\n", list(&all.false_barriers)));
    for (barrier, lift) in &all.named_is_true {
        if let Some([value, lower, upper]) = lift {
            text.push_str(&format!(
                "  where {barrier} is named it is the true one {value:.1} times as often ({lower:.1} to {upper:.1})\n"
            ));
        }
    }
    text.push_str(&format!("  correlation of estimated and true log-odds: {:.2} or more\n", all.correlation));
    let off = all.off_by_deprivation.iter().map(|(fifth, points)| format!("{fifth} {points:+.1}"));
    text.push_str(&format!(
        "  estimated less true chance by fifth of deprivation, points: {}\n",
        off.collect::<Vec<_>>().join(", ")
    ));
    text.push_str(&format!(
        "  known groups whose chances are true within their interval: {}; calibration slope holds 1 in {} of {}\n",
        of(all.calibrated),
        all.slope_holds,
        all.trusts
    ));
    text.push_str("  missed appointments reached at 200 calls a day in a trust of 60,000 people:\n");
    for (rule, reach) in &all.reach {
        let shares = reach.iter().map(|(who, share)| format!("{who} {:.0} %", share * 100.0));
        text.push_str(&format!("    {rule}: {}\n", shares.collect::<Vec<_>>().join(", ")));
    }
    text.push_str(&format!(
        "  planted harm of one group found: {}; false alarms: {}\n",
        of(all.harm),
        of(all.false_alarms)
    ));
    text.push_str(&format!(
        "  the change of April 2025 seen as drift: in {} of {}; drift seen before it: in {}\n\n",
        all.drift[0], all.trusts, all.drift[1]
    ));
    text
}
