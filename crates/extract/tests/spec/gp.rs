//! Appointments in general practice: published counts, added up where keys repeat.

use std::path::Path;

use crate::support::{count_files, options};

#[test]
fn published_counts_are_added_up() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data/open/gp-appointments-2019-2021.parquet");
    let answer = count_files(
        "gp-appointments",
        &[file],
        &options(&["area_core20", "mode", "lead_band", "area", "area_name"], &[]),
    )
    .unwrap();
    assert_eq!(answer.equation(), "337953 = 337953 counted");
    let whole = answer.whole("gp-did-not-attend");
    let rate = |(numerator, denominator): (u64, u64)| 100.0 * numerator as f64 / denominator as f64;
    assert!((rate(whole) - 4.52).abs() < 0.01, "{whole:?}");
    assert_eq!(whole, (21_653_201, 479_003_192));
    assert_eq!(answer.cells("gp-did-not-attend", &["area"]).len(), 49);
    assert_eq!(answer.cells("gp-did-not-attend", &["month"]).len(), 30);
    assert_eq!(answer.cells("gp-did-not-attend", &["month", "area"]).len(), 49 * 30);
    let lead = |group| rate(answer.group("gp-did-not-attend", "lead_band", group));
    assert!((lead("0") - 2.0).abs() < 0.1 && (lead("29+") - 10.2).abs() < 0.1);
    let mode = |group| rate(answer.group("gp-did-not-attend", "mode", group));
    assert!((mode("telephone") - 1.9).abs() < 0.1 && (mode("face-to-face") - 5.7).abs() < 0.1);
    let area = |group| rate(answer.group("gp-did-not-attend", "area", group));
    assert!((area("03W") - 3.7).abs() < 0.1 && (area("15E") - 6.4).abs() < 0.1);
    // No area is without its share of people in the most deprived fifth.
    assert_eq!(answer.group("gp-did-not-attend", "area_core20", "not-known"), (0, 0));
    let core20 = |group| rate(answer.group("gp-did-not-attend", "area_core20", group));
    assert!(core20("30+") > core20("0-10"));
}
