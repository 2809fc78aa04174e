//! Measures of inequality between groups.

pub mod attributable;
pub mod between_group_variance;
pub mod bootstrap;
pub mod concentration;
pub mod concentration_index;
pub mod design;
pub mod entropy;
pub mod extremes;
pub mod gradient;
pub mod groups;
pub mod individual;
pub mod mean_deviation;
pub mod rank_line;
mod read;
pub mod sii;
pub mod slope_grouped;
#[cfg(test)]
mod tests;

use crate::method::Method;

/// The methods of this family, in the order of the reference: two groups, ordered groups, any groups, rows.
pub const METHODS: &[&Method] = &[
    &extremes::DIFFERENCE,
    &extremes::RATIO,
    &sii::METHOD,
    &slope_grouped::SII_LINEAR,
    &slope_grouped::SII_LOGIT,
    &slope_grouped::RII_LINEAR,
    &slope_grouped::RII_LOGIT,
    &slope_grouped::RII_MEAN,
    &concentration::ACI,
    &concentration::RCI,
    &concentration::RCI_ERREYGERS,
    &concentration::RCI_WAGSTAFF,
    &gradient::METHOD,
    &between_group_variance::BGV,
    &between_group_variance::BGSD,
    &between_group_variance::COV,
    &mean_deviation::MDMW,
    &mean_deviation::MDMU,
    &mean_deviation::MDBW,
    &mean_deviation::MDBU,
    &mean_deviation::MDRW,
    &mean_deviation::MDRU,
    &mean_deviation::IDISW,
    &mean_deviation::IDISU,
    &entropy::THEIL,
    &entropy::MLD,
    &attributable::PAR,
    &attributable::PAF,
    &individual::SLOPE,
    &individual::CONCENTRATION,
    &concentration_index::METHOD,
];
