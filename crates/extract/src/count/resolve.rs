//! Which header of the extract holds each field of the profile.

use std::collections::BTreeMap;

use crate::count::ExtractError;
use crate::ethnicity::EthnicityField;
use crate::profile::{FieldReader, FieldType, Profile};
use crate::readers::{Extract, ReadError, find_column};

const ETHNICITY: &str = "ethnicity";
/// The field that rows record, where a rule's choice stands in its place.
const RECORDED: &str = "ethnicity_recorded";

/// The fields that the extract has, each with its reader and its header.
pub(crate) struct Fields {
    readers: BTreeMap<String, (FieldReader, Option<String>)>,
}

impl Fields {
    /// Finds the fields. Every file must have the columns of the required ones.
    pub fn find(profile: &Profile, extract: &Extract) -> Result<Self, ExtractError> {
        let mut readers = BTreeMap::new();
        let mut missing = Vec::new();
        for (name, field) in profile.fields.iter().filter(|(_, field)| field.kind != FieldType::DaysBetween) {
            let needed = field.required || profile.weight.as_ref() == Some(name);
            match header(extract, &field.columns)? {
                Some(header) => {
                    let mut field = field.clone();
                    if profile.weight.as_ref() == Some(name) {
                        // A count of rows that is missing or negative cannot be added up.
                        field.required = true;
                        field.lowest = Some(field.lowest.unwrap_or(0).max(0));
                    }
                    readers.insert(name.clone(), (FieldReader::new(name, &field)?, Some(header)));
                }
                None if needed => missing.push(format!("`{name}` in one of the columns {}", field.columns.join(", "))),
                None => {}
            }
        }
        if !missing.is_empty() {
            return Err(wrong_profile(profile, extract, &missing));
        }
        for (name, field) in profile.fields.iter().filter(|(_, field)| field.kind == FieldType::DaysBetween) {
            let there = |end: &Option<String>| end.as_ref().is_some_and(|end| readers.contains_key(end));
            if there(&field.from) && there(&field.to) {
                readers.insert(name.clone(), (FieldReader::new(name, field)?, None));
            }
        }
        Ok(Self { readers })
    }

    /// With fields that hold one ethnic category for each person.
    pub fn with_ethnicity(mut self, profile: &Profile, own: &[EthnicityField]) -> Result<Self, ExtractError> {
        let absent = |name: &str| {
            ExtractError::Nothing(format!(
                "a rule for a person's ethnicity needs the fields `person` and `ethnicity`, and the extract has no column for `{name}` \
             of the profile `{}`",
                profile.id
            ))
        };
        for field in own {
            let (recorded, header) = self
                .readers
                .get(RECORDED)
                .or_else(|| self.readers.get(ETHNICITY))
                .cloned()
                .ok_or_else(|| absent(ETHNICITY))?;
            let (person, of_person) = self.readers.get("person").cloned().ok_or_else(|| absent("person"))?;
            if field.name == ETHNICITY {
                self.readers.insert(RECORDED.to_owned(), (FieldReader::new(RECORDED, recorded.field())?, header));
            }
            self.readers.insert(field.name.clone(), (field.reader(&recorded, &person), of_person));
        }
        Ok(self)
    }

    /// The reader of a field, if the extract has it.
    pub fn reader(&self, field: &str) -> Option<&FieldReader> {
        self.readers.get(field).map(|(reader, _)| reader)
    }

    /// The header of a field, if the extract has it and it is a column.
    pub fn header(&self, field: &str) -> Option<&str> {
        self.readers.get(field).and_then(|(_, header)| header.as_deref())
    }

    /// The fields that are there, in alphabetical order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.readers.keys().map(String::as_str)
    }
}

/// The first of the alternatives that every file has.
fn header(extract: &Extract, alternatives: &[String]) -> Result<Option<String>, ExtractError> {
    'next: for wanted in alternatives {
        for file in &extract.files {
            match find_column(&file.name, &file.headers, wanted) {
                Ok(_) => {}
                Err(ReadError::MissingColumn { .. }) => continue 'next,
                Err(other) => return Err(other.into()),
            }
        }
        return Ok(Some(wanted.clone()));
    }
    Ok(None)
}

/// An error that names what is missing and the shipped profile that fits best.
pub(crate) fn wrong_profile(profile: &Profile, extract: &Extract, missing: &[String]) -> ExtractError {
    // The file with the fewest columns in common is the one at fault; with one file it is that one.
    let lacks = |headers: &[String]| {
        let required = profile.fields.values().filter(|field| field.required);
        required.filter(|field| !field.columns.iter().any(|wanted| find_column("", headers, wanted).is_ok())).count()
    };
    let worst = extract.files.iter().rev().max_by_key(|file| lacks(&file.headers));
    let (file, headers) = worst.map_or(("the extract", &[][..]), |file| (file.name.as_str(), &file.headers[..]));
    let advice = match best_fit(headers).filter(|id| *id != profile.id) {
        Some(id) => format!("The shipped profile that fits best is `{id}`"),
        None => "No shipped profile fits: draft one with `evenly profile new`".to_owned(),
    };
    ExtractError::WrongProfile {
        file: file.to_owned(),
        profile: profile.id.clone(),
        missing: missing.join("; "),
        found: columns(headers),
        advice,
    }
}

/// The columns for a message. A file without headers begins with a row, and what stands in rows is not shown.
fn columns(headers: &[String]) -> String {
    let is_value = |header: &&String| {
        let mark = |c: char| c.is_ascii_digit() || matches!(c, '-' | '/' | ':' | '.' | ' ');
        header.contains(|c: char| c.is_ascii_digit()) && header.chars().all(mark)
    };
    if headers.iter().filter(is_value).count() > 1 {
        return "not known: the first line holds numbers or days, as a row does. Put a line of headers before it"
            .to_owned();
    }
    headers.join(", ")
}

/// The shipped profile whose required columns are all there, with most of its other columns.
pub fn best_fit(headers: &[String]) -> Option<String> {
    let has = |columns: &[String]| columns.iter().any(|wanted| find_column("", headers, wanted).is_ok());
    let score = |profile: &Profile| {
        if let Some(counted) = &profile.counted {
            return (has(&counted.numerator) && has(&counted.denominator)).then_some(2);
        }
        let required = profile.fields.values().filter(|field| field.required).all(|field| has(&field.columns));
        required.then(|| profile.fields.values().filter(|field| has(&field.columns)).count())
    };
    let profiles = Profile::shipped().ok()?;
    // Of equals the first in the list is taken, hence the reversal: `max_by_key` takes the last.
    let fits = profiles.iter().rev().filter_map(|profile| Some((score(profile)?, profile.id.clone())));
    fits.max_by_key(|(score, _)| *score).map(|(_, id)| id)
}
