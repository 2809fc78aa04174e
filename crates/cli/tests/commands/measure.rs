//! `evenly measure`: one statistic on a small table.

use insta::assert_snapshot;

use crate::sandbox::Sandbox;

const UPTAKE: &str = "group,numerator,denominator\nmost deprived,512,1000\nleast deprived,811,1000\n";

#[test]
fn an_answer_in_text_and_in_json() {
    let sandbox = Sandbox::new();
    sandbox.write("uptake.csv", UPTAKE);
    assert_snapshot!("text", sandbox.evenly(&["measure", "proportion", "uptake.csv"]).expect_success().stdout);
    let json = sandbox.evenly(&["measure", "proportion", "uptake.csv", "--format", "json"]).expect_success().stdout;
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(json["method"], "proportion");
    assert_eq!(json["inputs"]["rows"], 2);
    assert!((json["results"][0]["value"].as_f64().expect("a number") - 0.512).abs() < 1e-12);
}

#[test]
fn groups_are_answered_one_by_one() {
    let sandbox = Sandbox::new();
    sandbox
        .write("years.csv", "year,group,numerator,denominator\n2023,a,1,10\n2023,b,2,10\n2024,a,3,10\n2024,b,4,10\n");
    let json =
        sandbox.evenly(&["measure", "proportion", "years.csv", "--by", "year", "--format", "json"]).expect_success();
    let json: serde_json::Value = serde_json::from_str(&json.stdout).expect("JSON");
    let years: Vec<_> = json["results"].as_array().expect("rows").iter().map(|row| row["year"].clone()).collect();
    assert_eq!(years, ["2023", "2023", "2024", "2024"]);
}

#[test]
fn every_method_accepts_its_own_example_and_refuses_an_empty_table() {
    let sandbox = Sandbox::new();
    let listed = sandbox.evenly(&["measure", "list", "--format", "json"]);
    let listed =
        if listed.status == Some(0) { listed } else { sandbox.evenly(&["measure", "list", "-", "--format", "json"]) };
    let methods: serde_json::Value = serde_json::from_str(&listed.expect_success().stdout).expect("JSON");
    let methods = methods.as_array().expect("a list");
    assert!(methods.len() >= 20, "only {} methods", methods.len());
    for method in methods {
        let id = method["id"].as_str().expect("an id");
        let help = sandbox.evenly(&["measure", "help", id]).expect_success().stdout;
        assert!(help.contains("```"), "{id} shows no example");
        sandbox.write("empty.csv", "group\n");
        let refused = sandbox.evenly(&["measure", id, "empty.csv"]);
        assert_eq!(refused.status, Some(1), "{id}: {refused:?}");
        assert!(!refused.stderr.contains("panicked"), "{id}: {}", refused.stderr);
    }
}

#[test]
fn wrong_usage_and_bad_tables_are_told_apart() {
    let sandbox = Sandbox::new();
    sandbox.write("uptake.csv", UPTAKE);
    sandbox.write("above.csv", "group,numerator,denominator\na,11,10\nb,1,10\n");
    sandbox.write("words.csv", "group,numerator,denominator\na,many,10\nb,1,10\n");
    assert_snapshot!("no_such_method", sandbox.evenly(&["measure", "proportoin", "uptake.csv"]).message());
    assert_snapshot!(
        "no_such_option",
        sandbox.evenly(&["measure", "proportion", "uptake.csv", "--colour", "red"]).message()
    );
    assert_snapshot!("numerator_above", sandbox.evenly(&["measure", "proportion", "above.csv"]).message());
    assert_snapshot!("not_a_number", sandbox.evenly(&["measure", "proportion", "words.csv"]).message());
    assert_snapshot!("no_file", sandbox.evenly(&["measure", "proportion", "nowhere.csv"]).message());
}

#[test]
fn a_group_that_an_improving_whole_hides_is_found() {
    let sandbox = Sandbox::new();
    let mut table = String::from("period,area,sex,numerator,denominator\n");
    for month in 1..=24 {
        for (area, sex) in
            [("north", "F"), ("north", "M"), ("south", "F"), ("south", "M"), ("west", "F"), ("west", "M")]
        {
            let missed = match (area, sex, month > 12) {
                ("south", "M", true) => 130,
                (_, _, true) => 80,
                _ => 100,
            };
            let (year, month_of_year) = (2024 + (month - 1) / 12, (month - 1) % 12 + 1);
            table.push_str(&format!("{year}-{month_of_year:02},{area},{sex},{},1000\n", missed + month % 3));
        }
    }
    sandbox.write("missed.csv", table);
    let arguments = ["measure", "masked", "missed.csv", "--better", "lower", "--split", "2025-01", "--format", "json"];
    let answer: serde_json::Value =
        serde_json::from_str(&sandbox.evenly(&arguments).expect_success().stdout).expect("JSON");
    let flagged: Vec<_> =
        answer["results"].as_array().expect("results").iter().filter(|row| row["flagged"] == true).collect();
    assert_eq!(flagged[0]["stratum"], serde_json::json!({"area": "south", "sex": "M"}));
    assert!(flagged[0]["lower"].as_f64() > Some(0.0), "{}", flagged[0]);
}
