//! A gap between two groups taken apart into what their characteristics explain and what they do not (Oaxaca–Blinder).

mod bootstrap;
mod fit;
mod table;
mod terms;

use crate::interval::Confidence;
use crate::refusal::Refusal;

use fit::{Matrix, fit, line, mean};
use terms::Design;

pub use table::METHOD;
pub use terms::{Term, Values};

/// How the outcome depends on the characteristics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// A straight line (means, or proportions not near 0 or 1).
    Linear,
    /// A logistic line (yes or no).
    Logit,
}

/// Which coefficients count as those that would hold without the gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pooled {
    /// Both groups together, ignoring the group (Neumark 1988).
    WithoutGroup,
    /// Both groups together, with a term for the group (Jann 2008), so that the gap cannot leak into the explained part.
    WithGroup,
}

/// What is to be taken apart.
#[derive(Clone, Copy, Debug)]
pub struct Data<'a> {
    /// Outcome of each row.
    pub outcomes: &'a [f64],
    /// Whether the row belongs to the second of the two groups.
    pub second: &'a [bool],
    /// How many people each row stands for.
    pub weights: &'a [f64],
    /// Their characteristics.
    pub terms: &'a [Term],
}

/// How to take it apart.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Straight or logistic.
    pub model: Model,
    /// Coefficients of the twofold split.
    pub pooled: Pooled,
    /// Whether the split of categories should not depend on their baseline.
    pub normalised: bool,
    /// Level of the limits.
    pub confidence: Confidence,
    /// Bootstrap repetitions; 0 for no limits.
    pub repetitions: usize,
    /// Seed of the bootstrap.
    pub seed: u64,
}

/// A part of the gap: the sum, and by term.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// The whole part.
    pub total: f64,
    /// By term, in the order of [`Oaxaca::terms`]; adds up to the total.
    pub by_term: Vec<f64>,
    /// Percentile limits of the whole part.
    pub limits: Option<[f64; 2]>,
}

/// The gap and its parts. Group *a* is the one with the higher mean outcome.
#[derive(Clone, Debug, PartialEq)]
pub struct Oaxaca {
    /// Whether *a* is the second group of the data.
    pub second_is_higher: bool,
    /// Mean outcome of the group with the higher one.
    pub mean_a: f64,
    /// Mean outcome of the other.
    pub mean_b: f64,
    /// Names of the terms.
    pub terms: Vec<String>,
    /// Twofold: due to other characteristics.
    pub explained: Part,
    /// Twofold: everything else (the two parts below together).
    pub unexplained: Part,
    /// Advantage of *a* over the pooled coefficients.
    pub unexplained_a: Part,
    /// Disadvantage of *b* against the pooled coefficients.
    pub unexplained_b: Part,
    /// Threefold, seen from *b*: if *b* had the characteristics of *a*.
    pub endowments: Part,
    /// Threefold: if *b* had the coefficients of *a*.
    pub coefficients: Part,
    /// Threefold: both at once.
    pub interaction: Part,
}

impl Oaxaca {
    /// The gap: higher mean minus lower; explained and unexplained add up to it, and so do the threefold parts.
    pub fn gap(&self) -> f64 {
        self.mean_a - self.mean_b
    }
}

/// The parts' totals in the order of [`Oaxaca`]'s fields, with their splits by term.
type Parts = [(f64, Vec<f64>); 7];

/// One group's rows.
struct Side {
    values: Vec<f64>,
    width: usize,
    outcomes: Vec<f64>,
    rows: Vec<usize>,
}

impl Side {
    fn new(x: Matrix<'_>, outcomes: &[f64], member: impl Fn(usize) -> bool) -> Self {
        let rows: Vec<usize> = (0..outcomes.len()).filter(|row| member(*row)).collect();
        let values = x.rows().enumerate().filter(|(row, _)| member(*row)).flat_map(|(_, own)| own.to_vec()).collect();
        Self { values, width: x.width, outcomes: rows.iter().map(|row| outcomes[*row]).collect(), rows }
    }

    fn matrix(&self) -> Matrix<'_> {
        Matrix { values: &self.values, width: self.width }
    }

    fn weights(&self, all: &[f64]) -> Vec<f64> {
        self.rows.iter().map(|row| all[*row]).collect()
    }

    fn average(&self, weights: &[f64], of: impl Fn(usize, &[f64]) -> f64) -> f64 {
        let sum: f64 = self.matrix().rows().enumerate().map(|(row, own)| weights[row] * of(row, own)).sum();
        sum / weights.iter().sum::<f64>()
    }

    fn predicted(&self, model: Model, weights: &[f64], coefficients: &[f64]) -> f64 {
        self.average(weights, |_, row| mean(model, line(row, coefficients)))
    }

    fn means(&self, weights: &[f64]) -> Vec<f64> {
        (0..self.width).map(|column| self.average(weights, |_, row| row[column])).collect()
    }
}

struct Problem {
    design: Design,
    sides: [Side; 2],
    /// Rows of both sides with a last column for membership of *b*.
    pooled: Vec<f64>,
    settings: Settings,
}

/// Takes a gap apart.
///
/// SOURCE: Oaxaca, *International Economic Review* 14 (1973), p. 693; Blinder, *Journal of Human Resources* 8 (1973), p. 436;
/// Jann, *Stata Journal* 8 (2008), p. 453; for the logistic line Fairlie, *Journal of Economic and Social Measurement* 30
/// (2005), p. 305, with Yun's weights for single terms (*Economics Letters* 82 (2004), p. 275).
pub fn oaxaca(data: &Data<'_>, settings: &Settings) -> Result<Oaxaca, Refusal> {
    check(data, settings)?;
    let average = |second: bool| {
        let own = || (0..data.outcomes.len()).filter(|row| data.second[*row] == second);
        own().map(|row| data.weights[row] * data.outcomes[row]).sum::<f64>()
            / own().map(|row| data.weights[row]).sum::<f64>()
    };
    let (first, second) = (average(false), average(true));
    let second_is_higher = second >= first;
    let design = Design::new(data.terms, data.outcomes.len())?;
    let side = |second: bool| Side::new(design.matrix(), data.outcomes, |row| data.second[row] == second);
    let sides = [side(second_is_higher), side(!second_is_higher)];
    let in_b = |row: usize| f64::from(u8::from(data.second[row] != second_is_higher));
    let pooled = design.matrix().rows().enumerate().flat_map(|(row, own)| [own, &[in_b(row)]].concat()).collect();
    let problem = Problem { design, sides, pooled, settings: *settings };
    let parts = problem.parts(data.outcomes, data.weights).ok_or_else(|| {
        Refusal::Undefined(
            "no regression can be fitted in one of the groups: a characteristic is constant there, depends on others, or \
             decides the outcome fully; leave it out or join levels"
                .to_owned(),
        )
    })?;
    let limits = bootstrap::limits(&problem, data);
    let mut numbered = parts.into_iter().enumerate().map(|(place, (total, by_term))| Part {
        total,
        by_term,
        limits: limits.as_ref().map(|limits| limits[place]),
    });
    let mut next = || numbered.next().unwrap_or(Part { total: 0.0, by_term: Vec::new(), limits: None });
    Ok(Oaxaca {
        second_is_higher,
        mean_a: first.max(second),
        mean_b: first.min(second),
        terms: problem.design.names(settings.normalised, data.terms),
        explained: next(),
        unexplained: next(),
        unexplained_a: next(),
        unexplained_b: next(),
        endowments: next(),
        coefficients: next(),
        interaction: next(),
    })
}

fn check(data: &Data<'_>, settings: &Settings) -> Result<(), Refusal> {
    let rows = data.outcomes.len();
    if data.second.len() != rows || data.weights.len() != rows {
        return Err(Refusal::UnequalLengths { column: "group".to_owned() });
    }
    for row in 0..rows {
        let refuse = |column: &str, must| Err(Refusal::OutOfRange { column: column.to_owned(), row: row + 1, must });
        let outcome = data.outcomes[row];
        if !outcome.is_finite() {
            return refuse("outcome", "must be a finite number");
        }
        if settings.model == Model::Logit && !(0.0..=1.0).contains(&outcome) {
            return refuse("outcome", "must lie between 0 and 1 for the logistic line");
        }
        if !(data.weights[row].is_finite() && data.weights[row] >= 0.0) {
            return refuse("weight", "must be a finite number, 0 or more");
        }
    }
    for second in [false, true] {
        let people: f64 = (0..rows).filter(|row| data.second[*row] == second).map(|row| data.weights[row]).sum();
        if people <= 0.0 {
            return Err(Refusal::TooFew { what: "groups with people", found: 1, needed: 2 });
        }
    }
    Ok(())
}

impl Problem {
    /// The parts for these weights; `None` when a regression cannot be fitted.
    fn parts(&self, outcomes: &[f64], weights: &[f64]) -> Option<Parts> {
        let Settings { model, pooled, normalised, .. } = self.settings;
        let [a, b] = &self.sides;
        let (of_a, of_b) = (a.weights(weights), b.weights(weights));
        let own_a = fit(model, a.matrix(), &a.outcomes, &of_a)?;
        let own_b = fit(model, b.matrix(), &b.outcomes, &of_b)?;
        let width = self.design.matrix().width;
        let together = match pooled {
            Pooled::WithoutGroup => fit(model, self.design.matrix(), outcomes, weights)?,
            Pooled::WithGroup => {
                let x = Matrix { values: &self.pooled, width: width + 1 };
                let mut coefficients = fit(model, x, outcomes, weights)?;
                coefficients.truncate(width);
                coefficients
            }
        };
        let expected =
            |side: &Side, weights: &[f64], coefficients: &[f64]| side.predicted(model, weights, coefficients);
        let (a_own, b_own) = (expected(a, &of_a, &own_a), expected(b, &of_b, &own_b));
        let (a_pooled, b_pooled) = (expected(a, &of_a, &together), expected(b, &of_b, &together));
        let (a_with_b, b_with_a) = (expected(a, &of_a, &own_b), expected(b, &of_b, &own_a));
        let (endowments, advantage) = (a_with_b - b_own, b_with_a - b_own);
        let shown = |coefficients: &[f64]| {
            if normalised { self.design.normalised(coefficients) } else { coefficients.to_vec() }
        };
        let shown_means = |means: Vec<f64>| if normalised { self.design.means_with_baselines(&means) } else { means };
        let (in_a, in_b) = (shown_means(a.means(&of_a)), shown_means(b.means(&of_b)));
        let (for_a, for_b, for_both) = (shown(&own_a), shown(&own_b), shown(&together));
        let terms = |part: &dyn Fn(usize) -> f64| (0..in_a.len()).map(part).collect::<Vec<f64>>();
        let explained = terms(&|k| (in_a[k] - in_b[k]) * for_both[k]);
        let over = terms(&|k| in_a[k] * (for_a[k] - for_both[k]));
        let under = terms(&|k| in_b[k] * (for_both[k] - for_b[k]));
        let unexplained = over.iter().zip(&under).map(|(one, other)| one + other).collect();
        Some([
            share_out(a_pooled - b_pooled, explained),
            share_out((a_own - b_own) - (a_pooled - b_pooled), unexplained),
            share_out(a_own - a_pooled, over),
            share_out(b_pooled - b_own, under),
            share_out(endowments, terms(&|k| (in_a[k] - in_b[k]) * for_b[k])),
            share_out(advantage, terms(&|k| in_b[k] * (for_a[k] - for_b[k]))),
            share_out(
                (a_own - b_own) - endowments - advantage,
                terms(&|k| (in_a[k] - in_b[k]) * (for_a[k] - for_b[k])),
            ),
        ])
    }
}

/// Yun's weights: each term's share on the scale of the line, applied to the part on the scale of the outcome. On a
/// straight line both are the same. Where the terms cancel out the part is shared equally.
fn share_out(total: f64, on_line: Vec<f64>) -> (f64, Vec<f64>) {
    let sum: f64 = on_line.iter().sum();
    let size: f64 = on_line.iter().map(|own| own.abs()).sum();
    if (sum - total).abs() <= 1e-9 * size {
        return (total, on_line);
    }
    if sum.abs() <= 1e-9 * size || size == 0.0 {
        let count = on_line.len() as f64;
        return (total, vec![total / count; on_line.len()]);
    }
    (total, on_line.into_iter().map(|own| own / sum * total).collect())
}

#[cfg(test)]
mod tests;
