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

const HARBOUR: &str = "id = 'harbour-side'\ntitle = 'People of the harbour side'\nversion = 1\nkind = 'local'\n\
    when = \"lsoa = 'E01021988' AND age >= 60\"\nsource = 'Trust board, minute 12'\ndate = '2026-04-01'\n";

#[test]
fn a_trusts_own_groups_are_listed_counted_overlapped_and_in_the_register() {
    let sandbox = Sandbox::new();
    sandbox.write("appointments.csv", appointments(400));
    sandbox.write("own/harbour.toml", HARBOUR);
    let caravans = "id = 'caravans'\ntitle = 'People in caravans'\nversion = 1\nkind = 'local'\nwhen = \"caravan = 'Y'\"\n\
        source = 'Trust board'\ndate = '2026-04-01'\nunseen = 'The district council knows the sites.'\n";
    sandbox.write("own/caravans.toml", caravans);
    let older =
        HARBOUR.replace("harbour-side", "older-people").replace("lsoa = 'E01021988' AND age >= 60", "age >= 70");
    sandbox.write("own/older.toml", older);
    let listed = sandbox.evenly(&["groups", "list", "--groups", "own"]).expect_success().stdout;
    assert!(listed.contains("harbour-side") && listed.contains("from own/older.toml"), "{listed}");
    let shown = sandbox.evenly(&["groups", "show", "harbour-side", "--groups", "own"]).expect_success().stdout;
    assert_eq!(shown, HARBOUR);
    let register = ["groups", "cannot-see", "sus-outpatient", "--groups", "own/caravans.toml"];
    let register = sandbox.evenly(&register).expect_success().stdout;
    assert!(register.contains("Field needed: caravan\n  The district council"), "{register}");
    let count = ["groups", "count", "appointments.csv", "--profile", "sus-outpatient", "--policy", "none-synthetic"];
    let count = sandbox.evenly(&[&count[..], &["--groups", "own", "--format", "json"]].concat()).expect_success();
    let told: serde_json::Value = serde_json::from_str(&count.stdout).expect("it is JSON");
    let rows = |id: &str| {
        told["groups"].as_array().expect("groups").iter().find(|own| own["group"] == id).expect("it")["rows"].clone()
    };
    // Ages go from 18 to 77 in turn, six times whole; every third row is of the area: six of the ages from 60, two of those from 70.
    assert_eq!((rows("harbour-side"), rows("older-people")), (36.into(), 48.into()), "{told}");
    let both = told["overlaps"].as_array().expect("overlaps").iter();
    let both = both.filter(|own| {
        own["groups"].to_string().contains("harbour-side") && own["groups"].to_string().contains("older-people")
    });
    assert_eq!(both.map(|own| own["rows"].clone()).collect::<Vec<_>>(), [12]);
    assert!(told["cannot_see"].to_string().contains("caravans"));
}

#[test]
fn what_is_wrong_with_an_own_group_is_said_with_file_and_line() {
    let sandbox = Sandbox::new();
    for (text, parts) in [
        (HARBOUR.replace("age >= 60", "age >="), &["own.toml", "line 5"][..]),
        (HARBOUR.replace("'local'", "'ours'"), &["own.toml", "line 4", "`ours`", "`local`"]),
        (HARBOUR.replace("version = 1\n", ""), &["own.toml", "`version`"]),
    ] {
        sandbox.write("own.toml", text);
        let said = sandbox.evenly(&["groups", "list", "--groups", "own.toml"]).message();
        assert!(
            said.starts_with("exit 1") && parts.iter().all(|part| said.contains(part)),
            "{said}\nlacks one of {parts:?}"
        );
    }
    sandbox.write("empty/note.md", "no groups yet");
    let said = sandbox.evenly(&["groups", "list", "--groups", "empty"]).message();
    assert!(said.contains("empty: there is no TOML file"), "{said}");
}

/// Six people: rows of p0 disagree, p1 has a gap, p2 to p5 agree.
fn with_people() -> (String, String) {
    let mut appointments =
        String::from("Appointment_Date,Attendance_Status,Ethnic_Category,Der_Pseudo_NHS_Number,LSOA_2011\n");
    for row in 0..60 {
        let ethnicity = match (row % 6, row / 6) {
            (0, 0..4) | (1, 0..3) => ["H", "99"][row % 6],
            (0 | 2, _) => "A",
            (1 | 3, _) => "N",
            _ => "J",
        };
        let status = if row % 5 == 0 { 3 } else { 5 };
        appointments += &format!("2024-04-{:02},{status},{ethnicity},p{},E01000002\n", 1 + row % 28, row % 6);
    }
    let mut spells = String::from("Admission_Date,Admission_Method,Ethnic_Group,Der_Pseudo_NHS_Number\n");
    spells += &"2024-05-01,11,H,p0\n".repeat(5);
    (appointments, spells)
}

#[test]
fn people_whose_records_disagree_and_what_the_rules_make_of_them() {
    let sandbox = Sandbox::new();
    let (appointments, spells) = with_people();
    sandbox.write("appointments.csv", appointments);
    sandbox.write("spells.csv", spells);
    let command =
        ["groups", "ethnicity", "appointments.csv", "--profile", "sus-outpatient", "--policy", "none-synthetic"];
    let text =
        sandbox.evenly(&[&command[..], &["--ethnicity-from", "apc=spells.csv"]].concat()).expect_success().stdout;
    insta::assert_snapshot!(text);
    let alone: serde_json::Value =
        serde_json::from_str(&sandbox.evenly(&[&command[..], &["--format", "json"]].concat()).expect_success().stdout)
            .expect("it is JSON");
    let changes = alone["rows"].as_array().expect("rows").iter().find(|own| own["indicator"] == "group-changes-chime");
    assert_eq!(changes.expect("it")["numerator"], 4, "without the spells p0 is White: four rows of H change");
    let withheld = sandbox.evenly(&command[..command.len() - 2]).expect_success().stdout;
    assert!(withheld.contains("withheld"), "{withheld}");
}

#[test]
fn a_report_may_take_each_persons_ethnicity_by_a_rule() {
    let sandbox = Sandbox::new();
    let (appointments, spells) = with_people();
    sandbox.write("appointments.csv", appointments);
    sandbox.write("spells.csv", spells);
    let analyse = |more: &[&str], out: &str| {
        let by = ["analyse", "appointments.csv", "--profile", "sus-outpatient", "--policy", "none-synthetic", "--by"];
        sandbox.evenly(&[&by[..], &["ethnic_group"], more, &["--out", out]].concat())
    };
    let groups = |out: &str| {
        let report = sandbox.json(&format!("{out}/report.json"));
        let own = report["indicators"].as_array().expect("indicators")[0]["groups"].as_array().expect("groups").clone();
        let asian = own.iter().find(|own| own["group"] == "asian");
        (asian.expect("a group")["denominator"].clone(), report["definitions"].to_string())
    };
    analyse(&[], "recorded").expect_success();
    analyse(&["--ethnicity-rule", "chime", "--ethnicity-from", "apc=spells.csv"], "chime").expect_success();
    assert_eq!((groups("recorded").0, groups("chime").0), (24.into(), 30.into()));
    assert!(groups("chime").1.contains("chime") && !groups("recorded").1.contains("chime"));
    let page = std::fs::read_to_string(sandbox.path().join("chime/report.html")).expect("the page");
    assert!(page.contains("rule of CHIME"), "the report says which rule was used");
    let lonely = analyse(&["--ethnicity-from", "apc=spells.csv"], "x").message();
    assert!(lonely.starts_with("exit 2") && lonely.contains("--ethnicity-rule"), "{lonely}");
    let other = analyse(&["--ethnicity-rule", "chime", "--ethnicity-from", "community=spells.csv"], "x").message();
    assert!(other.starts_with("exit 2") && other.contains("`community` is not admitted"), "{other}");
}

#[test]
fn areas_and_rows_that_change_fifth_between_the_editions_are_counted() {
    let sandbox = Sandbox::new();
    insta::assert_snapshot!(sandbox.evenly(&["groups", "imd-areas"]).expect_success().stdout);
    let areas = ["groups", "imd-areas", "--areas", "2011", "--format", "json"];
    let told: serde_json::Value = serde_json::from_str(&sandbox.evenly(&areas).expect_success().stdout).expect("JSON");
    assert_eq!((&told["areas"], &told["fifths"][0][1]), (&32_844.into(), &756.into()));
    sandbox.write("appointments.csv", appointments(300));
    let rows = ["groups", "imd-rows", "appointments.csv", "--profile", "sus-outpatient", "--policy", "none-synthetic"];
    insta::assert_snapshot!("imd_rows", sandbox.evenly(&rows).expect_success().stdout);
    sandbox.write("no-area.csv", "Appointment_Date,Attendance_Status\n2024-04-01,5\n");
    let said = sandbox.evenly(&["groups", "imd-rows", "no-area.csv", "--profile", "sus-outpatient"]).message();
    assert!(said.starts_with("exit 1") && said.contains("deprivation_2019"), "{said}");
}

#[test]
fn the_workforce_standards_ratios_are_white_over_minority_ethnic() {
    let sandbox = Sandbox::new();
    let mut text = String::from("Shortlisted_Date,Appointed,Ethnic Origin\n");
    for row in 0..400 {
        // A quarter of 200 White and a sixth of 180 Black applicants are appointed; 20 do not say.
        let (ethnicity, appointed) = match row {
            0..200 => ("A", row % 4 == 0),
            200..380 => ("N", row % 6 == 0),
            _ => ("Z", false),
        };
        text += &format!("2024-04-01,{},{ethnicity}\n", if appointed { "Y" } else { "N" });
    }
    sandbox.write("shortlisted.csv", text);
    let command = ["groups", "wres", "shortlisted.csv", "--profile", "staff-recruitment"];
    insta::assert_snapshot!(sandbox.evenly(&command).expect_success().stdout);
    let json = sandbox.evenly(&[&command[..], &["--format", "json"]].concat()).expect_success().stdout;
    let told: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(told["indicators"][0]["white_to_minority_ethnic"]["value"], 1.5);
    sandbox.write("appointments.csv", appointments(50));
    let said = sandbox.evenly(&["groups", "wres", "appointments.csv", "--profile", "sus-outpatient"]).message();
    assert!(said.starts_with("exit 1") && said.contains("wres_group"), "{said}");
}
