//! Mean distance of the groups from the average, from the best group or from a reference group.

use super::bootstrap::{self, Sampling};
use super::groups::{FEWEST_GROUPS, Groups, Measured};
use super::read;
use crate::interval::Better;
use crate::method::{Family, Method};
use crate::refusal::Refusal;

/// What the groups' distance is measured from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum From {
    /// The average of the whole.
    Average,
    /// The best group: the highest value when higher is better, else the lowest.
    Best,
    /// The reference group.
    Reference,
}

/// How the groups' distances are averaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Weighting {
    /// By population.
    Population,
    /// Every group counts the same.
    Equal,
}

fn benchmark(groups: &Groups, from: From, values: &[f64]) -> f64 {
    match from {
        From::Average => groups.average_of(values).unwrap_or(f64::NAN),
        From::Reference => groups.reference().map_or(f64::NAN, |position| values[position]),
        From::Best => match groups.better() {
            Better::Higher => values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            Better::Lower => values.iter().copied().fold(f64::INFINITY, f64::min),
        },
    }
}

fn deviation(groups: &Groups, from: From, shares: Option<&[f64]>, values: &[f64]) -> f64 {
    let benchmark = benchmark(groups, from, values);
    match shares {
        Some(shares) => shares.iter().zip(values).map(|(share, value)| share * (value - benchmark).abs()).sum(),
        None => values.iter().map(|value| (value - benchmark).abs()).sum::<f64>() / values.len() as f64,
    }
}

fn shares(groups: &Groups, weighting: Weighting) -> Result<Option<&[f64]>, Refusal> {
    match weighting {
        Weighting::Population => groups.shares().map(Some),
        Weighting::Equal => Ok(None),
    }
}

/// Mean absolute distance, in the unit of the indicator, with bootstrapped limits.
pub fn mean_deviation(
    groups: &Groups,
    from: From,
    weighting: Weighting,
    sampling: &Sampling,
) -> Result<Measured, Refusal> {
    groups.at_least(FEWEST_GROUPS)?;
    let shares = shares(groups, weighting)?;
    match from {
        From::Average => {
            groups.average()?;
        }
        From::Reference if groups.reference().is_none() => {
            return Err(Refusal::option("reference", "given: the name of the group that the others are compared with"));
        }
        From::Reference | From::Best => {}
    }
    let statistic = |values: &[f64]| deviation(groups, from, shares, values);
    Ok(Measured { value: statistic(groups.values()), se: None, limits: bootstrap::limits(groups, sampling, statistic) })
}

/// Index of disparity: mean absolute distance from the average in per cent of it, with bootstrapped limits in which the
/// average is computed anew for every draw.
pub fn index_of_disparity(groups: &Groups, weighting: Weighting, sampling: &Sampling) -> Result<Measured, Refusal> {
    groups.at_least(FEWEST_GROUPS)?;
    groups.positive_average()?;
    let shares = shares(groups, weighting)?;
    let statistic = |values: &[f64]| {
        100.0 * deviation(groups, From::Average, shares, values) / groups.average_of(values).unwrap_or(f64::NAN)
    };
    Ok(Measured { value: statistic(groups.values()), se: None, limits: bootstrap::limits(groups, sampling, statistic) })
}

macro_rules! deviation_method {
    ($name:ident, $id:literal, $title:literal, $from:expr, $weighting:expr, $when:literal, $doc:literal) => {
        #[doc = $title]
        pub const $name: Method = Method {
            id: $id,
            title: $title,
            family: Family::Inequality,
            when_to_use: $when,
            doc: concat!(
                $doc,
                " Limits by seeded parametric bootstrap as for `bgsd`.\n\n**Source.** HEAT technical notes (World Health \
                 Organization, 2024)."
            ),
            columns: read::COLUMNS,
            options: read::BOOTSTRAP_OPTIONS,
            example: read::EXAMPLE,
            run: |table, options| {
                read::run_bootstrapped(table, options, |groups, sampling| {
                    mean_deviation(groups, $from, $weighting, sampling)
                })
            },
        };
    };
}

deviation_method!(
    MDMW,
    "mdmw",
    "Mean distance from the average, weighted by population",
    From::Average,
    Weighting::Population,
    "For dimensions without an order, as `bgsd`, but with all distances weighing the same.",
    "MDMW = Σp|y − μ|."
);
deviation_method!(
    MDMU,
    "mdmu",
    "Mean distance from the average, each group counting the same",
    From::Average,
    Weighting::Equal,
    "As `mdmw`, when a small group matters as much as a large one.",
    "MDMU = Σ|y − μ|/J; μ is weighted by population, or given with `--average`."
);
deviation_method!(
    MDBW,
    "mdbw",
    "Mean distance from the best group, weighted by population",
    From::Best,
    Weighting::Population,
    "For what could be gained if all had what the best group has. With many small groups the best is best partly by \
        chance: `mdrw` with a large reference group is steadier.",
    "MDBW = Σp|y − y_best|."
);
deviation_method!(
    MDBU,
    "mdbu",
    "Mean distance from the best group, each group counting the same",
    From::Best,
    Weighting::Equal,
    "As `mdbw`, when a small group matters as much as a large one.",
    "MDBU = Σ|y − y_best|/J."
);
deviation_method!(
    MDRW,
    "mdrw",
    "Mean distance from a reference group, weighted by population",
    From::Reference,
    Weighting::Population,
    "When there is a good reason to compare all with one group; name it with `--reference`.",
    "MDRW = Σp|y − y_ref|."
);
deviation_method!(
    MDRU,
    "mdru",
    "Mean distance from a reference group, each group counting the same",
    From::Reference,
    Weighting::Equal,
    "As `mdrw`, when a small group matters as much as a large one.",
    "MDRU = Σ|y − y_ref|/J."
);

/// Index of disparity, weighted.
pub const IDISW: Method = Method {
    id: "idisw",
    title: "Index of disparity: mean distance in per cent of the average, weighted",
    family: Family::Inequality,
    when_to_use: "As `mdmw`, to compare indicators or years with different averages.",
    doc: "IDISW = 100·Σp|y − μ|/μ. Limits by seeded parametric bootstrap in which μ is computed anew for every \
        draw.\n\n**Source.** Pearcy and Keppel, *Public Health Reports* 117 (2002), p. 273; HEAT technical notes (World \
        Health Organization, 2024).",
    columns: read::COLUMNS,
    options: read::BOOTSTRAP_OPTIONS,
    example: read::EXAMPLE,
    run: |table, options| {
        read::run_bootstrapped(table, options, |groups, sampling| {
            index_of_disparity(groups, Weighting::Population, sampling)
        })
    },
};

/// Index of disparity, unweighted.
pub const IDISU: Method = Method {
    id: "idisu",
    title: "Index of disparity: mean distance in per cent of the average, unweighted",
    family: Family::Inequality,
    when_to_use: "As `idisw`, when a small group matters as much as a large one.",
    doc: "IDISU = 100·Σ|y − μ|/(J·μ); μ is weighted by population, or given with `--average`. Limits by seeded parametric \
        bootstrap.\n\n**Source.** Pearcy and Keppel, *Public Health Reports* 117 (2002), p. 273; HEAT technical notes (World \
        Health Organization, 2024).",
    columns: read::COLUMNS,
    options: read::BOOTSTRAP_OPTIONS,
    example: read::EXAMPLE,
    run: |table, options| {
        read::run_bootstrapped(table, options, |groups, sampling| {
            index_of_disparity(groups, Weighting::Equal, sampling)
        })
    },
};
