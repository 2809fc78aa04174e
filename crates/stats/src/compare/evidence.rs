//! How surely two proportions differ: the signed root of the likelihood ratio.

use super::Count;
use crate::numeric::normal_cdf;

/// The signed root of the likelihood ratio of two proportions, standard normal where they are the same, above nought where the
/// group's is higher. Unlike a difference over its standard error it keeps its level far out and with few events, which is where
/// many claims are looked at together. `None` where a side has nobody or the counts cannot be.
///
/// SOURCE: Barndorff-Nielsen and Cox, *Inference and Asymptotics* (1994), section 4.2.
pub fn evidence(group: Count, reference: Count) -> Option<f64> {
    let fits = |own: &Count| own.denominator > 0.0 && (0.0..=own.denominator).contains(&own.numerator);
    if !fits(&group) || !fits(&reference) {
        return None;
    }
    let together = Count {
        numerator: group.numerator + reference.numerator,
        denominator: group.denominator + reference.denominator,
    };
    let shared = together.numerator / together.denominator;
    let own = group.numerator / group.denominator;
    let ratio = deviance(group, shared) + deviance(reference, shared);
    Some((own - shared).signum() * ratio.max(0.0).sqrt())
}

/// Chance of evidence as strong in either direction where both are the same.
pub fn two_sided(evidence: f64) -> f64 {
    (2.0 * normal_cdf(-evidence.abs())).min(1.0)
}

/// Chance of evidence as far above nought where both are the same.
pub fn one_sided(evidence: f64) -> f64 {
    normal_cdf(-evidence)
}

/// Twice the log-likelihood that a proportion's own value has above another.
fn deviance(count: Count, share: f64) -> f64 {
    let part = |observed: f64, expected: f64| if observed > 0.0 { observed * (observed / expected).ln() } else { 0.0 };
    let Count { numerator, denominator } = count;
    2.0 * (part(numerator, denominator * share) + part(denominator - numerator, denominator * (1.0 - share)))
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;
    use rand_distr::{Binomial, Distribution};
    use rand_xoshiro::Xoshiro256PlusPlus;

    use super::{evidence, one_sided, two_sided};
    use crate::compare::Count;

    fn count(numerator: f64, denominator: f64) -> Count {
        Count { numerator, denominator }
    }

    #[test]
    fn it_is_the_g_statistic_with_a_sign() {
        // Sokal and Rohlf's G of [[30, 70], [50, 50]]: 2 Σ O ln(O / E).
        let expected = 2.0 * (30.0 * 0.75_f64.ln() + 70.0 * (70.0 / 60.0_f64).ln() + 50.0 * 1.25_f64.ln())
            + 2.0 * 50.0 * (50.0 / 60.0_f64).ln();
        let found = evidence(count(50.0, 100.0), count(30.0, 100.0)).unwrap();
        assert!((found * found - expected).abs() < 1e-9 && found > 0.0);
        assert_eq!(evidence(count(3.0, 10.0), count(30.0, 100.0)), Some(0.0));
        assert_eq!(evidence(count(3.0, 0.0), count(30.0, 100.0)), None);
        assert_eq!(evidence(count(3.0, 2.0), count(30.0, 100.0)), None);
        assert!((two_sided(1.959_963_984_540_054) - 0.05).abs() < 1e-12);
        assert!((one_sided(1.644_853_626_951_472_7) - 0.05).abs() < 1e-12);
    }

    /// Where nothing differs, one in a thousand is as sure as it says, also with few events on a small side; seeded.
    #[test]
    fn it_keeps_its_level_far_out() {
        let mut random = Xoshiro256PlusPlus::seed_from_u64(3);
        for (small, large, share) in [(400, 20_000, 0.05), (2_000, 200_000, 0.01)] {
            let draw = |n: u32, random: &mut Xoshiro256PlusPlus| {
                count(Binomial::new(n.into(), share).unwrap().sample(random) as f64, n.into())
            };
            let beyond = (0..60_000)
                .filter(|_| evidence(draw(small, &mut random), draw(large, &mut random)).map_or(1.0, two_sided) < 0.001)
                .count();
            assert!((30..=95).contains(&beyond), "{beyond} of 60,000");
        }
    }
}
