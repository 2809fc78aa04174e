//! Drift: whether chances are still true month by month, and whether what comes in is still like what the model was made of; for
//! the whole and by group, on control charts.

mod calibration;
mod inputs;
mod words;

use evenly_cube::GroupState;
use evenly_extract::profile::days_from_1970;
use jiff::civil::Date;
use serde::Serialize;

pub use calibration::{Month, Series, Slope};
pub use inputs::{Shift, Shifts};
pub use words::drift_text;

use crate::appointments::Appointments;
use crate::audit::FEWEST_IN_GROUP;
use crate::features::{Kind, Matrix};
use crate::model::Saved;
use crate::{Estimates, PredictError};
use inputs::Bins;

/// What has drifted, and what has not.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Drift {
    /// First day and the day after the last of the appointments that later ones are compared with.
    pub reference: [String; 2],
    /// How many there are.
    pub reference_appointments: usize,
    /// The months looked at.
    pub months: Vec<String>,
    /// Missed against expected, of the whole.
    pub calibration: Series,
    /// Calibration slope by month.
    pub slope: Slope,
    /// Whether the features still come in as they did, one entry for each.
    pub features: Vec<Shifts>,
    /// By group.
    pub by_group: Vec<GroupDrift>,
    /// What stands out and what to do, most appointments first; empty where nothing does.
    pub signals: Vec<Signal>,
}

/// The drift of one group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupDrift {
    /// Id of the dimension.
    pub dimension: String,
    /// Title of the dimension.
    pub dimension_title: String,
    /// Id of the group.
    pub group: String,
    /// Label of the group.
    pub label: String,
    /// Why there is nothing to show, if so.
    pub withheld: Option<String>,
    /// Missed against expected.
    pub calibration: Option<Series>,
    /// Whether the chances, which stand for all features as the model weighs them, are still spread as they were.
    pub inputs: Option<Shifts>,
}

/// Something that stands out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Signal {
    /// `calibration`, `slope` or `inputs`.
    pub kind: &'static str,
    /// What it is about: everybody, a group or a feature.
    pub about: String,
    /// In words.
    pub sentence: String,
    /// What to do.
    pub what_to_do: &'static str,
}

/// One appointment with its month.
#[derive(Clone, Copy)]
struct Visit {
    row: usize,
    /// Its place among the estimates.
    place: usize,
    month: usize,
    chance: f64,
    missed: bool,
}

/// Looks for drift in the appointments since the model was made.
pub fn drift(saved: &Saved, appointments: &Appointments, matrix: &Matrix) -> Result<Drift, PredictError> {
    let days = &saved.made_of.days;
    let day =
        |text: &str| text.parse::<Date>().map(days_from_1970).map_err(|error| PredictError::Fit(error.to_string()));
    let (first, test) = (day(&days.first)?, day(&days.test)?);
    let judged: Vec<usize> = appointments.judged().collect();
    let before: Vec<usize> =
        judged.iter().copied().filter(|row| (first..test).contains(&appointments.day[*row])).collect();
    let later: Vec<usize> = judged.into_iter().filter(|row| appointments.day[*row] >= test).collect();
    if later.is_empty() {
        return Err(PredictError::NothingLater { test: days.test.clone() });
    }
    if before.len() < 10 * FEWEST_IN_GROUP {
        return Err(PredictError::NoReference { first: days.first.clone(), test: days.test.clone() });
    }
    let estimates = saved.estimates(appointments, matrix, &later);
    let start = later.iter().map(|row| appointments.month(*row)).min().unwrap_or(0);
    let end = later.iter().map(|row| appointments.month(*row)).max().unwrap_or(0);
    let months: Vec<String> = (start..=end).map(|own| format!("{}-{:02}", own / 12, own % 12 + 1)).collect();
    let visits: Vec<Visit> = later
        .iter()
        .zip(estimates.values())
        .enumerate()
        .map(|(place, (row, chance))| Visit {
            row: *row,
            place,
            month: usize::try_from(appointments.month(*row) - start).unwrap_or(0),
            chance: *chance,
            missed: appointments.missed(*row),
        })
        .collect();
    let before_chances = saved.chances(appointments, matrix, &before);
    let case = Case {
        saved,
        appointments,
        estimates: &estimates,
        months: &months,
        before: &before,
        before_chances: before_chances.values(),
    };
    let mut found = Drift {
        reference: [days.first.clone(), days.test.clone()],
        reference_appointments: before.len(),
        calibration: Series::new(&visits, &months, &estimates)?,
        slope: Slope::new(&visits, &months),
        features: case.features(matrix, &visits),
        by_group: case.by_group(&visits)?,
        months: months.clone(),
        signals: Vec::new(),
    };
    found.signals = words::signals(&found);
    Ok(found)
}

struct Case<'a> {
    saved: &'a Saved,
    appointments: &'a Appointments,
    estimates: &'a Estimates,
    months: &'a [String],
    before: &'a [usize],
    before_chances: &'a [f64],
}

impl Case<'_> {
    fn features(&self, matrix: &Matrix, visits: &[Visit]) -> Vec<Shifts> {
        let one = |id: &String| {
            let feature = self.saved.features.feature.iter().find(|own| own.id == *id)?;
            let title = feature.title.clone();
            match &feature.kind {
                // One month is never like a whole year.
                Kind::Month { .. } => None,
                // What comes in is the place; the share missed there changes by itself.
                Kind::ServiceShare { field, .. } => {
                    let ids = &self.appointments.rows.columns.get(field)?.ids;
                    let bins = Bins::of_codes(self.before.iter().map(|row| ids[*row]));
                    let now = visits.iter().map(|own| (own.month, f64::from(ids[own.row])));
                    Some(Shifts::new(title, false, &bins, now, self.months))
                }
                kind => {
                    let column = &matrix.columns[matrix.features.iter().position(|own| own == id)?];
                    let bins = Bins::new(self.before.iter().map(|row| column[*row]));
                    let now = visits.iter().map(|own| (own.month, column[own.row]));
                    Some(Shifts::new(title, kind.is_history(), &bins, now, self.months))
                }
            }
        };
        self.saved.used.iter().filter_map(one).collect()
    }

    fn by_group(&self, visits: &[Visit]) -> Result<Vec<GroupDrift>, PredictError> {
        let mut all = Vec::new();
        for groups in &self.appointments.rows.groups {
            for (code, group) in groups.dimension.groups.iter().enumerate() {
                let is_inside = |row: usize| groups.codes[row] as usize == code;
                let inside: Vec<Visit> = visits.iter().copied().filter(|own| is_inside(own.row)).collect();
                if group.state != GroupState::Known || inside.is_empty() {
                    continue;
                }
                let missed = inside.iter().filter(|own| own.missed).count();
                let before: Vec<f64> = self
                    .before
                    .iter()
                    .zip(self.before_chances)
                    .filter(|(row, _)| is_inside(**row))
                    .map(|(_, chance)| *chance)
                    .collect();
                let few = missed.min(inside.len() - missed).min(before.len()) < FEWEST_IN_GROUP;
                let shifts = || {
                    let bins = Bins::new(before.iter().copied());
                    let now = inside.iter().map(|own| (own.month, own.chance));
                    Shifts::new(group.label.clone(), false, &bins, now, self.months)
                };
                all.push(GroupDrift {
                    dimension: groups.dimension.id.clone(),
                    dimension_title: groups.dimension.title.clone(),
                    group: group.id.clone(),
                    label: group.label.clone(),
                    withheld: few.then(|| {
                        format!("fewer than {FEWEST_IN_GROUP} missed or attended appointments: months would be chance")
                    }),
                    calibration: if few { None } else { Some(Series::new(&inside, self.months, self.estimates)?) },
                    inputs: (!few).then(shifts),
                });
            }
        }
        Ok(all)
    }
}
