//! The audit: how well a model ranks, whether its chances are true, and whom a list of a given length reaches; for the whole and
//! by group, with intervals by resampling people; those of calibration hold what the days of calibration leave in doubt, too.

mod allocate;
mod figures;
mod gaps;
mod words;

use evenly_cube::GroupState;
use serde::{Deserialize, Serialize};

pub use allocate::{Allocation, Benefit, Offered, Rule};
pub(crate) use allocate::{Choice, choose};
pub use figures::{Figures, Interval, Intervals};
pub use gaps::Gap;
pub use words::reach_text;

use crate::appointments::Appointments;
use crate::{Estimates, PredictError};
use figures::Scored;

/// Fewest missed and fewest attended appointments of a group whose figures are shown.
pub const FEWEST_IN_GROUP: usize = 50;

/// How to audit.
#[derive(Clone, Copy, Debug)]
pub struct AuditOptions<'a> {
    /// Share of appointments for which help can be offered.
    pub capacity: f64,
    /// Samples of people for the intervals.
    pub samples: usize,
    /// Seed of the samples.
    pub seed: u64,
    /// How much help helps, where it is known to differ.
    pub benefit: Option<&'a Benefit>,
    /// Share of the whole's expected reach that every group must get in the rule with a floor.
    pub floor: f64,
}

impl Default for AuditOptions<'_> {
    fn default() -> Self {
        Self { capacity: 0.1, samples: 400, seed: 1, benefit: None, floor: 0.8 }
    }
}

/// What an audit found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Audit {
    /// Share of appointments for which help can be offered.
    pub capacity: f64,
    /// Samples of people behind the intervals.
    pub samples: usize,
    /// All appointments.
    pub overall: Figures,
    /// By group of each dimension.
    pub by_group: Vec<GroupFigures>,
    /// The largest differences between groups.
    pub gaps: Vec<Gap>,
    /// Who is reached under each rule at the same capacity.
    pub allocation: Vec<Allocation>,
}

/// The figures of one group.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct GroupFigures {
    /// Id of the dimension.
    pub dimension: String,
    /// Title of the dimension.
    pub dimension_title: String,
    /// Id of the group.
    pub group: String,
    /// Label of the group.
    pub label: String,
    /// Whether it is a group or a way of not knowing.
    pub state: GroupState,
    /// Why there are no figures, if so.
    pub withheld: Option<String>,
    /// Its figures.
    #[serde(flatten)]
    pub figures: Option<Figures>,
}

/// The figures of the whole alone.
pub fn overall(
    appointments: &Appointments,
    rows: &[usize],
    estimates: &Estimates,
    options: &AuditOptions<'_>,
) -> Result<Figures, PredictError> {
    let missed: Vec<bool> = rows.iter().map(|row| appointments.missed(*row)).collect();
    let people: Vec<u32> = rows.iter().map(|row| appointments.person[*row]).collect();
    let scored = Scored { estimates, missed: &missed, people: &people, capacity: options.capacity };
    scored.figures(None, options.samples, options.seed)
}

/// Audits chances against what happened, for some rows.
pub fn audit(
    appointments: &Appointments,
    rows: &[usize],
    estimates: &Estimates,
    options: &AuditOptions<'_>,
) -> Result<Audit, PredictError> {
    crate::split::enough(appointments, "audited part", rows)?;
    let missed: Vec<bool> = rows.iter().map(|row| appointments.missed(*row)).collect();
    let people: Vec<u32> = rows.iter().map(|row| appointments.person[*row]).collect();
    let scored = Scored { estimates, missed: &missed, people: &people, capacity: options.capacity };
    let overall = scored.figures(None, options.samples, options.seed)?;
    let listed = scored.listed()?;
    let (mut by_group, mut gaps) = (Vec::new(), Vec::new());
    for groups in &appointments.rows.groups {
        let codes: Vec<u32> = rows.iter().map(|row| groups.codes[*row]).collect();
        let dimension = &groups.dimension;
        for (code, group) in dimension.groups.iter().enumerate() {
            let inside: Vec<usize> = (0..rows.len()).filter(|place| codes[*place] as usize == code).collect();
            if inside.is_empty() {
                continue;
            }
            let withheld = too_small(&missed, &inside);
            let figures = match &withheld {
                None => Some(scored.figures(Some((&inside, &listed)), options.samples, options.seed)?),
                Some(_) => None,
            };
            by_group.push(GroupFigures {
                dimension: dimension.id.clone(),
                dimension_title: dimension.title.clone(),
                group: group.id.clone(),
                label: group.label.clone(),
                state: group.state,
                withheld,
                figures,
            });
        }
        gaps.extend(gaps::gaps(&scored, &listed, dimension, &codes, options, &by_group));
    }
    let allocation = allocate::rules(appointments, rows, estimates.values(), &missed, options)?;
    Ok(Audit { capacity: options.capacity, samples: options.samples, overall, by_group, gaps, allocation })
}

/// Why a group's figures are withheld, if they are. How many there are is not said: that would be the count withheld.
fn too_small(missed: &[bool], inside: &[usize]) -> Option<String> {
    let events = inside.iter().filter(|place| missed[**place]).count();
    let fewest = events.min(inside.len() - events);
    (fewest < FEWEST_IN_GROUP)
        .then(|| format!("fewer than {FEWEST_IN_GROUP} missed or attended appointments: figures would be chance"))
}
