//! MAIHDA: how much inequality lies between intersectional strata, and how much of it is more than the sum of its parts.

use super::logistic::{self, Count, LogisticFit, logistic as probability};
use super::normal::Criterion;
use super::strata::{Design, Dimension, combinations};
use crate::interval::{CONFIDENCE, Confidence, Estimate};
use crate::method::{Column, Family, Method, OptionSpec, Options};
use crate::numeric::normal_quantile;
use crate::refusal::Refusal;
use crate::table::{Row, Table, Value};

/// Most quadrature nodes per stratum; more add nothing at double precision.
const MOST_POINTS: usize = 50;

/// A standard deviation between strata below which the fit is called singular: no variance was found.
const SINGULAR_BELOW: f64 = 1e-4;

/// A coefficient of a model.
#[derive(Clone, Debug, PartialEq)]
pub struct Coefficient {
    /// Dimension and group, or `(Intercept)`.
    pub name: String,
    /// Value: log-odds, or the unit of the values.
    pub value: f64,
    /// Standard error.
    pub error: f64,
}

/// What a model says about one stratum, as a probability (or in the unit of the values).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StratumEstimate {
    /// Deviation from the fixed part: log-odds, or the unit of the values.
    pub effect: f64,
    /// Standard deviation of the effect, given the fixed part.
    pub effect_sd: f64,
    /// The stratum's shrunken value; the interval holds the uncertainty of effect and fixed part.
    pub value: Estimate,
    /// The same with an interval for the effect only, as `lme4` reports it.
    pub given_fixed: Estimate,
    /// What the fixed part alone expects.
    pub additive: f64,
    /// Value less what the fixed part expects: the interaction, in a main-effects model.
    pub interaction: f64,
}

/// One of the two models.
#[derive(Clone, Debug, PartialEq)]
pub struct Fit {
    /// Coefficients, the intercept first.
    pub coefficients: Vec<Coefficient>,
    /// Variance between strata.
    pub variance: f64,
    /// Variance within strata: π²/3 on the log-odds scale.
    pub within: f64,
    /// Variance partition coefficient: the share of all variance that lies between strata.
    pub vpc: f64,
    /// Median odds ratio of two strata; of logistic models only.
    pub median_odds_ratio: Option<f64>,
    /// Discriminatory accuracy: area under the ROC curve of the strata's values as predictions for their people; of
    /// logistic models only, absent without both events and non-events.
    pub auc: Option<f64>,
    /// Logarithm of the likelihood (restricted, under REML).
    pub log_likelihood: f64,
    /// Whether no variance between strata was found.
    pub singular: bool,
    /// The strata, in the order given.
    pub strata: Vec<StratumEstimate>,
}

/// Null model, main-effects model, and what lies between them.
#[derive(Clone, Debug, PartialEq)]
pub struct Maihda {
    /// Strata around one mean: all inequality between them.
    pub null: Fit,
    /// Strata around the sum of their dimensions' effects: what is more than that sum.
    pub main: Fit,
    /// Proportional change in variance: the share of the inequality between strata that the dimensions' sum explains;
    /// absent where strata do not differ.
    pub explained: Option<f64>,
}

/// What is asked of a logistic model.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LogisticOptions {
    /// Quadrature nodes per stratum: 1 is Laplace, 15 is ample.
    pub points: usize,
    /// Confidence of intervals.
    pub confidence: Confidence,
}

/// Fits both logistic models to one count per stratum.
///
/// Refused: no events or nothing but events (in all or in a group), events above trials, fewer than two groups in a
/// dimension, dimensions that cannot be told apart, and counts on which the model does not converge.
pub fn fit(counts: &[Count], dimensions: &[Dimension], options: &LogisticOptions) -> Result<Maihda, Refusal> {
    check(counts, dimensions, options)?;
    let null = Design::null(counts.len());
    let main = Design::main_effects(counts.len(), dimensions)?;
    let fit =
        |design: &Design| Ok(logistic_fit(counts, &logistic::fit(counts, design, options.points)?, design, options));
    Ok(Maihda::of(fit(&null)?, fit(&main)?))
}

impl Maihda {
    /// Both models side by side.
    pub(super) fn of(null: Fit, main: Fit) -> Self {
        let explained = (!null.singular).then(|| (null.variance - main.variance) / null.variance);
        Self { null, main, explained }
    }
}

fn logistic_fit(counts: &[Count], found: &LogisticFit, design: &Design, options: &LogisticOptions) -> Fit {
    let variance = found.sigma * found.sigma;
    let within = std::f64::consts::PI.powi(2) / 3.0;
    let z = options.confidence.z();
    let stratum = |index: usize| {
        let ((effect, effect_sd), fixed) = (found.effects[index], found.fixed[index]);
        let around = |sd: f64| Estimate {
            value: probability(fixed + effect),
            lower: probability(fixed + effect - z * sd),
            upper: probability(fixed + effect + z * sd),
        };
        let additive = probability(fixed);
        StratumEstimate {
            effect,
            effect_sd,
            value: around(found.total_sd[index]),
            given_fixed: around(effect_sd),
            additive,
            interaction: probability(fixed + effect) - additive,
        }
    };
    let strata: Vec<StratumEstimate> = (0..found.fixed.len()).map(stratum).collect();
    Fit {
        coefficients: coefficients(design, &found.coefficients),
        auc: auc(counts, &strata),
        variance,
        within,
        vpc: variance / (variance + within),
        median_odds_ratio: Some(((2.0 * variance).sqrt() * normal_quantile(0.75)).exp()),
        log_likelihood: found.log_likelihood,
        singular: found.sigma < SINGULAR_BELOW,
        strata,
    }
}

/// Chance that a person with the event is in a stratum of higher value than one without; half a point for a tie.
fn auc(counts: &[Count], strata: &[StratumEstimate]) -> Option<f64> {
    let mut ordered: Vec<(f64, &Count)> = strata.iter().map(|stratum| stratum.value.value).zip(counts).collect();
    ordered.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (mut won, mut events, mut others) = (0.0, 0.0, 0.0);
    for tied in ordered.chunk_by(|before, after| before.0.total_cmp(&after.0).is_eq()) {
        let own_events: f64 = tied.iter().map(|(_, count)| count.events).sum();
        let own_others: f64 = tied.iter().map(|(_, count)| count.trials - count.events).sum();
        won += own_events * (others + 0.5 * own_others);
        events += own_events;
        others += own_others;
    }
    (events > 0.0 && others > 0.0).then(|| won / (events * others))
}

/// Coefficients with their names.
pub(super) fn coefficients(design: &Design, found: &[(f64, f64)]) -> Vec<Coefficient> {
    let named = design.names.iter().zip(found);
    named.map(|(name, (value, error))| Coefficient { name: name.clone(), value: *value, error: *error }).collect()
}

fn check(counts: &[Count], dimensions: &[Dimension], options: &LogisticOptions) -> Result<(), Refusal> {
    if !(1..=MOST_POINTS).contains(&options.points) {
        return Err(Refusal::option("points", "between 1 (Laplace) and 50"));
    }
    for (row, count) in counts.iter().enumerate() {
        for (column, number) in [("numerator", count.events), ("denominator", count.trials)] {
            if !(number.is_finite() && number >= 0.0) {
                let must = "must be a finite number of 0 or more";
                return Err(Refusal::OutOfRange { column: column.into(), row: row + 1, must });
            }
        }
        if count.events > count.trials {
            return Err(Refusal::NumeratorAboveDenominator { row: row + 1 });
        }
    }
    if dimensions.is_empty() {
        return Err(Refusal::TooFew { what: "dimensions", found: 0, needed: 1 });
    }
    for dimension in dimensions.iter().filter(|dimension| dimension.of_stratum.len() == counts.len()) {
        for (group, label) in dimension.groups.iter().enumerate() {
            let own = || counts.iter().zip(&dimension.of_stratum).filter(|(_, own)| **own == group);
            let (events, trials) =
                own().fold((0.0, 0.0), |(events, trials), (count, _)| (events + count.events, trials + count.trials));
            if events <= 0.0 || events >= trials {
                return Err(Refusal::Undefined(format!(
                    "group {label} of {} has no events, or nothing but events: merge it with another",
                    dimension.name
                )));
            }
        }
    }
    Ok(())
}

/// The dimensions of a table, its strata's labels and each row's stratum: every column that is not in `taken`.
pub(super) type TableStrata = (Vec<Dimension>, Vec<Vec<String>>, Vec<usize>);

/// Reads the strata of a table.
pub(super) fn read_strata(table: &Table, taken: &[&str]) -> Result<TableStrata, Refusal> {
    let names: Vec<&String> = table.names().iter().filter(|name| !taken.contains(&name.as_str())).collect();
    let columns = names.iter().map(|name| table.texts(name)).collect::<Result<Vec<_>, _>>()?;
    for (name, column) in names.iter().zip(&columns) {
        if let Some(row) = column.iter().position(|label| label.trim().is_empty()) {
            return Err(Refusal::MissingValue { column: (*name).clone(), row: row + 1 });
        }
    }
    let (strata, of_row) = combinations(&columns, table.rows());
    let dimensions = names
        .iter()
        .enumerate()
        .map(|(index, name)| {
            let labels: Vec<String> = strata.iter().map(|labels| labels[index].clone()).collect();
            Dimension::from_labels(name, &labels)
        })
        .collect();
    Ok((dimensions, strata, of_row))
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let (events, trials) = (table.numbers("numerator")?, table.numbers("denominator")?);
    let points = options.number("points", 1.0)?;
    if points.fract() != 0.0 || !(1.0..=MOST_POINTS as f64).contains(&points) {
        return Err(Refusal::option("points", "a whole number between 1 (Laplace) and 50"));
    }
    if let Some(row) = events.iter().zip(&trials).position(|(events, trials)| events > trials) {
        return Err(Refusal::NumeratorAboveDenominator { row: row + 1 });
    }
    let (dimensions, strata, of_row) = read_strata(table, &["numerator", "denominator"])?;
    let mut counts = vec![Count { events: 0.0, trials: 0.0 }; strata.len()];
    for (row, stratum) in of_row.into_iter().enumerate() {
        counts[stratum].events += events[row];
        counts[stratum].trials += trials[row];
    }
    let points = (1..=MOST_POINTS).find(|count| *count as f64 >= points).unwrap_or(1);
    let options = LogisticOptions { points, confidence: Confidence::from_options(options)? };
    Ok(rows(&fit(&counts, &dimensions, &options)?, &dimensions, &strata))
}

/// Long rows: one per quantity of a model and per stratum.
pub(super) fn rows(maihda: &Maihda, dimensions: &[Dimension], strata: &[Vec<String>]) -> Vec<Row> {
    let row = |model: &'static str, quantity: &str, of: &str, value: f64, limits: Option<(f64, f64)>| -> Row {
        vec![
            ("model", model.into()),
            ("quantity", quantity.into()),
            ("of", if of.is_empty() { Value::Missing } else { of.into() }),
            ("value", Value::number(value)),
            ("lower", Value::maybe(limits.map(|(lower, _)| lower))),
            ("upper", Value::maybe(limits.map(|(_, upper)| upper))),
        ]
    };
    let mut rows = Vec::new();
    for (model, fit) in [("null", &maihda.null), ("main_effects", &maihda.main)] {
        rows.push(row(model, "variance_between_strata", "", fit.variance, None));
        rows.push(row(model, "variance_within_strata", "", fit.within, None));
        rows.push(row(model, "vpc", "", fit.vpc, None));
        rows.extend(fit.median_odds_ratio.map(|ratio| row(model, "median_odds_ratio", "", ratio, None)));
        rows.extend(fit.auc.map(|auc| row(model, "auc", "", auc, None)));
        rows.push(row(model, "log_likelihood", "", fit.log_likelihood, None));
        for coefficient in &fit.coefficients {
            rows.push(row(model, "coefficient", &coefficient.name, coefficient.value, None));
            rows.push(row(model, "standard_error", &coefficient.name, coefficient.error, None));
        }
    }
    rows.extend(maihda.explained.map(|share| row("main_effects", "pcv", "", share, None)));
    for (index, labels) in strata.iter().enumerate() {
        let names = dimensions.iter().zip(labels).map(|(dimension, label)| format!("{}={label}", dimension.name));
        let name = names.collect::<Vec<_>>().join(", ");
        let stratum = &maihda.main.strata[index];
        let value = stratum.value;
        rows.push(row("main_effects", "stratum", &name, value.value, Some((value.lower, value.upper))));
        rows.push(row("main_effects", "stratum_additive", &name, stratum.additive, None));
        rows.push(row("main_effects", "stratum_interaction", &name, stratum.interaction, None));
    }
    rows
}

/// The criterion of normal models by option text.
pub(super) fn criterion(options: &Options) -> Result<Criterion, Refusal> {
    match options.text("criterion") {
        None | Some("ml") => Ok(Criterion::MaximumLikelihood),
        Some("reml") => Ok(Criterion::Restricted),
        Some(_) => Err(Refusal::option("criterion", "ml or reml")),
    }
}

/// `evenly measure maihda`.
pub const METHOD: Method = Method {
    id: "maihda",
    title: "MAIHDA: inequality between intersectional strata, from counts",
    family: Family::Multilevel,
    when_to_use: "Many small strata (ethnicity by deprivation by sex …) with numerators and denominators: estimates \
        that borrow strength, and how much of the inequality is more than the sum of its dimensions. For two or three \
        large groups compare them directly.",
    doc: r"**Formula.** Null model: log-odds of stratum j = β₀ + u_j, u_j normal with variance σ². Main-effects model: the same with
an indicator for every group but the first of each dimension. VPC = σ²/(σ² + π²/3). PCV = (σ²_null − σ²_main)/σ²_null.
Median odds ratio = exp(√(2σ²) Φ⁻¹(0.75)). AUC = the chance that a person with the event is in a stratum of higher value
than a person without. A stratum's value is the probability at its fixed part plus its most likely
effect; additive, at the fixed part alone; interaction, the difference.

**Fit.** Maximum likelihood, the integral over each stratum's effect by Laplace (`--points 1`, default) or adaptive
Gauss–Hermite quadrature (`--points 15`; better where strata have few events). Standard errors from the curvature of the
likelihood in all parameters.

**Conventions.** Every column but `numerator` and `denominator` is a dimension; rows of one stratum are summed; groups
are in order of label and the first is the reference. Intervals hold the uncertainty of the stratum's effect and of the
fixed part (`lme4` users often show the first alone), but not that of σ. PCV is absent where strata do not differ.

**Limits.** Refused: a group without events or with nothing but events, dimensions that cannot be told apart, no more
strata than main effects. With fewer than about 20 strata σ² is poorly known. The VPC says how well strata tell people
apart, not how unfair the differences are.

**Source.** Evans, Leckie, Subramanian, Bell and Merlo, 'A tutorial for conducting intersectional multilevel analysis of
individual heterogeneity and discriminatory accuracy (MAIHDA)', SSM – Population Health 26 (2024), 101664; Merlo and
others, 'A brief conceptual tutorial of multilevel analysis in social epidemiology', Journal of Epidemiology and
Community Health 60 (2006), p. 290–297; estimates agree with `lme4` (Bates and others, Journal of Statistical Software 67,
2015, no. 1).",
    columns: &[
        Column { name: "numerator", required: true, doc: "Events in the stratum." },
        Column { name: "denominator", required: true, doc: "People or chances in the stratum." },
    ],
    options: &[
        OptionSpec { name: "points", default: "1", doc: "Quadrature nodes per stratum: 1 (Laplace) to 50." },
        CONFIDENCE,
    ],
    example: "sex,ethnicity,numerator,denominator\nF,A,30,300\nM,A,42,310\nF,B,25,120\nM,B,20,115\nF,C,50,400\nM,C,61,390\nF,D,9,60\nM,D,22,75\n",
    run,
};

#[cfg(test)]
mod tests {
    use super::{Dimension, LogisticOptions, Maihda, fit};
    use crate::interval::Confidence;
    use crate::multilevel::logistic::Count;
    use crate::refusal::Refusal;

    fn dimensions() -> Vec<Dimension> {
        let labels = |size: usize, step: usize| -> Vec<String> {
            (0..24).map(|stratum| ((stratum / step) % size).to_string()).collect()
        };
        vec![Dimension::from_labels("a", &labels(6, 1)), Dimension::from_labels("b", &labels(4, 6))]
    }

    fn fitted(counts: &[Count]) -> Result<Maihda, Refusal> {
        let options = LogisticOptions { points: 1, confidence: Confidence::new(0.95)? };
        fit(counts, &dimensions(), &options)
    }

    /// Strata whose log-odds are a sum over both dimensions, with one stratum off by `extra`.
    fn planted(extra: f64) -> Vec<Count> {
        (0..24)
            .map(|stratum| {
                let odds = -1.5 + 0.3 * f64::from(stratum % 6) - 0.2 * f64::from(stratum / 6)
                    + if stratum == 9 { extra } else { 0.0 };
                let trials = 4000.0;
                Count { events: (trials / (1.0 + f64::exp(-odds))).round(), trials }
            })
            .collect()
    }

    #[test]
    fn a_sum_of_dimensions_is_explained_by_them() {
        let found = fitted(&planted(0.0)).expect("a fit");
        assert!(found.explained.is_some_and(|share| share > 0.99));
        assert!(found.main.singular);
    }

    #[test]
    fn a_planted_interaction_is_found_in_its_stratum() {
        let found = fitted(&planted(0.8)).expect("a fit");
        let largest =
            (0..24).max_by(|a, b| found.main.strata[*a].interaction.total_cmp(&found.main.strata[*b].interaction));
        assert_eq!(largest, Some(9));
        for stratum in found.main.strata.iter().chain(&found.null.strata) {
            assert!(stratum.value.holds(stratum.value.value));
            assert!(
                stratum.value.lower <= stratum.given_fixed.lower && stratum.given_fixed.upper <= stratum.value.upper
            );
        }
    }

    #[test]
    fn a_group_without_events_is_refused() {
        let mut counts = planted(0.0);
        counts.iter_mut().step_by(6).for_each(|count| count.events = 0.0);
        assert!(matches!(fitted(&counts), Err(Refusal::Undefined(_))));
        counts[3].events = counts[3].trials + 1.0;
        assert!(matches!(fitted(&counts), Err(Refusal::NumeratorAboveDenominator { row: 4 })));
    }
}
