//! Stepped order (stepped wedge, staggered start): units take up a change one after another; whole, groups and gap.

mod imputed;
mod rows;

use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;

pub use self::imputed::Imputed;
use super::panel::{self, Panel};
use super::subjects::{Subject, rows_of_each, subjects};
use super::two_way::{Cell, TermEffect, TwoWay, slope};
use crate::checks::{self, DENOMINATOR, NUMERATOR};
use crate::gap::frame;
use crate::gap::measure;
use crate::interval::{CONFIDENCE, Confidence};
use crate::method::{Column, Family, Method, OptionSpec, Options};
use crate::refusal::Refusal;
use crate::table::{Row, Table};

/// Fewest units with records.
pub const FEWEST_UNITS: usize = 4;

const START: Column = Column {
    name: "start",
    required: true,
    doc: "First period with the change in this unit, as in `period`, the same in all its rows; empty: never started.",
};

/// What is asked.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Plan {
    /// Orders drawn for the test by re-arrangement; 0 for none.
    pub permutations: usize,
    /// Seed of the draws.
    pub seed: u64,
    /// Level of the intervals.
    pub confidence: Confidence,
}

/// The effect of a change that units took up one after another.
#[derive(Clone, Debug, PartialEq)]
pub struct Stepped {
    /// One effect for all, by unit and period effects.
    pub effect: TermEffect,
    /// Share of re-arranged orders with an effect at least as large; `None` where none were drawn.
    pub chance: Option<f64>,
    /// The effect from units that had not yet started alone, or why there is none.
    pub imputed: Result<Imputed, Refusal>,
    /// The last two periods before the start against earlier ones, in cells without the change.
    pub lead: Option<TermEffect>,
    /// Units and cells with records.
    pub size: [usize; 2],
}

/// Cells of units in periods, each unit's first period with the change (`None`: never).
pub fn stepped_order(
    cells: &[Cell],
    starts: &[Option<usize>],
    periods: usize,
    plan: &Plan,
) -> Result<Stepped, Refusal> {
    let mut units: Vec<usize> = cells.iter().map(|own| own.unit).collect();
    units.sort_unstable();
    units.dedup();
    if units.len() < FEWEST_UNITS {
        return Err(Refusal::TooFew { what: "units with records", found: units.len(), needed: FEWEST_UNITS });
    }
    check_starts(units.iter().map(|unit| starts[*unit]))?;
    let model = TwoWay::new(cells, starts.len(), periods)
        .ok_or_else(|| Refusal::Undefined("these counts give no finite effect; check their size".to_owned()))?;
    let effect = model.effect(|row| treated(&cells[row], starts), plan.confidence)?;
    let chance = rearranged(&model, cells, starts, &units, effect.estimate.value, plan);
    Ok(Stepped {
        effect,
        chance,
        imputed: imputed::imputed(cells, starts, periods, &units, plan.confidence),
        lead: lead(cells, starts, periods, plan.confidence),
        size: [units.len(), cells.len()],
    })
}

/// Refuses what has no order: all start together, or nobody starts.
fn check_starts(starts: impl Iterator<Item = Option<usize>>) -> Result<(), Refusal> {
    let mut dates: Vec<usize> = starts.flatten().collect();
    dates.sort_unstable();
    dates.dedup();
    let text = match dates.len() {
        0 => "no unit ever starts: there is no change to evaluate",
        1 => {
            "all units that start do so in the same period: use difference-in-differences where others never start, \
              else interrupted-series"
        }
        _ => return Ok(()),
    };
    Err(Refusal::Undefined(text.to_owned()))
}

/// 1 from the unit's start on, else 0.
fn treated(own: &Cell, starts: &[Option<usize>]) -> f64 {
    f64::from(u8::from(starts[own.unit].is_some_and(|start| own.period >= start)))
}

/// Test by re-arranging which unit starts when; exact in size where the order was drawn by lot. The order that happened is
/// counted among them.
///
/// SOURCE: J. A. Thompson and others, "Robust analysis of stepped wedge trials using cluster-level summaries within
/// periods", *Statistics in Medicine* 37 (2018), p. 2487–2500; X. Ji and others, *Annals of Applied Statistics* 11 (2017),
/// p. 1–20.
fn rearranged(
    model: &TwoWay,
    cells: &[Cell],
    starts: &[Option<usize>],
    units: &[usize],
    seen: f64,
    plan: &Plan,
) -> Option<f64> {
    if plan.permutations == 0 {
        return None;
    }
    let values = model.left(|row| cells[row].value);
    let mut random = Xoshiro256PlusPlus::seed_from_u64(plan.seed);
    let mut order: Vec<Option<usize>> = units.iter().map(|unit| starts[*unit]).collect();
    let mut own = starts.to_vec();
    let (mut drawn, mut as_large) = (1_u32, 1_u32);
    for _ in 0..plan.permutations {
        order.shuffle(&mut random);
        units.iter().zip(&order).for_each(|(unit, start)| own[*unit] = *start);
        let term = model.left(|row| treated(&cells[row], &own));
        let Some(own_slope) = slope(&values, &term, model.size(|row| treated(&cells[row], &own))) else { continue };
        drawn += 1;
        // Orders that come to the same answer must count in spite of rounding.
        as_large += u32::from(own_slope.abs() >= seen.abs() * (1.0 - 1e-9));
    }
    Some(f64::from(as_large) / f64::from(drawn))
}

/// The last two periods before a unit's start against its earlier ones, among cells without the change.
fn lead(cells: &[Cell], starts: &[Option<usize>], periods: usize, confidence: Confidence) -> Option<TermEffect> {
    let waiting: Vec<Cell> = cells.iter().copied().filter(|own| treated(own, starts) < 0.5).collect();
    let model = TwoWay::new(&waiting, starts.len(), periods)?;
    let near = |row: usize| {
        let own: &Cell = &waiting[row];
        f64::from(u8::from(starts[own.unit].is_some_and(|start| own.period + 2 >= start)))
    };
    model.effect(near, confidence).ok()
}

/// The first period with the change by unit.
fn starts(table: &Table, panel: &Panel) -> Result<Vec<Option<usize>>, Refusal> {
    let texts = panel.of_units(START.name, &table.texts(START.name)?)?;
    let place = |text: &String| (!text.trim().is_empty()).then(|| frame::before(&panel.frame.periods, text));
    // A start after the last period is none within the table.
    Ok(texts.iter().map(place).map(|own| own.filter(|own| *own < panel.frame.periods.len())).collect())
}

fn cells(panel: &Panel, subject: &Subject) -> Vec<Cell> {
    let mut cells = Vec::new();
    for (unit, by_period) in panel.cells.iter().enumerate() {
        for (period, counts) in by_period.iter().enumerate() {
            if let Some(sides) = subject.sides(counts) {
                cells.push(Cell { unit, period, value: panel::value(&sides), weight: panel::weight(&sides) });
            }
        }
    }
    cells
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let factor = checks::multiplier(options, 1.0)?;
    let whole = |name: &str, default: u64, most: u64| match options.text(name) {
        None | Some("") => Ok(default),
        Some(text) => text
            .parse::<u64>()
            .ok()
            .filter(|own| *own <= most)
            .ok_or_else(|| Refusal::option(name, format!("a whole number from 0 to {most}"))),
    };
    let plan = Plan {
        permutations: usize::try_from(whole("permutations", 999, 100_000)?).unwrap_or(0),
        seed: whole("seed", 1, u64::MAX)?,
        confidence: Confidence::from_options(options)?,
    };
    let units = frame::filled(table, panel::UNIT.name)?;
    let panel = Panel::read(table, measure::kind(options)?, &units)?;
    let starts = starts(table, &panel)?;
    let evaluate = |subject: &Subject, name: &str| {
        let own = stepped_order(&cells(&panel, subject), &starts, panel.frame.periods.len(), &plan)?;
        Ok(rows::of(name, &own, factor))
    };
    rows_of_each(&subjects(&panel.frame, options)?, &panel.frame.groups, evaluate, rows::refused)
}

/// `evenly measure stepped-order`.
pub const METHOD: Method = Method {
    id: "stepped-order",
    title: "Stepped order (stepped wedge): units start one after another",
    family: Family::Evaluation,
    when_to_use: "A change that clinics, wards or practices took up at different dates: what did it do, to whom, and to the \
        gap? Where all that changed did so at one date use `difference-in-differences`; with a single unit, \
        `interrupted-series`.",
    doc: include_str!("stepped_order.md"),
    columns: &[frame::PERIOD, panel::UNIT, START, panel::GROUP, NUMERATOR, DENOMINATOR],
    options: &[
        OptionSpec {
            name: "permutations",
            default: "999",
            doc: "Re-arranged orders drawn for the test; 0 leaves it out.",
        },
        OptionSpec { name: "seed", default: "1", doc: "Seed of the draws: the same seed gives the same answer." },
        measure::KIND,
        frame::OF,
        frame::REFERENCE,
        CONFIDENCE,
        checks::MULTIPLIER,
    ],
    example: "period,unit,start,numerator,denominator\n1,A,3,60,400\n2,A,3,58,390\n3,A,3,44,410\n4,A,3,41,400\n5,A,3,45,405\n\
        1,B,3,75,500\n2,B,3,77,480\n3,B,3,55,490\n4,B,3,53,500\n5,B,3,50,495\n1,C,4,80,420\n2,C,4,85,430\n3,C,4,79,410\n\
        4,C,4,63,425\n5,C,4,60,430\n1,D,4,40,300\n2,D,4,38,310\n3,D,4,42,305\n4,D,4,27,300\n5,D,4,29,290\n1,E,,70,450\n\
        2,E,,66,440\n3,E,,71,455\n4,E,,69,450\n5,E,,67,445\n1,F,,51,380\n2,F,,55,385\n3,F,,50,390\n4,F,,54,380\n\
        5,F,,49,375\n",
    run,
};

#[cfg(test)]
mod tests;
