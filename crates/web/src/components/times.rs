//! Days and times for a reader in England.

use evenly_report::parts::numbers;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::{Offset, TimeZone};
use maud::{Markup, html};

/// Day and time, as `25 November 2026, 14:05`, with the machine's form beside it.
pub fn moment(at: Timestamp) -> Markup {
    html! { time datetime=(at.to_string()) { (words(at)) } }
}

/// Day and time in words.
pub fn words(at: Timestamp) -> String {
    let local = at.to_zoned(england());
    format!("{}, {:02}:{:02}", day(local.date()), local.hour(), local.minute())
}

/// The time alone, with seconds: for logs.
pub fn clock(at: Timestamp) -> Markup {
    let local = at.to_zoned(england());
    html! { time datetime=(at.to_string()) { (format!("{:02}:{:02}:{:02}", local.hour(), local.minute(), local.second())) } }
}

/// A day, as `25 November 2026`.
pub fn day(date: Date) -> String {
    numbers::day(&date.to_string())
}

/// The day on which something happened in England.
pub fn day_of(at: Timestamp) -> Date {
    at.to_zoned(england()).date()
}

/// British time: summer time runs from the last Sunday of March to that of October.
fn england() -> TimeZone {
    TimeZone::posix("GMT0BST,M3.5.0/1,M10.5.0").unwrap_or_else(|_| TimeZone::fixed(Offset::UTC))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Timestamp {
        text.parse().expect("a time")
    }

    #[test]
    fn times_are_those_of_england() {
        assert_eq!(words(at("2026-11-25T14:05:00Z")), "25 November 2026, 14:05");
        assert_eq!(words(at("2026-06-30T23:30:00Z")), "1 July 2026, 00:30");
    }
}
