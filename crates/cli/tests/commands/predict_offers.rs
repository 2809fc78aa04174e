//! `evenly predict explain|score|plan|evaluate|drift`: offers of help, whether they help, and refusals that leave nothing.

use std::fmt::Write as _;
use std::fs;

use crate::predict::appointments;
use crate::sandbox::Sandbox;

/// The day of the list.
const DAY: &str = "2016-05-02";

/// Appointments of one day; `outcome` of a person, nothing where the day has not come. One is at a place never seen before.
fn of_day(people: u32, outcome: impl Fn(u32) -> &'static str) -> String {
    let mut text = String::new();
    for person in 0..people {
        let reference = 900_000 + (person * 37) % people;
        let place = if person == 3 { "ILHA" } else { "CENTRO" };
        writeln!(text, "{person},{reference},F,2016-04-01T09:10:00Z,{DAY}T00:00:00Z,40,{place},0,{}", outcome(person))
            .unwrap();
    }
    text
}

fn fitted() -> Sandbox {
    let sandbox = Sandbox::new();
    let past = appointments(9_000);
    sandbox.write("past.csv", &past);
    sandbox.write("to-come.csv", format!("{past}{}", of_day(400, |_| "")));
    sandbox
        .evenly(&arguments("fit past.csv --profile vitoria-noshow --days-before 3 --by sex --samples 50 --out model"))
        .expect_success();
    sandbox
}

fn arguments(text: &str) -> Vec<&str> {
    ["predict"].into_iter().chain(text.split(' ')).collect()
}

const SCORE: &str =
    "score model to-come.csv --profile vitoria-noshow --by sex --day 2016-05-02 --capacity 40 --out offers";

#[test]
fn offers_are_written_for_their_owner_and_hold_no_number_beside_a_person() {
    let sandbox = fitted();
    let told = sandbox.evenly(&arguments(SCORE)).expect_success().stdout;
    assert!(told.starts_with("40 offers of help for 2016-05-02: 400 appointments that day, 400 looked at"), "{told}");
    assert!(
        told.contains("never seen before that day: Share missed at the same clinic or place before, of 1"),
        "{told}"
    );
    let csv = fs::read_to_string(sandbox.path().join("offers/worklist.csv")).unwrap();
    let mut lines = csv.lines();
    assert_eq!(lines.next(), Some("appointment,offer,reason,reason_codes"));
    let references: Vec<&str> = lines.clone().filter_map(|line| line.split(',').next()).collect();
    assert!(references.len() == 40 && references.is_sorted(), "{references:?}");
    for line in lines {
        let after = line.split_once(',').unwrap().1;
        assert!(!after.contains(|c: char| c.is_ascii_digit()), "{line}");
    }
    let json = sandbox.json("offers/worklist.json");
    assert_eq!(json["offers"].as_array().unwrap().len(), 40);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = fs::metadata(sandbox.path().join("offers")).unwrap().permissions().mode();
        assert_eq!(mode & 0o077, 0, "{mode:o}");
    }
    // Nothing that the list, the help or the summary says is a chance.
    assert!(!csv.contains("0.") && !json.to_string().contains("0."));
    for text in [csv.clone(), json.to_string(), told, sandbox.evenly(&arguments("score --help")).stdout] {
        for word in ["probab", "risk score", "ranking"] {
            assert!(!text.to_lowercase().contains(word), "{word}: {text}");
        }
    }
    let single = format!("explain model to-come.csv --profile vitoria-noshow --by sex --appointment {}", references[0]);
    let told = sandbox.evenly(&arguments(&single)).expect_success().stdout;
    assert!(told.contains("may need help to come") && told.contains("to offer"), "{told}");
    let picture = "explain model past.csv --profile vitoria-noshow --by sex --samples 50";
    let told = sandbox.evenly(&arguments(picture)).expect_success().stdout;
    assert!(told.contains("What may stand in the way") && told.contains("For whom"), "{told}");
    let drift = "drift model past.csv --profile vitoria-noshow --by sex --format json";
    let found: serde_json::Value =
        serde_json::from_str(&sandbox.evenly(&arguments(drift)).expect_success().stdout).unwrap();
    assert_eq!(found["months"].as_array().unwrap().len(), found["calibration"]["months"].as_array().unwrap().len());
}

#[test]
fn a_trial_is_planned_run_and_stopped_where_it_harms() {
    let sandbox = fitted();
    let plan = "plan past.csv --profile vitoria-noshow --hold-out 40% --from 2016-05-01 --until 2016-05-31 --looks 1 --today 2016-04-30 --out trial.toml";
    let told = sandbox.evenly(&arguments(plan)).expect_success().stdout;
    assert!(told.contains("40 % of people wait"), "{told}");
    let again = sandbox.evenly(&arguments(plan));
    assert!(again.status == Some(1) && again.stderr.contains("is there already"), "{again:?}");
    let with_trial = SCORE.replace("--capacity 40", "--capacity 240") + " --trial trial.toml";
    sandbox.evenly(&arguments(&with_trial)).expect_success();
    let offers = sandbox.json("offers/worklist.json");
    let offered: Vec<u32> = offers["offers"]
        .as_array()
        .unwrap()
        .iter()
        .map(|own| own["appointment"].as_str().unwrap().parse().unwrap())
        .collect();
    let outcome_with = |missed_with: u32, missed_without: u32| {
        move |offered: &[u32], person: u32| {
            let with = offered.contains(&(900_000 + (person * 37) % 400));
            if person * 61 % 100 < if with { missed_with } else { missed_without } { "Yes" } else { "No" }
        }
    };
    let evaluate = "evaluate trial.toml later.csv --profile vitoria-noshow --by sex --offers offers";
    let later = |outcome: &dyn Fn(&[u32], u32) -> &'static str| {
        sandbox
            .write("later.csv", format!("{}{}", appointments(9_000), of_day(400, |person| outcome(&offered, person))));
    };
    later(&outcome_with(10, 40));
    let helped = sandbox.evenly(&arguments(evaluate)).expect_success().stdout;
    assert!(helped.contains("help helps"), "{helped}");
    later(&outcome_with(60, 20));
    let harmed = sandbox.evenly(&arguments(evaluate));
    assert!(harmed.status == Some(1) && harmed.stderr.contains("stop: help harms everybody together"), "{harmed:?}");
    let refused = sandbox.evenly(&arguments(&with_trial.replace("--out offers", "--out more")));
    assert!(refused.status == Some(1) && refused.stderr.contains("this trial was stopped"), "{refused:?}");
    assert!(!sandbox.path().join("more").exists());
    let text = fs::read_to_string(sandbox.path().join("trial.toml")).unwrap();
    sandbox.write("trial.toml", text.replace("share = 0.4", "share = 0.3"));
    let changed = sandbox.evenly(&arguments(evaluate));
    assert!(changed.status == Some(1) && changed.stderr.contains("design was changed"), "{changed:?}");
}

#[test]
fn bad_input_is_refused_with_the_reason_and_leaves_nothing() {
    let sandbox = fitted();
    let before = sandbox.names();
    let model = fs::read_to_string(sandbox.path().join("model/model.evenly")).unwrap();
    sandbox.write("model/newer.evenly", model.replacen("evenly-model ", "evenly-model 9", 1));
    sandbox.write("model/altered.evenly", model.replacen("\"seed\":1", "\"seed\":2", 1));
    let source = "past.csv --profile vitoria-noshow --by sex";
    for action in ["audit", "explain", "drift"] {
        for (file, reason) in [("newer", "newer Evenly"), ("altered", "changed by hand")] {
            let refused = sandbox.evenly(&arguments(&format!("{action} model/{file}.evenly {source}")));
            assert!(refused.status == Some(1) && refused.stderr.contains(reason), "{action} {file} {refused:?}");
        }
        let early = sandbox.evenly(&arguments(&format!("{action} model {source} --today 2016-03-15")));
        assert!(early.status == Some(1) && early.stderr.contains("2016-03-15"), "{action} {early:?}");
    }
    let one = appointments(9_000).replace(",Yes", ",No");
    sandbox.write("one.csv", one);
    let refused = sandbox.evenly(&arguments("explain model one.csv --profile vitoria-noshow --by sex"));
    assert!(refused.status == Some(1) && refused.stderr.contains("one outcome"), "{refused:?}");
    sandbox.write("few.csv", appointments(900));
    let refused = sandbox.evenly(&arguments("fit few.csv --profile vitoria-noshow --by sex --out few"));
    assert!(refused.status == Some(1) && refused.stderr.contains("are needed"), "{refused:?}");
    for (change, status, reason) in [
        (("model ", "model/altered.evenly "), 1, "changed by hand"),
        (("2016-05-02", "2016-06-02"), 1, "no appointment of 2016-06-02"),
        (("--capacity 40", "--capacity 0"), 2, "capacity"),
        (("--capacity 40", "--capacity 40 --rule benefit"), 2, "--benefit"),
        (("--capacity 40", "--capacity 40 --rule floor --floor-by shoe_size"), 1, "shoe_size"),
        (("--capacity 40", "--capacity 40 --trial past.csv"), 1, "past.csv"),
        (("--out offers", "--out model"), 1, "is there already"),
    ] {
        let refused = sandbox.evenly(&arguments(&SCORE.replace(change.0, change.1)));
        assert!(refused.status == Some(status) && refused.stderr.contains(reason), "{change:?} {refused:?}");
    }
    let without =
        fs::read_to_string(sandbox.path().join("to-come.csv")).unwrap().replacen("AppointmentID", "Number", 1);
    sandbox.write("to-come.csv", without);
    let refused = sandbox.evenly(&arguments(SCORE));
    assert!(refused.status == Some(1) && refused.stderr.contains("`reference`"), "{refused:?}");
    for plan in ["", " --hold-out 20% --stepped site"] {
        let text = format!(
            "plan past.csv --profile vitoria-noshow --from 2016-05-01 --until 2016-05-31{plan} --out trial.toml"
        );
        assert_eq!(sandbox.evenly(&arguments(&text)).status, Some(2));
    }
    let late =
        "plan past.csv --profile vitoria-noshow --hold-out 20% --from 2016-05-01 --until 2016-05-31 --out trial.toml";
    let refused = sandbox.evenly(&arguments(late));
    assert!(refused.status == Some(1) && refused.stderr.contains("chosen at the start"), "{refused:?}");
    let after: Vec<String> =
        sandbox.names().into_iter().filter(|name| !["one.csv", "few.csv"].contains(&name.as_str())).collect();
    assert_eq!(after, before);
}
