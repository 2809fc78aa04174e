//! Trials of help with a planted effect: help prevents part of the risk, and where harm is planted, doubles it in one group.

use std::collections::HashMap;

use evenly_demo::Answer;
use evenly_extract::profile::date_of;
use evenly_prediction::appointments::Outcome;
use evenly_prediction::trial::{Design, Evaluation, GroupEffect, Plan, Sealed, evaluate};
use evenly_prediction::worklist::{Asked, Give, worklist};

use super::trust::{Mixed, Trust};

/// Trials of each trust with harm, and as many without.
const TRIALS: u64 = 5;
/// Share of people held out.
const HELD_OUT: f64 = 0.3;
/// Days before the project on which offers are made.
const DAYS: i32 = 120;
/// Offers a day.
const OFFERS: usize = 40;
/// Part of the risk that help prevents.
const PREVENTS: f64 = 0.3;
/// What it multiplies the risk by where it harms.
const HARMS: f64 = 2.0;
/// The dimension and group that it harms.
const HARMED: (&str, &str) = ("deprivation", "1");

/// Runs trials with and without harm, and counts what was found.
pub fn judge(trust: &Trust, seed: u64, harm: &mut [u64; 2], alarms: &mut [u64; 2]) -> anyhow::Result<()> {
    let answers: Vec<Option<Answer>> = (0..trust.appointments.len()).map(|row| trust.answer(row)).collect();
    for trial in 0..TRIALS {
        crate::interrupt::check()?;
        for planted in [true, false] {
            let found = run(trust, &answers, seed * 1000 + trial, planted)?;
            if planted {
                let is_planted = |own: &&GroupEffect| (own.dimension.as_str(), own.group.as_str()) == HARMED;
                let own = found.by_group.iter().find(is_planted).and_then(|own| own.effect.as_ref());
                harm[1] += 1;
                harm[0] += u64::from(own.is_some_and(|own| own.harmed));
            } else {
                alarms[1] += 1;
                alarms[0] += u64::from(!found.harmed.is_empty());
            }
        }
    }
    Ok(())
}

/// One trial: offers on each day, outcomes drawn from the true chances and the planted effect, and the evaluation.
fn run(trust: &Trust, answers: &[Option<Answer>], seed: u64, planted: bool) -> anyhow::Result<Evaluation> {
    let day = |day: i32| date_of(day).unwrap_or_default();
    let days = [day(trust.project - DAYS), day(trust.project - 1)];
    let design = Design::new(days[0], days, seed, 1, Plan::HoldOut { share: HELD_OUT })?;
    let mut lists: Vec<Sealed> = Vec::new();
    let mut outcomes = trust.appointments.outcome.clone();
    let rows: HashMap<&str, usize> =
        (0..trust.appointments.len()).filter_map(|row| Some((trust.appointments.rows.reference(row)?, row))).collect();
    let groups = trust.appointments.rows.groups.iter().find(|own| own.dimension.id == HARMED.0);
    let is_harmed = |row: usize| groups.is_some_and(|own| own.dimension.groups[own.codes[row] as usize].id == HARMED.1);
    let mut stream = Mixed::new(seed);
    for day in trust.project - DAYS..trust.project {
        let asked = Asked { day, capacity: OFFERS, give: Give::Risk, trial: Some(&design) };
        // Clinics are closed at weekends.
        let Ok(made) = worklist(&trust.saved, &trust.appointments, &trust.prepared.matrix, &asked) else { continue };
        for offer in &made.worklist.offers {
            let Some(row) = rows.get(offer.appointment.as_str()) else { continue };
            let Some(answer) =
                answers[*row].filter(|_| matches!(outcomes[*row], Some(Outcome::Missed | Outcome::Attended)))
            else {
                continue;
            };
            let times = if planted && is_harmed(*row) { HARMS } else { 1.0 - PREVENTS };
            let missed = stream.unit() < f64::from(answer.chance) * times;
            outcomes[*row] = Some(if missed { Outcome::Missed } else { Outcome::Attended });
        }
        lists.extend(made.sealed);
    }
    Ok(evaluate(&design, &lists, &trust.appointments, &outcomes)?)
}
