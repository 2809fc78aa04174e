//! Appointments of an extract: the rows, the day of each, the moment as of which it is looked at, and its outcome.

use evenly_cube::{Condition, RowsEquation};
use evenly_extract::engine::Progress;
use evenly_extract::profile::{FieldType, Profile, date_of};
use evenly_extract::readers::Extract;
use evenly_extract::rows::{Rows, RowsWanted, UNKNOWN, rows};
use serde::{Deserialize, Serialize};

use crate::features::{FeatureSet, Kind};
use crate::{PredictError, of_person};

/// How an appointment ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// The person did not attend, or came too late to be seen.
    Missed,
    /// The person was seen.
    Attended,
    /// The person cancelled.
    Cancelled,
}

/// What to make of an extract.
#[derive(Clone, Copy, Debug, Default)]
pub struct Reading<'a> {
    /// Day taken as today, from 1970-01-01: an outcome after it is refused.
    pub today: i32,
    /// Dimensions to group by; the profile's own if `None`.
    pub by: Option<&'a [String]>,
    /// Whether outcomes are not there yet, as in a list of appointments to come.
    pub to_come: bool,
    /// The identifier of an appointment, for a worklist.
    pub reference: Option<&'a str>,
    /// Seed of the draw by which people are given to the arms of a trial.
    pub draw: Option<u64>,
    /// A further field, by whose units a trial starts.
    pub also: Option<&'a str>,
}

/// The appointments of an extract that can be looked at as of a moment.
pub struct Appointments {
    /// The rows.
    pub rows: Rows,
    /// Day of each appointment, from 1970-01-01.
    pub day: Vec<i32>,
    /// Day on which each was booked.
    pub booked: Vec<i32>,
    /// Day as of which each is looked at; of what happened, only what happened before this day is known.
    pub moment: Vec<i32>,
    /// How each ended, where it is one of the three.
    pub outcome: Vec<Option<Outcome>>,
    /// Person of each; a row without an identifier is a person of its own.
    pub person: Vec<u32>,
    /// Which appointments have a usable moment: booked on a known day that is not after the appointment.
    pub usable: Vec<bool>,
    /// Appointments without a usable moment, by reason.
    pub set_aside: Vec<(String, u64)>,
    /// Dimensions by their ids, and on how many appointments the group was taken from another of the same person.
    pub of_person: Vec<(String, u64)>,
}

impl Appointments {
    /// Reads the appointments of an extract.
    pub fn read(
        profile: &Profile,
        extract: &Extract,
        set: &FeatureSet,
        reading: &Reading<'_>,
        progress: &dyn Progress,
    ) -> Result<Self, PredictError> {
        let conditions = conditions(set)?;
        let asked: Vec<&Condition> = conditions.iter().collect();
        let booked = first_known(profile, &set.moment.booked);
        let mut fields: Vec<&str> = vec![&set.moment.appointment];
        fields.extend(booked);
        fields.extend(reading.also);
        let mut hours: Vec<&str> = Vec::new();
        let mut dimensions: Vec<&str> = reading.by.unwrap_or(&profile.dimensions).iter().map(String::as_str).collect();
        for feature in &set.feature {
            match &feature.kind {
                Kind::Number { field }
                | Kind::Weekday { field }
                | Kind::Month { field }
                | Kind::ServiceShare { field, .. } => {
                    fields.push(field);
                }
                Kind::Hour { field } => hours.push(field),
                Kind::Group { dimension } if !dimensions.contains(&dimension.as_str()) => dimensions.push(dimension),
                _ => {}
            }
        }
        for dimension in set.calibrated_by() {
            if !dimensions.contains(&dimension) {
                dimensions.push(dimension);
            }
        }
        let may_be_empty: Vec<&str> = if reading.to_come { outcome_fields(&conditions) } else { Vec::new() };
        let wanted = RowsWanted {
            fields: &fields,
            conditions: &asked,
            hours: &hours,
            dimensions: &dimensions,
            person: &set.moment.person,
            reference: reading.reference,
            draw: reading.draw,
            may_be_empty: &may_be_empty,
        };
        let rows = rows(profile, extract, &wanted, progress)?;
        Self::new(rows, set, &conditions, booked, reading)
    }

    fn new(
        mut rows: Rows,
        set: &FeatureSet,
        conditions: &[Condition],
        booked: Option<&str>,
        reading: &Reading<'_>,
    ) -> Result<Self, PredictError> {
        let no_field = |what, fields: &[String]| PredictError::NoField {
            what,
            features: set.id.clone(),
            fields: fields.join(", "),
        };
        let appointment = &set.moment.appointment;
        let day = rows
            .days(appointment)
            .ok_or_else(|| no_field("the day of the appointment", std::slice::from_ref(appointment)))?;
        let booked = booked
            .and_then(|field| rows.days(field))
            .ok_or_else(|| no_field("the day of booking", &set.moment.booked))?;
        let outcome = outcomes(&rows, &conditions[..3]);
        refuse_future(&day, &outcome, reading.today)?;
        let person = people(&rows);
        let of_person = set
            .calibrate_by
            .iter()
            .filter(|own| own.of_person)
            .map(|own| (own.dimension.clone(), of_person::fill(&mut rows, &person, &day, &own.dimension)))
            .filter(|(_, filled)| *filled > 0)
            .collect();
        let mut all = Self {
            day: day.iter().map(|day| day.unwrap_or(i32::MAX)).collect(),
            booked: vec![i32::MAX; rows.count],
            moment: vec![i32::MIN; rows.count],
            usable: vec![false; rows.count],
            person,
            outcome,
            set_aside: Vec::new(),
            of_person,
            rows,
        };
        let (mut undated, mut unbooked, mut backwards) = (0, 0, 0);
        for (row, (day, booked)) in day.iter().zip(&booked).enumerate() {
            match (day, booked) {
                (None, _) => undated += 1,
                (_, None) => unbooked += 1,
                (Some(day), Some(booked)) if booked > day => backwards += 1,
                (Some(day), Some(booked)) => {
                    let late = set.moment.days_before.map_or(*booked, |days| day - i32::from(days));
                    all.booked[row] = *booked;
                    all.moment[row] = late.max(*booked);
                    all.usable[row] = true;
                }
            }
        }
        for (reason, rows) in [
            ("no day of the appointment", undated),
            ("no day of booking", unbooked),
            ("booked after it took place", backwards),
        ] {
            if rows > 0 {
                all.set_aside.push((reason.to_owned(), rows));
            }
        }
        Ok(all)
    }

    /// Number of appointments.
    pub fn len(&self) -> usize {
        self.rows.count
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.count == 0
    }

    /// Every row accounted for.
    pub fn equation(&self) -> &RowsEquation {
        &self.rows.equation
    }

    /// Appointments that were missed or attended and have a usable moment, in the order of rows.
    pub fn judged(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.len())
            .filter(|row| self.usable[*row] && matches!(self.outcome[*row], Some(Outcome::Missed | Outcome::Attended)))
    }

    /// Month of an appointment, counted from January of the year 0.
    pub(crate) fn month(&self, row: usize) -> i32 {
        date_of(self.day[row]).map_or(0, |date| i32::from(date.year()) * 12 + i32::from(date.month()) - 1)
    }

    /// Whether an appointment was missed.
    pub fn missed(&self, row: usize) -> bool {
        self.outcome[row] == Some(Outcome::Missed)
    }
}

/// The outcome conditions, then those of the flags.
fn conditions(set: &FeatureSet) -> Result<Vec<Condition>, PredictError> {
    let flags = set.feature.iter().filter_map(|feature| match &feature.kind {
        Kind::Flag { when } => Some(when.as_str()),
        _ => None,
    });
    let texts = [set.outcome.missed.as_str(), &set.outcome.attended, &set.outcome.cancelled].into_iter().chain(flags);
    let parse = |text: &str| {
        Condition::parse(text)
            .map_err(|error| PredictError::Features { name: set.id.clone(), reason: error.to_string() })
    };
    texts.map(parse).collect()
}

/// Fields that only the outcome is known from.
fn outcome_fields(conditions: &[Condition]) -> Vec<&str> {
    conditions.iter().take(3).flat_map(Condition::fields).collect()
}

fn first_known<'a>(profile: &Profile, names: &'a [String]) -> Option<&'a str> {
    let is_date = |name: &&String| profile.fields.get(*name).is_some_and(|field| field.kind == FieldType::Date);
    names.iter().find(is_date).map(String::as_str)
}

fn outcomes(rows: &Rows, conditions: &[Condition]) -> Vec<Option<Outcome>> {
    let mut outcome = vec![None; rows.count];
    for (condition, means) in conditions.iter().zip([Outcome::Missed, Outcome::Attended, Outcome::Cancelled]) {
        for (own, answer) in outcome.iter_mut().zip(rows.ask(condition)) {
            if answer == Some(true) && own.is_none() {
                *own = Some(means);
            }
        }
    }
    outcome
}

/// Only missing or being seen happens on the day; a cancellation may be known before it.
fn refuse_future(day: &[Option<i32>], outcome: &[Option<Outcome>], today: i32) -> Result<(), PredictError> {
    let is_later = |(day, outcome): &(&Option<i32>, &Option<Outcome>)| {
        day.is_some_and(|day| day > today) && matches!(outcome, Some(Outcome::Missed | Outcome::Attended))
    };
    match day.iter().zip(outcome).filter(is_later).count() {
        0 => Ok(()),
        rows => {
            let today = date_of(today).map_or_else(|| "today".to_owned(), |date| date.to_string());
            Err(PredictError::Future { rows, today })
        }
    }
}

fn people(rows: &Rows) -> Vec<u32> {
    let mut next = rows.people.iter().filter(|person| **person != UNKNOWN).max().map_or(0, |most| most + 1);
    let own = |person: &u32| {
        if *person != UNKNOWN {
            return *person;
        }
        next += 1;
        next - 1
    };
    rows.people.iter().map(own).collect()
}
