//! What help did: shares missed in both arms, with the difference, what part of the risk help prevents, and whether it harms.

use evenly_stats::Estimate;
use evenly_stats::evaluate::stepped_order::{Plan as Looking, stepped_order};
use evenly_stats::evaluate::two_arms::{Person, two_arms};
use evenly_stats::evaluate::two_way::Cell;
use evenly_stats::numeric::{t_quantile, t_upper};
use evenly_stats::{Confidence, Refusal};
use serde::Serialize;

use crate::explain::Span;

/// Fewest appointments of a group in each arm.
pub(super) const FEWEST_IN_ARM: usize = 30;
/// Level of the intervals.
const CONFIDENCE: f64 = 0.95;
/// Orders drawn for the test by re-arrangement.
const ORDERS: usize = 999;

/// What help did.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Effect {
    /// Appointments offered help, and held out.
    pub appointments: [usize; 2],
    /// Share missed among those offered help, and among those held out.
    pub missed: [f64; 2],
    /// Share missed with help less share missed without; below zero help helps.
    pub difference: Span,
    /// What part of the risk help prevents; of a stepped start none is given.
    pub prevented: Option<Span>,
    /// Chance of so much harm or more if help did nothing, by this group alone.
    pub chance_of_harm_alone: f64,
    /// The same, taking into account how many groups are looked at (Holm).
    pub chance_of_harm: f64,
    /// Whether help harms, beyond chance.
    pub harmed: bool,
}

/// What help did for one group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupEffect {
    /// Id of the dimension.
    pub dimension: String,
    /// Title of the dimension.
    pub dimension_title: String,
    /// Id of the group.
    pub group: String,
    /// Label of the group.
    pub label: String,
    /// Why there is no effect, if so.
    pub withheld: Option<String>,
    /// The effect.
    #[serde(flatten)]
    pub effect: Option<Effect>,
}

/// One appointment of the trial with its outcome.
#[derive(Clone, Copy)]
pub(super) struct Visit {
    pub row: usize,
    pub person: u32,
    pub held_out: bool,
    pub missed: bool,
    /// Unit and period, of a stepped start.
    pub cell: (usize, usize),
}

fn span(estimate: Estimate) -> Span {
    Span { value: estimate.value, lower: estimate.lower, upper: estimate.upper }
}

fn side(visits: &[Visit], held_out: bool) -> impl Iterator<Item = &Visit> {
    visits.iter().filter(move |visit| visit.held_out == held_out)
}

fn sizes(visits: &[Visit]) -> ([usize; 2], [f64; 2]) {
    let sizes = [false, true].map(|held_out| side(visits, held_out).count());
    let missed = [false, true].map(|held_out| side(visits, held_out).filter(|visit| visit.missed).count());
    let share = |arm: usize| missed[arm] as f64 / (sizes[arm] as f64).max(1.0);
    (sizes, [share(0), share(1)])
}

/// The effect by arms drawn by lot among people.
pub(super) fn by_people(visits: &[Visit]) -> Result<Effect, Refusal> {
    let people = |held_out: bool| {
        let mut all: Vec<(u32, bool)> = side(visits, held_out).map(|visit| (visit.person, visit.missed)).collect();
        all.sort_unstable();
        let person = |own: &[(u32, bool)]| Person {
            events: own.iter().filter(|(_, missed)| *missed).count() as f64,
            size: own.len() as f64,
        };
        all.chunk_by(|one, other| one.0 == other.0).map(person).collect::<Vec<Person>>()
    };
    let own = two_arms(&people(false), &people(true), CONFIDENCE)?;
    let (appointments, missed) = sizes(visits);
    let prevented =
        own.ratio.map(|ratio| Span { value: 1.0 - ratio.value, lower: 1.0 - ratio.upper, upper: 1.0 - ratio.lower });
    Ok(Effect {
        appointments,
        missed,
        difference: span(own.difference),
        prevented,
        chance_of_harm_alone: own.more,
        chance_of_harm: 1.0,
        harmed: false,
    })
}

/// The effect by units that start one after another.
pub(super) fn by_steps(
    visits: &[Visit],
    starts: &[Option<usize>],
    periods: usize,
    seed: u64,
) -> Result<Effect, Refusal> {
    let mut counts = vec![(0.0, 0.0); starts.len() * periods];
    for visit in visits {
        let own = &mut counts[visit.cell.0 * periods + visit.cell.1];
        own.0 += f64::from(u8::from(visit.missed));
        own.1 += 1.0;
    }
    let cells: Vec<Cell> = counts
        .iter()
        .enumerate()
        .filter(|(_, own)| own.1 > 0.0)
        .map(|(place, own)| Cell {
            unit: place / periods,
            period: place % periods,
            value: own.0 / own.1,
            weight: own.1,
        })
        .collect();
    let looking = Looking { permutations: ORDERS, seed, confidence: Confidence::new(CONFIDENCE)? };
    let own = stepped_order(&cells, starts, periods, &looking)?.effect;
    let half = (own.estimate.upper - own.estimate.lower) / 2.0;
    let error = half / t_quantile(1.0 - (1.0 - CONFIDENCE) / 2.0, own.freedom);
    let (appointments, missed) = sizes(visits);
    Ok(Effect {
        appointments,
        missed,
        difference: span(own.estimate),
        prevented: None,
        chance_of_harm_alone: if error > 0.0 { t_upper(own.estimate.value / error, own.freedom) } else { 1.0 },
        chance_of_harm: 1.0,
        harmed: false,
    })
}
