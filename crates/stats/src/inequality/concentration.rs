//! Absolute and relative concentration index over ordered groups, also for bounded outcomes.

use super::groups::{FEWEST_GROUPS, Groups, Measured};
use super::rank_line::{Model, RankLine, Rows, mid_ranks};
use super::read;
use crate::interval::Confidence;
use crate::method::{Family, Method, OptionSpec, Options};
use crate::refusal::Refusal;
use crate::table::{Row, Table};

/// Which concentration index.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Index {
    /// Absolute: Σp(2R − 1)y, in the unit of the indicator.
    Absolute,
    /// Relative: the absolute index over the average.
    Relative,
    /// Erreygers' for a bounded outcome: 4μ times the relative index of the outcome put on 0 to 1.
    Erreygers,
    /// Wagstaff's for a bounded outcome: the relative index of the outcome put on 0 to 1, over 1 − μ.
    Wagstaff,
}

/// Lowest and highest value that the outcome can take.
pub type Bounds = [f64; 2];

/// A concentration index by the convenient regression of 2σ²y (over μ) on rank, with limits from its scatter.
///
/// With `bounds` the outcome is first put on 0 to 1; Erreygers' and Wagstaff's index need them.
pub fn concentration(
    groups: &Groups,
    index: Index,
    bounds: Option<Bounds>,
    confidence: Confidence,
) -> Result<Measured, Refusal> {
    groups.at_least(FEWEST_GROUPS)?;
    let order = groups.ordered("concentration index")?;
    let (shares, weights) = (groups.shares()?, groups.populations()?);
    let values = rescaled(groups.values(), bounds, matches!(index, Index::Erreygers | Index::Wagstaff))?;
    let average: f64 = shares.iter().zip(&values).map(|(share, value)| share * value).sum();
    let ranks = mid_ranks(weights, &order);
    let spread: f64 = shares.iter().zip(&ranks).map(|(share, rank)| share * (rank - 0.5).powi(2)).sum();
    let factor = factor(index, average)?;
    let outcomes: Vec<f64> = values.iter().map(|value| 2.0 * spread * value).collect();
    let rows = Rows { outcomes: &outcomes, ranks: &ranks, weights };
    let line = RankLine::fit(Model::Linear, rows)?;
    let count = weights.iter().filter(|weight| **weight > 0.0).count();
    let se = (count > 2).then(|| line.classical_se(rows, (count - 2) as f64));
    Ok(Measured::normal(line.slope().value, se, confidence).scaled(factor))
}

/// What the absolute index is multiplied by.
pub(super) fn factor(index: Index, average: f64) -> Result<f64, Refusal> {
    let undefined = |why: &str| Err(Refusal::Undefined(why.to_owned()));
    match index {
        Index::Absolute => Ok(1.0),
        Index::Erreygers => Ok(4.0),
        _ if average <= 0.0 => undefined("the average is not above 0: use the absolute concentration index"),
        Index::Relative => Ok(1.0 / average),
        Index::Wagstaff if average >= 1.0 => {
            undefined("every value is at its upper bound: there is nothing to divide by")
        }
        Index::Wagstaff => Ok(1.0 / (average * (1.0 - average))),
    }
}

/// Values put on 0 to 1 where bounds are given.
pub(super) fn rescaled(values: &[f64], bounds: Option<Bounds>, needed: bool) -> Result<Vec<f64>, Refusal> {
    let Some([low, high]) = bounds else {
        return if needed {
            Err(Refusal::option("bounds", "given, as lowest,highest, for an index of a bounded outcome"))
        } else {
            Ok(values.to_vec())
        };
    };
    if !(low.is_finite() && high.is_finite() && low < high) {
        return Err(Refusal::option("bounds", "two numbers, lowest,highest"));
    }
    if let Some(row) = values.iter().position(|value| !(low..=high).contains(value)) {
        let must = "must lie within the bounds";
        return Err(Refusal::OutOfRange { column: "value".to_owned(), row: row + 1, must });
    }
    Ok(values.iter().map(|value| (value - low) / (high - low)).collect())
}

/// Bounds from the option `bounds`, such as `0,100`.
pub(super) fn bounds(options: &Options) -> Result<Option<Bounds>, Refusal> {
    let Some(text) = options.text("bounds").filter(|text| !text.is_empty()) else { return Ok(None) };
    let wrong = || Refusal::option("bounds", "two numbers with a comma, lowest,highest, such as 0,100");
    let (low, high) = text.split_once(',').ok_or_else(wrong)?;
    let number = |text: &str| text.trim().parse::<f64>().ok().filter(|number| number.is_finite()).ok_or_else(wrong);
    Ok(Some([number(low)?, number(high)?]))
}

fn run(table: &Table, options: &Options, index: Index) -> Result<Vec<Row>, Refusal> {
    let given = bounds(options)?;
    read::run(table, options, |groups, confidence| {
        let of_scale = matches!(index, Index::Erreygers | Index::Wagstaff).then(|| [0.0, groups.scale()]);
        concentration(groups, index, given.or(of_scale), confidence)
    })
}

/// The option that gives the bounds of an outcome.
pub(super) const BOUNDS: OptionSpec = OptionSpec {
    name: "bounds",
    default: "",
    doc: "Lowest and highest possible value, such as 0,100; for Erreygers and Wagstaff 0 and the scale without it.",
};
const OPTIONS: &[OptionSpec] = &[read::OPTIONS[0], read::OPTIONS[1], read::OPTIONS[3], read::OPTIONS[5], BOUNDS];

macro_rules! concentration_method {
    ($name:ident, $id:literal, $title:literal, $index:expr, $when:literal, $doc:literal) => {
        #[doc = $title]
        pub const $name: Method = Method {
            id: $id,
            title: $title,
            family: Family::Inequality,
            when_to_use: $when,
            doc: concat!(
                $doc,
                " R is the cumulative share of the population at the middle of each group, most disadvantaged first: the \
                 index is negative when the outcome is concentrated among the disadvantaged. Computed as the slope of \
                 2σ²y on R, weighted by population; limits are normal, from the scatter about that line.\n\n**Source.** \
                 O'Donnell and others, *Analyzing Health Equity Using Household Survey Data* (World Bank, 2008), chapter 8; \
                 HEAT technical notes (World Health Organization, 2024)."
            ),
            columns: read::ORDERED_COLUMNS,
            options: OPTIONS,
            example: read::ORDERED_EXAMPLE,
            run: |table, options| run(table, options, $index),
        };
    };
}

concentration_method!(
    ACI,
    "aci",
    "Absolute concentration index over ordered groups",
    Index::Absolute,
    "As `sii`, in the tradition of health economics; its size has no plain meaning, so prefer `sii` for readers.",
    "ACI = Σp(2R − 1)y."
);
concentration_method!(
    RCI,
    "rci",
    "Relative concentration index over ordered groups",
    Index::Relative,
    "As `aci`, relative to the average. For proportions the answer for an outcome and for its opposite differ: use \
        `rci-erreygers`.",
    "RCI = Σp(2R − 1)y/μ."
);
concentration_method!(
    RCI_ERREYGERS,
    "rci-erreygers",
    "Concentration index for bounded outcomes, Erreygers' correction",
    Index::Erreygers,
    "For proportions and other bounded outcomes: an outcome and its opposite give the same size.",
    "y on 0 to 1 between its bounds; E = 4μ·RCI (Erreygers, *Journal of Health Economics* 28 (2009), p. 504)."
);
concentration_method!(
    RCI_WAGSTAFF,
    "rci-wagstaff",
    "Concentration index for bounded outcomes, Wagstaff's normalisation",
    Index::Wagstaff,
    "As `rci-erreygers`, relative to the largest inequality possible at this average.",
    "y on 0 to 1 between its bounds; W = RCI/(1 − μ) (Wagstaff, *Health Economics* 14 (2005), p. 429)."
);
