//! Share missed at a service as of a moment: what was known there, drawn towards the share of all services.

use crate::appointments::{Appointments, Outcome};

/// Appointments missed and judged up to each day on which there were any.
#[derive(Default)]
struct Record {
    /// Day, and missed and judged on all days up to it.
    days: Vec<(i32, f64, f64)>,
}

impl Record {
    fn add(&mut self, day: i32, missed: bool) {
        let (_, all_missed, all) = self.days.last().copied().unwrap_or((i32::MIN, 0.0, 0.0));
        let now = (day, all_missed + f64::from(u8::from(missed)), all + 1.0);
        match self.days.last_mut() {
            Some(last) if last.0 == day => *last = now,
            _ => self.days.push(now),
        }
    }

    /// Missed and judged on days before `day`.
    fn before(&self, day: i32) -> (f64, f64) {
        match self.days.partition_point(|(own, ..)| *own < day) {
            0 => (0.0, 0.0),
            position => (self.days[position - 1].1, self.days[position - 1].2),
        }
    }
}

/// For every appointment, the share missed at its service on days before its moment; unknown where nothing is known yet.
pub fn service_share(
    appointments: &Appointments,
    outcomes: &[Option<Outcome>],
    services: &[u32],
    known: &[bool],
    weight: f64,
) -> Vec<f64> {
    let mut order: Vec<usize> = (0..appointments.len()).filter(|row| appointments.day[*row] != i32::MAX).collect();
    order.sort_by_key(|row| appointments.day[*row]);
    let mut all = Record::default();
    let mut own: Vec<Record> = known.iter().map(|_| Record::default()).collect();
    for row in order {
        let missed = match outcomes[row] {
            Some(Outcome::Missed) => true,
            Some(Outcome::Attended) => false,
            Some(Outcome::Cancelled) | None => continue,
        };
        all.add(appointments.day[row], missed);
        own[services[row] as usize].add(appointments.day[row], missed);
    }
    let share = |row: usize| {
        let moment = appointments.moment[row];
        let (all_missed, all_judged) = all.before(moment);
        if all_judged <= 0.0 || !appointments.usable[row] {
            return f64::NAN;
        }
        let service = services[row] as usize;
        let (missed, judged) = if known[service] { own[service].before(moment) } else { (0.0, 0.0) };
        (missed + weight * all_missed / all_judged) / (judged + weight)
    };
    (0..appointments.len()).map(share).collect()
}
