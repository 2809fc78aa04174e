//! Periods: days into weeks, months, quarters and years.

use std::collections::HashMap;
use std::sync::Arc;

use evenly_cube::{About, Dimension, Group, Order};
use jiff::civil::{Date, Weekday};

use super::{Derived, Groups, Unknowns};
pub use crate::profile::Grain;
use crate::profile::{FieldReader, Meaning, date_of, days_from_1970};

/// Periods between the first and the last are shown even if nobody is in them, up to this many.
const LONGEST_SERIES: usize = 1_200;

impl Grain {
    /// Id of the dimension.
    pub fn id(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
        }
    }

    /// First day of the period that a day is in, both counted from 1970-01-01; `None` beyond the calendar.
    pub fn first_day(self, day: i32) -> Option<i32> {
        let date = date_of(day)?;
        let first = match self {
            Self::Day => date,
            Self::Week => return Some(day - i32::from(date.weekday().since(Weekday::Monday))),
            Self::Month => date.first_of_month(),
            Self::Quarter => Date::new(date.year(), (date.month() - 1) / 3 * 3 + 1, 1).ok()?,
            Self::Year => date.first_of_year(),
        };
        Some(days_from_1970(first))
    }

    /// First day of the period after one.
    fn next(self, first: i32) -> Option<i32> {
        // The longest period has 366 days; any day of the next one will do.
        let step = match self {
            Self::Day => 1,
            Self::Week => 7,
            Self::Month => 31,
            Self::Quarter => 92,
            Self::Year => 366,
        };
        self.first_day(first + step)
    }

    fn group(self, first: i32) -> Option<Group> {
        let date = date_of(first)?;
        let (id, label) = match self {
            Self::Day => (date.to_string(), date.strftime("%-d %b %Y").to_string()),
            Self::Week => (date.to_string(), format!("Week of {}", date.strftime("%-d %b %Y"))),
            Self::Month => (date.strftime("%Y-%m").to_string(), date.strftime("%b %Y").to_string()),
            Self::Quarter => (date.to_string(), format!("{} quarter", date.strftime("%b %Y"))),
            Self::Year => (date.to_string(), date.strftime("%Y").to_string()),
        };
        Some(Group::known(id, label))
    }
}

/// The periods that were seen, given by their first days in order, with those between them.
pub fn period(grain: Grain, reader: &FieldReader, seen: &[i32]) -> Derived {
    let firsts = with_gaps(grain, seen);
    let known = firsts.iter().filter_map(|first| grain.group(*first)).collect();
    let groups = Groups::new(known, &Unknowns::of(reader));
    let positions: HashMap<i32, usize> = firsts.into_iter().zip(0..).collect();
    let dimension = Dimension {
        id: grain.id().to_owned(),
        title: reader.field().title(reader.name()),
        about: About::Person,
        order: Order::Period,
        groups: groups.all(),
        vintage: None,
        note: None,
    };
    let code = move |meaning: &Meaning| match meaning {
        Meaning::Day(day) => {
            let position = grain.first_day(*day).and_then(|first| positions.get(&first));
            position.copied().unwrap_or_else(|| groups.of_unknown(meaning))
        }
        other => groups.of_unknown(other),
    };
    Derived { dimension, code: Arc::new(code), rests_on: None }
}

/// A mistyped year must not make a series of thousands of empty periods: then only those seen are shown.
fn with_gaps(grain: Grain, seen: &[i32]) -> Vec<i32> {
    let (Some(first), Some(last)) = (seen.first(), seen.last()) else { return Vec::new() };
    let series: Vec<i32> = std::iter::successors(Some(*first), |first| grain.next(*first))
        .take_while(|first| first <= last)
        .take(LONGEST_SERIES)
        .collect();
    let complete = series.last() == Some(last) && series.len() <= 2 * seen.len() + 12;
    if complete { series } else { seen.to_vec() }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::{Grain, with_gaps};
    use crate::profile::{date_of, days_from_1970};

    #[test]
    fn days_fall_into_their_periods() {
        let day = days_from_1970(date(2016, 5, 4));
        let cases = [
            (Grain::Day, date(2016, 5, 4), "2016-05-04"),
            (Grain::Week, date(2016, 5, 2), "2016-05-02"),
            (Grain::Month, date(2016, 5, 1), "2016-05"),
            (Grain::Quarter, date(2016, 4, 1), "2016-04-01"),
            (Grain::Year, date(2016, 1, 1), "2016-01-01"),
        ];
        for (grain, first, id) in cases {
            assert_eq!(grain.first_day(day).and_then(date_of), Some(first), "{}", grain.id());
            assert_eq!(grain.group(days_from_1970(first)).unwrap().id, id);
        }
    }

    #[test]
    fn gaps_are_filled_unless_a_date_is_far_away() {
        let month = |year, month| days_from_1970(date(year, month, 1));
        assert_eq!(with_gaps(Grain::Month, &[month(2024, 1), month(2024, 4)]).len(), 4);
        assert_eq!(with_gaps(Grain::Month, &[month(1900, 1), month(2024, 4)]).len(), 2);
        assert!(with_gaps(Grain::Month, &[]).is_empty());
    }

    proptest! {
        #[test]
        fn a_period_holds_its_days_and_the_next_follows_at_once(day in -100_000..100_000_i32) {
            for grain in [Grain::Day, Grain::Week, Grain::Month, Grain::Quarter, Grain::Year] {
                let first = grain.first_day(day).unwrap();
                let next = grain.next(first).unwrap();
                prop_assert!(first <= day && day < next);
                prop_assert_eq!(grain.first_day(next - 1), Some(first));
                prop_assert_eq!(grain.first_day(next), Some(next));
            }
        }
    }
}
