//! What a gap costs: events beyond the best-off group's rate, at the unit cost that the trust agreed, and on whom they fall.

use evenly_cube::{CostDefinition, GroupState, Kind, Order};
use evenly_stats::economics::cost_of_gap::{Benchmark, Counts, Excess, excess};
use evenly_stats::{Confidence, Refusal};
use maud::{Markup, html};

use crate::analysis::{Analysis, Breakdown, IndicatorAnalysis};
use crate::documents::html::tables;
use crate::findings::numbers::{decimal, percent, rounded};
use crate::findings::{better, words};

/// Level of the intervals.
const LEVEL: f64 = 0.95;

/// The cost of a gap.
#[derive(Clone, Debug)]
pub struct CostOfGap {
    /// In a sentence: how much, of what, against whom, at whose price.
    pub sentence: String,
    /// By group: events beyond, and what they cost.
    groups: Vec<GroupCost>,
    caption: String,
}

#[derive(Clone, Debug)]
struct GroupCost {
    label: String,
    events: f64,
    cost: [f64; 3],
    /// Share of what all groups that do worse cost together.
    share: Option<f64>,
}

/// The cost of the gap between the groups of a dimension; `None` where it is not a matter of events out of so many, or no group
/// can be compared with another.
pub fn cost_of_gap(
    analysis: &Analysis,
    own: &IndicatorAnalysis,
    breakdown: &Breakdown,
    cost: &CostDefinition,
) -> Result<Option<CostOfGap>, Refusal> {
    if !matches!(own.definition.kind, Kind::Proportion { .. } | Kind::Counted) || cost.indicator != own.definition.id {
        return Ok(None);
    }
    let dimension = analysis.dimension(breakdown.dimension);
    let known = breakdown.groups.iter().filter(|group| dimension.groups[group.group].state == GroupState::Known);
    let counted: Vec<_> = known.filter_map(|group| Some((group, group.reading.counts()?))).collect();
    let counts: Vec<Counts> =
        counted.iter().map(|(_, own)| Counts { numerator: own.numerator, denominator: own.denominator }).collect();
    let Some(reference) = reference(&counts, own, dimension.order).filter(|_| counts.len() > 1) else {
        return Ok(None);
    };
    let confidence = Confidence::new(LEVEL)?;
    let gap = excess(&counts, Benchmark::Group(reference), better(&own.definition))?;
    // Sums tell as much as fewer independent events; a reader is told of the events themselves.
    let in_units = |excess: &Excess, effect: f64| Excess { events: excess.events * effect, se: excess.se * effect };
    let effect = own.overall.design_effect;
    let total = in_units(&gap.total, effect);
    let groups = counted.iter().zip(&gap.groups).map(|((group, _), excess)| {
        let excess = in_units(excess, group.reading.design_effect);
        GroupCost {
            label: dimension.groups[group.group].label.clone(),
            events: excess.events,
            cost: excess.cost(cost.unit_cost, confidence),
            share: (excess.events > 0.0 && total.events > 0.0).then(|| excess.events / total.events),
        }
    });
    let name = words::dimension_name(dimension).to_lowercase();
    Ok(Some(CostOfGap {
        sentence: sentence(own, cost, &total, confidence, &dimension.groups[counted[reference].0.group].label),
        groups: groups.collect(),
        caption: format!("Cost of the gap by {name}"),
    }))
}

/// The best-off group of a ranked dimension, else the one that does best.
fn reference(counts: &[Counts], own: &IndicatorAnalysis, order: Order) -> Option<usize> {
    if order == Order::Ranked {
        return counts.len().checked_sub(1);
    }
    let rate = |place: &usize| better(&own.definition).sign() * counts[*place].numerator / counts[*place].denominator;
    (0..counts.len()).min_by(|one, other| rate(one).total_cmp(&rate(other)))
}

fn sentence(
    own: &IndicatorAnalysis,
    cost: &CostDefinition,
    total: &Excess,
    confidence: Confidence,
    reference: &str,
) -> String {
    if total.events <= 0.0 {
        return format!("No group does worse than “{reference}”, so that there is no cost of a gap.");
    }
    let [value, lower, upper] = total.cost(cost.unit_cost, confidence);
    let more = match better(&own.definition) {
        evenly_stats::Better::Lower => "more",
        evenly_stats::Better::Higher => "fewer",
    };
    format!(
        "Over the time counted the gap cost about £{} (likely between £{} and £{}): about {} {more} {} than at the rate of \
         “{reference}”, at £{} each. The cost is borne by {}.",
        rounded(value),
        rounded(lower.max(0.0)),
        rounded(upper),
        rounded(total.events),
        own.definition.words.events,
        decimal(cost.unit_cost, usize::from(cost.unit_cost.fract() != 0.0) * 2),
        cost.borne_by.trim_end_matches('.')
    )
}

impl CostOfGap {
    /// On whom it falls, as a table.
    pub fn table(&self) -> Markup {
        let pounds = |number: f64| {
            let sign = if number < 0.0 { "\u{2212}" } else { "" };
            format!("{sign}£{}", rounded(number.abs()))
        };
        tables::scroll(
            &self.caption,
            &html! {
                table.nhsuk-table {
                    caption.nhsuk-table__caption { (self.caption) }
                    thead { tr {
                        th scope="col" { "Group" }
                        th.number scope="col" { "Events beyond" }
                        th.number scope="col" { "Cost" }
                        th.number scope="col" { "Likely between" }
                        th.number scope="col" { "Share of the whole" }
                    } }
                    tbody {
                        @for own in &self.groups {
                            tr {
                                th scope="row" { (own.label) }
                                td.number { (rounded(own.events)) }
                                td.number { (pounds(own.cost[0])) }
                                td.number { (pounds(own.cost[1].min(own.cost[2]))) "\u{a0}to\u{a0}" (pounds(own.cost[1].max(own.cost[2]))) }
                                td.number { (own.share.map_or_else(|| "–".to_owned(), percent)) }
                            }
                        }
                    }
                }
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::findings::of_release;
    use crate::sample::{UNEVEN, release};

    fn cost(indicator: &str) -> CostDefinition {
        let text = CostDefinition::TO_BEGIN_FROM
            .replace("unit_cost = 0", "unit_cost = 100")
            .replace("\"did-not-attend\"", &format!("\"{indicator}\""))
            .replace("= \"\"", "= \"the trust\"");
        CostDefinition::parse("ours", &text).expect("a cost")
    }

    #[test]
    fn the_cost_is_the_events_beyond_times_the_price_and_falls_on_those_who_do_worse() {
        let analysis = of_release(&release(UNEVEN));
        let own = &analysis.indicators[0];
        let breakdown = &own.breakdowns[0];
        let gap = cost_of_gap(&analysis, own, breakdown, &cost("did-not-attend")).expect("an answer").expect("a cost");
        let readings: Vec<_> = breakdown.groups.iter().take(5).map(|group| group.reading).collect();
        let best = readings[4].value.expect("a value").value;
        for (group, reading) in gap.groups.iter().zip(&readings) {
            let [count, out_of] =
                [reading.numerator, reading.denominator].map(|own| own.shown().expect("shown") as f64);
            let beyond = count - out_of * best;
            assert!((group.events - beyond).abs() < 1e-6 * out_of, "{}: {} and {beyond}", group.label, group.events);
            assert!((group.cost[0] - 100.0 * group.events).abs() < 1e-6);
            assert!(group.cost[1] <= group.cost[0] && group.cost[0] <= group.cost[2]);
        }
        let shares: f64 = gap.groups.iter().filter_map(|own| own.share).sum();
        assert!((shares - 1.0).abs() < 1e-9, "{shares}");
        insta::assert_snapshot!(gap.sentence);
        assert!(gap.table().into_string().contains("Share of the whole"));
    }

    #[test]
    fn what_has_no_price_or_is_no_matter_of_events_has_no_cost() {
        let analysis = of_release(&release(UNEVEN));
        let [missed, waits] = [&analysis.indicators[0], &analysis.indicators[2]];
        assert!(cost_of_gap(&analysis, missed, &missed.breakdowns[0], &cost("kept")).expect("an answer").is_none());
        assert!(cost_of_gap(&analysis, waits, &waits.breakdowns[0], &cost("waits")).expect("an answer").is_none());
    }
}
