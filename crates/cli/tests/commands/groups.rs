//! `evenly groups`, as a person types it.

use crate::sandbox::{Sandbox, appointments};

#[test]
fn groups_are_listed_shown_and_counted() {
    let sandbox = Sandbox::new();
    let listed = sandbox.evenly(&["groups", "list"]).expect_success();
    assert!(listed.stdout.contains("core20") && listed.stdout.contains("inclusion health"), "{}", listed.stdout);
    let shown = sandbox.evenly(&["groups", "show", "homeless"]).expect_success();
    assert!(shown.stdout.contains("homeless = 'Y'"), "{}", shown.stdout);
    let areas = sandbox.evenly(&["groups", "areas"]).expect_success();
    assert!(areas.stdout.contains("by 2028"), "{}", areas.stdout);
    sandbox.write("appointments.csv", appointments(400));
    let arguments = ["groups", "count", "appointments.csv", "--profile", "sus-outpatient", "--format", "json"];
    let counted = sandbox.evenly(&arguments).expect_success();
    let told: serde_json::Value = serde_json::from_str(&counted.stdout).expect("it is JSON");
    let women = told["groups"].as_array().expect("groups").iter().find(|own| own["group"] == "women").expect("women");
    assert!(women["rows"].as_u64() > Some(50) && women["out_of"].as_u64() > Some(300), "{women}");
    assert!(told["cannot_see"].to_string().contains("gypsy-roma-traveller"));
}

#[test]
fn the_register_names_what_no_connected_extract_shows_and_why() {
    let sandbox = Sandbox::new();
    let sus = sandbox.evenly(&["groups", "cannot-see", "sus-outpatient"]).expect_success().stdout;
    for part in ["Gypsy, Roma and Traveller", "no code for Gypsy", "Field needed: homeless", "Lesbian"] {
        assert!(sus.contains(part), "{sus}\nlacks {part}");
    }
    let more = sandbox.evenly(&["groups", "cannot-see", "sus-outpatient", "talking-therapies"]).expect_success().stdout;
    assert!(!more.contains("Lesbian") && more.contains("Gypsy"), "{more}");
    let wrong = sandbox.evenly(&["groups", "show", "nobody"]);
    assert!(wrong.message().contains("core20"), "{}", wrong.message());
}
