//! Sentences about a score: who stands highest, and whether chance or a weight could change it.

use crate::findings::numbers::{decimal, percent};

use super::Ranking;

impl Ranking {
    /// Who stands highest.
    pub fn headline(&self) -> String {
        let Some((name, first)) = self.ranked().next() else { return String::new() };
        format!(
            "“{name}” stands highest: {} of 100, likely between {} and {}",
            decimal(first.score.value, 0),
            decimal(first.score.lower, 0),
            decimal(first.score.upper, 0),
        )
    }

    /// How far the first place and the order are a matter of chance.
    pub fn stability(&self) -> String {
        let Some((name, first)) = self.ranked().next() else { return String::new() };
        let how = match self.scores.rank_stability {
            high if high >= 0.95 => "Chance hardly moves the order",
            middling if middling >= 0.8 => "Chance moves some of the places",
            _ => "The order is largely a matter of chance: do not act on it alone",
        };
        format!(
            "{how} (mean rank correlation of repeats {}; 1 is no move). “{name}” stays highest in {} of them.",
            decimal(self.scores.rank_stability, 2),
            percent(first.keeps_place)
        )
    }
}
