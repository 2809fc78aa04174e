//! The two sides of a comparison: units where it changed and units where it did not, and changes between sets of periods.

use crate::compare::{Count, Kind, difference, difference_of};
use crate::evaluate::panel::{self, Panel};
use crate::evaluate::subjects::Subject;
use crate::gap::frame;
use crate::interval::{Confidence, Estimate};
use crate::numeric::{compensated_sum, t_quantile};
use crate::refusal::Refusal;

/// What the intervals rest on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Basis {
    /// Differences between units of a side, at least two on each.
    Units,
    /// Chance of counting, widened by the root of this factor, 1 or more, by which periods vary more than chance allows.
    Counts(f64),
}

impl Basis {
    /// Identifier in tables.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Units => "units",
            Self::Counts(_) => "counts",
        }
    }
}

/// Counts of one subject by side of the comparison, unit and period; each cell holds one count, or two for a gap.
pub struct Arms {
    /// By side (changed, compared), then unit, then period.
    cells: [Vec<Vec<Option<Vec<Count>>>>; 2],
    kind: Kind,
    people: bool,
}

/// Degrees of freedom below which an interval says nothing.
const LEAST_FREEDOM: f64 = 0.5;

/// One unit's number with its weight.
type Weighted = (f64, f64);

impl Arms {
    /// The cells of a subject; `people` weighs units by their denominators.
    pub fn new(panel: &Panel, changed: &[bool], subject: &Subject, kind: Kind, people: bool) -> Self {
        let side = |wanted: bool| {
            let units = panel.cells.iter().zip(changed).filter(|(_, changed)| **changed == wanted);
            units.map(|(cells, _)| cells.iter().map(|own| subject.sides(own)).collect()).collect()
        };
        Self { cells: [side(true), side(false)], kind, people }
    }

    /// Number of periods.
    pub fn periods(&self) -> usize {
        self.cells.iter().flatten().map(Vec::len).max().unwrap_or(0)
    }

    /// Units of both sides with a record in both sets of periods.
    pub fn counted(&self, before: &[usize], after: &[usize]) -> [usize; 2] {
        [0, 1].map(|arm| self.unit_changes(arm, before, after).len())
    }

    /// By units where both sides have two; else by counts, with the dispersion of periods about each side's lines.
    pub fn basis(&self, before: &[usize], after: &[usize]) -> Basis {
        if self.counted(before, after).iter().all(|units| *units >= 2) {
            return Basis::Units;
        }
        Basis::Counts(self.dispersion(before, after))
    }

    /// Change from some periods to others where it changed, minus that where it did not.
    pub fn change(
        &self,
        before: &[usize],
        after: &[usize],
        basis: Basis,
        confidence: Confidence,
    ) -> Result<Estimate, Refusal> {
        let own = match basis {
            Basis::Units => {
                let sides = [0, 1].map(|arm| self.unit_changes(arm, before, after));
                welch(&sides, confidence)?
            }
            Basis::Counts(dispersion) => {
                let changed = self.count_change(0, before, after, confidence)?;
                widened(difference_of(changed, self.count_change(1, before, after, confidence)?), dispersion)
            }
        };
        if own.value.is_finite() && own.lower.is_finite() && own.upper.is_finite() {
            return Ok(own);
        }
        Err(Refusal::Undefined("these counts give no finite effect or interval; check their size".to_owned()))
    }

    /// Mean before and after where it changed, then where it did not; units weighed as in the effect.
    pub fn means(&self, before: &[usize], after: &[usize]) -> Result<[f64; 4], Refusal> {
        let mut means = [0.0; 4];
        for arm in 0..2 {
            let own: Vec<[f64; 3]> = self.cells[arm]
                .iter()
                .filter_map(|cells| {
                    let (first, second) = (pooled(cells, before)?, pooled(cells, after)?);
                    Some([panel::value(&first), panel::value(&second), self.unit_weight(&first, &second)])
                })
                .collect();
            let total: f64 = own.iter().map(|own| own[2]).sum();
            if own.is_empty() || total <= 0.0 {
                return Err(Refusal::TooFew {
                    what: "units recorded before and after, on a side",
                    found: 0,
                    needed: 1,
                });
            }
            for place in 0..2 {
                means[2 * arm + place] = own.iter().map(|own| own[place] * own[2]).sum::<f64>() / total;
            }
        }
        Ok(means)
    }

    /// Slope per period before the change where it changed later, minus that where it did not; `None` of fewer than three
    /// periods.
    pub fn pre_trend(&self, before: &[usize], basis: Basis, confidence: Confidence) -> Option<Estimate> {
        let slopes = |arm: usize| -> Vec<Weighted> {
            self.cells[arm].iter().filter_map(|cells| unit_slope(cells, before).map(|own| (own.0, 1.0))).collect()
        };
        match basis {
            Basis::Units => welch(&[slopes(0), slopes(1)], confidence).ok(),
            Basis::Counts(dispersion) => {
                let side = |arm: usize| {
                    let (slope, variance) = counted_slope(&self.whole(arm), before, self.kind)?;
                    let half = confidence.z() * variance.sqrt();
                    Some(Estimate { value: slope, lower: slope - half, upper: slope + half })
                };
                Some(widened(difference_of(side(0)?, side(1)?), dispersion))
            }
        }
        .filter(|own| own.value.is_finite() && own.lower.is_finite() && own.upper.is_finite())
    }

    /// The effect if the different slopes before had gone on.
    pub fn less_trend(
        &self,
        before: &[usize],
        after: &[usize],
        basis: Basis,
        confidence: Confidence,
        effect: Estimate,
        trend: Option<Estimate>,
    ) -> Option<Estimate> {
        let middle = |periods: &[usize]| periods.iter().sum::<usize>() as f64 / periods.len() as f64;
        let distance = middle(after) - middle(before);
        let trend = trend?;
        match basis {
            Basis::Units => {
                let sides = [0, 1].map(|arm: usize| {
                    let units = self.cells[arm].iter();
                    units
                        .filter_map(|cells| {
                            let (first, second) = (pooled(cells, before)?, pooled(cells, after)?);
                            let change = panel::value(&second) - panel::value(&first);
                            let carried = unit_slope(cells, before)?.0 * distance;
                            Some((change - carried, self.unit_weight(&first, &second)))
                        })
                        .collect::<Vec<Weighted>>()
                });
                welch(&sides, confidence).ok()
            }
            // Mean and slope of the same periods go independently of one another about the middle of time.
            Basis::Counts(_) => Some(difference_of(effect, trend.scaled(distance))),
        }
        .filter(|own| own.value.is_finite() && own.lower.is_finite() && own.upper.is_finite())
    }

    fn unit_changes(&self, arm: usize, before: &[usize], after: &[usize]) -> Vec<Weighted> {
        let units = self.cells[arm].iter();
        units
            .filter_map(|cells| {
                let (first, second) = (pooled(cells, before)?, pooled(cells, after)?);
                Some((panel::value(&second) - panel::value(&first), self.unit_weight(&first, &second)))
            })
            .collect()
    }

    fn unit_weight(&self, first: &[Count], second: &[Count]) -> f64 {
        if self.people { panel::weight(first) + panel::weight(second) } else { 1.0 }
    }

    /// All units of a side added up by period, over the units that have a record there.
    fn whole(&self, arm: usize) -> Vec<Option<Vec<Count>>> {
        let period = |period: usize| {
            let own: Vec<Vec<Count>> =
                self.cells[arm].iter().filter_map(|cells| cells.get(period).cloned().flatten()).collect();
            added(&own)
        };
        (0..self.periods()).map(period).collect()
    }

    fn count_change(
        &self,
        arm: usize,
        before: &[usize],
        after: &[usize],
        confidence: Confidence,
    ) -> Result<Estimate, Refusal> {
        let none = || Refusal::TooFew { what: "periods recorded before and after, on a side", found: 0, needed: 1 };
        let whole = self.whole(arm);
        let (first, second) = (pooled(&whole, before).ok_or_else(none)?, pooled(&whole, after).ok_or_else(none)?);
        let changes = first
            .iter()
            .zip(&second)
            .map(|(first, second)| difference(self.kind, *second, *first, confidence.level()))
            .collect::<Result<Vec<_>, _>>()?;
        match changes.as_slice() {
            [own] => Ok(*own),
            [own, reference] => Ok(difference_of(*own, *reference)),
            _ => Err(none()),
        }
    }

    /// Pearson's χ² of periods about the line through each side and phase, over its degrees of freedom; never below 1. A
    /// trend is no scatter, so phases of fewer than three periods tell nothing of it.
    fn dispersion(&self, before: &[usize], after: &[usize]) -> f64 {
        let (mut sum, mut freedom) = (0.0, 0.0);
        for arm in 0..2 {
            let whole = self.whole(arm);
            for periods in [before, after] {
                let (Some(mean), Some((slope, _))) = (pooled(&whole, periods), unit_slope(&whole, periods)) else {
                    continue;
                };
                let recorded: Vec<(f64, &Vec<Count>)> =
                    periods.iter().filter_map(|period| Some((*period as f64, whole[*period].as_ref()?))).collect();
                let count = recorded.len() as f64;
                let middle = recorded.iter().map(|own| own.0).sum::<f64>() / count;
                let level = recorded.iter().map(|own| panel::value(own.1)).sum::<f64>() / count;
                for (time, sides) in recorded {
                    let variance: f64 = sides.iter().zip(&mean).map(|(own, mean)| variance(own, mean, self.kind)).sum();
                    let apart = panel::value(sides) - level - slope * (time - middle);
                    if variance > 0.0 {
                        sum += apart * apart / variance;
                    }
                }
                freedom += count - 2.0;
            }
        }
        if freedom > 0.0 { (sum / freedom).max(1.0) } else { 1.0 }
    }
}

/// Variance of counting of one side, at the share or rate of the mean.
fn variance(own: &Count, mean: &Count, kind: Kind) -> f64 {
    let share = (mean.numerator + 0.5) / (mean.denominator + 1.0);
    let spread = if kind == Kind::Proportion { share * (1.0 - share) } else { share };
    spread / own.denominator
}

fn added(own: &[Vec<Count>]) -> Option<Vec<Count>> {
    let sides = own.first()?.len();
    let side = |side: usize| frame::sum(&own.iter().map(|counts| counts[side]).collect::<Vec<_>>());
    Some((0..sides).map(side).collect())
}

/// A unit's counts over some periods, added up; `None` without a record.
fn pooled(cells: &[Option<Vec<Count>>], periods: &[usize]) -> Option<Vec<Count>> {
    let own: Vec<Vec<Count>> = periods.iter().filter_map(|period| cells.get(*period).cloned().flatten()).collect();
    added(&own)
}

/// Slope by least squares over the recorded periods and Σ(t − t̄)²; `None` of fewer than three.
fn unit_slope(cells: &[Option<Vec<Count>>], periods: &[usize]) -> Option<(f64, f64)> {
    let own: Vec<(f64, f64)> = periods
        .iter()
        .filter_map(|period| cells.get(*period)?.as_ref().map(|own| (*period as f64, panel::value(own))))
        .collect();
    if own.len() < 3 {
        return None;
    }
    let middle = own.iter().map(|own| own.0).sum::<f64>() / own.len() as f64;
    let spread: f64 = own.iter().map(|own| (own.0 - middle).powi(2)).sum();
    Some((own.iter().map(|own| (own.0 - middle) * own.1).sum::<f64>() / spread, spread))
}

/// Slope over the recorded periods with its variance of counting.
fn counted_slope(cells: &[Option<Vec<Count>>], periods: &[usize], kind: Kind) -> Option<(f64, f64)> {
    let (slope, spread) = unit_slope(cells, periods)?;
    let mean = pooled(cells, periods)?;
    let own: Vec<(f64, f64)> = periods
        .iter()
        .filter_map(|period| {
            let sides = cells.get(*period)?.as_ref()?;
            Some((*period as f64, sides.iter().zip(&mean).map(|(own, mean)| variance(own, mean, kind)).sum()))
        })
        .collect();
    let middle = own.iter().map(|own| own.0).sum::<f64>() / own.len() as f64;
    let variance: f64 = own.iter().map(|(time, variance)| (time - middle).powi(2) * variance).sum();
    Some((slope, variance / (spread * spread)))
}

fn widened(own: Estimate, dispersion: f64) -> Estimate {
    let root = dispersion.sqrt();
    Estimate {
        value: own.value,
        lower: own.value - (own.value - own.lower) * root,
        upper: own.value + (own.upper - own.value) * root,
    }
}

/// Difference of two weighted means of units, each with its own variance (HC2), and Welch's degrees of freedom; a weighted
/// mean has Kish's effective number of units. With equal weights it is Welch's interval.
///
/// SOURCE: B. L. Welch, *Biometrika* 34 (1947), p. 28–35; J. G. `MacKinnon` and H. White, *Journal of Econometrics* 29 (1985),
/// p. 305–325 (HC2); L. Kish, *Journal of Official Statistics* 8 (1992), p. 183–200 (effective number).
pub(super) fn welch(sides: &[Vec<Weighted>; 2], confidence: Confidence) -> Result<Estimate, Refusal> {
    let (mut value, mut variance, mut share) = (0.0, 0.0, 0.0);
    for (sign, side) in [1.0, -1.0].into_iter().zip(sides) {
        if side.len() < 2 {
            return Err(Refusal::TooFew { what: "units on a side", found: side.len(), needed: 2 });
        }
        let total: f64 = side.iter().map(|own| own.1).sum();
        let weights: Vec<f64> = side.iter().map(|own| own.1 / total).collect();
        let mean = compensated_sum(side.iter().zip(&weights).map(|(own, weight)| own.0 * weight));
        let own: f64 = side
            .iter()
            .zip(&weights)
            .map(|(own, weight)| weight * weight * (own.0 - mean).powi(2) / (1.0 - weight).max(f64::EPSILON))
            .sum();
        let effective = 1.0 / weights.iter().map(|weight| weight * weight).sum::<f64>();
        value += sign * mean;
        variance += own;
        share += own * own / (effective - 1.0).max(f64::EPSILON);
    }
    let freedom = if share > 0.0 { (variance * variance / share).max(f64::MIN_POSITIVE) } else { 1.0 };
    let half =
        if freedom < LEAST_FREEDOM { f64::NAN } else { t_quantile(1.0 - confidence.tail(), freedom) * variance.sqrt() };
    if !half.is_finite() {
        return Err(Refusal::Undefined("one unit outweighs all others of its side: use --weigh units".to_owned()));
    }
    Ok(Estimate { value, lower: value - half, upper: value + half })
}
