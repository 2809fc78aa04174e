//! `indicators[].change` of `report.json`: whether everybody shared in the whole's change.

use evenly_cube::{BeforeAfter, NotShared, Release, ReleasedCount, Sharing, SharingTest, Verdict};
use serde::Serialize;

use super::{Limits, StratumPart};
use crate::findings::periods;

/// The test's answer, or why there is none.
#[derive(Serialize)]
#[serde(untagged)]
pub enum Change<'a> {
    /// The reason.
    NotTested { not_tested: &'a str },
    /// The answer.
    Tested(Tested<'a>),
}

/// The test's answer.
#[derive(Serialize)]
pub struct Tested<'a> {
    before: Vec<&'a str>,
    after: Vec<&'a str>,
    dimensions: Vec<&'a str>,
    improved: bool,
    log_odds: Limits,
    counts: Counts,
    reach: &'a [evenly_cube::Reach],
    strata: Vec<NotSharedOut<'a>>,
}

#[derive(Serialize)]
struct NotSharedOut<'a> {
    stratum: Vec<StratumPart<'a>>,
    verdict: Verdict,
    counts: Counts,
    log_odds: Limits,
    points: Limits,
    probability: f64,
    others: usize,
}

#[derive(Serialize)]
struct Counts {
    before: Side,
    after: Side,
}

#[derive(Serialize)]
struct Side {
    numerator: Option<u64>,
    denominator: Option<u64>,
}

/// The section.
pub fn change<'a>(release: &'a Release, sharing: &'a Sharing) -> Change<'a> {
    match sharing {
        Sharing::NotTested(reason) => Change::NotTested { not_tested: reason },
        Sharing::Tested(test) => Change::Tested(tested(release, test)),
    }
}

fn tested<'a>(release: &'a Release, test: &'a SharingTest) -> Tested<'a> {
    let period = periods(release).map(|(place, _)| &release.dimensions[place]);
    let ids = |span: &[usize]| {
        period.map_or_else(Vec::new, |period| span.iter().map(|place| period.groups[*place].id.as_str()).collect())
    };
    Tested {
        before: ids(&test.before),
        after: ids(&test.after),
        dimensions: test.dimensions.iter().map(|place| release.dimensions[*place].id.as_str()).collect(),
        improved: test.improved,
        log_odds: limits(test.whole),
        counts: counts(&test.counts),
        reach: &test.reach,
        strata: test.strata.iter().map(|own| stratum(release, own)).collect(),
    }
}

fn stratum<'a>(release: &'a Release, own: &NotShared) -> NotSharedOut<'a> {
    let part = |(place, group): &(usize, usize)| {
        let dimension = &release.dimensions[*place];
        StratumPart { dimension: &dimension.id, group: &dimension.groups[*group].id }
    };
    NotSharedOut {
        stratum: own.stratum.iter().map(part).collect(),
        verdict: own.verdict,
        counts: counts(&own.counts),
        log_odds: limits(own.log_odds),
        points: limits(own.points),
        probability: own.probability,
        others: own.others,
    }
}

fn counts(own: &BeforeAfter) -> Counts {
    let side = |[numerator, denominator]: [ReleasedCount; 2]| Side {
        numerator: numerator.shown(),
        denominator: denominator.shown(),
    };
    Counts { before: side(own.before), after: side(own.after) }
}

fn limits([value, lower, upper]: [f64; 3]) -> Limits {
    Limits { value, lower, upper }
}
