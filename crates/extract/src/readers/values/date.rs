//! Days from text: the usual formats straight from the bytes, any other through `strptime`.

use jiff::civil::Date;

/// First and last year that a date in a health record can have; beyond them it is a placeholder or a slip.
const YEARS: std::ops::RangeInclusive<i16> = 1880..=2199;

/// Days from 1970-01-01 of a calendar day; `None` where there is no such day or the year is out of range.
pub(crate) fn day_number(year: i64, month: u32, day: u32) -> Option<i32> {
    const LENGTHS: [u32; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    if !(1..=12).contains(&month) || !YEARS.contains(&i16::try_from(year).ok()?) {
        return None;
    }
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let length = LENGTHS[month as usize - 1] + u32::from(leap && month == 2);
    if day == 0 || day > length {
        return None;
    }
    // SOURCE: Howard Hinnant, "chrono-compatible low-level date algorithms", days_from_civil (2013).
    let y = if month <= 2 { year - 1 } else { year };
    let era = y.div_euclid(400);
    let year_of_era = y - era * 400;
    let month_from_march = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * month_from_march + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    i32::try_from(era * 146_097 + day_of_era - 719_468).ok()
}

/// Outcome of reading a date.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DateText {
    /// A day.
    Day(i32),
    /// It has the form of a date, but there is no such day, or not in these centuries.
    OutOfRange,
    /// It has another form.
    Other,
}

/// A date format, with the usual ones known by their bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum DateFormat {
    /// `%Y-%m-%d`
    Iso,
    /// `%Y%m%d`
    Compact,
    /// `%d/%m/%Y`, with the separator
    DayFirst(u8),
    /// `%m/%d/%Y`, with the separator
    MonthFirst(u8),
    /// `%b%Y`: `MAR2019` is its first day
    Month,
    /// Any other, by `strptime`
    Other(String),
}

impl DateFormat {
    /// The format written in `strptime` notation. A time of day after the date need not be written: it is read anyway.
    pub fn new(format: &str) -> Self {
        let date = format.split(['T', ' ']).next().unwrap_or(format);
        let time_only = format[date.len()..].trim_start_matches(['T', ' ']);
        let known_time = time_only.is_empty() || time_only.starts_with("%H:%M") || time_only.starts_with("%T");
        match date {
            "%Y-%m-%d" | "%F" if known_time => Self::Iso,
            "%Y%m%d" if known_time => Self::Compact,
            "%d/%m/%Y" if known_time => Self::DayFirst(b'/'),
            "%d-%m-%Y" if known_time => Self::DayFirst(b'-'),
            "%d.%m.%Y" if known_time => Self::DayFirst(b'.'),
            "%m/%d/%Y" if known_time => Self::MonthFirst(b'/'),
            "%m-%d-%Y" if known_time => Self::MonthFirst(b'-'),
            "%b%Y" | "%B%Y" => Self::Month,
            _ => Self::Other(format.to_owned()),
        }
    }

    /// Reads a trimmed text.
    #[inline]
    pub fn read(&self, text: &[u8]) -> DateText {
        match self {
            Self::Iso => iso(text),
            Self::Compact => compact(text),
            Self::DayFirst(separator) => two_then_year(text, *separator, true),
            Self::MonthFirst(separator) => two_then_year(text, *separator, false),
            Self::Month => month_form(text),
            Self::Other(format) => other(text, format),
        }
    }

    /// The same with day and month exchanged.
    pub fn swapped(&self) -> Option<Self> {
        match self {
            Self::DayFirst(separator) => Some(Self::MonthFirst(*separator)),
            Self::MonthFirst(separator) => Some(Self::DayFirst(*separator)),
            Self::Other(format) if format.contains("%d") && format.contains("%m") => {
                Some(Self::Other(format.replace("%d", "\0").replace("%m", "%d").replace('\0', "%m")))
            }
            _ => None,
        }
    }
}

/// Digits as a number; `None` where one is not a digit.
#[inline]
fn digits(text: &[u8]) -> Option<u32> {
    text.iter().try_fold(0u32, |number, byte| {
        let digit = byte.wrapping_sub(b'0');
        (digit < 10).then(|| number * 10 + u32::from(digit))
    })
}

fn day(year: u32, month: u32, day: u32) -> DateText {
    day_number(i64::from(year), month, day).map_or(DateText::OutOfRange, DateText::Day)
}

#[inline]
fn iso(text: &[u8]) -> DateText {
    if text.len() < 10 || text[4] != b'-' || text[7] != b'-' || !is_time(&text[10..]) {
        return DateText::Other;
    }
    match (digits(&text[..4]), digits(&text[5..7]), digits(&text[8..10])) {
        (Some(y), Some(m), Some(d)) => day(y, m, d),
        _ => DateText::Other,
    }
}

fn compact(text: &[u8]) -> DateText {
    if text.len() < 8 || !is_time(&text[8..]) {
        return DateText::Other;
    }
    match (digits(&text[..4]), digits(&text[4..6]), digits(&text[6..8])) {
        (Some(y), Some(m), Some(d)) => day(y, m, d),
        _ => DateText::Other,
    }
}

/// `1/2/2019`, `01/02/2019`: day and month of one or two digits, year of four.
#[inline]
fn two_then_year(text: &[u8], separator: u8, day_first: bool) -> DateText {
    let Some(first_end) = text.iter().take(3).position(|b| *b == separator) else { return DateText::Other };
    let rest = &text[first_end + 1..];
    let Some(second_end) = rest.iter().take(3).position(|b| *b == separator) else { return DateText::Other };
    let year = &rest[second_end + 1..];
    if first_end == 0 || second_end == 0 || year.len() < 4 || !is_time(&year[4..]) {
        return DateText::Other;
    }
    match (digits(&text[..first_end]), digits(&rest[..second_end]), digits(&year[..4])) {
        (Some(a), Some(b), Some(y)) if day_first => day(y, b, a),
        (Some(a), Some(b), Some(y)) => day(y, a, b),
        _ => DateText::Other,
    }
}

/// `MAR2019`, `March 2019`, `Mar-2019`: the first day of the month.
fn month_form(text: &[u8]) -> DateText {
    const MONTHS: [&str; 12] = [
        "january",
        "february",
        "march",
        "april",
        "may",
        "june",
        "july",
        "august",
        "september",
        "october",
        "november",
        "december",
    ];
    let letters = text.iter().take_while(|b| b.is_ascii_alphabetic()).count();
    let Ok(name) = std::str::from_utf8(&text[..letters]) else { return DateText::Other };
    let year = match &text[letters..] {
        [b' ' | b'-' | b'_' | b'/', year @ ..] | year => year,
    };
    let name = name.to_ascii_lowercase();
    let month = MONTHS.iter().position(|m| name == *m || (letters == 3 && m.starts_with(&name)));
    match (month, digits(year)) {
        (Some(month), Some(y)) if year.len() == 4 => day(y, u32::try_from(month).unwrap_or(0) + 1, 1),
        _ => DateText::Other,
    }
}

/// Nothing, or a time of day after a `T` or a space: `T18:38:08Z`, ` 00:00`, ` 00:00:00.000+01:00`.
#[inline]
fn is_time(text: &[u8]) -> bool {
    let [b'T' | b' ', time @ ..] = text else { return text.is_empty() };
    time.len() >= 4
        && time.len() <= 32
        && time[0].is_ascii_digit()
        && time[1..3].contains(&b':')
        && time
            .iter()
            .all(|b| b.is_ascii_digit() || matches!(b, b':' | b'.' | b'Z' | b'+' | b'-' | b' ' | b'A' | b'P' | b'M'))
}

/// Any format: tried as it stands, and as a month whose first day is meant. A time of day in the text is left out.
fn other(text: &[u8], format: &str) -> DateText {
    let Ok(text) = std::str::from_utf8(text) else { return DateText::Other };
    if let Some(found) = parse(text, format).or_else(|| parse(&format!("1 {text}"), &format!("%d {format}"))) {
        return found;
    }
    let time = text.match_indices([' ', 'T']).map(|(at, _)| at).find(|at| is_time(&text.as_bytes()[*at..]));
    time.and_then(|at| parse(&text[..at], format)).unwrap_or(DateText::Other)
}

fn parse(text: &str, format: &str) -> Option<DateText> {
    let date = Date::strptime(format, text).ok()?;
    Some(
        day_number(i64::from(date.year()), date.month().unsigned_abs().into(), date.day().unsigned_abs().into())
            .map_or(DateText::OutOfRange, DateText::Day),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn read(format: &str, text: &str) -> DateText {
        DateFormat::new(format).read(text.as_bytes())
    }

    #[test]
    fn usual_forms() {
        assert_eq!(read("%Y-%m-%d", "1970-01-02"), DateText::Day(1));
        assert_eq!(read("%Y-%m-%dT%H:%M:%SZ", "2016-04-29T18:38:08Z"), DateText::Day(16920));
        assert_eq!(read("%Y-%m-%d", "2016-04-29 00:00:00.000"), DateText::Day(16920));
        assert_eq!(read("%d/%m/%Y", "29/04/2016"), DateText::Day(16920));
        assert_eq!(read("%d/%m/%Y", "29/4/2016 09:30"), DateText::Day(16920));
        assert_eq!(read("%m/%d/%Y", "04/29/2016"), DateText::Day(16920));
        assert_eq!(read("%Y%m%d", "20160429"), DateText::Day(16920));
        assert_eq!(read("%b%Y", "MAR2019"), DateText::Day(17956));
        assert_eq!(read("%B %Y", "March 2019"), DateText::Day(17956));
        assert_eq!(read("%d-%b-%Y", "29-Apr-2016"), DateText::Day(16920));
        assert_eq!(read("%d-%b-%y", "29-APR-16"), DateText::Day(16920));
        assert_eq!(read("%d %B %Y", "29 April 2016 10:00"), DateText::Day(16920));
    }

    #[test]
    fn what_is_no_day() {
        assert_eq!(read("%Y-%m-%d", "2019-02-29"), DateText::OutOfRange);
        assert_eq!(read("%Y-%m-%d", "9999-12-31"), DateText::OutOfRange);
        assert_eq!(read("%d/%m/%Y", "04/29/2016"), DateText::OutOfRange);
        assert_eq!(read("%Y-%m-%d", "29/04/2016"), DateText::Other);
        assert_eq!(read("%Y-%m-%d", "2016-04-29 about noon"), DateText::Other);
        assert_eq!(read("%b%Y", "MAX2019"), DateText::Other);
        assert_eq!(read("%d/%m/%Y", ""), DateText::Other);
    }

    proptest! {
        /// The arithmetic agrees with the calendar of `jiff` on every day, and the fast forms with `strptime`.
        #[test]
        fn days_agree_with_jiff(year in 1880i16..2200, month in 1i8..=12, day in 1i8..=31) {
            let ours = day_number(year.into(), month.unsigned_abs().into(), day.unsigned_abs().into());
            let theirs = Date::new(year, month, day).ok();
            let epoch = Date::new(1970, 1, 1).unwrap();
            prop_assert_eq!(ours, theirs.map(|d| (d - epoch).get_days()));
            if let (Some(number), Some(date)) = (ours, theirs) {
                for format in ["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%Y%m%d"] {
                    prop_assert_eq!(read(format, &date.strftime(format).to_string()), DateText::Day(number));
                }
            }
        }
    }
}
