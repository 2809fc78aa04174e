//! Slope and relative index of inequality over ordered groups, by the method of England's public-health bodies.

mod checks;
mod input;
mod interval;
mod line;
mod scale;
mod simulation;

use crate::interval::Estimate;
use crate::method::{Family, Method, Options};
use crate::refusal::Refusal;
use crate::table::{Row, Table, Value};

pub use checks::{Linearity, Stability};
use interval::Variables;
use line::{Line, MOST_GROUPS};
use scale::{Point, Scale};

/// Fewest groups between which a line means something.
pub const FEWEST_GROUPS: usize = 5;

/// One group; groups are given in order from the worst-off (most deprived) to the best-off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Group {
    /// People in the group; also the denominator when the value is a proportion.
    pub population: f64,
    /// Mean, rate, or proportion as a fraction.
    pub value: f64,
    /// How sure the value is.
    pub error: Error,
}

/// How sure a group's value is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Error {
    /// Standard error in the unit of the value.
    Standard(f64),
    /// 95% limits, whatever confidence is asked of the index.
    Limits {
        /// Lower 95% limit.
        lower: f64,
        /// Upper 95% limit.
        upper: f64,
    },
}

/// What the groups' values are, which decides the scale on which their error is taken to be normal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum ValueType {
    /// A mean: error normal as it stands.
    #[default]
    Mean,
    /// A rate: error normal in the logarithm.
    Rate,
    /// A proportion from 0 to 1: error normal in the log-odds.
    Proportion,
}

/// The scale on which the gradient is a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Transform {
    /// The value itself.
    #[default]
    None,
    /// Its logarithm (rates).
    Log,
    /// Its log-odds (proportions).
    Logit,
}

/// Where the limits come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Limits {
    /// Exact where they exist, else by series expansion, else simulated.
    #[default]
    Best,
    /// Simulated, as the reference does.
    Simulated,
}

/// Options of the index.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct SiiOptions {
    /// What the values are.
    pub value_type: ValueType,
    /// Scale of the line.
    pub transform: Transform,
    /// Unit of the answer, for example 100 for percentage points; negative to turn the sign for adverse outcomes.
    pub multiplier: f64,
    /// Probability between the limits, for example 0.95.
    pub confidence: f64,
    /// Where the limits come from.
    pub limits: Limits,
    /// Repetitions of a simulation, at least 1,000.
    pub repetitions: usize,
    /// Seed of a simulation.
    pub seed: u64,
    /// Whether to repeat a simulation ten times to say how much its limits move.
    pub reliability: bool,
}

impl Default for SiiOptions {
    fn default() -> Self {
        Self {
            value_type: ValueType::Mean,
            transform: Transform::None,
            multiplier: 1.0,
            confidence: 0.95,
            limits: Limits::Best,
            repetitions: 100_000,
            seed: 1,
            reliability: false,
        }
    }
}

/// How the limits were found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Exactly: the slope is a weighted sum of normal variables.
    Exact,
    /// By series expansion of the exact distribution, with an error below that of 100,000 repetitions.
    Expansion,
    /// By simulation.
    Simulation,
}

impl Origin {
    /// One word for a table.
    pub fn word(self) -> &'static str {
        match self {
            Self::Exact => "exact",
            Self::Expansion => "expansion",
            Self::Simulation => "simulation",
        }
    }
}

/// The indices, and whether they may be trusted.
#[derive(Clone, Debug, PartialEq)]
pub struct Sii {
    /// Slope index: best-off end of the line minus worst-off end, times the multiplier.
    pub sii: Estimate,
    /// Relative index: best-off end over worst-off end (the inverse when the multiplier is negative). `None` when an end
    /// of the line, or its limit, is at or below zero: then no ratio exists.
    pub rii: Option<Estimate>,
    /// The line's worst-off end: as it stands without transform, times |multiplier| with one (as the reference has it).
    pub intercept: f64,
    /// How the limits were found.
    pub origin: Origin,
    /// Mean movement of the slope's lower and upper limit over ten simulations, in the unit of the answer, if asked for.
    pub reliability: Option<[f64; 2]>,
    /// Whether the gradient is a line.
    pub linearity: Linearity,
    /// Whether it hangs on one group.
    pub stability: Stability,
}

impl Sii {
    /// The reason for withholding or flagging the index, if there is one.
    pub fn caution(&self) -> Option<&str> {
        self.linearity.reason.as_deref().or(self.stability.reason.as_deref())
    }
}

/// Slope and relative index of inequality over 5 to 100 groups, in order from the worst-off to the best-off.
///
/// SOURCE: Public Health England, *Technical guide: slope index of inequality* (2015); conventions as published with the
/// R package `PHEindicatormethods` 2.1.0. See the method's documentation for formula, zero rule and checks.
pub fn slope_index(groups: &[Group], options: &SiiOptions) -> Result<Sii, Refusal> {
    check_options(options)?;
    if groups.len() < FEWEST_GROUPS {
        return Err(Refusal::TooFew { what: "groups in order", found: groups.len(), needed: FEWEST_GROUPS });
    }
    if groups.len() > MOST_GROUPS {
        return Err(Refusal::Undefined(format!("a slope index takes at most {MOST_GROUPS} groups; join some")));
    }
    let mut storage = [Point::default(); MOST_GROUPS];
    for (position, group) in groups.iter().enumerate() {
        storage[position] = Point::new(group, options, position + 1)?;
    }
    let points = &storage[..groups.len()];
    let line = Line::new(groups.iter().map(|group| group.population));
    Ok(index(points, &line, options))
}

fn check_options(options: &SiiOptions) -> Result<(), Refusal> {
    if !(options.multiplier.is_finite() && options.multiplier != 0.0) {
        return Err(Refusal::option("multiplier", "a finite number other than 0"));
    }
    if !(options.confidence > 0.0 && options.confidence < 1.0) {
        return Err(Refusal::option("confidence", "above 0 and below 1, for example 0.95"));
    }
    if options.repetitions < 1000 {
        return Err(Refusal::option("repetitions", "at least 1000"));
    }
    match (options.transform, options.value_type) {
        (Transform::Logit, ValueType::Mean | ValueType::Rate) => {
            Err(Refusal::option("transform", "none or log unless the values are proportions"))
        }
        _ => Ok(()),
    }
}

/// The slope's limits and the ratio's, before the multiplier.
struct Raw {
    slope: [f64; 2],
    ratio: Option<[f64; 2]>,
    origin: Origin,
}

fn index(points: &[Point], line: &Line, options: &SiiOptions) -> Sii {
    let scale = Scale::of_errors(options);
    let transformed = options.transform != Transform::None;
    let variables = Variables::new(points, scale, transformed);
    let mut values = [0.0; MOST_GROUPS];
    for (slot, point) in values.iter_mut().zip(points) {
        *slot = point.value;
    }
    let values = &values[..points.len()];
    let (slope, start) = (line.slope(values), line.start(values));
    let plan = simulation::Plan {
        scale,
        transformed,
        confidence: options.confidence,
        repetitions: options.repetitions,
        seed: options.seed,
    };
    let raw = match options.limits {
        Limits::Best => without_simulation(line, &variables, scale, options),
        Limits::Simulated => None,
    };
    let mut raw = raw.unwrap_or_else(|| {
        let drawn = simulation::limits(points, line, plan);
        Raw { slope: drawn.slope, ratio: drawn.ratio, origin: Origin::Simulation }
    });
    // The ratio is more skewed than the slope: it alone may need drawing.
    if raw.ratio.is_none() && !transformed && raw.origin != Origin::Simulation && start > 0.0 {
        raw.ratio = simulation::limits(points, line, plan).ratio;
    }
    let linearity = checks::linearity(points, line, &variables);
    let stability = checks::stability(points, line, raw.slope);
    let moved =
        (options.reliability && raw.origin == Origin::Simulation).then(|| simulation::reliability(points, line, plan));
    let ends = Ends { scale, transformed, middle: start + slope / 2.0, multiplier: options.multiplier };
    Sii {
        sii: ends.absolute(slope, raw.slope),
        rii: ends.relative(slope, &raw),
        intercept: if transformed { scale.back(start) * options.multiplier.abs() } else { start },
        origin: raw.origin,
        reliability: moved.map(|moved| moved.map(|distance| distance * options.multiplier.abs())),
        linearity,
        stability,
    }
}

fn without_simulation(line: &Line, variables: &Variables, scale: Scale, options: &SiiOptions) -> Option<Raw> {
    let [low, high] = interval::limits(options.confidence);
    let weights = line.slope_weights();
    let slope = [variables.quantile(low, weights)?, variables.quantile(high, weights)?];
    let transformed = options.transform != Transform::None;
    let ratio = if transformed {
        None
    } else {
        variables.ratio_quantile(low, line).zip(variables.ratio_quantile(high, line)).map(|(low, high)| [low, high])
    };
    let origin = if transformed || scale == Scale::Plain { Origin::Exact } else { Origin::Expansion };
    Some(Raw { slope, ratio, origin })
}

/// From the slope on the line's scale to the difference and the ratio of its ends, mid-point held fixed.
struct Ends {
    scale: Scale,
    transformed: bool,
    middle: f64,
    multiplier: f64,
}

impl Ends {
    fn at(&self, slope: f64) -> (f64, f64) {
        let (worst, best) = (self.middle - slope / 2.0, self.middle + slope / 2.0);
        if self.transformed { (self.scale.back(worst), self.scale.back(best)) } else { (worst, best) }
    }

    fn absolute(&self, slope: f64, limits: [f64; 2]) -> Estimate {
        let difference = |slope: f64| {
            let (worst, best) = self.at(slope);
            if self.transformed { (best - worst) * self.multiplier } else { slope * self.multiplier }
        };
        let (one, other) = (difference(limits[0]), difference(limits[1]));
        Estimate { value: difference(slope), lower: one.min(other), upper: one.max(other) }
    }

    fn relative(&self, slope: f64, raw: &Raw) -> Option<Estimate> {
        let ratio = |slope: f64| {
            let (worst, best) = self.at(slope);
            best / worst
        };
        let (worst, best) = self.at(slope);
        if worst <= 0.0 {
            return None;
        }
        let [lower, upper] = if self.transformed { [ratio(raw.slope[0]), ratio(raw.slope[1])] } else { raw.ratio? };
        if self.multiplier > 0.0 {
            return Some(Estimate { value: best / worst, lower, upper });
        }
        (best > 0.0 && lower > 0.0).then(|| Estimate { value: worst / best, lower: 1.0 / upper, upper: 1.0 / lower })
    }
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let (groups, options) = input::read(table, options)?;
    let answer = slope_index(&groups, &options)?;
    let rii = answer.rii;
    Ok(vec![vec![
        ("sii", answer.sii.value.into()),
        ("sii_lower", answer.sii.lower.into()),
        ("sii_upper", answer.sii.upper.into()),
        ("rii", Value::maybe(rii.map(|rii| rii.value))),
        ("rii_lower", Value::maybe(rii.map(|rii| rii.lower))),
        ("rii_upper", Value::maybe(rii.map(|rii| rii.upper))),
        ("intercept", answer.intercept.into()),
        ("limits", answer.origin.word().into()),
        ("lower_moves", Value::maybe(answer.reliability.map(|moved| moved[0]))),
        ("upper_moves", Value::maybe(answer.reliability.map(|moved| moved[1]))),
        ("linear", answer.linearity.linear.into()),
        ("linearity_p", answer.linearity.p_value.into()),
        ("lack_of_fit_p", answer.linearity.lack_of_fit.into()),
        ("explained", answer.linearity.explained.into()),
        ("stable", answer.stability.stable.into()),
        ("largest_change", Value::maybe(answer.stability.largest_change)),
        ("caution", answer.caution().map_or(Value::Missing, Value::from)),
    ]])
}

const DOC: &str = include_str!("sii/sii.md");

/// Slope and relative index of inequality.
pub const METHOD: Method = Method {
    id: "sii",
    title: "Slope and relative index of inequality over ordered groups",
    family: Family::Inequality,
    when_to_use: "For 5 or more groups in an order, such as deprivation tenths, when all of them should count and not only \
        the two ends. For groups without an order (ethnicity, region) use `bgv`, `theil` or `par`; when `linear` or \
        `stable` is false, show the groups instead.",
    doc: DOC,
    columns: input::COLUMNS,
    options: input::OPTIONS,
    example: "rank,population,numerator\n1,19013,4650\n2,29539,6800\n3,19453,4200\n4,21011,4290\n5,20114,3850\n",
    run,
};

#[cfg(test)]
mod tests;
