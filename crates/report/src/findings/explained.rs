//! How much of a gap is mix: the two groups set side by side within the same group of another dimension.

use evenly_cube::{About, Dimension, Indicator, Release, ReleasedIndicator};
use evenly_stats::decompose::kitagawa::{Cell, kitagawa};
use evenly_stats::{Confidence, Estimate};

use super::reading::{CONFIDENCE, is_waits, reading};
use crate::analysis::{Breakdown, Comparison, Explained};

/// Least share of both groups that must be found, counted and shown, in the groups of the other dimension that both have.
const COVERED: f64 = 0.9;
/// A gap is mix where less than this share of it is left, and chance explains what is left.
const LEFT: f64 = 0.25;

/// What is left of a breakdown's gap within each other dimension that may explain it, the least left first.
pub fn explained(release: &Release, indicator: &ReleasedIndicator, breakdown: &Breakdown) -> Vec<Explained> {
    let Some(comparison) = &breakdown.comparison else { return Vec::new() };
    if is_waits(&indicator.definition) {
        return Vec::new();
    }
    let own = &release.dimensions[breakdown.dimension];
    let mut found: Vec<Explained> = (0..release.dimensions.len())
        .filter(|place| may_explain(own, &release.dimensions[*place]))
        .filter_map(|place| within(release, indicator, breakdown.dimension, place, comparison))
        .collect();
    found.sort_by(|a, b| a.left.value.abs().total_cmp(&b.left.value.abs()));
    found
}

impl Explained {
    /// Whether the gap is mix: hardly anything is left of it, and chance explains that.
    pub fn is_mix(&self) -> bool {
        self.left.holds(0.0) && self.left.value.abs() < LEFT * self.gap.abs()
    }

    /// Whether what is left points the other way, beyond chance.
    pub fn is_reversed(&self) -> bool {
        !self.left.holds(0.0) && self.left.value * self.gap < 0.0
    }
}

/// How care was delivered, and age and sex, may explain a gap between people; who the people are may explain one between
/// services or areas. Deprivation is no explanation of an ethnic gap: it is part of it.
fn may_explain(own: &Dimension, other: &Dimension) -> bool {
    let demographic = |dimension: &Dimension| dimension.id.starts_with("age") || dimension.id == "sex";
    match (own.about, other.about) {
        (_, _) if own.id == other.id || other.order == evenly_cube::Order::Period => false,
        (About::Person, About::Person) => demographic(other) && !demographic(own),
        (About::Area, About::Area) => false,
        _ => true,
    }
}

fn within(
    release: &Release,
    indicator: &ReleasedIndicator,
    own: usize,
    other: usize,
    comparison: &Comparison,
) -> Option<Explained> {
    let ids = [own, other].map(|place| release.dimensions[place].id.as_str());
    let (table, turned) = match indicator.table(&ids) {
        Some(table) => (table, false),
        None => (indicator.table(&[ids[1], ids[0]])?, true),
    };
    let mut sides = [[Cell { numerator: 0.0, denominator: 0.0 }; 2]].repeat(release.dimensions[other].groups.len());
    for cell in &table.cells {
        let [first, second] = cell.groups[..] else { continue };
        let (group, within) = if turned { (second, first) } else { (first, second) };
        let side = [comparison.reference, comparison.group].iter().position(|own| *own == group);
        let counts = reading(cell, &indicator.definition).counts();
        if let Some((side, counts)) = side.zip(counts) {
            sides[within][side] = Cell { numerator: counts.numerator, denominator: counts.denominator };
        }
    }
    let both: Vec<[Cell; 2]> =
        sides.into_iter().filter(|side| side.iter().all(|cell| cell.denominator > 0.0)).collect();
    let covered = |side: usize, group: usize| {
        let counted: f64 = both.iter().map(|own| own[side].denominator).sum();
        let all = indicator.table(&ids[..1])?.cells.iter().find(|cell| cell.groups == [group])?;
        Some(counted >= COVERED * all.denominator.shown()? as f64)
    };
    if !(covered(0, comparison.reference)? && covered(1, comparison.group)?) || both.len() < 2 {
        return None;
    }
    let [reference, group] = [0, 1].map(|side| both.iter().map(|own| own[side]).collect::<Vec<_>>());
    let parts = kitagawa(&reference, &group).ok()?;
    let level = 1.0 - (1.0 - CONFIDENCE) / comparison.pairs as f64;
    let reach = Confidence::new(level).ok()?.z() * parts.rate_se;
    let left =
        Estimate { value: parts.rate_effect, lower: parts.rate_effect - reach, upper: parts.rate_effect + reach };
    Some(Explained { within: other, gap: parts.difference(), left })
}

/// The explanation that is told as a finding: of a clear gap, the one that leaves least, where it is mix or a reversal.
pub fn told<'a>(breakdown: &'a Breakdown, definition: &Indicator) -> Option<&'a Explained> {
    let clear = breakdown.comparison.as_ref().is_some_and(|own| !own.difference.holds(0.0)) && !is_waits(definition);
    let reversed = breakdown.explained.iter().find(|own| own.is_reversed());
    reversed.or_else(|| breakdown.explained.first().filter(|own| own.is_mix())).filter(|_| clear)
}
