//! How much of a gap is mix: the two groups set side by side within the same group of another dimension.

use evenly_cube::{About, Dimension, Indicator, Release, ReleasedIndicator};
use evenly_stats::compare::{Count, evidence, one_sided, two_sided};
use evenly_stats::decompose::kitagawa::{Cell, kitagawa};
use evenly_stats::{Confidence, Estimate};

use super::claims;
use super::reading::{CONFIDENCE, is_waits, reading};
use crate::analysis::{Breakdown, Explained, MixedGroup, Question};

/// Least share of both sides that must be counted and shown in the table that crosses the two dimensions; and least share
/// of one of them that must meet the other side somewhere.
const COUNTED: f64 = 0.9;
/// Least share of the other that must: where nearly nobody meets, nothing can be set side by side.
const MET: f64 = 0.25;
/// A gap is mix where less than this share of it is left,
const LEFT: f64 = 0.25;
/// and more than this share surely is not.
const SURELY_LEFT: f64 = 0.5;
/// From which p-value on a gap to everybody else is looked into for what explains it.
const WORTH: f64 = 0.01;

/// Two sides of a gap: groups of one dimension, the side that does worse last.
type Sides<'a> = [&'a dyn Fn(usize) -> bool; 2];

/// What is left of a breakdown's gap within each other dimension that may explain it, the least left first.
pub fn explained(release: &Release, indicator: &ReleasedIndicator, breakdown: &Breakdown) -> Vec<Explained> {
    let Some(comparison) = &breakdown.comparison else { return Vec::new() };
    let sides: Sides<'_> = [&|group| group == comparison.reference, &|group| group == comparison.group];
    within_each(release, indicator, breakdown.dimension, sides, comparison.pairs)
}

/// The groups whose gap to everybody else (of whom the dimension is known) is a matter of mix, and how many groups were looked at.
/// Of two groups each is everybody else to the other: what can be said of them is said by [`explained`].
pub fn mixed(release: &Release, indicator: &ReleasedIndicator, breakdown: &Breakdown) -> (Vec<MixedGroup>, usize) {
    let known: Vec<usize> = release.dimensions[breakdown.dimension].known().collect();
    let counts = |group: &usize| Some((*group, breakdown.group(*group)?.reading.counts()?));
    let groups: Vec<(usize, Count)> = known.iter().filter_map(counts).collect();
    if groups.len() < 3 || groups.len() < breakdown.known_groups(&known) || is_waits(&indicator.definition) {
        return (Vec::new(), 0);
    }
    let all = groups.iter().fold(Count { numerator: 0.0, denominator: 0.0 }, |sum, (_, own)| Count {
        numerator: sum.numerator + own.numerator,
        denominator: sum.denominator + own.denominator,
    });
    let of_group = |(group, own): &(usize, Count)| {
        let rest = Count { numerator: all.numerator - own.numerator, denominator: all.denominator - own.denominator };
        let of_gap = two_sided(evidence(*own, rest)?);
        if of_gap > WORTH {
            return None;
        }
        let sides: Sides<'_> = [&|other| other != *group && known.contains(&other), &|other| other == *group];
        let each = within_each(release, indicator, breakdown.dimension, sides, 1);
        let (explained, p_value) = surest(&each)?;
        let values = (own.numerator / own.denominator, rest.numerator / rest.denominator);
        Some(MixedGroup { group: *group, values, explained: *explained, p_value: of_gap.max(p_value) })
    };
    (groups.iter().filter_map(of_group).collect(), groups.len())
}

impl Breakdown {
    /// How many of these groups occur.
    fn known_groups(&self, known: &[usize]) -> usize {
        self.groups.iter().filter(|own| known.contains(&own.group)).count()
    }
}

impl Explained {
    /// Whether the gap is mix: hardly anything is left of it, and surely not half of it.
    pub fn is_mix(&self) -> bool {
        self.left.value.abs() < LEFT * self.gap.abs() && self.as_mix() < 1.0 - CONFIDENCE
    }

    /// Whether what is left points the other way, beyond chance.
    pub fn is_reversed(&self) -> bool {
        !self.left.holds(0.0) && self.left.value * self.gap < 0.0
    }

    /// How likely it is that so little is left by chance, where half is.
    fn as_mix(&self) -> f64 {
        one_sided((SURELY_LEFT * self.gap.abs() - self.left.value.abs()) / self.error)
    }

    /// How likely it is that so much points the other way by chance, where nothing does.
    fn as_reversed(&self) -> f64 {
        one_sided(-self.gap.signum() * self.left.value / self.error)
    }
}

/// The explanation that is told: a sure reversal before a mix, of each the one that is surest or leaves least; with how likely so
/// much would point the other way by chance, the explanations that were tried allowed for. That a gap is mix is no claim of a
/// difference: it is held to its own interval, and the gap itself to all that was looked at.
pub fn surest(explained: &[Explained]) -> Option<(&Explained, f64)> {
    let tried = explained.len() as f64;
    let reversed = explained.iter().filter(|own| own.is_reversed() && !own.is_mix());
    let reversed = reversed.min_by(|a, b| a.as_reversed().total_cmp(&b.as_reversed()));
    let found = reversed.map(|own| (own, (own.as_reversed() * tried).min(1.0)));
    found
        .filter(|(_, p_value)| *p_value <= claims::rate(Question::Mix))
        .or_else(|| explained.first().filter(|own| own.is_mix()).map(|own| (own, 0.0)))
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

fn within_each(
    release: &Release,
    indicator: &ReleasedIndicator,
    dimension: usize,
    sides: Sides<'_>,
    pairs: usize,
) -> Vec<Explained> {
    if is_waits(&indicator.definition) {
        return Vec::new();
    }
    let own = &release.dimensions[dimension];
    let others = (0..release.dimensions.len()).filter(|place| may_explain(own, &release.dimensions[*place]));
    let mut found: Vec<Explained> =
        others.filter_map(|place| within(release, indicator, [dimension, place], sides, pairs)).collect();
    found.sort_by(|a, b| a.left.value.abs().total_cmp(&b.left.value.abs()));
    found
}

fn within(
    release: &Release,
    indicator: &ReleasedIndicator,
    places: [usize; 2],
    groups: Sides<'_>,
    pairs: usize,
) -> Option<Explained> {
    let ids = places.map(|place| release.dimensions[place].id.as_str());
    let (table, turned) = match indicator.table(&ids) {
        Some(table) => (table, false),
        None => (indicator.table(&[ids[1], ids[0]])?, true),
    };
    let nobody = Cell { numerator: 0.0, denominator: 0.0 };
    let mut sides = vec![[nobody; 2]; release.dimensions[places[1]].groups.len()];
    let side_of = |group: usize| groups.iter().position(|side| side(group));
    for cell in &table.cells {
        let [first, second] = cell.groups[..] else { continue };
        let (group, within) = if turned { (second, first) } else { (first, second) };
        let counts = reading(cell, &indicator.definition).counts();
        if let Some((side, counts)) = side_of(group).zip(counts) {
            sides[within][side].numerator += counts.numerator;
            sides[within][side].denominator += counts.denominator;
        }
    }
    let mut everybody = [0.0; 2];
    for cell in &indicator.table(&ids[..1])?.cells {
        if let Some(side) = side_of(cell.groups[0]) {
            everybody[side] += reading(cell, &indicator.definition).counts()?.denominator;
        }
    }
    let shares = [0, 1].map(|side| {
        let sum = |of: &dyn Fn(&[Cell; 2]) -> bool| {
            sides.iter().filter(|own| of(own)).map(|own| own[side].denominator).sum::<f64>() / everybody[side]
        };
        (sum(&|_| true), sum(&|own| own.iter().all(|cell| cell.denominator > 0.0)))
    });
    let [(counted, met), (other_counted, other_met)] = shares;
    let enough = counted.min(other_counted) >= COUNTED && met.max(other_met) >= COUNTED && met.min(other_met) >= MET;
    if !enough {
        return None;
    }
    let [reference, group] = [0, 1].map(|side| sides.iter().map(|own| own[side]).collect::<Vec<_>>());
    let parts = kitagawa(&reference, &group).ok()?;
    let level = 1.0 - (1.0 - CONFIDENCE) / pairs as f64;
    let reach = Confidence::new(level).ok()?.z() * parts.rate_se;
    let left =
        Estimate { value: parts.rate_effect, lower: parts.rate_effect - reach, upper: parts.rate_effect + reach };
    Some(Explained { within: places[1], gap: parts.difference(), left, error: parts.rate_se })
}

/// The explanation that is told as a finding: of a clear gap, where it is mix or a reversal, with its p-value.
pub fn told<'a>(breakdown: &'a Breakdown, definition: &Indicator) -> Option<(&'a Explained, f64)> {
    let clear = breakdown.comparison.as_ref().filter(|own| !own.difference.holds(0.0) && !is_waits(definition))?;
    surest(&breakdown.explained).map(|(own, p_value)| (own, p_value.max(clear.p_value)))
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
        told(breakdown, &own.definition).map(|(own, _)| *own)
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
        let turned = of_release(&crossed([
            [(1350, 6000), (450, 6000), (240, 6000)],
            [(3600, 18_000), (300, 4500), (150, 4500)],
        ]));
        assert!(explained(&turned).is_some_and(|own| own.is_reversed()));
    }

    #[test]
    fn groups_that_hardly_meet_are_not_set_side_by_side() {
        let apart = of_release(&crossed([[(400, 2000), (10, 100), (0, 0)], [(0, 0), (10, 100), (60, 2000)]]));
        assert_eq!(explained(&apart), None);
    }
}
