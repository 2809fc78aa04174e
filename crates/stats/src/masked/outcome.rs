//! What the test answers.

use crate::interval::Estimate;
use crate::multilevel::Count;

/// What a stratum's change amounts to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Nothing beyond chance.
    Shared,
    /// Did less well than the rest, beyond chance.
    LeftBehind,
    /// Left behind, and itself flat or worse, while the whole improved beyond chance.
    Masked,
    /// Left behind and worse, while the whole did not improve.
    Worse,
}

impl Kind {
    /// Identifier in tables.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Shared => "shared",
            Self::LeftBehind => "left_behind",
            Self::Masked => "masked",
            Self::Worse => "worse",
        }
    }
}

/// Events (numerator) and trials (denominator) on both sides of the split.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BeforeAfter {
    /// Counts before.
    pub before: Count,
    /// Counts after.
    pub after: Count,
}

/// What the test says about one stratum that it looked at.
#[derive(Clone, Debug, PartialEq)]
pub struct StratumChange {
    /// Dimension and group by position, in the order of the dimensions.
    pub stratum: Vec<(usize, usize)>,
    /// What its change amounts to; anything but [`Kind::Shared`] is a finding.
    pub kind: Kind,
    /// Whether it is a finding, with the false discovery rate held over all strata looked at.
    pub flagged: bool,
    /// Its counts.
    pub counts: BeforeAfter,
    /// Shortfall against the rest on the log-odds scale, shrunken, with a 95 % interval; positive: did not share.
    pub shortfall: Estimate,
    /// The same as a difference of proportions (0 to 1) after the split; positive: worse than had it shared.
    pub points: Estimate,
    /// Events after the split that would have gone the better way had it shared: points times the denominator.
    pub avoidable: Estimate,
    /// Probability, by the model, that it did not share (shortfall above the margin).
    pub probability: f64,
    /// Standard error of the shortfall by its own counts alone, months' variation included.
    pub error: f64,
    /// Shortfall by its own counts alone, in standard errors.
    pub standardised: f64,
    /// One-sided p-value of `standardised`, for itself alone (Student's t: months' variation is estimated).
    pub p_value: f64,
    /// The smallest shortfall (log-odds) that its own counts would have shown with 80 % power.
    pub detectable: f64,
    /// The same as a difference of proportions after the split.
    pub detectable_points: f64,
    /// The finding (position in the list) that it is part of, or that is part of it, and that explains it better.
    pub told_under: Option<usize>,
}

/// How far the test could see among the strata that combine as many dimensions.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Reach {
    /// How many dimensions the strata combine.
    pub dimensions: usize,
    /// Strata looked at.
    pub tested: usize,
    /// Strata with too few events to look at.
    pub too_small: usize,
    /// Strata looked at in which a shortfall of [`Outcome::matters`] would likely have been missed.
    pub blind: usize,
    /// Trials (denominator) after the split in the strata too small or blind.
    pub unseen: f64,
    /// The same as a share (0 to 1) of all trials in strata of as many dimensions.
    pub unseen_share: f64,
}

/// The answer of the test.
#[derive(Clone, Debug, PartialEq)]
pub struct Outcome {
    /// Change of the whole on the log-odds scale, after less before, with a 95 % interval.
    pub whole: Estimate,
    /// Counts of the whole.
    pub counts: BeforeAfter,
    /// Whether the whole improved beyond chance.
    pub improved: bool,
    /// The shortfall (log-odds) taken for one that matters: the whole's own gain, so that a stratum that gained nothing
    /// reaches it, but at least 0.1.
    pub matters: f64,
    /// Every stratum looked at, coarse ones first.
    pub strata: Vec<StratumChange>,
    /// How far the test could see, by the number of dimensions combined.
    pub reach: Vec<Reach>,
}

impl Outcome {
    /// The findings that are told (nested ones once), most events that would have been avoided first.
    pub fn told(&self) -> Vec<&StratumChange> {
        let mut found: Vec<&StratumChange> =
            self.strata.iter().filter(|own| own.flagged && own.told_under.is_none()).collect();
        found.sort_by(|a, b| b.avoidable.value.total_cmp(&a.avoidable.value));
        found
    }

    /// The findings listed under one that is told, by its position in [`Outcome::strata`].
    pub fn told_under(&self, head: usize) -> impl Iterator<Item = &StratumChange> {
        self.strata.iter().filter(move |own| own.flagged && own.told_under == Some(head))
    }

    /// Strata looked at.
    pub fn tested(&self) -> usize {
        self.strata.len()
    }

    /// Strata with too few events to look at.
    pub fn too_small(&self) -> usize {
        self.reach.iter().map(|own| own.too_small).sum()
    }
}
