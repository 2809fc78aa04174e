//! What the pack says, and that no document says what is withheld.

use evenly_cube::statement::shipped_domains;
use evenly_report::{Statement, StatementError};
use serde_json::Value;

use crate::made_up::{cube, extract, pack, parts_of};

#[test]
fn the_pack_reads_as_it_should() {
    insta::assert_snapshot!(pack("hes-1-7").text());
}

#[test]
fn every_document_says_which_wording_is_not_checked_and_what_is_not_available() {
    let pack = pack("none-synthetic");
    let unchecked: usize =
        shipped_domains().unwrap().iter().flat_map(|own| &own.indicators).filter(|own| !own.checked).count();
    let page = pack.html();
    // Beside what is asked for, and in the table of where each wording comes from.
    assert_eq!(page.matches("Wording not checked.").count(), 2 * unchecked);
    let json: Value = serde_json::from_str(&pack.json().unwrap()).unwrap();
    let indicators: Vec<&Value> =
        json["domains"].as_array().unwrap().iter().flat_map(|own| own["indicators"].as_array().unwrap()).collect();
    assert_eq!(indicators.iter().filter(|own| own["asked"]["checked"] == false).count(), unchecked);
    for own in &indicators {
        assert!(
            own["available"] == true || own["needs"].as_str().is_some_and(|needs| page.contains(&escaped(&needs[1..])))
        );
    }
    assert_eq!(indicators.iter().filter(|own| own["available"] == true).count(), 1);
    assert_eq!(json["other_indicators"][0]["id"], "did-not-attend");
    assert_eq!(json["projects"], serde_json::json!([]));
    assert!(page.contains("None recorded."));
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
}

#[test]
fn the_share_unknown_is_that_of_the_denominator() {
    let json: Value = serde_json::from_str(&pack("none-synthetic").json().unwrap()).unwrap();
    let shown = &json["other_indicators"][0]["shown"];
    let unknown = |dimension: usize| &shown["dimensions"][dimension]["unknown"];
    // April to June; of each sex, deprivation not stated: two ethnic groups of 330 and two of 50.
    let fifth: u64 = 3 * 2 * (2 * (10 + 320) + 2 * 50);
    assert_eq!(unknown(0)["rows"].as_u64(), Some(fifth));
    assert_eq!(unknown(0)["out_of"], shown["overall"]["denominator"]);
    assert_eq!(unknown(2)["state"], "no-group");
    assert_eq!(shown["missing"], serde_json::json!(["age"]));
    assert_eq!(json["extracts"][0]["periods"], serde_json::json!(["2025-04", "2025-05", "2025-06"]));
}

#[test]
fn the_json_meets_its_schema() {
    let schema = include_str!("../../../../docs/reference/statement.schema.json");
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    for policy in ["hes-1-7", "none-synthetic"] {
        let json: Value = serde_json::from_str(&pack(policy).json().unwrap()).unwrap();
        let errors: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}

/// Two truths that differ in withheld counts alone give the same documents: no table of the pack gives away another's count.
#[test]
fn no_document_depends_on_what_is_withheld() {
    let documents = |few: [u32; 2]| {
        let pack = Statement::new(parts_of(vec![extract(&cube(few), "hes-1-7", "outpatients")], true)).unwrap();
        let cml: Vec<String> = pack.cml().iter().map(|table| Statement::cml_csv(table).unwrap()).collect();
        #[cfg(feature = "pdf")]
        let pdf = pack.pdf().unwrap();
        #[cfg(not(feature = "pdf"))]
        let pdf = ();
        (pack.html(), pack.json().unwrap(), cml, pack.xlsx().unwrap(), pack.text(), pdf)
    };
    // The two groups change places in every month: all totals stay, and each of their counts, added up too, is from 1 to 7.
    let (one, other) = (documents([1, 2]), documents([2, 1]));
    assert!(one.1.contains(r#""suppressed": true"#));
    assert!(one == other, "{}", first_difference(&one.4, &other.4));
    assert!(one.1 != documents([20, 2]).1, "what may be shown reaches the documents");
}

fn first_difference(one: &str, other: &str) -> String {
    let differs = one.lines().zip(other.lines()).find(|(a, b)| a != b);
    differs.map_or_else(|| "they differ beyond their text".to_owned(), |(a, b)| format!("{a}\n{b}"))
}

#[test]
fn two_policies_make_no_pack() {
    let extracts = vec![extract(&cube([1, 2]), "hes-1-7", "one"), extract(&cube([1, 2]), "none-synthetic", "two")];
    let refused = Statement::new(parts_of(extracts, true)).unwrap_err();
    assert!(matches!(&refused, StatementError::Policies(one, two, ..) if one == "one" && two == "two"), "{refused}");
    assert!(Statement::new(parts_of(vec![], true)).is_err());
}
