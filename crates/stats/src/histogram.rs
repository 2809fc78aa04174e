//! Medians and other percentiles of grouped counts (waits by week), with intervals from order statistics.

use crate::checks;
use crate::interval::{CONFIDENCE, Confidence, Estimate};
use crate::method::{Column, Family, Method, OptionSpec, Options};
use crate::numeric::{binomial_cdf, compensated_sum};
use crate::proportion;
use crate::refusal::Refusal;
use crate::table::{Row, Table, Value};

const DOC: &str = "\
Counts by class (waits by week) roll up over any groups, and percentiles are read off the sum: the class in which the
share *p* is reached, then evenly within that class. The interval is the exact one of order statistics: with *n* people
the ranks *l*, *u* such that `P(B < l) ≤ α/2` and `P(B ≥ u) ≤ α/2` for a binomial `B(n, p)`; no shape is supposed.

**Source.** W. J. Conover, *Practical Nonparametric Statistics*, 3rd edition (1999), p. 143–148.

**Conventions.** Classes run `from` (included) `to` (not included); the last may be open. Within a class of *m* people the
*k*-th stands at `(k − ½)/m` of its width. With few people an order-statistic interval does not exist (the median needs
6 at 95 %, the 90th percentile 36): then it is refused.

**Limits.** No finer than the class: differences of less than a class width rest on the even spread. Refused where the
percentile or a limit lies in an open class.";

const FROM: Column = Column { name: "from", required: true, doc: "Lower edge of the class, included." };
const TO: Column =
    Column { name: "to", required: true, doc: "Upper edge, not included; empty in the last row for an open class." };
const COUNT: Column = Column { name: "count", required: true, doc: "People in the class, not negative." };
const GROUP: Column = Column { name: "group", required: false, doc: "One histogram per group; absent: one in all." };

/// `evenly measure histogram-quantile`.
pub const METHOD: Method = Method {
    id: "histogram-quantile",
    title: "Median, 90th or other percentile of grouped counts, with interval",
    family: Family::Estimates,
    when_to_use: "Waits and other times counted by week or day: the typical (median) and the long wait (90th percentile) \
                  of each group. A mean wait is pulled by a few very long ones; use `mean` for well-behaved numbers.",
    doc: DOC,
    columns: &[GROUP, FROM, TO, COUNT],
    options: &[
        OptionSpec { name: "quantiles", default: "0.5,0.9", doc: "Shares between 0 and 1, with commas between." },
        CONFIDENCE,
    ],
    example: "from,to,count\n0,1,12\n1,2,25\n2,3,30\n3,4,17\n4,5,9\n",
    run,
};

/// The `p`-quantile of counts in classes with the given edges, with its order-statistic interval.
///
/// `edges` has one more entry than `counts`, rises strictly, and may end in infinity (an open class).
pub fn quantile(counts: &[f64], edges: &[f64], p: f64, confidence: f64) -> Result<Estimate, Refusal> {
    quantile_at(counts, edges, p, Confidence::new(confidence)?)
}

/// As [`quantile`] for classes of one unit from 0: waits by completed weeks. `open` says that the last class has no end.
pub fn weekly_quantile(counts: &[f64], open: bool, p: f64, confidence: f64) -> Result<Estimate, Refusal> {
    let mut edges: Vec<f64> = (0..=counts.len()).map(|week| week as f64).collect();
    if open && let Some(last) = edges.last_mut() {
        *last = f64::INFINITY;
    }
    quantile(counts, &edges, p, confidence)
}

/// The share of people at or above a threshold, with Wilson's interval; the threshold must be an edge of the classes.
pub fn share_from(counts: &[f64], edges: &[f64], threshold: f64, confidence: f64) -> Result<Estimate, Refusal> {
    let total = check(counts, edges)?;
    let Some(first) = edges.iter().position(|edge| edge.total_cmp(&threshold).is_eq()) else {
        return Err(Refusal::Undefined("the threshold lies inside a class: use an edge of the classes".to_owned()));
    };
    let above = compensated_sum(counts.iter().skip(first).copied());
    proportion::wilson(above.min(total), total, confidence)
}

/// Ranks are whole numbers, which are exact only far above any population and below 2^53.
const LARGEST_COUNT: f64 = 1e12;

fn quantile_at(counts: &[f64], edges: &[f64], p: f64, confidence: Confidence) -> Result<Estimate, Refusal> {
    if !(p > 0.0 && p < 1.0) {
        return Err(Refusal::option("quantiles", "between 0 and 1"));
    }
    let total = check(counts, edges)?;
    let (low, high) = ranks(total, p, confidence.tail())?;
    let value = at(counts, edges, total * p)?;
    let (lower, upper) = (at(counts, edges, low - 0.5)?, at(counts, edges, high - 0.5)?);
    Ok(Estimate { value, lower: lower.min(value), upper: upper.max(value) })
}

/// Checks counts and edges; the number of people.
fn check(counts: &[f64], edges: &[f64]) -> Result<f64, Refusal> {
    if counts.is_empty() {
        return Err(Refusal::Empty);
    }
    if edges.len() != counts.len() + 1 {
        return Err(Refusal::UnequalLengths { column: COUNT.name.to_owned() });
    }
    let open_inside = edges[..counts.len()].iter().position(|edge| !edge.is_finite());
    if let Some(row) = open_inside {
        let must = "must be a number: only the last class may be open";
        return Err(Refusal::OutOfRange { column: FROM.name.to_owned(), row: row + 1, must });
    }
    if let Some(row) =
        edges.windows(2).position(|pair| pair[1].partial_cmp(&pair[0]) != Some(std::cmp::Ordering::Greater))
    {
        return Err(Refusal::OutOfRange { column: TO.name.to_owned(), row: row + 1, must: "must be above `from`" });
    }
    for (row, count) in counts.iter().enumerate() {
        checks::not_negative(*count, COUNT.name, row + 1)?;
        if *count > LARGEST_COUNT {
            let must = "must be a count of people: it is larger than any population";
            return Err(Refusal::OutOfRange { column: COUNT.name.to_owned(), row: row + 1, must });
        }
    }
    let total = compensated_sum(counts.iter().copied());
    if total <= 0.0 {
        return Err(Refusal::Undefined("there is nobody in any class".to_owned()));
    }
    Ok(total)
}

/// Ranks (from 1) of the order statistics that bound the `p`-quantile with at most `tail` chance on each side.
fn ranks(total: f64, p: f64, tail: f64) -> Result<(f64, f64), Refusal> {
    let people = total.floor();
    let few = || {
        // Both the lowest and the highest value must miss with at most the tail's chance.
        let needed = tail.ln() / (1.0 - p).max(p).ln();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "people counts are small here")]
        Refusal::TooFew { what: "people", found: people as usize, needed: needed.ceil() as usize }
    };
    // Largest l with P(B ≤ l − 1) ≤ tail, smallest u with P(B ≤ u − 1) ≥ 1 − tail: first by bisection on whole ranks.
    let first_above = |share: f64| {
        let (mut low, mut high) = (-1.0, people);
        while high - low > 1.0 {
            let middle = f64::midpoint(low, high).floor();
            if binomial_cdf(middle, people, p) > share { high = middle } else { low = middle }
        }
        high
    };
    let low = first_above(tail);
    let high = first_above((1.0 - tail).next_down()) + 1.0;
    if low < 1.0 || high > people {
        return Err(few());
    }
    Ok((low, high))
}

/// The value below which `rank` people stand, spread evenly within each class.
fn at(counts: &[f64], edges: &[f64], rank: f64) -> Result<f64, Refusal> {
    let mut before = 0.0;
    for (position, count) in counts.iter().enumerate() {
        if *count > 0.0 && before + count >= rank {
            if edges[position + 1].is_infinite() {
                let text = format!("it lies in the open class from {}: count longer times in classes", edges[position]);
                return Err(Refusal::Undefined(text));
            }
            let width = edges[position + 1] - edges[position];
            return Ok(edges[position] + width * ((rank - before) / count).clamp(0.0, 1.0));
        }
        before += count;
    }
    // Rounding may leave the last person just beyond the sum.
    Ok(edges[counts.len()])
}

fn shares(options: &Options) -> Result<Vec<f64>, Refusal> {
    let text = options.text("quantiles").unwrap_or("0.5,0.9");
    let parse = |part: &str| part.trim().parse::<f64>().ok().filter(|share| *share > 0.0 && *share < 1.0);
    text.split(',')
        .map(parse)
        .collect::<Option<Vec<f64>>>()
        .ok_or_else(|| Refusal::option("quantiles", "shares between 0 and 1 with commas between, such as 0.5,0.9"))
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let shares = shares(options)?;
    let confidence = Confidence::from_options(options)?;
    let labels = if table.has(GROUP.name) { table.texts(GROUP.name)? } else { vec!["all".to_owned(); table.rows()] };
    let (from, to) = (table.numbers(FROM.name)?, table.maybe_numbers(TO.name)?);
    let counts = table.numbers(COUNT.name)?;
    let mut rows = Vec::new();
    for (label, mut places) in checks::groups(&labels) {
        places.sort_by(|a, b| from[*a].total_cmp(&from[*b]));
        let mut edges: Vec<f64> = places.iter().map(|place| from[*place]).collect();
        for pair in places.windows(2) {
            if to[pair[0]].is_none_or(|end| end.total_cmp(&from[pair[1]]).is_ne()) {
                let must = "must be the `from` of the next class: classes may not overlap or leave gaps";
                return Err(Refusal::OutOfRange { column: TO.name.to_owned(), row: pair[0] + 1, must });
            }
        }
        edges.extend(places.last().map(|last| to[*last].unwrap_or(f64::INFINITY)));
        let own: Vec<f64> = places.iter().map(|place| counts[*place]).collect();
        for share in &shares {
            let answer = quantile_at(&own, &edges, *share, confidence);
            let estimate = answer.as_ref().ok();
            rows.push(vec![
                ("group", Value::from(label.as_str())),
                ("quantile", Value::from(*share)),
                ("value", Value::maybe(estimate.map(|estimate| estimate.value))),
                ("lower", Value::maybe(estimate.map(|estimate| estimate.lower))),
                ("upper", Value::maybe(estimate.map(|estimate| estimate.upper))),
                ("people", Value::from(compensated_sum(own.iter().copied()))),
                ("refused", answer.err().map_or(Value::Missing, |refusal| Value::from(refusal.to_string()))),
            ]);
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{quantile, share_from, weekly_quantile};

    /// Ranks of the 95 % interval of a median in Conover's and others' tables: n = 10 → 2, 9; n = 20 → 6, 15; n = 100 → 40, 61.
    #[test]
    fn the_median_has_the_tabled_ranks() {
        for (people, low, high) in [(6, 1, 6), (10, 2, 9), (20, 6, 15), (100, 40, 61)] {
            let one_each = vec![1.0; people];
            let median = weekly_quantile(&one_each, false, 0.5, 0.95).unwrap();
            assert!((median.lower - (f64::from(low) - 0.5)).abs() < 1e-12, "{people}: {median:?}");
            assert!((median.upper - (f64::from(high) - 0.5)).abs() < 1e-12, "{people}: {median:?}");
        }
    }

    #[test]
    fn too_few_people_and_open_classes_are_refused() {
        assert!(weekly_quantile(&[1.0; 5], false, 0.5, 0.95).is_err());
        assert!(weekly_quantile(&[1.0; 35], false, 0.9, 0.95).is_err());
        assert!(weekly_quantile(&[1.0; 36], false, 0.9, 0.95).is_ok());
        assert!(weekly_quantile(&[10.0, 90.0], true, 0.5, 0.95).is_err());
        assert!(weekly_quantile(&[90.0, 10.0], true, 0.5, 0.95).is_ok());
        assert!(weekly_quantile(&[0.0, 0.0], false, 0.5, 0.95).is_err());
        assert!(weekly_quantile(&[-1.0, 20.0], false, 0.5, 0.95).is_err());
        assert!(quantile(&[5.0, 5.0], &[0.0, 2.0, 1.0], 0.5, 0.95).is_err());
        assert!(quantile(&[5.0, 5.0], &[0.0, f64::NAN, 1.0], 0.5, 0.95).is_err());
    }

    #[test]
    fn the_share_over_eighteen_weeks_is_exact_at_an_edge() {
        let share = share_from(&[60.0, 30.0, 10.0], &[0.0, 18.0, 52.0, f64::INFINITY], 18.0, 0.95).unwrap();
        assert!((share.value - 0.4).abs() < 1e-15);
        assert!(share_from(&[60.0, 40.0], &[0.0, 18.0, 52.0], 17.0, 0.95).is_err());
    }

    proptest! {
        #[test]
        fn the_interval_holds_the_quantile_and_larger_shares_lie_higher(
            counts in prop::collection::vec(0_u32..500, 3..60),
            p in 0.1..0.8_f64,
        ) {
            let counts: Vec<f64> = counts.into_iter().map(f64::from).collect();
            prop_assume!(counts.iter().sum::<f64>() > 200.0);
            let low = weekly_quantile(&counts, false, p, 0.95).unwrap();
            let high = weekly_quantile(&counts, false, p + 0.1, 0.95).unwrap();
            prop_assert!(low.holds(low.value) && high.holds(high.value));
            prop_assert!(low.value <= high.value && low.lower <= high.lower && low.upper <= high.upper);
        }
    }
}
