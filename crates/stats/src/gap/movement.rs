//! What a change of a gap means, in words: narrowed, widened, turned round, or not shown.

use crate::interval::Estimate;

/// What happened to a gap, as far as the interval of its change supports it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Movement {
    /// Came nearer to no gap (convergence).
    Narrowed,
    /// Went away from no gap (divergence).
    Widened,
    /// Lay beyond chance on one side and lies beyond chance on the other.
    Reversed,
    /// Changed beyond chance across no gap, while neither end is beyond chance: neither narrower nor wider.
    Moved,
    /// The interval of the change includes no change. This is not a finding that the gap stayed the same.
    NotShown,
}

impl Movement {
    /// From the gap before and after and its change, all on a scale on which no gap and no change are 0.
    pub fn of(before: Estimate, after: Estimate, change: Estimate) -> Self {
        if change.holds(0.0) {
            return Self::NotShown;
        }
        if before.value * after.value > 0.0 {
            return if after.value.abs() < before.value.abs() { Self::Narrowed } else { Self::Widened };
        }
        match (before.holds(0.0), after.holds(0.0)) {
            (false, false) => Self::Reversed,
            (false, true) => Self::Narrowed,
            (true, false) => Self::Widened,
            (true, true) => Self::Moved,
        }
    }

    /// Identifier in tables.
    pub const fn id(self) -> &'static str {
        match self {
            Self::Narrowed => "narrowed",
            Self::Widened => "widened",
            Self::Reversed => "reversed",
            Self::Moved => "moved",
            Self::NotShown => "no_change_shown",
        }
    }

    /// The start of a sentence about the gap.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Narrowed => "The gap narrowed",
            Self::Widened => "The gap widened",
            Self::Reversed => "The gap turned round",
            Self::Moved => "The gap moved, but is not surely wider or narrower",
            Self::NotShown => "No change of the gap is shown",
        }
    }
}

/// A sentence of a change, each number as it is shown.
pub fn sentence(movement: Movement, before: f64, after: f64, change: Estimate, ratio: bool) -> String {
    let (kind, none) = if ratio { ("ratio of the two", ", 1 = no change") } else { ("change", "") };
    format!(
        "{}: from {} to {} ({kind} {}, likely between {} and {}{none}).",
        movement.words(),
        rounded(before),
        rounded(after),
        rounded(change.value),
        rounded(change.lower),
        rounded(change.upper)
    )
}

/// A number to three significant digits.
pub(crate) fn rounded(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return "0".to_owned();
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "clamped to a small range")]
    let decimals = (2.0 - value.abs().log10().floor()).clamp(0.0, 6.0) as usize;
    format!("{value:.decimals$}")
}

#[cfg(test)]
mod tests {
    use super::{Movement, rounded};
    use crate::interval::Estimate;

    fn around(value: f64, half: f64) -> Estimate {
        Estimate { value, lower: value - half, upper: value + half }
    }

    #[test]
    fn the_words_follow_size_and_sign() {
        let of = |before: f64, after: f64, half: f64| {
            Movement::of(around(before, half), around(after, half), around(after - before, half))
        };
        assert_eq!(of(4.0, 2.0, 0.5), Movement::Narrowed);
        assert_eq!(of(-4.0, -2.0, 0.5), Movement::Narrowed);
        assert_eq!(of(-2.0, -4.0, 0.5), Movement::Widened);
        assert_eq!(of(2.0, -2.0, 0.5), Movement::Reversed);
        assert_eq!(of(2.0, -0.2, 0.5), Movement::Narrowed);
        assert_eq!(of(-0.2, 2.0, 0.5), Movement::Widened);
        assert_eq!(of(-0.4, 0.4, 0.5), Movement::Moved);
        assert_eq!(of(2.0, 1.8, 0.5), Movement::NotShown);
    }

    #[test]
    fn numbers_are_told_to_three_digits() {
        assert_eq!(rounded(1234.5), "1234");
        assert_eq!(rounded(-2.344), "-2.34");
        assert_eq!(rounded(0.012_34), "0.0123");
        assert_eq!(rounded(0.0), "0");
    }
}
