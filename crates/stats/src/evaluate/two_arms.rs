//! Two arms drawn by lot, people with several events each: the difference and the ratio of shares, and whether the first arm is
//! harmed, over any number of groups.
//!
//! A person's appointments are alike, so that counts are divided by how much wider they scatter than single draws (the design
//! effect, at least 1); intervals and test are those of the counts that are left.
//!
//! SOURCE: J. N. K. Rao and A. J. Scott, "A simple method for the analysis of clustered binary data", *Biometrics* 48 (1992),
//! p. 577–585; intervals as in [`crate::compare`]; several groups: S. Holm, *Scandinavian Journal of Statistics* 6 (1979), p. 65–70.

use crate::compare::{Count, Kind, difference, ratio};
use crate::interval::Estimate;
use crate::numeric::normal_cdf;
use crate::refusal::Refusal;

/// One person's appointments.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Person {
    /// Appointments with the event.
    pub events: f64,
    /// Appointments.
    pub size: f64,
}

/// The first arm against the second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TwoArms {
    /// Share with the event in the first arm and in the second.
    pub shares: [f64; 2],
    /// First less second.
    pub difference: Estimate,
    /// First over second; `None` where the second has no events.
    pub ratio: Option<Estimate>,
    /// How much wider each arm's counts scatter than single draws.
    pub design_effects: [f64; 2],
    /// Chance of so much more in the first arm, or more yet, if there were no difference (one-sided).
    pub more: f64,
}

/// Compares the arms. Refused: an arm without people, events beyond the appointments.
pub fn two_arms(first: &[Person], second: &[Person], confidence: f64) -> Result<TwoArms, Refusal> {
    let arms = [arm(first)?, arm(second)?];
    let counts = arms.map(|own| own.effective);
    let shares = arms.map(|own| own.share);
    let sizes = counts.map(|own| own.denominator);
    let pooled = (counts[0].numerator + counts[1].numerator) / (sizes[0] + sizes[1]);
    let error = (pooled * (1.0 - pooled) * (1.0 / sizes[0] + 1.0 / sizes[1])).sqrt();
    Ok(TwoArms {
        shares,
        difference: difference(Kind::Proportion, counts[0], counts[1], confidence)?,
        ratio: ratio(Kind::Proportion, counts[0], counts[1], confidence).ok(),
        design_effects: arms.map(|own| own.design_effect),
        more: if error > 0.0 { 1.0 - normal_cdf((shares[0] - shares[1]) / error) } else { 1.0 },
    })
}

#[derive(Clone, Copy)]
struct Arm {
    share: f64,
    design_effect: f64,
    effective: Count,
}

fn arm(people: &[Person]) -> Result<Arm, Refusal> {
    if let Some(row) = people.iter().position(|own| !(own.events >= 0.0 && own.events <= own.size && own.size > 0.0)) {
        return Err(Refusal::NumeratorAboveDenominator { row: row + 1 });
    }
    let (events, size) = people.iter().fold((0.0, 0.0), |sum, own| (sum.0 + own.events, sum.1 + own.size));
    if people.len() < 2 {
        return Err(Refusal::TooFew { what: "people in an arm", found: people.len(), needed: 2 });
    }
    let share = events / size;
    let count = people.len() as f64;
    let residuals: f64 = people.iter().map(|own| (own.events - share * own.size).powi(2)).sum();
    let variance = count / (count - 1.0) * residuals / (size * size);
    let single = share * (1.0 - share) / size;
    let design_effect = if single > 0.0 { (variance / single).max(1.0) } else { 1.0 };
    let effective = Count { numerator: events / design_effect, denominator: size / design_effect };
    Ok(Arm { share, design_effect, effective })
}

/// Holm's adjusted chances, in the order given: judged against one level, they hold the chance of any false alarm at it, whatever
/// the tests have in common.
pub fn holm(chances: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..chances.len()).collect();
    order.sort_by(|a, b| chances[*a].total_cmp(&chances[*b]));
    let mut adjusted = vec![1.0; chances.len()];
    let mut most: f64 = 0.0;
    for (rank, place) in order.iter().enumerate() {
        most = most.max(((chances.len() - rank) as f64 * chances[*place]).min(1.0));
        adjusted[*place] = most;
    }
    adjusted
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rand::{RngExt, SeedableRng};
    use rand_xoshiro::Xoshiro256PlusPlus;

    use super::{Person, holm, two_arms};
    use crate::compare::{Count, Kind, difference};

    fn single(events: usize, size: usize) -> Vec<Person> {
        (0..size).map(|place| Person { events: f64::from(u8::from(place < events)), size: 1.0 }).collect()
    }

    /// With one appointment each the design effect is n/(n−1), and the interval nearly Newcombe's.
    #[test]
    fn single_appointments_are_newcombes() {
        let own = two_arms(&single(56, 700), &single(48, 800), 0.95).unwrap();
        let count = |numerator, denominator| Count { numerator, denominator };
        let plain = difference(Kind::Proportion, count(56.0, 700.0), count(48.0, 800.0), 0.95).unwrap();
        assert!((own.difference.lower - plain.lower).abs() < 1e-4 && (own.difference.upper - plain.upper).abs() < 1e-4);
        assert!((own.shares[0] - 0.08).abs() < 1e-12 && own.design_effects[0] < 1.01);
    }

    /// By hand: people who always or never miss count as people, however many appointments they have.
    #[test]
    fn appointments_that_are_all_alike_count_once() {
        let people: Vec<Person> =
            (0..40).map(|own| Person { events: if own < 8 { 5.0 } else { 0.0 }, size: 5.0 }).collect();
        let own = two_arms(&people, &single(10, 40), 0.95).unwrap();
        assert!((own.design_effects[0] - 5.0 * 40.0 / 39.0).abs() < 1e-9);
    }

    /// People differ, and have one to six appointments: false alarms stay near the level.
    #[test]
    fn false_alarms_stay_at_the_level() {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(4);
        let mut alarms = 0;
        for _ in 0..2000 {
            let mut arm = || -> Vec<Person> {
                (0..150)
                    .map(|_| {
                        let risk = if random.random::<f64>() < 0.3 { 0.4 } else { 0.05 };
                        let size = random.random_range(1..7);
                        let events = (0..size).filter(|_| random.random::<f64>() < risk).count();
                        Person { events: events as f64, size: f64::from(size) }
                    })
                    .collect()
            };
            alarms += usize::from(two_arms(&arm(), &arm(), 0.95).unwrap().more < 0.05);
        }
        assert!((70..140).contains(&alarms), "{alarms} of 2000");
    }

    #[test]
    fn holms_steps_are_those_of_his_paper() {
        let adjusted = holm(&[0.01, 0.04, 0.03, 0.005]);
        for (own, expected) in adjusted.iter().zip([0.03, 0.06, 0.06, 0.02]) {
            assert!((own - expected).abs() < 1e-12, "{adjusted:?}");
        }
        assert!(holm(&[]).is_empty());
    }

    #[test]
    fn arms_without_people_are_refused() {
        assert!(two_arms(&[], &single(1, 9), 0.95).is_err());
        assert!(two_arms(&[Person { events: 2.0, size: 1.0 }; 3], &single(1, 9), 0.95).is_err());
    }

    proptest! {
        #[test]
        fn the_arms_can_be_turned_round(a in 1_usize..60, b in 1_usize..60) {
            let (one, other) = (single(a, 80), single(b, 90));
            let (own, turned) = (two_arms(&one, &other, 0.95).unwrap(), two_arms(&other, &one, 0.95).unwrap());
            prop_assert!((own.difference.lower + turned.difference.upper).abs() < 1e-12);
            prop_assert!((own.more + turned.more - 1.0).abs() < 1e-9);
        }
    }
}
