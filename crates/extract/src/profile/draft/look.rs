//! What a column looks like: its field, kind and codes, guessed from its header and values.

use crate::profile::shipped_list;
use crate::readers::{ColumnKind, ColumnRequest, Meaning, Raw};

use super::{Seen, identifier};

/// Most codes that are written down.
const CODES: usize = 24;
/// Rows that each code must have on average before codes are written down.
const ROWS_PER_CODE: usize = 10;
/// Most distinct values of a column that is taken as text.
const TEXTS: usize = 2_000;

/// Date formats tried, the more usual here first.
const DATES: [&str; 9] =
    ["%Y-%m-%d", "%d/%m/%Y", "%d-%m-%Y", "%d.%m.%Y", "%Y%m%d", "%d-%b-%Y", "%d %B %Y", "%Y/%m/%d", "%m/%d/%Y"];
/// Month formats.
const MONTHS: [&str; 3] = ["%b%Y", "%Y-%m", "%m/%Y"];

/// What a column looks like.
pub(super) struct Look {
    /// Name of the field.
    pub name: String,
    /// What it is.
    pub guess: Guess,
}

/// What a column holds, as far as its header and values tell.
pub(super) enum Guess {
    /// A shipped code list.
    List(&'static str),
    /// Whether someone attended, in words: recorded text to national code.
    Attendance(Vec<(String, &'static str)>),
    /// A date in this format; whether day and month cannot be told apart.
    Date { format: &'static str, ambiguous: bool },
    /// A month in this format.
    Month(&'static str),
    /// An age; whether ages above 7000 occur.
    Age { coded_infants: bool },
    /// A whole number.
    Whole,
    /// An identifier; its usual form.
    Identifier(&'static str),
    /// Text with known meaning or a bounded number of values.
    Text,
    /// A few codes.
    Codes(Vec<String>),
    /// Nothing to use: empty, or free text.
    LeftOut(&'static str),
}

/// Looks at all columns; no two get the same name.
pub(super) fn at_all(columns: &[Seen]) -> Vec<Look> {
    let mut looks: Vec<Look> = Vec::new();
    for column in columns {
        let guess = guess(column);
        let wanted = name(column, &guess);
        let taken = |name: &str| looks.iter().any(|look| look.name == name);
        let mut name = wanted.clone();
        if taken(&name) {
            name = identifier(&column.header, '_');
        }
        let plain = name.clone();
        for number in 2.. {
            if !taken(&name) {
                break;
            }
            name = format!("{plain}_{number}");
        }
        looks.push(Look { name, guess });
    }
    looks
}

/// The header without case and separators.
fn bare(column: &Seen) -> String {
    identifier(&column.header, '_').replace('_', "")
}

/// Whether the header has one of the words.
fn says(column: &Seen, words: &[&str]) -> bool {
    let bare = bare(column);
    words.iter().any(|word| bare.contains(word))
}

/// The share of the rows with a value for which it holds.
fn share(column: &Seen, holds: impl Fn(&str) -> bool) -> f64 {
    let all: usize = column.values.values().sum();
    let good: usize = column.values.iter().filter(|(value, _)| holds(value)).map(|(_, rows)| rows).sum();
    if all == 0 { 0.0 } else { good as f64 / all as f64 }
}

fn guess(column: &Seen) -> Guess {
    if column.values.is_empty() {
        return Guess::LeftOut("it is empty in the rows looked at");
    }
    known(column)
        .or_else(|| date(column))
        .or_else(|| id(column))
        .or_else(|| age(column))
        .or_else(|| codes(column))
        .or_else(|| (share(column, is_whole) > 0.95).then_some(Guess::Whole))
        .unwrap_or_else(|| {
            if column.values.len() <= TEXTS && column.values.len() * 2 <= column.values.values().sum() {
                Guess::Text
            } else {
                Guess::LeftOut("it has many different values, like free text")
            }
        })
}

/// Columns whose meaning the national data sets give.
fn known(column: &Seen) -> Option<Guess> {
    let fits = |list: &str| {
        let list = shipped_list(list).ok().flatten();
        list.is_some_and(|list| share(column, |value| list.position(value).is_some()) > 0.9)
    };
    let attendance = says(column, &["attended", "attendancestatus", "attendancecode", "noshow", "dna"])
        || bare(column) == "attendance";
    if attendance && fits("attendance") {
        return Some(Guess::List("attendance"));
    }
    if attendance && let Some(map) = attendance_words(column) {
        return Some(Guess::Attendance(map));
    }
    if says(column, &["ethn"]) && fits("ethnic-category") {
        return Some(Guess::List("ethnic-category"));
    }
    if (says(column, &["gender"]) || bare(column).ends_with("sex")) && fits("sex") {
        return Some(Guess::List("sex"));
    }
    if says(column, &["tretspef", "treatmentfunction"]) && fits("treatment-function") {
        return Some(Guess::List("treatment-function"));
    }
    if says(column, &["firstatt"]) && fits("first-attendance") {
        return Some(Guess::List("first-attendance"));
    }
    if is_lsoa(column) || is_deprivation(column) {
        return Some(Guess::Text);
    }
    None
}

fn is_lsoa(column: &Seen) -> bool {
    let lsoa = |value: &str| {
        let mut letters = value.chars();
        value.len() == 9
            && matches!(letters.next(), Some('E' | 'W' | 'e' | 'w'))
            && value.is_char_boundary(3)
            && &value[1..3] == "01"
            && letters.all(|c| c.is_ascii_digit())
    };
    share(column, lsoa) > 0.8
}

fn is_deprivation(column: &Seen) -> bool {
    let words = share(column, |value| value.to_lowercase().contains("deprived")) > 0.5;
    let numbers = says(column, &["imd", "decile", "deprivation"])
        && share(column, |value| value.parse::<u8>().is_ok_and(|n| (1..=10).contains(&n))) > 0.9;
    words || numbers
}

/// Yes and no, attended and missed, as national codes.
fn attendance_words(column: &Seen) -> Option<Vec<(String, &'static str)>> {
    // "No-show: Yes" and "DNA: 1" mean the opposite of "Attended: Yes".
    let missed_is_yes = says(column, &["noshow", "dna"]) || says(column, &["didnotattend", "missed"]);
    let code = |value: &str| {
        let (yes, no) = if missed_is_yes { ("3", "5") } else { ("5", "3") };
        Some(match value.to_lowercase().as_str() {
            "yes" | "y" | "true" | "1" => yes,
            "no" | "n" | "false" | "0" => no,
            "attended" | "seen" | "arrived" | "show" => "5",
            "dna" | "did not attend" | "no show" | "no-show" | "missed" => "3",
            "cancelled by patient" | "patient cancelled" => "2",
            "cancelled by hospital" | "hospital cancelled" | "cancelled by provider" => "4",
            _ => return None,
        })
    };
    let mut map: Vec<(String, &'static str)> =
        column.values.keys().filter_map(|value| Some((value.clone(), code(value)?))).collect();
    map.sort();
    (!map.is_empty() && share(column, |value| code(value).is_some()) > 0.9).then_some(map)
}

/// A date or month, if nearly all values are.
fn date(column: &Seen) -> Option<Guess> {
    let readable = |format: &str| {
        let kind = ColumnKind::Date([format.to_owned()].into());
        let meaning = Meaning::new(&ColumnRequest { header: String::new(), kind, missing: [].into() });
        share(column, |value| matches!(meaning.text(value), Raw::Day(_)))
    };
    let best = |formats: &[&'static str]| {
        let scored = formats.iter().rev().map(|format| (readable(format), *format));
        scored.max_by(|a, b| a.0.total_cmp(&b.0)).filter(|(share, _)| *share > 0.9)
    };
    if let Some((found, format)) = best(&DATES) {
        // Digits alone are a date only where the header says so: identifiers look like that too.
        if format == "%Y%m%d" && !says(column, &["date", "day", "month"]) {
            return None;
        }
        let other_way = readable("%m/%d/%Y");
        return Some(Guess::Date { format, ambiguous: format == "%d/%m/%Y" && other_way >= found });
    }
    best(&MONTHS).map(|(_, format)| Guess::Month(format))
}

/// An identifier: nearly as many values as rows, or a header that says so and many values.
fn id(column: &Seen) -> Option<Guess> {
    let rows: usize = column.values.values().sum();
    let named =
        says(column, &["nhsnumber", "nhsno", "patientid", "pseudo", "ident", "attendkey", "hesid", "pathwayid"])
            || bare(column).ends_with("id");
    let distinct = column.values.len();
    let compact = share(column, |value| !value.contains(char::is_whitespace)) > 0.95;
    let many = rows >= 20 && distinct * 10 >= rows * 9;
    if !compact || !(many || (named && distinct > CODES)) || (!named && share(column, is_whole) > 0.5 && distinct < 100)
    {
        return None;
    }
    let digits = |value: &str| value.bytes().all(|b| b.is_ascii_digit());
    Some(Guess::Identifier(if share(column, digits) > 0.9 { "^[0-9]+$" } else { "^[0-9A-Za-z-]+$" }))
}

fn age(column: &Seen) -> Option<Guess> {
    let header = identifier(&column.header, '_');
    let named = header.split('_').any(|word| word == "age") || bare(column) == "apptage";
    let infant = |value: &str| value.parse::<u32>().is_ok_and(|age| (7000..=7007).contains(&age));
    (named && share(column, is_whole) > 0.9)
        .then(|| Guess::Age { coded_infants: column.values.keys().any(|value| infant(value)) })
}

/// A few codes that each occur often.
fn codes(column: &Seen) -> Option<Guess> {
    let rows: usize = column.values.values().sum();
    let few = column.values.len() <= CODES && rows >= column.values.len() * ROWS_PER_CODE;
    let short = column.values.keys().all(|value| value.chars().count() <= 60);
    if !few || !short || column.values.len() < 2 {
        return None;
    }
    let mut values: Vec<String> = column.values.keys().cloned().collect();
    values.sort_by_key(|value| (value.parse::<i64>().unwrap_or(i64::MAX), value.clone()));
    // The same code in two ways of writing is one.
    let mut seen = std::collections::HashSet::new();
    values.retain(|value| seen.insert(value.to_lowercase()));
    Some(Guess::Codes(values))
}

fn is_whole(value: &str) -> bool {
    let meaning = Meaning::new(&ColumnRequest { header: String::new(), kind: ColumnKind::Whole, missing: [].into() });
    matches!(meaning.text(value), Raw::Whole(_))
}

/// Evenly's name of the field.
fn name(column: &Seen, guess: &Guess) -> String {
    let usual = match guess {
        Guess::List("ethnic-category") => "ethnicity",
        Guess::List("attendance") | Guess::Attendance(_) => "attendance",
        Guess::List("sex") => "sex",
        Guess::List("treatment-function") => "treatment_function",
        Guess::List("first-attendance") => "first_attendance",
        Guess::Age { .. } => "age",
        Guess::Text if is_lsoa(column) => "lsoa",
        Guess::Text if is_deprivation(column) => "deprivation_text",
        Guess::Date { .. } if says(column, &["book", "schedul", "referral", "request"]) => "booking_date",
        Guess::Date { .. } if says(column, &["appt", "appointment", "attendancedate"]) => "appointment_date",
        _ => return identifier(&column.header, '_'),
    };
    usual.to_owned()
}
