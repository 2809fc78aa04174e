//! What a score is made of: named inputs, their direction, their weight and where the weight comes from.

use crate::interval::Better;
use crate::refusal::Refusal;

/// One input of a score.
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// Name of the input.
    pub name: String,
    /// Which direction is good; the score rises in the other one.
    pub better: Better,
    /// Weight, 0 or more, in any unit: the weights are divided by their sum.
    pub weight: f64,
    /// Who agreed the weight, and where it is written down.
    pub source: String,
}

/// The value of an input for one unit.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measured {
    /// The value.
    pub value: f64,
    /// Its standard error; 0 where the value is known, as a census count is.
    pub error: f64,
}

/// How the peers' values become points from 0 to 100.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub enum Scaling {
    /// 0 at the best peer's value, 100 at the worst, in proportion between: keeps distances, listens to outliers.
    #[default]
    Range,
    /// Place among the peers, ties at the mean of their places: deaf to outliers and to distances.
    Place,
}

/// Inputs and the peer set's values: `values[input][unit]`.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreDefinition {
    /// The inputs.
    pub inputs: Vec<Input>,
    /// Names of the units, which are the peer set.
    pub units: Vec<String>,
    /// Values by input, then by unit.
    pub values: Vec<Vec<Measured>>,
    /// How values become points.
    pub scaling: Scaling,
}

/// Largest standard error, in distances between best and worst, at which points still mean anything.
const LARGEST_ERROR: f64 = 1e6;

/// Fewest units that a relative score can be made of.
pub const FEWEST_UNITS: usize = 3;

impl ScoreDefinition {
    /// Refuses a definition that makes no score: too few units, weights without source or sum, an input that is the same
    /// for every unit.
    pub fn check(&self) -> Result<(), Refusal> {
        if self.units.len() < FEWEST_UNITS {
            return Err(Refusal::TooFew { what: "units to compare", found: self.units.len(), needed: FEWEST_UNITS });
        }
        if self.inputs.is_empty() {
            return Err(Refusal::TooFew { what: "inputs", found: 0, needed: 1 });
        }
        if self.values.len() != self.inputs.len() || self.values.iter().any(|own| own.len() != self.units.len()) {
            return Err(Refusal::UnequalLengths { column: "value".to_owned() });
        }
        for (input, values) in self.inputs.iter().zip(&self.values) {
            input.check(values)?;
        }
        let total: f64 = self.inputs.iter().map(|input| input.weight).sum();
        if !(total.is_finite() && total > 0.0) {
            return Err(Refusal::Undefined("the weights must have a finite sum above zero".to_owned()));
        }
        Ok(())
    }

    /// The weights, divided by their sum.
    pub fn weights(&self) -> Vec<f64> {
        let total: f64 = self.inputs.iter().map(|input| input.weight).sum();
        self.inputs.iter().map(|input| input.weight / total).collect()
    }
}

impl Input {
    fn check(&self, values: &[Measured]) -> Result<(), Refusal> {
        let name = &self.name;
        if !(self.weight.is_finite() && self.weight >= 0.0) {
            return Err(Refusal::Undefined(format!("input {name}: the weight must be a finite number of 0 or more")));
        }
        if self.source.trim().is_empty() {
            return Err(Refusal::Undefined(format!("input {name}: say where its weight comes from")));
        }
        if values.iter().any(|own| !own.value.is_finite() || !own.error.is_finite() || own.error < 0.0) {
            return Err(Refusal::Undefined(format!("input {name}: values must be finite and errors not negative")));
        }
        let ends = values
            .iter()
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), own| (low.min(own.value), high.max(own.value)));
        if ends.0 >= ends.1 {
            let same = "is the same for every unit and cannot tell them apart; leave it out";
            return Err(Refusal::Undefined(format!("input {name} {same}")));
        }
        let unit = values.iter().map(|own| own.error).fold(0.0, f64::max) / (ends.1 - ends.0);
        if !((ends.1 - ends.0).is_finite() && unit <= LARGEST_ERROR) {
            let far = "the values lie too far apart, or their errors are far larger than their differences";
            return Err(Refusal::Undefined(format!("input {name}: {far}")));
        }
        Ok(())
    }
}
