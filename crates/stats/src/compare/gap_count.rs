//! The population attributable count: events that would not have been, had every group done as well as the best-off.

use crate::checks::{DENOMINATOR, NUMERATOR};
use crate::compare::{Count, GROUP, KIND, Kind, observed_best, read_groups, surely_best};
use crate::interval::{BETTER, Better, CONFIDENCE, Confidence, Estimate};
use crate::method::{Family, Method, OptionSpec, Options};
use crate::numeric::compensated_sum;
use crate::refusal::Refusal;
use crate::table::{Row, Table, Value};

const DOC: &str = "\
`Σ n_g · max(0, p_g − p_best)`, where the good direction is lower, and `Σ n_g · max(0, p_best − p_g)` where it is higher
(people who would have been reached). The interval combines the Wilson (rates: exact or Byar) limits of all groups as
limits of a linear function: the best-off group's value enters with the weight of everyone else.

**Source.** The count form of the population attributable risk: WHO, *Handbook on Health Inequality Monitoring* (2013), chapter 3;
interval: G. Y. Zou, W. Huang and X. Zhang, *Computational Statistics and Data Analysis* 53 (2009), p. 1080–1085.

**Conventions.** `best` is `sure` (the group with the best conservative limit), `observed` (the best value, however few
people it rests on) or a group's name. Groups that do better than the reference count nothing. Limits stay at 0 and above.

**Limits.** Conditional on the reference group: choosing the best of many small groups makes the count too large, which
`sure` guards against and `observed` does not. It says what the gap amounts to, not what an intervention would achieve.";

/// `evenly measure gap-count`.
pub const METHOD: Method = Method {
    id: "gap-count",
    title: "Events avoided if every group did as well as the best-off, with interval",
    family: Family::Estimates,
    when_to_use: "To say in people or appointments what a gap amounts to, over ordered or unordered groups.",
    doc: DOC,
    columns: &[GROUP, NUMERATOR, DENOMINATOR],
    options: &[
        KIND,
        OptionSpec { name: "best", default: "sure", doc: "`sure`, `observed`, or the name of the reference group." },
        BETTER,
        CONFIDENCE,
    ],
    example: "group,numerator,denominator\nmost deprived,141,1000\nmiddle,80,900\nleast deprived,62,1050\n",
    run,
};

/// Which group the others are held against.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BestOff {
    /// The group with the best conservative limit: best as far as we can be sure.
    Sure,
    /// The group with the best observed value.
    Observed,
    /// The group at this position.
    Group(usize),
}

/// The count, and what each group adds to it.
#[derive(Clone, Debug, PartialEq)]
pub struct GapCount {
    /// Events in excess (or people not reached) over all groups.
    pub total: Estimate,
    /// Position of the reference group.
    pub best: usize,
    /// What each group adds, in the order given.
    pub by_group: Vec<f64>,
}

/// How many events would not have been (or would have been) had every group done as well as the best-off.
pub fn gap_count(
    kind: Kind,
    groups: &[Count],
    best: BestOff,
    better: Better,
    confidence: f64,
) -> Result<GapCount, Refusal> {
    let confidence = Confidence::new(confidence)?;
    for (position, count) in groups.iter().enumerate() {
        kind.check(*count, position + 1)?;
    }
    if groups.len() < 2 {
        return Err(Refusal::TooFew { what: "groups", found: groups.len(), needed: 2 });
    }
    let estimates: Vec<Estimate> = groups.iter().map(|count| kind.estimate(*count, confidence)).collect();
    let best = match best {
        BestOff::Sure => surely_best(&estimates, better),
        BestOff::Observed => observed_best(&estimates, better),
        BestOff::Group(position) if position < groups.len() => position,
        BestOff::Group(_) => return Err(Refusal::option("best", "a group of the table")),
    };
    Ok(against(groups, &estimates, best, better))
}

fn against(groups: &[Count], estimates: &[Estimate], best: usize, better: Better) -> GapCount {
    let reference = estimates[best];
    let shortfall = |estimate: &Estimate| better.sign() * (estimate.value - reference.value);
    let by_group: Vec<f64> = groups
        .iter()
        .zip(estimates)
        .map(|(count, estimate)| count.denominator * shortfall(estimate).max(0.0))
        .collect();
    let value = compensated_sum(by_group.iter().copied());
    // Squared distances to the limits of Σ n·p over the worse groups, less their people times the reference.
    let (mut people, mut down, mut up) = (0.0, 0.0, 0.0);
    for (count, estimate) in groups.iter().zip(estimates).filter(|(_, estimate)| shortfall(estimate) > 0.0) {
        people += count.denominator;
        let (low, high) = (estimate.value - estimate.lower, estimate.upper - estimate.value);
        let (low, high) = if better == Better::Lower { (low, high) } else { (high, low) };
        down += (count.denominator * low).powi(2);
        up += (count.denominator * high).powi(2);
    }
    let (low, high) = (reference.value - reference.lower, reference.upper - reference.value);
    let (low, high) = if better == Better::Lower { (low, high) } else { (high, low) };
    let total = Estimate {
        value,
        lower: (value - (down + (people * high).powi(2)).sqrt()).max(0.0),
        upper: value + (up + (people * low).powi(2)).sqrt(),
    };
    GapCount { total, best, by_group }
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let kind = Kind::from_options(options)?;
    let better = Better::from_options(options)?;
    let (labels, counts) = read_groups(table, kind)?;
    let best = match options.text("best") {
        None | Some("sure") => BestOff::Sure,
        Some("observed") => BestOff::Observed,
        Some(name) => match labels.iter().position(|label| label == name) {
            Some(position) => BestOff::Group(position),
            None => return Err(Refusal::option("best", "`sure`, `observed` or the name of a group of the table")),
        },
    };
    let answer = gap_count(kind, &counts, best, better, Confidence::from_options(options)?.level())?;
    let row = |group: &str, value: f64, limits: Option<Estimate>| {
        vec![
            ("group", Value::from(group)),
            ("value", Value::from(value)),
            ("lower", Value::maybe(limits.map(|limits| limits.lower))),
            ("upper", Value::maybe(limits.map(|limits| limits.upper))),
            ("reference", Value::from(labels[answer.best].as_str())),
        ]
    };
    let mut rows = vec![row("all", answer.total.value, Some(answer.total))];
    rows.extend(labels.iter().zip(&answer.by_group).map(|(label, value)| row(label, *value, None)));
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{BestOff, gap_count};
    use crate::compare::{Count, Kind};
    use crate::interval::Better;

    fn count(numerator: f64, denominator: f64) -> Count {
        Count { numerator, denominator }
    }

    #[test]
    fn the_excess_over_the_best_off_adds_up() {
        let groups = [count(141.0, 1000.0), count(80.0, 1000.0), count(60.0, 1000.0)];
        let answer = gap_count(Kind::Proportion, &groups, BestOff::Sure, Better::Lower, 0.95).unwrap();
        assert_eq!(answer.best, 2);
        assert!((answer.total.value - 101.0).abs() < 1e-9);
        assert!((answer.by_group[0] - 81.0).abs() < 1e-9 && answer.by_group[2].abs() < 1e-12);
        let turned: Vec<Count> =
            groups.iter().map(|own| count(own.denominator - own.numerator, own.denominator)).collect();
        let reached = gap_count(Kind::Proportion, &turned, BestOff::Sure, Better::Higher, 0.95).unwrap();
        assert!((reached.total.lower - answer.total.lower).abs() < 1e-9);
        assert!((reached.total.upper - answer.total.upper).abs() < 1e-9);
    }

    #[test]
    fn a_tiny_group_without_events_is_not_taken_as_the_best() {
        let groups = [count(141.0, 1000.0), count(60.0, 1000.0), count(0.0, 3.0)];
        let sure = gap_count(Kind::Proportion, &groups, BestOff::Sure, Better::Lower, 0.95).unwrap();
        let observed = gap_count(Kind::Proportion, &groups, BestOff::Observed, Better::Lower, 0.95).unwrap();
        assert_eq!((sure.best, observed.best), (1, 2));
        assert!((sure.total.value - 81.0).abs() < 1e-9 && (observed.total.value - 201.0).abs() < 1e-9);
    }

    #[test]
    fn one_group_and_an_unknown_reference_are_refused() {
        let one = [count(1.0, 10.0)];
        assert!(gap_count(Kind::Proportion, &one, BestOff::Sure, Better::Lower, 0.95).is_err());
        let two = [count(1.0, 10.0), count(2.0, 10.0)];
        assert!(gap_count(Kind::Proportion, &two, BestOff::Group(2), Better::Lower, 0.95).is_err());
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_count_and_order_does_not_matter(
            events in prop::collection::vec((0_u32..200, 200_u32..3000), 2..8),
        ) {
            let groups: Vec<Count> = events.iter().map(|(x, n)| count((*x).into(), (*n).into())).collect();
            let turned: Vec<Count> = groups.iter().rev().copied().collect();
            for better in [Better::Lower, Better::Higher] {
                let own = gap_count(Kind::Proportion, &groups, BestOff::Observed, better, 0.95).unwrap().total;
                let other = gap_count(Kind::Proportion, &turned, BestOff::Observed, better, 0.95).unwrap().total;
                prop_assert!(own.holds(own.value) && own.lower >= 0.0);
                prop_assert!((own.value - other.value).abs() < 1e-9);
            }
        }
    }
}
