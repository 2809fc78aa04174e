//! MAIHDA of single values, such as waiting days or scores.

use super::maihda::{Fit, Maihda, StratumEstimate, coefficients, criterion, read_strata, rows};
use super::normal::{self, Criterion, NormalFit, Summary};
use super::strata::{Design, Dimension};
use crate::interval::{CONFIDENCE, Confidence, Estimate};
use crate::method::{Column, Family, Method, OptionSpec, Options};
use crate::refusal::Refusal;
use crate::table::{Row, Table};

/// Fits both normal models to the values of each stratum.
///
/// Refused: values that are not finite, values that do not vary within strata, fewer than two groups in a dimension,
/// dimensions that cannot be told apart.
pub fn fit(
    values: &[Vec<f64>],
    dimensions: &[Dimension],
    criterion: Criterion,
    confidence: Confidence,
) -> Result<Maihda, Refusal> {
    if let Some(row) = values.iter().position(|values| values.iter().any(|value| !value.is_finite())) {
        return Err(Refusal::OutOfRange { column: "value".into(), row: row + 1, must: "must be a finite number" });
    }
    if dimensions.is_empty() {
        return Err(Refusal::TooFew { what: "dimensions", found: 0, needed: 1 });
    }
    let summaries: Vec<Summary> = values.iter().map(|values| Summary::of(values)).collect();
    let main = Design::main_effects(values.len(), dimensions)?;
    let fit = |design: &Design| Ok(model(&normal::fit(&summaries, design, criterion)?, design, confidence));
    Ok(Maihda::of(fit(&Design::null(values.len()))?, fit(&main)?))
}

fn model(found: &NormalFit, design: &Design, confidence: Confidence) -> Fit {
    let stratum = |index: usize| {
        let ((effect, effect_sd), fixed) = (found.effects[index], found.fixed[index]);
        let around = |sd: f64| Estimate {
            value: fixed + effect,
            lower: fixed + effect - confidence.z() * sd,
            upper: fixed + effect + confidence.z() * sd,
        };
        StratumEstimate {
            effect,
            effect_sd,
            value: around(found.total_sd[index]),
            given_fixed: around(effect_sd),
            additive: fixed,
            interaction: effect,
        }
    };
    Fit {
        coefficients: coefficients(design, &found.coefficients),
        variance: found.between,
        within: found.within,
        vpc: found.between / (found.between + found.within),
        median_odds_ratio: None,
        auc: None,
        log_likelihood: found.log_likelihood,
        singular: found.between <= 0.0,
        strata: (0..found.fixed.len()).map(stratum).collect(),
    }
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let values = table.numbers("value")?;
    let (dimensions, strata, of_row) = read_strata(table, &["value"])?;
    let mut by_stratum = vec![Vec::new(); strata.len()];
    for (value, stratum) in values.into_iter().zip(of_row) {
        by_stratum[stratum].push(value);
    }
    let found = fit(&by_stratum, &dimensions, criterion(options)?, Confidence::from_options(options)?)?;
    Ok(rows(&found, &dimensions, &strata))
}

/// `evenly measure maihda-mean`.
pub const METHOD: Method = Method {
    id: "maihda-mean",
    title: "MAIHDA of single values: inequality in a mean between intersectional strata",
    family: Family::Multilevel,
    when_to_use: "A measured value per person (waiting days, a score) and many small strata. For events out of people \
        use `maihda`.",
    doc: r"**Formula.** Value i of stratum j = fixed part + u_j + e_ij, both normal; fixed part as in `maihda`. VPC = variance
between strata over all variance. PCV = (σ²_null − σ²_main)/σ²_null. Effects are the expected values given the data
(shrunken means).

**Fit.** Maximum likelihood by default: PCV compares models with different fixed parts, which REML variances do not allow
(`--criterion reml` gives them all the same).

**Conventions.** Every column but `value` is a dimension; groups are in order of label and the first is the reference.
Intervals hold the uncertainty of the stratum's effect and of the fixed part, not that of the variances.

**Limits.** Skewed values (waits) make intervals too short for extreme strata; look at the median too. Refused: values
that do not vary within strata, dimensions that cannot be told apart, no more strata than main effects.

**Source.** Evans, Leckie, Subramanian, Bell and Merlo, SSM – Population Health 26 (2024), 101664; Bates, Mächler, Bolker
and Walker, Journal of Statistical Software 67 (2015), no. 1.",
    columns: &[Column { name: "value", required: true, doc: "The value of one person; a stratum has several rows." }],
    options: &[OptionSpec { name: "criterion", default: "ml", doc: "ml (maximum likelihood) or reml." }, CONFIDENCE],
    example: "sex,area,value\nF,1,5.1\nF,1,6.0\nM,1,7.2\nM,1,6.1\nF,2,8.4\nF,2,7.7\nM,2,9.9\nM,2,9.0\nF,3,4.8\nF,3,5.9\nM,3,6.6\nM,3,5.0\n",
    run,
};

#[cfg(test)]
mod tests {
    use super::{Criterion, Dimension, fit};
    use crate::interval::Confidence;

    #[test]
    fn shrunken_means_lie_between_stratum_and_fixed_part() {
        let labels = |of: fn(usize) -> usize| (0..12).map(|stratum| of(stratum).to_string()).collect::<Vec<_>>();
        let dimensions =
            [Dimension::from_labels("a", &labels(|s| s % 4)), Dimension::from_labels("b", &labels(|s| s / 4))];
        let values: Vec<Vec<f64>> = (0..12_u32)
            .map(|stratum| {
                (0..6_u32).map(|i| f64::from((stratum * 7) % 5) * 3.0 + f64::from((i * 3 + stratum) % 7)).collect()
            })
            .collect();
        let confidence = Confidence::new(0.95).expect("a level");
        let found = fit(&values, &dimensions, Criterion::MaximumLikelihood, confidence).expect("a fit");
        for (stratum, values) in found.null.strata.iter().zip(&values) {
            let mean = values.iter().sum::<f64>() / 6.0;
            let (low, high) = (mean.min(stratum.additive), mean.max(stratum.additive));
            assert!((low - 1e-9..=high + 1e-9).contains(&stratum.value.value));
            assert!(stratum.value.holds(stratum.value.value));
        }
        assert!(found.main.log_likelihood >= found.null.log_likelihood);
    }
}
