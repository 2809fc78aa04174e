//! A made-up trust with a model of the appointments before its project, and the planted things.

use std::collections::HashMap;

use evenly_demo::{Answer, Scenario, Settings, Unwatched, answers, generate};
use evenly_extract::profile::{Profile, days_from_1970};
use evenly_extract::readers::{self, Limits};
use evenly_prediction::PredictError;
use evenly_prediction::appointments::{Appointments, Outcome, Reading};
use evenly_prediction::audit::{Audit, AuditOptions, Benefit, audit};
use evenly_prediction::features::{Barrier, Feature, FeatureSet, Kind, Matrix, shipped_set};
use evenly_prediction::fit::{FitOptions, Prepared, Steps, fit, prepare};
use evenly_prediction::guard::later_changes_nothing;
use evenly_prediction::model::{ModelKind, Saved};
use jiff::civil::Date;

use crate::progress::Line;

/// Id of the planted feature of no use, and of its barrier.
pub const USELESS: &str = "useless";

/// What raises the chance in truth, or does not, and the barrier that Evenly calls it by.
pub const BARRIERS_OF: [(&str, &str); 9] = [
    ("an earlier appointment was missed", "hard-to-come"),
    ("weeks from booking", "long-wait"),
    ("first of its pathway", "new-here"),
    ("the clinic", "this-clinic"),
    ("deprivation of the area", "money"),
    ("age", "life-stage"),
    ("miles to the place", "getting-around"),
    ("day of the week", "time-of-day"),
    ("appointments cancelled before", "hard-to-change"),
];

/// A trust, what it knows, and the truth.
pub struct Trust {
    pub appointments: Appointments,
    pub prepared: Prepared,
    pub saved: Saved,
    /// The appointments of the test: later days, people never seen.
    pub tested: Vec<usize>,
    /// Days from 1970-01-01 to the project's first.
    pub project: i32,
    set: FeatureSet,
    answers: HashMap<String, Answer>,
    /// Which appointments are usable at all, those since the project too.
    usable: Vec<bool>,
}

struct Quiet;

impl Steps for Quiet {
    fn step(&self, _: &str) -> bool {
        !crate::interrupt::requested()
    }
}

impl Trust {
    pub fn new(seed: u64, people: u64) -> anyhow::Result<Self> {
        let folder = tempfile::tempdir()?;
        let truth = generate(&Settings { scenario: Scenario::Default, seed, people }, folder.path(), &Unwatched)?;
        let day = |text: &str| text.parse::<Date>().map(days_from_1970);
        let (project, last) = (day(&truth.project_day)?, day(&truth.last_day)?);
        let profile = Profile::load("sus-outpatient", &[])?;
        let extract = readers::open(&[folder.path().join("extracts/outpatients.parquet")], &Limits::default())?;
        let mut set = shipped_set("missed-appointments")?;
        let reading = Reading { today: last + 1, reference: Some("reference"), draw: Some(seed), ..Reading::default() };
        let mut appointments = Appointments::read(&profile, &extract, &set, &reading, &Line::new())?;
        let usable = appointments.usable.clone();
        // The project changes the chances; the model is made of and tested on what was before it.
        for row in 0..appointments.len() {
            appointments.usable[row] &= appointments.day[row] < project;
        }
        let mut prepared = prepare(&appointments, &set, seed, &Quiet)?;
        plant_useless(&mut set, &mut prepared.matrix, &appointments, seed);
        let audit = AuditOptions { samples: 200, ..AuditOptions::default() };
        let options = FitOptions { kind: ModelKind::Boosted, seed, audit, version: env!("CARGO_PKG_VERSION") };
        let saved = fit(&appointments, &set, &profile, &prepared, &options, &Quiet)?;
        let tested = prepared.split.test.clone();
        let answers = answers(folder.path())?;
        Ok(Self { appointments, prepared, saved, tested, project, set, answers, usable })
    }

    /// The truth of an appointment.
    pub fn answer(&self, row: usize) -> Option<Answer> {
        self.answers.get(self.appointments.rows.reference(row)?).copied()
    }

    /// All appointments of the days of the test.
    pub fn later(&self) -> Vec<usize> {
        let first = self.tested.iter().map(|row| self.appointments.day[*row]).min().unwrap_or(self.project);
        self.appointments.judged().filter(|row| self.appointments.day[*row] >= first).collect()
    }

    /// The appointments since the project count too.
    pub fn with_the_project(&mut self) {
        self.appointments.usable.clone_from(&self.usable);
    }

    /// A feature set in which somebody wrote the outcome down as a feature.
    pub fn with_outcome_as_feature(&self) -> Result<(), PredictError> {
        let set = FeatureSet {
            feature: vec![feature("did_not_answer", Kind::Flag { when: "attendance IN ('3', '7', '2')".to_owned() })],
            ..self.set.clone()
        };
        prepare(&self.appointments, &set, 1, &Quiet).map(|_| ())
    }

    /// A count of all that a person ever missed, whenever it was.
    pub fn with_history_that_looks_ahead(&self) -> Result<(), PredictError> {
        let careless = |outcomes: &[Option<Outcome>]| {
            let mut ever: HashMap<u32, f64> = HashMap::new();
            let missed = |row: usize| f64::from(u8::from(outcomes[row] == Some(Outcome::Missed)));
            for (row, person) in self.appointments.person.iter().enumerate() {
                *ever.entry(*person).or_default() += missed(row);
            }
            let others = |(row, person): (usize, &u32)| ever[person] - missed(row);
            let column = self.appointments.person.iter().enumerate().map(others).collect();
            Ok::<Matrix, PredictError>(Matrix { features: vec!["missed_ever".to_owned()], columns: vec![column] })
        };
        later_changes_nothing(&self.appointments, &careless(&self.appointments.outcome)?, careless)
    }

    /// The audit of the tested appointments at so many calls a day.
    pub fn audit_at(&self, calls: f64) -> Result<Audit, PredictError> {
        let mut days: Vec<i32> = self.tested.iter().map(|row| self.appointments.day[*row]).collect();
        days.sort_unstable();
        days.dedup();
        // A quarter of people is in the test: so is a quarter of the calls.
        let all = self.appointments.judged().filter(|row| self.appointments.day[*row] >= days[0]).count();
        let capacity = (calls * days.len() as f64 / all as f64).min(1.0);
        let benefit = Benefit {
            dimension: "deprivation".to_owned(),
            by_group: vec![("1".to_owned(), 0.4), ("2".to_owned(), 0.3)],
            otherwise: 0.2,
        };
        let options = AuditOptions { capacity, samples: 50, benefit: Some(&benefit), ..AuditOptions::default() };
        let estimates = self.saved.estimates(&self.appointments, &self.prepared.matrix, &self.tested);
        audit(&self.appointments, &self.tested, &estimates, &options)
    }
}

fn feature(id: &str, kind: Kind) -> Feature {
    Feature {
        id: id.to_owned(),
        title: format!("Planted: {id}"),
        kind,
        barrier: None,
        hints_above: None,
        hints_up_to: None,
        says: Vec::new(),
        risk: None,
        log: false,
        why: None,
        protected: false,
        known_days_before: None,
    }
}

/// A number that has nothing to do with anything, with a barrier of its own.
fn plant_useless(set: &mut FeatureSet, matrix: &mut Matrix, appointments: &Appointments, seed: u64) {
    let mut own = feature(USELESS, Kind::Number { field: USELESS.to_owned() });
    own.barrier = Some(USELESS.to_owned());
    set.feature.push(own);
    let words = |text: &str| format!("Planted: {text}");
    set.barrier.push(Barrier { id: USELESS.to_owned(), words: words("of no use"), offer: words("nothing to offer") });
    matrix.features.push(USELESS.to_owned());
    let mut noise = Mixed::new(seed);
    matrix.columns.push((0..appointments.len()).map(|_| noise.unit()).collect());
}

/// Numbers that look random, from a seed (`SplitMix64`).
pub struct Mixed(u64);

impl Mixed {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next, in [0, 1).
    pub fn unit(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }
}
