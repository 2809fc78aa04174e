//! What is true of a made-up trust against what its report claims.

use evenly_demo::{DimensionGroup, Planted, Scenario, Truth};
use serde_json::Value;

/// One finding of a report.
pub(super) struct Claim {
    pub kind: String,
    indicator: String,
    stratum: Vec<DimensionGroup>,
    /// What it says explains a gap.
    explained_by: Option<String>,
    /// It is about who shared in the whole's change.
    of_sharing: bool,
    pub sentence: String,
}

impl Claim {
    /// From a finding of `report.json`.
    pub fn read(finding: &Value) -> Self {
        let text = |value: &Value, key: &str| value[key].as_str().unwrap_or_default().to_owned();
        let group = |value: &Value| DimensionGroup { dimension: text(value, "dimension"), group: text(value, "group") };
        let stratum = match finding["stratum"].as_array() {
            Some(parts) => parts.iter().map(group).collect(),
            None if finding["dimension"].is_string() => vec![group(finding)],
            None => Vec::new(),
        };
        let kind = text(finding, "kind");
        Self {
            of_sharing: kind == "masked" || finding["probability"].is_number(),
            kind,
            indicator: text(finding, "indicator"),
            stratum,
            explained_by: finding["explained_by"].as_str().map(str::to_owned),
            sentence: text(finding, "sentence"),
        }
    }

    /// The kind that false claims are counted by: those of the test of who shared stand apart.
    pub fn counted_as(&self) -> &str {
        if self.of_sharing { "did not share" } else { &self.kind }
    }

    /// It says that somebody does worse than before.
    fn says_worse(&self) -> bool {
        self.kind == "worse" && !self.of_sharing
    }

    fn dimension(&self) -> Option<&str> {
        self.stratum.first().map(|own| own.dimension.as_str())
    }
}

/// How near a claim comes to a planted thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Nearest {
    None,
    Nested,
    Same,
}

/// How near the claims come to a planted thing.
pub(super) fn nearest(planted: &Planted, claims: &[Claim]) -> Nearest {
    claims.iter().map(|claim| near(planted, claim)).max().unwrap_or(Nearest::None)
}

fn near(planted: &Planted, claim: &Claim) -> Nearest {
    let dimension = planted.stratum.first().map(|own| own.dimension.as_str());
    let same = claim.dimension() == dimension;
    if planted.kind == "data_quality" {
        let named = same || claim.sentence.to_lowercase().contains("ethnic");
        return if claim.kind == "data_quality" && named { Nearest::Same } else { Nearest::None };
    }
    if claim.indicator != planted.indicator {
        return Nearest::None;
    }
    match planted.kind.as_str() {
        // The group and what explains its gap must be the right ones; of two sexes, either may be named.
        "mix" if claim.kind == "mix" && same => {
            let explained = claim.explained_by == planted.explained_by;
            let named = dimension == Some("sex") || claim.stratum == planted.stratum;
            if explained && named { Nearest::Same } else { Nearest::Nested }
        }
        "mix" => Nearest::None,
        // Who did not share in the change: it may be called masked, worse or left behind, as the whole went. A harm to one group may
        // also be told as that group's getting worse.
        kind if claim.of_sharing || (kind == "worse" && claim.says_worse()) => nested(&planted.stratum, &claim.stratum),
        _ => Nearest::None,
    }
}

/// Whether two strata are the same, or one is part of the other.
fn nested(one: &[DimensionGroup], other: &[DimensionGroup]) -> Nearest {
    let within = |one: &[DimensionGroup], other: &[DimensionGroup]| other.iter().all(|part| one.contains(part));
    let (inside, around) = (within(one, other), within(other, one));
    if inside && around {
        Nearest::Same
    } else if (inside || around) && !one.is_empty() && !other.is_empty() {
        Nearest::Nested
    } else {
        Nearest::None
    }
}

/// A claim that the truth does not hold.
///
/// In `null` every claim is one. Elsewhere: who is said not to have shared, unless it is planted, part of what is planted or around
/// it (a harm that is planted shows in everybody's rate, and so in every group's); any difference where none is; any change
/// where none is; and any worsening of what the project makes better, unless it is planted. Other gaps, and gaps that
/// move because everybody's rate moves, are real.
pub(super) fn is_false(truth: &Truth, claim: &Claim) -> bool {
    if claim.kind == "data_quality" {
        return false;
    }
    let of_unknown = claim.stratum.iter().any(|part| matches!(part.group.as_str(), "not-known" | "not-stated"));
    if truth.scenario == Scenario::Null.name() || of_unknown {
        return true;
    }
    let among = |ids: &[String]| ids.contains(&claim.indicator);
    let nothing_near = || truth.planted.iter().all(|planted| near(planted, claim) == Nearest::None);
    let harm_planted = truth.planted.iter().any(|own| own.kind == "worse" && own.indicator == claim.indicator);
    let of_time = claim.of_sharing || claim.says_worse() || claim.kind == "gap_change";
    match claim.kind.as_str() {
        _ if of_time && among(&truth.steady) => true,
        "gap" | "mix" if among(&truth.flat) => true,
        _ if claim.of_sharing => nothing_near(),
        _ if claim.says_worse() => !harm_planted && among(&truth.not_worse) && !part_of_planted(truth, claim),
        _ => false,
    }
}

/// Whether a worsening is of people of whom some are planted not to share.
fn part_of_planted(truth: &Truth, claim: &Claim) -> bool {
    truth.planted.iter().any(|own| own.kind == "masked" && nested(&own.stratum, &claim.stratum) != Nearest::None)
}

#[cfg(test)]
mod tests {
    use evenly_demo::DimensionGroup;
    use serde_json::json;

    use super::{Claim, Nearest, nested};

    fn stratum(parts: &[(&str, &str)]) -> Vec<DimensionGroup> {
        let part = |(dimension, group): &(&str, &str)| DimensionGroup {
            dimension: (*dimension).to_owned(),
            group: (*group).to_owned(),
        };
        parts.iter().map(part).collect()
    }

    #[test]
    fn strata_are_the_same_nested_or_apart() {
        let own = stratum(&[("sex", "2"), ("deprivation", "1")]);
        for (other, expected) in [
            (stratum(&[("deprivation", "1"), ("sex", "2")]), Nearest::Same),
            (stratum(&[("sex", "2")]), Nearest::Nested),
            (stratum(&[("sex", "2"), ("deprivation", "1"), ("age_band", "35-49")]), Nearest::Nested),
            (stratum(&[("sex", "1")]), Nearest::None),
            (stratum(&[("sex", "2"), ("deprivation", "2")]), Nearest::None),
            (Vec::new(), Nearest::None),
        ] {
            assert_eq!(nested(&own, &other), expected, "{other:?}");
        }
    }

    #[test]
    fn claims_of_sharing_are_counted_apart_from_a_groups_own_worsening() {
        let claim = |finding| Claim::read(&finding);
        let shared =
            claim(json!({"kind": "worse", "indicator": "a", "dimension": "sex", "group": "1", "probability": 0.9}));
        assert_eq!((shared.counted_as(), shared.says_worse()), ("did not share", false));
        let worse = claim(json!({"kind": "worse", "indicator": "a", "sentence": "x"}));
        assert_eq!((worse.counted_as(), worse.says_worse()), ("worse", true));
    }
}
