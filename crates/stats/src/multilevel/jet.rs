//! A number with its first and second derivatives by two variables, carried through sums, products and functions.
//!
//! SOURCE: Griewank and Walther, *Evaluating Derivatives*, 2nd edition (2008), chapter 13 (Taylor arithmetic).

use std::ops::{Add, Mul, Sub};

/// A number with its derivatives by the variables 0 and 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Jet {
    pub value: f64,
    /// By 0 and by 1.
    pub first: [f64; 2],
    /// By 0 twice, by 0 and 1, by 1 twice.
    pub second: [f64; 3],
}

impl Jet {
    /// The variable itself.
    pub fn variable(value: f64, which: usize) -> Self {
        let mut first = [0.0; 2];
        first[which] = 1.0;
        Self { value, first, second: [0.0; 3] }
    }

    /// A number that depends on neither variable.
    pub fn constant(value: f64) -> Self {
        Self { value, ..Self::default() }
    }

    /// A function of this number, from the function's value, slope and bend there.
    pub fn map(self, value: f64, slope: f64, bend: f64) -> Self {
        let [one, two] = self.first;
        Self {
            value,
            first: [slope * one, slope * two],
            second: [
                bend * one * one + slope * self.second[0],
                bend * one * two + slope * self.second[1],
                bend * two * two + slope * self.second[2],
            ],
        }
    }

    /// So many times this number.
    pub fn times(self, factor: f64) -> Self {
        Self {
            value: factor * self.value,
            first: self.first.map(|x| factor * x),
            second: self.second.map(|x| factor * x),
        }
    }

    /// Natural logarithm.
    pub fn ln(self) -> Self {
        let slope = self.value.recip();
        self.map(self.value.ln(), slope, -slope * slope)
    }

    /// Exponential.
    pub fn exp(self) -> Self {
        let own = self.value.exp();
        self.map(own, own, own)
    }
}

impl Add for Jet {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            value: self.value + other.value,
            first: std::array::from_fn(|index| self.first[index] + other.first[index]),
            second: std::array::from_fn(|index| self.second[index] + other.second[index]),
        }
    }
}

impl Sub for Jet {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self + other.times(-1.0)
    }
}

impl Mul for Jet {
    type Output = Self;

    fn mul(self, other: Self) -> Self {
        let ([a0, a1], [b0, b1]) = (self.first, other.first);
        let outer = |index: usize| self.value * other.second[index] + other.value * self.second[index];
        Self {
            value: self.value * other.value,
            first: [self.value * b0 + other.value * a0, self.value * b1 + other.value * a1],
            second: [2.0 * a0 * b0 + outer(0), a0 * b1 + a1 * b0 + outer(1), 2.0 * a1 * b1 + outer(2)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Jet;

    #[test]
    fn derivatives_are_those_of_the_formula() {
        // f = exp(xy) + ln(x) − y², at x = 2, y = 0.5.
        let (x, y) = (Jet::variable(2.0, 0), Jet::variable(0.5, 1));
        let found = (x * y).exp() + x.ln() - y * y;
        let e = 1.0_f64.exp();
        let expected = [e + 2.0_f64.ln() - 0.25, 0.5 * e + 0.5, 2.0 * e - 1.0, 0.25 * e - 0.25, e + e, 4.0 * e - 2.0];
        let all = [found.value, found.first[0], found.first[1], found.second[0], found.second[1], found.second[2]];
        for (own, expected) in all.into_iter().zip(expected) {
            assert!((own - expected).abs() < 1e-12, "{own} is not {expected}");
        }
    }
}
