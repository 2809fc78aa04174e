//! Sentences, one by one.

use evenly_cube::{About, Better, Dimension, Group, Order, ReleasedCount};
use evenly_stats::Estimate;

use super::{Gap, NotKnown, Worse, gap, gap_change, known_where, likely, not_known, overall, size, stratum, worse};
use crate::analysis::{Comparison, GapChange, Reading};
use crate::sample::{indicator, waits_indicator};

fn missed() -> evenly_cube::Indicator {
    indicator(
        "did-not-attend",
        "Missed appointments",
        Better::Lower,
        ["missed appointments", "appointments", "were missed"],
    )
}

fn covered() -> evenly_cube::Indicator {
    indicator("coverage", "Coverage", Better::Higher, ["vaccinated people", "people", "had been vaccinated"])
}

fn deprivation() -> Dimension {
    Dimension {
        id: "deprivation".into(),
        title: "Deprivation (national fifths, IMD 2019)".into(),
        about: About::Person,
        order: Order::Ranked,
        groups: vec![Group::known("1", "Most deprived fifth"), Group::known("5", "Least deprived fifth")],
        vintage: None,
        note: None,
    }
}

fn estimate(value: f64, lower: f64, upper: f64) -> Estimate {
    Estimate { value, lower, upper }
}

fn compared(difference: Estimate, excess: Option<Estimate>) -> Comparison {
    Comparison { group: 0, reference: 1, difference, pairs: 1, excess, p_value: 0.0 }
}

#[test]
fn a_gap_says_both_values_its_size_its_uncertainty_and_the_people() {
    let (definition, dimension) = (missed(), deprivation());
    let comparison = compared(estimate(0.07, 0.065, 0.075), Some(estimate(2134.0, 1890.0, 2310.0)));
    let told = Gap { definition: &definition, dimension: &dimension, comparison: &comparison, values: (0.141, 0.071) };
    assert_eq!(
        gap(&told),
        "Deprivation: 14.1 % of appointments were missed for “Most deprived fifth”, against 7.1 % for “Least deprived \
         fifth”: a gap of 7.0 percentage points, likely between 6.5 and 7.5. Had every group done as well as the best-off, \
         there would have been about 2,100 fewer missed appointments (likely between 1,900 and 2,300)."
    );
}

#[test]
fn where_higher_is_better_more_are_reached_and_the_gap_has_no_minus() {
    let (definition, dimension) = (covered(), deprivation());
    let comparison = compared(estimate(-0.299, -0.301, -0.297), Some(estimate(210_345.0, 205_000.0, 216_000.0)));
    let told = Gap { definition: &definition, dimension: &dimension, comparison: &comparison, values: (0.512, 0.811) };
    let sentence = gap(&told);
    assert!(sentence.contains("51.2 % of people had been vaccinated for “Most deprived fifth”, against 81.1 %"));
    assert!(sentence.contains("a gap of 29.9 percentage points, likely between 29.7 and 30.1"));
    assert!(sentence.contains("about 210,000 more vaccinated people"));
}

#[test]
fn waits_are_told_in_weeks() {
    let (definition, dimension) = (waits_indicator(), deprivation());
    let comparison = compared(estimate(4.0, 3.5, 4.5), None);
    let told = Gap { definition: &definition, dimension: &dimension, comparison: &comparison, values: (11.0, 7.0) };
    assert_eq!(
        gap(&told),
        "Deprivation: half of appointments waited up to 11.0 weeks for “Most deprived fifth”, against 7.0 weeks for “Least \
         deprived fifth”: a gap of 4.0 weeks, likely between 3.5 and 4.5."
    );
}

#[test]
fn a_change_of_gap_says_which_way_and_how_many() {
    let (definition, dimension) = (missed(), deprivation());
    let change = |value: f64| GapChange {
        p_value: 0.0,
        before: 0.05,
        after: 0.05 + value,
        change: estimate(value, value - 0.008, value + 0.008),
        people: 10_000.0,
    };
    assert_eq!(
        gap_change(&definition, &dimension, (0, 1), &change(0.012)),
        "Deprivation: the gap in missed appointments between “Most deprived fifth” and “Least deprived fifth” widened from \
         5.0 to 6.2 percentage points between the first and the second half of the time shown (a change of 1.2 percentage \
         points, likely between 0.4 and 2.0). That is about 120 more missed appointments for “Most deprived fifth” in the \
         second half than if the gap had stayed as it was."
    );
    let narrowed = gap_change(&definition, &dimension, (0, 1), &change(-0.012));
    assert!(narrowed.contains("narrowed from 5.0 to 3.8") && narrowed.contains("about 120 fewer missed appointments"));
    let definition = covered();
    assert!(gap_change(&definition, &dimension, (0, 1), &change(0.012)).contains("about 120 fewer vaccinated people"));
}

#[test]
fn a_group_that_gets_worse_is_told_in_plain_words() {
    let (definition, dimension) = (missed(), deprivation());
    let told = Worse {
        definition: &definition,
        group: Some((&dimension, 0)),
        before: 0.103,
        after: 0.121,
        change: estimate(0.018, 0.011, 0.025),
        time: "April 2024 to March 2025".into(),
        excess: Some(143.0),
    };
    assert_eq!(
        worse(&told),
        "“Most deprived fifth” (Deprivation): missed appointments have become more common, beyond usual variation: 12.1 % in \
         April 2024 to March 2025, against 10.3 % in the time before (a change of 1.8 percentage points, likely between 1.1 and \
         2.5). That is about 140 more missed appointments than at the earlier level."
    );
    assert!(worse(&Worse { group: None, excess: None, ..told }).starts_with("Everybody together: missed appointments"));
}

#[test]
fn combinations_say_how_many_were_looked_at() {
    let (definition, dimension) = (missed(), deprivation());
    let sentence = stratum(&definition, [(&dimension, 0), (&dimension, 1)], 0.2, estimate(0.1, 0.05, 0.15), 1234);
    assert!(sentence.contains("“Most deprived fifth” and “Least deprived fifth”"));
    assert!(sentence.contains("10.0 percentage points more than everybody else (likely between 5.0 and 15.0, allowing for the 1,234 combinations"));
}

#[test]
fn what_is_not_known_is_told_with_its_ways_and_for_whom() {
    let dimension = deprivation();
    let told = NotKnown {
        field: "Ethnicity".into(),
        share: 0.2,
        rows: (20_000, 100_000),
        ways: vec![("not stated", 0.12), ("not recorded", 0.08)],
        uneven: Some([(&dimension, 0, 0.3), (&dimension, 1, 0.06)]),
    };
    assert_eq!(
        not_known(&told),
        "Ethnicity is not known in 20.0 % of rows (20,000 of 100,000; not stated 12.0 %, not recorded 8.0 %). This is uneven: \
         30.0 % for “Most deprived fifth” and 6.0 % for “Least deprived fifth” (Deprivation). Differences by ethnicity may be \
         larger or smaller than they look."
    );
}

#[test]
fn groups_that_are_known_of_those_who_came_are_told() {
    assert_eq!(
        known_where(&missed(), &deprivation(), 0.073, 0.081),
        "Deprivation is known of fewer missed appointments than of others: 7.3 % of appointments were missed where it is known, and 8.1 % of \
         all. All its groups therefore look lower than they are. What is asked on arrival is known only of those who come; another record of \
         the same person may have it."
    );
}

#[test]
fn small_sizes_keep_a_second_decimal_and_limits_say_their_side() {
    let definition = missed();
    assert_eq!(size(&definition, 0.0012), "0.12 percentage points");
    assert_eq!(likely(&definition, 0.001, 0.0015).as_deref(), Some("likely between 0.10 and 0.15"));
    assert_eq!(likely(&definition, 0.0002, 0.0052).as_deref(), Some("likely between 0.02 and 0.52"));
    assert_eq!(likely(&definition, 0.03241, 0.03244), None, "a range that reads like the value says nothing");
}

#[test]
fn everybody_is_told_with_counts_or_with_weeks() {
    let reading = Reading {
        value: Some(estimate(0.079, 0.077, 0.081)),
        p90: None,
        over_52_weeks: None,
        numerator: ReleasedCount::Shown(9123),
        denominator: ReleasedCount::Shown(115_480),
        design_effect: 1.0,
    };
    assert_eq!(
        overall(&missed(), &reading),
        "7.9 % of appointments were missed (9,123 of 115,480; likely between 7.7 and 8.1 %)."
    );
    let waits = Reading { value: Some(estimate(9.4, 9.1, 9.7)), p90: Some(estimate(22.0, 21.0, 23.0)), ..reading };
    assert_eq!(
        overall(&waits_indicator(), &waits),
        "Half of appointments waited up to 9.4 weeks, and nine in ten waited up to 22.0 weeks."
    );
}

/// Jargon and blame have no place in what a board reads.
#[test]
fn no_sentence_holds_jargon_or_blame() {
    let analysis = crate::findings::of_release(&crate::sample::release(crate::sample::UNEVEN));
    let banned = [
        "SII",
        "RII",
        "p-value",
        "significant",
        "confidence",
        "statistic",
        "non-compliant",
        "hard to reach",
        "BAME",
        "race",
        "failed",
        "refuse",
        "DNA",
        "poor",
        "NaN",
    ];
    for finding in &analysis.findings {
        for word in banned {
            assert!(!finding.sentence.contains(word), "{word}: {}", finding.sentence);
        }
    }
}
