//! The difference of two independent proportions or rates, by the method of variance estimates recovery.

use crate::compare::{Count, Kind};
use crate::interval::{Confidence, Estimate};
use crate::refusal::Refusal;

/// `group − reference` with Newcombe's hybrid score interval (rates: with exact or Byar limits).
pub fn difference(kind: Kind, group: Count, reference: Count, confidence: f64) -> Result<Estimate, Refusal> {
    let confidence = Confidence::new(confidence)?;
    kind.check(group, 1)?;
    kind.check(reference, 2)?;
    Ok(difference_of(kind.estimate(group, confidence), kind.estimate(reference, confidence)))
}

/// The difference of two independent estimates, from their own limits at the same level.
///
/// Source: G. Y. Zou and A. Donner, *Statistics in Medicine* 27 (2008), p. 1693–1702, equation 4.
pub fn difference_of(own: Estimate, other: Estimate) -> Estimate {
    let value = own.value - other.value;
    Estimate {
        value,
        lower: value - (own.value - own.lower).hypot(other.upper - other.value),
        upper: value + (own.upper - own.value).hypot(other.value - other.lower),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::difference;
    use crate::compare::{Count, Kind};

    fn count(numerator: f64, denominator: f64) -> Count {
        Count { numerator, denominator }
    }

    /// Newcombe 1998, table II, method 10, in the four decimals printed there.
    #[test]
    fn newcombes_published_intervals_are_reproduced() {
        for (a, b, lower, upper) in [
            (count(56.0, 70.0), count(48.0, 80.0), 0.0524, 0.3339),
            (count(9.0, 10.0), count(3.0, 10.0), 0.1705, 0.8090),
            (count(6.0, 7.0), count(2.0, 7.0), 0.0582, 0.8062),
            (count(5.0, 56.0), count(0.0, 29.0), -0.0381, 0.1926),
            (count(0.0, 10.0), count(0.0, 20.0), -0.1611, 0.2775),
            (count(10.0, 10.0), count(0.0, 20.0), 0.6791, 1.0),
        ] {
            let gap = difference(Kind::Proportion, a, b, 0.95).unwrap();
            assert!((gap.lower - lower).abs() < 6e-5 && (gap.upper - upper).abs() < 6e-5, "{gap:?}");
        }
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_gap_and_turns_with_it(x1 in 0_u32..300, x2 in 0_u32..300, n1 in 300_u32..5000, n2 in 300_u32..5000) {
            let (a, b) = (count(x1.into(), n1.into()), count(x2.into(), n2.into()));
            for kind in [Kind::Proportion, Kind::Rate] {
                let (own, turned) = (difference(kind, a, b, 0.95).unwrap(), difference(kind, b, a, 0.95).unwrap());
                prop_assert!(own.holds(own.value));
                prop_assert!((own.lower + turned.upper).abs() < 1e-14 && (own.upper + turned.lower).abs() < 1e-14);
            }
        }
    }
}
