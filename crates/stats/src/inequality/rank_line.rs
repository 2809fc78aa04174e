//! A line, straight or logistic, of an outcome on the rank scale from most disadvantaged (0) to best-off (1).

use crate::refusal::Refusal;

const MOST_STEPS: usize = 100;
/// Beyond this the fitted probability is 0 or 1 to the last digit: the data separate and no line exists.
const SEPARATED: f64 = 36.0;

/// Shape of the line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// Weighted least squares.
    Linear,
    /// Logistic regression; outcomes are proportions from 0 to 1.
    Logit,
}

impl Model {
    fn mean(self, line: f64) -> f64 {
        match self {
            Self::Linear => line,
            Self::Logit => 1.0 / (1.0 + (-line).exp()),
        }
    }

    /// Derivative of the mean with respect to the line.
    fn steepness(self, mean: f64) -> f64 {
        match self {
            Self::Linear => 1.0,
            Self::Logit => mean * (1.0 - mean),
        }
    }
}

/// What the line is fitted to: equally long columns of outcomes, ranks from 0 to 1 and weights.
#[derive(Clone, Copy)]
pub struct Rows<'a> {
    /// Outcomes.
    pub outcomes: &'a [f64],
    /// Ranks.
    pub ranks: &'a [f64],
    /// Weights, 0 or more.
    pub weights: &'a [f64],
}

impl Rows<'_> {
    fn iter(&self) -> impl Iterator<Item = (f64, f64, f64)> + '_ {
        let rows = self.outcomes.iter().zip(self.ranks).zip(self.weights);
        rows.map(|((outcome, rank), weight)| (*outcome, *rank, *weight))
    }
}

/// A fitted line.
#[derive(Clone, Copy, Debug)]
pub struct RankLine {
    model: Model,
    start: f64,
    slope: f64,
    /// Σwv, Σwvr, Σwvr² with v the steepness: the information about start and slope.
    information: [f64; 3],
}

/// A number read off the line, and its derivatives by start and slope.
#[derive(Clone, Copy, Debug)]
pub struct Reading {
    /// The number.
    pub value: f64,
    /// Its derivatives.
    pub gradient: [f64; 2],
}

impl RankLine {
    /// Fits the line; refused when all ranks are the same or, for the logistic line, when the outcomes separate.
    pub fn fit(model: Model, rows: Rows<'_>) -> Result<Self, Refusal> {
        let mut line = Self { model, start: 0.0, slope: 0.0, information: [0.0; 3] };
        for _ in 0..MOST_STEPS {
            let mut score = [0.0; 2];
            let mut information = [0.0; 3];
            for (outcome, rank, weight) in rows.iter() {
                let mean = model.mean(line.start + line.slope * rank);
                let (steep, off) = (weight * model.steepness(mean), weight * (outcome - mean));
                information[0] += steep;
                information[1] += steep * rank;
                information[2] += steep * rank * rank;
                score[0] += off;
                score[1] += off * rank;
            }
            line.information = information;
            let determinant = line.determinant();
            if determinant.is_nan() || determinant <= 1e-14 * information[0] * information[0] {
                return Err(no_line());
            }
            let [start, slope] = line.solve(score);
            line.start += start;
            line.slope += slope;
            if model == Model::Linear {
                return Ok(line);
            }
            if line.start.abs() > SEPARATED || (line.start + line.slope).abs() > 4.0 * SEPARATED {
                return Err(no_line());
            }
            if start.abs() + slope.abs() <= 1e-13 * (1.0 + line.start.abs() + line.slope.abs()) {
                return Ok(line);
            }
        }
        Err(no_line())
    }

    fn determinant(&self) -> f64 {
        self.information[0] * self.information[2] - self.information[1] * self.information[1]
    }

    fn solve(&self, [first, second]: [f64; 2]) -> [f64; 2] {
        let [all, mixed, square] = self.information;
        let determinant = self.determinant();
        [(square * first - mixed * second) / determinant, (all * second - mixed * first) / determinant]
    }

    fn ends(&self) -> (f64, f64) {
        (self.model.mean(self.start), self.model.mean(self.start + self.slope))
    }

    /// The slope itself.
    pub fn slope(&self) -> Reading {
        Reading { value: self.slope, gradient: [0.0, 1.0] }
    }

    /// Best-off end minus most disadvantaged end.
    pub fn difference(&self) -> Reading {
        let (low, high) = self.ends();
        let (at_low, at_high) = (self.model.steepness(low), self.model.steepness(high));
        Reading { value: high - low, gradient: [at_high - at_low, at_high] }
    }

    /// Best-off end over most disadvantaged end; the gradient is that of its logarithm. Refused when an end is not above 0.
    pub fn ratio(&self) -> Result<Reading, Refusal> {
        let (low, high) = self.ends();
        if low <= 0.0 || high <= 0.0 {
            return Err(Refusal::Undefined(
                "the line falls to 0 or below at one end, so the ends have no ratio: use the difference".to_owned(),
            ));
        }
        let (at_low, at_high) = (self.model.steepness(low) / low, self.model.steepness(high) / high);
        Ok(Reading { value: high / low, gradient: [at_high - at_low, at_high] })
    }

    /// How much each row moves a reading: its variance is a sum of squares of these.
    pub fn influences<'a>(&self, reading: &Reading, rows: Rows<'a>) -> impl Iterator<Item = f64> + use<'a> {
        let line = *self;
        let [on_start, on_slope] = line.solve(reading.gradient);
        let all = rows.outcomes.iter().zip(rows.ranks).zip(rows.weights);
        all.map(move |((outcome, rank), weight)| {
            let mean = line.model.mean(line.start + line.slope * rank);
            weight * (outcome - mean) * (on_start + on_slope * rank)
        })
    }

    /// Standard error of the slope of a straight line with errors of equal variance, on `freedom` degrees of freedom.
    pub fn classical_se(&self, rows: Rows<'_>, freedom: f64) -> f64 {
        let residual: f64 = rows
            .iter()
            .map(|(outcome, rank, weight)| weight * (outcome - self.start - self.slope * rank).powi(2))
            .sum();
        (residual / freedom * self.information[0] / self.determinant()).sqrt()
    }

    /// Variances of start and slope, and their covariance, under the same assumption.
    pub fn classical_covariance(&self, rows: Rows<'_>, freedom: f64) -> [f64; 3] {
        let residual: f64 = rows
            .iter()
            .map(|(outcome, rank, weight)| weight * (outcome - self.start - self.slope * rank).powi(2))
            .sum();
        let factor = residual / freedom / self.determinant();
        [self.information[2] * factor, self.information[0] * factor, -self.information[1] * factor]
    }

    /// Line at the most disadvantaged end, and slope, on the scale of the line.
    pub fn coefficients(&self) -> (f64, f64) {
        (self.start, self.slope)
    }
}

fn no_line() -> Refusal {
    Refusal::Undefined(
        "no line can be fitted: the groups' outcomes or ranks are all alike or separate fully".to_owned(),
    )
}

/// Cumulative share of weight at the middle of each group, groups taken in `order`.
pub fn mid_ranks(weights: &[f64], order: &[usize]) -> Vec<f64> {
    let total: f64 = weights.iter().sum();
    let mut ranks = vec![0.0; weights.len()];
    let mut below = 0.0;
    for position in order {
        let share = weights[*position] / total;
        ranks[*position] = below + share / 2.0;
        below += share;
    }
    ranks
}
