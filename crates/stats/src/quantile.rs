//! Quantile groups: sorts areas into fifths or tenths by a value such as a deprivation score.

use crate::checks;
use crate::method::{Column, Family, Method, OptionSpec, Options};
use crate::refusal::Refusal;
use crate::table::{Row, Table, Value};

const DOC: &str = "\
Areas are ranked by their value, equal values sharing the smallest rank *r*; with *N* values and *k* groups the area's
group is `⌊k + 1 − ⌈(N + 1 − r)·k / N⌉⌋`, at least 1. Groups differ in size by at most one where no values are equal.

**Source.** `phe_quantile` of PHEindicatormethods 2.1.0.

**Conventions.** `largest-first` (the default) makes the largest value group 1, as national deprivation deciles have the
most deprived first. Areas without a value get no group. With a `group` column, each group is sorted on its own.

**Limits.** Quantile groups of your own areas are *not* national deprivation quintiles: never call them Core20.
Refused with fewer values than groups.";

const VALUE: Column = Column { name: "value", required: true, doc: "The value to sort by, per area; may be missing." };
const AREA: Column = Column { name: "area", required: false, doc: "Name of the area; row numbers when it is absent." };
const GROUP: Column = Column { name: "group", required: false, doc: "Sorts within each such group; absent: in all." };

/// `evenly measure quantile-groups`.
pub const METHOD: Method = Method {
    id: "quantile-groups",
    title: "Sorts areas into fifths, tenths or other quantile groups by a value",
    family: Family::Estimates,
    when_to_use: "To make groups from a continuous score before measuring inequality between them. For deprivation use \
                  the published national deciles wherever they exist.",
    doc: DOC,
    columns: &[GROUP, AREA, VALUE],
    options: &[
        OptionSpec { name: "groups", default: "10", doc: "How many groups, from 2." },
        OptionSpec { name: "largest-first", default: "yes", doc: "Whether group 1 holds the largest values." },
    ],
    example: "area,value\nE01000001,6.2\nE01000002,5.1\nE01000003,40.7\nE01000005,31.4\nE01000006,12.9\nE01000007,22.1\n\
              E01000008,18.4\nE01000009,27.3\nE01000011,34.0\nE01000012,9.8\n",
    run,
};

/// The group (from 1) of each value; missing values get none. Refused with fewer values than groups.
pub fn quantile_groups(
    values: &[Option<f64>],
    groups: usize,
    largest_first: bool,
) -> Result<Vec<Option<usize>>, Refusal> {
    if groups < 2 {
        return Err(Refusal::option("groups", "2 or more"));
    }
    if let Some(row) = values.iter().position(|value| value.is_some_and(f64::is_nan)) {
        return Err(Refusal::NotANumber { column: VALUE.name.to_owned(), row: row + 1 });
    }
    // Adding zero makes −0 and 0 equal.
    let mut sorted: Vec<f64> = values.iter().flatten().map(|value| value + 0.0).collect();
    let count = sorted.len();
    if count < groups {
        return Err(Refusal::TooFew { what: "areas with a value", found: count, needed: groups });
    }
    let order = |a: &f64, b: &f64| if largest_first { b.total_cmp(a) } else { a.total_cmp(b) };
    sorted.sort_by(order);
    let group = |value: f64| {
        let rank = sorted.partition_point(|other| order(other, &(value + 0.0)).is_lt()) + 1;
        // In whole numbers: dividing by N/k, as the reference does, puts some areas one group off by rounding.
        (groups + 1 - ((count + 1 - rank) * groups).div_ceil(count)).max(1)
    };
    Ok(values.iter().map(|value| value.map(group)).collect())
}

fn run(table: &Table, options: &Options) -> Result<Vec<Row>, Refusal> {
    let wanted = options.number("groups", 10.0)?;
    if !(2.0..=10_000.0).contains(&wanted) || wanted.fract() > 0.0 {
        return Err(Refusal::option("groups", "a whole number from 2 to 10000"));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a whole number from 2 to 10000")]
    let wanted = wanted as usize;
    let largest_first = options.flag("largest-first", true)?;
    let values = table.maybe_numbers(VALUE.name)?;
    checks::some_present(&values, VALUE.name)?;
    let areas = checks::labels(table, AREA.name)?;
    let labels = if table.has(GROUP.name) { table.texts(GROUP.name)? } else { vec!["all".to_owned(); table.rows()] };
    let mut answers = vec![None; values.len()];
    for (_, places) in checks::groups(&labels) {
        let own: Vec<Option<f64>> = places.iter().map(|place| values[*place]).collect();
        for (place, group) in places.iter().zip(quantile_groups(&own, wanted, largest_first)?) {
            answers[*place] = group;
        }
    }
    let rows = areas.into_iter().zip(labels).zip(values).zip(answers);
    Ok(rows
        .map(|(((area, label), value), group)| {
            vec![
                ("group", Value::from(label)),
                ("area", Value::from(area)),
                ("value", Value::maybe(value)),
                ("quantile", Value::maybe(group.map(|group| group as f64))),
            ]
        })
        .collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::quantile_groups;

    #[test]
    fn too_few_values_are_refused() {
        assert!(quantile_groups(&[Some(1.0), None, Some(2.0)], 3, true).is_err());
        assert!(quantile_groups(&[Some(1.0), Some(f64::NAN)], 2, true).is_err());
        assert!(quantile_groups(&[Some(1.0), Some(2.0)], 1, true).is_err());
    }

    /// 28 areas into 20 groups: the 22nd from the top is group 15 by the formula; in floating point 28/20 = 1.4 and
    /// 7/1.4 = 5.000000000000001, which put it into group 15 − 1.
    #[test]
    fn rounding_moves_no_area() {
        let values: Vec<Option<f64>> = (0..28).map(|value| Some(f64::from(value))).collect();
        for (position, group) in quantile_groups(&values, 20, false).unwrap().into_iter().enumerate() {
            let exact = 21 - ((28 - position) * 20).div_ceil(28);
            assert_eq!(group, Some(exact.max(1)));
        }
    }

    proptest! {
        #[test]
        fn distinct_values_give_groups_of_nearly_equal_size(count in 10_usize..300, groups in 2_usize..11) {
            let values: Vec<Option<f64>> = (0..count).map(|value| Some((value * 7919 % 100_003) as f64)).collect();
            let own = quantile_groups(&values, groups, true).unwrap();
            let mut sizes = vec![0; groups];
            own.iter().flatten().for_each(|group| sizes[group - 1] += 1);
            let (least, most) = (sizes.iter().min().unwrap(), sizes.iter().max().unwrap());
            prop_assert!(most - least <= 1, "{:?}", sizes);
        }
    }
}
