//! Seeded streams of chance: one for each piece of work, so that results do not depend on who works on it, or in what order.

use rand::{Rng, SeedableRng};
use rand_xoshiro::Xoshiro256PlusPlus;

/// What a stream is for; two purposes never share a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Purpose {
    /// People and their households, by chunk.
    People = 1,
    /// Outpatient activity, by chunk.
    Outpatients,
    /// What systems record about people, by chunk.
    Records,
    /// Emergency care, by chunk.
    Emergency,
    /// Spells in hospital, by chunk.
    Inpatients,
    /// The waiting list, by chunk.
    Waiting,
    /// Pregnancies, by chunk.
    Maternity,
    /// Talking therapies, by chunk.
    Therapies,
    /// Staff, by chunk.
    Staff,
    /// Answers and comments, by chunk.
    Feedback,
    /// Calls by volunteers, by chunk.
    Calls,
    /// Shocks that months and clinics share, for the whole trust.
    Months,
    /// Contacts of community services, by chunk.
    Community,
    /// Births, by chunk.
    Births,
    /// Appointments of talking therapies, by chunk.
    Sessions,
    /// People shortlisted for posts, by chunk.
    Recruitment,
}

/// A stream of chance.
#[derive(Clone, Debug)]
pub struct Stream(Xoshiro256PlusPlus);

impl Stream {
    /// The stream of one purpose and one piece of work under a seed.
    pub fn new(seed: u64, purpose: Purpose, piece: u64) -> Self {
        let mixed = scramble(scramble(scramble(seed) ^ purpose as u64) ^ piece);
        Self(Xoshiro256PlusPlus::seed_from_u64(mixed))
    }

    /// 64 random bits.
    pub fn bits(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number in [0, 1).
    #[inline]
    pub fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// True with this probability.
    #[inline]
    pub fn chance(&mut self, probability: f64) -> bool {
        self.unit() < probability
    }

    /// A whole number below `limit`, which must not be 0; the bias (below 2⁻³²) is of no account here.
    #[inline]
    pub fn below(&mut self, limit: u32) -> u32 {
        (((self.bits() >> 32) * u64::from(limit)) >> 32) as u32
    }

    /// One of a list, which must not be empty.
    pub fn pick<'a, T>(&mut self, list: &'a [T]) -> &'a T {
        &list[self.below(u32::try_from(list.len()).unwrap_or(u32::MAX)) as usize]
    }

    /// A standard normal number (Marsaglia's polar method, 1964).
    #[inline]
    pub fn normal(&mut self) -> f64 {
        loop {
            let (x, y) = (2.0 * self.unit() - 1.0, 2.0 * self.unit() - 1.0);
            let square = x * x + y * y;
            if square < 1.0 && square > 0.0 {
                return x * (-2.0 * square.ln() / square).sqrt();
            }
        }
    }

    /// An exponential number of mean 1.
    pub fn exponential(&mut self) -> f64 {
        -(1.0 - self.unit()).ln()
    }

    /// A Poisson count; by multiplication (Knuth) for small means, by the rounded normal above 30.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to be whole and small")]
    pub fn poisson(&mut self, mean: f64) -> u32 {
        if mean > 30.0 {
            return (mean + mean.sqrt() * self.normal()).round().clamp(0.0, 1e6) as u32;
        }
        let limit = (-mean).exp();
        let (mut count, mut product) = (0, self.unit());
        while product > limit {
            count += 1;
            product *= self.unit();
        }
        count
    }
}

/// Spreads the bits of a number (`SplitMix64`, Steele, Lea and Flood, 2014).
pub fn scramble(number: u64) -> u64 {
    let mut mixed = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^ (mixed >> 31)
}

/// A choice among weighted options in constant time (Walker's alias method, 1977).
#[derive(Clone, Debug)]
pub struct Weighted {
    keep: Vec<f64>,
    other: Vec<u32>,
}

impl Weighted {
    /// Options weighted in proportion to these numbers, of which at least one must be above 0.
    #[expect(clippy::cast_possible_truncation, reason = "there are few options")]
    pub fn new(weights: &[f64]) -> Self {
        let total: f64 = weights.iter().sum();
        let mut keep: Vec<f64> = weights.iter().map(|weight| weight * weights.len() as f64 / total).collect();
        let mut other: Vec<u32> = (0..weights.len() as u32).collect();
        let (mut small, mut large): (Vec<usize>, Vec<usize>) = (0..weights.len()).partition(|&index| keep[index] < 1.0);
        while let (Some(&low), Some(&high)) = (small.last(), large.last()) {
            small.pop();
            other[low] = high as u32;
            keep[high] -= 1.0 - keep[low];
            if keep[high] < 1.0 {
                large.pop();
                small.push(high);
            }
        }
        for index in small.into_iter().chain(large) {
            keep[index] = 1.0;
        }
        Self { keep, other }
    }

    /// One option's position.
    #[inline]
    pub fn draw(&self, stream: &mut Stream) -> usize {
        let place = stream.below(u32::try_from(self.keep.len()).unwrap_or(u32::MAX)) as usize;
        if stream.unit() < self.keep[place] { place } else { self.other[place] as usize }
    }
}

#[cfg(test)]
mod tests {
    use super::{Purpose, Stream, Weighted};

    #[test]
    fn streams_repeat_and_differ() {
        let draw = |seed, purpose, piece| Stream::new(seed, purpose, piece).bits();
        assert_eq!(draw(1, Purpose::People, 2), draw(1, Purpose::People, 2));
        let all = [
            draw(1, Purpose::People, 2),
            draw(2, Purpose::People, 2),
            draw(1, Purpose::Records, 2),
            draw(1, Purpose::People, 3),
        ];
        let distinct: std::collections::BTreeSet<u64> = all.into_iter().collect();
        assert_eq!(distinct.len(), 4);
    }

    #[test]
    fn chance_keeps_its_promises() {
        let mut stream = Stream::new(7, Purpose::People, 0);
        let draws = 200_000;
        let weighted = Weighted::new(&[1.0, 0.0, 3.0, 6.0]);
        let mut seen = [0_u32; 4];
        let (mut normal, mut square, mut count) = (0.0, 0.0, 0.0);
        for _ in 0..draws {
            seen[weighted.draw(&mut stream)] += 1;
            let number = stream.normal();
            normal += number;
            square += number * number;
            count += f64::from(stream.poisson(2.5));
        }
        let share = |index: usize| f64::from(seen[index]) / f64::from(draws);
        assert_eq!(seen[1], 0);
        for (index, expected) in [(0, 0.1), (2, 0.3), (3, 0.6)] {
            assert!((share(index) - expected).abs() < 0.01, "{index}: {}", share(index));
        }
        let mean = |sum: f64| sum / f64::from(draws);
        assert!(mean(normal).abs() < 0.01 && (mean(square) - 1.0).abs() < 0.02 && (mean(count) - 2.5).abs() < 0.02);
    }
}
