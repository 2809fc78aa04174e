//! A made-up clinic: people differ in how hard coming is for them, long leads make it worse, the hour of booking does nothing.

use std::fmt::Write as _;
use std::fs;

use evenly_extract::engine::Progress;
use evenly_extract::profile::{Profile, date_of};
use evenly_extract::readers::{Limits, open};
use evenly_prediction::PredictError;
use evenly_prediction::appointments::{Appointments, Reading};
use evenly_prediction::audit::AuditOptions;
use evenly_prediction::features::{FeatureSet, shipped_set};
use evenly_prediction::fit::{FitOptions, Prepared, Steps, fit, prepare};
use evenly_prediction::model::{ModelKind, Saved};
use rand::{RngExt, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// The profile of the made-up files.
pub const PROFILE: &str = r#"
id = "made-up"
version = 1
title = "Made-up appointments"
source = "tests/planted/world.rs"
date = "2026-11-23"
policy = "none-synthetic"
dimensions = ["sex", "side"]
fields.attendance = { columns = ["attendance"], type = "code", codes = "attendance", required = true }
fields.appointment_date = { columns = ["day"], type = "date", formats = ["%Y-%m-%d"], required = true }
fields.booking_date = { columns = ["booked"], type = "date", formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%d"] }
fields.age = { columns = ["age"], type = "whole" }
fields.sex = { columns = ["sex"], type = "code", codes = "sex" }
fields.side = { columns = ["side"], type = "code", codes = [{ code = "hill", label = "Hill" }, { code = "harbour", label = "Harbour" }, { code = "isle", label = "Isle" }] }
fields.sms = { columns = ["sms"], type = "code", codes = [{ code = "1", label = "sent" }, { code = "0", label = "not sent" }] }
fields.unit = { columns = ["sms"], type = "text" }
fields.person = { columns = ["person"], type = "identifier", usual = "^p[0-9]+$" }
fields.reference = { columns = ["ref"], type = "identifier", usual = "^r[0-9]+$" }
"#;

/// First day of the made-up appointments, from 1970-01-01 (2025-01-01).
pub const FIRST_DAY: i32 = 20_089;
/// Header of the files.
pub const HEADER: &str = "ref,person,day,booked,attendance,sex,age,side,sms\n";

pub struct Quiet;

impl Progress for Quiet {
    fn rows(&self, _: u64) {}
    fn cancelled(&self) -> bool {
        false
    }
}

impl Steps for Quiet {
    fn step(&self, _: &str) -> bool {
        true
    }
}

/// Appointments of `people` people over 120 days. `told`: the column `sms` is written after the event and tells it.
pub fn world(people: usize, told: bool) -> String {
    scene(people, told, 11).0
}

/// The same, one of many like it by seed, with the true chance of each appointment by the number in its reference.
pub fn scene(people: usize, told: bool, seed: u64) -> (String, Vec<f64>) {
    let mut truth = Vec::new();
    let mut random = Xoshiro256PlusPlus::seed_from_u64(seed);
    let mut text = HEADER.to_owned();
    let mut reference = 0;
    for person in 0..people {
        let hard: f64 = if random.random::<f64>() < 0.3 { 1.8 } else { 0.0 };
        let (age, sex) = (random.random_range(18..90), if random.random() { "1" } else { "2" });
        let side = if person % 50 == 0 {
            "isle"
        } else if random.random() {
            "hill"
        } else {
            "harbour"
        };
        for _ in 0..random.random_range(1..9) {
            let day = FIRST_DAY + random.random_range(0..120);
            let lead = random.random_range(0..60);
            let log_odds = -2.6 + hard + 0.025 * f64::from(lead);
            truth.push(1.0 / (1.0 + (-log_odds).exp()));
            let missed = random.random::<f64>() < truth[reference];
            let sms = if told { u8::from(missed) } else { u8::from(random.random::<f64>() < 0.5) };
            let (day, booked) = (date_of(day).unwrap(), date_of(day - lead).unwrap());
            let (hour, attendance) = (random.random_range(8..18), if missed { "3" } else { "5" });
            writeln!(text, "r{reference},p{person},{day},{booked}T{hour:02}:15,{attendance},{sex},{age},{side},{sms}")
                .unwrap();
            reference += 1;
        }
    }
    (text, truth)
}

/// The shipped set.
pub fn set(days_before: Option<u16>) -> FeatureSet {
    let mut set = shipped_set("missed-appointments").unwrap();
    set.moment.days_before = days_before;
    set
}

/// The profile of the made-up files.
pub fn profile() -> Profile {
    Profile::parse("made-up", PROFILE).unwrap()
}

/// A model of a made-up world with all that it was made of; references and draws are read too.
pub struct Fitted {
    pub saved: Saved,
    pub appointments: Appointments,
    pub prepared: Prepared,
}

/// Fits a world.
pub fn fitted(text: &str, kind: ModelKind) -> Fitted {
    let set = set(None);
    let reading = Reading { reference: Some("reference"), draw: Some(7), also: Some("side"), ..Reading::default() };
    let appointments = read_as(text, &set, &reading).unwrap();
    let prepared = prepare(&appointments, &set, 3, &Quiet).unwrap();
    let audit = AuditOptions { samples: 200, ..AuditOptions::default() };
    let options = FitOptions { kind, seed: 3, audit, version: "0.0.0" };
    let saved = fit(&appointments, &set, &profile(), &prepared, &options, &Quiet).unwrap();
    Fitted { saved, appointments, prepared }
}

/// Reads a made-up file.
pub fn read(text: &str, set: &FeatureSet) -> Result<Appointments, PredictError> {
    read_as(text, set, &Reading::default())
}

/// Reads a made-up file; a day after all of it is taken as today.
pub fn read_as(text: &str, set: &FeatureSet, reading: &Reading<'_>) -> Result<Appointments, PredictError> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("appointments.csv");
    fs::write(&path, text).unwrap();
    let extract = open(&[path], &Limits::default()).unwrap();
    let reading = Reading { today: FIRST_DAY + 200, ..*reading };
    Appointments::read(&profile(), &extract, set, &reading, &Quiet)
}
