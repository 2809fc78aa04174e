//! A fitted model finds what was planted, is calibrated, is the same each time, and survives its file.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use evenly_prediction::PredictError;
use evenly_prediction::audit::{AuditOptions, Rule};
use evenly_prediction::card::card;
use evenly_prediction::features::build;
use evenly_prediction::fit::{FitOptions, fit, prepare};
use evenly_prediction::model::{MODEL_VERSION, ModelKind, Saved, read_model, write_model};
use evenly_prediction::nearness::nearness;

use super::world::{Fitted, Quiet, fitted, profile, read, scene, set, world};

fn saved(kind: ModelKind) -> Saved {
    let set = set(None);
    let appointments = read(&world(2500, false), &set).unwrap();
    let prepared = prepare(&appointments, &set, 3, &Quiet).unwrap();
    let audit = AuditOptions { samples: 60, ..AuditOptions::default() };
    let options = FitOptions { kind, seed: 3, audit, version: "0.0.0" };
    fit(&appointments, &set, &profile(), &prepared, &options, &Quiet).unwrap()
}

static BOOSTED: LazyLock<Saved> = LazyLock::new(|| saved(ModelKind::Boosted));
static LINEAR: LazyLock<Saved> = LazyLock::new(|| saved(ModelKind::Logistic));

#[test]
fn what_was_planted_is_found() {
    let overall = &BOOSTED.audit.overall;
    assert!(overall.auroc > 0.6, "{}", overall.auroc);
    assert!(overall.intervals["auroc"].lower < overall.auroc && overall.auroc < overall.intervals["auroc"].upper);
    assert!(BOOSTED.baseline.is_some() && LINEAR.baseline.is_none());
}

/// Chances are those that were planted, in four worlds: the intervals of the audit hold the chance of the test alone and not that of the
/// days of calibration, so that one world's slope says little (of six tried, between 0.99 and 1.26, one interval without 1).
#[test]
fn chances_are_near_the_planted_ones_for_every_group() {
    let mut off: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let worlds: Vec<Saved> = (11..15).map(|seed| near_in_world(seed, &mut off)).collect();
    assert!(off.len() >= 5, "whole, two sexes, two sides: {}", off.len());
    for (group, own) in off {
        // One group in one world may be off by chance (one of 292 appointments is, by 0.034); not in all four alike.
        assert!((own.iter().sum::<f64>() / own.len() as f64).abs() < 0.02, "{group}: {own:?}");
    }
    let slopes = worlds.iter().map(|own| &own.audit.overall);
    let holds = slopes.clone().filter(|own| {
        let slope = own.intervals["calibration_slope"];
        slope.lower < 1.0 && 1.0 < slope.upper && slope.upper - slope.lower < 0.8
    });
    assert!(holds.count() >= 3);
    let mean = slopes.filter_map(|own| own.calibration_slope).sum::<f64>() / worlds.len() as f64;
    // A world's slope has a standard deviation of about 0.14, half of it from calibration; the mean of four half as much.
    assert!((0.86..1.14).contains(&mean), "{mean}");
}

/// How far the mean of every group is off the truth in one world.
fn near_in_world(seed: u64, off: &mut BTreeMap<String, Vec<f64>>) -> Saved {
    let (text, truth) = scene(7000, false, seed);
    let Fitted { saved, appointments, prepared } = fitted(&text, ModelKind::Boosted);
    let rows = &prepared.split.test;
    let number = |row: &usize| appointments.rows.reference(*row).unwrap()[1..].parse::<usize>().unwrap();
    let truth: Vec<f64> = rows.iter().map(|row| truth[number(row)]).collect();
    let chances = saved.chances(&appointments, &prepared.matrix, rows);
    let near = nearness(&appointments, rows, &chances, &truth, 1).unwrap();
    // What is planted in people shows only in their history, so that no model comes all the way.
    assert!(near.correlation > 0.5, "{}", near.correlation);
    for own in near.of {
        off.entry(own.label).or_default().push(own.off.value);
    }
    saved
}

#[test]
fn small_groups_are_withheld_with_the_reason_and_the_rest_have_figures() {
    let isle = BOOSTED.audit.by_group.iter().find(|group| group.group == "isle").unwrap();
    assert!(isle.figures.is_none() && isle.withheld.as_ref().is_some_and(|reason| reason.contains("fewer than 50")));
    let hill = BOOSTED.audit.by_group.iter().find(|group| group.group == "hill").unwrap();
    assert!(hill.figures.as_ref().is_some_and(|figures| figures.auroc > 0.5));
    let json = serde_json::to_value(&BOOSTED.audit).unwrap();
    assert!(json["overall"]["auroc"].is_number() && json["overall"]["calibration_slope"].is_number());
    let groups = json["by_group"].as_array().unwrap();
    let shown = groups.iter().find(|group| group["group"] == "hill").unwrap();
    assert!(shown["auroc"].is_number() && shown["intervals"]["auroc"]["lower"].is_number());
    let withheld = groups.iter().find(|group| group["group"] == "isle").unwrap();
    assert!(withheld.get("appointments").is_none() && withheld["withheld"].is_string());
}

#[test]
fn every_rule_makes_the_same_number_of_offers() {
    let rules = &BOOSTED.audit.allocation;
    let offers: Vec<usize> = rules.iter().filter(|own| own.refused.is_none()).map(|own| own.offers).collect();
    assert!(offers.len() >= 3 && offers.iter().all(|own| *own == offers[0]), "{offers:?}");
    assert!(rules.iter().any(|own| own.rule == Rule::RiskTimesBenefit && own.refused.is_some()));
}

#[test]
fn the_same_seed_gives_the_same_bytes_and_the_file_gives_the_same_chances() {
    let text = write_model(&BOOSTED).unwrap();
    assert_eq!(text, write_model(&saved(ModelKind::Boosted)).unwrap());
    let again = read_model("model.evenly", &text).unwrap();
    let set = set(None);
    let appointments = read(&world(50, false), &set).unwrap();
    let matrix = build(&appointments, &set, &appointments.outcome).unwrap();
    let rows: Vec<usize> = (0..appointments.len()).collect();
    assert!(again.chances(&appointments, &matrix, &rows) == BOOSTED.chances(&appointments, &matrix, &rows));
}

#[test]
fn a_newer_or_altered_model_file_is_refused() {
    let text = write_model(&LINEAR).unwrap();
    let refused = |text: &str| match read_model("model.evenly", text).map(|_| ()) {
        Err(PredictError::Model { reason, .. }) => reason,
        other => panic!("{other:?}"),
    };
    let own = format!("evenly-model {MODEL_VERSION} ");
    let of_version = |version: u32| text.replacen(&own, &format!("evenly-model {version} "), 1);
    assert!(refused(&of_version(MODEL_VERSION + 1)).contains("newer Evenly"));
    assert!(refused(&of_version(MODEL_VERSION - 1)).contains("older Evenly"));
    assert!(refused(&text.replacen("\"intercept\":-", "\"intercept\":-1", 1)).contains("changed by hand"));
    assert!(refused("PK\u{3}\u{4}").contains("not a model file"));
    assert!(refused("").contains("not a model file"));
}

#[test]
fn the_card_says_what_it_is_for_and_has_no_headline_share_of_right_guesses() {
    let text = card(&BOOSTED);
    assert!(!text.to_lowercase().contains("accura"), "{text}");
    for needed in [
        "**Not for** overbooking",
        "Look again",
        "2026-04",
        "Linear baseline",
        "withheld",
        "protected characteristic",
        "people never seen",
        "## In short",
        "the logistic regression has",
        "](trade-off.svg)",
        "Equal opportunity (reach)",
        "Calibration (share missed less mean chance)",
        "Chances were true within their interval for",
    ] {
        assert!(text.contains(needed), "{needed} is missing:\n{text}");
    }
    assert!(!text.contains("NaN"));
}
