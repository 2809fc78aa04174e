//! Coverage as OpenSAFELY published it: numerators and denominators by group.

use std::path::Path;

use evenly_cube::Order;

use crate::support::{count_files, options};

#[test]
fn published_coverage_is_found() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/open/opensafely-covid-vaccine-coverage.csv");
    let answer = count_files("grouped-table", &[file], &options(&[], &[])).unwrap();
    assert_eq!(answer.equation(), "1786 = 1786 counted");
    let percent = |(numerator, denominator): (u64, u64)| 100.0 * numerator as f64 / denominator as f64;
    let fifth = |group| percent(answer.group("coverage-first-16-17", "deprivation", group));
    assert!((fifth("1-most-deprived") - 51.2).abs() < 0.05);
    assert!((fifth("5-least-deprived") - 81.1).abs() < 0.05);
    assert!(answer.group("coverage-first-16-17", "deprivation", "not-known").1 > 0);
    let ids: Vec<&str> =
        answer.release.dimension("deprivation").unwrap().groups.iter().map(|group| group.id.as_str()).collect();
    assert_eq!(ids, ["1-most-deprived", "2", "3", "4", "5-least-deprived", "not-known"]);
    assert_eq!(answer.release.dimension("deprivation").unwrap().order, Order::Ranked);
    assert_eq!(answer.release.dimension("ethnic_group").unwrap().order, Order::Nominal);
    assert_eq!(answer.whole("coverage-first-12-15"), (633_164, 1_184_008));
    let ethnic = |group| percent(answer.group("coverage-first-12-15", "ethnic_group", group));
    assert!((ethnic("black") - 29.5).abs() < 0.05 && (ethnic("white") - 56.7).abs() < 0.05);
    assert_eq!(answer.release.indicators.len(), 42);
    assert_eq!(answer.release.indicators[0].definition.title, "Coverage (dose first, cohort 12-15)");
}
