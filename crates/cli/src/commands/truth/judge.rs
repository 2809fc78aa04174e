//! What is true of a made-up trust against what its report claims.

use evenly_demo::{DimensionGroup, Planted, Scenario, Truth};
use serde_json::Value;

/// One finding of a report.
pub(super) struct Claim {
    pub kind: String,
    indicator: String,
    stratum: Vec<DimensionGroup>,
    /// It is about who shared in the whole's change.
    of_sharing: bool,
    pub sentence: String,
}

impl Claim {
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
            sentence: text(finding, "sentence"),
        }
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
    let same_indicator = claim.indicator == planted.indicator;
    let dimension = planted.stratum.first().map(|own| own.dimension.as_str());
    match planted.kind.as_str() {
        // Either of the two groups of a gap may be named.
        "mix" => {
            let same = claim.stratum.first().map(|own| own.dimension.as_str()) == dimension;
            if claim.kind == "mix" && same_indicator && same { Nearest::Same } else { Nearest::None }
        }
        "data_quality" => {
            let same = claim.stratum.first().map(|own| own.dimension.as_str()) == dimension;
            let named = same || claim.sentence.to_lowercase().contains("ethnic");
            if claim.kind == "data_quality" && named { Nearest::Same } else { Nearest::None }
        }
        // Who did not share in the change: it may be called masked, worse or left behind, as the whole went.
        _ if claim.of_sharing && same_indicator => nested(&planted.stratum, &claim.stratum),
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
pub(super) fn is_false(truth: &Truth, claim: &Claim) -> bool {
    if claim.kind == "data_quality" {
        return false;
    }
    let of_unknown = claim.stratum.iter().any(|part| matches!(part.group.as_str(), "not-known" | "not-stated"));
    if truth.scenario == Scenario::Null.name() || of_unknown {
        return true;
    }
    let nothing_near = || truth.planted.iter().all(|planted| near(planted, claim) == Nearest::None);
    claim.of_sharing && nothing_near()
}

#[cfg(test)]
mod tests {
    use evenly_demo::DimensionGroup;

    use super::{Nearest, nested};

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
}
