//! Which findings stand on the first page: about people before the service, over the dimensions and the indicators, then by
//! people affected.

use evenly_cube::{About, Release};

use super::is_waits;
use crate::analysis::{Analysis, Finding, FindingKind};

/// The most sentences on the first page.
pub const HEADLINES: usize = 7;
/// Of which data quality takes at most so many,
const QUALITY: usize = 2;
/// and how care was delivered at most so many.
const SERVICE: usize = 2;
/// Who did not share in an improvement takes at most so many, and stands first: no average shows it.
const MASKED: usize = 3;
/// A worsening is told of a group that has this share of what everybody together has.
const MOST_OF_IT: f64 = 0.6;
/// Gaps that are mix take at most so many;
const MIXED: usize = 3;
/// and where so many are told already, data quality has one.
const CROWDED: usize = 4;
/// A gap below this share of the whole's value stands in its section only.
const SLIGHT: f64 = 0.05;
/// A finding that concerns fewer than this share of those whom the largest concerns waits until there is room.
const LEAST_SHARE: f64 = 0.02;

impl Analysis {
    /// The findings of the first page: at most seven. Who did not share in an improvement stands first (at most three), then
    /// who lately does worse (one), then gaps that are not what they look like (at most three); data quality and the service take at most two each.
    ///
    /// One gap is told of for each indicator and dimension, and the next to be told is about the indicator and the dimension
    /// least told of so far, so that one large breakdown does not hide the others.
    pub fn headlines(&self) -> Vec<&Finding> {
        let mut hidden: Vec<&Finding> = self.findings.iter().filter(|finding| is_masked(finding)).collect();
        hidden.sort_by_key(|finding| finding.kind != FindingKind::Masked);
        let mut told: Vec<&Finding> = Vec::new();
        for finding in hidden {
            if told.len() < MASKED && !told.iter().any(|other| repeats(finding, other)) {
                told.push(finding);
            }
        }
        let left: Vec<&Finding> = self
            .findings
            .iter()
            .filter(|finding| finding.kind != FindingKind::DataQuality && !is_masked(finding))
            .filter(|finding| !self.told_as_mix(finding) && !self.is_slight(finding))
            // A harm that is told of those it falls on is not told again of everybody.
            .filter(|finding| {
                finding.kind != FindingKind::Worse || told.iter().all(|own| own.indicator != finding.indicator)
            })
            .collect();
        let (mixed, left): (Vec<&Finding>, Vec<&Finding>) =
            left.into_iter().partition(|finding| finding.kind == FindingKind::Mix);
        let (worse, left): (Vec<&Finding>, Vec<&Finding>) =
            left.into_iter().partition(|finding| finding.kind == FindingKind::Worse);
        told.extend(falls_on(&worse));
        told.extend(of_main_indicator(mixed));
        let quality = self.findings.iter().filter(|finding| finding.kind == FindingKind::DataQuality);
        let quality: Vec<&Finding> = quality.take(if told.len() < CROWDED { QUALITY } else { 1 }).collect();
        let (service, people): (Vec<&Finding>, Vec<&Finding>) =
            left.into_iter().partition(|finding| about(&self.release, finding) == About::Service);
        let room = HEADLINES - quality.len() - told.len();
        let people = spread(&people, room);
        let service = spread(&service, (room - people.len()).min(SERVICE));
        told.extend(people);
        told.extend(service);
        told.extend(quality);
        told
    }
}

/// The worsening to tell of, of the first indicator that has any: that of the group on which most of it falls, or of everybody.
fn falls_on<'a>(worse: &[&'a Finding]) -> Option<&'a Finding> {
    let main = worse.iter().filter_map(|own| own.indicator).min()?;
    let own = || worse.iter().copied().filter(|own| own.indicator == Some(main));
    let everybody = own().find(|own| own.groups.is_empty());
    let group = own().filter(|own| !own.groups.is_empty()).max_by(|a, b| a.people.total_cmp(&b.people));
    let most = |group: &&Finding| everybody.is_none_or(|all| group.people >= MOST_OF_IT * all.people);
    group.filter(most).or(everybody)
}

/// Gaps that are mix: of the first indicator that has any (an extract's first is what it is mostly about), one for each
/// dimension.
fn of_main_indicator(mut mixed: Vec<&Finding>) -> Vec<&Finding> {
    let main = mixed.iter().filter_map(|own| own.indicator).min();
    mixed.retain(|own| own.indicator == main);
    mixed.sort_by(|a, b| b.people.total_cmp(&a.people));
    let mut told: Vec<&Finding> = Vec::new();
    for finding in mixed {
        if told.len() < MIXED && !told.iter().any(|other| repeats(finding, other)) {
            told.push(finding);
        }
    }
    told
}

impl Analysis {
    /// Whether a gap, though beyond chance, is too slight to lead with: less than a twentieth of the whole's value (of a
    /// share: of those who have the event, or of those who have not, whichever are fewer).
    fn is_slight(&self, finding: &Finding) -> bool {
        let Some(own) = finding.indicator.map(|place| &self.indicators[place]) else { return false };
        let Some(whole) = own.overall.value else { return false };
        let size = if is_waits(&own.definition) { whole.value } else { whole.value.min(1.0 - whole.value) };
        finding.kind == FindingKind::Gap && finding.estimate.abs() < SLIGHT * size
    }

    /// Whether a gap is told, with its explanation, by a finding of its own.
    fn told_as_mix(&self, finding: &Finding) -> bool {
        let explains = |other: &Finding| {
            other.kind == FindingKind::Mix && other.indicator == finding.indicator && other.groups == finding.groups
        };
        finding.kind == FindingKind::Gap && self.findings.iter().any(explains)
    }
}

/// Whether an improving (or a flat) whole hides it.
fn is_masked(finding: &Finding) -> bool {
    finding.of_sharing && matches!(finding.kind, FindingKind::Masked | FindingKind::Worse)
}

/// Whose quality a finding is about; one about a combination is the service's as soon as one of its dimensions is.
pub fn about(release: &Release, finding: &Finding) -> About {
    finding.groups.iter().map(|(dimension, _)| release.dimensions[*dimension].about).max().unwrap_or_default()
}

/// Up to `room` findings chosen one by one over indicators and dimensions, in the end by people affected.
fn spread<'a>(findings: &[&'a Finding], room: usize) -> Vec<&'a Finding> {
    let largest = findings.iter().map(|finding| finding.people).fold(0.0, f64::max);
    let mut told: Vec<&Finding> = Vec::new();
    while told.len() < room {
        let next =
            findings.iter().copied().filter(|own| !told.iter().any(|other| repeats(own, other))).min_by(|a, b| {
                let small = |own: &Finding| own.people < largest * LEAST_SHARE;
                let order = small(a).cmp(&small(b)).then(times_told(a, &told).cmp(&times_told(b, &told)));
                order.then(first_dimension(a).cmp(&first_dimension(b))).then(b.people.total_cmp(&a.people))
            });
        let Some(next) = next else { break };
        told.push(next);
    }
    told.sort_by(|a, b| b.people.total_cmp(&a.people));
    told
}

/// Whether a finding is the other itself, or of its kind about the same indicator and dimensions.
fn repeats(own: &Finding, other: &Finding) -> bool {
    own.kind == other.kind && own.indicator == other.indicator && dimensions(own).eq(dimensions(other))
}

fn dimensions(finding: &Finding) -> impl Iterator<Item = usize> + '_ {
    finding.groups.iter().map(|(dimension, _)| *dimension)
}

/// Everybody comes before the first dimension.
fn first_dimension(finding: &Finding) -> Option<usize> {
    dimensions(finding).next()
}

/// How many of the findings told already are about the indicator, and about any of the dimensions.
fn times_told(finding: &Finding, told: &[&Finding]) -> usize {
    let indicator = told.iter().filter(|own| own.indicator == finding.indicator).count();
    let dimension = told
        .iter()
        .filter(|own| dimensions(own).any(|dimension| dimensions(finding).any(|other| other == dimension)))
        .count();
    indicator + dimension
}
