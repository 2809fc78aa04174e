//! Fitting: features, guards, split, models, calibration and audit, from appointments to a model that can be saved.

use evenly_extract::profile::Profile;

use crate::appointments::Appointments;
use crate::audit::{Audit, AuditOptions, audit};
use crate::features::{Direction, FeatureSet, Matrix, build};
use crate::guard;
use crate::model::{BetaCalibration, Boosted, Logistic, MadeOf, Model, ModelKind, Saved, Settings, part};
use crate::split::Split;
use crate::{Chances, PredictError};

/// Ridges that are tried for the linear model.
const RIDGES: [f64; 4] = [1.0, 10.0, 100.0, 1000.0];

/// How to fit.
#[derive(Clone, Copy, Debug)]
pub struct FitOptions<'a> {
    /// Which model to keep; the other is fitted beside it as a measure.
    pub kind: ModelKind,
    /// Seed of the split by people and of the intervals.
    pub seed: u64,
    /// How to audit.
    pub audit: AuditOptions<'a>,
    /// Version of Evenly.
    pub version: &'a str,
}

/// Told what is being done, and asked whether to stop.
pub trait Steps {
    /// The next step, in words; `false` to stop.
    fn step(&self, what: &str) -> bool;
}

/// What is needed to fit, and what others need to check it with other tools.
pub struct Prepared {
    /// The features.
    pub matrix: Matrix,
    /// The split.
    pub split: Split,
}

/// Works out features, guards against leaks and splits.
pub fn prepare(
    appointments: &Appointments,
    set: &FeatureSet,
    seed: u64,
    steps: &dyn Steps,
) -> Result<Prepared, PredictError> {
    go(steps, "working out features")?;
    let matrix = build(appointments, set, &appointments.outcome)?;
    let split = Split::new(appointments, seed)?;
    go(steps, "looking for leaks")?;
    guard::later_changes_nothing(appointments, &matrix, |outcomes| build(appointments, set, outcomes))?;
    guard::none_knows_the_outcome(&matrix, &split.fit, &missed(appointments, &split.fit))?;
    Ok(Prepared { matrix, split })
}

/// Fits, calibrates and audits.
pub fn fit(
    appointments: &Appointments,
    set: &FeatureSet,
    profile: &Profile,
    prepared: &Prepared,
    options: &FitOptions<'_>,
    steps: &dyn Steps,
) -> Result<Saved, PredictError> {
    let Prepared { matrix, split } = prepared;
    let case = Case { appointments, set, matrix, split, seed: options.seed };
    go(steps, "fitting the linear model")?;
    let linear = Model::Logistic(case.linear()?);
    let linear_calibration = case.calibration(&linear)?;
    go(steps, "growing trees")?;
    let boosted = Model::Boosted(Box::new(case.boosted(steps)?));
    let boosted_calibration = case.calibration(&boosted)?;
    go(steps, "auditing")?;
    let linear_audit = case.audit(&linear, linear_calibration, &options.audit)?;
    go(steps, "auditing")?;
    let boosted_audit = case.audit(&boosted, boosted_calibration, &options.audit)?;
    let (model, calibration, audit, baseline) = match options.kind {
        ModelKind::Logistic => (linear, linear_calibration, linear_audit, None),
        ModelKind::Boosted => (boosted, boosted_calibration, boosted_audit, Some(linear_audit)),
    };
    let absent =
        set.usable().filter(|feature| !matrix.features.contains(&feature.id)).map(|feature| feature.title.clone());
    Ok(Saved {
        evenly: options.version.to_owned(),
        profile: (profile.id.clone(), profile.version),
        features: set.clone(),
        used: matrix.features.clone(),
        absent: absent.collect(),
        importance: case.importance(&model),
        model,
        calibration,
        made_of: case.made_of(profile),
        audit,
        baseline,
    })
}

fn go(steps: &dyn Steps, what: &str) -> Result<(), PredictError> {
    if steps.step(what) { Ok(()) } else { Err(PredictError::Cancelled) }
}

fn missed(appointments: &Appointments, rows: &[usize]) -> Vec<bool> {
    rows.iter().map(|row| appointments.missed(*row)).collect()
}

struct Case<'a> {
    appointments: &'a Appointments,
    set: &'a FeatureSet,
    matrix: &'a Matrix,
    split: &'a Split,
    seed: u64,
}

impl Case<'_> {
    fn of_feature<T>(&self, get: impl Fn(&crate::features::Feature) -> T, otherwise: T) -> Vec<T>
    where
        T: Clone,
    {
        let find = |id: &String| self.set.feature.iter().find(|feature| feature.id == *id);
        self.matrix.features.iter().map(|id| find(id).map_or(otherwise.clone(), &get)).collect()
    }

    /// Loss on the calibration part, by which is chosen.
    fn later_loss(&self, model: &Model) -> Result<f64, PredictError> {
        let rows = &self.split.calibrate;
        let chances: Vec<f64> =
            model.log_odds(self.matrix, rows).iter().map(|log_odds| crate::model::chance(*log_odds)).collect();
        Ok(evenly_stats::discrimination::log_loss(&chances, &missed(self.appointments, rows), None)?)
    }

    fn linear(&self) -> Result<Logistic, PredictError> {
        let log = self.of_feature(|feature| feature.log, false);
        let outcome = missed(self.appointments, &self.split.fit);
        let mut best: Option<(f64, Logistic)> = None;
        for ridge in RIDGES {
            let model = Logistic::fit(self.matrix, &log, &self.split.fit, &outcome, ridge)?;
            let model = Model::Logistic(model);
            let loss = self.later_loss(&model)?;
            if let Model::Logistic(model) = model
                && best.as_ref().is_none_or(|(least, _)| loss < *least)
            {
                best = Some((loss, model));
            }
        }
        best.map(|(_, model)| model).ok_or_else(|| PredictError::Fit("no ridge was tried".to_owned()))
    }

    fn boosted(&self, steps: &dyn Steps) -> Result<Boosted, PredictError> {
        let directions: Vec<Option<Direction>> = self.of_feature(|feature| feature.risk, None);
        let outcome = missed(self.appointments, &self.split.fit);
        let later = missed(self.appointments, &self.split.calibrate);
        let mut best: Option<(f64, Boosted)> = None;
        for (position, settings) in Settings::TRIED.into_iter().enumerate() {
            go(steps, &format!("growing trees, {} of {}", position + 1, Settings::TRIED.len()))?;
            let fit = part(&self.split.fit, &outcome);
            let model =
                Boosted::fit(self.matrix, &directions, fit, part(&self.split.calibrate, &later), settings, self.seed)?;
            let model = Model::Boosted(Box::new(model));
            let loss = self.later_loss(&model)?;
            if let Model::Boosted(model) = model
                && best.as_ref().is_none_or(|(least, _)| loss < *least)
            {
                best = Some((loss, *model));
            }
        }
        best.map(|(_, model)| model).ok_or_else(|| PredictError::Fit("no settings were tried".to_owned()))
    }

    fn calibration(&self, model: &Model) -> Result<BetaCalibration, PredictError> {
        let rows = &self.split.calibrate;
        BetaCalibration::fit(&model.log_odds(self.matrix, rows), &missed(self.appointments, rows))
    }

    fn audit(
        &self,
        model: &Model,
        calibration: BetaCalibration,
        options: &AuditOptions<'_>,
    ) -> Result<Audit, PredictError> {
        let rows = &self.split.test;
        let log_odds = model.log_odds(self.matrix, rows);
        let chances = Chances::new(log_odds.iter().map(|log_odds| calibration.chance(*log_odds)).collect());
        audit(self.appointments, rows, &chances, options)
    }

    /// Titles of the features with their share of what the model is moved by: gain of the splits, or size of the weights.
    fn importance(&self, model: &Model) -> Vec<(String, f64)> {
        let titles = self.of_feature(|feature| feature.title.clone(), String::new());
        let sizes: Vec<f64> = match model {
            Model::Logistic(model) => model.coefficients.iter().map(|own| own.weight.abs()).collect(),
            Model::Boosted(model) => {
                let gains = model.gains();
                (0..titles.len()).map(|position| gains.get(&position).copied().map_or(0.0, f64::from)).collect()
            }
        };
        let all: f64 = sizes.iter().sum::<f64>().max(f64::MIN_POSITIVE);
        let mut list: Vec<(String, f64)> = titles.into_iter().zip(sizes.into_iter().map(|size| size / all)).collect();
        list.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        list
    }

    fn made_of(&self, profile: &Profile) -> MadeOf {
        let parts = [&self.split.fit, &self.split.calibrate, &self.split.test];
        let equation = self.appointments.equation();
        let count = |rows: &Vec<usize>| rows.iter().filter(|row| self.appointments.missed(**row)).count();
        MadeOf {
            title: profile.title.clone(),
            files: self.appointments.rows.file_rows.iter().map(|(name, _)| name.clone()).collect(),
            read: equation.read,
            excluded: equation.excluded_rows(),
            rejected: equation.rejected_rows(),
            set_aside: self.appointments.set_aside.clone(),
            people: self.appointments.rows.people_count(),
            appointments: parts.map(Vec::len),
            missed: parts.map(count),
            days: self.split.days.clone(),
            seed: self.seed,
        }
    }
}
