//! The global picture: which barriers matter how much, for the whole and by group, with intervals by resampling people.

use evenly_cube::GroupState;
use evenly_stats::discrimination::{Resampler, percentile_interval};
use rand::SeedableRng;
use rand::seq::SliceRandom;
use rand_xoshiro::Xoshiro256PlusPlus;
use serde::Serialize;

use super::reasons::named;
use super::{ByBarrier, Contributions};
use crate::PredictError;
use crate::appointments::Appointments;
use crate::audit::FEWEST_IN_GROUP;
use crate::features::Matrix;
use crate::model::Saved;

/// A barrier that is told is a reason for at least this share of appointments.
const NAMED_FOR: f64 = 0.005;

/// A figure with its 95 % interval.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Span {
    /// The figure.
    pub value: f64,
    /// Lower end.
    pub lower: f64,
    /// Upper end.
    pub upper: f64,
}

/// How much one barrier matters.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct BarrierShare {
    /// Id of the barrier; absent for what hints at none.
    pub barrier: Option<String>,
    /// What may stand in the way.
    pub words: String,
    /// The help to offer.
    pub offer: String,
    /// Share of what tells missed from attended appointments (of the difference of their mean log-odds).
    pub share: Span,
    /// Share of appointments for which it is a reason.
    pub named: f64,
    /// How much more often it is a reason among missed than among attended ones (a difference of shares).
    pub named_more: Span,
    /// Whether it is told: it tells missed from attended appointments beyond chance, and is a reason for some. Not that it is a
    /// reason more often for missed ones: where other barriers are larger, there is no place for it among the three of a person.
    pub told: bool,
}

/// What a barrier adds in a group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Raised {
    /// Id of the barrier.
    pub barrier: String,
    /// What may stand in the way.
    pub words: String,
    /// How many times it multiplies the odds of missing in this group, against the mean of all.
    pub odds: Span,
    /// Share of the group's appointments for which it is a reason.
    pub named: f64,
}

/// The barriers of one group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct GroupPicture {
    /// Id of the dimension.
    pub dimension: String,
    /// Title of the dimension.
    pub dimension_title: String,
    /// Id of the group.
    pub group: String,
    /// Label of the group.
    pub label: String,
    /// Why there are no figures, if so.
    pub withheld: Option<String>,
    /// All barriers, those that raise the odds most first.
    pub barriers: Vec<Raised>,
}

/// The global picture.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Picture {
    /// Appointments looked at: a sample by people.
    pub appointments: usize,
    /// Appointments that could have been.
    pub out_of: usize,
    /// People.
    pub people: usize,
    /// Samples of people behind the intervals.
    pub samples: usize,
    /// Barriers of the whole, the weightiest first.
    pub barriers: Vec<BarrierShare>,
    /// By group.
    pub by_group: Vec<GroupPicture>,
}

/// Sums of one appointment by barrier, features without one last; then whether each is a reason.
struct Line {
    adds: Vec<f64>,
    named: Vec<bool>,
}

/// Draws the picture from at most `most` appointments, people drawn by lot.
pub fn picture(
    saved: &Saved,
    appointments: &Appointments,
    matrix: &Matrix,
    rows: &[usize],
    most: usize,
    samples: usize,
    seed: u64,
) -> Result<Picture, PredictError> {
    let chosen = by_people(appointments, rows, most, seed);
    crate::split::enough(appointments, "explained part", &chosen)?;
    let contributions = Contributions::new(saved, matrix, &chosen);
    let lines: Vec<Line> = (0..chosen.len()).map(|place| line(&contributions.by_barrier(place))).collect();
    let people: Vec<u32> = chosen.iter().map(|row| appointments.person[*row]).collect();
    let mut resampler = Resampler::new(&people, seed);
    let case = Case { saved, appointments, rows: &chosen, lines: &lines };
    let mut weights = vec![1.0; chosen.len()];
    let groups = case.groups();
    let point = case.sums(&weights, &groups);
    let mut drawn = Vec::with_capacity(samples);
    for _ in 0..samples {
        resampler.next_weights(&mut weights);
        drawn.push(case.sums(&weights, &groups));
    }
    Ok(Picture {
        appointments: chosen.len(),
        out_of: rows.len(),
        people: resampler.clusters(),
        samples,
        barriers: case.whole(&point, &drawn),
        by_group: case.by_group(&point, &drawn, &groups),
    })
}

fn line(sums: &ByBarrier) -> Line {
    let mut adds = sums.adds.clone();
    adds.push(sums.other);
    let mut is_named = vec![false; adds.len()];
    for barrier in named(sums) {
        is_named[barrier] = true;
    }
    Line { adds, named: is_named }
}

/// Rows of people drawn by lot until there are enough, in the order of rows.
fn by_people(appointments: &Appointments, rows: &[usize], most: usize, seed: u64) -> Vec<usize> {
    if rows.len() <= most {
        return rows.to_vec();
    }
    let mut people: Vec<(u32, usize)> = rows.iter().map(|row| (appointments.person[*row], *row)).collect();
    people.sort_unstable();
    let mut blocks: Vec<&[(u32, usize)]> = people.chunk_by(|one, other| one.0 == other.0).collect();
    blocks.shuffle(&mut Xoshiro256PlusPlus::seed_from_u64(seed));
    let mut chosen = Vec::with_capacity(most);
    for block in blocks {
        if chosen.len() >= most {
            break;
        }
        chosen.extend(block.iter().map(|(_, row)| *row));
    }
    chosen.sort_unstable();
    chosen
}

/// Weighted sums over some appointments, missed and attended apart.
#[derive(Clone)]
struct Sums {
    size: [f64; 2],
    adds: [Vec<f64>; 2],
    named: [Vec<f64>; 2],
}

impl Sums {
    fn empty(width: usize) -> Self {
        let none = || [vec![0.0; width], vec![0.0; width]];
        Self { size: [0.0; 2], adds: none(), named: none() }
    }

    fn add(&mut self, missed: bool, weight: f64, line: &Line) {
        let side = usize::from(missed);
        self.size[side] += weight;
        for barrier in 0..line.adds.len() {
            self.adds[side][barrier] += weight * line.adds[barrier];
            self.named[side][barrier] += if line.named[barrier] { weight } else { 0.0 };
        }
    }

    /// How much more a barrier adds to the log-odds of missed than of attended appointments.
    fn tells(&self, barrier: usize) -> Option<f64> {
        let mean = |side: usize| (self.size[side] > 0.0).then(|| self.adds[side][barrier] / self.size[side]);
        Some(mean(1)? - mean(0)?)
    }

    fn named_more(&self, barrier: usize) -> Option<f64> {
        let mean = |side: usize| (self.size[side] > 0.0).then(|| self.named[side][barrier] / self.size[side]);
        Some(mean(1)? - mean(0)?)
    }

    fn share(&self, barrier: usize) -> Option<f64> {
        let all: f64 = (0..self.adds[0].len()).map(|other| self.tells(other)).sum::<Option<f64>>()?;
        (all > 0.0).then_some(self.tells(barrier)? / all)
    }

    fn mean(&self, barrier: usize) -> Option<f64> {
        let size = self.size[0] + self.size[1];
        (size > 0.0).then(|| (self.adds[0][barrier] + self.adds[1][barrier]) / size)
    }

    fn named(&self, barrier: usize) -> f64 {
        (self.named[0][barrier] + self.named[1][barrier]) / (self.size[0] + self.size[1]).max(f64::MIN_POSITIVE)
    }
}

/// One group of a dimension whose figures are shown or withheld.
struct OfGroup {
    /// Position of the dimension among the rows' groups, and of the group.
    place: (usize, usize),
    withheld: bool,
}

struct Case<'a> {
    saved: &'a Saved,
    appointments: &'a Appointments,
    rows: &'a [usize],
    lines: &'a [Line],
}

/// The sums of the whole, then of each group.
type All = Vec<Sums>;

impl Case<'_> {
    fn groups(&self) -> Vec<OfGroup> {
        let mut all = Vec::new();
        for (dimension, groups) in self.appointments.rows.groups.iter().enumerate() {
            let mut sizes = vec![[0_usize; 2]; groups.dimension.groups.len()];
            for row in self.rows {
                sizes[groups.codes[*row] as usize][usize::from(self.appointments.missed(*row))] += 1;
            }
            for (group, size) in sizes.iter().enumerate() {
                if size[0] + size[1] > 0 && groups.dimension.groups[group].state == GroupState::Known {
                    let withheld = size.iter().any(|side| *side < FEWEST_IN_GROUP);
                    all.push(OfGroup { place: (dimension, group), withheld });
                }
            }
        }
        all
    }

    fn sums(&self, weights: &[f64], groups: &[OfGroup]) -> All {
        let width = self.lines.first().map_or(0, |line| line.adds.len());
        let mut all = vec![Sums::empty(width); 1 + groups.len()];
        let dimensions = &self.appointments.rows.groups;
        let mut place: Vec<Vec<Option<usize>>> =
            dimensions.iter().map(|own| vec![None; own.dimension.groups.len()]).collect();
        for (position, group) in groups.iter().enumerate().filter(|(_, group)| !group.withheld) {
            place[group.place.0][group.place.1] = Some(1 + position);
        }
        for ((row, line), weight) in self.rows.iter().zip(self.lines).zip(weights) {
            if *weight <= 0.0 {
                continue;
            }
            let missed = self.appointments.missed(*row);
            all[0].add(missed, *weight, line);
            for (own, place) in dimensions.iter().zip(&place) {
                if let Some(position) = place[own.codes[*row] as usize] {
                    all[position].add(missed, *weight, line);
                }
            }
        }
        all
    }

    fn whole(&self, point: &All, drawn: &[All]) -> Vec<BarrierShare> {
        let set = &self.saved.features;
        let hinted = |barrier: usize| {
            let id = &set.barrier[barrier].id;
            set.feature.iter().any(|own| own.barrier.as_ref() == Some(id) && self.saved.used.contains(&own.id))
        };
        let one = |barrier: usize| {
            let share = span(point, drawn, |sums| sums[0].share(barrier))?;
            let named_more = span(point, drawn, |sums| sums[0].named_more(barrier))?;
            let own = set.barrier.get(barrier);
            Some(BarrierShare {
                barrier: own.map(|own| own.id.clone()),
                words: own.map_or("What no barrier is known for".to_owned(), |own| own.words.clone()),
                offer: own.map(|own| own.offer.clone()).unwrap_or_default(),
                share,
                named: point[0].named(barrier),
                named_more,
                told: own.is_some() && share.lower > 0.0 && point[0].named(barrier) >= NAMED_FOR,
            })
        };
        let barriers = (0..set.barrier.len()).filter(|barrier| hinted(*barrier)).chain([set.barrier.len()]);
        let mut all: Vec<BarrierShare> = barriers.filter_map(one).collect();
        all.sort_by(|a, b| b.barrier.is_some().cmp(&a.barrier.is_some()).then(b.share.value.total_cmp(&a.share.value)));
        all
    }

    fn by_group(&self, point: &All, drawn: &[All], groups: &[OfGroup]) -> Vec<GroupPicture> {
        let set = &self.saved.features;
        let one = |(position, own): (usize, &OfGroup)| {
            let dimension = &self.appointments.rows.groups[own.place.0].dimension;
            let group = &dimension.groups[own.place.1];
            let raised = |barrier: usize| {
                let more = |sums: &All| Some((sums[1 + position].mean(barrier)? - sums[0].mean(barrier)?).exp());
                Some(Raised {
                    barrier: set.barrier[barrier].id.clone(),
                    words: set.barrier[barrier].words.clone(),
                    odds: span(point, drawn, more)?,
                    named: point[1 + position].named(barrier),
                })
            };
            let mut barriers: Vec<Raised> = if own.withheld {
                Vec::new()
            } else {
                (0..set.barrier.len()).filter_map(raised).filter(|own| own.odds.upper > own.odds.lower).collect()
            };
            barriers.sort_by(|a, b| b.odds.value.total_cmp(&a.odds.value));
            GroupPicture {
                dimension: dimension.id.clone(),
                dimension_title: dimension.title.clone(),
                group: group.id.clone(),
                label: group.label.clone(),
                withheld: own.withheld.then(|| {
                    format!("fewer than {FEWEST_IN_GROUP} missed or attended appointments: figures would be chance")
                }),
                barriers,
            }
        };
        groups.iter().enumerate().map(one).collect()
    }
}

fn span(point: &All, drawn: &[All], of: impl Fn(&All) -> Option<f64>) -> Option<Span> {
    let values: Vec<Option<f64>> = drawn.iter().map(&of).collect();
    let (lower, upper) = percentile_interval(&values, 0.95)?;
    Some(Span { value: of(point)?, lower, upper })
}
