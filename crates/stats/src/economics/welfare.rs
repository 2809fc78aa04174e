//! Equally distributed equivalents: the level that, given to all, is worth as much as an unequal distribution.

use crate::refusal::Refusal;

/// A distribution over groups: levels of health and shares of the population, checked and with shares adding to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Distribution {
    levels: Vec<f64>,
    shares: Vec<f64>,
}

/// How much weight inequality gets.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Aversion {
    /// Atkinson's relative aversion ε ≥ 0 (Journal of Economic Theory 2, 1970, p. 244).
    Atkinson(f64),
    /// Kolm's absolute aversion α ≥ 0 (Journal of Economic Theory 12, 1976, p. 416).
    Kolm(f64),
    /// Extended Gini with parameter ν ≥ 1 (Yitzhaki, International Economic Review 24, 1983, p. 617).
    ExtendedGini(f64),
}

impl Distribution {
    /// Levels and populations of at least one group; populations above 0.
    pub fn new(levels: &[f64], populations: &[f64]) -> Result<Self, Refusal> {
        if levels.is_empty() {
            return Err(Refusal::Empty);
        }
        if levels.len() != populations.len() {
            return Err(Refusal::UnequalLengths { column: "population".to_owned() });
        }
        for (row, (level, population)) in levels.iter().zip(populations).enumerate() {
            crate::checks::positive(*population, "population", row + 1)?;
            if !level.is_finite() {
                let must = "must be a finite number";
                return Err(Refusal::OutOfRange { column: "baseline".to_owned(), row: row + 1, must });
            }
        }
        let total: f64 = populations.iter().sum();
        Ok(Self { levels: levels.to_vec(), shares: populations.iter().map(|own| own / total).collect() })
    }

    /// Mean level.
    pub fn mean(&self) -> f64 {
        self.sum(|level| level)
    }

    fn sum(&self, of: impl Fn(f64) -> f64) -> f64 {
        self.levels.iter().zip(&self.shares).map(|(level, share)| share * of(*level)).sum()
    }

    /// Equally distributed equivalent level.
    pub fn equivalent(&self, aversion: Aversion) -> Result<f64, Refusal> {
        match aversion {
            Aversion::Atkinson(own) if own.is_finite() && own >= 0.0 => self.atkinson(own),
            Aversion::Kolm(own) if own.is_finite() && own >= 0.0 => Ok(self.kolm(own)),
            Aversion::ExtendedGini(own) if own.is_finite() && own >= 1.0 => Ok(self.extended_gini(own)),
            Aversion::Atkinson(_) => Err(Refusal::option("atkinson", "a number, 0 or more")),
            Aversion::Kolm(_) => Err(Refusal::option("kolm", "a number, 0 or more")),
            Aversion::ExtendedGini(_) => Err(Refusal::option("gini", "a number, 1 or more")),
        }
    }

    fn atkinson(&self, aversion: f64) -> Result<f64, Refusal> {
        if let Some(row) = self.levels.iter().position(|level| *level <= 0.0) {
            let must = "must be above 0 for a relative aversion to inequality (Atkinson); Kolm's takes any level";
            return Err(Refusal::OutOfRange { column: "baseline".to_owned(), row: row + 1, must });
        }
        let mean = self.mean();
        if (aversion - 1.0).abs() < 1e-12 {
            return Ok(mean * self.sum(|level| (level / mean).ln()).exp());
        }
        let power = 1.0 - aversion;
        Ok(mean * self.sum(|level| (level / mean).powf(power)).powf(1.0 / power))
    }

    fn kolm(&self, aversion: f64) -> f64 {
        let lowest = self.levels.iter().copied().fold(f64::INFINITY, f64::min);
        if aversion == 0.0 {
            return self.mean();
        }
        lowest - self.sum(|level| (-aversion * (level - lowest)).exp()).ln() / aversion
    }

    fn extended_gini(&self, parameter: f64) -> f64 {
        let mut order: Vec<usize> = (0..self.levels.len()).collect();
        order.sort_by(|one, other| self.levels[*one].total_cmp(&self.levels[*other]));
        let (mut below, mut sum) = (0.0, 0.0);
        for position in order {
            let upto: f64 = (below + self.shares[position]).min(1.0);
            sum += self.levels[position] * ((1.0 - below).powf(parameter) - (1.0 - upto).powf(parameter));
            below = upto;
        }
        sum
    }

    /// Atkinson's index: the share of the mean that one would give up for equality.
    pub fn atkinson_index(&self, aversion: f64) -> Result<f64, Refusal> {
        Ok(1.0 - self.equivalent(Aversion::Atkinson(aversion))? / self.mean())
    }

    /// Gini coefficient Σᵢⱼ pᵢpⱼ|hᵢ − hⱼ|/(2μ).
    pub fn gini(&self) -> Result<f64, Refusal> {
        let mean = self.mean();
        if mean <= 0.0 {
            return Err(Refusal::Undefined("the mean level is not above 0: no relative index exists".to_owned()));
        }
        Ok(1.0 - self.extended_gini(2.0) / mean)
    }

    /// Weight of one unit of health in each group, proportional to its marginal value h^(−ε), with mean 1 over people.
    pub fn equity_weights(&self, aversion: f64) -> Result<Vec<f64>, Refusal> {
        self.equivalent(Aversion::Atkinson(aversion))?;
        let mean = self.mean();
        let value = |level: f64| (level / mean).powf(-aversion);
        let average = self.sum(value);
        Ok(self.levels.iter().map(|level| value(*level) / average).collect())
    }

    /// The levels.
    pub fn levels(&self) -> &[f64] {
        &self.levels
    }

    /// Shares of the population.
    pub fn shares(&self) -> &[f64] {
        &self.shares
    }
}
