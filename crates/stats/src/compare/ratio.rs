//! The ratio of two independent proportions (Koopman's score interval) or rates (score interval of the share of events).

use crate::compare::{Count, Kind};
use crate::interval::{Confidence, Estimate};
use crate::proportion;
use crate::refusal::Refusal;

/// `group ÷ reference` with its score interval; refused when the reference has no events.
pub fn ratio(kind: Kind, group: Count, reference: Count, confidence: f64) -> Result<Estimate, Refusal> {
    let confidence = Confidence::new(confidence)?;
    kind.check(group, 1)?;
    kind.check(reference, 2)?;
    ratio_at(kind, group, reference, confidence)
}

/// As [`ratio`], of counts that were checked.
pub(super) fn ratio_at(
    kind: Kind,
    group: Count,
    reference: Count,
    confidence: Confidence,
) -> Result<Estimate, Refusal> {
    if reference.numerator <= 0.0 {
        return Err(Refusal::Undefined("the reference has no events: use the difference, not the ratio".to_owned()));
    }
    Ok(match kind {
        Kind::Proportion => of_proportions(group, reference, confidence.z()),
        Kind::Rate => of_rates(group, reference, confidence),
    })
}

/// Score interval of two Poisson rates: given all events, the group's are binomial (Graham and others 2003).
fn of_rates(group: Count, reference: Count, confidence: Confidence) -> Estimate {
    let events = group.numerator + reference.numerator;
    let share = proportion::limits(group.numerator, events, confidence);
    let exposure = reference.denominator / group.denominator;
    let odds = |share: f64| exposure * share / (1.0 - share);
    Estimate {
        value: group.numerator / reference.numerator * exposure,
        lower: odds(share.lower),
        upper: odds(share.upper),
    }
}

fn of_proportions(group: Count, reference: Count, z: f64) -> Estimate {
    let value = group.numerator / group.denominator / (reference.numerator / reference.denominator);
    let lower = if group.numerator > 0.0 { solve(group, reference, value, z) } else { 0.0 };
    let upper = solve(group, reference, value, -z);
    Estimate { value, lower: lower.min(value), upper: upper.max(value) }
}

/// Score statistic of the hypothesis that the ratio is `theta`, with proportions fitted under it.
///
/// Falls from +∞ to −∞ as `theta` grows. Source: O. Miettinen and M. Nurminen, *Statistics in Medicine* 4 (1985),
/// p. 213–226 (fitted proportions), without their factor N/(N−1); this is Koopman's 1984 statistic.
fn score(group: Count, reference: Count, theta: f64) -> f64 {
    let (x1, n1, x2, n2) = (group.numerator, group.denominator, reference.numerator, reference.denominator);
    let gap = x1 / n1 - theta * (x2 / n2);
    if gap.abs() < f64::MIN_POSITIVE {
        return 0.0;
    }
    let a = (n1 + n2) * theta;
    let b = n1 * theta + x1 + n2 + x2 * theta;
    let c = x1 + x2;
    // The smaller root, written so that nothing cancels.
    let fitted2 = 2.0 * c / (b + (b * b - 4.0 * a * c).max(0.0).sqrt());
    let fitted1 = (theta * fitted2).min(1.0);
    let variance = fitted1 * (1.0 - fitted1) / n1 + theta * theta * fitted2 * (1.0 - fitted2).max(0.0) / n2;
    gap / variance.sqrt()
}

/// The ratio at which the score statistic equals `target`: a bracket by doubling, then bisection on the log scale.
fn solve(group: Count, reference: Count, start: f64, target: f64) -> f64 {
    let start = if start > 0.0 { start.ln() } else { -30.0 };
    let above = |log: f64| score(group, reference, log.exp()) > target;
    let direction = if target > 0.0 { -1.0 } else { 1.0 };
    let (mut near, mut far, mut step) = (start, start + 0.5 * direction, 0.5);
    // The statistic is above the target on the low side only.
    while above(far) == (direction > 0.0) && step < 600.0 {
        near = far;
        step *= 2.0;
        far += step * direction;
    }
    let (mut low, mut high) = if direction > 0.0 { (near, far) } else { (far, near) };
    for _ in 0..80 {
        let middle = f64::midpoint(low, high);
        if middle <= low || middle >= high {
            break;
        }
        if above(middle) { low = middle } else { high = middle }
    }
    f64::midpoint(low, high).exp()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::ratio;
    use crate::compare::{Count, Kind};

    fn count(numerator: f64, denominator: f64) -> Count {
        Count { numerator, denominator }
    }

    /// Koopman 1984, the worked example: 36 of 40 against 16 of 80.
    #[test]
    fn koopmans_published_interval_is_reproduced() {
        let own = ratio(Kind::Proportion, count(36.0, 40.0), count(16.0, 80.0), 0.95).unwrap();
        assert!((own.value - 4.5).abs() < 1e-12);
        assert!((own.lower - 2.94).abs() < 5e-3 && (own.upper - 7.15).abs() < 5e-3, "{own:?}");
    }

    #[test]
    fn a_reference_without_events_is_refused_and_a_group_without_has_a_limit() {
        for kind in [Kind::Proportion, Kind::Rate] {
            assert!(ratio(kind, count(3.0, 10.0), count(0.0, 10.0), 0.95).is_err());
            let none = ratio(kind, count(0.0, 40.0), count(9.0, 80.0), 0.95).unwrap();
            assert!(none.lower.abs() < 1e-300 && none.upper > 0.0 && none.upper < 3.0, "{none:?}");
        }
        let all = ratio(Kind::Proportion, count(40.0, 40.0), count(80.0, 80.0), 0.95).unwrap();
        assert!(all.holds(1.0) && all.lower > 0.85 && all.upper < 1.06, "{all:?}");
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_ratio_and_turns_with_it(x1 in 1_u32..300, x2 in 1_u32..300, n1 in 300_u32..5000, n2 in 300_u32..5000) {
            let (a, b) = (count(x1.into(), n1.into()), count(x2.into(), n2.into()));
            for kind in [Kind::Proportion, Kind::Rate] {
                let (own, turned) = (ratio(kind, a, b, 0.95).unwrap(), ratio(kind, b, a, 0.95).unwrap());
                prop_assert!(own.holds(own.value));
                prop_assert!((own.lower * turned.upper - 1.0).abs() < 1e-9 && (own.upper * turned.lower - 1.0).abs() < 1e-9);
            }
        }
    }
}
