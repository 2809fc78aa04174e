//! The design: written to a file before the first offer, and the same for everybody from then on.

use evenly_cube::{FieldValue, GroupState};
use evenly_extract::profile::{date_of, days_from_1970};
use jiff::civil::Date;
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::{Deserialize, Serialize};

use super::iso;
use super::sealed::{Sealed, digest};
use crate::PredictError;
use crate::appointments::Appointments;

/// Version of the file's form.
const VERSION: u32 = 1;
/// Fewest units that can start one after another.
const FEWEST_UNITS: usize = 4;
/// Fewest appointments of a unit that takes part.
const FEWEST_OF_UNIT: usize = 50;

/// Who is offered help.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arm {
    /// Offered help.
    Offered,
    /// Waits; the appointment goes on as it always did.
    HeldOut,
}

/// How people or clinics are given to arms.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Plan {
    /// A share of people, drawn by lot, is offered no help while the trial runs.
    HoldOut {
        /// The share.
        share: f64,
    },
    /// Clinics, sites or other units start one after another, in an order drawn by lot.
    Stepped {
        /// The field that names the unit.
        field: String,
        /// Who starts when.
        steps: Vec<Step>,
    },
}

/// The day on which a unit starts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The unit.
    pub unit: String,
    /// The first day with offers, ISO.
    #[serde(with = "iso")]
    pub from: Date,
}

/// The design of a trial.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Design {
    /// Version of the form.
    pub version: u32,
    /// The day on which it was written.
    #[serde(with = "iso")]
    pub written: Date,
    /// First and last day of the trial.
    #[serde(with = "iso")]
    pub from: Date,
    /// Last day.
    #[serde(with = "iso")]
    pub until: Date,
    /// Seed of the lot.
    pub seed: u64,
    /// How often the outcomes will be looked at; the chance of a false alarm is shared among them.
    pub looks: u32,
    /// Who is offered help.
    pub plan: Plan,
}

impl Design {
    /// A design; `written` must not be after the first day.
    pub fn new(
        written: Date,
        [from, until]: [Date; 2],
        seed: u64,
        looks: u32,
        plan: Plan,
    ) -> Result<Self, PredictError> {
        let own = Self { version: VERSION, written, from, until, seed, looks, plan };
        own.checked("the design")
    }

    /// Draws the order in which the units of a field start, in `steps` steps of equal length.
    pub fn stepped(
        appointments: &Appointments,
        field: &str,
        [from, until]: [Date; 2],
        steps: usize,
        seed: u64,
    ) -> Result<Plan, PredictError> {
        let column = appointments.rows.columns.get(field).ok_or_else(|| {
            wrong("the design", format!("there is no field `{field}` here whose units could start one after another"))
        })?;
        let mut sizes = vec![0_usize; column.values.len()];
        column.ids.iter().for_each(|id| sizes[*id as usize] += 1);
        let mut units: Vec<String> = (0..sizes.len())
            .filter(|id| sizes[*id] >= FEWEST_OF_UNIT && column.values[*id].state() == GroupState::Known)
            .filter_map(|id| text(column, id))
            .collect();
        if units.len() < FEWEST_UNITS || steps < 2 {
            let reason = format!(
                "`{field}` has {} units with {FEWEST_OF_UNIT} appointments or more; a stepped start needs {FEWEST_UNITS} and two steps: use --hold-out",
                units.len()
            );
            return Err(wrong("the design", reason));
        }
        units.sort_unstable();
        units.shuffle(&mut Xoshiro256PlusPlus::seed_from_u64(seed));
        let (first, last) = (days_from_1970(from), days_from_1970(until));
        let steps = steps.min(units.len());
        let count = units.len();
        // The time before the first step is as long as each step: every unit is seen waiting.
        let start = |place: usize| {
            let step = i64::try_from(place * steps / count + 1).unwrap_or(1);
            let all = i64::try_from(steps + 1).unwrap_or(2);
            let day = i64::from(first) + i64::from(last - first) * step / all;
            date_of(i32::try_from(day).unwrap_or(last)).unwrap_or(until)
        };
        let steps = units.into_iter().enumerate().map(|(place, unit)| Step { unit, from: start(place) }).collect();
        Ok(Plan::Stepped { field: field.to_owned(), steps })
    }

    /// Reads a design; `name` is the file that errors name.
    pub fn parse(name: &str, text: &str) -> Result<Self, PredictError> {
        let own: Self = toml::from_str(text).map_err(|error| wrong(name, error.to_string().trim().to_owned()))?;
        own.checked(name)
    }

    /// The file's text.
    pub fn text(&self) -> Result<String, PredictError> {
        toml::to_string(self).map_err(|error| wrong("the design", error.to_string()))
    }

    fn checked(self, name: &str) -> Result<Self, PredictError> {
        let reason = if self.version > VERSION {
            Some(format!("its form is version {}, and this Evenly reads up to {VERSION}: update Evenly", self.version))
        } else if self.written > self.from {
            Some(
                "it was written after its first day: a trial is chosen at the start, so give a later first day"
                    .to_owned(),
            )
        } else if self.until <= self.from {
            Some("its last day is not after its first".to_owned())
        } else if !(1..=100).contains(&self.looks) {
            Some("looks must lie between 1 and 100".to_owned())
        } else {
            match &self.plan {
                Plan::HoldOut { share } if !(0.01..=0.5).contains(share) => {
                    Some("the share held out must lie between 0.01 and 0.5".to_owned())
                }
                Plan::Stepped { steps, .. } if steps.len() < FEWEST_UNITS => {
                    Some(format!("a stepped start needs {FEWEST_UNITS} units"))
                }
                _ => None,
            }
        };
        reason.map_or(Ok(self), |reason| Err(wrong(name, reason)))
    }

    /// The arm of an appointment; `None` for those outside the trial: other days, people without an identifier, units that are
    /// not in the design.
    pub fn arm(&self, appointments: &Appointments, row: usize) -> Option<Arm> {
        let day = appointments.day[row];
        if !(days_from_1970(self.from)..=days_from_1970(self.until)).contains(&day) {
            return None;
        }
        let held_out = match &self.plan {
            Plan::HoldOut { share } => appointments.rows.draw(row)? < *share,
            Plan::Stepped { steps, .. } => {
                let unit = self.unit(appointments, row)?;
                day < days_from_1970(steps[unit].from)
            }
        };
        Some(if held_out { Arm::HeldOut } else { Arm::Offered })
    }

    /// The field whose units start one after another, of a stepped start.
    pub fn field(&self) -> Option<&str> {
        match &self.plan {
            Plan::HoldOut { .. } => None,
            Plan::Stepped { field, .. } => Some(field),
        }
    }

    /// The unit of an appointment, by its place among the steps.
    pub(super) fn unit(&self, appointments: &Appointments, row: usize) -> Option<usize> {
        let Plan::Stepped { field, steps } = &self.plan else { return None };
        let column = appointments.rows.columns.get(field)?;
        let own = text(column, column.ids[row] as usize)?;
        steps.iter().position(|step| step.unit == own)
    }

    /// Seals who takes part on a day.
    pub fn seal(&self, day: &str, offered: &[String], held_out: &[String]) -> Sealed {
        Sealed::new(self.checksum(), day, self.seed, offered, held_out)
    }

    /// What a later change of the design would change.
    pub fn checksum(&self) -> String {
        digest(self.seed, &serde_json::to_string(self).unwrap_or_default())
    }
}

fn text(column: &evenly_extract::rows::Column, id: usize) -> Option<String> {
    column.reader.with_value(&column.values[id], |value| match value {
        FieldValue::Text(text) => Some(text.to_owned()),
        FieldValue::Number(number) => Some(number.to_string()),
        FieldValue::Missing => None,
    })
}

fn wrong(name: &str, reason: String) -> PredictError {
    PredictError::Trial { name: name.to_owned(), reason }
}
