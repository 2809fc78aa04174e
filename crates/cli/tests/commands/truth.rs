//! `evenly truth`: nothing is claimed where nothing is planted, and what is planted is found.

use serde_json::Value;

use crate::sandbox::Sandbox;

fn judged(arguments: &[&str]) -> (bool, Value) {
    let outcome = Sandbox::new().evenly(&[&["truth", "--format", "json"], arguments].concat());
    (outcome.status == Some(0), serde_json::from_str(&outcome.stdout).expect("one document"))
}

#[test]
fn where_nothing_is_planted_nothing_is_claimed() {
    let (met, answer) = judged(&["--scenarios", "null", "--seeds", "3", "--people", "12000"]);
    assert!(met, "{answer:#}");
    let null = &answer["scenarios"][0];
    assert_eq!((null["trusts"].as_u64(), null["claims"].as_u64()), (Some(3), Some(0)), "{answer:#}");
}

#[test]
fn a_masked_stratum_is_found_in_a_trust_of_ordinary_size() {
    let (met, answer) = judged(&["--scenarios", "masked", "--seeds", "1", "--first-seed", "3"]);
    assert!(met, "{answer:#}");
    assert_eq!(answer["scenarios"][0]["planted"]["masked"]["found"], 1, "{answer:#}");
}

#[test]
fn a_missed_target_is_said_and_is_the_exit_status() {
    // So few people hide what is planted in them.
    let (met, answer) = judged(&["--scenarios", "masked", "--seeds", "1", "--people", "5000"]);
    assert!(!met, "{answer:#}");
    assert!(
        answer["scenarios"][0]["missed"][0].as_str().is_some_and(|missed| missed.contains("found in 0 of 1")),
        "{answer:#}"
    );
}
