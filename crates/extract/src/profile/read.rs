//! What a recorded value means in a field: one of its codes, a number, a day, or one of the ways of not being known.

use std::collections::HashMap;
use std::sync::Arc;

use evenly_cube::{FieldValue, GroupState};
use jiff::civil::Date;

use super::{Field, FieldType};
use crate::codes::{CodeList, CodeListError};
use crate::readers::{ColumnKind, ColumnRequest, Raw};

/// What a recorded value means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Position of a code in the field's list.
    Code(usize),
    /// Text, blanks put in order.
    Text(Box<str>),
    /// A whole number, recoded.
    Whole(i64),
    /// A number with decimals, in hundredths.
    Hundredths(i64),
    /// A day, counted from 1970-01-01; for a month, its first.
    Day(i32),
    /// Not known, in one of the four ways.
    Unknown(GroupState),
}

/// Reads the values of one field. It is cheap to clone.
#[derive(Clone)]
pub struct FieldReader {
    inner: Arc<Inner>,
}

struct Inner {
    name: String,
    field: Field,
    list: Option<CodeList>,
    /// Recorded text in lower case to code.
    map: HashMap<String, usize>,
    not_stated: Vec<String>,
    not_known: Vec<String>,
    of_person: Option<OfPerson>,
}

/// What a pseudonym means, where a field is the person's and not the row's.
pub(crate) type OfPerson = Arc<dyn Fn(&str) -> Meaning + Send + Sync>;

impl FieldReader {
    /// A reader of a field's values.
    pub fn new(name: &str, field: &Field) -> Result<Self, CodeListError> {
        let list = field.code_list(name)?;
        let mapped = |(recorded, code): (&String, &String)| {
            let position = list.as_ref().and_then(|list| list.position(code))?;
            Some((tidy(recorded).to_lowercase(), position))
        };
        let map = field.map.iter().filter_map(mapped).collect();
        let lower = |texts: &[String]| texts.iter().map(|text| tidy(text).to_lowercase()).collect();
        let (not_stated, not_known) = (lower(&field.not_stated), lower(&field.not_known));
        Ok(Self {
            inner: Arc::new(Inner {
                name: name.to_owned(),
                field: field.clone(),
                list,
                map,
                not_stated,
                not_known,
                of_person: None,
            }),
        })
    }

    /// A reader with the same codes, that reads the column of pseudonyms and takes what `of_person` says of each.
    pub(crate) fn of_people(&self, name: &str, missing: &[String], note: String, of_person: OfPerson) -> Self {
        let own = &self.inner;
        let field = Field { missing: missing.to_vec(), note: Some(note), required: false, ..own.field.clone() };
        Self {
            inner: Arc::new(Inner {
                name: name.to_owned(),
                field,
                list: own.list.clone(),
                map: HashMap::new(),
                not_stated: own.not_stated.clone(),
                not_known: own.not_known.clone(),
                of_person: Some(of_person),
            }),
        }
    }

    /// Name of the field.
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// The field.
    pub fn field(&self) -> &Field {
        &self.inner.field
    }

    /// Its codes.
    pub fn list(&self) -> Option<&CodeList> {
        self.inner.list.as_ref()
    }

    /// What to ask of the file for this field, in the column with this header.
    pub fn request(&self, header: &str) -> ColumnRequest {
        let field = self.field();
        let kind = match field.kind {
            FieldType::Whole => ColumnKind::Whole,
            FieldType::Decimal => ColumnKind::Hundredths,
            FieldType::Date | FieldType::DaysBetween => ColumnKind::Date(field.formats.clone().into()),
            FieldType::Identifier => {
                // The profile was checked when it was read, so the pattern is one; otherwise nothing is usual.
                let usual = field.usual.as_deref().unwrap_or("^.+$");
                regex::Regex::new(usual).map_or(ColumnKind::Text, |usual| ColumnKind::Identifier(Arc::new(usual)))
            }
            FieldType::Code | FieldType::Month | FieldType::Text => ColumnKind::Text,
        };
        ColumnRequest { header: header.to_owned(), kind, missing: field.missing.clone().into() }
    }

    /// What a recorded value means.
    pub fn read(&self, raw: &Raw) -> Meaning {
        match raw {
            Raw::Missing => Meaning::Unknown(GroupState::Missing),
            Raw::Unreadable(_) => Meaning::Unknown(GroupState::Invalid),
            Raw::Day(day) => Meaning::Day(*day),
            Raw::Whole(number) => match self.inner.field.kind {
                FieldType::Whole => self.whole(*number),
                FieldType::Decimal => self.hundredths(*number),
                _ => self.text(&number.to_string()),
            },
            Raw::Text(text) => self.text(text),
        }
    }

    fn whole(&self, number: i64) -> Meaning {
        let number = self.inner.field.recoded(number);
        if self.inner.field.plausible(number) { Meaning::Whole(number) } else { Meaning::Unknown(GroupState::Invalid) }
    }

    fn hundredths(&self, number: i64) -> Meaning {
        // Limits are whole: below the lowest by a hundredth is below it.
        let (down, up) = (number.div_euclid(100), number.div_euclid(100) + i64::from(number.rem_euclid(100) > 0));
        let field = &self.inner.field;
        let plausible = field.plausible(down) && field.plausible(up);
        if plausible { Meaning::Hundredths(number) } else { Meaning::Unknown(GroupState::Invalid) }
    }

    fn text(&self, text: &str) -> Meaning {
        if let Some(of_person) = &self.inner.of_person {
            return of_person(text);
        }
        let text = tidy(text);
        let lower = text.to_lowercase();
        if self.inner.not_stated.contains(&lower) {
            return Meaning::Unknown(GroupState::NotStated);
        }
        if self.inner.not_known.contains(&lower) {
            return Meaning::Unknown(GroupState::NotKnown);
        }
        if self.inner.field.kind == FieldType::Month {
            return self.month(&text);
        }
        let Some(list) = &self.inner.list else { return Meaning::Text(text.into()) };
        match self.inner.map.get(&lower).copied().or_else(|| list.position(&text)) {
            Some(position) => match list.codes[position].state {
                GroupState::Known => Meaning::Code(position),
                state => Meaning::Unknown(state),
            },
            None => Meaning::Unknown(GroupState::Invalid),
        }
    }

    /// A month by its formats: each is read with the first day put before it.
    fn month(&self, text: &str) -> Meaning {
        let first = |format: &String| Date::strptime(format!("%d {format}"), format!("01 {text}")).ok();
        match self.inner.field.formats.iter().find_map(first) {
            Some(date) => Meaning::Day(days_from_1970(date)),
            None => Meaning::Unknown(GroupState::Invalid),
        }
    }

    /// The value as conditions see it; days are ISO text.
    pub fn with_value<T>(&self, meaning: &Meaning, use_value: impl FnOnce(FieldValue<'_>) -> T) -> T {
        match meaning {
            Meaning::Unknown(_) => use_value(FieldValue::Missing),
            Meaning::Whole(number) => use_value(FieldValue::Number(*number as f64)),
            Meaning::Hundredths(number) => use_value(FieldValue::Number(*number as f64 / 100.0)),
            Meaning::Text(text) => use_value(FieldValue::Text(text)),
            Meaning::Day(day) => {
                use_value(FieldValue::Text(&date_of(*day).map_or_else(String::new, |d| d.to_string())))
            }
            Meaning::Code(position) => {
                let code = self.inner.list.as_ref().and_then(|list| list.codes.get(*position));
                use_value(code.map_or(FieldValue::Missing, |code| FieldValue::Text(&code.code)))
            }
        }
    }

    /// Why a value is invalid, in words.
    pub fn invalid_reason(&self) -> String {
        let field = &self.inner.field;
        match field.kind {
            FieldType::Code => match &field.codes {
                Some(super::Codes::List(id)) => format!("not a code of the list `{id}`"),
                _ => "not one of the profile's codes".to_owned(),
            },
            FieldType::Whole | FieldType::Decimal => {
                let number = if field.kind == FieldType::Whole { "a whole number" } else { "a number" };
                match (field.lowest, field.highest) {
                    (None, None) => format!("not {number}"),
                    (Some(lowest), None) => format!("not {number} from {lowest}"),
                    (None, Some(highest)) => format!("not {number} up to {highest}"),
                    (Some(lowest), Some(highest)) => format!("not {number} from {lowest} to {highest}"),
                }
            }
            FieldType::Date | FieldType::Month => format!("not in the format {}", field.formats.join(" or ")),
            FieldType::Text | FieldType::Identifier | FieldType::DaysBetween => "not readable".to_owned(),
        }
    }
}

impl Meaning {
    /// Whether it is known, or in which way it is not.
    pub fn state(&self) -> GroupState {
        match self {
            Self::Unknown(state) => *state,
            Self::Code(_) | Self::Text(_) | Self::Whole(_) | Self::Hundredths(_) | Self::Day(_) => GroupState::Known,
        }
    }
}

/// Text without blanks around it, and with one blank where there were several ("15  to 21 Days").
pub fn tidy(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Days from 1970-01-01.
pub fn days_from_1970(date: Date) -> i32 {
    let epoch = Date::constant(1970, 1, 1);
    epoch.until(date).map_or(0, |span| span.get_days())
}

/// The date of a day counted from 1970-01-01; `None` beyond the calendar.
pub fn date_of(day: i32) -> Option<Date> {
    Date::constant(1970, 1, 1).checked_add(jiff::Span::new().try_days(day).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use evenly_cube::GroupState;

    use super::{FieldReader, Meaning, date_of, days_from_1970};
    use crate::profile::Profile;
    use crate::readers::Raw;

    fn reader(profile: &str, field: &str) -> FieldReader {
        let profile = Profile::load(profile, &[]).unwrap();
        FieldReader::new(field, &profile.fields[field]).unwrap()
    }

    fn code(reader: &FieldReader, recorded: &str) -> Result<String, GroupState> {
        match reader.read(&Raw::Text(recorded.into())) {
            Meaning::Code(position) => Ok(reader.list().unwrap().codes[position].code.clone()),
            Meaning::Unknown(state) => Err(state),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn codes_are_mapped_before_they_are_looked_up() {
        let attendance = reader("vitoria-noshow", "attendance");
        assert_eq!(code(&attendance, "Yes"), Ok("3".into()));
        assert_eq!(code(&attendance, "no"), Ok("5".into()));
        assert_eq!(code(&attendance, "maybe"), Err(GroupState::Invalid));
        let lead = reader("gp-appointments", "lead_band");
        assert_eq!(code(&lead, "15  to 21 Days"), Ok("15-21".into()));
        assert_eq!(code(&lead, "Unknown / Data Issue"), Err(GroupState::NotKnown));
    }

    #[test]
    fn the_second_character_of_an_ethnic_category_is_local() {
        let ethnicity = reader("hes-outpatient", "ethnicity");
        for (recorded, expected) in [
            ("A", Ok("A")),
            ("A1", Ok("A")),
            ("c3", Ok("C")),
            ("Z", Err(GroupState::NotStated)),
            ("99", Err(GroupState::NotKnown)),
            ("X", Err(GroupState::NotKnown)),
            ("I", Err(GroupState::Invalid)),
            ("T", Err(GroupState::Invalid)),
        ] {
            assert_eq!(code(&ethnicity, recorded), expected.map(str::to_owned), "{recorded}");
        }
        assert_eq!(ethnicity.read(&Raw::Missing), Meaning::Unknown(GroupState::Missing));
    }

    #[test]
    fn ages_under_one_year_and_very_old_ages_are_recoded() {
        let age = reader("hes-outpatient", "age");
        for (recorded, expected) in [
            (0, Some(0)),
            (7001, Some(0)),
            (7007, Some(0)),
            (104, Some(104)),
            (125, Some(120)),
            (200, None),
            (-1, None),
        ] {
            let expected = expected.map_or(Meaning::Unknown(GroupState::Invalid), Meaning::Whole);
            assert_eq!(age.read(&Raw::Whole(recorded)), expected, "{recorded}");
        }
    }

    #[test]
    fn months_are_read_by_their_format() {
        let month = reader("gp-appointments", "month");
        let Meaning::Day(day) = month.read(&Raw::Text("MAR2019".into())) else { panic!("not a day") };
        assert_eq!(date_of(day).unwrap().to_string(), "2019-03-01");
        assert_eq!(days_from_1970(date_of(day).unwrap()), day);
        assert_eq!(month.read(&Raw::Text("2019".into())), Meaning::Unknown(GroupState::Invalid));
    }
}
