//! People who are counted more than once: how far that widens the uncertainty of an indicator.

use serde::{Deserialize, Serialize};

/// Fewest people with an event for anything to be said of how they repeat it.
const FEWEST: f64 = 40.0;

/// Sums over people who were followed from row to row, by time: what variances between people are worked out of.
///
/// Rows of one person go together: whoever missed one appointment is likelier to miss the next, so twelve appointments of one
/// person tell less than twelve of twelve. The sums are exact whole numbers, so they do not depend on who counted what.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Repeats {
    /// People followed who are in the indicator at all.
    pub people: u64,
    /// For each group of the period its span of time; of a cube without periods there is one span.
    pub spans: Vec<usize>,
    /// Their numerator and denominator by span.
    pub counts: Vec<[u64; 2]>,
    /// For each pair of spans, the first not after the second (first-major): sums over people of numerator × numerator, numerator ×
    /// denominator, denominator × numerator and denominator × denominator.
    pub products: Vec<[u64; 4]>,
}

/// How many times as large the variance is as that of as many independent rows; at least 1, to two digits.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct RepeatEffect {
    /// Of a value over the whole time.
    pub of_value: f64,
    /// Of the change from the first to the second half of the time: people who stand on both sides cancel.
    pub of_change: f64,
}

impl RepeatEffect {
    /// Where it is not known who comes again, or everybody comes once.
    pub const NONE: Self = Self { of_value: 1.0, of_change: 1.0 };
}

impl Repeats {
    /// Adds up people: for each, by span, how often they are in numerator and denominator.
    pub fn of(spans: Vec<usize>, people: impl Iterator<Item = Vec<(usize, [u64; 2])>>) -> Self {
        let size = spans.iter().max().map_or(1, |last| last + 1);
        let mut own =
            Self { people: 0, spans, counts: vec![[0; 2]; size], products: vec![[0; 4]; size * (size + 1) / 2] };
        for person in people {
            let mut rows: Vec<(usize, [u64; 2])> = person.into_iter().filter(|(_, own)| own[1] > 0).collect();
            rows.sort_unstable_by_key(|(span, _)| *span);
            own.people += u64::from(!rows.is_empty());
            for (place, (first, [y, x])) in rows.iter().enumerate() {
                own.counts[*first][0] += y;
                own.counts[*first][1] += x;
                for (second, [other_y, other_x]) in &rows[place..] {
                    let pair = own.pair(*first, *second);
                    let each = [y * other_y, y * other_x, x * other_y, x * other_x];
                    own.products[pair].iter_mut().zip(each).for_each(|(sum, product)| *sum += product);
                }
            }
        }
        own
    }

    fn pair(&self, first: usize, second: usize) -> usize {
        let size = self.counts.len();
        first * size - first * (first + 1) / 2 + second
    }

    /// Limits the sums to some groups of the period, by position; `None` where no span is wholly among them.
    pub(crate) fn within(&self, kept: &[usize]) -> Option<Self> {
        let whole = |span: usize| (0..self.spans.len()).all(|group| self.spans[group] != span || kept.contains(&group));
        let left: Vec<usize> = (0..self.counts.len()).filter(|span| whole(*span)).collect();
        let spans = kept.iter().map(|group| left.iter().position(|span| *span == self.spans[*group]));
        // A span of which only a part is kept goes with the nearest one.
        let spans: Vec<usize> = spans.map(|span| span.unwrap_or(0)).collect();
        if left.is_empty() {
            return None;
        }
        let pairs = left.iter().enumerate().flat_map(|(place, first)| {
            left[place..].iter().map(|second| self.products[self.pair(*first, *second)]).collect::<Vec<_>>()
        });
        Some(Self {
            people: self.people,
            spans,
            counts: left.iter().map(|span| self.counts[*span]).collect(),
            products: pairs.collect(),
        })
    }

    /// The effects on a value over the whole time and on the change between its halves, as they may be released.
    pub(crate) fn effect(&self, periods: &[usize]) -> RepeatEffect {
        let half = periods.len() / 2;
        let of_change =
            if half == 0 { 1.0 } else { self.of_change(&periods[..half], &periods[periods.len() - half..]) };
        RepeatEffect { of_value: rounded(self.of_value()), of_change: rounded(of_change) }
    }

    fn of_value(&self) -> f64 {
        let all: Vec<usize> = (0..self.counts.len()).collect();
        let side = self.side(&all);
        self.effect_of(self.covariance((&side, &side)), side.chance())
    }

    /// The effect on the change of the value from some periods to some others (groups of the period by position).
    pub(crate) fn of_change(&self, before: &[usize], after: &[usize]) -> f64 {
        let spans = |periods: &[usize]| {
            let mut spans: Vec<usize> = periods.iter().filter_map(|own| self.spans.get(*own).copied()).collect();
            spans.sort_unstable();
            spans.dedup();
            spans
        };
        let (before, after) = (self.side(&spans(before)), self.side(&spans(after)));
        let between = |one: &Side, other: &Side| self.covariance((one, other));
        let spread = between(&before, &before) + between(&after, &after) - 2.0 * between(&before, &after);
        self.effect_of(spread, before.chance() + after.chance())
    }

    /// Variance over the variance by chance, with the usual correction for the number of people.
    ///
    /// SOURCE: Rao and Scott, Biometrics 48 (1992), p. 577–585: the variance of a ratio of sums over clusters.
    fn effect_of(&self, spread: f64, chance: f64) -> f64 {
        let people = self.people as f64;
        let events: f64 = self.counts.iter().map(|own| own[0].min(own[1] - own[0]) as f64).sum();
        let effect = people / (people - 1.0) * spread / chance;
        if events >= FEWEST && effect.is_finite() { effect.max(1.0) } else { 1.0 }
    }

    fn side(&self, spans: &[usize]) -> Side {
        let sum = |part: usize| spans.iter().map(|span| self.counts[*span][part] as f64).sum::<f64>();
        Side { spans: spans.to_vec(), events: sum(0), out_of: sum(1) }
    }

    /// Covariance of the shares of two sides, over people.
    fn covariance(&self, (one, other): (&Side, &Side)) -> f64 {
        let mut sums = [0.0; 4];
        for first in &one.spans {
            for second in &other.spans {
                let turned = first > second;
                let pair = if turned { self.pair(*second, *first) } else { self.pair(*first, *second) };
                let [yy, yx, xy, xx] = self.products[pair].map(|sum| sum as f64);
                let each = if turned { [yy, xy, yx, xx] } else { [yy, yx, xy, xx] };
                sums.iter_mut().zip(each).for_each(|(sum, own)| *sum += own);
            }
        }
        let [yy, yx, xy, xx] = sums;
        let (own, others) = (one.share(), other.share());
        (yy - others * yx - own * xy + own * others * xx) / (one.out_of * other.out_of)
    }
}

/// One side of a change.
struct Side {
    spans: Vec<usize>,
    events: f64,
    out_of: f64,
}

impl Side {
    fn share(&self) -> f64 {
        self.events / self.out_of
    }

    /// Variance of the share were all rows independent.
    fn chance(&self) -> f64 {
        self.share() * (1.0 - self.share()) / self.out_of
    }
}

/// To two digits, so that nothing can be worked out of it.
fn rounded(effect: f64) -> f64 {
    let digits = effect.log10().floor() - 1.0;
    let scale = 10.0_f64.powf(digits.abs());
    if digits < 0.0 { (effect * scale).round() / scale } else { (effect / scale).round() * scale }
}

#[cfg(test)]
mod tests {
    use super::Repeats;

    /// Everybody has ten rows in each of two halves; one in five has the event every time, the others never.
    fn always_or_never() -> Repeats {
        let person =
            |number: u64| (0..4).map(|span| (span, [if number.is_multiple_of(5) { 5 } else { 0 }, 5])).collect();
        Repeats::of(vec![0, 1, 2, 3], (0..1000).map(person))
    }

    #[test]
    fn people_who_always_or_never_have_it_count_once_and_cancel_out_of_a_change() {
        let effect = always_or_never().effect(&[0, 1, 2, 3]);
        assert!((effect.of_value - 20.0).abs() < 1e-9, "twenty rows tell as much as one: {effect:?}");
        assert!((effect.of_change - 1.0).abs() < 1e-9, "they are the same on both sides: {effect:?}");
    }

    #[test]
    fn people_of_one_side_only_do_not_cancel() {
        let person = |number: u64| vec![((number % 2) as usize, [if number % 10 < 2 { 5 } else { 0 }, 5])];
        let effect = Repeats::of(vec![0, 1], (0..1000).map(person)).effect(&[0, 1]);
        assert!((effect.of_value - 5.0).abs() < 0.05 && (effect.of_change - 5.0).abs() < 0.05, "{effect:?}");
    }

    #[test]
    fn a_part_of_the_time_keeps_its_own_sums_and_few_events_say_nothing() {
        let within = always_or_never().within(&[1, 2]).unwrap();
        assert!((within.effect(&[0, 1]).of_value - 10.0).abs() < 1e-9, "{within:?}");
        let few = Repeats::of(vec![0], (0..1000).map(|number| vec![(0, [u64::from(number == 0) * 5, 5])]));
        assert!((few.effect(&[0]).of_value - 1.0).abs() < 1e-9);
    }
}
