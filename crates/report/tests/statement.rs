//! The pack of a made-up extract, through the real gate.

use evenly_cube::statement::{Actions, ReportingPeriod, Take, shipped_domains};
use evenly_cube::{
    About, CellTable, CountedIndicator, Counts, Cube, Dimension, Exact, Group, GroupState, Membership, Order,
    PlainTable, PlainValues, Policy, Provenance, Reading, RowsEquation, Views, shipped_indicator,
};
use evenly_report::analysis::Heading;
use evenly_report::{Statement, StatementError, StatementExtract, StatementParts};
use serde_json::Value;

const MONTHS: usize = 4;

fn dimension(id: &str, title: &str, order: Order, mut groups: Vec<Group>, unknown: bool) -> Dimension {
    if unknown {
        groups.push(Group::unknown(GroupState::NotStated));
    }
    Dimension { id: id.into(), title: title.into(), about: About::Person, order, groups, vintage: None, note: None }
}

fn known(labels: &[&str]) -> Vec<Group> {
    labels.iter().map(|label| Group::known(label.to_lowercase(), *label)).collect()
}

/// March to June 2025 by deprivation, ethnic group and sex, without age. `few` is how many of two small groups missed in a month.
fn cube(few: [u32; 2]) -> Exact<Cube> {
    use Membership::{Denominator, Numerator, Outside};
    let months =
        (3..3 + MONTHS).map(|month| format!("2025-{month:02}")).map(|id| Group::known(id.clone(), id)).collect();
    let dimensions = vec![
        dimension("month", "Month", Order::Period, months, false),
        dimension("deprivation", "Deprivation (fifths)", Order::Ranked, known(&["Most", "Middle", "Least"]), true),
        dimension("ethnic_group", "Ethnic group", Order::Nominal, known(&["A", "Few", "Rare"]), true),
        dimension("sex", "Sex", Order::Nominal, known(&["Male", "Female"]), false),
    ];
    let mut counts = Vec::new();
    for _ in 0..MONTHS {
        for deprivation in 0..4_u32 {
            for ethnic in 0..4_u32 {
                for sex in 0..2_u32 {
                    let small = ethnic == 1 || ethnic == 2;
                    let few = few[usize::from(ethnic == 2)] * u32::from(deprivation == 0 && sex == 0);
                    let missed = if small { few } else { 40 - 10 * deprivation };
                    // Outside, missed face to face, missed by video, seen face to face, seen by video.
                    counts.extend([3, missed, 0, if small { 30 - missed } else { 300 }, 20]);
                }
            }
        }
    }
    let counted = |id: &str, states: [Membership; 5]| CountedIndicator {
        definition: shipped_indicator(id).unwrap(),
        tables: vec![0],
        reading: Reading::Membership(states.into()),
        sums: None,
        repeats: None,
    };
    Exact::new(Cube {
        dimensions,
        indicators: vec![
            counted("did-not-attend", [Outside, Numerator, Numerator, Denominator, Denominator]),
            counted("virtual-share", [Outside, Denominator, Numerator, Denominator, Numerator]),
        ],
        tables: vec![CellTable { dimensions: vec![0, 1, 2, 3], readings: 5, counts: Counts::Dense(counts) }],
        quality: vec![],
        provenance: Provenance {
            evenly: "0.1.0".into(),
            sources: vec![],
            definitions: vec![],
            rows: RowsEquation { read: 50_000, counted: 50_000, ..RowsEquation::default() },
            notes: vec![],
        },
    })
}

fn extract(cube: &Exact<Cube>, policy: &str, name: &str) -> StatementExtract {
    let within = cube.within(&ReportingPeriod::parse("2025-26").unwrap(), Take::All).unwrap();
    let by = ["deprivation", "ethnic_group", "sex"].map(str::to_owned);
    let views = Views { period: Some("month".into()), by: by.into(), pairs: vec![], change: None };
    let release = within.cube.release(&Policy::shipped(policy).unwrap(), &views).unwrap();
    StatementExtract {
        name: name.into(),
        release,
        periods: within.periods,
        snapshot: false,
        whole: within.whole,
        lost: within.lost,
    }
}

fn parts_of(extracts: Vec<StatementExtract>, protected: bool) -> StatementParts {
    StatementParts {
        heading: Heading {
            organisation: Some("Anytown Hospitals".into()),
            title: None,
            date: Some("2026-06-30".into()),
        },
        code: Some("RX1".into()),
        period: ReportingPeriod::parse("2025-26").unwrap(),
        domains: shipped_domains().unwrap(),
        extracts,
        protected,
        actions: Actions::default(),
    }
}

fn pack(policy: &str) -> Statement {
    Statement::new(parts_of(vec![extract(&cube([1, 2]), policy, "outpatients")], policy != "none-synthetic")).unwrap()
}

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
    assert_eq!(page.matches("Wording not checked. ").count(), unchecked);
    let json: Value = serde_json::from_str(&pack.json().unwrap()).unwrap();
    let indicators: Vec<&Value> =
        json["domains"].as_array().unwrap().iter().flat_map(|own| own["indicators"].as_array().unwrap()).collect();
    assert_eq!(indicators.iter().filter(|own| own["asked"]["checked"] == false).count(), unchecked);
    for own in &indicators {
        assert!(own["available"] == true || own["needs"].as_str().is_some_and(|needs| page.contains(&escaped(needs))));
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
    let schema = include_str!("../../../docs/reference/statement.schema.json");
    let validator = jsonschema::validator_for(&serde_json::from_str(schema).unwrap()).unwrap();
    for policy in ["hes-1-7", "none-synthetic"] {
        let json: Value = serde_json::from_str(&pack(policy).json().unwrap()).unwrap();
        let errors: Vec<String> = validator.iter_errors(&json).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{errors:#?}");
    }
}

/// Texts of a column, empty where absent.
fn column(table: &PlainTable, name: &str) -> Vec<String> {
    let column = table.columns.iter().find(|own| own.name == name).unwrap_or_else(|| panic!("{name} is missing"));
    match &column.values {
        PlainValues::Text(own) | PlainValues::Day(own) => {
            own.iter().map(|own| own.clone().unwrap_or_default()).collect()
        }
        PlainValues::Whole(own) => own.iter().map(|own| own.map_or_else(String::new, |own| own.to_string())).collect(),
    }
}

#[test]
fn the_metrics_library_holds_the_same_numbers() {
    for (policy, flag) in [("hes-1-7", "Yes"), ("none-synthetic", "No")] {
        let pack = pack(policy);
        let json: Value = serde_json::from_str(&pack.json().unwrap()).unwrap();
        let tables = pack.cml();
        assert_eq!(
            tables.iter().map(|own| own.name.as_str()).collect::<Vec<_>>(),
            ["METRIC", "DIMENSIONS", "SOURCE", "RELATIONSHIPS", "METADATA"]
        );
        let (ids, dimensions) = (column(&tables[0], "metric_id"), column(&tables[0], "dimension_id"));
        let (values, more) = (column(&tables[0], "metric_value"), column(&tables[0], "additional_metric_values"));
        let mut compared = 0;
        let mut compare = |of: &str, dimension: &str, own: &Value| {
            let row = (0..ids.len())
                .find(|row| ids[*row].starts_with(&format!("evenly-{of}-v")) && dimensions[*row] == dimension);
            let row = row.unwrap_or_else(|| panic!("{of} {dimension} is missing"));
            let more: Value = serde_json::from_str(&more[row]).unwrap();
            assert_eq!(more["numerator"], own["numerator"]);
            assert_eq!(more["suppressed"], own["suppressed"]);
            match own["value"].as_f64() {
                Some(value) => assert_eq!(values[row].parse::<f64>().unwrap().to_bits(), value.to_bits()),
                None => assert_eq!(values[row], if own["suppressed"] == true { "*" } else { "no value" }),
            }
            compared += 1;
        };
        let virtual_share =
            &json["domains"][0]["indicators"].as_array().unwrap().iter().find(|own| own["available"] == true).unwrap()
                ["shown"];
        for (of, shown) in [("did-not-attend", &json["other_indicators"][0]["shown"]), ("virtual-share", virtual_share)]
        {
            compare(of, "", &shown["overall"]);
            for dimension in shown["dimensions"].as_array().unwrap() {
                for group in dimension["groups"].as_array().unwrap() {
                    let id = format!("{}={}", dimension["id"].as_str().unwrap(), group["id"].as_str().unwrap());
                    compare(of, &id, group);
                    assert!(column(&tables[1], "dimension_id").contains(&id));
                }
            }
        }
        assert_eq!(compared, ids.len());
        assert!(column(&tables[4], "statistical_disclosure_control_flag").iter().all(|own| own == flag));
        assert_eq!(column(&tables[3], "relationship_type"), ["stands for"]);
        for table in &tables {
            assert_eq!(&table.parquet().unwrap()[..4], b"PAR1", "{}", table.name);
            assert_eq!(Statement::cml_csv(table).unwrap().lines().count(), table.rows() + 1, "{}", table.name);
        }
    }
}

/// Two truths that differ in withheld counts alone give the same documents: no table of the pack gives away another's count.
#[test]
fn no_document_depends_on_what_is_withheld() {
    let documents = |few: [u32; 2]| {
        let pack = Statement::new(parts_of(vec![extract(&cube(few), "hes-1-7", "outpatients")], true)).unwrap();
        let cml: Vec<String> = pack.cml().iter().map(|table| Statement::cml_csv(table).unwrap()).collect();
        (pack.html(), pack.json().unwrap(), cml, pack.xlsx().unwrap(), pack.text())
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
