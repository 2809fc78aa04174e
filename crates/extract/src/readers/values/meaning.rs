//! What a text means for the kind of its column. Every reader uses this one, so that a value means the same in every format.

use std::sync::Arc;

use super::date::{DateFormat, DateText};
use super::whole::{WholeText, hundredths, plain, whole};
use crate::readers::chunk::{ColumnKind, ColumnRequest, Raw};
use crate::readers::header::is_blank;

/// A column's kind and missing-value tokens, made ready for reading many values.
#[derive(Clone, Debug)]
pub struct Meaning {
    kind: Kind,
    /// In lower case.
    missing: Vec<String>,
    /// Missing-value tokens that are whole numbers.
    missing_wholes: Vec<i64>,
    /// Missing-value tokens that are days in the column's formats.
    missing_days: Vec<i32>,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    Text,
    Whole,
    Hundredths,
    Date(Vec<DateFormat>),
    Identifier(Arc<regex::Regex>),
}

impl Meaning {
    /// The meaning that a request asks for.
    pub fn new(request: &ColumnRequest) -> Self {
        let kind = match &request.kind {
            ColumnKind::Text => Kind::Text,
            ColumnKind::Whole => Kind::Whole,
            ColumnKind::Hundredths => Kind::Hundredths,
            ColumnKind::Date(formats) => Kind::Date(formats.iter().map(|f| DateFormat::new(f)).collect()),
            ColumnKind::Identifier(pattern) => Kind::Identifier(Arc::clone(pattern)),
        };
        let tokens = || request.missing.iter().map(|t| t.trim_matches(is_blank));
        let missing_days = match &kind {
            Kind::Date(formats) => tokens().filter_map(|t| first_day(formats, t.as_bytes())).collect(),
            _ => Vec::new(),
        };
        Self {
            missing: tokens().map(str::to_lowercase).collect(),
            missing_wholes: tokens().filter_map(|t| plain(t.as_bytes())).collect(),
            missing_days,
            kind,
        }
    }

    pub(super) fn kind(&self) -> &Kind {
        &self.kind
    }

    /// Reads a text.
    pub fn text(&self, text: &str) -> Raw {
        let text = text.trim_matches(is_blank);
        if self.is_missing(text) {
            return Raw::Missing;
        }
        match &self.kind {
            Kind::Text => Raw::Text(text.into()),
            Kind::Whole => match whole(text) {
                WholeText::Whole(number) => self.whole(number),
                WholeText::Other(class) => Raw::Unreadable(class),
            },
            Kind::Hundredths => match hundredths(text) {
                WholeText::Whole(number) => Raw::Whole(number),
                WholeText::Other(class) => Raw::Unreadable(class),
            },
            Kind::Date(formats) => self.date(formats, text),
            Kind::Identifier(pattern) => Raw::Text(if pattern.is_match(text) { "usual" } else { "unusual" }.into()),
        }
    }

    /// Reads a number that the file holds as a number.
    pub fn whole(&self, number: i64) -> Raw {
        match &self.kind {
            Kind::Whole | Kind::Hundredths if self.missing_wholes.contains(&number) => Raw::Missing,
            Kind::Whole => Raw::Whole(number),
            Kind::Hundredths => number.checked_mul(100).map_or(Raw::Unreadable("number out of range"), Raw::Whole),
            _ => self.text(&number.to_string()),
        }
    }

    /// Reads a day that the file holds as a date, in days from 1970-01-01.
    pub fn day(&self, day: i32) -> Raw {
        match &self.kind {
            Kind::Date(_) if self.missing_days.contains(&day) => Raw::Missing,
            Kind::Date(_) => Raw::Day(day),
            Kind::Whole | Kind::Hundredths => Raw::Unreadable("date"),
            Kind::Text | Kind::Identifier(_) => {
                let date = jiff::civil::Date::new(1970, 1, 1)
                    .ok()
                    .and_then(|epoch| epoch.checked_add(jiff::Span::new().try_days(day).ok()?).ok());
                date.map_or(Raw::Unreadable("date out of range"), |date| self.text(&date.to_string()))
            }
        }
    }

    fn is_missing(&self, text: &str) -> bool {
        text.is_empty() || (!self.missing.is_empty() && self.missing.contains(&text.to_lowercase()))
    }

    fn date(&self, formats: &[DateFormat], text: &str) -> Raw {
        let bytes = text.as_bytes();
        let mut out_of_range = false;
        for format in formats {
            match format.read(bytes) {
                DateText::Day(day) => return self.day(day),
                DateText::OutOfRange => out_of_range = true,
                DateText::Other => {}
            }
        }
        let swapped = formats.iter().filter_map(DateFormat::swapped).any(|f| matches!(f.read(bytes), DateText::Day(_)));
        if swapped {
            return Raw::Unreadable("date in another order");
        }
        if out_of_range {
            return Raw::Unreadable("date out of range");
        }
        Raw::Unreadable(class_of_non_date(text))
    }
}

/// The day that the first fitting format reads.
pub(super) fn first_day(formats: &[DateFormat], text: &[u8]) -> Option<i32> {
    formats.iter().find_map(|format| match format.read(text) {
        DateText::Day(day) => Some(day),
        _ => None,
    })
}

/// What stands where a date should.
fn class_of_non_date(text: &str) -> &'static str {
    const USUAL: [&str; 6] = ["%Y-%m-%d", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%d-%b-%Y", "%Y/%m/%d"];
    let usual = USUAL.iter().any(|f| DateFormat::new(f).read(text.as_bytes()) != DateText::Other);
    if usual {
        return "date in another format";
    }
    match whole(text) {
        WholeText::Whole(_) => "number",
        WholeText::Other(class) => class,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meaning(kind: ColumnKind, missing: &[&str]) -> Meaning {
        let missing = missing.iter().map(|m| (*m).to_owned()).collect();
        Meaning::new(&ColumnRequest { header: "h".into(), kind, missing })
    }

    fn dates(formats: &[&str]) -> ColumnKind {
        ColumnKind::Date(formats.iter().map(|f| (*f).to_owned()).collect())
    }

    #[test]
    fn missing_tokens_are_compared_without_case_and_by_value() {
        let text = meaning(ColumnKind::Text, &["Null", " N/A "]);
        for missing in ["", "  ", "\u{a0}", "NULL", "n/a", "\tnull\u{feff}"] {
            assert_eq!(text.text(missing), Raw::Missing, "{missing:?}");
        }
        assert_eq!(text.text(" nullable "), Raw::Text("nullable".into()));
        let whole = meaning(ColumnKind::Whole, &["999"]);
        assert_eq!(whole.text("999.0"), Raw::Missing);
        assert_eq!(whole.whole(999), Raw::Missing);
        assert_eq!(whole.text(" 62 "), Raw::Whole(62));
        let date = meaning(dates(&["%d/%m/%Y"]), &["01/01/1900"]);
        assert_eq!(date.text("1/1/1900 00:00:00"), Raw::Missing);
        assert_eq!(date.day(-25_567), Raw::Missing);
    }

    #[test]
    fn identifiers_are_never_kept() {
        let id = meaning(ColumnKind::Identifier(Arc::new(regex::Regex::new(r"^\d+$").unwrap())), &["0"]);
        assert_eq!(id.text("29872499824296"), Raw::Text("usual".into()));
        assert_eq!(id.text("9377952927E-5"), Raw::Text("unusual".into()));
        assert_eq!(id.whole(12), Raw::Text("usual".into()));
        assert_eq!(id.text("0"), Raw::Missing);
    }

    #[test]
    fn dates_that_cannot_be_read_say_why() {
        let date = meaning(dates(&["%d/%m/%Y"]), &[]);
        for (text, class) in [
            ("04/29/2016", "date in another order"),
            ("31/02/2016", "date out of range"),
            ("01/01/0001", "date out of range"),
            ("2016-04-29", "date in another format"),
            ("43585", "number"),
            ("4.3585E4", "number in exponent form"),
            ("last May", "text"),
        ] {
            assert_eq!(date.text(text), Raw::Unreadable(class), "{text}");
        }
        assert_eq!(date.text("04/05/2016"), Raw::Day(16925));
    }
}
