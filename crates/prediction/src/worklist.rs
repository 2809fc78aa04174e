//! The worklist: the offers of one day, as local reference, help to offer and reasons; no chance, no rank, nobody below capacity.

use std::collections::{BTreeMap, HashSet};

use evenly_cube::{Condition, GroupState};
use evenly_extract::profile::date_of;
use serde::Serialize;

use crate::PredictError;
use crate::appointments::{Appointments, Outcome};
use crate::audit::{Benefit, Choice, choose};
use crate::explain::{Reason, reasons};
use crate::features::{Matrix, unseen};
use crate::model::Saved;
use crate::trial::{Arm, Design, Sealed};

/// By which rule the offers of a list are given out.
#[derive(Clone, Copy, Debug)]
pub enum Give<'a> {
    /// The highest chances of missing first.
    Risk,
    /// The most appointments kept by helping first.
    Benefit(&'a Benefit),
    /// By risk, after every group of a dimension has got its part of the whole's expected reach.
    Floor {
        /// The dimension.
        dimension: &'a str,
        /// The part.
        floor: f64,
    },
}

/// What is asked for.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// The day of the appointments, from 1970-01-01.
    pub day: i32,
    /// Most offers.
    pub capacity: usize,
    /// The rule.
    pub give: Give<'a>,
    /// The trial that leaves some without an offer, if one runs.
    pub trial: Option<&'a Design>,
}

/// One offer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Offer {
    /// The local reference of the appointment.
    pub appointment: String,
    /// What may stand in the way and the help to offer, one to three.
    pub reasons: Vec<Reason>,
}

/// The offers of one day, in the order of their references.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Worklist {
    /// The day of the appointments, ISO.
    pub day: String,
    /// The offers.
    pub offers: Vec<Offer>,
}

/// What became of the appointments of the day, and what was not known of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    /// Appointments of the day.
    pub of_the_day: usize,
    /// Of which cancelled or called off.
    pub cancelled: usize,
    /// Of which without a usable day of booking.
    pub set_aside: usize,
    /// Of which without a reference, or with one that stands twice.
    pub no_reference: usize,
    /// Those that could be offered help.
    pub looked_at: usize,
    /// Offers.
    pub offers: usize,
    /// Of those looked at, how many lack a feature, by its title.
    pub not_known: BTreeMap<String, usize>,
    /// Of those looked at, how many have a code that the profile does not know, by field.
    pub unknown_codes: BTreeMap<String, usize>,
    /// Of those looked at, how many are in a clinic, site or place that was never seen before the day, by the feature's title.
    pub new_places: BTreeMap<String, usize>,
}

/// A worklist with what it was made of.
pub struct Made {
    /// The offers.
    pub worklist: Worklist,
    /// The counts.
    pub counts: Counts,
    /// Who takes part in the trial, sealed; `None` without a trial.
    pub sealed: Option<Sealed>,
}

/// Makes the list of a day. `matrix` holds the features of all the appointments.
pub fn worklist(
    saved: &Saved,
    appointments: &Appointments,
    matrix: &Matrix,
    asked: &Asked<'_>,
) -> Result<Made, PredictError> {
    let day = date_of(asked.day).map_or_else(String::new, |date| date.to_string());
    let mut counts = Counts::default();
    let rows = candidates(saved, appointments, asked.day, &mut counts)?;
    if rows.is_empty() {
        return Err(PredictError::NoneToCome { day, appointments: counts.of_the_day });
    }
    count_unknown(saved, appointments, matrix, &rows, asked.day, &mut counts);
    let arms: Vec<Option<Arm>> = match asked.trial {
        Some(design) => rows.iter().map(|row| design.arm(appointments, *row)).collect(),
        None => vec![None; rows.len()],
    };
    let chosen = chosen(saved, appointments, matrix, &rows, &arms, asked)?;
    let reference = |place: &usize| appointments.rows.reference(rows[*place]).unwrap_or_default().to_owned();
    let with = |held: bool| -> Vec<usize> {
        (0..rows.len()).filter(|place| chosen[*place] && (arms[*place] == Some(Arm::HeldOut)) == held).collect()
    };
    let mut offered = with(false);
    offered.sort_by_key(|place| {
        let reference = reference(place);
        // Numbers of one width first, so that 9 comes before 10.
        (reference.len(), reference)
    });
    counts.offers = offered.len();
    let sealed = asked.trial.map(|design| {
        let in_trial: Vec<usize> = offered.iter().copied().filter(|place| arms[*place].is_some()).collect();
        let references = |places: &[usize]| places.iter().map(reference).collect::<Vec<String>>();
        design.seal(&day, &references(&in_trial), &references(&with(true)))
    });
    let offered_rows: Vec<usize> = offered.iter().map(|place| rows[*place]).collect();
    let offers = offered
        .iter()
        .zip(reasons(saved, matrix, &offered_rows))
        .map(|(place, reasons)| Offer { appointment: reference(place), reasons })
        .collect();
    Ok(Made { worklist: Worklist { day, offers }, counts, sealed })
}

/// The appointments of the day that are still to take place as far as is known, each once.
fn candidates(
    saved: &Saved,
    appointments: &Appointments,
    day: i32,
    counts: &mut Counts,
) -> Result<Vec<usize>, PredictError> {
    let called_off = match &saved.features.outcome.called_off {
        None => None,
        Some(text) => {
            let condition = Condition::parse(text).map_err(|error| PredictError::Features {
                name: saved.features.id.clone(),
                reason: error.to_string(),
            })?;
            Some(appointments.rows.ask(&condition))
        }
    };
    let mut seen = HashSet::new();
    let mut rows = Vec::new();
    for row in (0..appointments.len()).filter(|row| appointments.day[*row] == day) {
        counts.of_the_day += 1;
        let off = called_off.as_ref().is_some_and(|answers| answers[row] == Some(true));
        if off || appointments.outcome[row] == Some(Outcome::Cancelled) {
            counts.cancelled += 1;
        } else if !appointments.usable[row] {
            counts.set_aside += 1;
        } else if !appointments.rows.reference(row).is_some_and(|reference| seen.insert(reference)) {
            counts.no_reference += 1;
        } else {
            rows.push(row);
        }
    }
    counts.looked_at = rows.len();
    Ok(rows)
}

/// Which of the rows are on the list or held out by the trial; those with an offer are never more than the capacity.
fn chosen(
    saved: &Saved,
    appointments: &Appointments,
    matrix: &Matrix,
    rows: &[usize],
    arms: &[Option<Arm>],
    asked: &Asked<'_>,
) -> Result<Vec<bool>, PredictError> {
    let groups = |dimension: &str| {
        let found = appointments.rows.groups.iter().find(|groups| groups.dimension.id == dimension);
        found.ok_or_else(|| PredictError::NoDimension { dimension: dimension.to_owned() })
    };
    let choice = match asked.give {
        Give::Risk => Choice::Risk,
        Give::Benefit(benefit) => Choice::Benefit(groups(&benefit.dimension)?, benefit),
        Give::Floor { dimension, floor } => Choice::Floor(groups(dimension)?, floor),
    };
    let chances = saved.chances(appointments, matrix, rows);
    let offers = |chosen: &[bool]| {
        chosen.iter().zip(arms).filter(|(chosen, arm)| **chosen && **arm != Some(Arm::HeldOut)).count()
    };
    // Those held out take places on the list, so that both arms are chosen alike: the list is lengthened for them.
    let free = arms.iter().filter(|arm| **arm != Some(Arm::HeldOut)).count();
    let mut length = if free == 0 { asked.capacity } else { (asked.capacity * rows.len()).div_ceil(free) };
    length = length.min(rows.len());
    let mut chosen = choose(rows, chances.values(), length, choice)?;
    while offers(&chosen) < asked.capacity && length < rows.len() {
        length = (length + asked.capacity - offers(&chosen)).min(rows.len());
        chosen = choose(rows, chances.values(), length, choice)?;
    }
    while offers(&chosen) > asked.capacity {
        length -= offers(&chosen) - asked.capacity;
        chosen = choose(rows, chances.values(), length, choice)?;
    }
    Ok(chosen)
}

fn count_unknown(
    saved: &Saved,
    appointments: &Appointments,
    matrix: &Matrix,
    rows: &[usize],
    day: i32,
    counts: &mut Counts,
) {
    let set = &saved.features;
    let feature = |id: &String| set.feature.iter().find(|own| own.id == *id);
    for own in unseen(appointments, set, matrix, rows, day) {
        // Somebody who never missed an appointment has no last one; that is known.
        let looks_back = feature(&own.feature).is_some_and(|own| own.kind.is_history());
        if own.not_known > 0 && !looks_back && saved.used.contains(&own.feature) {
            counts.not_known.insert(own.title.clone(), own.not_known);
        }
        if own.new > 0 {
            counts.new_places.insert(own.title, own.new);
        }
    }
    for id in saved.used.iter().filter(|id| !matrix.features.contains(id)) {
        counts.not_known.insert(feature(id).map_or_else(|| id.clone(), |own| own.title.clone()), rows.len());
    }
    for (name, column) in &appointments.rows.columns {
        let invalid: Vec<bool> = column.values.iter().map(|value| value.state() == GroupState::Invalid).collect();
        let count = rows.iter().filter(|row| invalid[column.ids[**row] as usize]).count();
        if count > 0 {
            counts.unknown_codes.insert(name.clone(), count);
        }
    }
}
