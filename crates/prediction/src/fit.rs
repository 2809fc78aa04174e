//! Fitting: features, guards, split, models, calibration and audit, from appointments to a model that can be saved.

use evenly_extract::profile::Profile;
use evenly_stats::discrimination::log_loss;

use crate::appointments::Appointments;
use crate::audit::{AuditOptions, audit, overall};
use crate::explain::usual;
use crate::features::{Direction, Feature, FeatureSet, LeftOut, Matrix, build, leave_out};
use crate::guard::{self, Suspect};
use crate::model::{
    BetaCalibration, Boosted, Calibration, Evidence, Ground, Logistic, MadeOf, Model, ModelKind, Saved, Settings,
    chance, part,
};
use crate::split::Split;
use crate::{Estimates, PredictError};

/// Ridges that are tried for the linear model, largest first: each fit begins at the one before.
const RIDGES: [f64; 4] = [1000.0, 100.0, 10.0, 1.0];
/// Shares of the linear model in the boosted one that are tried.
const LINEAR_SHARES: [f64; 6] = [0.0, 0.1, 0.2, 0.3, 0.4, 0.5];
/// Most appointments of fitting and of calibration that settings are chosen on; the chosen ones are fitted to all and
/// stopped by the same.
const CHOSEN_ON: [usize; 2] = [60_000, 30_000];

/// How to fit.
#[derive(Clone, Copy, Debug)]
pub struct FitOptions<'a> {
    /// Which model to keep; the linear one is a part and the measure of the boosted one.
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
    /// Features that the extract has and that are not used.
    pub left_out: Vec<LeftOut>,
    /// Features that alone tell missed from attended better than is usual.
    pub suspects: Vec<Suspect>,
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
    let suspects = guard::none_knows_the_outcome(&matrix, &split.fit, &missed(appointments, &split.fit))?;
    let (matrix, left_out) = leave_out(set, matrix, split.fit.iter().map(|row| appointments.day[*row]));
    if matrix.columns.is_empty() {
        return Err(PredictError::NoFeatures { features: set.id.clone() });
    }
    Ok(Prepared { matrix, split, left_out, suspects })
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
    let Prepared { matrix, split, left_out, suspects } = prepared;
    let case = Case { appointments, set, matrix, split, seed: options.seed };
    go(steps, "fitting the linear model")?;
    let linear = case.linear()?;
    let (model, baseline) = match options.kind {
        ModelKind::Logistic => (Model::Logistic(linear), None),
        ModelKind::Boosted => {
            let boosted = case.boosted(&linear, steps)?;
            go(steps, "auditing the baseline")?;
            let linear = Model::Logistic(linear);
            let estimates = case.estimates(&linear, &case.calibration(&linear)?);
            let baseline = overall(appointments, &split.test, &estimates, &options.audit)?;
            (Model::Boosted(Box::new(boosted)), Some(baseline))
        }
    };
    go(steps, "putting chances right on later days")?;
    let calibration = case.calibration(&model)?;
    go(steps, "auditing by group")?;
    let audit = audit(appointments, &split.test, &case.estimates(&model, &calibration), &options.audit)?;
    let is_absent = |feature: &&Feature| {
        !matrix.features.contains(&feature.id) && !left_out.iter().any(|own| own.title == feature.title)
    };
    let absent = set.usable().filter(is_absent).map(|feature| feature.title.clone());
    Ok(Saved {
        evenly: options.version.to_owned(),
        profile: (profile.id.clone(), profile.version),
        features: set.clone(),
        used: matrix.features.clone(),
        absent: absent.collect(),
        left_out: left_out.clone(),
        suspects: suspects.clone(),
        importance: case.importance(&model),
        usual: usual(&model, set, matrix, &split.calibrate),
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

/// Log-loss of log-odds.
fn loss(log_odds: &[f64], missed: &[bool]) -> Result<f64, PredictError> {
    let chances: Vec<f64> = log_odds.iter().map(|log_odds| chance(*log_odds)).collect();
    Ok(log_loss(&chances, missed, None)?)
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
    fn of_feature<T>(&self, get: impl Fn(&Feature) -> T, otherwise: T) -> Vec<T>
    where
        T: Clone,
    {
        let find = |id: &String| self.set.feature.iter().find(|feature| feature.id == *id);
        self.matrix.features.iter().map(|id| find(id).map_or(otherwise.clone(), &get)).collect()
    }

    fn linear(&self) -> Result<Logistic, PredictError> {
        let log = self.of_feature(|feature| feature.log, false);
        let [fit, later] = self.few();
        let (outcome, truth) = (missed(self.appointments, &fit), missed(self.appointments, &later));
        let mut best: Option<(f64, f64)> = None;
        let mut last: Option<Logistic> = None;
        for ridge in RIDGES {
            let model = Logistic::fit(self.matrix, &log, &fit, &outcome, ridge, last.as_ref())?;
            let loss = loss(&model.log_odds(self.matrix, &later), &truth)?;
            if best.is_none_or(|(least, _)| loss < least) {
                best = Some((loss, ridge));
            }
            last = Some(model);
        }
        let ridge = best.map_or(RIDGES[0], |(_, ridge)| ridge);
        let rows = &self.split.fit;
        Logistic::fit(self.matrix, &log, rows, &missed(self.appointments, rows), ridge, last.as_ref())
    }

    /// Chooses settings on some appointments, grows trees with them on all, and chooses the linear model's share.
    fn boosted(&self, linear: &Logistic, steps: &dyn Steps) -> Result<Boosted, PredictError> {
        let directions: Vec<Option<Direction>> = self.of_feature(|feature| feature.risk, None);
        let [few_fit, few_later] = self.few();
        let (outcome, truth) = (missed(self.appointments, &few_fit), missed(self.appointments, &few_later));
        let (fit, later) = (part(&few_fit, &outcome), part(&few_later, &truth));
        let ground = Ground { matrix: self.matrix, directions: &directions, fit, later };
        let mut best: Option<(f64, Boosted)> = None;
        for (position, settings) in Settings::TRIED.into_iter().enumerate() {
            go(steps, &format!("choosing how to grow trees, {} of {}", position + 1, Settings::TRIED.len()))?;
            let model = Boosted::grow(&ground, settings, linear.clone(), self.seed)?;
            let loss = loss(&model.log_odds(self.matrix, &few_later), &truth)?;
            if best.as_ref().is_none_or(|(least, _)| loss < *least) {
                best = Some((loss, model));
            }
        }
        let (_, mut model) = best.ok_or_else(|| PredictError::Fit("no settings were tried".to_owned()))?;
        let (rows, later_rows) = (&self.split.fit, &self.split.calibrate);
        if few_fit.len() < rows.len() {
            go(steps, "growing trees on all appointments")?;
            let outcome = missed(self.appointments, rows);
            let ground = Ground { fit: part(rows, &outcome), ..ground };
            model = Boosted::grow(&ground, model.settings, model.linear, self.seed)?;
        }
        let truth = missed(self.appointments, later_rows);
        let of_trees = model.of_trees(self.matrix, later_rows);
        let of_linear = model.linear.log_odds(self.matrix, later_rows);
        let mut least = f64::INFINITY;
        for share in LINEAR_SHARES {
            let both = of_trees.iter().zip(&of_linear);
            let mixed: Vec<f64> = both.map(|(trees, linear)| (1.0 - share) * trees + share * linear).collect();
            let calibration = BetaCalibration::fit(&mixed, &truth)?;
            let chances: Vec<f64> = mixed.iter().map(|log_odds| calibration.chance(*log_odds)).collect();
            let loss = log_loss(&chances, &truth, None)?;
            if loss < least {
                (least, model.linear_share) = (loss, share);
            }
        }
        Ok(model)
    }

    /// Some rows of fitting and calibration, evenly spread, to choose settings on.
    fn few(&self) -> [Vec<usize>; 2] {
        let some =
            |rows: &[usize], most: usize| rows.iter().copied().step_by(rows.len().div_ceil(most).max(1)).collect();
        [some(&self.split.fit, CHOSEN_ON[0]), some(&self.split.calibrate, CHOSEN_ON[1])]
    }

    fn calibration(&self, model: &Model) -> Result<Calibration, PredictError> {
        let (appointments, by) = (self.appointments, self.set.calibrated_by().collect::<Vec<&str>>());
        let rows = [&self.split.fit[..], &self.split.calibrate].concat();
        let (log_odds, missed) = (model.log_odds(self.matrix, &rows), missed(appointments, &rows));
        let both = Evidence { appointments, rows: &rows, log_odds: &log_odds, missed: &missed };
        let (earlier, own) = both.split_at(self.split.fit.len());
        Calibration::fit(&earlier, &own, &by)
    }

    /// Calibrated chances of the test part.
    fn estimates(&self, model: &Model, calibration: &Calibration) -> Estimates {
        let rows = &self.split.test;
        calibration.estimates(self.appointments, rows, model.log_odds(self.matrix, rows))
    }

    /// Titles of the features with their share of what the model is moved by: gain of the splits, or size of the weights.
    fn importance(&self, model: &Model) -> Vec<(String, f64)> {
        let titles = self.of_feature(|feature| feature.title.clone(), String::new());
        let shares = match model {
            Model::Logistic(model) => model.importance(),
            Model::Boosted(model) => model.importance(),
        };
        let mut list: Vec<(String, f64)> = titles.into_iter().zip(shares).collect();
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
            of_person: self.appointments.of_person.clone(),
            people: self.appointments.rows.people_count(),
            appointments: parts.map(Vec::len),
            missed: parts.map(count),
            days: self.split.days.clone(),
            seed: self.seed,
        }
    }
}
