//! Slope, relative and concentration indices from weighted rows in ordered groups, with survey-design limits.

use super::concentration::{Bounds, Index, bounds, factor, rescaled};
use super::design::Design;
use super::groups::Measured;
use super::rank_line::{Model, RankLine, Reading, Rows, mid_ranks};
use super::read;
use crate::interval::{CONFIDENCE, Confidence};
use crate::method::{Column, Family, Method, OptionSpec, Options};
use crate::refusal::Refusal;
use crate::table::{Row, Table};

/// Weighted rows, each in an ordered group.
pub struct Sample {
    outcomes: Vec<f64>,
    weights: Vec<f64>,
    ranks: Vec<f64>,
}

impl Sample {
    /// Rows with their outcome, the number of their group (1 = most disadvantaged) and their weight. All rows of a group
    /// share the middle of the group's cumulative weight as rank.
    pub fn new(outcomes: Vec<f64>, groups: &[f64], weights: Vec<f64>) -> Result<Self, Refusal> {
        for (row, ((outcome, group), weight)) in outcomes.iter().zip(groups).zip(&weights).enumerate() {
            let refuse =
                |column: &str, must| Err(Refusal::OutOfRange { column: column.to_owned(), row: row + 1, must });
            if !outcome.is_finite() {
                return refuse("value", "must be a finite number");
            }
            if !group.is_finite() {
                return refuse("rank", "must be a finite number");
            }
            if !(weight.is_finite() && *weight >= 0.0) {
                return refuse("weight", "must be a finite number, 0 or more");
            }
        }
        if weights.iter().sum::<f64>() <= 0.0 {
            return Err(Refusal::Undefined("the weights add to nothing: at least one must be above 0".to_owned()));
        }
        let mut numbers = groups.to_vec();
        numbers.sort_by(f64::total_cmp);
        numbers.dedup();
        let group_of: Vec<usize> = groups.iter().map(|own| numbers.partition_point(|number| number < own)).collect();
        let mut totals = vec![0.0; numbers.len()];
        for (group, weight) in group_of.iter().zip(&weights) {
            totals[*group] += weight;
        }
        let order: Vec<usize> = (0..totals.len()).collect();
        let middles = mid_ranks(&totals, &order);
        let ranks = group_of.iter().map(|group| middles[*group]).collect();
        Ok(Self { outcomes, weights, ranks })
    }

    fn rows(&self) -> Rows<'_> {
        Rows { outcomes: &self.outcomes, ranks: &self.ranks, weights: &self.weights }
    }

    fn mean(&self, of: &[f64]) -> f64 {
        let total: f64 = self.weights.iter().sum();
        self.weights.iter().zip(of).map(|(weight, value)| weight * value).sum::<f64>() / total
    }
}

fn se(line: &RankLine, reading: &Reading, rows: Rows<'_>, design: &Design<'_>) -> Result<Option<f64>, Refusal> {
    Ok(Some(design.variance(line.influences(reading, rows))?.sqrt()))
}

/// Slope index of inequality: best-off end minus most disadvantaged end.
pub fn slope(sample: &Sample, model: Model, design: &Design<'_>, confidence: Confidence) -> Result<Measured, Refusal> {
    let line = fit(sample, model)?;
    let reading = line.difference();
    Ok(Measured::normal(reading.value, se(&line, &reading, sample.rows(), design)?, confidence))
}

/// Relative index of inequality: best-off end over most disadvantaged end; the standard error is that of its logarithm.
pub fn relative(
    sample: &Sample,
    model: Model,
    design: &Design<'_>,
    confidence: Confidence,
) -> Result<Measured, Refusal> {
    let line = fit(sample, model)?;
    let reading = line.ratio()?;
    Ok(Measured::ratio(reading.value, se(&line, &reading, sample.rows(), design)?, confidence))
}

fn fit(sample: &Sample, model: Model) -> Result<RankLine, Refusal> {
    if model == Model::Logit
        && let Some(row) = sample.outcomes.iter().position(|outcome| !(0.0..=1.0).contains(outcome))
    {
        let must = "must lie between 0 and 1 for a logistic line";
        return Err(Refusal::OutOfRange { column: "value".to_owned(), row: row + 1, must });
    }
    RankLine::fit(model, sample.rows())
}

/// A concentration index by the convenient regression, with design-based limits (average taken as known).
pub fn concentration(
    sample: &Sample,
    index: Index,
    bounds: Option<Bounds>,
    design: &Design<'_>,
    confidence: Confidence,
) -> Result<Measured, Refusal> {
    let values = rescaled(&sample.outcomes, bounds, matches!(index, Index::Erreygers | Index::Wagstaff))?;
    let factor = factor(index, sample.mean(&values))?;
    let squares: Vec<f64> = sample.ranks.iter().map(|rank| (rank - 0.5).powi(2)).collect();
    let spread = sample.mean(&squares);
    let outcomes: Vec<f64> = values.iter().map(|value| 2.0 * spread * value).collect();
    let rows = Rows { outcomes: &outcomes, ..sample.rows() };
    let line = RankLine::fit(Model::Linear, rows)?;
    let reading = line.slope();
    Ok(Measured::normal(reading.value, se(&line, &reading, rows, design)?, confidence).scaled(factor))
}

fn sample(table: &Table) -> Result<Sample, Refusal> {
    let outcomes = table.numbers("value")?;
    let weights = if table.has("weight") { table.numbers("weight")? } else { vec![1.0; outcomes.len()] };
    Sample::new(outcomes, &table.numbers("rank")?, weights)
}

fn with_design<T>(table: &Table, then: impl FnOnce(&Design<'_>) -> T) -> Result<T, Refusal> {
    let column = |name: &str| table.has(name).then(|| table.texts(name)).transpose();
    let (clusters, strata) = (column("cluster")?, column("stratum")?);
    Ok(then(&Design { clusters: clusters.as_deref(), strata: strata.as_deref() }))
}

fn run_slope(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let (sample, confidence) = (sample(table)?, Confidence::from_options(options)?);
    let model = match options.text("line") {
        None | Some("logit") => Model::Logit,
        Some("linear") => Model::Linear,
        Some(_) => return Err(Refusal::option("line", "logit or linear")),
    };
    with_design(table, |design| {
        let mut rows = Vec::new();
        for (name, measured) in
            [("sii", slope(&sample, model, design, confidence)), ("rii", relative(&sample, model, design, confidence))]
        {
            let mut row: Row = vec![("measure", name.into())];
            match measured {
                Ok(measured) => row.extend(read::row(measured, 0)),
                Err(refusal) if name == "rii" => row.push(("refused", refusal.to_string().into())),
                Err(refusal) => return Err(refusal),
            }
            rows.push(row);
        }
        Ok(rows)
    })?
}

fn run_concentration(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let (sample, confidence) = (sample(table)?, Confidence::from_options(options)?);
    let bounds = bounds(options)?;
    let mut indices = vec![("aci", Index::Absolute), ("rci", Index::Relative)];
    if bounds.is_some() {
        indices.extend([("rci-erreygers", Index::Erreygers), ("rci-wagstaff", Index::Wagstaff)]);
    }
    with_design(table, |design| {
        let row = |(name, index): (&'static str, Index)| {
            let own = if matches!(index, Index::Absolute | Index::Relative) { None } else { bounds };
            let mut row: Row = vec![("measure", name.into())];
            row.extend(read::row(concentration(&sample, index, own, design, confidence)?, 0));
            Ok(row)
        };
        indices.into_iter().map(row).collect()
    })?
}

const COLUMNS: &[Column] = &[
    Column { name: "value", required: true, doc: "Outcome of the row; 0 or 1 for a logistic line." },
    Column { name: "rank", required: true, doc: "Number of the row's group, 1 = most disadvantaged." },
    Column { name: "weight", required: false, doc: "Sampling weight; without it every row counts the same." },
    Column { name: "cluster", required: false, doc: "Primary sampling unit." },
    Column { name: "stratum", required: false, doc: "Stratum of the sampling design; needs `cluster`." },
];

/// Slope and relative index from rows.
pub const SLOPE: Method = Method {
    id: "sii-rows",
    title: "Slope and relative index of inequality from weighted rows (survey design)",
    family: Family::Inequality,
    when_to_use: "For one row a respondent (a survey), with weights and clusters. For counts by group use `sii`.",
    doc: "Regression (logistic by default) of the outcome on the middle of its group's cumulative weight; SII = ŷ(1) − ŷ(0), \
        RII = ŷ(1)/ŷ(0), limits normal (in the logarithm for the RII), linearised variance for clusters drawn with \
        replacement within strata.\n\n**Source.** Lumley, *Complex Surveys* (2010), chapter 2; HEAT technical notes (World \
        Health Organization, 2024).",
    columns: COLUMNS,
    options: &[CONFIDENCE, OptionSpec { name: "line", default: "logit", doc: "logit or linear." }],
    example: "rank,value,weight\n1,1,1.2\n1,0,0.8\n1,1,1.0\n2,1,1.1\n2,0,0.9\n3,0,1.0\n3,1,1.3\n3,0,0.7\n",
    run: run_slope,
};

/// Concentration indices from rows.
pub const CONCENTRATION: Method = Method {
    id: "concentration-rows",
    title: "Concentration indices from weighted rows in ordered groups (survey design)",
    family: Family::Inequality,
    when_to_use: "As `sii-rows`, in the tradition of health economics. When every row has its own place (income), use \
        `concentration-index`.",
    doc: "As `aci`, `rci`, `rci-erreygers` and `rci-wagstaff` (the last two when `--bounds` is given), with the linearised \
        variance of `sii-rows`; the average is taken as known.\n\n**Source.** O'Donnell and others, *Analyzing Health Equity \
        Using Household Survey Data* (World Bank, 2008), chapter 8.",
    columns: COLUMNS,
    options: &[CONFIDENCE, super::concentration::BOUNDS],
    example: "rank,value,weight\n1,1,1.2\n1,0,0.8\n1,1,1.0\n2,1,1.1\n2,0,0.9\n3,0,1.0\n3,1,1.3\n3,0,0.7\n",
    run: run_concentration,
};
