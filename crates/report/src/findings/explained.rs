//! How much of a gap is mix: the two groups set side by side within the same group of another dimension.

use evenly_cube::{About, Dimension, Indicator, Release, ReleasedIndicator};
use evenly_stats::decompose::kitagawa::{Cell, kitagawa};
use evenly_stats::{Confidence, Estimate};

use super::reading::{CONFIDENCE, is_waits, reading};
use crate::analysis::{Breakdown, Comparison, Explained};

/// Least share of both groups that must be counted and shown in the table that crosses the two dimensions; and least share
/// of one of them that must meet the other group somewhere.
const COUNTED: f64 = 0.9;
/// Least share of the other that must: where nearly nobody meets, nothing can be set side by side.
const MET: f64 = 0.25;
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
    let everybody = |group: usize| {
        let all = indicator.table(&ids[..1])?.cells.iter().find(|cell| cell.groups == [group])?;
        Some(all.denominator.shown()? as f64)
    };
    let shares = [(0, comparison.reference), (1, comparison.group)].map(|(side, group)| {
        let all = everybody(group)?;
        let sum = |of: &dyn Fn(&[Cell; 2]) -> bool| {
            sides.iter().filter(|own| of(own)).map(|own| own[side].denominator).sum::<f64>() / all
        };
        Some((sum(&|_| true), sum(&|own| own.iter().all(|cell| cell.denominator > 0.0))))
    });
    let [(counted, met), (other_counted, other_met)] = [shares[0]?, shares[1]?];
    if counted.min(other_counted) < COUNTED || met.max(other_met) < COUNTED || met.min(other_met) < MET {
        return None;
    }
    let [reference, group] = [0, 1].map(|side| sides.iter().map(|own| own[side]).collect::<Vec<_>>());
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

#[cfg(test)]
mod tests {
    use evenly_cube::{Release, ReleasedCount, ReleasedTable};

    use super::told;
    use crate::analysis::{Analysis, FindingKind};
    use crate::findings::of_release;
    use crate::sample::{EVEN, cell, release};

    /// Men and women in three ethnic groups: counts missed of counts booked.
    fn crossed(counts: [[(u64, u64); 3]; 2]) -> Release {
        let mut release = release(EVEN);
        release.indicators.truncate(1);
        release.indicators[0].tables.retain(|table| table.dimensions.is_empty());
        let table = |dimensions: &[&str], cells: Vec<(Vec<usize>, (u64, u64))>| ReleasedTable {
            dimensions: dimensions.iter().map(|own| (*own).to_owned()).collect(),
            cells: cells
                .into_iter()
                .map(|(groups, (x, n))| cell(groups, ReleasedCount::Shown(x), ReleasedCount::Shown(n), None))
                .collect(),
        };
        let sum = |all: &[(u64, u64)]| all.iter().fold((0, 0), |sum, own| (sum.0 + own.0, sum.1 + own.1));
        let sexes = counts.iter().enumerate().map(|(sex, own)| (vec![sex], sum(own))).collect();
        let both = (0..3).flat_map(|group| (0..2).map(move |sex| (vec![group, sex], counts[sex][group]))).collect();
        release.indicators[0].tables.extend([table(&["sex"], sexes), table(&["ethnicity", "sex"], both)]);
        // How care was given, for this test: a group of it may explain a gap between people.
        release.dimensions[2].about = evenly_cube::About::Service;
        release
    }

    fn explained(analysis: &Analysis) -> Option<crate::analysis::Explained> {
        let own = &analysis.indicators[0];
        let breakdown = own.breakdowns.iter().find(|own| analysis.dimension(own.dimension).id == "sex")?;
        told(breakdown, &own.definition).copied()
    }

    #[test]
    fn a_gap_that_is_only_mix_leaves_nothing_among_like_and_is_told_once_on_the_first_page() {
        let analysis =
            of_release(&crossed([[(400, 2000), (100, 1000), (50, 1000)], [(1200, 6000), (100, 1000), (50, 1000)]]));
        let own = explained(&analysis).expect("mix");
        assert!(own.is_mix() && own.gap.abs() > 0.02 && own.left.value.abs() < 1e-12, "{own:?}");
        let headlines = analysis.headlines();
        assert!(headlines.iter().any(|own| own.kind == FindingKind::Mix));
        assert!(!headlines.iter().any(|own| own.kind == FindingKind::Gap), "the same gap is not told twice");
    }

    #[test]
    fn a_gap_among_like_is_no_mix_and_a_reversal_is_told_as_one() {
        let real =
            of_release(&crossed([[(400, 2000), (100, 1000), (50, 1000)], [(600, 2000), (200, 1000), (100, 1000)]]));
        assert_eq!(explained(&real), None);
        let turned =
            of_release(&crossed([[(450, 2000), (150, 2000), (80, 2000)], [(1200, 6000), (100, 1500), (50, 1500)]]));
        assert!(explained(&turned).is_some_and(|own| own.is_reversed()));
    }

    #[test]
    fn groups_that_hardly_meet_are_not_set_side_by_side() {
        let apart = of_release(&crossed([[(400, 2000), (10, 100), (0, 0)], [(0, 0), (10, 100), (60, 2000)]]));
        assert_eq!(explained(&apart), None);
    }
}
