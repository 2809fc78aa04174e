//! From appointments and a feature set to a matrix of numbers.

use evenly_cube::{Condition, GroupState};
use evenly_extract::profile::{Meaning, date_of};
use evenly_extract::rows::{Rows, UNKNOWN};

use super::definition::{Feature, FeatureSet, Kind};
use super::history::{self, Histories};
use super::place;
use crate::PredictError;
use crate::appointments::{Appointments, Outcome};

/// Features of all appointments, a column each; NaN where not known.
#[derive(Clone, Debug)]
pub struct Matrix {
    /// Ids of the features.
    pub features: Vec<String>,
    /// For each feature, a value for every appointment.
    pub columns: Vec<Vec<f64>>,
}

impl Matrix {
    /// The values of some rows, column after column, as the models read them.
    pub fn of_rows(&self, rows: &[usize]) -> Vec<f64> {
        self.columns.iter().flat_map(|column| rows.iter().map(|row| column[*row])).collect()
    }

    /// The columns in the order of these features; a feature that the extract does not give is unknown throughout.
    #[must_use]
    pub fn in_order(&self, features: &[String], rows: usize) -> Self {
        let column = |id: &String| match self.features.iter().position(|own| own == id) {
            Some(position) => self.columns[position].clone(),
            None => vec![f64::NAN; rows],
        };
        Self { features: features.to_vec(), columns: features.iter().map(column).collect() }
    }
}

/// Works out the usable features of a set with these outcomes as what happened. Features that the extract cannot give are
/// left out.
pub fn build(
    appointments: &Appointments,
    set: &FeatureSet,
    outcomes: &[Option<Outcome>],
) -> Result<Matrix, PredictError> {
    let histories = Histories::new(appointments);
    let mut matrix = Matrix { features: Vec::new(), columns: Vec::new() };
    for feature in set.usable() {
        if let Some(column) = column(appointments, &histories, outcomes, feature)? {
            matrix.features.push(feature.id.clone());
            matrix.columns.push(column);
        }
    }
    if matrix.columns.is_empty() {
        return Err(PredictError::NoFeatures { features: set.id.clone() });
    }
    Ok(matrix)
}

fn column(
    appointments: &Appointments,
    histories: &Histories,
    outcomes: &[Option<Outcome>],
    feature: &Feature,
) -> Result<Option<Vec<f64>>, PredictError> {
    let (rows, moment, day) = (&appointments.rows, &appointments.moment, &appointments.day);
    Ok(match &feature.kind {
        Kind::HistoryCount { of } => {
            Some(histories.before(appointments, |_, past| history::count(outcomes, past, *of)))
        }
        Kind::HistoryShare { of } => {
            Some(histories.before(appointments, |_, past| history::share(outcomes, past, *of)))
        }
        Kind::HistoryDaysSince { of } => {
            Some(histories.before(appointments, |row, past| history::days_since(day, outcomes, past, *of, moment[row])))
        }
        Kind::HistoryDecayed { of, half_life_days } => Some(histories.before(appointments, |row, past| {
            history::decayed(day, outcomes, past, *of, moment[row], *half_life_days)
        })),
        Kind::AlreadyBooked => Some(histories.booked(appointments, false)),
        Kind::SameDay => Some(histories.booked(appointments, true)),
        Kind::Lead => Some(lead(appointments)),
        Kind::Number { field } => rows.numbers(field),
        Kind::Group { dimension } => group(rows, dimension),
        Kind::Flag { when } => flag(rows, when, &feature.id)?,
        Kind::Weekday { field } => dated(rows, field, |date| f64::from(date.weekday().to_monday_one_offset())),
        Kind::Month { field } => dated(rows, field, |date| f64::from(date.month())),
        Kind::Hour { field } => {
            rows.hours.get(field).filter(|hours| hours.iter().any(|hour| *hour != UNKNOWN)).map(|hours| {
                hours.iter().map(|hour| if *hour == UNKNOWN { f64::NAN } else { f64::from(*hour) }).collect()
            })
        }
        Kind::ServiceShare { field, weight } => rows.columns.get(field).map(|column| {
            let known: Vec<bool> = column.values.iter().map(|value| value.state() == GroupState::Known).collect();
            place::service_share(appointments, outcomes, &column.ids, &known, *weight)
        }),
    })
}

fn lead(appointments: &Appointments) -> Vec<f64> {
    let one = |row: usize| {
        if appointments.usable[row] { f64::from(appointments.day[row] - appointments.booked[row]) } else { f64::NAN }
    };
    (0..appointments.len()).map(one).collect()
}

fn group(rows: &Rows, dimension: &str) -> Option<Vec<f64>> {
    let groups = rows.groups.iter().find(|groups| groups.dimension.id == dimension)?;
    let place = |group: &evenly_cube::Group, position: usize| {
        if group.state == GroupState::Known { position as f64 } else { f64::NAN }
    };
    let values: Vec<f64> =
        groups.dimension.groups.iter().enumerate().map(|(position, group)| place(group, position)).collect();
    Some(groups.codes.iter().map(|code| values.get(*code as usize).copied().unwrap_or(f64::NAN)).collect())
}

fn flag(rows: &Rows, when: &str, feature: &str) -> Result<Option<Vec<f64>>, PredictError> {
    let condition = Condition::parse(when)
        .map_err(|error| PredictError::Features { name: feature.to_owned(), reason: error.to_string() })?;
    if !condition.fields().iter().all(|field| rows.has(field)) {
        return Ok(None);
    }
    let number = |answer: Option<bool>| answer.map_or(f64::NAN, |holds| f64::from(u8::from(holds)));
    Ok(Some(rows.ask(&condition).into_iter().map(number).collect()))
}

fn dated(rows: &Rows, field: &str, of: impl Fn(jiff::civil::Date) -> f64) -> Option<Vec<f64>> {
    let column = rows.columns.get(field)?;
    let value = |meaning: &Meaning| match meaning {
        Meaning::Day(day) => date_of(*day).map_or(f64::NAN, &of),
        _ => f64::NAN,
    };
    let values: Vec<f64> = column.values.iter().map(value).collect();
    Some(column.ids.iter().map(|id| values[*id as usize]).collect())
}
