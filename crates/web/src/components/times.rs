//! Days and times for a reader in England.

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
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let month = usize::try_from(date.month()).map_or("", |month| MONTHS[(month.clamp(1, 12)) - 1]);
    format!("{} {month} {}", date.day(), date.year())
}

/// The day on which something happened in England.
pub fn day_of(at: Timestamp) -> Date {
    at.to_zoned(england()).date()
}

/// How long ago, roughly: `3 days ago`.
pub fn ago(at: Timestamp, now: Timestamp) -> String {
    let minutes = (now.as_second() - at.as_second()).max(0) / 60;
    let (number, unit) = match minutes {
        0 => return "just now".to_owned(),
        1..=59 => (minutes, "minute"),
        60..=1439 => (minutes / 60, "hour"),
        _ => (minutes / 1440, "day"),
    };
    format!("{number} {unit}{} ago", if number == 1 { "" } else { "s" })
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

    #[test]
    fn how_long_ago_is_said_roughly() {
        let now = at("2026-11-25T14:05:00Z");
        for (then, said) in [
            ("2026-11-25T14:04:30Z", "just now"),
            ("2026-11-25T14:04:00Z", "1 minute ago"),
            ("2026-11-25T11:00:00Z", "3 hours ago"),
            ("2026-11-20T11:00:00Z", "5 days ago"),
            ("2026-12-20T11:00:00Z", "just now"),
        ] {
            assert_eq!(ago(at(then), now), said);
        }
    }
}
