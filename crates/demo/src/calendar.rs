//! The fixed dates of the made-up trust: three financial years, and the day its reminder project began.

use arrow_array::PrimitiveArray;
use arrow_array::types::Date32Type;

/// Days from 1970-01-01 to the first day, 2023-04-01, a Saturday.
const FIRST_EPOCH_DAY: i32 = 19_448;

/// Days of the three years, the last one 2026-03-31. Days are counted from 0, the first.
pub const DAYS: i32 = 1096;

/// Days after the last one for which appointments are booked already.
pub const BOOKED_AHEAD: i32 = 42;

/// The day the reminder project began, 2025-04-01.
pub const PROJECT_DAY: i32 = 731;

/// The first month of the project, as periods are written.
pub const PROJECT_MONTH: &str = "2025-04";

/// Months that a day can fall in, those booked ahead included.
pub const MONTHS: usize = 38;

/// First days of the months, counted from 0.
fn month_starts() -> [i32; MONTHS] {
    let mut starts = [0; MONTHS];
    let mut day = 0;
    for (index, start) in starts.iter_mut().enumerate() {
        *start = day;
        let month = (index + 3) % 12;
        day += match month {
            3 | 5 | 8 | 10 => 30,
            // Only February 2024, the eleventh month, is a leap one.
            1 if index == 10 => 29,
            1 => 28,
            _ => 31,
        };
    }
    starts
}

/// Month of each day, counted from 0 (April 2023).
pub fn months_of_days() -> Vec<u8> {
    let starts = month_starts();
    let month = |day| u8::try_from(starts.partition_point(|start| *start <= day) - 1).unwrap_or(0);
    (0..DAYS + BOOKED_AHEAD).map(month).collect()
}

/// The nearest working day: clinics are closed at weekends.
#[inline]
pub fn working_day(day: i32) -> i32 {
    match (day + 5).rem_euclid(7) {
        5 => day - 1,
        6 => day + 1,
        _ => day,
    }
}

/// A column of dates.
pub fn dates(days: impl Iterator<Item = i32>) -> PrimitiveArray<Date32Type> {
    PrimitiveArray::from_iter_values(days.map(|day| FIRST_EPOCH_DAY + day))
}

/// Whole years from one day to another.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "years of a life")]
pub fn years(born: i32, day: i32) -> i32 {
    (f64::from(day - born) / 365.25).floor() as i32
}

/// A day as it is written, for example 2025-04-01.
pub fn written(day: i32) -> String {
    let days = jiff::Span::new().days(day);
    jiff::civil::date(2023, 4, 1).checked_add(days).map_or_else(|_| String::new(), |date| date.to_string())
}

#[cfg(test)]
mod tests {
    use super::{DAYS, FIRST_EPOCH_DAY, PROJECT_DAY, months_of_days, working_day, written};

    #[test]
    fn days_are_those_of_the_calendar() {
        assert_eq!((written(0).as_str(), written(DAYS - 1).as_str()), ("2023-04-01", "2026-03-31"));
        assert_eq!(written(PROJECT_DAY), "2025-04-01");
        let epoch = jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(FIRST_EPOCH_DAY)).unwrap();
        assert_eq!(epoch.to_string(), written(0));
        let months = months_of_days();
        for (day, month) in months.iter().enumerate() {
            let date: jiff::civil::Date = written(i32::try_from(day).unwrap()).parse().unwrap();
            let expected = (i32::from(date.year()) - 2023) * 12 + i32::from(date.month()) - 4;
            assert_eq!(i32::from(*month), expected, "{date}");
            let open: jiff::civil::Date = written(working_day(i32::try_from(day).unwrap())).parse().unwrap();
            assert!(open.weekday().to_monday_one_offset() < 6, "{open}");
        }
    }
}
