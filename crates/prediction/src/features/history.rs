//! A person's history as of a moment: only appointments that took place on days before it.

use crate::appointments::{Appointments, Outcome};

/// The appointments of every person in the order of their days.
pub struct Histories {
    /// Rows, by person and day.
    order: Vec<u32>,
    /// For each row, where its person's rows begin and end in `order`.
    range: Vec<(u32, u32)>,
}

impl Histories {
    /// Orders the appointments once for all features.
    pub fn new(appointments: &Appointments) -> Self {
        let rows = u32::try_from(appointments.len()).unwrap_or(u32::MAX);
        let mut order: Vec<u32> = (0..rows).collect();
        order.sort_by_key(|row| (appointments.person[*row as usize], appointments.day[*row as usize], *row));
        let mut range = vec![(0, 0); order.len()];
        let mut start = 0;
        while start < order.len() {
            let person = appointments.person[order[start] as usize];
            let end = start + order[start..].partition_point(|row| appointments.person[*row as usize] == person);
            // Positions are rows, which are numbered by u32.
            let span = (u32::try_from(start).unwrap_or(rows), u32::try_from(end).unwrap_or(rows));
            for row in &order[start..end] {
                range[*row as usize] = span;
            }
            start = end;
        }
        Self { order, range }
    }

    /// The person's other rows in the order of days.
    fn of_person(&self, row: usize) -> &[u32] {
        let (start, end) = self.range[row];
        &self.order[start as usize..end as usize]
    }

    /// For every appointment, `answer` of the person's rows that took place before the moment's day, latest last.
    pub fn before(&self, appointments: &Appointments, answer: impl Fn(usize, &[u32]) -> f64) -> Vec<f64> {
        let one = |row: usize| {
            if !appointments.usable[row] {
                return f64::NAN;
            }
            let own = self.of_person(row);
            let known = own.partition_point(|other| appointments.day[*other as usize] < appointments.moment[row]);
            answer(row, &own[..known])
        };
        (0..appointments.len()).map(one).collect()
    }

    /// For every appointment, how many others of the person were booked before the moment's day and are still to come;
    /// `same_day`: on the appointment's own day.
    pub fn booked(&self, appointments: &Appointments, same_day: bool) -> Vec<f64> {
        let one = |row: usize| {
            if !appointments.usable[row] {
                return f64::NAN;
            }
            let moment = appointments.moment[row];
            let own = self.of_person(row);
            let (first, last) = if same_day {
                let day = appointments.day[row];
                let first = own.partition_point(|other| appointments.day[*other as usize] < day);
                (first, own.partition_point(|other| appointments.day[*other as usize] <= day))
            } else {
                (own.partition_point(|other| appointments.day[*other as usize] < moment), own.len())
            };
            let booked = |other: &&u32| {
                let other = **other as usize;
                other != row && appointments.usable[other] && appointments.booked[other] < moment
            };
            own[first..last].iter().filter(booked).count() as f64
        };
        (0..appointments.len()).map(one).collect()
    }
}

/// How many of an outcome.
pub fn count(outcomes: &[Option<Outcome>], rows: &[u32], of: Outcome) -> f64 {
    rows.iter().filter(|row| outcomes[**row as usize] == Some(of)).count() as f64
}

/// Share of an outcome among missed and attended.
pub fn share(outcomes: &[Option<Outcome>], rows: &[u32], of: Outcome) -> f64 {
    let all = count(outcomes, rows, Outcome::Missed) + count(outcomes, rows, Outcome::Attended);
    if all > 0.0 { count(outcomes, rows, of) / all } else { f64::NAN }
}

/// Days from the last of an outcome to a day.
pub fn days_since(days: &[i32], outcomes: &[Option<Outcome>], rows: &[u32], of: Outcome, to: i32) -> f64 {
    let last = rows.iter().rev().find(|row| outcomes[**row as usize] == Some(of));
    last.map_or(f64::NAN, |row| f64::from(to - days[*row as usize]))
}

/// How many of an outcome, each worth half as much after so many days.
pub fn decayed(days: &[i32], outcomes: &[Option<Outcome>], rows: &[u32], of: Outcome, to: i32, half_life: f64) -> f64 {
    let worth = |row: &&u32| (-f64::from(to - days[**row as usize]) / half_life).exp2();
    rows.iter().filter(|row| outcomes[**row as usize] == Some(of)).map(|row| worth(&row)).sum()
}
