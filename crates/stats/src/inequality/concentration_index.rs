//! Concentration index over a continuous ranking, such as income, by four estimators and in four normalisations.

use super::rank_line::{Model, RankLine, Rows};
use crate::interval::{CONFIDENCE, Confidence};
use crate::method::{Column, Family, Method, OptionSpec, Options};
use crate::refusal::Refusal;
use crate::table::{Row, Table, Value};

/// How the index is estimated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Estimator {
    /// Regression of the outcome on rank, variance by the delta method.
    Delta,
    /// Regression of 2σ²y/μ on rank.
    Convenient,
    /// Covariance of outcome and rank; gives no standard error.
    Covariance,
    /// From its definition, with Kakwani's variance.
    Direct,
}

/// How the index is normalised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Normalisation {
    /// Relative index.
    Relative,
    /// Generalised: times the average.
    Generalised,
    /// Erreygers': 4μ over the range of the outcome.
    Erreygers,
    /// Wagstaff's, for outcomes of 0 and 1: over 1 − μ.
    Wagstaff,
}

/// What happens to rows with the same rank.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ties {
    /// They share the average of their ranks, so that the answer does not depend on the order of rows.
    Shared,
    /// They are ranked in the order of rows.
    InOrder,
}

/// The index with its variance, as far as the estimator gives one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Concentration {
    /// The index.
    pub value: f64,
    /// Its variance; none from the covariance.
    pub variance: Option<f64>,
    /// Variance of the weighted ranks, in the index's own normalisation (what one package reports as variance).
    pub rank_variance: f64,
}

struct Sorted {
    outcomes: Vec<f64>,
    weights: Vec<f64>,
    ranks: Vec<f64>,
    average: f64,
    rank_spread: f64,
    weight_squares: f64,
}

impl Sorted {
    fn new(places: &[f64], outcomes: &[f64], weights: &[f64], ties: Ties) -> Self {
        let mut order: Vec<usize> = (0..places.len()).collect();
        order.sort_by(|one, other| places[*one].total_cmp(&places[*other]));
        let total: f64 = weights.iter().sum();
        let weights: Vec<f64> = order.iter().map(|row| weights[*row] / total).collect();
        let outcomes: Vec<f64> = order.iter().map(|row| outcomes[*row]).collect();
        let mut ranks = Vec::with_capacity(order.len());
        let (mut below, mut first) = (0.0, 0);
        while first < order.len() {
            let tied = match ties {
                Ties::InOrder => 1,
                Ties::Shared => order[first..].iter().take_while(|row| places[**row] <= places[order[first]]).count(),
            };
            let weight: f64 = weights[first..first + tied].iter().sum();
            ranks.extend(std::iter::repeat_n(below + weight / 2.0, tied));
            below += weight;
            first += tied;
        }
        let average = weights.iter().zip(&outcomes).map(|(weight, outcome)| weight * outcome).sum();
        let middle: f64 = weights.iter().zip(&ranks).map(|(weight, rank)| weight * rank).sum();
        let rank_spread = weights.iter().zip(&ranks).map(|(weight, rank)| weight * (rank - middle).powi(2)).sum();
        let weight_squares = weights.iter().map(|weight| weight * weight).sum();
        Self { outcomes, weights, ranks, average, rank_spread, weight_squares }
    }

    fn rows(&self) -> Rows<'_> {
        Rows { outcomes: &self.outcomes, ranks: &self.ranks, weights: &self.weights }
    }

    /// Unbiased variance of the ranks.
    fn rank_variance(&self) -> f64 {
        self.rank_spread / (1.0 - self.weight_squares)
    }

    fn regression(&self, estimator: Estimator) -> Result<(f64, Option<f64>), Refusal> {
        let line = RankLine::fit(Model::Linear, self.rows())?;
        let (start, slope) = line.coefficients();
        let count = self.outcomes.len() as f64;
        let [of_start, of_slope, both] = line.classical_covariance(self.rows(), count - 2.0);
        let spread = 2.0 * self.rank_variance();
        let shrink = (count - 1.0) / count;
        if estimator == Estimator::Convenient {
            let factor = spread / self.average;
            return Ok((slope * factor * shrink, Some(of_slope * factor * factor)));
        }
        let middle = start + slope / 2.0;
        let (by_start, by_slope) = (-spread * slope / (middle * middle), spread * start / (middle * middle));
        let variance =
            by_start * by_start * of_start + by_slope * by_slope * of_slope + 2.0 * by_start * by_slope * both;
        Ok((spread * slope / middle * shrink, Some(variance)))
    }

    fn covariance(&self) -> f64 {
        let count = self.outcomes.len() as f64;
        let parts = self.weights.iter().zip(&self.outcomes).zip(&self.ranks);
        let covariance: f64 =
            parts.map(|((weight, outcome), rank)| weight * (outcome - self.average) * (rank - 0.5)).sum();
        2.0 * covariance / (1.0 - self.weight_squares) / self.average * (count - 1.0) / count
    }

    /// Kakwani, Wagstaff and van Doorslaer's variance (Journal of Econometrics 77, 1997, p. 87), in the form that the
    /// reference gives it: shares of the outcome unweighted.
    fn direct(&self) -> (f64, f64) {
        let count = self.outcomes.len() as f64;
        let parts = self.weights.iter().zip(&self.outcomes).zip(&self.ranks);
        let sum: f64 = parts.map(|((weight, outcome), rank)| weight * outcome * rank).sum();
        let index = 2.0 * sum / self.average - 1.0;
        let total: f64 = self.outcomes.iter().sum();
        let (mut below, mut squares) = (0.0, 0.0);
        for (outcome, rank) in self.outcomes.iter().zip(&self.ranks) {
            let upto = below + outcome / total;
            squares += (outcome / self.average * (2.0 * rank - 1.0 - index) + 2.0 - below - upto).powi(2);
            below = upto;
        }
        (index, (squares / count - (1.0 + index).powi(2)) / count)
    }

    fn factor(&self, normalisation: Normalisation) -> Result<f64, Refusal> {
        match normalisation {
            Normalisation::Relative => Ok(1.0),
            Normalisation::Generalised => Ok(self.average),
            Normalisation::Erreygers => {
                let low = self.outcomes.iter().copied().fold(f64::INFINITY, f64::min);
                let high = self.outcomes.iter().copied().fold(f64::NEG_INFINITY, f64::max);
                if high > low {
                    Ok(4.0 * self.average / (high - low))
                } else {
                    Err(Refusal::Undefined("all outcomes are the same: the index has no range".to_owned()))
                }
            }
            Normalisation::Wagstaff
                if self
                    .outcomes
                    .iter()
                    .any(|outcome| *outcome < 1.0 && *outcome > 0.0 || !(0.0..=1.0).contains(outcome)) =>
            {
                Err(Refusal::Undefined("Wagstaff's normalisation here is for outcomes of 0 and 1".to_owned()))
            }
            Normalisation::Wagstaff if self.average >= 1.0 => {
                Err(Refusal::Undefined("all outcomes are 1: there is nothing to divide by".to_owned()))
            }
            Normalisation::Wagstaff => Ok(1.0 / (1.0 - self.average)),
        }
    }
}

/// Concentration index of `outcomes` over the ranking by `places` (lowest = most disadvantaged), with weights.
pub fn concentration_index(
    places: &[f64],
    outcomes: &[f64],
    weights: &[f64],
    estimator: Estimator,
    normalisation: Normalisation,
    ties: Ties,
) -> Result<Concentration, Refusal> {
    if places.len() < 3 {
        return Err(Refusal::TooFew { what: "rows", found: places.len(), needed: 3 });
    }
    let columns = [("value", outcomes), ("place", places), ("weight", weights)];
    for (name, values) in columns {
        if values.len() != places.len() {
            return Err(Refusal::UnequalLengths { column: name.to_owned() });
        }
        let bad = values.iter().position(|value| !value.is_finite() || (name == "weight" && *value <= 0.0));
        if let Some(row) = bad {
            let must = if name == "weight" { "must be above 0" } else { "must be a finite number" };
            return Err(Refusal::OutOfRange { column: name.to_owned(), row: row + 1, must });
        }
    }
    let sorted = Sorted::new(places, outcomes, weights, ties);
    if sorted.average <= 0.0 {
        return Err(Refusal::Undefined("the average is not above 0, so nothing can be relative to it".to_owned()));
    }
    let factor = sorted.factor(normalisation)?;
    let (value, variance) = match estimator {
        Estimator::Delta | Estimator::Convenient => sorted.regression(estimator)?,
        Estimator::Covariance => (sorted.covariance(), None),
        Estimator::Direct => {
            let (value, variance) = sorted.direct();
            (value, Some(variance).filter(|variance| *variance >= 0.0))
        }
    };
    Ok(Concentration {
        value: value * factor,
        variance: variance.map(|variance| variance * factor * factor),
        rank_variance: sorted.rank_variance() * factor * factor,
    })
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let (places, outcomes) = (table.numbers("place")?, table.numbers("value")?);
    let weights = if table.has("weight") { table.numbers("weight")? } else { vec![1.0; places.len()] };
    let estimator = match options.text("estimator") {
        None | Some("delta") => Estimator::Delta,
        Some("convenient") => Estimator::Convenient,
        Some("covariance") => Estimator::Covariance,
        Some("direct") => Estimator::Direct,
        Some(_) => return Err(Refusal::option("estimator", "delta, convenient, covariance or direct")),
    };
    let normalisation = match options.text("normalisation") {
        None | Some("relative") => Normalisation::Relative,
        Some("generalised") => Normalisation::Generalised,
        Some("erreygers") => Normalisation::Erreygers,
        Some("wagstaff") => Normalisation::Wagstaff,
        Some(_) => return Err(Refusal::option("normalisation", "relative, generalised, erreygers or wagstaff")),
    };
    let z = Confidence::from_options(options)?.z();
    let answer = concentration_index(&places, &outcomes, &weights, estimator, normalisation, Ties::Shared)?;
    let se = answer.variance.map(f64::sqrt);
    Ok(vec![vec![
        ("value", answer.value.into()),
        ("lower", Value::maybe(se.map(|se| answer.value - z * se))),
        ("upper", Value::maybe(se.map(|se| answer.value + z * se))),
        ("se", Value::maybe(se)),
    ]])
}

/// Concentration index over a continuous ranking.
pub const METHOD: Method = Method {
    id: "concentration-index",
    title: "Concentration index over a continuous ranking such as income",
    family: Family::Inequality,
    when_to_use: "When every row has its own place in a ranking. For groups in an order use `rci`, for weighted rows in \
        groups `concentration-rows`.",
    doc: "Ranks are Lerman and Yitzhaki's weighted mid-ranks R; rows with the same place share a rank, so that the order of \
        rows does not matter. Estimators: `delta` CI = 2σ²β/(α + β/2) from y = α + βR; `convenient` slope of 2σ²y/μ on R; \
        `covariance` 2cov(y, R)/μ, without limits; `direct` 2Σwyr/μ − 1 with Kakwani's variance. σ² and the covariance are \
        unbiased, the first three carry the factor (n − 1)/n. Normalisations: generalised μ·CI, Erreygers 4μ/(max − min)·CI \
        with the observed range, Wagstaff CI/(1 − μ); their factor is taken as known.\n\n**Source.** O'Donnell and others, \
        *Analyzing Health Equity Using Household Survey Data* (World Bank, 2008), chapter 8; Kakwani and others, *Journal of \
        Econometrics* 77 (1997), p. 87; conventions of the R package rineq 0.2.3.",
    columns: &[
        Column { name: "place", required: true, doc: "What rows are ranked by, lowest = most disadvantaged." },
        Column { name: "value", required: true, doc: "Outcome." },
        Column { name: "weight", required: false, doc: "Weight above 0; without it every row counts the same." },
    ],
    options: &[
        CONFIDENCE,
        OptionSpec { name: "estimator", default: "delta", doc: "delta, convenient, covariance or direct." },
        OptionSpec { name: "normalisation", default: "relative", doc: "relative, generalised, erreygers or wagstaff." },
    ],
    example: "place,value\n12000,1\n15500,0\n18000,1\n24000,0\n31000,0\n45000,1\n52000,0\n",
    run,
};
