//! The scales on which units of a funnel vary alike, whatever their size.

use crate::funnel::limits::{ControlLimits, INNER_TAIL, OUTER_TAIL};
use crate::numeric::{chi_squared_quantile, compensated_sum};

/// The scale on which a unit is compared with the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Transform {
    /// ln(observed/expected): the Summary Hospital-level Mortality Indicator's way; extreme units are left out.
    LogRatio,
    /// √(observed/expected): the Care Quality Commission's way; extreme units are drawn in.
    RootRatio,
    /// asin √(share); extreme units are drawn in.
    ArcsineProportion,
    /// ln((numerator + ½)/(denominator + ½)) of two counts; extreme units are drawn in.
    LogCountRatio,
}

impl Transform {
    /// The target that all units stand around, on the transformed scale.
    pub(super) fn target(self, units: &[(f64, f64)]) -> f64 {
        let above = compensated_sum(units.iter().map(|unit| unit.0));
        let below = compensated_sum(units.iter().map(|unit| unit.1));
        match self {
            Self::LogRatio => 0.0,
            Self::RootRatio => 1.0,
            Self::ArcsineProportion => (above / below).sqrt().asin(),
            Self::LogCountRatio => (above / below).ln(),
        }
    }

    /// A unit's value on the transformed scale; −∞ for a log ratio without events.
    pub(super) fn value(self, (above, below): (f64, f64)) -> f64 {
        match self {
            Self::LogRatio => (above / below).ln(),
            Self::RootRatio => (above / below).sqrt(),
            Self::ArcsineProportion => (above / below).sqrt().asin(),
            Self::LogCountRatio => ((above + 0.5) / (below + 0.5)).ln(),
        }
    }

    /// A unit's standard error on the transformed scale.
    pub(super) fn error(self, (above, below): (f64, f64)) -> f64 {
        match self {
            Self::LogRatio => 1.0 / below.sqrt(),
            Self::RootRatio | Self::ArcsineProportion => 1.0 / (2.0 * below.sqrt()),
            Self::LogCountRatio => (above / (above + 0.5).powi(2) + below / (below + 0.5).powi(2)).sqrt(),
        }
    }

    /// Back to the unit's own scale; values that no unit can have stop at the nearest that one can.
    pub(super) fn back(self, value: f64) -> f64 {
        match self {
            Self::LogRatio | Self::LogCountRatio => value.exp(),
            Self::RootRatio => value.max(0.0).powi(2),
            Self::ArcsineProportion => value.clamp(0.0, std::f64::consts::FRAC_PI_2).sin().powi(2),
        }
    }

    /// Whether extreme units are left out (log ratio) rather than drawn in to the nearest that are not.
    pub(super) fn leaves_out(self) -> bool {
        self == Self::LogRatio
    }

    /// Limits from a spread on the transformed scale, `z` standard deviations to each side of the target.
    pub(super) fn limits(self, target: f64, spread: f64, (inner, outer): (f64, f64)) -> ControlLimits {
        let at = |z: f64| self.back(target + z * spread);
        ControlLimits { lower95: at(-inner), upper95: at(inner), lower998: at(-outer), upper998: at(outer) }
    }

    /// Limits without over-dispersion: exact Poisson limits for ratios, the transformed scale for the rest.
    pub(super) fn plain_limits(self, unit: (f64, f64), target: f64, z: (f64, f64)) -> ControlLimits {
        match self {
            Self::LogRatio | Self::RootRatio => {
                let expected = unit.1;
                let exact = |tail: f64| {
                    let low = chi_squared_quantile(tail, 2.0 * expected) / 2.0 / expected;
                    let high = chi_squared_quantile(1.0 - tail, 2.0f64.mul_add(expected, 2.0)) / 2.0 / expected;
                    (low, high)
                };
                let ((lower95, upper95), (lower998, upper998)) = (exact(INNER_TAIL), exact(OUTER_TAIL));
                ControlLimits { lower95, upper95, lower998, upper998 }
            }
            Self::ArcsineProportion | Self::LogCountRatio => self.limits(target, self.error(unit), z),
        }
    }
}
