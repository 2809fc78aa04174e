//! `evenly predict`: a folder with model, card and audit, or a refusal that leaves nothing.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::process::{Command, Stdio};

use crate::sandbox::Sandbox;

const HEADER: &str =
    "PatientId,AppointmentID,Gender,ScheduledDay,AppointmentDay,Age,Neighbourhood,SMS_received,No-show\n";

/// Made-up appointments in the shape of the Vitória file: people of every third number miss often, the others seldom.
pub fn appointments(rows: u32) -> String {
    let mut text = HEADER.to_owned();
    for row in 0..rows {
        let person = row.wrapping_mul(2_654_435_761) % (rows / 5);
        let (day, age) = (1 + row % 28, 18 + person % 60);
        let luck = row.wrapping_mul(40_503) % 97;
        let missed = luck < if person.is_multiple_of(3) { 45 } else { 12 };
        let (month, sex) =
            (if row % 2 == 0 { "03" } else { "04" }, if (person / 2).is_multiple_of(2) { "F" } else { "M" });
        let answer = if missed { "Yes" } else { "No" };
        writeln!(
            text,
            "{person},{row},{sex},2016-02-{day:02}T09:10:00Z,2016-{month}-{day:02}T00:00:00Z,{age},CENTRO,0,{answer}"
        )
        .unwrap();
    }
    text
}

#[test]
fn a_model_is_fitted_audited_and_refused_once_altered() {
    let sandbox = Sandbox::new();
    sandbox.write("past.csv", appointments(9_000));
    let fit = [
        "predict",
        "fit",
        "past.csv",
        "--profile",
        "vitoria-noshow",
        "--days-before",
        "3",
        "--by",
        "sex",
        "--samples",
        "50",
    ];
    let told = sandbox.evenly(&[&fit[..], &["--out", "model", "--export", "features.csv"]].concat()).expect_success();
    assert!(told.stdout.contains("AUROC") && !told.stdout.contains("ccuracy"), "{}", told.stdout);
    let names: Vec<_> =
        std::fs::read_dir(sandbox.path().join("model")).unwrap().flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(names.len(), 4, "{names:?}");
    let features = std::fs::read_to_string(sandbox.path().join("features.csv")).unwrap();
    assert!(features.starts_with("part,person,missed,missed_before") && !features.contains("Patient"));
    sandbox.evenly(&[&fit[..], &["--out", "again"]].concat()).expect_success();
    let bytes = |folder: &str| std::fs::read(sandbox.path().join(folder).join("model.evenly")).unwrap();
    assert_eq!(bytes("model"), bytes("again"));
    let audit =
        ["predict", "audit", "model", "past.csv", "--profile", "vitoria-noshow", "--by", "sex", "--samples", "50"];
    let found = sandbox.evenly(&[&audit[..], &["--format", "json"]].concat()).expect_success();
    let found: serde_json::Value = serde_json::from_str(&found.stdout).unwrap();
    for name in [
        "auroc",
        "auprc",
        "brier",
        "log_loss",
        "calibration_slope",
        "calibration_intercept",
        "sensitivity_at_k",
        "precision_at_k",
    ] {
        assert!(found["overall"][name].is_number(), "{name}");
    }
    // What chances are put right by is audited too, asked for or not.
    let dimensions: BTreeSet<&str> =
        found["by_group"].as_array().unwrap().iter().map(|own| own["dimension"].as_str().unwrap()).collect();
    assert_eq!(dimensions, BTreeSet::from(["age_band", "sex"]));
    assert_eq!(sandbox.evenly(&[&fit[..], &["--out", "model"]].concat()).status, Some(1));
    let altered = String::from_utf8(bytes("model")).unwrap().replacen("\"seed\":1", "\"seed\":2", 1);
    sandbox.write("model/model.evenly", altered);
    let refused = sandbox.evenly(&audit);
    assert!(refused.status == Some(1) && refused.stderr.contains("changed by hand"), "{refused:?}");
}

#[test]
fn missing_and_new_categories_are_audited_and_counted() {
    let sandbox = Sandbox::new();
    let past = appointments(9_000);
    sandbox.write("past.csv", &past);
    let fit = [
        "predict",
        "fit",
        "past.csv",
        "--profile",
        "vitoria-noshow",
        "--by",
        "sex",
        "--samples",
        "50",
        "--out",
        "model",
    ];
    sandbox.evenly(&fit).expect_success();
    // Of the last days, every other appointment is at a clinic never met, and a seventh at none that is written down.
    let later = |(place, line): (usize, &str)| {
        let clinic = match place {
            _ if !line.contains("2016-04-2") => "CENTRO",
            place if place % 7 == 0 => "",
            place if place % 2 == 0 => "NOVA CLINICA",
            _ => "CENTRO",
        };
        line.replace("CENTRO", clinic)
    };
    sandbox.write("later.csv", past.lines().enumerate().map(later).collect::<Vec<_>>().join("\n") + "\n");
    let audit =
        ["predict", "audit", "model", "later.csv", "--profile", "vitoria-noshow", "--by", "sex", "--samples", "50"];
    let told = sandbox.evenly(&audit).expect_success();
    assert!(told.stdout.contains("never seen before for"), "{}", told.stdout);
    let found = sandbox.evenly(&[&audit[..], &["--format", "json"]].concat()).expect_success();
    let found: serde_json::Value = serde_json::from_str(&found.stdout).unwrap();
    let clinic =
        found["unseen"].as_array().unwrap().iter().find(|own| own["feature"] == "service_share_missed").unwrap();
    let count = |name: &str| clinic[name].as_u64().unwrap();
    assert!(count("new") > 500 && count("not_known") > 100, "{clinic}");
    assert!(found["overall"]["auroc"].is_number());
}

#[test]
fn a_newer_or_damaged_model_is_refused_on_the_command_line() {
    let sandbox = Sandbox::new();
    sandbox.write("past.csv", appointments(600));
    let audit = ["predict", "audit", "model.evenly", "past.csv", "--profile", "vitoria-noshow"];
    for (model, reason) in [
        ("evenly-model 99 0\n{}\n", "written by a newer Evenly"),
        ("evenly-model 3 0\n{}\n", "written by an older Evenly"),
        ("evenly-model 4 0\n{}\n", "changed by hand"),
        ("a letter", "not a model file"),
    ] {
        sandbox.write("model.evenly", model);
        let refused = sandbox.evenly(&audit);
        assert!(refused.status == Some(1) && refused.stderr.contains(reason), "{refused:?}");
    }
}

#[test]
#[cfg(unix)]
fn ctrl_c_in_the_middle_of_a_fit_leaves_no_model() {
    let sandbox = Sandbox::new();
    sandbox.write("past.csv", appointments(200_000));
    let mut command = sandbox.command();
    command.args([
        "predict",
        "fit",
        "past.csv",
        "--profile",
        "vitoria-noshow",
        "--out",
        "model",
        "--export",
        "features.csv",
    ]);
    let mut running = command.stderr(Stdio::piped()).stdout(Stdio::null()).spawn().expect("evenly starts");
    // The features appear, whole, before the first tree is grown.
    while !sandbox.path().join("features.csv").exists() {
        assert!(
            running.try_wait().expect("the process can be asked").is_none(),
            "ended before it could be interrupted"
        );
        std::thread::yield_now();
    }
    let killed = Command::new("kill").args(["-INT", &running.id().to_string()]).status().expect("kill runs");
    assert!(killed.success());
    let output = running.wait_with_output().expect("evenly ends");
    let message = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), &*message), (Some(130), "error: stopped on request; nothing was written\n"));
    assert_eq!(sandbox.names(), ["features.csv", "past.csv"]);
}

#[test]
fn refusals_leave_nothing_behind() {
    let sandbox = Sandbox::new();
    sandbox.write("past.csv", appointments(9_000).replace(",Yes", ",No"));
    let out = ["--profile", "vitoria-noshow", "--out", "model"];
    let refused = sandbox.evenly(&[&["predict", "fit", "past.csv"], &out[..]].concat());
    assert!(refused.status == Some(1) && refused.stderr.contains("one outcome"), "{refused:?}");
    let early = ["--today", "2016-03-15"];
    let refused = sandbox.evenly(&[&["predict", "fit", "past.csv"], &out[..], &early[..]].concat());
    assert!(refused.status == Some(1) && refused.stderr.contains("2016-03-15"), "{refused:?}");
    sandbox.write("past.csv", appointments(300));
    let refused = sandbox.evenly(&[&["predict", "fit", "past.csv"], &out[..]].concat());
    assert!(refused.status == Some(1) && refused.stderr.contains("50 are needed"), "{refused:?}");
    assert_eq!(sandbox.evenly(&["predict", "features", "--show", "crystal-ball"]).status, Some(2));
    assert_eq!(sandbox.names(), ["past.csv"]);
}
