//! The change of a gap between two periods, with its interval, and whether it narrowed by levelling down.

use super::frame::{self, Frame};
use super::measure::{self, GapMeasure, finite, gap};
use super::movement::{Movement, sentence};
use super::series::factor;
use crate::checks::{DENOMINATOR, NUMERATOR};
use crate::compare::{Count, Kind, difference_of};
use crate::interval::{BETTER, Better, CONFIDENCE, Confidence, Estimate};
use crate::method::{Family, Method, OptionSpec, Options};
use crate::refusal::Refusal;
use crate::table::{Row, Table, Value};

/// A gap in two periods.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct GapChange {
    /// The gap in the first period.
    pub before: Estimate,
    /// The gap in the second period.
    pub after: Estimate,
    /// After minus before; of a ratio, after over before.
    pub change: Estimate,
    /// What it means.
    pub movement: Movement,
}

/// Change of a gap between two periods that share no events; the sides of the gap are given as to [`gap`].
///
/// The interval recovers the variances from the limits of both gaps; for a ratio on the logarithm.
/// SOURCE: G. Y. Zou and A. Donner, *Statistics in Medicine* 27 (2008), p. 1693–1702, equation 4.
pub fn gap_change(
    measure: GapMeasure,
    kind: Kind,
    before: &[Count],
    after: &[Count],
    confidence: Confidence,
) -> Result<GapChange, Refusal> {
    let (before, after) = (gap(measure, kind, before, confidence)?, gap(measure, kind, after, confidence)?);
    let compared = |gap: Estimate| {
        let none = || Refusal::Undefined("a ratio of 0 has no relative change: use the difference".to_owned());
        measure.compared(gap).ok_or_else(none)
    };
    let (first, second) = (compared(before)?, compared(after)?);
    let change = difference_of(second, first);
    let movement = Movement::of(first, second, change);
    Ok(GapChange { before, after, change: finite(measure.shown_estimate(change))?, movement })
}

/// Whether a gap narrowed without the worse-off side getting better.
fn levelled_down(answer: &GapChange, before: &[Count], after: &[Count], better: Better) -> Option<bool> {
    let ([group, reference], [group_after, reference_after]) = (before, after) else { return None };
    let share = |own: &Count| better.sign() * own.numerator / own.denominator;
    let behind = if share(group) >= share(reference) { (group, group_after) } else { (reference, reference_after) };
    Some(answer.movement == Movement::Narrowed && share(behind.1) >= share(behind.0))
}

/// The counts on both sides of the split, each period's sides added up.
fn halves(frame: &Frame, options: &Options) -> Result<[Vec<Option<Count>>; 2], Refusal> {
    let at = match options.text("split").filter(|split| !split.trim().is_empty()) {
        None if frame.periods.len() == 2 => 1,
        None => return Err(Refusal::option("split", "given unless the table holds exactly two periods")),
        Some(split) => frame::before(&frame.periods, split),
    };
    if at == 0 || at == frame.periods.len() {
        return Err(Refusal::option("split", "a period with at least one other period before it"));
    }
    Ok([frame.pooled(0..at), frame.pooled(at..frame.periods.len())])
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let (measure, kind) = (GapMeasure::from_options(options)?, measure::kind(options)?);
    let (confidence, better) = (Confidence::from_options(options)?, Better::from_options(options)?);
    let factor = factor(options, measure)?;
    let frame = Frame::read(table, kind, measure)?;
    let pair = if measure == GapMeasure::Slope { None } else { Some(frame.pair(options)?) };
    let unknown = || Refusal::Undefined("a side of the gap has no record before or after".to_owned());
    let [before, after] = halves(&frame, options)?;
    let before = frame::sides(&before, pair).ok_or_else(unknown)?;
    let after = frame::sides(&after, pair).ok_or_else(unknown)?;
    let answer = gap_change(measure, kind, &before, &after, confidence)?;
    let shown = [answer.before, answer.after, answer.change].map(|own| own.scaled(factor));
    let levelled = levelled_down(&answer, &before, &after, better);
    let ratio = measure == GapMeasure::Ratio;
    let mut words = sentence(answer.movement, shown[0].value, shown[1].value, shown[2], ratio);
    if levelled == Some(true) {
        words.push_str(" It narrowed by levelling down: the group that was behind did not get better.");
    }
    let mut row = vec![("measure", measure.id().into())];
    let names = [
        ["before", "before_lower", "before_upper"],
        ["after", "after_lower", "after_upper"],
        ["change", "lower", "upper"],
    ];
    for (names, own) in names.into_iter().zip(shown) {
        row.extend([(names[0], own.value.into()), (names[1], own.lower.into()), (names[2], own.upper.into())]);
    }
    row.push(("movement", answer.movement.id().into()));
    row.push(("levelled_down", levelled.map_or(Value::Missing, Value::from)));
    row.push(("words", words.into()));
    Ok(vec![row])
}

/// `evenly measure gap-change`.
pub const METHOD: Method = Method {
    id: "gap-change",
    title: "Change of a gap between two periods: difference, ratio or slope index",
    family: Family::Inequality,
    when_to_use: "Did the gap narrow from one year to the next, and are we sure? For the whole series of months use \
        `gap-series`; for the part of a change that a known intervention may claim, `difference-in-differences`.",
    doc: r"**Formula.** Change = gap after − gap before (`difference`, `sii`), or gap after ÷ gap before (`ratio`: a ratio of
ratios, 1 = no change). Limits recover the variances from both gaps' own limits (Zou and Donner): *d − √((g₂−l₂)² + (u₁−g₁)²)*
to *d + √((u₂−g₂)² + (g₁−l₁)²)*, for a ratio on the logarithm. The gaps have the intervals of `compare` or `sii`; `sii` is
the worst-off end minus the best-off end.

**Words.** *Narrowed*, *widened* or *turned round* only where the interval of the change excludes no change. A difference
can narrow while the ratio widens when all improve: look at both. **Levelled down** says that a narrowed gap goes without
the group that was behind getting better by its own value.

**Conventions.** Two periods, the earlier first; with more, `--split` names the first period after and the counts of both
sides are added up.

**Limits.** Takes the two periods as independent; where the same people are counted in both, the interval is too wide or
too narrow. It tells chance only, not seasons: compare like months. A gap not shown to change may have changed.

**Source.** G. Y. Zou and A. Donner, *Statistics in Medicine* 27 (2008), p. 1693–1702; on absolute and relative change,
S. Harper and others, *Milbank Quarterly* 88 (2010), p. 4–29.",
    columns: &[frame::PERIOD, frame::GROUP, NUMERATOR, DENOMINATOR, frame::RANK],
    options: &[
        measure::MEASURE,
        measure::KIND,
        frame::OF,
        frame::REFERENCE,
        OptionSpec { name: "split", default: "", doc: "First period after the change, where there are more than two." },
        BETTER,
        CONFIDENCE,
        crate::checks::MULTIPLIER,
    ],
    example: "period,group,numerator,denominator\n2024,most deprived,1500,10000\n2024,least deprived,800,12000\n\
        2025,most deprived,1250,10100\n2025,least deprived,790,12100\n",
    run,
};

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::SeedableRng;
    use rand_distr::{Binomial, Distribution};
    use rand_xoshiro::Xoshiro256PlusPlus;

    use super::{Better, gap_change, levelled_down};
    use crate::compare::{Count, Kind};
    use crate::gap::measure::GapMeasure;
    use crate::gap::movement::Movement;
    use crate::interval::Confidence;

    fn count(numerator: f64, denominator: f64) -> Count {
        Count { numerator, denominator }
    }

    #[test]
    fn all_improve_and_the_two_measures_tell_two_stories() {
        let level = Confidence::new(0.95).unwrap();
        let (before, after) =
            ([count(4000.0, 10_000.0), count(2000.0, 10_000.0)], [count(2400.0, 10_000.0), count(800.0, 10_000.0)]);
        let own = |measure| gap_change(measure, Kind::Proportion, &before, &after, level).unwrap();
        assert_eq!(own(GapMeasure::Difference).movement, Movement::Narrowed);
        let relative = own(GapMeasure::Ratio);
        assert_eq!(relative.movement, Movement::Widened);
        assert!((relative.change.value - 1.5).abs() < 1e-12);
        assert_eq!(levelled_down(&own(GapMeasure::Difference), &before, &after, Better::Lower), Some(false));
    }

    #[test]
    fn a_gap_that_closes_because_the_reference_gets_worse_is_levelled_down() {
        let level = Confidence::new(0.95).unwrap();
        let (before, after) =
            ([count(3000.0, 10_000.0), count(1000.0, 10_000.0)], [count(3000.0, 10_000.0), count(2500.0, 10_000.0)]);
        let own = gap_change(GapMeasure::Difference, Kind::Proportion, &before, &after, level).unwrap();
        assert_eq!(levelled_down(&own, &before, &after, Better::Lower), Some(true));
        // Where higher is better the reference is the one behind, and it rose.
        assert_eq!(levelled_down(&own, &before, &after, Better::Higher), Some(false));
    }

    /// Intervals cover a planted change about as often as they say; seeded, so the count is always the same.
    #[test]
    fn the_interval_covers_a_planted_change() {
        let level = Confidence::new(0.95).unwrap();
        let mut random = Xoshiro256PlusPlus::seed_from_u64(5);
        let mut draw = |share: f64| count(Binomial::new(300, share).unwrap().sample(&mut random) as f64, 300.0);
        let mut covered = [0_u32; 2];
        for _ in 0..2000 {
            let (before, after) = ([draw(0.20), draw(0.10)], [draw(0.15), draw(0.09)]);
            let truths = [(GapMeasure::Difference, -0.04), (GapMeasure::Ratio, (0.15 / 0.09) / (0.20 / 0.10))];
            for (covered, (measure, truth)) in covered.iter_mut().zip(truths) {
                let own = gap_change(measure, Kind::Proportion, &before, &after, level).unwrap();
                *covered += u32::from(own.change.holds(truth));
            }
        }
        assert!(covered.iter().all(|covered| (1870..=1940).contains(covered)), "{covered:?}");
    }

    #[test]
    fn a_ratio_of_nothing_is_refused() {
        let level = Confidence::new(0.95).unwrap();
        let (none, some) = ([count(0.0, 10.0), count(2.0, 10.0)], [count(3.0, 10.0), count(2.0, 10.0)]);
        assert!(gap_change(GapMeasure::Ratio, Kind::Proportion, &none, &some, level).is_err());
        assert!(gap_change(GapMeasure::Difference, Kind::Proportion, &none, &some, level).is_ok());
    }

    proptest! {
        #[test]
        fn swapping_the_periods_turns_the_change(
            x in proptest::array::uniform4(1_u16..100), n in proptest::array::uniform4(100_u16..3000),
        ) {
            let level = Confidence::new(0.95).unwrap();
            let at = |place: usize| count(x[place].into(), n[place].into());
            let (one, other) = ([at(0), at(1)], [at(2), at(3)]);
            for measure in [GapMeasure::Difference, GapMeasure::Ratio] {
                let forth = gap_change(measure, Kind::Rate, &one, &other, level).unwrap();
                let back = gap_change(measure, Kind::Rate, &other, &one, level).unwrap();
                prop_assert!(forth.change.holds(forth.change.value));
                let turned = if measure == GapMeasure::Ratio { 1.0 / back.change.value } else { -back.change.value };
                prop_assert!((forth.change.value - turned).abs() < 1e-9 * turned.abs().max(1.0));
            }
        }
    }
}
