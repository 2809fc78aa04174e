//! The whole report on releases with a planted truth.

mod gate;

use evenly_cube::{ReleasedCount, ReleasedIndicator};

use crate::analysis::{Analysis, FindingKind, GapDirection, Heading};
use crate::findings::of_release;
use crate::sample::{EVEN, Plant, UNEVEN, release};

fn analysis(plant: Plant) -> Analysis {
    of_release(&release(plant)).with_heading(Heading {
        organisation: Some("Anytown Hospitals".into()),
        title: None,
        date: Some("2025-01-31".into()),
    })
}

/// Findings of a kind about an indicator and a dimension by id.
fn about<'a>(
    analysis: &'a Analysis,
    kind: FindingKind,
    indicator: usize,
    dimension: &str,
) -> Vec<&'a crate::analysis::Finding> {
    analysis
        .findings
        .iter()
        .filter(|own| own.kind == kind && own.indicator == Some(indicator))
        .filter(|own| own.groups.len() == 1 && analysis.dimension(own.groups[0].0).id == dimension)
        .collect()
}

#[test]
fn a_planted_gap_that_widens_is_found_and_its_size_is_right() {
    // From 0.13 to 0.28 in the most deprived fifth over 24 months, 0.06 in the least.
    let analysis = analysis(Plant { growth: 0.15, ..UNEVEN });
    let gap = about(&analysis, FindingKind::Gap, 0, "deprivation")[0];
    assert!(gap.lower.unwrap() < 0.145 && gap.upper.unwrap() > 0.145, "{gap:?}");
    let change = about(&analysis, FindingKind::GapChange, 0, "deprivation")[0];
    assert!(change.estimate > 0.0 && change.lower.unwrap() < 0.0783 && change.upper.unwrap() > 0.0783, "{change:?}");
    let breakdown = &analysis.indicators[0].breakdowns[0];
    assert_eq!(breakdown.gap.as_ref().unwrap().direction, GapDirection::Widening);
}

#[test]
fn two_groups_together_are_found_where_they_do_worse_than_either() {
    let analysis = analysis(UNEVEN);
    let strata: Vec<_> =
        analysis.findings.iter().filter(|own| own.indicator == Some(0) && own.groups.len() == 2).collect();
    assert!(
        strata.iter().any(|own| own.sentence.contains("“Black, Black British, Caribbean or African” and “Female”"))
    );
}

#[test]
fn where_nothing_differs_little_is_said() {
    let analysis = analysis(EVEN);
    let claims = analysis.findings.iter().filter(|own| own.indicator.is_some_and(|place| place < 2)).count();
    // Two indicators that mirror each other, three dimensions, four kinds: a chance claim and its mirror may occur.
    assert!(claims <= 2, "{:#?}", analysis.findings);
}

#[test]
fn an_indicator_turned_over_says_the_same_turned_over() {
    let analysis = analysis(UNEVEN);
    let (missed, kept) = (
        about(&analysis, FindingKind::Gap, 0, "deprivation")[0],
        about(&analysis, FindingKind::Gap, 1, "deprivation")[0],
    );
    assert!((missed.estimate - kept.estimate).abs() < 1e-12);
    assert!((missed.people - kept.people).abs() < 1e-6);
    assert!(kept.sentence.contains("more kept appointments"), "{}", kept.sentence);
}

#[test]
fn ordered_measures_are_refused_for_ethnicity_with_the_reason() {
    let analysis = analysis(UNEVEN);
    let breakdown = analysis.indicators[0]
        .breakdowns
        .iter()
        .find(|own| analysis.dimension(own.dimension).id == "ethnicity")
        .unwrap();
    for method in ["sii", "rii"] {
        let measure = breakdown.measures.iter().find(|own| own.method == method).unwrap();
        assert!(measure.value.is_none() && measure.refused.as_ref().unwrap().contains("order"));
    }
    let ranked = &analysis.indicators[0].breakdowns[0];
    let slope = ranked.measures.iter().find(|own| own.method == "sii").unwrap().value.unwrap();
    assert!(slope.upper < 0.0, "the best-off end misses less: {slope:?}");
}

#[test]
fn those_not_known_are_shown_and_never_compared() {
    let analysis = analysis(UNEVEN);
    let breakdown = &analysis.indicators[0].breakdowns[0];
    assert_eq!(breakdown.groups.len(), 6);
    let comparison = breakdown.comparison.unwrap();
    assert_eq!((comparison.group, comparison.reference), (0, 4));
    assert!(analysis.html().contains("Missing"));
    assert!(analysis.json().unwrap().contains(r#""state": "missing""#));
}

#[test]
fn the_first_page_has_at_most_seven_sentences_with_the_most_people_first() {
    let analysis = analysis(UNEVEN);
    let headlines = analysis.headlines();
    assert!(headlines.len() <= 7);
    assert_eq!(headlines.last().unwrap().kind, FindingKind::DataQuality);
    let people: Vec<f64> =
        headlines.iter().filter(|own| own.kind != FindingKind::DataQuality).map(|own| own.people).collect();
    assert!(people.is_sorted_by(|a, b| a >= b));
}

#[test]
fn the_same_release_gives_the_same_bytes() {
    let (one, other) = (analysis(UNEVEN), analysis(UNEVEN));
    assert_eq!(one.html(), other.html());
    assert_eq!(one.json().unwrap(), other.json().unwrap());
    assert_eq!(one.findings_csv().unwrap(), other.findings_csv().unwrap());
    assert_eq!(one.xlsx().unwrap(), other.xlsx().unwrap());
}

#[test]
fn nothing_outside_the_file_is_referred_to() {
    let html = analysis(UNEVEN).html();
    for forbidden in ["http:", "https:", "src=", "<script", "<link", "url(", "@import", "NaN", "inf"] {
        let found = html.match_indices(forbidden).find(|(at, _)| !html[*at..].starts_with("info"));
        assert!(found.is_none(), "{forbidden} near {:?}", found.map(|(at, _)| html.get(at..at + 40)));
    }
}

#[test]
fn text_from_files_cannot_become_markup() {
    let mut release = release(EVEN);
    release.dimensions[1].groups[0].label = "<script>alert(1)</script>".into();
    release.provenance.sources[0].file = "<b>\"x\".csv".into();
    let html = of_release(&release).html();
    assert!(!html.contains("<script") && !html.contains("<b>"));
}

#[test]
fn json_follows_its_schema() {
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../../docs/reference/report.schema.json")).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    for plant in [UNEVEN, EVEN] {
        let report: serde_json::Value = serde_json::from_str(&analysis(plant).json().unwrap()).unwrap();
        let errors: Vec<String> =
            validator.iter_errors(&report).map(|error| format!("{} at {}", error, error.instance_path())).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}

/// Withholds the most deprived fifth everywhere.
fn withhold(indicator: &mut ReleasedIndicator) {
    for table in &mut indicator.tables {
        let Some(place) = table.dimensions.iter().position(|id| id == "deprivation") else { continue };
        for cell in table.cells.iter_mut().filter(|cell| cell.groups[place] == 0) {
            cell.numerator = ReleasedCount::Suppressed;
            cell.denominator = ReleasedCount::Suppressed;
            cell.quantiles = None;
        }
    }
}

#[test]
fn what_is_withheld_is_shown_as_withheld_and_nothing_is_worked_out_of_it() {
    let mut release = release(UNEVEN);
    release.indicators.iter_mut().for_each(withhold);
    release.suppressed = 42;
    let analysis = of_release(&release);
    for indicator in &analysis.indicators {
        let breakdown = &indicator.breakdowns[0];
        let group = breakdown.group(0).unwrap();
        assert!(group.reading.suppressed() && group.reading.value.is_none());
        assert!(
            group.series.as_ref().is_none_or(|series| series.readings.iter().flatten().all(|own| own.value.is_none()))
        );
        assert!(breakdown.comparison.is_none(), "an end that is withheld leaves nothing to compare");
        assert!(breakdown.measures.iter().all(|own| own.value.is_none() || own.method == "gap-count"));
    }
    let report: serde_json::Value = serde_json::from_str(&analysis.json().unwrap()).unwrap();
    let group = &report["indicators"][0]["groups"][0];
    assert_eq!(
        (&group["suppressed"], &group["value"], &group["numerator"]),
        (&true.into(), &serde_json::Value::Null, &serde_json::Value::Null)
    );
    assert!(analysis.html().contains("withheld"));
}

#[test]
fn the_sentences_of_the_planted_hospital() {
    let analysis = analysis(UNEVEN);
    let told: Vec<String> =
        analysis.findings.iter().map(|own| format!("{}: {}", own.kind.id(), own.sentence)).collect();
    insta::assert_snapshot!(told.join("\n\n"));
}

#[test]
fn the_first_page_as_text() {
    let html = analysis(UNEVEN).html();
    let start = html.find("<main").unwrap();
    let end = html.find(r#"<section class="indicator""#).unwrap();
    insta::assert_snapshot!(text_of(&html[start..end]));
}

/// The text of markup, one line for each run of it, drawings left out.
fn text_of(markup: &str) -> String {
    let mut lines = Vec::new();
    let mut drawing = false;
    for piece in markup.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap_or((piece, ""));
        drawing = if tag.starts_with("svg") { true } else { drawing && tag != "/svg" };
        if !drawing && !text.trim().is_empty() {
            lines.push(text.trim());
        }
    }
    lines.join("\n")
}
