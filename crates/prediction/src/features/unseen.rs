//! What later appointments bring that a model has not met: values that are not known, and categories that are new.

use evenly_cube::GroupState;
use evenly_extract::rows::Column;
use serde::Serialize;

use super::build::Matrix;
use super::definition::{FeatureSet, Kind};
use crate::appointments::Appointments;

/// A feature with values that are not known or new.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unseen {
    /// Id of the feature.
    pub feature: String,
    /// Its plain name.
    pub title: String,
    /// Appointments for which it is not known.
    pub not_known: usize,
    /// Appointments of a clinic, function or site that had none before.
    pub new: usize,
}

/// Counts both among some rows, for every feature of the matrix that has any; new is what no appointment before a day had.
pub fn unseen(
    appointments: &Appointments,
    set: &FeatureSet,
    matrix: &Matrix,
    rows: &[usize],
    before: i32,
) -> Vec<Unseen> {
    let of_feature = |(id, column): (&String, &Vec<f64>)| {
        let feature = set.feature.iter().find(|feature| feature.id == *id)?;
        let services = match &feature.kind {
            Kind::ServiceShare { field, .. } => Services::new(appointments, field, before),
            _ => None,
        };
        let (mut not_known, mut new) = (0, 0);
        for row in rows {
            let (unnamed, never_met) = services.as_ref().map_or((false, false), |services| services.look(*row));
            not_known += usize::from(column[*row].is_nan() || unnamed);
            new += usize::from(never_met);
        }
        (not_known + new > 0).then(|| Unseen { feature: id.clone(), title: feature.title.clone(), not_known, new })
    };
    matrix.features.iter().zip(&matrix.columns).filter_map(of_feature).collect()
}

/// Clinics, functions or sites, and which of them had appointments before a day.
struct Services<'a> {
    column: &'a Column,
    met: Vec<bool>,
}

impl<'a> Services<'a> {
    fn new(appointments: &'a Appointments, field: &str, before: i32) -> Option<Self> {
        let column = appointments.rows.columns.get(field)?;
        let mut met = vec![false; column.values.len()];
        for row in appointments.judged().filter(|row| appointments.day[*row] < before) {
            met[column.ids[row] as usize] = true;
        }
        Some(Self { column, met })
    }

    /// Whether an appointment's is not named, and whether it is named and was never met.
    fn look(&self, row: usize) -> (bool, bool) {
        let id = self.column.ids[row] as usize;
        let named = self.column.values[id].state() == GroupState::Known;
        (!named, named && !self.met[id])
    }
}

/// The counts in words; nothing where there are none.
pub fn unseen_text(found: &[Unseen]) -> String {
    let mut text = String::new();
    for own in found {
        let parts = [(own.not_known, "not known"), (own.new, "never seen before")];
        let told: Vec<String> =
            parts.iter().filter(|(rows, _)| *rows > 0).map(|(rows, what)| format!("{what} for {rows}")).collect();
        text.push_str(&format!("- {}: {}\n", own.title, told.join(", ")));
    }
    if text.is_empty() { text } else { format!("\nAppointments judged without a value, or with a new one:\n\n{text}") }
}
