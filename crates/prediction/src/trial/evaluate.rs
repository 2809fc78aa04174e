//! The evaluation: outcomes beside who was offered help, for the whole and by group; it says stop where a group is harmed.

use std::collections::HashMap;

use evenly_cube::GroupState;
use evenly_extract::profile::days_from_1970;
use evenly_extract::rows::Groups;
use evenly_stats::Refusal;
use evenly_stats::evaluate::two_arms::holm;
use jiff::civil::Date;
use serde::Serialize;

use super::design::{Design, Plan};
use super::effect::{Effect, FEWEST_IN_ARM, GroupEffect, Visit, by_people, by_steps};
use super::sealed::{Sealed, digest};
use crate::PredictError;
use crate::appointments::{Appointments, Outcome};

/// Chance of any false alarm of harm, over all groups and all looks.
const FALSE_ALARM: f64 = 0.05;

/// What help did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Evaluation {
    /// The design, in words.
    pub design: String,
    /// First and last day with offers looked at.
    pub days: [String; 2],
    /// Appointments of the trial that were missed or attended.
    pub appointments: usize,
    /// Appointments of the trial that were cancelled, offered and held out: a cancellation in time is no missed appointment.
    pub cancelled: [usize; 2],
    /// Appointments of the trial whose outcome is not known, or which are not in the extract.
    pub not_known: usize,
    /// Level at which this look judges harm: the chance of a false alarm divided by the looks of the design.
    pub level: f64,
    /// All appointments.
    pub whole: Effect,
    /// By group.
    pub by_group: Vec<GroupEffect>,
    /// Labels of what help harms; not empty means stop.
    pub harmed: Vec<String>,
}

/// Evaluates a trial from its sealed lists and an extract, whose rows must have references, with these outcomes as what happened.
pub fn evaluate(
    design: &Design,
    lists: &[Sealed],
    appointments: &Appointments,
    outcomes: &[Option<Outcome>],
) -> Result<Evaluation, PredictError> {
    let wrong = |reason: String| PredictError::Trial { name: "the trial".to_owned(), reason };
    let checksum = design.checksum();
    if let Some(list) = lists.iter().find(|list| list.design != checksum) {
        return Err(wrong(format!(
            "the list of {} was made under another design, or the design was changed since: give the design as it was written at the start",
            list.day
        )));
    }
    let mut arms: HashMap<&str, bool> = HashMap::new();
    for list in lists {
        arms.extend(list.offered.iter().map(|own| (own.as_str(), false)));
        arms.extend(list.held_out.iter().map(|own| (own.as_str(), true)));
    }
    if arms.is_empty() {
        return Err(wrong(
            "the sealed lists hold no appointment: give the folders that `evenly predict score --trial` wrote"
                .to_owned(),
        ));
    }
    let mut cancelled = [0; 2];
    let mut visits = Vec::new();
    let periods = Periods::new(design);
    let in_trial = arms.len();
    for (row, outcome) in outcomes.iter().enumerate() {
        let Some(reference) = appointments.rows.reference(row) else { continue };
        // A row that comes twice counts once.
        let Some(held_out) = arms.remove(digest(design.seed, reference).as_str()) else { continue };
        let missed = match outcome {
            Some(Outcome::Missed) => true,
            Some(Outcome::Attended) => false,
            Some(Outcome::Cancelled) => {
                cancelled[usize::from(held_out)] += 1;
                continue;
            }
            None => continue,
        };
        let cell = (design.unit(appointments, row).unwrap_or(0), periods.place(appointments.day[row]));
        visits.push(Visit { row, person: appointments.person[row], held_out, missed, cell });
    }
    if visits.is_empty() {
        return Err(wrong(
            "none of the trial's appointments has an outcome in this extract: give a later extract, with the same references".to_owned(),
        ));
    }
    let case = Case { design, appointments, periods };
    let whole = case.effect(&visits).map_err(|refusal| wrong(format!("there is no effect to show yet: {refusal}")))?;
    let mut by_group = case.groups(&visits);
    let mut whole = whole;
    let level = FALSE_ALARM / f64::from(design.looks);
    let harmed = judge(&mut whole, &mut by_group, level);
    let day = |list: &&Sealed| list.day.clone();
    Ok(Evaluation {
        design: words(design),
        days: [lists.iter().map(|list| day(&list)).min(), lists.iter().map(|list| day(&list)).max()]
            .map(Option::unwrap_or_default),
        appointments: visits.len(),
        cancelled,
        not_known: in_trial - visits.len() - cancelled[0] - cancelled[1],
        level,
        whole,
        by_group,
        harmed,
    })
}

/// Who is harmed beyond chance, taking all groups and looks into account.
fn judge(whole: &mut Effect, by_group: &mut [GroupEffect], level: f64) -> Vec<String> {
    let everybody = "everybody together".to_owned();
    let groups = by_group.iter_mut().filter_map(|own| {
        let label = format!("{}: {}", own.dimension_title, own.label);
        own.effect.as_mut().map(|effect| (label, effect))
    });
    let mut all: Vec<(String, &mut Effect)> = std::iter::once((everybody, whole)).chain(groups).collect();
    let adjusted = holm(&all.iter().map(|(_, own)| own.chance_of_harm_alone).collect::<Vec<f64>>());
    let mut harmed = Vec::new();
    for ((label, own), adjusted) in all.iter_mut().zip(adjusted) {
        own.chance_of_harm = adjusted;
        own.harmed = adjusted <= level;
        if own.harmed {
            harmed.push(std::mem::take(label));
        }
    }
    harmed
}

fn words(design: &Design) -> String {
    match &design.plan {
        Plan::HoldOut { share } => format!(
            "{:.0} % of people, drawn by lot (seed {}) on {}, wait without an offer from {} to {}",
            share * 100.0,
            design.seed,
            design.written,
            design.from,
            design.until
        ),
        Plan::Stepped { field, steps } => format!(
            "{} units of {} start one after another from {} to {}, in an order drawn by lot (seed {}) on {}",
            steps.len(),
            field.replace('_', " "),
            design.from,
            design.until,
            design.seed,
            design.written
        ),
    }
}

/// The periods of a stepped start: before the first step, and from each step to the next.
struct Periods {
    /// First days of the steps, in order, each once.
    steps: Vec<i32>,
}

impl Periods {
    fn new(design: &Design) -> Self {
        let mut steps: Vec<i32> = match &design.plan {
            Plan::HoldOut { .. } => Vec::new(),
            Plan::Stepped { steps, .. } => steps.iter().map(|step| days_from_1970(step.from)).collect(),
        };
        steps.sort_unstable();
        steps.dedup();
        Self { steps }
    }

    fn place(&self, day: i32) -> usize {
        self.steps.partition_point(|step| *step <= day)
    }
}

struct Case<'a> {
    design: &'a Design,
    appointments: &'a Appointments,
    periods: Periods,
}

impl Case<'_> {
    fn effect(&self, visits: &[Visit]) -> Result<Effect, Refusal> {
        match &self.design.plan {
            Plan::HoldOut { .. } => by_people(visits),
            Plan::Stepped { steps, .. } => {
                let start = |from: Date| Some(self.periods.place(days_from_1970(from)));
                let starts: Vec<Option<usize>> = steps.iter().map(|step| start(step.from)).collect();
                by_steps(visits, &starts, self.periods.steps.len() + 1, self.design.seed)
            }
        }
    }

    fn groups(&self, visits: &[Visit]) -> Vec<GroupEffect> {
        let groups = &self.appointments.rows.groups;
        groups.iter().flat_map(|groups| self.of_dimension(groups, visits)).collect()
    }

    fn of_dimension(&self, groups: &Groups, visits: &[Visit]) -> Vec<GroupEffect> {
        let mut inside: Vec<Vec<Visit>> = vec![Vec::new(); groups.dimension.groups.len()];
        for visit in visits {
            inside[groups.codes[visit.row] as usize].push(*visit);
        }
        let known = groups
            .dimension
            .groups
            .iter()
            .zip(inside)
            .filter(|(group, own)| group.state == GroupState::Known && !own.is_empty());
        let one = |(group, own): (&evenly_cube::Group, Vec<Visit>)| {
            let held = own.iter().filter(|visit| visit.held_out).count();
            let fewest = held.min(own.len() - held);
            let effect = if fewest < FEWEST_IN_ARM {
                Err(format!("fewer than {FEWEST_IN_ARM} appointments with or without help: an effect would be chance"))
            } else {
                self.effect(&own).map_err(|refusal| refusal.to_string())
            };
            GroupEffect {
                dimension: groups.dimension.id.clone(),
                dimension_title: groups.dimension.title.clone(),
                group: group.id.clone(),
                label: group.label.clone(),
                withheld: effect.as_ref().err().cloned(),
                effect: effect.ok(),
            }
        };
        known.map(one).collect()
    }
}
