//! The two icons of Making Data Count: what the variation says, and whether a target will be met.
//!
//! SOURCE: NHS England, *Making Data Count* (guides, 2019), variation and assurance icons.

use super::rules::{Limits, Signal};
use crate::interval::Better;

/// What a single point is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PointKind {
    /// Within what is expected.
    CommonCause,
    /// Special cause in the better direction.
    Improvement,
    /// Special cause in the worse direction.
    Concern,
    /// Special cause upwards where neither direction is better.
    NeutralHigh,
    /// Special cause downwards where neither direction is better.
    NeutralLow,
}

impl PointKind {
    /// The kind of a point by its signal.
    pub const fn of(signal: Option<Signal>, better: Option<Better>) -> Self {
        let Some(signal) = signal else { return Self::CommonCause };
        match (better, signal.is_high()) {
            (Some(Better::Higher), true) | (Some(Better::Lower), false) => Self::Improvement,
            (Some(Better::Higher), false) | (Some(Better::Lower), true) => Self::Concern,
            (None, true) => Self::NeutralHigh,
            (None, false) => Self::NeutralLow,
        }
    }

    /// Identifier in tables.
    pub const fn id(self) -> &'static str {
        match self {
            Self::CommonCause => "common_cause",
            Self::Improvement => "improvement",
            Self::Concern => "concern",
            Self::NeutralHigh => "neutral_high",
            Self::NeutralLow => "neutral_low",
        }
    }
}

/// What the latest point says about the process.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VariationIcon {
    /// No significant change.
    CommonCause,
    /// Improvement, by higher values.
    ImprovementHigh,
    /// Improvement, by lower values.
    ImprovementLow,
    /// Concern, by higher values.
    ConcernHigh,
    /// Concern, by lower values.
    ConcernLow,
    /// Special cause upwards, neither better nor worse.
    NeutralHigh,
    /// Special cause downwards, neither better nor worse.
    NeutralLow,
    /// Fewer points than the rule set asks for before it gives an icon.
    TooFewPoints,
}

impl VariationIcon {
    /// The icon for the latest point.
    pub const fn of(signal: Option<Signal>, better: Option<Better>) -> Self {
        let Some(signal) = signal else { return Self::CommonCause };
        match (better, signal.is_high()) {
            (Some(Better::Higher), true) => Self::ImprovementHigh,
            (Some(Better::Higher), false) => Self::ConcernLow,
            (Some(Better::Lower), true) => Self::ConcernHigh,
            (Some(Better::Lower), false) => Self::ImprovementLow,
            (None, true) => Self::NeutralHigh,
            (None, false) => Self::NeutralLow,
        }
    }

    /// Identifier in tables.
    pub const fn id(self) -> &'static str {
        match self {
            Self::CommonCause => "common_cause",
            Self::ImprovementHigh => "improvement_high",
            Self::ImprovementLow => "improvement_low",
            Self::ConcernHigh => "concern_high",
            Self::ConcernLow => "concern_low",
            Self::NeutralHigh => "neutral_high",
            Self::NeutralLow => "neutral_low",
            Self::TooFewPoints => "too_few_points",
        }
    }

    /// The icon in plain words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::CommonCause => "no significant change",
            Self::ImprovementHigh => "significant improvement (higher values)",
            Self::ImprovementLow => "significant improvement (lower values)",
            Self::ConcernHigh => "significant concern (higher values)",
            Self::ConcernLow => "significant concern (lower values)",
            Self::NeutralHigh => "significant rise, neither better nor worse",
            Self::NeutralLow => "significant fall, neither better nor worse",
            Self::TooFewPoints => "too few points to say",
        }
    }
}

/// Whether the process, as it is, will meet the target.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AssuranceIcon {
    /// Will meet the target consistently.
    Pass,
    /// Will miss the target consistently.
    Fail,
    /// May or may not meet the target: the target lies within the limits.
    HitOrMiss,
    /// No target, no better direction, or no limits.
    None,
}

impl AssuranceIcon {
    /// The icon by the limits of the latest point. A target exactly on a limit is hit or miss.
    pub fn of(target: Option<f64>, better: Option<Better>, limits: Option<Limits>) -> Self {
        let (Some(target), Some(limits)) = (target, limits) else { return Self::None };
        let (above, below) = match better {
            Some(Better::Higher) => (Self::Fail, Self::Pass),
            Some(Better::Lower) => (Self::Pass, Self::Fail),
            None => return Self::None,
        };
        if target > limits.upper {
            above
        } else if target < limits.lower {
            below
        } else {
            Self::HitOrMiss
        }
    }

    /// Identifier in tables.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Fail => "fail",
            Self::HitOrMiss => "hit_or_miss",
            Self::None => "none",
        }
    }

    /// The icon in plain words.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Pass => "will meet the target consistently",
            Self::Fail => "will miss the target consistently",
            Self::HitOrMiss => "may or may not meet the target",
            Self::None => "no target to judge by",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{AssuranceIcon, VariationIcon};
    use crate::interval::Better;
    use crate::spc::rules::{Limits, Signal};

    const LIMITS: Limits = Limits { lower: 2.0, upper: 8.0, near_lower: 3.0, near_upper: 7.0 };

    #[test]
    fn a_target_out_of_reach_fails_whichever_way_is_better() {
        let of = |target, better| AssuranceIcon::of(Some(target), better, Some(LIMITS));
        assert_eq!(of(9.0, Some(Better::Higher)), AssuranceIcon::Fail);
        assert_eq!(of(1.0, Some(Better::Higher)), AssuranceIcon::Pass);
        assert_eq!(of(9.0, Some(Better::Lower)), AssuranceIcon::Pass);
        assert_eq!(of(1.0, Some(Better::Lower)), AssuranceIcon::Fail);
        assert_eq!(of(8.0, Some(Better::Higher)), AssuranceIcon::HitOrMiss);
        assert_eq!(of(9.0, None), AssuranceIcon::None);
    }

    #[test]
    fn a_fall_is_an_improvement_only_where_lower_is_better() {
        let of = |better| VariationIcon::of(Some(Signal::RunBelow), better);
        assert_eq!(of(Some(Better::Lower)), VariationIcon::ImprovementLow);
        assert_eq!(of(Some(Better::Higher)), VariationIcon::ConcernLow);
        assert_eq!(of(None), VariationIcon::NeutralLow);
    }
}
