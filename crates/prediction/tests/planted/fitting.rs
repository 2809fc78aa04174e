//! A fitted model finds what was planted, is calibrated, is the same each time, and survives its file.

use std::sync::LazyLock;

use evenly_prediction::PredictError;
use evenly_prediction::audit::{AuditOptions, Rule};
use evenly_prediction::card::card;
use evenly_prediction::features::build;
use evenly_prediction::fit::{FitOptions, fit, prepare};
use evenly_prediction::model::{ModelKind, Saved, read_model, write_model};

use super::world::{Quiet, profile, read, set, world};

fn fitted(kind: ModelKind) -> Saved {
    let set = set(None);
    let appointments = read(&world(2500, false), &set).unwrap();
    let prepared = prepare(&appointments, &set, 3, &Quiet).unwrap();
    let audit = AuditOptions { samples: 60, ..AuditOptions::default() };
    let options = FitOptions { kind, seed: 3, audit, version: "0.0.0" };
    fit(&appointments, &set, &profile(), &prepared, &options, &Quiet).unwrap()
}

static BOOSTED: LazyLock<Saved> = LazyLock::new(|| fitted(ModelKind::Boosted));
static LINEAR: LazyLock<Saved> = LazyLock::new(|| fitted(ModelKind::Logistic));

#[test]
fn what_was_planted_is_found() {
    let overall = &BOOSTED.audit.overall;
    assert!(overall.auroc > 0.6, "{}", overall.auroc);
    assert!(overall.intervals["auroc"].lower < overall.auroc && overall.auroc < overall.intervals["auroc"].upper);
    assert!(BOOSTED.baseline.is_some() && LINEAR.baseline.is_none());
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
    assert_eq!(text, write_model(&fitted(ModelKind::Boosted)).unwrap());
    let again = read_model("model.evenly", &text).unwrap();
    let set = set(None);
    let appointments = read(&world(50, false), &set).unwrap();
    let matrix = build(&appointments, &set, &appointments.outcome).unwrap();
    let rows: Vec<usize> = (0..appointments.len()).collect();
    assert!(again.chances(&matrix, &rows, appointments.len()) == BOOSTED.chances(&matrix, &rows, appointments.len()));
}

#[test]
fn a_newer_or_altered_model_file_is_refused() {
    let text = write_model(&LINEAR).unwrap();
    let refused = |text: &str| match read_model("model.evenly", text).map(|_| ()) {
        Err(PredictError::Model { reason, .. }) => reason,
        other => panic!("{other:?}"),
    };
    assert!(refused(&text.replacen("evenly-model 1", "evenly-model 2", 1)).contains("newer Evenly"));
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
    ] {
        assert!(text.contains(needed), "{needed} is missing:\n{text}");
    }
    assert!(!text.contains("NaN"));
}
