//! The time that a statement reports on: a financial year, a calendar year, or months from one to another.

use serde::Serialize;

/// The time reported on, in whole months.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct ReportingPeriod {
    /// As it was asked for: `2025-26`.
    pub id: String,
    /// First day, ISO.
    pub first: String,
    /// Last day, ISO.
    pub last: String,
}

const HOW: &str =
    "give a financial year (2025-26: April 2025 to March 2026), a calendar year (2025), or months (2025-04..2026-03)";

impl ReportingPeriod {
    /// Reads `2025-26` (April to March), `2025` (January to December) or `2025-04..2026-03` (both months included).
    pub fn parse(text: &str) -> Result<Self, String> {
        let own = |(first, last): ((u32, u32), (u32, u32))| Self {
            id: text.to_owned(),
            first: day(first, 1),
            last: day(last, days_of(last)),
        };
        if let Some((from, to)) = text.split_once("..") {
            let wrong = || format!("`{text}` is not a period; {HOW}");
            let (from, to) = (month(from).ok_or_else(wrong)?, month(to).ok_or_else(wrong)?);
            return if from <= to {
                Ok(own((from, to)))
            } else {
                Err(format!("`{text}` ends before it begins; {HOW}"))
            };
        }
        if let Some(first) = financial_year(text) {
            return Ok(own(((first, 4), (first + 1, 3))));
        }
        match year(text) {
            Some(year) => Ok(own(((year, 1), (year, 12)))),
            None => Err(format!("`{text}` is not a period; {HOW}")),
        }
    }

    /// Whether a period of a cube lies inside, given the cube's grain (`day`, `week`, `month`, `quarter`, `year`) and the id
    /// of its group. A week is where its first day is; longer periods must lie inside whole. `None`: not a period's id.
    pub fn holds(&self, grain: &str, id: &str) -> Option<bool> {
        // In a cube of months, `2011-12` is December.
        let year_of = (grain != "month").then(|| financial_year(&id.replace('/', "-"))).flatten();
        let (first, last) = if let Some(start) = year_of {
            (day((start, 4), 1), day((start + 1, 3), 31))
        } else if let Some(year) = year(id) {
            (day((year, 1), 1), day((year, 12), 31))
        } else if let Some(month) = month(id) {
            (day(month, 1), day(month, days_of(month)))
        } else {
            let start = month(id.get(..7)?)?;
            let date = id.get(8..10)?.parse::<u32>().ok().filter(|date| (1..=31).contains(date) && id.len() == 10)?;
            let months = match grain {
                "quarter" => 3,
                "year" => 12,
                _ => 0,
            };
            let end = start.0 * 12 + start.1 - 1 + months;
            let last = if months == 0 { id.to_owned() } else { day(((end - 1) / 12, (end - 1) % 12 + 1), 31) };
            (day(start, date), last)
        };
        // A last day of 31 for a shorter month still sorts before the next month.
        Some(self.first <= first && last[..7] <= self.last[..7])
    }

    /// How many months it has.
    pub fn months(&self) -> u32 {
        let place = |day: &str| month(&day[..7]).map_or(0, |(year, month)| year * 12 + month);
        place(&self.last) + 1 - place(&self.first)
    }
}

fn day((year, month): (u32, u32), day: u32) -> String {
    format!("{year:04}-{month:02}-{day:02}")
}

fn year(text: &str) -> Option<u32> {
    let year: u32 = text.parse().ok().filter(|_| text.len() == 4)?;
    (1900..=2200).contains(&year).then_some(year)
}

fn month(text: &str) -> Option<(u32, u32)> {
    let (year_text, month) = text.split_once('-')?;
    let month: u32 = month.parse().ok().filter(|own| (1..=12).contains(own) && month.len() == 2)?;
    Some((year(year_text)?, month))
}

/// First year of `2025-26`. Where the text could be a month too (`2011-12`), it is the financial year: months are given in pairs.
fn financial_year(text: &str) -> Option<u32> {
    let (first, second) = text.split_once('-')?;
    let (first, next) = (year(first)?, second.parse::<u32>().ok().filter(|_| second.len() == 2)?);
    ((first + 1) % 100 == next).then_some(first)
}

fn days_of((year, month): (u32, u32)) -> u32 {
    match month {
        2 if year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400)) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
