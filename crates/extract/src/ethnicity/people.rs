//! Everybody in some extracts, and the ethnic categories that their records hold.

use std::collections::HashMap;

use evenly_cube::GroupState;
use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::rule::{CATEGORIES, EthnicityRule, Seen};
use crate::count::{ExtractError, Fields};
use crate::engine::{EngineError, Progress};
use crate::profile::{Care, FieldReader, Meaning, Profile};
use crate::readers::{Chunk, ColumnKind, ColumnRequest, Extract, Raw, Unit};

/// An extract with its profile.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// What the columns mean.
    pub profile: &'a Profile,
    /// The files.
    pub extract: &'a Extract,
}

/// Whom a pseudonym is of: half of its SHA-256. The pseudonym itself is not kept.
pub(super) type Key = u128;

pub(super) fn key(pseudonym: &str) -> Key {
    let hash = Sha256::digest(pseudonym.as_bytes());
    hash.iter().take(16).fold(0, |key, byte| key << 8 | u128::from(*byte))
}

/// What the records say of one person.
#[derive(Clone, Debug, Default)]
pub(super) struct Person {
    /// The categories.
    pub seen: Vec<Seen>,
    /// The ways of not knowing, by position in [`UNKNOWN`], that occur.
    unknown: u8,
}

/// The ways of not knowing, the one that tells most first.
const UNKNOWN: [GroupState; 4] =
    [GroupState::NotStated, GroupState::NotKnown, GroupState::Invalid, GroupState::Missing];

/// Code of the first way of not knowing, after those of the categories.
const FIRST_UNKNOWN: u8 = 16;

impl Person {
    fn add(&mut self, own: Seen) {
        if let Some(seen) = self.seen.iter_mut().find(|seen| seen.category == own.category) {
            seen.add(own);
        } else {
            // Nearly everybody has one or two.
            self.seen.reserve_exact(1);
            self.seen.push(own);
        }
    }

    fn merge(&mut self, other: Self) {
        other.seen.into_iter().for_each(|own| self.add(own));
        self.unknown |= other.unknown;
    }

    /// How it is not known: declined before never asked before a wrong code before nothing.
    pub fn not_known(&self) -> GroupState {
        let first = UNKNOWN.iter().enumerate().find(|(position, _)| self.unknown & 1 << position != 0);
        first.map_or(GroupState::Missing, |(_, state)| *state)
    }

    /// Whether some record does not say.
    pub fn has_gap(&self) -> bool {
        self.unknown != 0
    }
}

/// Everybody in some extracts. Memory goes by people, not by rows.
pub struct People {
    pub(super) people: HashMap<Key, Person>,
    /// Records of everybody that hold each category.
    pub(super) common: [u64; 16],
}

impl People {
    /// Reads the records of admitted, emergency and outpatient care among the extracts: the published rules look at no
    /// others. At least one must be of these.
    pub fn read(sources: &[Source<'_>], progress: &dyn Progress) -> Result<Self, ExtractError> {
        let mut all = Self { people: HashMap::new(), common: [0; 16] };
        let with_care = sources.iter().filter_map(|source| Some((source, source.profile.care?)));
        let mut read = 0;
        for (source, care) in with_care {
            all.add(source, care, progress)?;
            read += 1;
        }
        if read == 0 {
            return Err(ExtractError::Nothing(
                "the rules for a person's ethnicity look at admitted, emergency and outpatient care, and none of these extracts \
                 is of them; name one that is, or say `care` in the profile"
                    .to_owned(),
            ));
        }
        for seen in all.people.values().flat_map(|person| &person.seen) {
            all.common[usize::from(seen.category)] += u64::from(seen.rows);
        }
        Ok(all)
    }

    /// How many there are.
    pub fn count(&self) -> usize {
        self.people.len()
    }

    pub(super) fn chosen(&self, rule: EthnicityRule, person: &Person) -> Option<u8> {
        rule.choose(&person.seen, &self.common)
    }

    fn add(&mut self, source: &Source<'_>, care: Care, progress: &dyn Progress) -> Result<(), ExtractError> {
        let columns = Columns::find(source, care)?;
        source.extract.check_columns(&columns.requests)?;
        // In waves, so that no more is held at once than each core has read.
        for wave in source.extract.units.chunks(rayon::current_num_threads()) {
            let parts: Vec<Vec<(Key, Person)>> =
                wave.par_iter().map(|unit| columns.read(&**unit, progress)).collect::<Result<_, _>>()?;
            for (key, person) in parts.into_iter().flatten() {
                self.people.entry(key).or_default().merge(person);
            }
        }
        Ok(())
    }
}

/// What is read of an extract: pseudonym, ethnicity, and the day where there is one.
struct Columns {
    requests: Vec<ColumnRequest>,
    ethnicity: FieldReader,
    day: Option<FieldReader>,
    care: Care,
    /// For each code of the list, its category.
    categories: Vec<Option<u8>>,
}

impl Columns {
    fn find(source: &Source<'_>, care: Care) -> Result<Self, ExtractError> {
        let fields = Fields::find(source.profile, source.extract)?;
        let needed = |name: &str| match (fields.reader(name), fields.header(name)) {
            (Some(reader), Some(header)) => Ok((reader.clone(), header.to_owned())),
            _ => Err(ExtractError::Table {
                file: source.extract.files.first().map_or_else(String::new, |file| file.name.clone()),
                reason: format!(
                    "there is no column for the field `{name}` of the profile `{}`, which rules for a person's ethnicity need. \
                     Add it to the extract, or its name to the profile",
                    source.profile.id
                ),
            }),
        };
        let ((person, person_header), (ethnicity, header)) = (needed("person")?, needed("ethnicity")?);
        let categories = categories(&ethnicity);
        if categories.iter().all(Option::is_none) {
            return Err(ExtractError::Table {
                file: source.profile.id.clone(),
                reason:
                    "its field `ethnicity` is not coded by the list `ethnic-category`, whose codes the rules are about"
                        .to_owned(),
            });
        }
        let missing = person.field().missing.clone().into();
        let mut requests =
            vec![ColumnRequest { header: person_header, kind: ColumnKind::Text, missing }, ethnicity.request(&header)];
        let day = source.profile.period.as_ref().and_then(|rule| needed(&rule.field).ok());
        requests.extend(day.as_ref().map(|(reader, header)| reader.request(header)));
        Ok(Self { requests, ethnicity, day: day.map(|(reader, _)| reader), care, categories })
    }

    fn read(&self, unit: &dyn Unit, progress: &dyn Progress) -> Result<Vec<(Key, Person)>, ExtractError> {
        let mut reader = unit.open(&self.requests)?;
        let mut chunk = Chunk::default();
        let (mut people, mut codes, mut days) = (Vec::<Person>::new(), Vec::<u8>::new(), Vec::<Option<i32>>::new());
        loop {
            if progress.cancelled() {
                return Err(EngineError::Cancelled.into());
            }
            if !reader.next_chunk(&mut chunk)? {
                break;
            }
            people.resize_with(reader.values(0).len(), Person::default);
            codes.extend(reader.values(1)[codes.len()..].iter().map(|raw| self.code(raw)));
            if let Some(day) = &self.day {
                days.extend(reader.values(2)[days.len()..].iter().map(|raw| match day.read(raw) {
                    Meaning::Day(day) => Some(day),
                    _ => None,
                }));
            }
            for row in 0..chunk.rows {
                let person = &mut people[chunk.columns[0][row] as usize];
                let code = codes[chunk.columns[1][row] as usize];
                if code >= FIRST_UNKNOWN {
                    person.unknown |= 1 << (code - FIRST_UNKNOWN);
                    continue;
                }
                let latest = chunk.columns.get(2).and_then(|ids| days[ids[row] as usize]);
                person.add(Seen { category: code, rows: 1, latest, care: self.care });
            }
            progress.rows((chunk.rows + chunk.broken.len()) as u64);
        }
        let named = people.into_iter().zip(reader.values(0)).filter_map(|(person, raw)| match raw {
            Raw::Text(text) => Some((key(text), person)),
            _ => None,
        });
        Ok(named.collect())
    }

    /// Position of a category, or after those of a way of not knowing.
    fn code(&self, raw: &Raw) -> u8 {
        let state = match self.ethnicity.read(raw) {
            Meaning::Code(position) => match self.categories.get(position).copied().flatten() {
                Some(category) => return category,
                None => GroupState::Invalid,
            },
            other => other.state(),
        };
        let position = UNKNOWN.iter().position(|own| *own == state).unwrap_or(2);
        FIRST_UNKNOWN + u8::try_from(position).unwrap_or(2)
    }
}

/// For each code of a field's list, its position among the categories.
pub(super) fn categories(reader: &FieldReader) -> Vec<Option<u8>> {
    let codes = reader.list().map_or(&[][..], |list| &list.codes);
    let position = |code: &crate::codes::Code| CATEGORIES.iter().position(|own| *own == code.code);
    codes.iter().map(|code| position(code).and_then(|position| u8::try_from(position).ok())).collect()
}
