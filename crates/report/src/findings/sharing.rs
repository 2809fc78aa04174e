//! Who did not share in the whole's change: the gate's test as findings.

use evenly_cube::{BeforeAfter, NotShared, Release, Sharing, SharingTest, Verdict};
use evenly_stats::Estimate;

use super::numbers;
use super::periods;
use super::words::{self, Told};
use crate::analysis::{Finding, FindingKind, IndicatorAnalysis};

/// The findings of one indicator.
pub fn findings<'a>(
    release: &'a Release,
    indicator: &'a IndicatorAnalysis,
    place: usize,
) -> impl Iterator<Item = Finding> + 'a {
    tested(indicator).into_iter().flat_map(move |test| {
        let spans = spans(release, test);
        test.strata.iter().map(move |own| finding(release, indicator, place, (test, own, &spans))).collect::<Vec<_>>()
    })
}

/// The test's answer, where there is one.
pub fn tested(indicator: &IndicatorAnalysis) -> Option<&SharingTest> {
    match &indicator.sharing {
        Some(Sharing::Tested(test)) => Some(test),
        _ => None,
    }
}

fn finding(
    release: &Release,
    indicator: &IndicatorAnalysis,
    place: usize,
    (test, own, spans): (&SharingTest, &NotShared, &[String; 2]),
) -> Finding {
    let groups = own.stratum.iter().map(|(dimension, group)| (&release.dimensions[*dimension], *group)).collect();
    let told = Told { definition: &indicator.definition, test, own, groups, spans };
    Finding {
        kind: match own.verdict {
            Verdict::Masked => FindingKind::Masked,
            Verdict::Worse => FindingKind::Worse,
            Verdict::LeftBehind => FindingKind::GapChange,
        },
        indicator: Some(place),
        groups: own.stratum.iter().map(|(dimension, group)| (*dimension, Some(*group))).collect(),
        of_sharing: true,
        sentence: words::not_shared(&told),
        estimate: own.points[0],
        lower: Some(own.points[1]),
        upper: Some(own.points[2]),
        explained_by: None,
        probability: Some(own.probability),
        people: avoided(own).map_or(0.0, |avoided| avoided.value),
    }
}

/// Shares before and after, where counts are shown.
pub fn rates(counts: &BeforeAfter) -> Option<(f64, f64)> {
    let rate = |[events, people]: [evenly_cube::ReleasedCount; 2]| {
        let (events, people) = (events.shown()? as f64, people.shown()? as f64);
        (people > 0.0).then_some(events / people)
    };
    Some((rate(counts.before)?, rate(counts.after)?))
}

/// Events that would not have happened (or would have) had the stratum changed as the others did.
pub fn avoided(own: &NotShared) -> Option<Estimate> {
    let people = own.counts.after[1].shown()? as f64;
    let [value, lower, upper] = own.points.map(|points| points * people);
    Some(Estimate { value, lower, upper })
}

/// The times before and after for a reader.
pub fn spans(release: &Release, test: &SharingTest) -> [String; 2] {
    let name = |place: usize| {
        periods(release)
            .map_or_else(String::new, |(period, _)| numbers::period(&release.dimensions[period].groups[place].id))
    };
    [&test.before, &test.after].map(|span| match span.as_slice() {
        [] => String::new(),
        [one] => name(*one),
        [first, .., last] => format!("{} to {}", name(*first), name(*last)),
    })
}
