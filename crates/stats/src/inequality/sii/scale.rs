//! Each group's value, its standard error and its sampling distribution on the scale of the line.

use super::{Error, Group, SiiOptions, Transform, ValueType};
use crate::refusal::Refusal;

/// z of the 95% limits that groups are given with, whatever the confidence of the answer.
const Z_95: f64 = 1.959_963_984_540_054;
/// Upper 95% limit of a Poisson mean when no event was seen: −ln(0.025).
const UPPER_OF_NO_EVENT: f64 = 3.688_879_454_113_936;

/// Half of the nodes and weights of 16-point Gauss–Hermite quadrature for the standard normal; the rest are mirrored.
const NODES: [(f64, f64); 8] = [
    (0.386_760_604_500_557_3, 0.286_568_521_238_012_13),
    (1.163_829_100_554_964_8, 0.158_338_372_750_949_6),
    (1.951_980_345_716_333_4, 0.047_284_752_354_014_026),
    (2.760_245_047_630_701_4, 0.007_266_937_601_184_733),
    (3.600_873_624_171_548, 0.000_525_984_926_573_909_2),
    (4.492_955_302_520_011, 1.530_003_216_248_727_2e-5),
    (5.472_225_705_949_343, 1.309_473_216_286_822_7e-7),
    (6.630_878_198_393_129, 1.497_814_723_161_839_7e-10),
];

/// The scale on which a group's estimate is taken to be normally distributed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scale {
    /// The value itself.
    Plain,
    /// Its logarithm.
    Log,
    /// Its log-odds.
    Logit,
}

impl Scale {
    /// The scale of sampling error: that of the transform, else the one that suits the kind of value.
    pub fn of_errors(options: &SiiOptions) -> Self {
        match (options.transform, options.value_type) {
            (Transform::Log, _) | (Transform::None, ValueType::Rate) => Self::Log,
            (Transform::Logit, _) | (Transform::None, ValueType::Proportion) => Self::Logit,
            (Transform::None, ValueType::Mean) => Self::Plain,
        }
    }

    /// From the plain scale to this one.
    pub fn forth(self, value: f64) -> f64 {
        match self {
            Self::Plain => value,
            Self::Log => value.ln(),
            Self::Logit => value.ln() - (-value).ln_1p(),
        }
    }

    /// From this scale back to the plain one.
    pub fn back(self, value: f64) -> f64 {
        match self {
            Self::Plain => value,
            Self::Log => value.exp(),
            Self::Logit => 1.0 / (1.0 + (-value).exp()),
        }
    }
}

/// Cumulants of order 2 to 6 of a group's estimate on the scale of the line, and its mean.
#[derive(Clone, Copy, Debug, Default)]
pub struct Cumulants {
    /// Expected value.
    pub mean: f64,
    /// Orders 2, 3, 4, 5 and 6.
    pub higher: [f64; 5],
}

/// One group, made ready for the line.
#[derive(Clone, Copy, Debug, Default)]
pub struct Point {
    /// Value on the scale of the line.
    pub value: f64,
    /// Centre of the sampling distribution on the scale of sampling error.
    pub centre: f64,
    /// Standard error on the scale of sampling error.
    pub error: f64,
}

impl Point {
    /// A group on the scales that the options ask for; `row` counts from 1 and is named in a refusal.
    pub fn new(group: &Group, options: &SiiOptions, row: usize) -> Result<Self, Refusal> {
        let scale = Scale::of_errors(options);
        check(group, scale, row)?;
        let (centre, error) = match scale {
            Scale::Plain => (group.value, plain_error(group)),
            Scale::Log => log_error(group),
            Scale::Logit => logit_error(group),
        };
        if !(error.is_finite() && error > 0.0) {
            return Err(Refusal::OutOfRange {
                column: "se".to_owned(),
                row,
                must: "must be above 0 (a standard error, or limits around the value)",
            });
        }
        let value = if options.transform == Transform::None { group.value } else { centre };
        Ok(Self { value, centre, error })
    }

    /// Mean and cumulants of the estimate on the scale of the line, where the sampling error is on `scale`.
    pub fn cumulants(&self, scale: Scale, transformed: bool) -> Cumulants {
        if transformed || scale == Scale::Plain {
            return Cumulants { mean: self.centre, higher: [self.error * self.error, 0.0, 0.0, 0.0, 0.0] };
        }
        let middle = scale.back(self.centre);
        let departure = |node: f64| {
            let growth = (self.error * node).exp_m1();
            match scale {
                Scale::Logit => middle * (1.0 - middle) * growth / (1.0 + middle * growth),
                Scale::Log | Scale::Plain => middle * growth,
            }
        };
        let mut departures = [0.0; 16];
        for (position, (node, _)) in NODES.iter().enumerate() {
            departures[2 * position] = departure(*node);
            departures[2 * position + 1] = departure(-*node);
        }
        let weight = |position: usize| NODES[position / 2].1;
        let shift: f64 = departures.iter().enumerate().map(|(position, value)| weight(position) * value).sum();
        let mut moments = [0.0; 5];
        for (position, value) in departures.iter().enumerate() {
            let centred = value - shift;
            let mut power = weight(position) * centred;
            for moment in &mut moments {
                power *= centred;
                *moment += power;
            }
        }
        let [second, third, fourth, fifth, sixth] = moments;
        let higher = [
            second,
            third,
            fourth - 3.0 * second * second,
            fifth - 10.0 * third * second,
            sixth - 15.0 * fourth * second - 10.0 * third * third + 30.0 * second.powi(3),
        ];
        Cumulants { mean: middle + shift, higher }
    }
}

fn check(group: &Group, scale: Scale, row: usize) -> Result<(), Refusal> {
    let refuse = |column: &str, must| Err(Refusal::OutOfRange { column: column.to_owned(), row, must });
    if !(group.population.is_finite() && group.population > 0.0) {
        return refuse("population", "must be a number above 0");
    }
    let fits = match scale {
        Scale::Plain => group.value.is_finite(),
        Scale::Log => group.value.is_finite() && group.value >= 0.0,
        Scale::Logit => (0.0..=1.0).contains(&group.value),
    };
    if !fits {
        let must = match scale {
            Scale::Plain => "must be a finite number",
            Scale::Log => "must be 0 or more",
            Scale::Logit => "must lie between 0 and 1: give proportions as fractions",
        };
        return refuse("value", must);
    }
    if let Error::Limits { lower, upper } = group.error {
        let inside = lower.is_finite() && upper.is_finite() && lower <= group.value && group.value <= upper;
        if !inside {
            return refuse("lower", "the limits must be finite and enclose the value");
        }
    }
    Ok(())
}

fn plain_error(group: &Group) -> f64 {
    match group.error {
        Error::Standard(error) => error,
        Error::Limits { lower, upper } => (upper - lower) / (2.0 * Z_95),
    }
}

/// Width of the limits over 2z on a scale; where one limit lies at infinity there, twice the other side.
fn from_limits(scale: Scale, value: f64, lower: f64, upper: f64) -> f64 {
    let (value, lower, upper) = (scale.forth(value), scale.forth(lower), scale.forth(upper));
    match (lower.is_finite(), upper.is_finite()) {
        (true, true) => (upper - lower) / (2.0 * Z_95),
        (false, true) => (upper - value) / Z_95,
        (true, false) => (value - lower) / Z_95,
        (false, false) => f64::NAN,
    }
}

/// On the log scale a zero stands for half an event, whose size the upper limit tells.
fn log_error(group: &Group) -> (f64, f64) {
    match group.error {
        Error::Limits { upper, .. } if group.value == 0.0 => {
            ((0.5 * upper / UPPER_OF_NO_EVENT).ln(), std::f64::consts::SQRT_2)
        }
        Error::Limits { lower, upper } => (group.value.ln(), from_limits(Scale::Log, group.value, lower, upper)),
        Error::Standard(error) => (group.value.ln(), error / group.value),
    }
}

/// On the log-odds scale 0 and 1 stand for half an event more and half a non-event more (Haldane and Anscombe, 1956).
fn logit_error(group: &Group) -> (f64, f64) {
    let value = group.value;
    if value <= 0.0 || value >= 1.0 {
        let rest = group.population + 0.5;
        let centre = (0.5 / rest).ln();
        return (if value <= 0.0 { centre } else { -centre }, (2.0 + 1.0 / rest).sqrt());
    }
    let centre = Scale::Logit.forth(value);
    match group.error {
        Error::Limits { lower, upper } => (centre, from_limits(Scale::Logit, value, lower, upper)),
        Error::Standard(error) => (centre, error / (value * (1.0 - value))),
    }
}
