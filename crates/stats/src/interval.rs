//! An estimate with its interval, and the level of confidence that the interval is made at.

use crate::method::{OptionSpec, Options};
use crate::numeric::normal_quantile;
use crate::refusal::Refusal;

/// A value with lower and upper confidence limit, in the value's own unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// The point estimate.
    pub value: f64,
    /// Lower confidence limit.
    pub lower: f64,
    /// Upper confidence limit.
    pub upper: f64,
}

impl Estimate {
    /// The same estimate in another unit; a negative factor swaps the limits.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        let (first, second) = (self.lower * factor, self.upper * factor);
        Self { value: self.value * factor, lower: first.min(second), upper: first.max(second) }
    }

    /// Whether the interval holds a number.
    pub fn holds(&self, number: f64) -> bool {
        self.lower <= number && number <= self.upper
    }
}

/// A level of confidence with its two-sided standard normal quantile.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Confidence {
    level: f64,
    z: f64,
}

impl Confidence {
    /// From a share in [0.5, 1) or a percentage in [50, 100); both spellings are common in public health.
    pub fn new(level: f64) -> Result<Self, Refusal> {
        let share = if level >= 50.0 { level / 100.0 } else { level };
        if !(0.5..1.0).contains(&share) {
            return Err(Refusal::option(
                "confidence",
                "at least 0.5 and below 1, or at least 50 and below 100 per cent",
            ));
        }
        Ok(Self { level: share, z: normal_quantile(1.0 - (1.0 - share) / 2.0) })
    }

    /// From the option `confidence`, 0.95 when it is not given.
    pub fn from_options(options: &Options) -> Result<Self, Refusal> {
        Self::new(options.number("confidence", 0.95)?)
    }

    /// The level as a share.
    pub fn level(self) -> f64 {
        self.level
    }

    /// Standard normal quantile: 1.96 at 95 %.
    pub fn z(self) -> f64 {
        self.z
    }

    /// The chance left on each side: 0.025 at 95 %.
    pub fn tail(self) -> f64 {
        (1.0 - self.level) / 2.0
    }
}

/// The option every method with an interval takes.
pub const CONFIDENCE: OptionSpec = OptionSpec {
    name: "confidence",
    default: "0.95",
    doc: "Level of the interval, as a share (0.95) or per cent (95).",
};

/// Which direction of an indicator is the good one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Better {
    /// Lower is better, as for missed appointments.
    Lower,
    /// Higher is better, as for vaccination coverage.
    Higher,
}

impl Better {
    /// From the option `better`, `lower` when it is not given.
    pub fn from_options(options: &Options) -> Result<Self, Refusal> {
        match options.text("better") {
            None | Some("lower") => Ok(Self::Lower),
            Some("higher") => Ok(Self::Higher),
            Some(_) => Err(Refusal::option("better", "lower or higher")),
        }
    }

    /// 1 when lower is better and −1 when higher is: multiplies a difference into a shortfall.
    pub fn sign(self) -> f64 {
        match self {
            Self::Lower => 1.0,
            Self::Higher => -1.0,
        }
    }
}

/// The option of methods that must know which direction is good.
pub const BETTER: OptionSpec = OptionSpec {
    name: "better",
    default: "lower",
    doc: "The good direction: `lower` (missed appointments) or `higher` (coverage).",
};

#[cfg(test)]
mod tests {
    use super::{Confidence, Estimate};

    #[test]
    fn shares_and_per_cent_say_the_same_and_the_rest_is_refused() {
        assert_eq!(Confidence::new(95.0), Confidence::new(0.95));
        assert!((Confidence::new(0.95).unwrap().z() - 1.959_963_984_540_054).abs() < 1e-14);
        assert!((Confidence::new(0.998).unwrap().z() - 3.090_232_306_167_813).abs() < 1e-13);
        for level in [0.0, 0.3, 1.0, 1.5, 100.0, -0.95, f64::NAN, f64::INFINITY] {
            assert!(Confidence::new(level).is_err(), "{level}");
        }
    }

    #[test]
    fn a_negative_factor_swaps_the_limits() {
        let estimate = Estimate { value: 2.0, lower: 1.0, upper: 4.0 };
        assert_eq!(estimate.scaled(-1.0), Estimate { value: -2.0, lower: -4.0, upper: -1.0 });
    }
}
