//! Disclosure policies as data: which counts are withheld, how the others are rounded, and who says so.

use serde::{Deserialize, Serialize};

use crate::error::CubeError;
use crate::provenance::Definition;
use crate::release::ReleasedCount;

/// The policies in the binary, by id.
const SHIPPED: [(&str, &str); 4] = [
    ("hes-1-7", include_str!("../../../../definitions/policies/hes-1-7.toml")),
    ("round-5-suppress-0-4", include_str!("../../../../definitions/policies/round-5-suppress-0-4.toml")),
    ("none-synthetic", include_str!("../../../../definitions/policies/none-synthetic.toml")),
    ("none-published", include_str!("../../../../definitions/policies/none-published.toml")),
];

/// A disclosure policy (TOML in `definitions/policies/`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Policy {
    /// `hes-1-7`, `round-5-suppress-0-4`, `none-synthetic`, `none-published`.
    pub id: String,
    /// Counts up when the rule changes.
    pub version: u32,
    /// Title for a reader.
    pub title: String,
    /// Where the rule comes from.
    pub source: String,
    /// Day it was written or checked, ISO.
    pub date: String,
    /// What it does, in one sentence for a reader.
    pub sentence: String,
    /// Smallest count that is withheld; 0 withholds zeros too.
    pub suppress_from: u64,
    /// Largest count that is withheld; below `suppress_from` nothing is withheld.
    pub suppress_to: u64,
    /// Counts shown are rounded to the nearest multiple of this; 1 leaves them.
    pub round_to: u64,
}

impl Policy {
    /// Ids of the policies in the binary.
    pub fn shipped_ids() -> impl Iterator<Item = &'static str> {
        SHIPPED.iter().map(|(id, _)| *id)
    }

    /// A policy in the binary as it is written, by id.
    pub fn shipped_text(id: &str) -> Option<&'static str> {
        SHIPPED.iter().find(|(own, _)| *own == id).map(|(_, text)| *text)
    }

    /// A policy in the binary, by id.
    pub fn shipped(id: &str) -> Result<Self, CubeError> {
        let Some((_, text)) = SHIPPED.iter().find(|(own, _)| *own == id) else {
            let known: Vec<_> = Self::shipped_ids().collect();
            return Err(CubeError::Definition {
                name: id.to_owned(),
                reason: format!("there is no such disclosure policy; there are: {}", known.join(", ")),
            });
        };
        Self::parse(text)
    }

    /// Reads a policy from TOML.
    pub fn parse(text: &str) -> Result<Self, CubeError> {
        let wrong = |reason: String| CubeError::Definition { name: "disclosure policy".to_owned(), reason };
        let policy: Self = toml::from_str(text).map_err(|error| wrong(error.to_string().trim().to_owned()))?;
        if policy.round_to == 0 {
            return Err(wrong("round_to must be 1 (leave counts as they are) or more".to_owned()));
        }
        if policy.suppress_from > 1 && policy.withholds_anything() {
            return Err(wrong(
                "suppress_from must be 0 or 1: a policy that shows 1 but withholds 2 protects nobody".to_owned(),
            ));
        }
        if policy.suppress_to > 1_000 || policy.round_to > 1_000 {
            return Err(wrong("suppress_to and round_to must not be above 1,000".to_owned()));
        }
        Ok(policy)
    }

    /// The policy as one of a release's definitions.
    pub fn definition(&self) -> Definition {
        Definition {
            kind: "policy".to_owned(),
            id: self.id.clone(),
            version: self.version,
            title: self.title.clone(),
            source: self.source.clone(),
        }
    }

    /// What was done, for a reader: the policy's sentence, and how many counts it withheld.
    pub(crate) fn sentence_with(&self, suppressed: u64) -> String {
        match suppressed {
            0 if self.withholds_anything() => format!("{} No count had to be withheld.", self.sentence),
            0 => self.sentence.clone(),
            1 => format!("{} 1 count is withheld in all.", self.sentence),
            many => format!("{} {many} counts are withheld in all.", self.sentence),
        }
    }

    /// Whether any count is withheld.
    pub fn withholds_anything(&self) -> bool {
        self.suppress_from <= self.suppress_to
    }

    /// Whether a count is withheld for its own size.
    pub fn withholds(&self, count: u64) -> bool {
        (self.suppress_from..=self.suppress_to).contains(&count)
    }

    /// A count as it is shown: rounded to the nearest multiple, halves up.
    pub(crate) fn rounded(&self, count: u64) -> u64 {
        (count + self.round_to / 2) / self.round_to * self.round_to
    }

    /// The counts that would be shown as this one is: what a reader knows of it, as lowest and highest.
    pub(crate) fn interval(&self, count: u64) -> (u64, u64) {
        let shown = self.rounded(count);
        let low = shown.saturating_sub(self.round_to / 2);
        let high = shown + (self.round_to - 1) / 2;
        // What is withheld is not shown, and the reader knows it.
        let low = if self.withholds(low) { self.suppress_to + 1 } else { low };
        let high = if self.withholds(high) { self.suppress_from.saturating_sub(1) } else { high };
        (low, high.max(low))
    }

    /// A count as it leaves.
    pub(crate) fn release(&self, count: u64, withheld: bool) -> ReleasedCount {
        if withheld || self.withholds(count) {
            ReleasedCount::Suppressed
        } else {
            ReleasedCount::Shown(self.rounded(count))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_policy_loads_and_is_named_as_its_file() {
        for id in Policy::shipped_ids() {
            assert_eq!(Policy::shipped(id).unwrap().id, id);
        }
        let error = Policy::shipped("hes").unwrap_err().to_string();
        assert!(error.contains("hes-1-7"), "{error}");
    }

    #[test]
    fn the_rules_hold_at_their_boundaries() {
        let hes = Policy::shipped("hes-1-7").unwrap();
        let shown: Vec<_> = [0, 1, 7, 8, 12, 13].iter().map(|count| hes.release(*count, false).shown()).collect();
        assert_eq!(shown, [Some(0), None, None, Some(10), Some(10), Some(15)]);
        let five = Policy::shipped("round-5-suppress-0-4").unwrap();
        let shown: Vec<_> = [0, 4, 5, 7, 8].iter().map(|count| five.release(*count, false).shown()).collect();
        assert_eq!(shown, [None, None, Some(5), Some(5), Some(10)]);
        let none = Policy::shipped("none-synthetic").unwrap();
        assert_eq!(none.release(1, false), ReleasedCount::Shown(1));
    }

    #[test]
    fn what_a_reader_knows_is_exactly_the_counts_shown_alike() {
        for id in Policy::shipped_ids() {
            let policy = Policy::shipped(id).unwrap();
            for count in (0..100).filter(|count| !policy.withholds(*count)) {
                let alike: Vec<u64> =
                    (0..120).filter(|other| policy.release(*other, false) == policy.release(count, false)).collect();
                assert_eq!(policy.interval(count), (alike[0], alike[alike.len() - 1]), "{id}, {count}");
            }
        }
    }

    #[test]
    fn a_wrong_key_or_an_unsafe_rule_is_named() {
        let text = SHIPPED[0].1;
        let error = Policy::parse(&format!("{text}\nround_too = 5\n")).unwrap_err().to_string();
        assert!(error.contains("round_too"), "{error}");
        let error = Policy::parse(&text.replace("suppress_from = 1", "suppress_from = 3")).unwrap_err().to_string();
        assert!(error.contains("suppress_from"), "{error}");
        let error = Policy::parse(&text.replace("round_to = 5", "round_to = 0")).unwrap_err().to_string();
        assert!(error.contains("round_to"), "{error}");
    }
}
