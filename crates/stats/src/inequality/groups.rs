//! The groups that every measure of inequality reads: values with standard errors, populations, order and reference.

use crate::interval::{Better, Confidence};
use crate::refusal::Refusal;

/// Most groups without a value that may be left out, as a share of all.
const MOST_LEFT_OUT: f64 = 0.15;
/// Fewest groups for measures that summarise all of them.
pub const FEWEST_GROUPS: usize = 3;

/// One group as given.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Group {
    /// The group's estimate; a group without one is left out, up to 15% of the groups.
    pub value: Option<f64>,
    /// Its standard error, in the unit of the value.
    pub se: Option<f64>,
    /// People in the group.
    pub population: Option<f64>,
    /// Place in the order, 1 = most disadvantaged.
    pub rank: Option<f64>,
    /// Whether the others are compared with this group.
    pub reference: bool,
}

/// What is known of the whole.
#[derive(Clone, Debug, PartialEq)]
pub struct Setting {
    /// Which direction is good.
    pub better: Better,
    /// The whole's average, where it is known otherwise than from the groups.
    pub average: Option<f64>,
    /// Size of the unit: 1 for fractions, 100 for percentages, 1,000 or 100,000 for rates per so many. `None`: the
    /// smallest of 1, 100, 1,000, … that no value exceeds.
    pub scale: Option<f64>,
    /// Name of the dimension, for refusals.
    pub dimension: String,
}

impl Default for Setting {
    fn default() -> Self {
        Self { better: Better::Lower, average: None, scale: None, dimension: "this dimension".to_owned() }
    }
}

/// Groups that have been checked.
#[derive(Clone, Debug)]
pub struct Groups {
    values: Vec<f64>,
    errors: Vec<Option<f64>>,
    populations: Option<Vec<f64>>,
    shares: Option<Vec<f64>>,
    ranks: Option<Vec<f64>>,
    reference: Option<usize>,
    setting: Setting,
    scale: f64,
    left_out: usize,
}

fn out_of_range(column: &str, row: usize, must: &'static str) -> Refusal {
    Refusal::OutOfRange { column: column.to_owned(), row, must }
}

fn check(group: &Group, row: usize) -> Result<(), Refusal> {
    if group.value.is_some_and(|value| !value.is_finite()) {
        return Err(out_of_range("value", row, "must be a finite number"));
    }
    let not_negative = |number: Option<f64>| number.is_none_or(|number| number.is_finite() && number >= 0.0);
    if !not_negative(group.se) {
        return Err(out_of_range("se", row, "must be a number, 0 or more"));
    }
    if !not_negative(group.population) {
        return Err(out_of_range("population", row, "must be a number, 0 or more"));
    }
    if group.rank.is_some_and(|rank| !rank.is_finite()) {
        return Err(out_of_range("rank", row, "must be a finite number"));
    }
    Ok(())
}

fn scale_of(values: &[f64]) -> f64 {
    let largest = values.iter().copied().fold(0.0_f64, f64::max);
    let mut scale = if largest > 1.0 { 100.0 } else { 1.0 };
    while scale < largest {
        scale *= 10.0;
    }
    scale
}

impl Groups {
    /// Checks groups: finite values, no negative errors or populations, ranks all different, at most one reference, at
    /// least two with a value and at most 15% without.
    pub fn new(rows: &[Group], setting: Setting) -> Result<Self, Refusal> {
        for (row, group) in rows.iter().enumerate() {
            check(group, row + 1)?;
        }
        let known: Vec<&Group> = rows.iter().filter(|group| group.value.is_some()).collect();
        let left_out = rows.len() - known.len();
        if left_out as f64 > MOST_LEFT_OUT * rows.len() as f64 {
            return Err(Refusal::Undefined(format!(
                "{left_out} of {} groups have no value: more than 15 per cent cannot be left out",
                rows.len()
            )));
        }
        if known.len() < 2 {
            return Err(Refusal::TooFew { what: "groups with a value", found: known.len(), needed: 2 });
        }
        let values: Vec<f64> = known.iter().filter_map(|group| group.value).collect();
        let populations: Option<Vec<f64>> = known.iter().map(|group| group.population).collect();
        let total: f64 = populations.iter().flatten().sum();
        if populations.is_some() && !(total.is_finite() && total > 0.0) {
            return Err(Refusal::Undefined("the populations add to nothing: at least one must be above 0".to_owned()));
        }
        let shares = populations.as_ref().map(|list| list.iter().map(|population| population / total).collect());
        if known.iter().filter(|group| group.reference).count() > 1 {
            return Err(Refusal::Undefined("more than one group is marked as the reference; mark one".to_owned()));
        }
        Ok(Self {
            errors: known.iter().map(|group| group.se).collect(),
            ranks: known.iter().map(|group| group.rank).collect(),
            reference: known.iter().position(|group| group.reference),
            scale: setting.scale.unwrap_or_else(|| scale_of(&values)),
            values,
            populations,
            shares,
            setting,
            left_out,
        })
    }

    /// Refuses fewer groups than a measure needs.
    pub fn at_least(&self, needed: usize) -> Result<(), Refusal> {
        let found = self.values.len();
        if found < needed { Err(Refusal::TooFew { what: "groups with a value", found, needed }) } else { Ok(()) }
    }

    /// The values of the groups that have one.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// The standard error of each group, where given.
    pub fn error(&self, position: usize) -> Option<f64> {
        self.errors[position]
    }

    /// The standard errors, if every group has one.
    pub fn errors(&self) -> Option<Vec<f64>> {
        self.errors.iter().copied().collect()
    }

    /// People in each group.
    pub fn populations(&self) -> Result<&[f64], Refusal> {
        self.populations.as_deref().ok_or_else(|| Refusal::MissingColumn { column: "population".to_owned() })
    }

    /// Shares of the population; they add to 1.
    pub fn shares(&self) -> Result<&[f64], Refusal> {
        self.shares.as_deref().ok_or_else(|| Refusal::MissingColumn { column: "population".to_owned() })
    }

    /// The whole's average: as given, else the mean of the groups weighted by population.
    pub fn average(&self) -> Result<f64, Refusal> {
        self.average_of(&self.values)
    }

    /// The average that other values of the same groups would have.
    pub fn average_of(&self, values: &[f64]) -> Result<f64, Refusal> {
        match self.setting.average {
            Some(average) => Ok(average),
            None => Ok(self.shares()?.iter().zip(values).map(|(share, value)| share * value).sum()),
        }
    }

    /// The average, which must be above zero to be divided by.
    pub fn positive_average(&self) -> Result<f64, Refusal> {
        let average = self.average()?;
        if average > 0.0 {
            return Ok(average);
        }
        Err(Refusal::Undefined("the average is not above 0, so nothing can be expressed relative to it".to_owned()))
    }

    /// Positions from the most to the least disadvantaged; refused when the dimension has no order.
    pub fn ordered(&self, measure: &'static str) -> Result<Vec<usize>, Refusal> {
        let Some(ranks) = &self.ranks else {
            return Err(Refusal::Unordered { measure, dimension: self.setting.dimension.clone() });
        };
        let mut order: Vec<usize> = (0..ranks.len()).collect();
        order.sort_by(|one, other| ranks[*one].total_cmp(&ranks[*other]));
        if let Some(pair) = order.windows(2).find(|pair| ranks[pair[0]] >= ranks[pair[1]]) {
            return Err(out_of_range("rank", pair[1] + 1, "must be another number for each group"));
        }
        Ok(order)
    }

    /// Whether the groups have an order.
    pub fn has_order(&self) -> bool {
        self.ranks.is_some()
    }

    /// Position of the reference group.
    pub fn reference(&self) -> Option<usize> {
        self.reference
    }

    /// Which direction is good.
    pub fn better(&self) -> Better {
        self.setting.better
    }

    /// Position of the best value among some groups; the first when several share it.
    pub fn best(&self, among: impl Iterator<Item = usize>) -> Option<usize> {
        self.extreme(among, self.setting.better == Better::Higher)
    }

    /// Position of the worst value among some groups; the first when several share it.
    pub fn worst(&self, among: impl Iterator<Item = usize>) -> Option<usize> {
        self.extreme(among, self.setting.better == Better::Lower)
    }

    fn extreme(&self, among: impl Iterator<Item = usize>, highest: bool) -> Option<usize> {
        among.reduce(|kept, next| {
            let above = self.values[next] > self.values[kept];
            let below = self.values[next] < self.values[kept];
            if (highest && above) || (!highest && below) { next } else { kept }
        })
    }

    /// Size of the unit: 1, 100, 1,000, ….
    pub fn scale(&self) -> f64 {
        self.scale
    }

    /// How many groups were left out for want of a value.
    pub fn left_out(&self) -> usize {
        self.left_out
    }
}

/// The value of a measure, with standard error and limits where the groups' errors are known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// Value of the measure.
    pub value: f64,
    /// Standard error (of the logarithm for ratios; none for bootstrapped measures).
    pub se: Option<f64>,
    /// Lower and upper limit.
    pub limits: Option<[f64; 2]>,
}

impl Measured {
    /// A value with normal limits.
    pub fn normal(value: f64, se: Option<f64>, confidence: Confidence) -> Self {
        let se = se.filter(|se| se.is_finite());
        let limits = se.map(|se| [value - confidence.z() * se, value + confidence.z() * se]);
        Self { value, se, limits }
    }

    /// A ratio above zero with limits that are normal in its logarithm.
    pub fn ratio(value: f64, se_of_log: Option<f64>, confidence: Confidence) -> Self {
        let se = se_of_log.filter(|se| se.is_finite());
        let limits = se.map(|se| [value * (-confidence.z() * se).exp(), value * (confidence.z() * se).exp()]);
        Self { value, se, limits }
    }

    /// The same in another unit.
    #[must_use]
    pub fn scaled(self, factor: f64) -> Self {
        let scale = |[lower, upper]: [f64; 2]| {
            let (one, other) = (lower * factor, upper * factor);
            [one.min(other), one.max(other)]
        };
        Self { value: self.value * factor, se: self.se.map(|se| se * factor.abs()), limits: self.limits.map(scale) }
    }
}
