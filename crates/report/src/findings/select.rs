//! Which results become findings, and their order: the most people affected first, then the service, data quality last.

use evenly_cube::Release;
use evenly_stats::spc::icons::PointKind;

use super::headlines::about;
use super::words::{self, Gap, Worse};
use super::{better, explained, is_waits, numbers, periods, quality, sharing};
use crate::analysis::{Breakdown, Comparison, Finding, FindingKind, GroupAnalysis, IndicatorAnalysis, Series, Stratum};

/// Periods over which a recent worsening is counted in people.
const RECENT: usize = 7;

/// Every finding of a release.
pub fn findings(release: &Release, indicators: &[IndicatorAnalysis]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (place, indicator) in indicators.iter().enumerate() {
        let maker = Maker { release, indicator, place };
        findings.extend(indicator.series.as_ref().and_then(|series| maker.worse(None, series)));
        for breakdown in &indicator.breakdowns {
            maker.of_breakdown(breakdown, &mut findings);
        }
        findings.extend(indicator.strata.iter().filter_map(|stratum| maker.stratum(stratum)));
        findings.extend(sharing::findings(release, indicator, place));
    }
    findings.extend(quality::findings(release));
    say_which_indicator(indicators, &mut findings);
    findings.sort_by(|a, b| {
        let last = |finding: &Finding| {
            (finding.kind == FindingKind::DataQuality, about(release, finding) == evenly_cube::About::Service)
        };
        last(a).cmp(&last(b)).then(b.people.total_cmp(&a.people))
    });
    findings
}

/// Where two indicators are told in the same words, their sentences begin with the indicator's title.
fn say_which_indicator(indicators: &[IndicatorAnalysis], findings: &mut [Finding]) {
    for finding in findings {
        let Some(place) = finding.indicator else { continue };
        let own = &indicators[place].definition;
        let same =
            |(other, indicator): (usize, &IndicatorAnalysis)| other != place && indicator.definition.words == own.words;
        if indicators.iter().enumerate().any(same) {
            finding.sentence = format!("{}. {}", own.title, finding.sentence);
        }
    }
}

struct Maker<'a> {
    release: &'a Release,
    indicator: &'a IndicatorAnalysis,
    place: usize,
}

impl Maker<'_> {
    fn of_breakdown(&self, breakdown: &Breakdown, findings: &mut Vec<Finding>) {
        let groups = breakdown.groups.iter();
        findings.extend(groups.filter_map(|own| {
            let series = own.series.as_ref()?;
            self.worse(Some((breakdown.dimension, own)), series)
        }));
        let Some(comparison) = &breakdown.comparison else { return };
        let Some(gap) = gap_words(self.release, self.indicator, breakdown, comparison) else { return };
        if !comparison.difference.holds(0.0) {
            findings.push(self.gap(breakdown, comparison, &gap));
            findings.extend(self.mix(breakdown, comparison, &gap));
        }
        let Some(series) = &breakdown.gap else { return };
        let Some(change) = series.change.filter(|change| !change.change.holds(0.0)) else { return };
        findings.push(Finding {
            kind: FindingKind::GapChange,
            indicator: Some(self.place),
            groups: vec![(breakdown.dimension, Some(series.groups.0))],
            of_sharing: false,
            sentence: words::gap_change(&self.indicator.definition, gap.dimension, series.groups, &change),
            estimate: change.change.value,
            lower: Some(change.change.lower),
            upper: Some(change.change.upper),
            probability: None,
            people: change.change.value.abs() * change.people,
        });
    }

    fn gap(&self, breakdown: &Breakdown, comparison: &Comparison, gap: &Gap) -> Finding {
        let oriented = comparison.difference.scaled(better(&self.indicator.definition).sign());
        let group = breakdown.group(comparison.group).and_then(|own| own.reading.counts());
        // Waits have no count of events in excess: the people of the group stand in.
        let people =
            comparison.excess.map_or_else(|| group.map_or(0.0, |group| group.numerator), |excess| excess.value);
        Finding {
            kind: FindingKind::Gap,
            indicator: Some(self.place),
            groups: vec![(breakdown.dimension, Some(comparison.group))],
            of_sharing: false,
            sentence: words::gap(gap),
            estimate: oriented.value,
            lower: Some(oriented.lower),
            upper: Some(oriented.upper),
            probability: None,
            people,
        }
    }

    /// A gap that is mix, or that turns round, once like is set beside like.
    fn mix(&self, breakdown: &Breakdown, comparison: &Comparison, gap: &Gap) -> Option<Finding> {
        let definition = &self.indicator.definition;
        let told = explained::told(breakdown, definition)?;
        let oriented = told.left.scaled(better(definition).sign());
        let own = breakdown.group(comparison.group)?;
        let people = own.reading.counts()?;
        Some(Finding {
            kind: FindingKind::Mix,
            indicator: Some(self.place),
            groups: vec![(breakdown.dimension, Some(comparison.group))],
            of_sharing: false,
            sentence: words::mix(gap, &self.release.dimensions[told.within], told),
            estimate: oriented.value,
            lower: Some(oriented.lower),
            upper: Some(oriented.upper),
            probability: None,
            people: (told.gap - told.left.value).abs() * own.reading.units(people.denominator),
        })
    }

    /// A finding where the latest point of the process chart is special cause for concern.
    fn worse(&self, group: Option<(usize, &GroupAnalysis)>, series: &Series) -> Option<Finding> {
        let definition = &self.indicator.definition;
        let chart = &series.chart.as_ref()?.chart;
        let (latest, point) = chart.points.iter().enumerate().rev().find(|(_, point)| point.value.is_some())?;
        let concern = matches!(
            chart.variation,
            evenly_stats::spc::icons::VariationIcon::ConcernHigh | evenly_stats::spc::icons::VariationIcon::ConcernLow
        );
        if point.kind != PointKind::Concern || !concern {
            return None;
        }
        let (period, ids) = periods(self.release)?;
        let recent: Vec<f64> = chart
            .points
            .iter()
            .zip(&series.readings)
            .rev()
            .filter_map(|(point, reading)| {
                let reading = reading.as_ref()?;
                let counts = reading.counts()?;
                Some(reading.units(counts.numerator - point.centre * counts.denominator))
            })
            .take(RECENT)
            .collect();
        let excess = (!is_waits(definition)).then(|| recent.iter().sum::<f64>());
        let dimension = group.map(|(dimension, own)| (&self.release.dimensions[dimension], own.group));
        let value = point.value?;
        let sentence = words::worse(&Worse {
            definition,
            group: dimension,
            signal: point.signal?,
            centre: point.centre,
            latest: value,
            period: numbers::period(&self.release.dimensions[period].groups[*ids.get(latest)?].id),
            excess: excess.filter(|excess| excess * better(definition).sign() > 0.0),
            periods: recent.len(),
        });
        Some(Finding {
            kind: FindingKind::Worse,
            indicator: Some(self.place),
            groups: group.map(|(dimension, own)| (dimension, Some(own.group))).into_iter().collect(),
            of_sharing: false,
            sentence,
            estimate: (value - point.centre) * better(definition).sign(),
            lower: None,
            upper: None,
            probability: None,
            people: excess.map_or(0.0, f64::abs),
        })
    }

    fn stratum(&self, stratum: &Stratum) -> Option<Finding> {
        let definition = &self.indicator.definition;
        let oriented = stratum.difference.scaled(better(definition).sign());
        let groups = stratum.groups.map(|(dimension, group)| (&self.release.dimensions[dimension], group));
        let looked_at = self.indicator.strata_looked_at;
        let own = stratum.reading.value?.value;
        Some(Finding {
            kind: FindingKind::Gap,
            indicator: Some(self.place),
            groups: stratum.groups.iter().map(|(dimension, group)| (*dimension, Some(*group))).collect(),
            of_sharing: false,
            sentence: words::stratum(definition, groups, own, stratum.difference, looked_at),
            estimate: oriented.value,
            lower: Some(oriented.lower),
            upper: Some(oriented.upper),
            probability: None,
            people: oriented.value * stratum.reading.counts()?.denominator,
        })
    }
}

/// The words of a breakdown's gap, where both groups have a value.
pub fn gap_words<'a>(
    release: &'a Release,
    indicator: &'a IndicatorAnalysis,
    breakdown: &'a Breakdown,
    comparison: &'a Comparison,
) -> Option<Gap<'a>> {
    let value = |group| breakdown.group(group).and_then(|own| own.reading.value).map(|value| value.value);
    Some(Gap {
        definition: &indicator.definition,
        dimension: &release.dimensions[breakdown.dimension],
        comparison,
        values: (value(comparison.group)?, value(comparison.reference)?),
    })
}
