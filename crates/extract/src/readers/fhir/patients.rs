//! The people of an export, by id: what rows need of them and nothing else.

use std::collections::HashMap;

use super::FhirFile;
use super::json::Fields;
use super::lines::Lines;
use super::resource::{Birth, patient};
use crate::readers::chunk::ReadError;
use crate::readers::fault::damaged;
use crate::readers::limits::Limits;

/// Position of a text among those that were met.
type Tag = u32;

/// What is kept of one person.
#[derive(Clone, Copy)]
struct Person {
    texts: [Tag; TEXTS],
    birth: Birth,
}

/// Gender, ethnicity, small area, language, interpreter.
pub(super) const TEXTS: usize = 5;

/// Everybody.
pub(super) struct Patients {
    people: HashMap<Box<str>, Person>,
    texts: Vec<Box<str>>,
}

impl Patients {
    /// Reads the files of people. A line that cannot be read is an error: appointments of that person would seem to be of
    /// nobody.
    pub fn read(files: &[FhirFile], limits: &Limits) -> Result<Self, ReadError> {
        let mut known = Self { people: HashMap::new(), texts: vec!["".into()] };
        let mut tags: HashMap<Box<str>, Tag> = HashMap::from([("".into(), 0)]);
        for file in files {
            let mut lines = Lines::open(file, limits)?;
            while let Some((line, bytes)) = lines.next()? {
                let wrong = |reason: String| damaged(&file.name, Some(line), reason);
                let fields = Fields::of(bytes).map_err(|error| wrong(error.advice()))?;
                let read = patient(&fields).map_err(|error| wrong(error.advice()))?;
                let mut texts = [0; TEXTS];
                for (tag, text) in texts.iter_mut().zip(read.texts) {
                    *tag = match tags.get(text) {
                        Some(tag) => *tag,
                        None => known.add(text, &mut tags, limits).ok_or_else(|| wrong(too_many()))?,
                    };
                }
                let person = Person { texts, birth: read.birth };
                if known.people.insert(read.id.into(), person).is_some() {
                    let reason =
                        "its `$.id` stands on an earlier line as well. Give one export only, with each patient once";
                    return Err(wrong(reason.to_owned()));
                }
            }
        }
        Ok(known)
    }

    fn add(&mut self, text: &str, tags: &mut HashMap<Box<str>, Tag>, limits: &Limits) -> Option<Tag> {
        let tag = u32::try_from(self.texts.len()).ok()?;
        if self.texts.len() >= limits.distinct_values {
            return None;
        }
        self.texts.push(text.into());
        tags.insert(text.into(), tag);
        Some(tag)
    }

    /// The texts and the birth of a person.
    pub fn find(&self, id: &str) -> Option<([&str; TEXTS], Birth)> {
        let person = self.people.get(id)?;
        Some((person.texts.map(|tag| &*self.texts[tag as usize]), person.birth))
    }
}

fn too_many() -> String {
    "people have more different codes than a column may have. Look for free text where a code should stand".to_owned()
}
