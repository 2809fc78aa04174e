//! A score from an analysis and from its JSON, and what it refuses.

use evenly_cube::ScoreDefinition;

use super::{Values, dimensions, rank};
use crate::findings::of_release;
use crate::sample::{UNEVEN, release};

fn definition(inputs: &[(&str, f64)]) -> ScoreDefinition {
    let mut text =
        "id = \"ours\"\ntitle = \"Ours\"\nversion = 1\nsource = \"Board\"\ndate = \"2026-01-01\"\n".to_owned();
    for (indicator, weight) in inputs {
        text += &format!("[[inputs]]\nindicator = \"{indicator}\"\nweight = {weight}\nsource = \"Board, minute 7\"\n");
    }
    ScoreDefinition::parse("ours", &text).expect("a score")
}

#[test]
fn an_analysis_and_its_report_give_the_same_score() {
    let analysis = of_release(&release(UNEVEN));
    let ours = definition(&[("did-not-attend", 3.0), ("waits", 1.0)]);
    let report = Values::read(&analysis.json().expect("JSON")).expect("values");
    let [one, other] = [Values::of(&analysis), report].map(|own| rank(&own, &ours, "deprivation", 1).expect("a score"));
    assert_eq!(one.rows(), other.rows());
    let names: Vec<&str> = one.ranked().map(|(name, _)| name).collect();
    assert_eq!(names.first(), Some(&"Most deprived fifth"));
    assert_eq!((names.len(), one.left_out.len()), (5, 0), "those of whom it is not known are no peers");
    let first = one.ranked().next().expect("a peer").1;
    assert!((first.score.value - 100.0).abs() < 1e-9, "the worst on both inputs: {first:?}");
    assert!((first.parts[0] - 75.0).abs() < 1e-9 && (first.parts[1] - 25.0).abs() < 1e-9, "{first:?}");
}

#[test]
fn the_sentences_say_who_stands_highest_and_how_sure_that_is() {
    let analysis = of_release(&release(UNEVEN));
    let ours = definition(&[("did-not-attend", 3.0), ("waits", 1.0)]);
    let ranking = rank(&Values::of(&analysis), &ours, "deprivation", 1).expect("a score");
    insta::assert_snapshot!(format!("{}\n{}", ranking.headline(), ranking.stability()));
    let page = ranking.figure(&analysis, "score").into_string() + &ranking.sensitivity().into_string();
    assert!(page.contains("Points from: Missed appointments") && page.contains("75.0 %"), "{page}");
    assert_eq!(page.matches("<svg").count(), 2, "a drawing for a page and one for a phone");
}

#[test]
fn only_dimensions_that_every_input_has_can_be_scored() {
    let analysis = of_release(&release(UNEVEN));
    let values = Values::of(&analysis);
    assert_eq!(
        dimensions(&values, &definition(&[("did-not-attend", 1.0)])),
        ["deprivation", "ethnicity"],
        "two sexes are too few"
    );
    assert_eq!(dimensions(&values, &definition(&[("did-not-attend", 1.0), ("waits", 1.0)])), ["deprivation"]);
    assert!(dimensions(&values, &definition(&[("nothing", 1.0)])).is_empty());
}

#[test]
fn what_makes_no_score_is_said() {
    let analysis = of_release(&release(UNEVEN));
    let values = Values::of(&analysis);
    let said =
        |inputs: &[(&str, f64)], of: &str| rank(&values, &definition(inputs), of, 1).expect_err("no score").to_string();
    assert_eq!(
        said(&[("nothing", 1.0)], "deprivation"),
        "the report has no indicator `nothing`; it has did-not-attend, kept, waits"
    );
    assert_eq!(
        said(&[("kept", 1.0)], "shoe_size"),
        "the report does not break down by `shoe_size`; it does by deprivation, ethnicity, sex"
    );
    assert!(said(&[("kept", 1.0)], "sex").contains("units to compare"));
}
