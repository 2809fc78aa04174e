//! From TOML to a profile that can be used, or an error that names file and key.

use std::ops::Range;

use super::lists::list_ids;
use super::{Field, FieldType, Profile, ProfileError};

impl Profile {
    /// Reads and checks a profile; `name` is the file or id that errors name.
    pub fn parse(name: &str, toml: &str) -> Result<Self, ProfileError> {
        let profile: Self = toml::from_str(toml).map_err(|error| ProfileError::Parse {
            name: name.to_owned(),
            line: error.span().map(|span| line_of(toml, &span)),
            reason: error.message().to_owned(),
        })?;
        Checker { name, profile: &profile }.check()?;
        Ok(profile)
    }
}

fn line_of(text: &str, span: &Range<usize>) -> usize {
    text.bytes().take(span.start).filter(|byte| *byte == b'\n').count() + 1
}

struct Checker<'a> {
    name: &'a str,
    profile: &'a Profile,
}

impl Checker<'_> {
    fn wrong(&self, key: &str, reason: impl Into<String>) -> ProfileError {
        ProfileError::Key { name: self.name.to_owned(), key: key.to_owned(), reason: reason.into() }
    }

    fn check(&self) -> Result<(), ProfileError> {
        let profile = self.profile;
        for (key, value) in [("id", &profile.id), ("title", &profile.title), ("source", &profile.source)] {
            if value.trim().is_empty() {
                return Err(self.wrong(key, "is empty; say what it is"));
            }
        }
        if profile.is_counted() {
            return self.check_counted();
        }
        if profile.fields.is_empty() {
            return Err(
                self.wrong("fields", "there are none; add `[fields.NAME]` with `columns` and `type` for each field")
            );
        }
        for (name, field) in &profile.fields {
            self.check_field(name, field)?;
        }
        self.check_period()?;
        self.check_weight()?;
        self.check_exclusions()
    }

    fn check_counted(&self) -> Result<(), ProfileError> {
        let Some(counted) = &self.profile.counted else { return Ok(()) };
        if !self.profile.fields.is_empty() {
            return Err(self
                .wrong("fields", "a profile with `[counted]` takes no fields; its columns are named in `[counted]`"));
        }
        for (key, columns) in [("counted.numerator", &counted.numerator), ("counted.denominator", &counted.denominator)]
        {
            if columns.is_empty() {
                return Err(self.wrong(key, "name at least one column"));
            }
        }
        if counted.category.is_empty() != counted.group.is_empty() {
            return Err(self.wrong("counted.group", "`category` and `group` go together: give both or neither"));
        }
        Ok(())
    }

    fn check_field(&self, name: &str, field: &Field) -> Result<(), ProfileError> {
        let key = |part: &str| format!("fields.{name}.{part}");
        let lawful = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !name.chars().all(lawful) {
            return Err(self.wrong(&format!("fields.{name}"), "names of fields are lower-case letters, digits and `_`"));
        }
        if field.kind == FieldType::DaysBetween {
            return self.check_days_between(name, field);
        }
        if field.columns.is_empty() {
            return Err(self.wrong(&key("columns"), "name at least one column of the extract"));
        }
        for (part, given) in [("from", field.from.is_some()), ("to", field.to.is_some())] {
            if given {
                return Err(self.wrong(&key(part), "only a field of type `days-between` has it"));
            }
        }
        let dated = matches!(field.kind, FieldType::Date | FieldType::Month);
        if dated && field.formats.is_empty() {
            return Err(self.wrong(&key("formats"), "give at least one, in strptime notation, as \"%Y-%m-%d\""));
        }
        if field.kind == FieldType::Code && field.codes.is_none() {
            let reason =
                format!("a field of type `code` needs a code list (one of {}) or codes of its own", list_names());
            return Err(self.wrong(&key("codes"), reason));
        }
        if field.kind != FieldType::Whole && !field.recode.is_empty() {
            return Err(self.wrong(&key("recode"), "only a field of type `whole` has `recode`"));
        }
        let is_number = matches!(field.kind, FieldType::Whole | FieldType::Decimal);
        if !is_number && (field.lowest.is_some() || field.highest.is_some()) {
            return Err(
                self.wrong(&key("lowest"), "only a field of type `whole` or `decimal` has `lowest` and `highest`")
            );
        }
        if let Some(usual) = &field.usual {
            regex::Regex::new(usual)
                .map_err(|error| self.wrong(&key("usual"), format!("is not a regular expression: {error}")))?;
        }
        self.check_codes(name, field)
    }

    fn check_days_between(&self, name: &str, field: &Field) -> Result<(), ProfileError> {
        if !field.columns.is_empty() {
            return Err(self
                .wrong(&format!("fields.{name}.columns"), "a field of type `days-between` has no columns of its own"));
        }
        for (part, end) in [("from", &field.from), ("to", &field.to)] {
            let key = format!("fields.{name}.{part}");
            let Some(end) = end else {
                return Err(self.wrong(&key, "name a field of type `date`"));
            };
            let is_date = self.profile.fields.get(end).is_some_and(|field| field.kind == FieldType::Date);
            if !is_date {
                return Err(self.wrong(&key, format!("`{end}` is not a field of type `date`")));
            }
        }
        Ok(())
    }

    fn check_codes(&self, name: &str, field: &Field) -> Result<(), ProfileError> {
        let key = format!("fields.{name}.codes");
        let list = field.code_list(name).map_err(|error| self.wrong(&key, error.to_string()))?;
        let Some(list) = list else { return Ok(()) };
        if field.kind != FieldType::Code {
            return Err(self.wrong(&key, "only a field of type `code` has codes"));
        }
        let stray = field.map.iter().find(|(_, code)| list.position(code).is_none());
        stray.map_or(Ok(()), |(recorded, code)| {
            Err(self
                .wrong(&format!("fields.{name}.map.{recorded}"), format!("`{code}` is not a code of {}", list.title)))
        })
    }

    fn check_period(&self) -> Result<(), ProfileError> {
        let Some(period) = &self.profile.period else { return Ok(()) };
        match self.profile.fields.get(&period.field) {
            Some(field) if matches!(field.kind, FieldType::Date | FieldType::Month) => Ok(()),
            _ => {
                Err(self.wrong("period.field", format!("`{}` is not a field of type `date` or `month`", period.field)))
            }
        }
    }

    fn check_weight(&self) -> Result<(), ProfileError> {
        let Some(weight) = &self.profile.weight else { return Ok(()) };
        match self.profile.fields.get(weight) {
            Some(field) if field.kind == FieldType::Whole => Ok(()),
            _ => Err(self.wrong("weight", format!("`{weight}` is not a field of type `whole`"))),
        }
    }

    fn check_exclusions(&self) -> Result<(), ProfileError> {
        for (position, rule) in self.profile.exclude.iter().enumerate() {
            let stray = rule.when.fields().into_iter().find(|field| !self.profile.fields.contains_key(*field));
            if let Some(field) = stray {
                let reason =
                    format!("the rule \"{}\" looks at `{field}`, which is not a field of this profile", rule.name);
                return Err(self.wrong(&format!("exclude[{position}].when"), reason));
            }
        }
        Ok(())
    }
}

fn list_names() -> String {
    list_ids().collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use crate::profile::Profile;

    const HEAD: &str = "id = 'p'\nversion = 1\ntitle = 'P'\nsource = 'test'\ndate = '2026-01-01'\npolicy = 'hes-1-7'\n";

    #[test]
    fn every_shipped_profile_is_right() {
        let profiles = Profile::shipped().unwrap();
        assert_eq!(profiles.len(), 17);
        for profile in &profiles {
            assert_eq!(Profile::load(&profile.id, &[]).unwrap(), *profile);
        }
    }

    #[test]
    fn mistakes_name_file_and_key_and_say_what_to_do() {
        let cases = [
            ("colour = 'red'", &["trust.toml, line 7", "colour", "expected one of"][..]),
            ("[fields.age]\ncolumms = ['a']\ntype = 'whole'", &["line 8", "columms"]),
            ("[fields.age]\ncolumns = ['a']\ntype = 'number'", &["line 9", "number", "whole"]),
            ("[fields.age]\ncolumns = ['a']", &["type"]),
            ("", &["`fields`"]),
            ("[fields.age]\ntype = 'whole'", &["`fields.age.columns`", "at least one column"]),
            (
                "[fields.sex]\ncolumns = ['a']\ntype = 'code'\ncodes = 'gender'",
                &["`fields.sex.codes`", "gender", "ethnic-category"],
            ),
            (
                "[fields.sex]\ncolumns = ['a']\ntype = 'code'\ncodes = 'sex'\nmap = { w = '7' }",
                &["`fields.sex.map.w`", "`7`"],
            ),
            ("[fields.day]\ncolumns = ['a']\ntype = 'date'", &["`fields.day.formats`", "strptime"]),
            ("[fields.lead]\ntype = 'days-between'\nfrom = 'x'\nto = 'y'", &["`fields.lead.from`", "`x`"]),
            ("[period]\nfield = 'day'\n[fields.sex]\ncolumns = ['a']\ntype = 'text'", &["`period.field`", "`day`"]),
            (
                "[fields.a]\ncolumns = ['a']\ntype = 'text'\n[[exclude]]\nname = 'n'\nwhen = 'agee < 0'\nwhy = 'w'\nsource = 's'",
                &["`exclude[0].when`", "`agee`"],
            ),
            (
                "[fields.a]\ncolumns = ['a']\ntype = 'text'\n[[exclude]]\nname = 'n'\nwhen = 'a <'\nwhy = 'w'\nsource = 's'",
                &["line", "a <"],
            ),
        ];
        for (body, parts) in cases {
            let message = Profile::parse("trust.toml", &format!("{HEAD}{body}")).unwrap_err().to_string();
            for part in parts {
                assert!(message.contains(part), "{message}\nlacks {part}");
            }
        }
    }

    #[test]
    fn a_local_file_takes_the_place_of_a_shipped_profile() {
        let folder = tempfile::tempdir().unwrap();
        let text = Profile::shipped_text("sus-outpatient").unwrap().replace("version = 1", "version = 77");
        std::fs::write(folder.path().join("sus-outpatient.toml"), text).unwrap();
        assert_eq!(Profile::load("sus-outpatient", &[folder.path()]).unwrap().version, 77);
        assert_eq!(Profile::load("sus-outpatient", &[]).unwrap().version, 1);
        let message = Profile::load("sus", &[]).unwrap_err().to_string();
        assert!(message.contains("`sus`") && message.contains("sus-outpatient"), "{message}");
    }
}
