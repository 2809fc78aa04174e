//! Input drift: the population stability index of a month against the days that the model was made of.
//!
//! Index: sum over bins of (share now − share then) · ln(share now / share then), bins at the tenths of then and one for "not
//! known". Where nothing changed it scatters like (1/n + 1/m) times χ² with bins − 1 degrees of freedom (Yurdakul and Naranjo,
//! Journal of Risk Model Validation 14/4 (2020) 89–100), which gives the control limit at the three-sigma level; months are many
//! and samples large, so that only an index of 0.1 or more is told (0.25: large), as is usual (Siddiqi, Credit Risk Scorecards,
//! 2006).

use evenly_stats::numeric::chi_squared_quantile;
use serde::Serialize;

/// From here on a shift is told.
const TOLD: f64 = 0.1;
/// Parts into which the known values are cut.
const PARTS: usize = 10;
/// Share of chance below the upper three-sigma limit.
const THREE_SIGMA: f64 = 0.998_65;
/// Added to each bin, so that an empty one has a logarithm.
const HALF: f64 = 0.5;
/// Fewest values of a month.
const FEWEST: f64 = 50.0;

/// One month's shift.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shift {
    /// The month.
    pub month: String,
    /// The index; absent where the month has fewer than 50 appointments.
    pub index: Option<f64>,
    /// Its upper control limit.
    pub limit: Option<f64>,
    /// Whether it is beyond chance and large enough to matter.
    pub outside: bool,
}

/// The shifts of one feature, or of the chances of one group.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shifts {
    /// Title of the feature, or label of the group.
    pub title: String,
    /// Whether it looks back at people's own appointments, and so grows with the history that an extract holds.
    pub history: bool,
    /// The months.
    pub months: Vec<Shift>,
}

impl Shifts {
    pub(super) fn new(
        title: String,
        history: bool,
        bins: &Bins,
        values: impl Iterator<Item = (usize, f64)>,
        months: &[String],
    ) -> Self {
        let mut counts = vec![vec![0.0; bins.counts.len()]; months.len()];
        values.for_each(|(month, value)| counts[month][bins.place(value)] += 1.0);
        let months = counts.iter().zip(months).map(|(counts, month)| bins.shift(counts, month)).collect();
        Self { title, history, months }
    }

    /// The latest month, if it stands out.
    pub fn latest_outside(&self) -> Option<&Shift> {
        self.months.iter().rev().find(|own| own.index.is_some()).filter(|own| own.outside)
    }
}

/// Bins of the values that later ones are compared with.
pub(super) struct Bins {
    /// Upper ends of all bins but the last.
    ends: Vec<f64>,
    /// Values in each bin; those not known last.
    counts: Vec<f64>,
}

impl Bins {
    pub(super) fn new(values: impl Iterator<Item = f64>) -> Self {
        let (mut known, unknown): (Vec<f64>, Vec<f64>) = values.partition(|value| !value.is_nan());
        known.sort_by(f64::total_cmp);
        let mut ends: Vec<f64> = (1..PARTS).filter_map(|part| known.get(known.len() * part / PARTS)).copied().collect();
        ends.dedup();
        // A largest value that is an end leaves nothing above it.
        ends.retain(|end| known.last().is_some_and(|last| end < last));
        let mut own = Self { counts: vec![0.0; ends.len() + 2], ends };
        for value in known.into_iter().chain(unknown) {
            let place = own.place(value);
            own.counts[place] += 1.0;
        }
        own
    }

    /// One bin for each code; codes that are new later on come into the last.
    pub(super) fn of_codes(codes: impl Iterator<Item = u32>) -> Self {
        let mut counts = std::collections::BTreeMap::new();
        codes.for_each(|code| *counts.entry(code).or_insert(0.0) += 1.0);
        // The bins of new codes, and of what is not known, hold nothing yet.
        let empty = [0.0, 0.0];
        Self {
            ends: counts.keys().map(|code| f64::from(*code)).collect(),
            counts: counts.values().copied().chain(empty).collect(),
        }
    }

    fn place(&self, value: f64) -> usize {
        if value.is_nan() { self.ends.len() + 1 } else { self.ends.partition_point(|end| *end < value) }
    }

    fn shift(&self, counts: &[f64], month: &str) -> Shift {
        let (then, now): (f64, f64) = (self.counts.iter().sum(), counts.iter().sum());
        let month = month.to_owned();
        // A bin that was empty then and is empty now is none.
        let bins: Vec<(f64, f64)> =
            self.counts.iter().zip(counts).map(|(a, b)| (*a, *b)).filter(|(a, b)| a + b > 0.0).collect();
        if now < FEWEST || then < FEWEST || bins.len() < 2 {
            return Shift { month, index: None, limit: None, outside: false };
        }
        let extra = HALF * bins.len() as f64;
        let index: f64 = bins
            .iter()
            .map(|(a, b)| ((a + HALF) / (then + extra), (b + HALF) / (now + extra)))
            .map(|(p, q)| (q - p) * (q / p).ln())
            .sum();
        let limit = (1.0 / then + 1.0 / now) * chi_squared_quantile(THREE_SIGMA, bins.len() as f64 - 1.0);
        Shift { month, index: Some(index), limit: Some(limit), outside: index > limit && index >= TOLD }
    }
}

#[cfg(test)]
mod tests {
    use super::{Bins, Shifts};

    fn shift(then: impl Iterator<Item = f64>, now: impl Iterator<Item = f64>) -> (f64, bool) {
        let bins = Bins::new(then);
        let shifts = Shifts::new("x".to_owned(), false, &bins, now.map(|value| (0, value)), &["2025-01".to_owned()]);
        (shifts.months[0].index.unwrap(), shifts.months[0].outside)
    }

    fn even(count: u32, add: f64) -> impl Iterator<Item = f64> {
        (0..count).map(move |own| f64::from(own) / f64::from(count) + add)
    }

    #[test]
    fn the_same_values_have_not_shifted_and_others_have() {
        let (index, outside) = shift(even(5000, 0.0), even(700, 0.0));
        assert!(index < 0.01 && !outside, "{index}");
        let (index, outside) = shift(even(5000, 0.0), even(700, 0.3));
        assert!(index > 0.25 && outside, "{index}");
        let missing = || even(500, 0.0).chain(std::iter::repeat_n(f64::NAN, 200));
        assert!(shift(even(5000, 0.0), missing()).1);
    }

    #[test]
    fn a_code_that_was_never_seen_has_a_bin_of_its_own() {
        let bins = Bins::of_codes((0..1000).map(|own| own % 4));
        let months = ["2025-01".to_owned(), "2025-02".to_owned()];
        let now = (0..800).map(|own| (own / 400, if own < 400 { f64::from(own % 4) } else { f64::from(own % 5) }));
        let now = now.map(|(month, code)| (usize::try_from(month).unwrap(), code));
        let shifts = Shifts::new("x".to_owned(), false, &bins, now, &months);
        assert!(!shifts.months[0].outside && shifts.months[1].outside, "{shifts:?}");
    }

    /// Two bins by hand: 900 and 100 then, 600 and 400 now, with one half added to each.
    #[test]
    fn the_index_is_worked_out_as_published() {
        let two = |ones: u32, of: u32| (0..of).map(move |own| f64::from(u8::from(own < ones)));
        let (index, _) = shift(two(100, 1000), two(400, 1000));
        let (p, q) = (100.5 / 1001.0_f64, 400.5 / 1001.0_f64);
        let expected = (q - p) * (q / p).ln() + (p - q) * ((1.0 - q) / (1.0 - p)).ln();
        assert!((index - expected).abs() < 1e-9, "{index} {expected}");
    }
}
