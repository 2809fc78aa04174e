//! Which results become findings, and their order: the most people affected first, then the service, data quality last.

use evenly_cube::Release;
use evenly_stats::Estimate;

use super::claims::Claims;
use super::headlines::about;
use super::recent::Recent;
use super::words::{self, Gap, Mixed, Worse};
use super::{better, explained, is_waits, numbers, periods, quality, selective, sharing};
use crate::analysis::{
    Breakdown, Comparison, Explained, Finding, FindingKind, GroupAnalysis, IndicatorAnalysis, LookedAt, Question,
    Reading, Series, Stratum,
};

/// Every finding of a release, and how many answers they were chosen from.
pub fn findings(release: &Release, indicators: &[IndicatorAnalysis]) -> (Vec<Finding>, Vec<LookedAt>) {
    let mut claims = Claims::default();
    for (place, indicator) in indicators.iter().enumerate() {
        let maker = Maker { release, indicator, place };
        if let Some(series) = &indicator.series {
            maker.worse(None, series, &mut claims);
        }
        for breakdown in &indicator.breakdowns {
            maker.of_breakdown(breakdown, &mut claims);
        }
        for (place, p_value) in indicator.strata_p_values.iter().enumerate() {
            let own = indicator.strata.iter().find(|own| own.place == place);
            claims.add(Question::Combinations, *p_value, || maker.stratum(own?));
        }
    }
    let (mut findings, looked_at) = claims.told();
    findings.extend(indicators.iter().enumerate().flat_map(|(place, own)| sharing::findings(release, own, place)));
    findings.extend(quality::findings(release));
    findings.extend(selective::findings(release, indicators));
    say_which_indicator(indicators, &mut findings);
    findings.sort_by(|a, b| {
        let last = |finding: &Finding| {
            (finding.kind == FindingKind::DataQuality, about(release, finding) == evenly_cube::About::Service)
        };
        last(a).cmp(&last(b)).then(b.people.total_cmp(&a.people))
    });
    (findings, looked_at)
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
    fn of_breakdown(&self, breakdown: &Breakdown, claims: &mut Claims) {
        // A field that is filled better is no change in how people fare: of those not known nothing is claimed.
        let known: Vec<usize> = self.release.dimensions[breakdown.dimension].known().collect();
        for own in breakdown.groups.iter().filter(|own| known.contains(&own.group)) {
            if let Some(series) = &own.series {
                self.worse(Some((breakdown.dimension, own)), series, claims);
            }
        }
        self.of_mixed(breakdown, claims);
        let Some(comparison) = &breakdown.comparison else { return };
        let Some(gap) = gap_words(self.release, self.indicator, breakdown, comparison) else { return };
        let clear = !comparison.difference.holds(0.0);
        claims.add(Question::Gaps, comparison.p_value, || clear.then(|| self.gap(breakdown, comparison, &gap)));
        if let Some((told, p_value)) = explained::told(breakdown, &self.indicator.definition) {
            let groups = (comparison.group, Some(comparison.reference));
            let values = gap.values;
            claims.add(Question::Mix, p_value, || self.mix(breakdown, groups, values, told));
        }
        let Some(series) = &breakdown.gap else { return };
        let Some(change) = series.change else { return };
        let moved = !change.change.holds(0.0);
        claims.add(Question::Changes, change.p_value, || {
            moved.then(|| Finding {
                sentence: words::gap_change(&self.indicator.definition, gap.dimension, series.groups, &change),
                people: change.change.value.abs() * change.people,
                ..self.finding(
                    FindingKind::GapChange,
                    vec![(breakdown.dimension, Some(series.groups.0))],
                    change.change,
                )
            })
        });
    }

    fn finding(&self, kind: FindingKind, groups: Vec<(usize, Option<usize>)>, estimate: Estimate) -> Finding {
        Finding {
            kind,
            indicator: Some(self.place),
            groups,
            of_sharing: false,
            sentence: String::new(),
            estimate: estimate.value,
            lower: Some(estimate.lower),
            upper: Some(estimate.upper),
            explained_by: None,
            probability: None,
            people: 0.0,
        }
    }

    fn gap(&self, breakdown: &Breakdown, comparison: &Comparison, gap: &Gap) -> Finding {
        let oriented = comparison.difference.scaled(better(&self.indicator.definition).sign());
        let group = breakdown.group(comparison.group).and_then(|own| own.reading.counts());
        // Waits have no count of events in excess: the people of the group stand in.
        let people =
            comparison.excess.map_or_else(|| group.map_or(0.0, |group| group.numerator), |excess| excess.value);
        Finding {
            sentence: words::gap(gap),
            people,
            ..self.finding(FindingKind::Gap, vec![(breakdown.dimension, Some(comparison.group))], oriented)
        }
    }

    /// Groups whose gap to everybody else is mix; what is told of the two that are compared is not told again.
    fn of_mixed(&self, breakdown: &Breakdown, claims: &mut Claims) {
        let (mixed, looked_at) = &breakdown.mixed;
        let compared = explained::told(breakdown, &self.indicator.definition).is_some();
        let pair = breakdown.comparison.filter(|_| compared).map(|own| [own.group, own.reference]);
        let sign = better(&self.indicator.definition).sign();
        for own in mixed {
            // What explains why a group does worse also explains why everybody else does better: it is told once.
            let does_better = (own.values.0 - own.values.1) * sign < 0.0;
            let again = does_better || pair.is_some_and(|pair| pair.contains(&own.group));
            claims.add(Question::Mix, own.p_value, || {
                if again { None } else { self.mix(breakdown, (own.group, None), own.values, &own.explained) }
            });
        }
        for _ in mixed.len()..*looked_at {
            claims.add(Question::Mix, 1.0, || None);
        }
    }

    /// A gap that is mix, or that turns round, once like is set beside like.
    fn mix(
        &self,
        breakdown: &Breakdown,
        (group, reference): (usize, Option<usize>),
        values: (f64, f64),
        told: &Explained,
    ) -> Option<Finding> {
        let definition = &self.indicator.definition;
        let oriented = told.left.scaled(better(definition).sign());
        let own = breakdown.group(group)?;
        let people = own.reading.counts()?;
        let dimension = &self.release.dimensions[breakdown.dimension];
        let mixed =
            Mixed { definition, dimension, group, reference, values, within: &self.release.dimensions[told.within] };
        Some(Finding {
            sentence: words::mix(&mixed, told),
            explained_by: Some(told.within),
            people: (told.gap - told.left.value).abs() * own.reading.units(people.denominator),
            ..self.finding(FindingKind::Mix, vec![(breakdown.dimension, Some(group))], oriented)
        })
    }

    /// Everybody, or a group, who lately does worse than before.
    fn worse(&self, group: Option<(usize, &GroupAnalysis)>, series: &Series, claims: &mut Claims) {
        let Some(own) = &series.recent else { return };
        claims.add(Question::Changes, own.p_value, || self.worsened(group, series, own));
    }

    fn worsened(&self, group: Option<(usize, &GroupAnalysis)>, series: &Series, own: &Recent) -> Option<Finding> {
        let definition = &self.indicator.definition;
        let (period, ids) = periods(self.release)?;
        let latest: Vec<(usize, &Reading)> =
            series.readings.iter().enumerate().filter_map(|(place, own)| Some((place, own.as_ref()?))).collect();
        let latest = latest.get(latest.len().checked_sub(own.points)?..)?;
        let name = |place: usize| Some(numbers::period(&self.release.dimensions[period].groups[*ids.get(place)?].id));
        let (first, last) = (name(latest.first()?.0)?, name(latest.last()?.0)?);
        let denominators = latest.iter().filter_map(|(_, own)| Some(own.units(own.counts()?.denominator)));
        let excess = (!is_waits(definition)).then(|| own.change.value * denominators.sum::<f64>());
        let sentence = words::worse(&Worse {
            definition,
            group: group.map(|(dimension, own)| (&self.release.dimensions[dimension], own.group)),
            before: own.before,
            after: own.after,
            change: own.change,
            time: if own.points == 1 { last } else { format!("{first} to {last}") },
            excess,
        });
        let groups = group.map(|(dimension, own)| (dimension, Some(own.group))).into_iter().collect();
        Some(Finding {
            sentence,
            people: excess.map_or(0.0, f64::abs),
            ..self.finding(FindingKind::Worse, groups, own.change.scaled(better(definition).sign()))
        })
    }

    fn stratum(&self, stratum: &Stratum) -> Option<Finding> {
        let definition = &self.indicator.definition;
        let oriented = stratum.difference.scaled(better(definition).sign());
        let groups = stratum.groups.map(|(dimension, group)| (&self.release.dimensions[dimension], group));
        let looked_at = self.indicator.strata_p_values.len();
        let own = stratum.reading.value?.value;
        let named = stratum.groups.iter().map(|(dimension, group)| (*dimension, Some(*group))).collect();
        Some(Finding {
            sentence: words::stratum(definition, groups, own, stratum.difference, looked_at),
            people: oriented.value * stratum.reading.counts()?.denominator,
            ..self.finding(FindingKind::Gap, named, oriented)
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
